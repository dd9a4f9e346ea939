"""The same report made harder: its heading lines taken out, or its script made Traditional.

Labels stay those of the page, moved to where their text now stands.
"""

import functools
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace

import msgspec

from huibao.annotation import Annotation, Entity, PageAnnotation
from huibao.report import Block, Furniture, PageReports, Report, Span
from huibao.text.files import read_page

_BLANK = " \t\u00a0\u3000"
_BREAKS = "\r\n"


class Cuttings:
    """What is cut out of a text, and where the rest then stands."""

    def __init__(self, text: str, cuts: Sequence[tuple[Span, str]]) -> None:
        """Takes stretches in order that do not overlap, each with what stands in its place."""
        self._ends = [span.end for span, _ in cuts]
        self._shifts = [0]
        pieces, place = [], 0
        for span, new in cuts:
            pieces.append(text[place : span.start] + new)
            self._shifts.append(self._shifts[-1] + len(new) - len(span))
            place = span.end
        self.text = "".join(pieces) + text[place:]

    def moved(self, offset: int) -> int:
        """The place in what is left of a character that was not cut out."""
        return offset + self._shifts[bisect_right(self._ends, offset)]

    def span(self, span: Span) -> Span:
        """A kept stretch at its new place."""
        return Span(self.moved(span.start), self.moved(span.end - 1) + 1)


def without_headings(page: PageAnnotation) -> PageAnnotation:
    """The page without its headings; what stood under one stands under none, its level from the top.

    A heading takes its line break with it. One that runs on leaves the rest of its line, and one in
    the middle of a line leaves a line break: that a paragraph begins there was told by the heading.

    Raises:
        ValueError: when a report has nothing but headings.
    """
    text = page.page.text
    headings = [
        block.span
        for annotation in page.annotations
        for block in annotation.report.blocks
        if block.kind == "heading"
    ]
    cut = Cuttings(text, [_with_line(text, run) for run in _runs(text, headings)])
    annotations = tuple(_headless(annotation, cut) for annotation in page.annotations)
    source = PageReports(
        read_page(cut.text, page.page.name),
        tuple(annotation.report for annotation in annotations),
        tuple(Furniture(cut.span(one.span), one.reason) for one in page.source.furniture),
        page.source.warnings,
    )
    ignore = tuple(cut.span(one) for one in page.ignore)
    return PageAnnotation(source, annotations, page.annotator, ignore)


def in_traditional(page: PageAnnotation) -> PageAnnotation:
    """The page in Traditional script, character for character, as sites convert their copies."""
    text = page.page.text
    convert = _converter()
    found = convert(text)
    if len(found) != len(text):
        found = "".join(new if len(new := convert(sign)) == 1 else sign for sign in text)
    return replace(page, source=replace(page.source, page=read_page(found, page.page.name)))


def _runs(text: str, headings: Sequence[Span]) -> list[Span]:
    """The headings in order, those with only blanks between them as one."""
    runs: list[Span] = []
    for span in sorted(headings):
        if runs and not text[runs[-1].end : span.start].strip(_BLANK):
            runs[-1] = Span(runs[-1].start, span.end)
        else:
            runs.append(span)
    return runs


def _with_line(text: str, run: Span) -> tuple[Span, str]:
    """The stretch to cut for a heading, and what stands in its place."""
    start, end = run.start, run.end
    while start and text[start - 1] in _BLANK:
        start -= 1
    while end < len(text) and text[end] in _BLANK:
        end += 1
    begins = start == 0 or text[start - 1] in _BREAKS
    ends = end == len(text) or text[end] in _BREAKS
    if not begins:
        return Span(start, end), "" if ends else "\n"
    if ends:
        return Span(start, end + 2 if text.startswith("\r\n", end) else min(len(text), end + 1)), ""
    return Span(run.start, end), ""


def _headless(annotation: Annotation, cut: Cuttings) -> Annotation:
    report = annotation.report
    kept = [block for block in report.blocks if block.kind != "heading"]
    if not kept:
        raise ValueError(f"report {report.index} has nothing but headings")
    places = {block.index: place for place, block in enumerate(kept)}
    blocks = tuple(_block(report, block, places, cut) for block in kept)
    said = tuple(
        replace(said, entities=tuple(_entity(one, cut) for one in said.entities))
        for said in (annotation.blocks[block.index] for block in kept)
    )
    span = Span(blocks[0].span.start, blocks[-1].span.end)
    return replace(annotation, report=replace(report, span=span, blocks=blocks), blocks=said)


def _block(report: Report, block: Block, places: dict[int, int], cut: Cuttings) -> Block:
    path = report.heading_path(block)
    depth = next((above.level for above in reversed(path) if above.kind == "heading"), 0)
    above = [places[one.index] for one in path if one.index in places]
    original = None if block.duplicate_of is None else places.get(block.duplicate_of)
    return replace(
        block,
        index=places[block.index],
        level=max(0, block.level - depth),
        parent=above[-1] if above else None,
        span=cut.span(block.span),
        origin=tuple(map(cut.moved, block.origin)),
        duplicate_of=original,
    )


def _entity(entity: Entity, cut: Cuttings) -> Entity:
    return msgspec.structs.replace(entity, span=cut.span(entity.span))


@functools.cache
def _converter() -> Callable[[str], str]:
    import opencc  # loads its dictionaries from disk

    return opencc.OpenCC("s2t").convert  # type: ignore[no-any-return]  # opencc has no stubs
