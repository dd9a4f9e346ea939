"""How official documents number their parts: 一、 （一） 1. 1、 （1） ① 一是 第一 第一章 —— 甲、 and more."""

import functools
import re
from collections.abc import Sequence
from typing import Literal, cast, get_args

from msgspec import Struct
from msgspec.structs import replace

System = Literal[
    "part",  # 第一部分
    "chapter",  # 第一章
    "section",  # 第一节
    "legal",  # 壹、
    "cn_dun",  # 一、
    "cn_par",  # （一）
    "stem",  # 甲、
    "ordinal",  # 第一，
    "ar_dot",  # 1.
    "ar_dun",  # 1、
    "ar_nested",  # 1.1
    "ar_par",  # （1） 1） ⑴
    "circle",  # ①
    "article",  # 第一条
    "shi",  # 一是
    "yao",  # 一要
    "qi",  # 其一，
    "dash",  # ——
    "bullet",  # ■
]
SYSTEMS: tuple[System, ...] = get_args(System)

# The order of GB/T 9704 (一、 over （一） over 1. over （1）), with the book-like ones above it.
HEADING_SYSTEMS: tuple[System, ...] = ("part", "chapter", "section", "legal", "cn_dun", "cn_par")
TITLED_SYSTEMS: frozenset[System] = frozenset(
    ("stem", "ordinal", "ar_dot", "ar_dun", "ar_nested", "ar_par")
)
_FAMILY: dict[System, System] = {"ar_dun": "ar_dot"}  # lists change from 1. to 2、 on the way

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0}
_LEGAL = "零壹贰叁肆伍陆柒捌玖拾"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_CN = "[一二三四五六七八九十百零〇]{1,5}"
_CIRCLES = "①-⑳"
_BULLETS = "■◆▲★◇※□○·•➢►❖"

# 三要素 and 一是一、二是二 number nothing.
_MARKER = re.compile(
    rf"""
      第[ ]?(?:{_CN}|\d{{1,2}})[ ]?(?:
          (?P<part>部分) | (?P<chapter>章) | (?P<section>节)(?!课|度|日)
        | (?P<article>条)(?=[ ])
        | (?P<ordinal>(?:件|项|条|点|步|招|个?方面)?(?:[，,、：:]|是(?!否))))
    | (?P<cn_dun>{_CN}[ ]?[、.])
    | (?P<cn_par>（[ ]?{_CN}[ ]?）[、.，]?|[㈠-㈩])
    | (?P<legal>[{_LEGAL}]{{1,3}}、)
    | (?P<stem>[{_STEMS}]、)
    | (?P<ar_nested>\d{{1,2}}(?:\.\d{{1,2}}){{1,2}})(?=[ ][^\d ])
    | (?P<ar_dot>\d{{1,3}}[ ]?\.)(?!\d)
    | (?P<ar_dun>\d{{1,3}}[ ]?、)
    | (?P<ar_par>[（(][ ]?\d{{1,2}}[ ]?[）)]|\d{{1,2}}[）)]|[⑴-⒇⒈-⒛])
    | (?P<circle>[{_CIRCLES}])
    | (?P<shi>{_CN}是)(?!否|一[，、；])
    | (?P<yao>{_CN}要)(?![素点件求闻务害塞职领义目道])
    | (?P<qi>其{_CN}[，,、：:是])
    | (?P<dash>[—―]{{1,3}}|--|－－)
    | (?P<bullet>[{_BULLETS}])
    """,
    re.VERBOSE | re.ASCII,  # of all digits of the world only those that reports are numbered with
)
# Nor do 一、二年级, 五、六月份 and 1、2号楼: a numeral one higher follows.
_NEXT_NUMERAL = re.compile(rf"({_CN}|\d{{1,3}})[、年月级类档层线季产次期日号组栋届]", re.ASCII)
_LONGEST = 40  # characters, far more than a number and what follows it
_NUMERAL = re.compile(rf"{_CN}|\d+|[{_LEGAL}]+|[{_STEMS}]|[{_CIRCLES}㈠-㈩⑴-⒇⒈-⒛]", re.ASCII)
_ENCLOSED = ("①", "㈠", "⑴", "⒈")


class Marker(Struct, frozen=True):
    """A part's number: its system, its value (None for dashes and bullets), its length in characters."""

    system: System
    number: int | None
    length: int

    @property
    def family(self) -> System:
        """The system, with spellings that change inside one list taken together."""
        return _FAMILY.get(self.system, self.system)

    def follows(self, other: "Marker") -> bool:
        """Whether this is the next number after `other` in the same list."""
        if self.family != other.family:
            return False
        if self.number is None or other.number is None:
            return True
        return self.number == other.number + 1


def marker_at(text: str, position: int = 0) -> Marker | None:
    """The number that stands at `position` of a canonical text, None if there is none."""
    return _marker_of(text[position : position + _LONGEST])


@functools.lru_cache(maxsize=4096)
def _marker_of(text: str) -> Marker | None:
    """The number that a text begins with; many rules ask for that of the same paragraph."""
    match = _MARKER.match(text)
    if match is None or match.lastgroup is None:
        return None
    system = cast(System, match.lastgroup)
    number = _value(system, match.group())
    if system in ("cn_dun", "ar_dun"):
        following = _NEXT_NUMERAL.match(text, match.end())
        if following is not None and _value(system, following[1]) == (number or 0) + 1:
            return None
    return Marker(system, number, match.end())


def chinese_number(numeral: str) -> int:
    """The value of 三, 十二, 二十 or 一百零三 (0 to 999).

    Raises:
        KeyError: if a character is no numeral.
    """
    total, digit = 0, 0
    for sign in numeral:
        if sign in "十百":
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[sign]
    return total + digit


def repaired(markers: Sequence[Marker]) -> list[Marker]:
    """The headings' numbers with 五、 read as （五） (or back) where its neighbours agree on it.

    In （一） … （四） 五、 三、 the fifth point was typed with its parent's sign; only the system
    changes, and only if the number continues one list and breaks the other.
    """
    following = _following_numbers(markers)
    reached: dict[System, int] = {"cn_dun": 0, "cn_par": 0}
    result: list[Marker] = []
    for marker, next_number in zip(markers, following, strict=True):
        system, number = marker.system, marker.number
        if system in reached and number is not None:
            other: System = "cn_par" if system == "cn_dun" else "cn_dun"
            misplaced = number != 1 and number == reached[other] + 1 != reached[system] + 1
            # 五、 is （五） if 三、 comes where 二、 left off, （三） is 三、 if its own list begins anew
            agrees = (reached[system] + 1, None) if system == "cn_dun" else (1,)
            if misplaced and next_number in agrees:
                system = other
            reached[system] = number
            if system == "cn_dun":
                reached["cn_par"] = 0
        result.append(marker if system == marker.system else replace(marker, system=system))
    return result


def _following_numbers(markers: Sequence[Marker]) -> list[int | None]:
    """For each number the next one of the same system, None at the end of its list."""
    following: list[int | None] = []
    nearest: dict[System, int | None] = {}
    for marker in reversed(markers):
        following.append(nearest.get(marker.system))
        nearest[marker.system] = marker.number
    return following[::-1]


def _value(system: System, label: str) -> int | None:
    if system in ("dash", "bullet"):
        return None
    numerals = _NUMERAL.findall(label)
    numeral = numerals[-1]
    if numeral.isascii():
        return int(numeral)
    for first in _ENCLOSED:
        if ord(first) <= ord(numeral[0]) < ord(first) + 20:
            return ord(numeral[0]) - ord(first) + 1
    if system == "legal":
        return chinese_number("".join("零一二三四五六七八九十"[_LEGAL.index(s)] for s in numeral))
    if system == "stem":
        return _STEMS.index(numeral) + 1
    return chinese_number(numeral)
