"""Puts the pieces of a PDF or OFD page into lines, and tells the running heads and page numbers apart."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from huibao.text.formats.laid_pieces import Piece

_OUTER = 0.1
_REPEATED = 0.4
_PAGE_NUMBER = re.compile(
    r"[-—－–·•\s]{0,6}第?\s?\d{1,4}\s?页?\s?(?:[/／,，]?\s?共?\s?\d{1,4}\s?页?)?[-—－–·•\s]{0,6}"
)
_DIGITS = re.compile(r"\d+")
_SPREAD_COLUMN = 10
_FEWEST_COLUMN_ROWS = 10


@dataclass(frozen=True, slots=True)
class LaidLine:
    """A line of a page; `cells` are its parts where wide gaps part it, lengths in points.

    `place` is the middle of the line as a share of the page's height, 0 at the foot; `column` is 1 or
    2 where the page is set in two, 0 for what runs across it.
    """

    page: int
    cells: tuple[str, ...]
    left: float
    right: float
    middle: float
    size: float
    place: float
    column: int = 0

    @property
    def area(self) -> tuple[int, int]:
        """The page and column that the line stands in, which have margins of their own."""
        return self.page, self.column

    @property
    def text(self) -> str:
        """The whole line."""
        return " ".join(self.cells)


def page_lines(pieces: Sequence[Piece], page: int, width: float, height: float) -> list[LaidLine]:
    """The lines of a page from top to bottom; of a page in two columns, the left one first."""
    upright = [piece for piece in pieces if piece.turns == 0 and piece.text]
    rows = _rows(upright)
    gutter = width / 2
    if _is_in_columns(rows, gutter):
        left = [piece for piece in upright if piece.right <= gutter]
        right = [piece for piece in upright if piece.left >= gutter]
        across = [piece for piece in upright if piece.left < gutter < piece.right]
        # What crosses the gutter (a title, a page number) stands above or below the columns.
        edge = max((piece.top for piece in (*left, *right)), default=height)
        above = [piece for piece in across if piece.middle >= edge]
        below = [piece for piece in across if piece.middle < edge]
        return [
            _line(row, page, height, column)
            for column, part in ((0, above), (1, left), (2, right), (0, below))
            for row in _rows(part)
        ]
    return [_line(row, page, height) for row in rows]


def without_furniture(
    lines: Sequence[LaidLine], pages: int
) -> tuple[list[LaidLine], list[LaidLine]]:
    """The lines of the body, and the running heads, feet and page numbers."""
    seen: dict[str, set[int]] = {}
    for line in lines:
        if _is_outer(line):
            seen.setdefault(_masked(line), set()).add(line.page)
    enough = max(2.0, _REPEATED * pages)
    body: list[LaidLine] = []
    furniture: list[LaidLine] = []
    for line in lines:
        repeats = _is_outer(line) and len(seen[_masked(line)]) >= enough
        (furniture if repeats or _is_page_number(line) else body).append(line)
    return body, furniture


def _rows(pieces: Iterable[Piece]) -> list[list[Piece]]:
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (-piece.middle, piece.left)):
        if rows and _on_one_line(rows[-1], piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.left) for row in rows]


def _on_one_line(row: Sequence[Piece], piece: Piece) -> bool:
    """Whether a piece stands beside a row; raised note signs reach into the row from above."""
    bottom, top = min(p.bottom for p in row[:4]), max(p.top for p in row[:4])
    shared = min(top, piece.top) - max(bottom, piece.bottom)
    return shared > 0.5 * min(top - bottom, piece.top - piece.bottom)


def _is_in_columns(rows: Sequence[Sequence[Piece]], gutter: float) -> bool:
    double = [row for row in rows if len(row) == 2 and row[0].right < gutter < row[1].left]
    if len(double) < max(_FEWEST_COLUMN_ROWS, len(rows) / 2):
        return False
    return median(len(piece.text) for row in double for piece in row) >= _SPREAD_COLUMN


def _line(row: Sequence[Piece], page: int, height: float, column: int = 0) -> LaidLine:
    middle = max(row, key=lambda piece: len(piece.text)).middle
    return LaidLine(
        page=page,
        cells=tuple(_cells(row)),
        left=row[0].left,
        right=max(piece.right for piece in row),
        middle=middle,
        size=max(row, key=lambda piece: len(piece.text)).size,
        place=middle / height if height else 0.5,
        column=column,
    )


def _cells(row: Sequence[Piece]) -> Iterator[str]:
    """The parts of a row; pieces that touch are one part (PDFium cuts where fonts change)."""
    text, edge = row[0].text, row[0].right
    for piece in row[1:]:
        if piece.left - edge > max(piece.size, 1.0):
            yield text
            text = piece.text
        else:
            text += piece.text
        edge = piece.right
    yield text


def _is_outer(line: LaidLine) -> bool:
    return line.place >= 1 - _OUTER or line.place <= _OUTER


def _is_page_number(line: LaidLine) -> bool:
    return _is_outer(line) and bool(_PAGE_NUMBER.fullmatch(line.text.strip()))


def _masked(line: LaidLine) -> str:
    return _DIGITS.sub("0", "".join(line.text.split()))
