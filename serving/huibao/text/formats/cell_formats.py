"""Shows the number of a cell as its office sees it: as a date, with its percent sign, rounded.

Source: ECMA-376 part 1, 18.8.30 and 18.8.31 (number formats; those from 27 on are China's).
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

GENERAL = "General"
_YEAR_MONTH, _MONTH_DAY = 'yyyy"年"m"月"', 'm"月"d"日"'
_SHORT_DATE = "yyyy/m/d"
BUILT_IN: dict[int, str] = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    14: _SHORT_DATE, 15: "d-m-yy", 16: "m-d", 17: "yy-m", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm",
    21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: _YEAR_MONTH, 28: _MONTH_DAY, 29: _MONTH_DAY,
    30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"',
    34: 'h"时"mm"分"', 35: 'h"时"mm"分"ss"秒"', 36: _YEAR_MONTH, 37: "#,##0", 38: "#,##0",
    39: "#,##0.00", 40: "#,##0.00", 41: "#,##0", 42: "#,##0", 43: "#,##0.00", 44: "#,##0.00",
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss", 50: _YEAR_MONTH, 51: _MONTH_DAY, 52: _YEAR_MONTH,
    53: _MONTH_DAY, 54: _MONTH_DAY, 55: _YEAR_MONTH, 56: _MONTH_DAY, 57: _YEAR_MONTH,
    58: _MONTH_DAY,
}  # fmt: skip
_LONGEST_FORMAT = 255
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|[_*].|\[\$(?P<sign>[^\]-]*)[^\]]*\]'
    r"|\[(?P<elapsed>[hms]{1,2})\]|\[[^\]]*\]|AM/PM|A/P|上午/下午|(?P<power>E[+-]0+)"
    r"|(?P<date>y+|m+|d+|h+|s+|a{3,4}|e)|(?P<general>General)"
    r"|(?P<digits>[0#?][0#?,.]*|\.[0#?]+)|(?P<percent>%)|(?P<end>;)|@|(?P<other>.)",
    re.IGNORECASE,
)
_LITERAL = ("quoted", "escaped", "sign", "other")
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
# 31 December 9999, the last day that spreadsheets know.
_LAST_DAY = 2_958_465
_WHOLE_DIGITS = 1e15
# Larger ones would be shown as powers of ten; decimal arithmetic holds 28 digits.
_LARGEST_SHOWN = 1e15
_MOST_DECIMALS = 8
_WEEKDAYS = "一二三四五六日"

# A piece of a format: what it is (text, date, digits, power, percent, end) and how it is written.
_Piece = tuple[str, str]
CellValue = float | datetime | date | time | timedelta


def shown(value: CellValue, number_format: str = GENERAL, *, since_1904: bool = False) -> str:
    """The text of a cell's number or date under its format; unknown formats show it plainly."""
    sections = _sections(number_format[:_LONGEST_FORMAT])
    if not isinstance(value, int | float):
        moment = _moment(value)
        dated = _is_date(sections[0])
        pieces = sections[0] if dated else _sections(_default_format(value))[0]
        return _date_text(pieces, moment, _hours(value))
    if _is_date(sections[0]):
        if not 0 <= value <= _LAST_DAY:
            return _plain(value)
        days = timedelta(seconds=round(value * 86400))
        return _date_text(sections[0], (_EPOCH_1904 if since_1904 else _EPOCH) + days, value * 24)
    return _number_text(value, sections)


@cache
def _sections(number_format: str) -> tuple[tuple[_Piece, ...], ...]:
    """The parts of a format: for positive numbers, negative ones, zero, text."""
    sections: list[list[_Piece]] = [[]]
    for kind, written in _pieces(number_format):
        if kind == "end":
            sections.append([])
        else:
            sections[-1].append((kind, written))
    return tuple(tuple(section) for section in sections)


def _pieces(number_format: str) -> Iterator[_Piece]:
    for match in _TOKEN.finditer(number_format):
        kind = match.lastgroup
        if kind in _LITERAL:
            yield "text", match[kind]
        elif kind is not None:
            written = match[kind]
            yield kind, written.lower() if kind in ("date", "elapsed") else written


def _is_date(section: tuple[_Piece, ...]) -> bool:
    return any(kind in ("date", "elapsed") for kind, _ in section)


def _number_text(value: float, sections: tuple[tuple[_Piece, ...], ...]) -> str:
    # A section for negative numbers brings its own sign.
    place, size = 0, value
    if value < 0 and len(sections) > 1:
        place, size = 1, -value
    elif value == 0 and len(sections) > 2:
        place = 2
    section = sections[place]
    kinds = [kind for kind, _ in section]
    if not section or "power" in kinds or kinds.count("digits") + kinds.count("general") > 1:
        return _plain(value)
    text = []
    for kind, written in section:
        if kind == "digits":
            # Mere question marks keep room for digits and show none of them.
            blank = not set(written) & set("0#")
            text.append("" if blank else _rounded(size, written, percent=kinds.count("percent")))
        else:
            text.append(_plain(size) if kind == "general" else written)
    return "".join(text).strip()


def _rounded(value: float, digits: str, *, percent: int) -> str:
    whole, _, decimals = digits.partition(".")
    thousands = len(digits) - len(digits.rstrip(","))
    most = min(sum(sign in "0#?" for sign in decimals), _MOST_DECIMALS)
    least = min(decimals.count("0"), most)
    if not abs(value) < _LARGEST_SHOWN:
        return _plain(value)
    number = Decimal(repr(value)).scaleb(2 * min(percent, 2) - 3 * min(thousands, 4))
    rounded = number.quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP)
    text = f"{rounded:,f}" if "," in whole.rstrip(",") else f"{rounded:f}"
    if most > least and "." in text:
        kept = len(text) - (most - least)
        text = text[:kept] + text[kept:].rstrip("0")
    text = text.removesuffix(".")
    width = whole.count("0")
    if "," not in whole and text.partition(".")[0].isdigit():
        text = "0" * (width - len(text.partition(".")[0])) + text
    return "0" if text == "-0" else text


def _plain(value: float) -> str:
    """A number without a format: no noise of binary fractions, no powers for whole numbers."""
    if abs(value) < _WHOLE_DIGITS and value == int(value):
        return str(int(value))
    return f"{value:.11g}"


def _date_text(section: tuple[_Piece, ...], moment: datetime, hours: float) -> str:
    text: list[str] = []
    for place, (kind, written) in enumerate(section):
        if kind == "date":
            text.append(_part(written, moment, is_minute=_is_minute(section, place)))
        elif kind == "elapsed":
            passed = {"h": hours, "m": hours * 60, "s": hours * 3600}[written[0]]
            text.append(str(int(passed)))
        elif kind == "text":
            text.append(written)
        # Parts of a second are of no account in a report.
    return "".join(text).strip()


def _is_minute(section: tuple[_Piece, ...], place: int) -> bool:
    """Whether an m stands for minutes: right after hours or right before seconds."""
    dated = ("date", "elapsed")
    before = [written for kind, written in section[:place] if kind in dated]
    after = [written for kind, written in section[place + 1 :] if kind in dated]
    return bool(before and before[-1][0] == "h") or bool(after and after[0][0] == "s")


def _part(written: str, moment: datetime, *, is_minute: bool) -> str:
    if written[0] in "ye":
        return f"{moment.year % 100:02}" if written == "yy" else str(moment.year)
    if written[0] == "a":
        return ("星期" if len(written) > 3 else "") + _WEEKDAYS[moment.weekday()]
    if written == "dddd":
        return "星期" + _WEEKDAYS[moment.weekday()]
    values = {"d": moment.day, "h": moment.hour, "s": moment.second}
    number = values.get(written[0], moment.minute if is_minute else moment.month)
    return f"{number:02}" if len(written) == 2 else str(number)


def _default_format(value: CellValue) -> str:
    if isinstance(value, time | timedelta):
        return "[h]:mm:ss"
    return BUILT_IN[22] if isinstance(value, datetime) and value.time() != time() else _SHORT_DATE


def _moment(value: datetime | date | time | timedelta) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, time):
        return datetime.combine(_EPOCH.date(), value)
    return _EPOCH + value


def _hours(value: datetime | date | time | timedelta) -> float:
    passed = value if isinstance(value, timedelta) else _moment(value) - _EPOCH
    return passed.total_seconds() / 3600
