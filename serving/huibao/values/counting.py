"""Which numbers with a unit count something, and which are slogans, ordinals, names or idioms."""

import functools
import re

from huibao.values.numerals import MASK_SIGNS
from huibao.values.units import units, values_data

_LONE_HAN = ("百", "千", "万", "亿", "零", "〇", *"壹贰叁肆伍陆柒捌玖")
_PARTY_CONGRESSES = ("15", "16", "17", "18", "19", "20")
_SOME = "余多数几上"
_ABOUT = ("近", "约", "超", "逾", "超过")
_PRODUCT = re.compile(r"\d×\d")
_NO_ONE = re.compile("[又再这每新上下那某同有任头]$|没有?.?$|[未无].?$|不止$|不是$|第$")
_NO_TURN = re.compile("产业|会议|全会")
_HELD = re.compile("[办续业]了?$")
_PRINTED_OR_HELD = re.compile("[办开班刊印]")
_LIST_NUMBER = re.compile(r"\d{1,2}\.(?:19|20)\d\d")


def is_name_part(text: str, start: int, end: int) -> bool:
    """Whether what stands around a number makes it part of a name: 第3, G30, 〔2018, 1+36+1."""
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    if after == "年" and _LIST_NUMBER.fullmatch(text[start:end]):
        return True  # 1.2023年…: a list number before a year
    if before and (before in "第〔+＋.．" or (before.isascii() and before.isalnum())):
        return True
    if text[start] in MASK_SIGNS and after.isascii() and after.isalpha():
        return True
    return after in ("+", "＋")


def counts(text: str, start: int, end: int, core: str, unit: str) -> bool:
    """Whether a number and its unit count something.

    Args:
        text: The canonical text of the block.
        start: Where the number begins.
        end: Where its unit ends.
        core: The number as written.
        unit: The unit as written.
    """
    if any(sign in MASK_SIGNS for sign in core) and not _PRODUCT.search(core):
        return unit in units().masked or "/" in unit or "（" in unit
    if any(sign.isdigit() for sign in core):
        quoted = text[max(0, start - 1) : start] == "“" and text.startswith("”", end)
        rank = unit == "位" and text[max(0, start - 1) : start] in ("前", "后")
        return not quoted and not rank and not (unit == "大" and core in _PARTY_CONGRESSES)
    return _han_counts(text, start, end, core, unit)


def _han_counts(text: str, start: int, end: int, core: str, unit: str) -> bool:
    """The same for numbers in characters, which slogans and idioms are made of."""
    before = text[max(0, start - 10) : start]
    announced = _phrases("announced").match(text, start + len(core))
    if announced or _phrases("never_counted").match(text, start):
        return False
    lone = core in _LONE_HAN and not before.endswith(_ABOUT)
    if lone or before.endswith(("届", "“", "‘")):
        return False
    if unit in _TURNS and not _TURNS[unit](text, before, end, core):
        return False
    if core == "半" or unit in units().plain or any(sign in _SOME for sign in core):
        return core != "一" or (unit in units().one and not _NO_ONE.search(before))
    return len(core) > 2 and "/" not in unit


def _issue_counts(text: str, before: str, end: int, core: str) -> bool:
    """培训班四期 counts, the 二期 of a dam does not."""
    return _PRINTED_OR_HELD.search(before) is not None


def _term_counts(text: str, before: str, end: int, core: str) -> bool:
    """连续举办三届 counts, 十八届 of a people's congress does not."""
    return _HELD.search(before) is not None


def _time_counts(text: str, before: str, end: int, core: str) -> bool:
    """两次 counts, 二次供水 and 三次会议 do not."""
    return core != "二" and _NO_TURN.match(text, end) is None


def _place_counts(text: str, before: str, end: int, core: str) -> bool:
    """三位 counts, 前三位 and 后三位 are ranks."""
    return not before.endswith(("前", "后"))


_TURNS = {"期": _issue_counts, "届": _term_counts, "次": _time_counts, "位": _place_counts}


@functools.cache
def _phrases(key: str) -> re.Pattern[str]:
    words = sorted(values_data("phrases.yaml")[key], key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))
