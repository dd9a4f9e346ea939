"""Which amounts of a block are parts of another, those included that do not add up."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from decimal import Decimal

from huibao.annotation import Entity
from huibao.facts.deeds import Amount

_OPEN_LIST = re.compile("其中|含|包括|等|如|新增|另")
_NAMED = re.compile("（(?:其中|含|包括)")
_FULL_STOP = re.compile("[。！？]")


def parts_by_value(entities: Sequence[Entity], indices: Sequence[int]) -> dict[int, int]:
    """The parts that the values name, as places in `indices` (a part's to its total's)."""
    places = {index: place for place, index in enumerate(indices)}
    out = {}
    for place, index in enumerate(indices):
        named = (entities[index].value or {}).get("part_of")
        if not named:
            continue
        total = named.get("entity")
        if total not in places or entities[total].text != named.get("text"):
            total = next(
                (i for i in reversed(indices[:place]) if entities[i].text == named.get("text")),
                None,
            )
        if total is not None:
            out[place] = places[total]
    return out


def parts_in_brackets(
    text: str,
    amounts: Sequence[Amount],
    numbers: Sequence[Decimal | None],
    inside: Sequence[tuple[int, int]],
) -> tuple[dict[int, int], set[int]]:
    """The parts that a bracket right behind a total lists, and the totals whose parts are all listed.

    Values link only parts that add up; a bracket that lists two or more amounts of the total's unit
    was meant as its breakdown even where it does not, which is what an office wants to hear of.
    """
    parts: dict[int, int] = {}
    complete: set[int] = set()
    starts = [amount.start for amount in amounts]
    for start, end in inside:
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        members, total = range(first, last), first - 1
        if total < 0 or (len(members) < 2 and not _NAMED.match(text, start)):
            continue
        same = [i for i in members if amounts[i].unit == amounts[total].unit]
        near = len(text[amounts[total].end : start]) <= 12
        if not same or len(same) != len(members) or not near or _FULL_STOP.search(text, start, end):
            continue
        parts |= dict.fromkeys(same, total)
        known = [numbers[i] for i in [total, *same]]
        if None not in known and not _OPEN_LIST.search(text, start, end):
            complete.add(total)
    return parts, complete


def without_chains(parts: Mapping[int, int]) -> dict[int, int]:
    """Parts of parts keep their nearest total; none is its own."""
    return {part: total for part, total in parts.items() if part != total}
