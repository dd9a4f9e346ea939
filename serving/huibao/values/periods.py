"""Periods that hang on the report's year (三年来, 过去五年), plans (“十四五”), and recurrences (每季度)."""

import re
from typing import Any

from huibao.values.numerals import exact

_EVERY = re.compile(
    "每(?P<count>[两二三四五六2-6])?个?(?P<unit>半年|半个?月|年度?|季度?|月|周|星期|旬|日|天|学期|学年)"
)
_EVERY_UNIT = {
    "半年": ("P6M", "half"), "年": ("P1Y", "year"), "季": ("P3M", "quarter"), "月": ("P1M", "month"),
    "半月": ("P15D", "dekad"), "旬": ("P10D", "dekad"), "周": ("P1W", "week"), "星期": ("P1W", "week"),
    "日": ("P1D", "day"), "天": ("P1D", "day"), "学期": ("P6M", "half"), "学年": ("P1Y", "year"),
}  # fmt: skip
_PLAN = re.compile(
    "“?(?P<ordinal>[一二三四五六七八九十]{1,3})五”?(?P<part>时期|期间|以来|初期|中期|末期?)?"
)
_PERIOD = re.compile(
    "(?P<side>过去|今后|未来|近|最近|这|此后|接下来)?的?(?P<count>[一二两三四五六七八九十半]{1,3}|\\d{1,2})(?P<more>多|余)?个?"
    "(?P<unit>年|月|学期|季度)多?(?P<tail>以?来|间|里|内|前)?"
)
_DECADE = re.compile("(?:上|20)世纪(?P<tens>[二三四五六七八九]十|\\d0)年代")
_AHEAD = ("今后", "未来", "此后", "接下来")
_UNRESOLVED = re.compile("[本当上下这]个?(?:月|季度|周)|月[初底末内]|[上下]半月|岁末年初")


def period_value(text: str, year: int | None) -> dict[str, Any] | None:
    """The value of a period, plan, recurrence or unresolved near date, None for a calendar date.

    A recurrence has `every` (an ISO 8601 duration) instead of days.
    """
    every = _EVERY.match(text)
    if every:
        return _recurrence(every)
    plan = _PLAN.match(text)
    if plan and (plan["part"] or "“" in text):
        return _plan_period(plan)
    decade = _DECADE.match(text)
    if decade:
        start = 1900 + int(exact(decade["tens"]) or 0)
        return _value(f"{start}-01-01", f"{start + 9}-12-31", "multi", "range", 0.9)
    if text.startswith("今冬明春"):
        first = f"{year}-12-01" if year else None
        last = f"{year + 1}-05-31" if year else None
        return _value(first, last, "multi", "relative", 0.7, year)
    period = _PERIOD.fullmatch(text)
    if period and (period["side"] or period["tail"] or period["unit"] == "年"):
        return _counted(period, year)
    if _UNRESOLVED.match(text):
        return _value(None, None, "month", "relative", 0.2)
    return None


def _recurrence(match: re.Match[str]) -> dict[str, Any]:
    unit = match["unit"].replace("度", "").replace("个", "")
    every, granularity = _EVERY_UNIT[unit]
    if match["count"]:
        every = every.replace("1", str(exact(match["count"])))
    return _value(None, None, granularity, "set", 1.0) | {"every": every}


def _plan_period(match: re.Match[str]) -> dict[str, Any]:
    """The five-year plans: the first ran from 1953, the third from 1966, from then on every five years."""
    ordinal = int(exact(match["ordinal"]) or 0)
    first = 1966 + 5 * (ordinal - 3) if ordinal >= 3 else 1953 + 5 * (ordinal - 1)
    last = first + 4
    part = match["part"] or ""
    if part.startswith("末"):
        first = last
    elif part in ("初期", "中期"):
        first, last = (first, first + 1) if part == "初期" else (first + 2, first + 2)
    end = None if part == "以来" else f"{last}-12-31"
    return _value(f"{first}-01-01", end, "multi", "open_from" if end is None else "range", 1.0)


def _counted(match: re.Match[str], year: int | None) -> dict[str, Any]:
    """三年来 ends with the report's year, 今后五年 begins after it, 十年前 is one point far back."""
    count = exact(match["count"].replace("半", "一"))
    if year is None or count is None or match["unit"] != "年" or match["count"] == "半":
        return _value(None, None, "multi", "duration", 0.3)
    years = int(count)
    if match["tail"] == "前":
        return _value(
            f"{year - years}-01-01", f"{year - years}-12-31", "year", "relative", 0.5, year
        )
    if match["side"] in _AHEAD or match["tail"] == "内":
        first, last = year + 1, year + years
    else:
        first, last = year - years + 1, year
    granularity = "year" if years == 1 else "multi"
    return _value(f"{first}-01-01", f"{last}-12-31", granularity, "duration", 0.7, year)


def _value(
    first: str | None,
    last: str | None,
    granularity: str,
    kind: str,
    confidence: float,
    anchor: int | None = None,
) -> dict[str, Any]:
    return {
        "from": first,
        "to": last,
        "granularity": granularity,
        "kind": kind,
        "masked": False,
        "masked_parts": [],
        "anchor": None if anchor is None else str(anchor),
        "confidence": confidence,
    }
