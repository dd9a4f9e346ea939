"""Pages as reviewers see them: blocks with a name that lasts, their source text, the model's word."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from huibao.annotation import Annotation, BlockAnnotation, PageAnnotation
from huibao.decisions import text_key
from huibao.label_changes import ScoreFold
from huibao.report import BlockKind


@dataclass(frozen=True, slots=True)
class ReviewBlock:
    """A block that people decide on; offsets of decisions count code points of `text`.

    Args:
        place: Its name in decisions: page and first character.
        page: The name of its page.
        index: Its place on the page, from 0.
        report: The report that it belongs to, from 0.
        kind: What kind of block it is.
        level: Its depth in the outline.
        start: Its first character on the page.
        text: As it stands in the source.
        canonical: As the model sees it.
        path: The headings above it, outermost first.
        begins: Whether its report begins with it: there the genre is asked for.
        repeats: Whether the page has it a second time; such blocks are not asked about.
        said: What the model says, in the labels in force; None of pages that no model has read.
        genre: What the model takes its report for, where the report begins.
    """

    place: str
    page: str
    index: int
    report: int
    kind: BlockKind
    level: int
    start: int
    text: str
    canonical: str
    path: tuple[str, ...]
    begins: bool = False
    repeats: bool = False
    said: BlockAnnotation | None = None
    genre: str | None = None

    @property
    def id(self) -> str:
        """Its place as it can stand in an address."""
        place = self.place.encode("utf-8", "surrogatepass")
        return hashlib.sha256(place).hexdigest()[:16]

    @property
    def text_sha(self) -> str:
        """The key of its text."""
        return text_key(self.text)


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """A page with its blocks in reading order; `model` names who annotated it, empty where nobody."""

    name: str
    title: str
    text_sha: str
    blocks: tuple[ReviewBlock, ...]
    model: str = ""


def place_of(page: str, start: int) -> str:
    """The name of a block in decisions."""
    return f"{page}@{start}"


def review_page(annotated: PageAnnotation, fold: ScoreFold | None = None) -> ReviewPage:
    """A page as reviewers see it; what people said of it is not the model's word and is left out.

    `fold` leads from the labels of its model to those in force.
    """
    blocks: list[ReviewBlock] = []
    for said in annotated.annotations:
        folded = fold.annotation(said) if fold else said
        blocks.extend(_blocks(annotated, folded, len(blocks)))
    page, by = annotated.page, annotated.annotator
    title = next((one.report.title for one in annotated.annotations if one.report.title), page.name)
    model = "" if by.kind == "person" else f"{by.name} {by.version}"
    return ReviewPage(page.name, title, text_key(page.text), tuple(blocks), model)


def _blocks(page: PageAnnotation, said: Annotation, first: int) -> Iterator[ReviewBlock]:
    report, name, by_people = said.report, page.page.name, page.annotator.kind == "person"
    for block, answer in zip(report.blocks, said.blocks, strict=True):
        yield ReviewBlock(
            place=place_of(name, block.span.start),
            page=name,
            index=first + block.index,
            report=report.index,
            kind=block.kind,
            level=block.level,
            start=block.span.start,
            text=page.page.text[block.span.start : block.span.end],
            canonical=block.text,
            path=tuple(one.text for one in report.heading_path(block)),
            begins=block.index == 0,
            repeats=block.duplicate_of is not None,
            said=None if by_people else answer,
            genre=None if by_people or block.index else said.genre,
        )
