"""When, by whom and where: what stands around an amount in its block."""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from huibao.annotation import Mention

_SENTENCE = re.compile("[。！？；\n]")
_FARTHEST = 300  # characters that are looked at before a place
_CLAUSE = re.compile("[，；：。！？\n]")
_TOWARDS = re.compile(
    "(?:向|对|为|给|由于|在|到|赴|把|与|和|同|联合|会同|邀请|协调|组织|依托|走进)$"
)
_AT = re.compile("(?:在|到|赴|于|进|深入|走进|来到|前往|位于)$")
_UNDATED = ("set", "duration")


def sentence_starts(text: str) -> list[int]:
    """Where the sentences of a text begin."""
    return [0, *(stop.end() for stop in _SENTENCE.finditer(text))]


def sentence_start(starts: Sequence[int], place: int) -> int:
    """Where the sentence begins that holds a place, or what is near enough of it to be looked at."""
    return max(starts[bisect_right(starts, place) - 1], place - _FARTHEST)


def period_of(
    sentence: int, place: int, dates: Sequence[Mention], fields: Mapping[str, Any]
) -> str | None:
    """The nearest date before a place of the same sentence, else the report's year, as an interval."""
    for date in reversed(_between(dates, sentence, place)):
        value = date.value or {}
        if value.get("kind") not in _UNDATED:
            interval = _interval(value.get("from"), value.get("to"))
            if interval:
                return interval
    year = fields.get("year")
    return f"{year}-01-01/{year}-12-31" if year else None


def actor_of(text: str, sentence: int, place: int, organs: Sequence[Mention]) -> str | None:
    """The organ that acts: the last before a place in the sentence that no preposition governs."""
    for organ in reversed(_between(organs, sentence, place)):
        if not _TOWARDS.search(text[sentence : organ.start]):
            value = organ.value or {}
            return str(value.get("canonical") or text[organ.start : organ.end])
    return None


def place_of(text: str, sentence: int, place: int, places: Sequence[Mention]) -> str | None:
    """Where it happened: the place after 在 in the sentence, else the last of the same clause."""
    near = _between(places, sentence, place)
    for spot in reversed(near):
        if _AT.search(text[sentence : spot.start]):
            return text[spot.start : spot.end]
    for spot in reversed(near):
        if not _CLAUSE.search(text, spot.end, place):
            return text[spot.start : spot.end]
    return None


def _between(mentions: Sequence[Mention], start: int, end: int) -> Sequence[Mention]:
    return [mention for mention in mentions if start <= mention.start < end]


def _interval(first: str | None, last: str | None) -> str | None:
    if not first and not last:
        return None
    return f"{first or '..'}/{last or '..'}"
