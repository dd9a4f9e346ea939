"""Where the name of an entity begins and ends, by the annotation rules: quotes, and the tail 活动."""

import re
from collections.abc import Iterator, Sequence

from huibao.annotation import Mention

# A name that ends in one of these is complete without 活动 or 工作; another needs 活动 as its head.
_HEAD = re.compile(
    r"(?:月|周|年|日|节|季|会|营|赛|展|展演|汇演|演出|巡演|工程|行动|计划|仪式|论坛|普法|整治|大会战)”?$"
)
_TAIL = re.compile(r"(?:活动|工作)$")
_FOLLOWING = re.compile(r"”?活动(?!室|中心|场)")


def with_fitting_ends(mentions: Sequence[Mention], text: str) -> tuple[Mention, ...]:
    """The mentions of a block's text with the quotes and the tail that belong to them, and no others.

    Quotes around a whole name stay outside; inside a longer one (“五违四必”整治) they stay, in pairs.
    活动 is part of an event's name only where it is its sole head (“八进”活动, not 宣传月活动).
    """
    return tuple(_without_overlaps(_fitted(mention, text) for mention in mentions))


def _fitted(mention: Mention, text: str) -> Mention | None:
    paired = _with_quotes_paired(mention, text)
    if paired is None or paired.type != "EVENT":
        return paired
    return _with_quotes_paired(_with_own_tail(paired, text), text)


def _with_own_tail(event: Mention, text: str) -> Mention:
    name = text[event.start : event.end]
    tail = _TAIL.search(name)
    if tail:
        complete = _HEAD.search(name[: tail.start()])
        return event.at(event.start, event.end - len(tail.group())) if complete else event
    after = _FOLLOWING.match(text, event.end)
    return event.at(event.start, after.end()) if after and not _HEAD.search(name) else event


def _with_quotes_paired(mention: Mention, text: str) -> Mention | None:
    first, last = mention.start, mention.end
    name = text[first:last]
    opens, closes = name.count("“"), name.count("”")
    if not opens and not closes:
        return mention
    whole = name.startswith("“") and name.endswith("”") and (opens, closes) == (1, 1)
    if closes > opens and not name.endswith("”") and text[first - 1 : first] == "“":
        first -= 1
    if opens > closes and not name.startswith("“") and text[last : last + 1] == "”":
        last += 1
    first += name.startswith("“") and (whole or opens > closes)
    last -= name.endswith("”") and (whole or closes > opens)
    return mention.at(first, last) if first < last else None


def _without_overlaps(mentions: Iterator[Mention | None]) -> Iterator[Mention]:
    """A name that grew into the next one keeps to its place."""
    place = 0
    for mention in mentions:
        if mention is not None and mention.start >= place:
            yield mention
            place = mention.end
