"""The common outcome of all file readers: paragraphs in reading order, placed in one text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from huibao.report import Line, LineKind, Span
from huibao.text.limits import refuse_long_line, refuse_long_text

CELL_BREAK = " | "
_LINE = re.compile(r"[^\r\n]+")
# What separates a new paragraph from a wrapped one at a soft break: the one before has ended, or
# the next is indented or opens with a number. Pages copied from the web break paragraphs this way.
_ENDED = "。！？；：!?;:"
_BLANKS = {"\u3000": 1.0, "\t": 2.0}
_OPENS = re.compile(
    r"[ \t\u3000\u00a0]{2}|\u3000|[（(]?[一二三四五六七八九十0-9]{1,3}[）)、.．]|第.{1,3}[章节条]"
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, table, note or text box of a file, before it has a place in the page's text."""

    text: str
    kind: LineKind = "text"
    outline: int | None = None
    centred: bool | None = None
    indent: float | None = None


@dataclass(frozen=True, slots=True)
class Extract:
    """All that a reader took from a file, and what had to be said about it."""

    paragraphs: tuple[Paragraph, ...]
    warnings: tuple[str, ...] = ()


def joined(paragraphs: Iterable[Paragraph]) -> tuple[str, tuple[Line, ...]]:
    """The text of a page with one line per paragraph, and its lines; blank paragraphs are no lines.

    Raises:
        FileError: too_large, before more than the allowed text is put together.
    """
    pieces: list[str] = []
    lines: list[Line] = []
    place = 0
    for paragraph in paragraphs:
        if not paragraph.text.strip():
            continue
        refuse_long_line(len(paragraph.text))
        span = Span(place, place + len(paragraph.text))
        refuse_long_text(span.end)
        pieces.append(paragraph.text)
        lines.append(
            Line(span, paragraph.kind, paragraph.outline, paragraph.centred, paragraph.indent)
        )
        place = span.end + 1
    return "\n".join(pieces), tuple(lines)


def plain_lines(text: str) -> tuple[Line, ...]:
    """The lines of a plain text at their places; blank lines are left out.

    Raises:
        FileError: too_large for a text or a line over the limit.
    """
    refuse_long_text(len(text))
    lines = []
    for match in _LINE.finditer(text):
        if match[0].isspace():
            continue
        refuse_long_line(len(match[0]))
        lines.append(Line(Span(*match.span())))
    return tuple(lines)


def table_text(rows: Iterable[Iterable[str]]) -> str:
    """One table as text: a row a line, cells parted by a bar; empty rows and ends are left out."""
    lines = []
    for row in rows:
        cells = [" ".join(cell.split()) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            lines.append(CELL_BREAK.join(cells))
    return "\n".join(lines)


def typed_indent(text: str) -> float:
    """The width of the blanks that a paragraph opens with, in characters."""
    blanks = text[: len(text) - len(text.lstrip())]
    return sum(_BLANKS.get(sign, 0.5) for sign in blanks)


def split_at_soft_breaks(text: str) -> list[str]:
    """The paragraphs that soft breaks inside one paragraph stand for; other breaks stay inside."""
    pieces: list[str] = []
    for piece in text.split("\n"):
        ended = not pieces or pieces[-1].rstrip().endswith(tuple(_ENDED)) or not piece.strip()
        if ended or _OPENS.match(piece) or not pieces[-1].strip():
            pieces.append(piece)
        else:
            pieces[-1] += "\n" + piece
    return [piece for piece in pieces if piece.strip()]
