"""Where each block stands in the outline: its level and the block above it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from msgspec import Struct

from huibao.text.front_matter import is_annex
from huibao.text.numbering import HEADING_SYSTEMS, Marker, System
from huibao.text.structure import Piece

_LOOK_AHEAD = 60  # blocks within which a list may go on behind the list inside it
_DEEPEST = (
    8  # nestings of lists; nobody counts deeper, and 1. 1. 1. … a thousand times is no nesting
)


class Place(Struct, frozen=True):
    """Level (title 0, 一、 1, （一） 2; a point one below its heading) and index of the block above."""

    level: int
    parent: int | None


def outline(pieces: Sequence[Piece]) -> list[Place]:
    """The places of a report's blocks."""
    headings = _HeadingStack(pieces)
    lists = _ListStack(pieces)
    places: list[Place] = []
    for index, piece in enumerate(pieces):
        opens_annexes = piece.kind == "paragraph" and is_annex(piece.passage.text)
        if piece.kind in ("title", "signature") or opens_annexes:
            # What stands from here on belongs to no section.
            headings.close()
            lists.clear()
            places.append(Place(0, None))
        elif piece.kind == "heading":
            lists.clear()
            places.append(headings.enter(index, piece))
        elif piece.kind == "item":
            if headings.leave_for(piece):
                lists.clear()
            depth = lists.enter(index, piece)
            parent = lists.parent(depth)
            places.append(
                Place(headings.level + depth, headings.index if parent is None else parent)
            )
        else:
            lists.interrupt()
            places.append(Place(headings.level, headings.index))
    return places


class _HeadingStack:
    """The headings open at a place of the report."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces
        headings = [piece for piece in pieces if piece.kind == "heading"]
        used = {piece.marker.system for piece in headings if piece.marker is not None}
        shifted = any(a.top and b.marker is not None for a, b in pairwise(headings))
        shift = 1 if shifted else 0
        ranked = [system for system in HEADING_SYSTEMS if system in used]
        self._levels: dict[System, int] = {s: place + 1 + shift for place, s in enumerate(ranked)}
        self._declared = self._levels_of_outlines(headings)
        self._open: list[tuple[int, str, int]] = []

    @property
    def level(self) -> int:
        """The level of the innermost open heading, 0 before any."""
        return self._open[-1][0] if self._open else 0

    @property
    def index(self) -> int | None:
        """The index of the innermost open heading."""
        return self._open[-1][2] if self._open else None

    def leave_for(self, piece: Piece) -> bool:
        """Closes the headings whose numbers a point goes on with; whether there were any.

        In 一、听取汇报。（一）…（二）… 二、会议研究了…， the second part is too long for a heading.
        """
        for place, (_, _, index) in enumerate(self._open):
            marker = self._pieces[index].marker
            own = piece.marker
            if marker is not None and own is not None and own.system == marker.system:
                if own.number is None or not own.follows(marker):
                    return False
                del self._open[place:]
                return True
        return False

    def close(self) -> None:
        """The body has ended: what comes stands in no section."""
        self._open.clear()

    def enter(self, index: int, piece: Piece) -> Place:
        """Opens a heading and says where it stands."""
        level, family = self._level(piece)
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        place = Place(level, self.index)
        self._open.append((level, family, index))
        return place

    def _level(self, piece: Piece) -> tuple[int, str]:
        if piece.top:
            return 1, "top"
        if piece.marker is not None and piece.marker.system in self._levels:
            # A level that is skipped (（一） straight under 第一章) is not counted
            rank = self._levels[piece.marker.system]
            above = [level for level, _, _ in self._open if level < rank]
            return (above[-1] if above else 0) + 1, piece.marker.system
        if piece.marker is None and piece.passage.outline in self._declared:
            return self._declared[piece.passage.outline], f"outline {piece.passage.outline}"
        family = "plain" if piece.marker is None else piece.marker.family
        same = next((level for level, name, _ in self._open if name == family), None)
        return (self.level + 1 if same is None else same), family

    def _levels_of_outlines(self, headings: Sequence[Piece]) -> dict[int | None, int]:
        """The level that the file's own outline levels stand for."""
        known: dict[int | None, int] = {}
        for piece in headings:
            if piece.passage.outline is not None and piece.marker is not None:
                level = self._levels.get(piece.marker.system)
                if level is not None:
                    known.setdefault(piece.passage.outline, level)
        if not known:
            declared = {p.passage.outline for p in headings if p.passage.outline is not None}
            known = {outline: place + 1 for place, outline in enumerate(sorted(declared))}
        return known


@dataclass(slots=True)
class _List:
    last: Marker
    index: int


class _ListStack:
    """The lists open at a place of the report, outermost first."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces
        self._open: list[_List] = []
        self._base = 1
        self._fresh = True

    def clear(self) -> None:
        """A heading ends all lists."""
        self._open.clear()
        self._fresh = True

    def interrupt(self) -> None:
        """A paragraph ends lists that do not go on behind it."""
        self._fresh = True

    def parent(self, depth: int) -> int | None:
        """The point that a point of this depth stands in."""
        return self._open[depth - 2].index if depth > 1 else None

    def enter(self, index: int, piece: Piece) -> int:
        """Opens a point and gives its nesting (1 = outermost)."""
        assert piece.marker is not None
        if piece.run_in:
            depth = self._base + piece.depth - 1
        else:
            depth = self._depth(index, piece.marker)
            self._base = depth - piece.depth + 1
        del self._open[depth - 1 :]
        depth = len(self._open) + 1
        self._open.append(_List(piece.marker, index))
        self._fresh = False
        return depth

    def _depth(self, index: int, marker: Marker) -> int:
        for depth in range(len(self._open), 0, -1):
            if marker.follows(self._open[depth - 1].last):
                return depth
        if marker.number not in (None, 1):
            same = [
                depth for depth, one in enumerate(self._open, 1) if one.last.family == marker.family
            ]
            return same[-1] if same else 1
        nested = [
            depth
            for depth, one in enumerate(self._open, 1)
            if not self._fresh or self._goes_on(index, one.last)
        ]
        return min(nested[-1] + 1, _DEEPEST) if nested else 1

    def _goes_on(self, index: int, last: Marker) -> bool:
        """Whether a list has further points below, before the next heading."""
        for piece in self._pieces[index + 1 : index + _LOOK_AHEAD]:
            if piece.kind == "heading":
                return False
            numbered = piece.kind == "item" and last.number is not None
            if numbered and piece.marker is not None and piece.marker.follows(last):
                return True
        return False
