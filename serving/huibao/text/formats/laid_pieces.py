"""What stands where on a page of fixed layout (PDF, OFD): pieces of text, turned upright."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

# Between two characters of a line lies nearly nothing; this much, in characters, parts cells.
CELL_GAP = 1.5


@dataclass(frozen=True, slots=True)
class Piece:
    """Text without a gap in it; lengths in points, y grows upwards, `size` is a character's width.

    `turns` counts quarter turns anticlockwise; None for any other slant (a watermark).
    """

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float
    turns: int | None = 0

    @property
    def middle(self) -> float:
        """Half the height of the piece's place on the page."""
        return (self.bottom + self.top) / 2


def upright_page(
    pieces: Sequence[Piece], width: float, height: float
) -> tuple[list[Piece], float, float]:
    """The pieces turned so that most of them stand upright, and the page's width and height then."""
    turns = Counter(piece.turns for piece in pieces if piece.turns is not None)
    turn = turns.most_common(1)[0][0] if turns else 0
    if not turn:
        return list(pieces), width, height
    turned = [_turned_back(piece, turn, width, height) for piece in pieces]
    return (turned, height, width) if turn in (1, 3) else (turned, width, height)


def _turned_back(piece: Piece, turn: int, width: float, height: float) -> Piece:
    """The piece on the page turned so that text set at `turn` quarters stands upright."""
    left, right, bottom, top = piece.left, piece.right, piece.bottom, piece.top
    if turn == 1:
        left, right, bottom, top = bottom, top, width - right, width - left
    elif turn == 2:
        left, right, bottom, top = width - right, width - left, height - top, height - bottom
    else:
        left, right, bottom, top = height - top, height - bottom, left, right
    upright = None if piece.turns is None else (piece.turns - turn) % 4
    return replace(piece, left=left, right=right, bottom=bottom, top=top, turns=upright)
