"""Where the clauses of a block begin and end, what stands in brackets, and what is no verb's place."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from msgspec import Struct

_BREAK = re.compile("[，。；！？：\n\t|│,;]")
_SENTENCE_BREAKS = frozenset("。！？；\n|│")
_BRACKET = re.compile("（[^（）\n]*）|\\([^()\n]*\\)")
_TITLE = re.compile("《[^《》\n]*》|“[^“”\n]*”|‘[^‘’\n]*’")
_LONGEST = 400  # characters: what has no stop for longer than that is no clause of a report
HIDDEN = "\x00"  # stands for a character of a bracket: no word, no noun


class Clause(Struct, frozen=True):
    """A clause of a block; `sentence` numbers its sentence, `bracket` is where its bracket begins."""

    start: int
    end: int
    sentence: int
    bracket: int | None = None


def brackets(text: str, amounts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The brackets of a text, but for those of a unit: 60块（条）."""
    starts = [start for start, _ in amounts]
    out = []
    for match in _BRACKET.finditer(text):
        before = bisect_left(starts, match.start()) - 1
        if before < 0 or amounts[before][1] <= match.start():
            out.append(match.span())
    return out


def hidden(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with these spans hidden, character by character."""
    pieces, place = [], 0
    for start, end in spans:
        pieces += [text[place:start], HIDDEN * (end - start)]
        place = end
    return "".join([*pieces, text[place:]])


def without_names(text: str) -> str:
    """The text with titles and quoted names hidden, whose words are nobody's verbs."""
    return _TITLE.sub(lambda match: HIDDEN * len(match.group()), text)


def bracket_of(place: int, inside: Sequence[tuple[int, int]]) -> int | None:
    """Where the bracket around a place begins."""
    index = bisect_right(inside, (place, place)) - 1
    return inside[index][0] if index >= 0 and place < inside[index][1] else None


def clauses(text: str, inside: Sequence[tuple[int, int]]) -> list[Clause]:
    """The clauses of a block in order, those inside its brackets included."""
    outer = _cut(hidden(text, inside), 0, len(text), 0, None)
    starts = [clause.start for clause in outer]
    inner: list[Clause] = []
    for start, end in inside:
        around = outer[bisect_right(starts, start) - 1]
        inner += _cut(text, start + 1, end - 1, around.sentence, start)
    return sorted([*outer, *inner], key=lambda clause: (clause.start, -clause.end))


def _cut(text: str, start: int, end: int, sentence: int, bracket: int | None) -> list[Clause]:
    out, place = [], start
    for match in _BREAK.finditer(text, start, end):
        while match.start() - place > _LONGEST:
            out.append(Clause(place, place + _LONGEST, sentence, bracket))
            place += _LONGEST
        out.append(Clause(place, match.start(), sentence, bracket))
        place = match.end()
        if bracket is None and match.group() in _SENTENCE_BREAKS:
            sentence += 1
    while end - place > _LONGEST:
        out.append(Clause(place, place + _LONGEST, sentence, bracket))
        place += _LONGEST
    out.append(Clause(place, end, sentence, bracket))
    return out
