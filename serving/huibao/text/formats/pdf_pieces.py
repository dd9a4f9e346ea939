"""Takes the pieces of text that stand on a PDF page, each with its place, from PDFium."""

import ctypes
import math
from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

import pypdfium2.raw as pdfium

from huibao.text.formats.laid_pieces import CELL_GAP, Piece, upright_page

_LINE_ENDS = (0x0A, 0x0D)
# PDFium's sign for a hyphen that only breaks a word.
_SOFT_HYPHEN = 0x02
_SPACES = frozenset((0x20, 0xA0, 0x3000, 0x09))
_QUARTER = math.pi / 2
_UPRIGHT_TOLERANCE = 0.05


class _Sign(NamedTuple):
    """A character; `number` is its place in the order of the page."""

    number: int
    code: int
    left: float
    bottom: float
    right: float
    top: float


def page_pieces(
    text_page: pdfium.FPDF_TEXTPAGE, width: float, height: float
) -> tuple[list[Piece], float, float]:
    """The pieces of a page turned upright, and the width and height of the page as read.

    The caller holds the lock of PDFium.
    """
    pieces = [piece for run in _runs(text_page) for piece in _split_run(text_page, run)]
    return upright_page(pieces, width, height)


def _runs(text_page: pdfium.FPDF_TEXTPAGE) -> Iterator[list[_Sign]]:
    """The characters of each line as PDFium cuts them."""
    box = pdfium.FS_RECTF()
    pointer = ctypes.byref(box)
    unicode_of, box_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    signs: list[_Sign] = []
    for index in range(pdfium.FPDFText_CountChars(text_page)):
        code = unicode_of(text_page, index)
        if code in _LINE_ENDS:
            if signs:
                yield signs
            signs = []
        elif box_of(text_page, index, pointer):
            signs.append(_Sign(index, code, box.left, box.bottom, box.right, box.top))
    if signs:
        yield signs


def _split_run(text_page: pdfium.FPDF_TEXTPAGE, signs: list[_Sign]) -> Iterator[Piece]:
    """The pieces of a line, parted where a gap is too wide for a space."""
    first = next((sign for sign in signs if sign.code not in _SPACES), None)
    if first is None:
        return
    turns = _turns(pdfium.FPDFText_GetCharAngle(text_page, first.number))
    if turns is None:
        yield _piece(signs, None, _size(signs, 0))
        return
    size = _size(signs, turns)
    widest = CELL_GAP * size
    part: list[_Sign] = []
    edge: float | None = None
    for sign in signs:
        if sign.code not in _SPACES:
            start, end = (sign.left, sign.right) if turns == 0 else _reach(sign, turns)
            if part and edge is not None and (start - edge > widest or edge - end > widest):
                yield _piece(part, turns, size)
                part = []
            edge = end
        part.append(sign)
    if any(sign.code not in _SPACES for sign in part):
        yield _piece(part, turns, size)


def _reach(sign: _Sign, turns: int) -> tuple[float, float]:
    """Where a character begins and ends in the direction in which its line runs."""
    if turns == 0:
        return sign.left, sign.right
    if turns == 1:
        return sign.bottom, sign.top
    return (-sign.right, -sign.left) if turns == 2 else (-sign.top, -sign.bottom)


def _piece(signs: list[_Sign], turns: int | None, size: float) -> Piece:
    text = "".join([_character(sign.code) for sign in signs]).strip(" ")
    inked = [sign for sign in signs if sign.code not in _SPACES]
    return Piece(
        text=text,
        left=min([sign.left for sign in inked]),
        right=max([sign.right for sign in inked]),
        bottom=min([sign.bottom for sign in inked]),
        top=max([sign.top for sign in inked]),
        size=size,
        turns=turns,
    )


def _size(signs: list[_Sign], turns: int) -> float:
    """The width of a Han character, which is the font's size; else the height of the line."""
    along = [end - start for start, end in (_reach(s, turns) for s in signs if _is_han(s.code))]
    if along:
        return max(median(along), 1.0)
    inked = [sign for sign in signs if sign.code not in _SPACES]
    across = [s.right - s.left if turns % 2 else s.top - s.bottom for s in inked]
    return max(median(across), 1.0)


def _turns(angle: float) -> int | None:
    """Quarter turns anticlockwise of an angle that PDFium counts clockwise."""
    turns = round(angle / _QUARTER)
    return -turns % 4 if abs(angle - turns * _QUARTER) < _UPRIGHT_TOLERANCE else None


def _is_han(code: int) -> bool:
    return 0x3400 <= code <= 0x9FFF


def _character(code: int) -> str:
    if code == _SOFT_HYPHEN:
        return "\u00ad"
    return chr(code) if 0x20 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"
