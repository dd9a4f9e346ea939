"""The entities that rules find in a block: dates, sums, quantities, documents and ethnic groups."""

import itertools
from collections.abc import Iterator
from typing import Any

from huibao.annotation import Mention
from huibao.values.amount_values import money_value, quant_value
from huibao.values.amounts import amounts
from huibao.values.date_values import date_value
from huibao.values.dates import date_spans
from huibao.values.documents import number_spans, number_value, title_spans, title_value
from huibao.values.ethnic import ethnic_spans, ethnic_value

RULE_TYPES = ("DOC_TITLE", "DOC_NO", "DATE", "MONEY", "QUANT", "ETHNIC")


def find_mentions(text: str) -> tuple[Mention, ...]:
    """The rule entities of one block's canonical text, in order, none overlapping, each with its value.

    Where two overlap the more certain type wins: a title holds its own dates and numbers.
    """
    taken = bytearray(len(text))
    found: list[Mention] = []
    for kind, start, end in _candidates(text):
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            found.append(Mention(kind, start, end, value=value_of(kind, text, start, end)))
    found.sort(key=lambda mention: mention.start)
    return _with_numbers_of_titles(text, found)


def value_of(kind: str, text: str, start: int, end: int) -> dict[str, Any] | None:
    """The value of a mention as far as its own block tells, None for types that rules do not read."""
    span = text[start:end]
    match kind:
        case "DATE":
            return date_value(span)
        case "MONEY":
            return money_value(span, text[max(0, start - 20) : start])
        case "QUANT":
            return quant_value(span, text[max(0, start - 4) : start])
        case "DOC_TITLE":
            return title_value(span)
        case "DOC_NO":
            return number_value(span)
        case "ETHNIC":
            return ethnic_value(span)
    return None


def _candidates(text: str) -> Iterator[tuple[str, int, int]]:
    for start, end in title_spans(text):
        yield "DOC_TITLE", start, end
    for start, end in number_spans(text):
        yield "DOC_NO", start, end
    for start, end in date_spans(text):
        yield "DATE", start, end
    for amount in amounts(text):
        yield amount.type, amount.start, amount.end
    for start, end in ethnic_spans(text):
        yield "ETHNIC", start, end


def _with_numbers_of_titles(text: str, mentions: list[Mention]) -> tuple[Mention, ...]:
    """Gives a title the number that stands beside it: 《…的意见》（民委发〔2014〕94号）."""
    out = list(mentions)
    for place, (left, right) in enumerate(itertools.pairwise(mentions)):
        beside = text[left.end : right.start] in ("", "（", "(")
        if beside and (left.type, right.type) == ("DOC_TITLE", "DOC_NO"):
            number = (right.value or {}).get("canonical")
            out[place] = left.valued({**(left.value or {}), "doc_no": number})
    return tuple(out)
