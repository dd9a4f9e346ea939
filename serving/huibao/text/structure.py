"""The paragraphs of one report taken apart into titles, headings, paragraphs, points, tables, signatures."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from huibao.report import BlockKind
from huibao.text.headings import (
    RUN_IN_LIMIT,
    SIBLING_LIMIT,
    heading_length,
    listed,
    plain_headings,
    titled,
    top_headings,
    with_headings_apart,
)
from huibao.text.items import is_whole_list, run_in_items
from huibao.text.margins import head_kinds, signatures, without_glued_title
from huibao.text.numbering import HEADING_SYSTEMS, Marker, marker_at, repaired
from huibao.text.passages import Passage, joined

_DIGITS_BEHIND = re.compile(r"(\d{1,2})\.(?=\d)")


class Piece(Struct, frozen=True):
    """A block before its place in the outline is known.

    `depth` is the nesting of a point inside its own paragraph (1 = outermost), `run_in` whether it goes
    on in the paragraph of the piece before it, `top` whether a heading without number stands above 一、.
    """

    kind: BlockKind
    passage: Passage
    marker: Marker | None = None
    depth: int = 1
    run_in: bool = False
    top: bool = False


def pieces_of(passages: Sequence[Passage]) -> list[Piece]:
    """The blocks of one report in reading order."""
    apart = [
        part for passage in without_glued_title(passages) for part in with_headings_apart(passage)
    ]
    body, tables = _with_tables_joined(apart)
    markers = _markers(body, tables)
    head = head_kinds(body, markers, tables)
    first = len(head)
    signed = signatures(body, markers, tables, first)
    parts = _Parts(body[first:], markers[first:])
    pieces = [Piece(kind, passage) for kind, passage in zip(head, body, strict=False)]
    for index in range(first, len(body)):
        if index in tables:
            pieces.append(Piece("table", body[index]))
        elif index in signed:
            pieces.append(Piece("signature", body[index]))
        else:
            pieces.extend(parts.pieces(index - first))
    return pieces


class _Parts:
    """What the paragraphs of a body say about each other."""

    def __init__(self, passages: Sequence[Passage], markers: Sequence[Marker | None]) -> None:
        self.passages = passages
        self.markers = markers
        self.listed = listed(passages, markers)
        self.titled = titled(passages, markers)
        self.tops = top_headings(passages, markers)
        self.plain = plain_headings(passages, markers)
        self.limits = _heading_limits(passages, markers)

    def pieces(self, index: int) -> Iterator[Piece]:
        """The blocks that one paragraph holds."""
        passage, marker = self.passages[index], self.markers[index]
        if marker is None or passage.kind != "text":
            if index in self.plain or index in self.tops or _declared(passage):
                yield Piece("heading", passage, top=index in self.tops)
            else:
                yield from _paragraph(passage, self._following(index))
        elif index in self.titled:
            yield Piece("heading", passage, marker)
        elif marker.system in HEADING_SYSTEMS and index not in self.listed:
            limit = self.limits.get(marker.system, RUN_IN_LIMIT)
            yield from _headed(passage, marker, limit, self._following(index))
        elif is_whole_list(passage.text, marker) and not self._is_in_list(index):
            yield Piece("paragraph", passage)
        else:
            yield from _items(passage, marker)

    def _following(self, index: int) -> Marker | None:
        """The number of the next paragraph."""
        return self.markers[index + 1] if index + 1 < len(self.markers) else None

    def _is_in_list(self, index: int) -> bool:
        """Whether the next paragraph is a point of the same list."""
        marker, following = self.markers[index], self._following(index)
        return following is not None and marker is not None and following.family == marker.family


def _declared(passage: Passage) -> bool:
    """Whether the file itself declares the paragraph a heading."""
    return passage.outline is not None and len(passage.text) <= 60


def _headed(
    passage: Passage, marker: Marker, limit: int, following: Marker | None
) -> Iterator[Piece]:
    length = heading_length(passage.text, marker, limit)
    if length == 0:
        yield from _items(passage, marker)
        return
    yield Piece("heading", passage.part(0, length), marker)
    if passage.text[length:].strip():
        rest = passage.part(length, len(passage.text))
        for number, piece in enumerate(_paragraph(rest, following)):
            yield replace(piece, run_in=True) if number == 0 else piece


def _items(passage: Passage, marker: Marker) -> Iterator[Piece]:
    inner = run_in_items(passage.text, marker)
    bounds = [0, *(item.start for item in inner), len(passage.text)]
    yield Piece("item", passage.part(bounds[0], bounds[1]), marker)
    for item, end in zip(inner, bounds[2:], strict=True):
        yield Piece("item", passage.part(item.start, end), item.marker, item.depth, run_in=True)


def _paragraph(passage: Passage, following: Marker | None) -> Iterator[Piece]:
    is_text = passage.kind == "text"
    inner = run_in_items(passage.text, following=following) if is_text else []
    bounds = [0, *(item.start for item in inner), len(passage.text)]
    if not inner or inner[0].start > 0:
        yield Piece("paragraph", passage.part(bounds[0], bounds[1]))
    for item, end in zip(inner, bounds[2:], strict=True):
        yield Piece("item", passage.part(item.start, end), item.marker, item.depth, item.start > 0)


def _with_tables_joined(passages: Sequence[Passage]) -> tuple[list[Passage], set[int]]:
    """Rows of a table as one passage each table: declared ones, and two or more lines with two |."""
    body: list[Passage] = []
    tables: set[int] = set()
    rows: list[Passage] = []

    def close() -> None:
        if _is_table(rows):
            tables.add(len(body))
            body.append(joined(rows))
        else:
            body.extend(rows)
        rows.clear()

    for passage in passages:
        declared = passage.kind == "table"
        is_row = not declared and "|" in passage.text
        if not is_row or passage.severed:
            close()
        if declared:
            tables.add(len(body))
        if is_row:
            rows.append(passage)
        else:
            body.append(passage)
    close()
    return body, tables


def _is_table(rows: Sequence[Passage]) -> bool:
    """Whether lines with | are rows: two of them with three cells, or three with two."""
    cells = min((row.text.count("|") for row in rows), default=0) + 1
    return len(rows) >= (2 if cells > 2 else 3)


def _markers(body: Sequence[Passage], tables: set[int]) -> list[Marker | None]:
    """The number at the front of each paragraph, doubtful ones settled by their neighbours."""
    markers = [
        None if index in tables or passage.kind != "text" else marker_at(passage.text)
        for index, passage in enumerate(body)
    ]
    for index, passage in enumerate(body):
        marker = markers[index]
        if marker is None:
            markers[index] = _before_digits(passage.text, markers[max(0, index - 2) : index + 3])
        elif marker.system == "yao" and _stands_alone(passage.text, marker, markers, index):
            markers[index] = None
    places = [i for i, m in enumerate(markers) if m is not None and m.system in HEADING_SYSTEMS]
    numbered = [m for m in markers if m is not None and m.system in HEADING_SYSTEMS]
    for place, repaired_marker in zip(places, repaired(numbered), strict=True):
        markers[place] = repaired_marker
    return markers


def _stands_alone(text: str, marker: Marker, markers: Sequence[Marker | None], index: int) -> bool:
    """Whether 一要 is no point: no 二要 follows it, in the paragraph or near it."""
    near = [m for m in markers[max(0, index - 2) : index + 3] if m is not None]
    if any(m.follows(marker) or marker.follows(m) for m in near):
        return False
    return not run_in_items(text, marker)


def _before_digits(text: str, near: Sequence[Marker | None]) -> Marker | None:
    """The number of 1.12月…, which only a neighbour tells from 1.12亿元."""
    match = _DIGITS_BEHIND.match(text)
    if match is None:
        return None
    marker = Marker("ar_dot", int(match[1]), match.end())
    others = [m for m in near if m is not None]
    return marker if any(m.follows(marker) or marker.follows(m) for m in others) else None


def _heading_limits(
    passages: Sequence[Passage], markers: Sequence[Marker | None]
) -> dict[str, int]:
    """How long a run-in heading may be in each system: longer where most of its kind are run in."""
    limits: dict[str, int] = {}
    for system in HEADING_SYSTEMS:
        own = [
            (passage, marker)
            for passage, marker in zip(passages, markers, strict=True)
            if marker is not None and marker.system == system
        ]
        run_in = sum(heading_length(passage.text, marker) > 0 for passage, marker in own)
        limits[system] = SIBLING_LIMIT if run_in * 2 > len(own) else RUN_IN_LIMIT
    return limits
