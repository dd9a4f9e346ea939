"""The days a written date covers, as an ISO interval; X stands for masked or unknown digits."""

import functools
import re
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from huibao.values.intervals import Point, first_day, last_day
from huibao.values.numerals import exact
from huibao.values.periods import period_value

_NUMERAL = r"[\dxX×*_＿〇○零Oo一二三四五六七八九十廿元正腊某]"
_RELATIVE = {
    "今年": 0, "本年": 0, "当年": 0, "同年": 0, "去年": -1, "上年": -1, "上一年": -1, "前年": -2,
    "明年": 1, "来年": 1, "次年": 1, "翌年": 1, "下一年": 1, "新的一年": 1, "后年": 2,
}  # fmt: skip
_TO_NEAREST = ("当年", "同年", "次年", "翌年")
_POINT = re.compile(
    rf"(?:(?P<relative>{'|'.join(sorted(_RELATIVE, key=len, reverse=True))})|(?P<year>{_NUMERAL}{{2,4}})年)?"
    rf"度?的?(?:(?P<month>{_NUMERAL}{{1,4}})月份?)?(?:(?P<day>{_NUMERAL}{{1,4}})[日号])?(?P<part>.*)"
)
_ISO = re.compile(r"(\d{4})([./-])(0?[1-9]|1[0-2])(?:\2(\d{1,2}))?(?![\d年])")
_MASKED_TENS = re.compile("(?<=^20)-(?=年)|(?<=^19)-(?=年)")
_RANGE = re.compile("(?<=.)(?:至|到|[-—–－~～]{1,2}|、)(?=.)")
_SIGN_AFTER_NUMBER = re.compile(f"{_NUMERAL}+(年|月|季度|个季度|日|号)")
_DEADLINE = re.compile("(?:之前|以前|前)$")
_AROUND = re.compile("(?:以来|期间|时期|内)$")
_MONTH_NAMES = {"元": "1"}  # 正月 and 腊月 are lunar
_MASK = "xX×*_＿某"


def date_value(text: str, *, year: int | None = None, near: Point | None = None) -> dict[str, Any]:
    """The value of a date mention.

    Args:
        text: The span in canonical text.
        year: The year the report speaks in, which 今年 and 去年 count from.
        near: The closest date before it, whose year and month complete a bare 5月 or 6日.

    Returns:
        from and to (ISO days; None for an open or unknown end), granularity, kind, masked,
        masked_parts, anchor (the year it was completed with) and confidence (0 to 1).
    """
    return dict(_date(text, year, near))


@functools.lru_cache(maxsize=4096)
def _date(text: str, year: int | None, near: Point | None) -> Mapping[str, Any]:
    """See `date_value`; a report names the same year and months over and over."""
    period = period_value(text, year)
    if period is not None:
        return period
    deadline = _DEADLINE.search(text) is not None
    body = _DEADLINE.sub("", text)
    since = body.endswith("以来")
    if near is None:
        near = Point(None if year is None else str(year))
    left, right = _ends(_AROUND.sub("", body), year, near)
    hidden = any(sign in _MASK for sign in body) or body.startswith(("20-", "19-"))
    masked = sorted(left.masked_parts | right.masked_parts) if hidden else []
    written = _ISO.match(body) or re.match(rf"{_NUMERAL}{{2,4}}年|20-年|\d{{4}}", body)
    relative = body.startswith(("今明", *_RELATIVE))
    kind = "deadline" if deadline else "open_from" if since else "relative" if relative else "range"
    return {
        "from": None if deadline else first_day(left),
        "to": None if since else last_day(right),
        "granularity": left.granularity if left.year == right.year else "multi",
        "kind": "point" if kind == "range" and left == right else kind,
        "masked": bool(masked),
        "masked_parts": masked,
        "anchor": None if written else left.year,
        "confidence": 1.0 if written else 0.9 if relative else 0.8 if left.year else 0.3,
    }


def _ends(body: str, year: int | None, near: Point) -> tuple[Point, Point]:
    """Both ends of a date; what one end leaves out is taken from the other."""
    iso = [match.groups() for match in _ISO.finditer(body)]
    if iso:
        points = [Point(y, f"{int(m):02}", f"{int(d):02}" if d else None) for y, _, m, d in iso]
        return points[0], points[-1]
    if body.startswith("今明两年"):
        this = _point("今年", year, near)
        return this, _point("明年", year, near)
    pieces = _RANGE.split(_MASKED_TENS.sub("XX", body))
    if len(pieces) != 2:
        whole = _point(_MASKED_TENS.sub("XX", body), year, near)
        return whole, whole
    low, high = pieces
    sign = _SIGN_AFTER_NUMBER.match(high)
    if sign and low[-1] not in "年月日号度旬底初末":
        low += sign[1]
    left = _point(low, year, near)
    right = _point(high, year, Point(near.year, left.month))
    if not re.match(rf"{_NUMERAL}{{2,4}}年", high) and not any(
        high.startswith(w) for w in _RELATIVE
    ):
        right = replace(right, year=left.year)
    return left, right


def _point(text: str, year: int | None, near: Point) -> Point:
    if re.fullmatch(r"\d{4}", text):
        return Point(text)  # 2018至2020年
    match = _POINT.fullmatch(text)
    if match is None:
        return Point(part=text)
    years = near.year
    if match["relative"]:
        base = years if match["relative"] in _TO_NEAREST else year
        known = base is not None and str(base).isdigit()
        years = str(int(base or 0) + _RELATIVE[match["relative"]]) if known else None
    elif match["year"]:
        years = _digits(match["year"], 4)
    month, day = _digits(match["month"], 2), _digits(match["day"], 2)
    if month and month.isdigit() and not 1 <= int(month) <= 12:
        month = None
    if day and not month:
        month = near.month or "XX"
    return Point(years, month, day, match["part"])


def _digits(text: str | None, width: int) -> str | None:
    """Year, month or day in digits: 二〇二三 2023, 20xx 20XX, x XX, 十一 11."""
    if not text:
        return None
    if any(sign in _MASK for sign in text):
        masked = "".join("X" if sign in _MASK else sign for sign in text)
        return masked if len(masked) == width else "X" * width
    number = exact(_MONTH_NAMES.get(text, text))
    if number is None:
        return "X" * width
    if width == 4 and number < 100:  # 98年, 03年
        number += 1900 if number >= 50 else 2000
    return f"{int(number):0{width}}"
