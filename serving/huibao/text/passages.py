"""Passages: the paragraphs of a page as the segmenter sees them, with the way back to its text."""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from huibao.report import Line, LineKind, Page, Span

_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_TO_BLANK = str.maketrans(dict.fromkeys(_INVISIBLE, " "))
_INDENT = {"\u3000": 1.0, "\t": 2.0}


class Passage(Struct, frozen=True):
    """A paragraph, or a part of one.

    `text` is in canonical characters, without line breaks; `origin[i]` is the offset in the page of
    its i-th character. `start` and `end` are offsets in the page and may take in invisible signs that
    `text` leaves out. `gap` says that a blank line stands above, `severed` that furniture does;
    `rows` counts the lines it was joined from.
    """

    text: str
    origin: Sequence[int]
    start: int
    end: int
    kind: LineKind = "text"
    outline: int | None = None
    centred: bool | None = None
    indent: float = 0.0
    gap: bool = False
    severed: bool = False
    rows: int = 1

    @property
    def apart(self) -> bool:
        """Whether a blank line or furniture stands between this line and the one above."""
        return self.gap or self.severed

    def part(self, first: int, last: int) -> "Passage":
        """Characters `first` to `last` (half-open) as a passage of their own.

        White space around the part is left out of its text; what lies between two parts of a passage
        belongs to the former one.
        """
        raw = self.text[first:last]
        size = len(raw.strip())
        begin = first + len(raw) - len(raw.lstrip()) if size else first
        following = last
        while following < len(self.text) and self.text[following].isspace():
            following += 1
        start = self.start if first == 0 else self.origin[begin]
        end = self.end if following >= len(self.text) else self.origin[following]
        return Passage(
            self.text[begin : begin + size],
            self.origin[begin : begin + size],
            start,
            end,
            self.kind,
            self.outline,
            self.centred,
            self.indent,
            self.gap and first == 0,
            self.severed and first == 0,
        )


def passages_of(page: Page, characters: str) -> list[Passage]:
    """The lines of a page as passages, blank ones left out.

    A break inside a line is the file's own way to wrap it (or to end a row of a table).

    Args:
        page: The page.
        characters: `canonical_characters` of its text.
    """
    found: list[Passage] = []
    previous_end = 0
    for line in page.lines:
        rows = list(_rows(page.text, line.span))
        if not rows:
            continue
        gap = page.text.count("\n", previous_end, rows[0][0]) > 1
        parts = [_passage(page.text, characters, *row, line, gap=gap) for row in rows]
        found.append(parts[0] if len(parts) == 1 else replace(joined(parts), rows=1))
        previous_end = line.span.end
    return found


def joined(passages: Sequence[Passage]) -> Passage:
    """Several lines as one passage."""
    if len(passages) == 1:
        return passages[0]
    first = passages[0]
    origin = [place for passage in passages for place in passage.origin]
    return Passage(
        "".join(passage.text for passage in passages),
        origin,
        first.start,
        passages[-1].end,
        first.kind,
        first.outline,
        first.centred,
        first.indent,
        first.gap,
        first.severed,
        len(passages),
    )


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without the white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _rows(text: str, span: Span) -> Iterator[tuple[int, int]]:
    """The non-blank rows inside a span."""
    start = span.start
    while start < span.end:
        stop = text.find("\n", start, span.end)
        stop = span.end if stop < 0 else stop
        if not text[start:stop].isspace() and stop > start:
            yield start, stop
        start = stop + 1


def _passage(
    source: str, characters: str, row_start: int, row_end: int, line: Line, *, gap: bool
) -> Passage:
    start, end = trimmed(source, row_start, row_end)
    indent = line.indent
    if indent is None:
        indent = sum(_INDENT.get(sign, 0.5) for sign in source[row_start:start])
    text = characters[start:end]
    origin: Sequence[int] = range(start, end)
    blanked = text.translate(_TO_BLANK)
    if blanked != text:
        kept = [place for place, sign in enumerate(text) if sign not in _INVISIBLE]
        text, origin = "".join(text[place] for place in kept), [start + place for place in kept]
    size = len(text.strip())
    lead = len(text) - len(text.lstrip())
    return Passage(
        text[lead : lead + size],
        origin[lead : lead + size],
        start,
        end,
        line.kind,
        line.outline,
        line.centred,
        indent,
        gap,
    )
