"""Takes the pieces of text that stand on an OFD page, each with its place, from its objects."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from huibao.text.formats.laid_pieces import CELL_GAP, Piece
from huibao.text.formats.ofd_package import OfdPage, named, numbers_of

# Files count in millimetres, lines are put together in points.
POINTS = 72 / 25.4
_USUAL_SIZE = 4.2
_ABOVE, _BELOW = 0.86, 0.14
_UPRIGHT_TOLERANCE = 0.05
_NARROW = 0.5
_FLAT = 0.001
_MOST_REPEATS = 100_000

# Where an object's own coordinates lie on the page: a b c d e f, as in a PDF.
_Matrix = tuple[float, float, float, float, float, float]
_PLAIN: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class _Frame:
    """How a text object lies on its page; `height` is that of the page in millimetres."""

    left: float
    top: float
    matrix: _Matrix
    size: float
    height: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A place of the object on the page, in millimetres from the upper left corner."""
        a, b, c, d, e, f = self.matrix
        return self.left + a * x + c * y + e, self.top + b * x + d * y + f

    @property
    def turns(self) -> int | None:
        """Quarter turns anticlockwise, None for another slant."""
        angle = math.atan2(self.matrix[1], self.matrix[0]) / (math.pi / 2)
        turns = round(angle)
        return -turns % 4 if abs(angle - turns) < _UPRIGHT_TOLERANCE else None

    @property
    def scale(self) -> float:
        """How much larger the page shows the object than its own coordinates say."""
        return math.hypot(self.matrix[0], self.matrix[1]) or 1.0


def ofd_pieces(page: OfdPage) -> Iterator[Piece]:
    """The pieces of a page and its template, in points, y growing upwards."""
    for root in page.roots:
        for element in named(root, "TextObject"):
            if (element.get("Visible") or "").lower() == "false":
                continue
            frame = _frame(element, page.height)
            for code in named(element, "TextCode"):
                yield from _code_pieces(code, frame)


def _frame(element: etree._Element, height: float) -> _Frame:
    boundary = numbers_of(element.get("Boundary"))
    left, top = (boundary[0], boundary[1]) if len(boundary) >= 2 else (0.0, 0.0)
    given = numbers_of(element.get("CTM"))
    matrix = (
        (given[0], given[1], given[2], given[3], given[4], given[5]) if len(given) == 6 else _PLAIN
    )
    if abs(matrix[0]) + abs(matrix[1]) < _FLAT:
        matrix = _PLAIN
    sizes = numbers_of(element.get("Size"))
    size = sizes[0] if sizes and sizes[0] > 0 else _USUAL_SIZE
    return _Frame(left, top, matrix, size, height)


def _code_pieces(code: etree._Element, frame: _Frame) -> Iterator[Piece]:
    """The pieces of a run of characters, parted where it moves on by more than a space."""
    text = "".join(map(str, code.itertext())).replace("\n", "").replace("\r", "")
    x, y = (_number(code.get("X")), _number(code.get("Y")))
    steps = _steps(code.get("DeltaX"), len(text) - 1)
    falls = _steps(code.get("DeltaY"), len(text) - 1)
    part, start, fallen = "", (x, y), 0.0
    end = x
    for place, sign in enumerate(text):
        if part and (x - end > CELL_GAP * frame.size or abs(y - start[1]) > _NARROW * frame.size):
            yield from _piece(part, start, end, frame)
            part = ""
        if not part:
            start = (x, y)
        part += sign
        width = frame.size * (1.0 if ord(sign) > 0x2E7F else _NARROW)
        end = x + width
        fallen = falls[place] if place < len(falls) else 0.0
        # Where no step is told the next character follows the one before.
        x += steps[place] if place < len(steps) else (0.0 if fallen else width)
        y += fallen
    yield from _piece(part, start, end, frame)


def _piece(text: str, start: tuple[float, float], end: float, frame: _Frame) -> Iterator[Piece]:
    shown = text.strip(" \t")
    if not shown.strip():
        return
    blanks = len(text) - len(text.lstrip(" \t"))
    x, y = start[0] + blanks * _NARROW * frame.size, start[1]
    corners = [
        frame.point(across, y + down * frame.size)
        for across in (x, max(end, x))
        for down in (-_ABOVE, _BELOW)
    ]
    yield Piece(
        text=shown,
        left=POINTS * min(corner[0] for corner in corners),
        right=POINTS * max(corner[0] for corner in corners),
        bottom=POINTS * (frame.height - max(corner[1] for corner in corners)),
        top=POINTS * (frame.height - min(corner[1] for corner in corners)),
        size=max(1.0, POINTS * frame.size * frame.scale),
        turns=frame.turns,
    )


def _steps(text: str | None, most: int) -> list[float]:
    """The way from each character to the next; `g 4 3.5` stands for four steps of 3.5."""
    words = (text or "").replace(",", " ").split()
    steps: list[float] = []
    place = 0
    while place < len(words) and len(steps) < most:
        if words[place] == "g" and place + 2 < len(words):
            count = int(_number(words[place + 1]))
            repeats = max(0, min(count, most - len(steps), _MOST_REPEATS))
            steps.extend([_number(words[place + 2])] * repeats)
            place += 3
        else:
            steps.append(_number(words[place]))
            place += 1
    return steps


def _number(text: str | None) -> float:
    return next(iter(numbers_of(text)), 0.0)
