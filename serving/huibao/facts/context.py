"""When, by whom and where: what stands around an amount in its block."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

from huibao.annotation import Mention

_SENTENCE_STOPS = "。！？；\n"
_FARTHEST = 300  # characters that are looked at before a place
_CLAUSE = re.compile("[，；：。！？\n]")
_TOWARDS = re.compile(
    "(?:向|对|为|给|由于|在|到|赴|把|与|和|同|联合|会同|邀请|协调|组织|依托|走进)$"
)
_AT = re.compile("(?:在|到|赴|于|进|深入|走进|来到|前往|位于)$")
_UNDATED = ("set", "duration")


def period_of(
    text: str, place: int, dates: Sequence[Mention], fields: Mapping[str, Any]
) -> str | None:
    """The nearest date before a place of the same sentence, else the report's year, as an interval."""
    start = _sentence_start(text, place)
    for date in reversed(_between(dates, start, place)):
        value = date.value or {}
        if value.get("kind") not in _UNDATED:
            interval = _interval(value.get("from"), value.get("to"))
            if interval:
                return interval
    year = fields.get("year")
    return f"{year}-01-01/{year}-12-31" if year else None


def actor_of(text: str, place: int, organs: Sequence[Mention]) -> str | None:
    """The organ that acts: the last before a place in the sentence that no preposition governs."""
    start = _sentence_start(text, place)
    for organ in reversed(_between(organs, start, place)):
        if not _TOWARDS.search(text[start : organ.start]):
            value = organ.value or {}
            return str(value.get("canonical") or text[organ.start : organ.end])
    return None


def place_of(text: str, place: int, places: Sequence[Mention]) -> str | None:
    """Where it happened: the place after 在 in the sentence, else the last of the same clause."""
    start = _sentence_start(text, place)
    near = _between(places, start, place)
    for spot in reversed(near):
        if _AT.search(text[start : spot.start]):
            return text[spot.start : spot.end]
    for spot in reversed(near):
        if not _CLAUSE.search(text, spot.end, place):
            return text[spot.start : spot.end]
    return None


def _between(mentions: Sequence[Mention], start: int, end: int) -> Sequence[Mention]:
    first = bisect_left(mentions, start, key=lambda mention: mention.start)
    return mentions[first : bisect_left(mentions, end, key=lambda mention: mention.start)]


def _sentence_start(text: str, place: int) -> int:
    first = max(0, place - _FARTHEST)
    last = max(text.rfind(stop, first, place) for stop in _SENTENCE_STOPS)
    return first if last < 0 else last + 1


def _interval(first: str | None, last: str | None) -> str | None:
    if not first and not last:
        return None
    return f"{first or '..'}/{last or '..'}"
