"""Pages as reviewers see them: blocks with a name that lasts, their source text, the model's word."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from huibao.annotation import Annotation, BlockAnnotation, PageAnnotation
from huibao.decisions import text_key
from huibao.label_changes import ScoreFold
from huibao.marked import MarkedBlock, MarkedPage
from huibao.report import BlockKind
from huibao.text.canonical import canonical, canonical_characters

_KINDS: dict[str, BlockKind] = {
    "title": "title", "p": "paragraph", "i": "item", "ii": "item", "sig": "signature",
    "table": "table",
}  # fmt: skip


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


def read_page(annotated: PageAnnotation, fold: ScoreFold | None) -> ReviewPage:
    """A page that a model has read; `fold` leads from its labels to those in force."""
    blocks: list[ReviewBlock] = []
    for said in annotated.annotations:
        folded = fold.annotation(said) if fold else said
        blocks.extend(_read_blocks(annotated, folded, len(blocks)))
    page, by = annotated.page, annotated.annotator
    title = next((one.report.title for one in annotated.annotations if one.report.title), page.name)
    model = f"{by.name} {by.version}"
    return ReviewPage(page.name, title, text_key(page.text), tuple(blocks), model)


def _read_blocks(page: PageAnnotation, said: Annotation, first: int) -> Iterator[ReviewBlock]:
    report, name = said.report, page.page.name
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
            said=answer,
            genre=said.genre if block.index == 0 else None,
        )


def marked_page(page: MarkedPage) -> ReviewPage:
    """A page of the written corpus; its marks are decisions, no model has read it."""
    characters = canonical_characters(page.text)
    blocks: list[ReviewBlock] = []
    report, begins, headings = -1, True, list[tuple[int, str]]()
    for marked in page.blocks:
        if marked.kind in ("report", "furniture"):
            begins = begins or marked.kind == "report"
            continue
        report, headings = (report + 1, []) if begins else (report, headings)
        block = _marked_block(page, marked, characters, len(blocks), report)
        level = block.level if block.kind == "heading" else 9
        headings = [one for one in headings if one[0] < level]
        path = () if block.kind in ("title", "signature") else tuple(text for _, text in headings)
        blocks.append(replace(block, path=path, begins=begins, level=block.level or len(path)))
        if block.kind == "heading":
            headings.append((level, block.canonical))
        begins = False
    title = next((one.canonical for one in blocks if one.kind == "title"), page.name)
    return ReviewPage(page.name, title, text_key(page.text), tuple(blocks))


def _marked_block(
    page: MarkedPage, marked: MarkedBlock, characters: str, index: int, report: int
) -> ReviewBlock:
    kind = _KINDS.get(marked.kind, "heading")
    text, _ = canonical(characters, marked.start, marked.end, keep_breaks=kind == "table")
    return ReviewBlock(
        place=place_of(page.name, marked.start),
        page=page.name,
        index=index,
        report=report,
        kind=kind,
        level=int(marked.kind[1]) if kind == "heading" else 0,
        start=marked.start,
        text=page.text[marked.start : marked.end],
        canonical=text,
        path=(),
    )
