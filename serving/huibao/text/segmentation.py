"""From a page to its reports: site furniture set apart, wrapped lines joined, blocks in their outline."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

import msgspec

from huibao.report import Block, Furniture, Page, PageReports, Report, Span
from huibao.text.boilerplate import furniture_of
from huibao.text.canonical import canonical, canonical_characters
from huibao.text.duplicates import repeats
from huibao.text.outline import Place, outline
from huibao.text.passages import Passage, passages_of, trimmed
from huibao.text.splitting import Cut, report_cuts
from huibao.text.structure import Piece, pieces_of
from huibao.text.wrapping import unwrapped


def split_reports(page: Page) -> PageReports:
    """Cuts a page into its reports and their blocks.

    Args:
        page: A page as `read_page` gives it.

    Returns:
        The reports in reading order. Every character of the page that is not white space is in exactly
        one block or one stretch of furniture.
    """
    characters = canonical_characters(page.text)
    lines = passages_of(page, characters)
    reasons = furniture_of(lines)
    furniture = [_furniture(page.text, lines[index], reason) for index, reason in reasons.items()]
    paragraphs = unwrapped(_kept(lines, reasons))
    copies = repeats(paragraphs)
    cuts = report_cuts(paragraphs, frozenset(copies))
    preface = paragraphs[: cuts[0].first] if cuts else []
    furniture += [
        _furniture(page.text, passage, "introduction to a collection of reports")
        for passage in preface
    ]
    reports = [
        _report(page, characters, index, cut, paragraphs, end, copies)
        for index, (cut, end) in enumerate(zip(cuts, _ends(cuts, len(paragraphs)), strict=True))
    ]
    furniture.sort(key=lambda one: one.span)
    return PageReports(page, tuple(reports), tuple(furniture), _warnings(reports))


def _kept(lines: Sequence[Passage], reasons: dict[int, str]) -> list[Passage]:
    """The lines that are not furniture; one that stands below furniture begins a paragraph."""
    return [
        msgspec.structs.replace(line, severed=True) if index - 1 in reasons else line
        for index, line in enumerate(lines)
        if index not in reasons
    ]


def _ends(cuts: Sequence[Cut], size: int) -> list[int]:
    return [*(cut.first for cut in cuts[1:]), size] if cuts else []


def _furniture(text: str, passage: Passage, reason: str) -> Furniture:
    return Furniture(Span(*trimmed(text, passage.start, passage.end)), reason)


def _report(
    page: Page,
    characters: str,
    index: int,
    cut: Cut,
    paragraphs: Sequence[Passage],
    end: int,
    copies: dict[int, int],
) -> Report:
    own = paragraphs[cut.first : end]
    pieces = pieces_of(own)
    places = outline(pieces)
    blocks = [
        _block(page.text, characters, number, piece, place)
        for number, (piece, place) in enumerate(zip(pieces, places, strict=True))
    ]
    blocks = _with_copies_named(blocks, own, cut.first, copies)
    title = " ".join(block.text for block in blocks if block.kind == "title")
    span = Span(blocks[0].span.start, blocks[-1].span.end)
    return Report(index, span, title, tuple(blocks), cut.reason)


def _block(source: str, characters: str, index: int, piece: Piece, place: Place) -> Block:
    start, end = trimmed(source, piece.passage.start, piece.passage.end)
    text, origin = canonical(characters, start, end, keep_breaks=piece.kind == "table")
    return Block(index, piece.kind, place.level, place.parent, Span(start, end), text, origin)


def _with_copies_named(
    blocks: list[Block], own: Sequence[Passage], first: int, copies: dict[int, int]
) -> list[Block]:
    """The blocks of repeating paragraphs with the index of the block they repeat.

    Args:
        blocks: The blocks of one report.
        own: Its paragraphs.
        first: The index of its first paragraph in the page, which `copies` counts by.
        copies: Index of a repeating paragraph to index of the one it repeats.
    """
    starts = [paragraph.start for paragraph in own]
    by_start = {block.span.start: block.index for block in blocks}
    named: list[Block] = []
    for block in blocks:
        place = bisect_right(starts, block.span.start) - 1
        original = copies.get(first + place, -1) - first
        if original >= 0:
            like = block.span.start + own[original].start - own[place].start
            same = by_start.get(like, by_start.get(own[original].start))
            named.append(replace(block, duplicate_of=same))
        else:
            named.append(block)
    return named


def _warnings(reports: Sequence[Report]) -> tuple[str, ...]:
    """What a reader of the result should look at."""
    found = []
    cut = [report for report in reports if report.split_reason is not None]
    if len(reports) > 1 and cut:
        found.append(f"the page was cut into {len(reports)} reports: {cut[0].split_reason}")
    copies = sum(block.duplicate_of is not None for report in reports for block in report.blocks)
    if copies:
        found.append(f"{copies} blocks repeat others of the same report")
    return tuple(found)
