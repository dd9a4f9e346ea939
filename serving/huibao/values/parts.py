"""Which amounts are parts of another: 45个（省级40个、县级5个）, 200万元，其中省级50万元."""

import re
from collections.abc import Sequence
from decimal import Decimal

from huibao.annotation import Mention

_CUE = re.compile("其中|[（：]|包括|含|分别|即|——|分为|由")
_TOTAL_AFTER = re.compile("(?:共计|合计|总计|共|累计)[^，。；、]{0,8}$")
_STOP = re.compile("[。！？\n]")
_LONGEST_GAP = 40  # characters between two amounts
_LONGEST_RUN = 40  # amounts


def parts_of(text: str, mentions: Sequence[Mention]) -> dict[int, int]:
    """The parts among a block's mentions, as a map from a part's index to its total's.

    A run of amounts of one unit after a total is its parts if they sum up to it and a bracket, 其中
    or a colon opens them; after 其中 a single smaller amount is a part too. A total may also follow
    its parts, after 共.
    """
    parts: dict[int, int] = {}
    exact = [place for place, mention in enumerate(mentions) if _number(mention) is not None]
    if len(exact) < 2:
        return parts
    for total in exact:
        if total in parts:
            continue
        run = _run_after(text, mentions, total)
        for part in _summing(mentions, total, run) or _named(text, mentions, total, run):
            parts.setdefault(part, total)
        for part in _summing_before(text, mentions, total, parts):
            parts.setdefault(part, total)
    return parts


def _run_after(text: str, mentions: Sequence[Mention], total: int) -> list[int]:
    """The amounts of the same unit that follow in the sentence, from a cue on."""
    run: list[int] = []
    place = mentions[total].end
    opened = False
    for index in range(total + 1, min(len(mentions), total + _LONGEST_RUN)):
        between = text[place : mentions[index].start]
        if _STOP.search(between) or len(between) > _LONGEST_GAP:
            break
        opened = opened or _CUE.search(between) is not None
        place = mentions[index].end
        if opened and _same_unit(mentions[total], mentions[index]):
            run.append(index)
        elif not opened and _same_unit(mentions[total], mentions[index]):
            break
    return run


def _summing(mentions: Sequence[Mention], total: int, run: Sequence[int]) -> list[int]:
    """The first of the run that sum up to the total, none if they never do."""
    rest = _number(mentions[total]) or Decimal(0)
    for count, index in enumerate(run, 1):
        rest -= _number(mentions[index]) or Decimal(0)
        if rest == 0 and count >= 2:
            return list(run[:count])
        if rest <= 0:
            break
    return []


def _named(text: str, mentions: Sequence[Mention], total: int, run: Sequence[int]) -> list[int]:
    """What 其中 introduces, as long as it stays within the total."""
    between = text[mentions[total].end : mentions[run[0]].start] if run else ""
    if "其中" not in between:
        return []
    named, rest = [], _number(mentions[total]) or Decimal(0)
    for index in run:
        rest -= _number(mentions[index]) or Decimal(0)
        if rest < 0:
            break
        named.append(index)
    return named


def _summing_before(
    text: str, mentions: Sequence[Mention], total: int, parts: dict[int, int]
) -> list[int]:
    if not _TOTAL_AFTER.search(text[max(0, mentions[total].start - 16) : mentions[total].start]):
        return []
    rest = _number(mentions[total]) or Decimal(0)
    found: list[int] = []
    for index in range(total - 1, max(-1, total - _LONGEST_RUN), -1):
        between = text[mentions[index].end : mentions[total].start]
        if (
            _STOP.search(between)
            or index in parts
            or not _same_unit(mentions[total], mentions[index])
        ):
            break
        rest -= _number(mentions[index]) or Decimal(0)
        found.append(index)
        if rest == 0 and len(found) >= 2:
            return found
    return []


def _same_unit(one: Mention, other: Mention) -> bool:
    if one.type != other.type or _number(other) is None:
        return False
    left, right = one.value or {}, other.value or {}
    return left.get("unit") == right.get("unit") and left.get("unit_norm") != "percent"


def _number(mention: Mention) -> Decimal | None:
    """The exact number of a sum or quantity, None for approximate and masked ones."""
    value = mention.value or {}
    number = value.get("cny" if mention.type == "MONEY" else "value")
    if mention.type not in ("MONEY", "QUANT") or number is None or value.get("approx") != "eq":
        return None
    return Decimal(number)
