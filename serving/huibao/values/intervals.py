"""The first and last day of a point in time (month, 旬, quarter, half year) as ISO text with X."""

import calendar
from decimal import Decimal

from msgspec import Struct

from huibao.values.numerals import exact

UNKNOWN_YEAR = "XXXX"
_DEKADS = {"上": (1, 10), "中": (11, 20), "下": (21, 31)}
_EDGES_OF_MONTH = {"初": (1, 10), "中": (11, 20), "底": (21, 31), "末": (21, 31)}
# 年初 and 年底 are vague: the first and the last month stand for them
_MONTHS = {
    "全年": (1, 12), "年内": (1, 12), "上半年": (1, 6), "下半年": (7, 12), "年终": (12, 12),
    "初": (1, 1), "中": (6, 6), "底": (12, 12), "末": (12, 12), "终": (12, 12), "内": (1, 12),
    "春季学期": (2, 7), "秋季学期": (9, 13), "暑期": (7, 8), "暑假": (7, 8), "寒假": (1, 2), "寒期": (1, 2),
    "春季": (3, 5), "夏季": (6, 8), "秋季": (9, 11), "冬季": (12, 14),
}  # fmt: skip
_QUARTERS = "一二三四"


class Point(Struct, frozen=True):
    """A point in time as it is written; year, month and day as digits, with X where masked."""

    year: str | None = None
    month: str | None = None
    day: str | None = None
    part: str = ""

    @property
    def granularity(self) -> str:
        """The finest part that is written: day, dekad, month, quarter, half or year."""
        if self.day:
            return "day"
        if self.month:
            return "dekad" if self.part else "month"
        months = months_of(self.part)
        if months is None or months == (1, 12):
            return "year"
        length = months[1] - months[0] + 1
        return {1: "month", 3: "quarter", 6: "half"}.get(length, "multi")

    @property
    def masked_parts(self) -> set[str]:
        """Which of year, month and day a mask hides."""
        named = {"year": self.year, "month": self.month, "day": self.day}
        return {name for name, digits in named.items() if digits and "X" in digits}


def first_day(point: Point) -> str | None:
    """The ISO day a point begins with, None for a day that no calendar has (2月30日)."""
    return _day(point, first=True)


def last_day(point: Point) -> str | None:
    """The ISO day a point ends with, None for a day that no calendar has."""
    return _day(point, first=False)


def months_of(part: str) -> tuple[int, int] | None:
    """The months of 上半年, 前三季度, 前十个月, 年底 …; month 13 and up lie in the year after."""
    part = part.removeprefix("的")
    if part in _MONTHS:
        return _MONTHS[part]
    if part.startswith("年") and part[1:] in _MONTHS:
        return _MONTHS[part[1:]]
    if part.endswith("季度"):
        return _quarters(part)
    if part.endswith("个月"):
        count = _small(part.removeprefix("前").removesuffix("个月"))
        return (1, count) if count else None
    return None


def _quarters(part: str) -> tuple[int, int] | None:
    numbers = [
        int(sign) if sign.isdigit() else _QUARTERS.index(sign) + 1
        for sign in part
        if sign in "1234" or sign in _QUARTERS
    ]
    if not numbers:
        return None
    first = 1 if part.startswith("前") else min(numbers)
    return 3 * first - 2, 3 * max(numbers)


def _small(text: str) -> int | None:
    number = exact(text)
    return int(number) if number is not None and Decimal(0) < number <= 12 else None


def _day(point: Point, *, first: bool) -> str | None:
    year = point.year or UNKNOWN_YEAR
    if point.day and point.month:
        written = f"{year}-{point.month}-{point.day}"
        known = point.day.isdigit() and point.month.isdigit()
        real = not known or written == _iso(year, point.month, int(point.day))
        return written if real else None
    if point.month:
        days = _DEKADS if point.part.endswith("旬") else _EDGES_OF_MONTH
        parts = [days[sign] for sign in point.part if sign in days] or [(1, 31)]
        day = parts[0][0] if first else parts[-1][1]
        return _iso(year, point.month, day)
    start, end = months_of(point.part) or (1, 12)
    month = start if first else end
    if month > 12:
        year, month = _year_after(year), month - 12
    return _iso(year, f"{month:02}", 1 if first else 31)


def _iso(year: str, month: str, day: int) -> str:
    """A day that no month exceeds; in a masked month it is masked too."""
    if "X" in month:
        return f"{year}-{month}-XX"
    longest = calendar.monthrange(int(year) if year.isdigit() else 2023, int(month))[1]
    return f"{year}-{month}-{min(day, longest):02}"


def _year_after(year: str) -> str:
    return str(int(year) + 1) if year.isdigit() else year
