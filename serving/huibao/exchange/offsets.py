"""Spans of other tools at their characters of the text: checked, and counted anew where provable.

JavaScript counts 16-bit units, so that 😀 is two; browsers make one line break of CR LF. Either shifts
all spans behind it. A span is moved only where the text that came with it then stands there.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from huibao.errors import LabelError
from huibao.exchange.record import ForeignSpan

_BEYOND_16_BIT = "\uffff"


@dataclass(frozen=True, slots=True)
class Fitted:
    """A span that stands where it says; `counted` names the way of counting that had to be undone."""

    start: int
    end: int
    text: str
    label: str
    counted: str | None = None


def fitted_spans(spans: Sequence[ForeignSpan], text: str) -> list[Fitted]:
    """The spans in the order of the text, each once.

    Raises:
        LabelError: a span does not fit the text in any way of counting, or two overlap.
    """
    found = sorted(
        {_fitted(span, text) for span in spans}, key=lambda one: (one.start, one.end, one.label)
    )
    for one, other in pairwise(found):
        if other.start < one.end:
            raise LabelError(
                f"{one.label} {one.start}..{one.end} and {other.label} {other.start}..{other.end} "
                "overlap"
            )
    return found


def _fitted(span: ForeignSpan, text: str) -> Fitted:
    if _fits(span.start, span.end, span.text, text):
        return Fitted(span.start, span.end, text[span.start : span.end], span.label)
    for counted, places in _other_counts(text):
        start, end = bisect_left(places, span.start), bisect_left(places, span.end)
        whole = start < len(places) and end < len(places)
        if not whole or (places[start], places[end]) != (span.start, span.end):
            continue
        if span.text is not None and _fits(start, end, span.text, text):
            return Fitted(start, end, text[start:end], span.label, counted)
    raise LabelError(
        f"{span.label} {span.start}..{span.end}: {_sentence(span, text)}; offsets must count the "
        "code points of the text"
    )


def _fits(start: int, end: int, said: str | None, text: str) -> bool:
    if not 0 <= start < end <= len(text):
        return False
    return said is None or _plain(text[start:end]) == _plain(said)


def _plain(text: str) -> str:
    r"""The text with one sign for a line break, which tools write as `\n`, LF, or with a space before."""
    for said in ("\\n", "\r\n", " \n"):
        text = text.replace(said, "\n")
    return text


def _other_counts(text: str) -> Iterator[tuple[str, list[int]]]:
    """Ways to count otherwise than in code points, with the place of each character and of the end."""
    wide = [2 if sign > _BEYOND_16_BIT else 1 for sign in text]
    broken = [0 if sign == "\r" and text[at + 1 : at + 2] == "\n" else 1 for at, sign in enumerate(text)]  # fmt: skip
    both = [one * other for one, other in zip(wide, broken, strict=True)]
    for counted, widths in (
        ("16-bit units", wide),
        ("CR LF as one", broken),
        ("16-bit units, CR LF as one", both),
    ):
        yield counted, list(accumulate(widths, initial=0))


def _sentence(span: ForeignSpan, text: str) -> str:
    if not 0 <= span.start < span.end <= len(text):
        return f"the text has {len(text)} characters"
    return f"{text[span.start : span.end]!r} stands there, not {span.text!r}"
