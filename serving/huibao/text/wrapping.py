"""Hard-wrapped text: where a document was exported line by line, and how its paragraphs were."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from huibao.text.front_matter import is_date, is_speaker, names_a_report
from huibao.text.numbering import HEADING_SYSTEMS, marker_at
from huibao.text.passages import Passage, joined

_FULL_LINES = 8  # fewer prove nothing: short paragraphs may be of one length by chance
_SLACK = 4  # a sign that may not open a line pulls the one before it down with it
_LONGER = 0.03
_OPEN_ENDED = 0.6
_INDENT = 1.5  # characters that a first line is set in, at the least
_LOST_INDENT = 6  # columns that a first line is short where its indent was not kept
_WIDTHS = range(24, 161)
_NARROW = re.compile(r"[\x20-\x2b\x2d-\x39\x3c-\x7e]")
_ADDRESS = re.compile(r"(各位|尊敬的|同志们|朋友们|主任、各位|主席团)[^。]{0,30}[：:！]?$")
_STOPS = "。！？；：”…"

_TITLE_REST = 5  # characters

Measure = Callable[[Passage], int]


def display_width(passage: Passage) -> int:
    """Columns of a line with its indent; a Chinese character takes two."""
    return round(2 * passage.indent) + 2 * len(passage.text) - len(_NARROW.findall(passage.text))


def character_width(passage: Passage) -> int:
    """Characters of a line with its indent, counted double to compare with columns."""
    return 2 * (round(passage.indent) + len(passage.text))


def wrapped_width(passages: Sequence[Passage]) -> tuple[int, Measure] | None:
    """The width at which the text was wrapped and how it is measured, None if it was not.

    Wrapped means: at least 8 lines lie within 4 columns of the width, at most 3 % are longer, and more
    than 60 % of the full lines end without a stop.
    """
    best: tuple[int, int, Measure] | None = None
    for measure in (display_width, character_width):
        lines = sorted(
            (measure(p), p.text[-1:] not in _STOPS) for p in passages if p.kind == "text"
        )
        widths = [width for width, _ in lines]
        for width in sorted(set(widths), reverse=True):
            longer = sum(w > width for w in widths)
            if longer > _LONGER * len(widths):
                break
            if width not in _WIDTHS:
                continue
            open_ended = [is_open for w, is_open in lines if width - _SLACK <= w <= width]
            enough = len(open_ended) >= max(_FULL_LINES, 0.2 * len(lines))
            wrapped = enough and sum(open_ended) > _OPEN_ENDED * len(open_ended)
            if wrapped and (best is None or len(open_ended) > best[0]):
                best = (len(open_ended), width, measure)
    return None if best is None else (best[1], best[2])


def unwrapped(passages: Sequence[Passage]) -> list[Passage]:
    """The paragraphs that hard-wrapped lines were cut from; lines that were not wrapped stay."""
    wrapping = _wrapping_of(passages)
    if wrapping is None:
        return list(passages)
    paragraphs: list[list[Passage]] = []
    for passage in passages:
        if paragraphs and (
            _completes_title(paragraphs[-1], passage) or _goes_on(paragraphs[-1], passage, wrapping)
        ):
            paragraphs[-1].append(passage)
        else:
            paragraphs.append([passage])
    return [joined(lines) for lines in paragraphs]


@dataclass(frozen=True, slots=True)
class _Wrapping:
    """How a text was wrapped: its width, and what is left of the first lines' indent.

    `indented`: first lines are set in; `shortened`: they are two characters short instead.
    """

    width: int
    measure: Measure
    indented: bool
    shortened: bool


def _wrapping_of(passages: Sequence[Passage]) -> _Wrapping | None:
    found = wrapped_width(passages)
    if found is None:
        return None
    indented = _indents_paragraphs(passages)
    shortened = not indented and _shortens_first_lines(passages, *found)
    return _Wrapping(*found, indented, shortened)


def _goes_on(paragraph: Sequence[Passage], passage: Passage, wrapping: _Wrapping) -> bool:
    """Whether a line continues the paragraph that was read so far."""
    previous = paragraph[-1]
    if previous.kind != "text" or passage.kind != "text" or passage.apart:
        return False
    open_ended = previous.text[-1:] not in _STOPS
    lost = _LOST_INDENT if open_ended and not _is_heading(previous) else 0
    if wrapping.measure(previous) < wrapping.width - _SLACK - 1 - lost:
        return False
    if is_speaker(passage.text) or is_date(passage.text) or _ADDRESS.match(passage.text):
        return False
    if wrapping.indented:
        return passage.indent < _INDENT
    if len(paragraph) == 1 and names_a_report(previous.text) and "，" not in previous.text:
        return False
    if open_ended:
        return True
    if marker_at(passage.text) is not None:
        return False
    return not (wrapping.shortened and _is_shortened(passage, wrapping.width, wrapping.measure))


def _completes_title(paragraph: Sequence[Passage], passage: Passage) -> bool:
    """Whether a line holds the last characters of a title: titles are set larger and wrap earlier."""
    first = paragraph[0]
    if len(paragraph) > 1 or passage.apart or first.kind != "text" or passage.kind != "text":
        return False
    whole = first.text + passage.text
    return (
        len(passage.text) <= _TITLE_REST < len(first.text)
        and marker_at(first.text) is None
        and not is_date(passage.text)
        and not is_speaker(passage.text)
        and names_a_report(whole)
        and not names_a_report(first.text)
    )


def _is_heading(passage: Passage) -> bool:
    """Whether a line is a numbered heading and holds nothing else."""
    marker = marker_at(passage.text)
    return marker is not None and marker.system in HEADING_SYSTEMS and "。" not in passage.text


def _indents_paragraphs(passages: Sequence[Passage]) -> bool:
    """Whether first lines are set in by two characters, as GB/T 9704 has it."""
    indented = sum(passage.indent >= _INDENT for passage in passages)
    return 3 <= indented < 0.8 * len(passages)


def _shortens_first_lines(passages: Sequence[Passage], width: int, measure: Measure) -> bool:
    """Whether first lines are two characters short, which is what is left of a lost indent."""
    firsts = [
        passage
        for previous, passage in pairwise(passages)
        if measure(previous) < width - 2 * _SLACK and measure(passage) >= width - 2 * _SLACK
    ]
    firsts_short = sum(_is_shortened(first, width, measure) for first in firsts)
    return len(firsts) >= 3 and firsts_short >= 0.7 * len(firsts)


def _is_shortened(passage: Passage, width: int, measure: Measure) -> bool:
    return width - _SLACK - 1 <= measure(passage) <= width - _SLACK + 1
