"""The words that make a number approximate (近 余 以上 数十 三五百), and the bounds they set."""

import re
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from huibao.values.numerals import MASK_SIGNS, exact

Approx = Literal["eq", "ge", "gt", "le", "about"]

WORDS_BEFORE: dict[str, Approx] = {
    "不少于": "ge", "不低于": "ge", "不小于": "ge", "≥": "ge",
    "超过": "gt", "超出": "gt", "超": "gt", "逾": "gt", "多于": "gt", ">": "gt", "＞": "gt",
    "不超过": "le", "不高于": "le", "不多于": "le", "不大于": "le", "不足": "le", "不到": "le",
    "≤": "le", "<": "le", "＜": "le",
    "将近": "about", "接近": "about", "近": "about", "大约": "about", "大概": "about", "约": "about",
}  # fmt: skip
WORDS_AFTER: dict[str, Approx] = {
    "及以上": "ge", "以上": "ge", "之多": "ge", "多": "ge", "余": "ge", "有余": "ge",
    "以内": "le", "以下": "le", "之内": "le", "左右": "about", "上下": "about",
}  # fmt: skip
_READ_BEFORE = WORDS_BEFORE | {
    "至少": "ge", "最少": "ge", "起码": "ge", "至多": "le", "最多": "le", "低于": "le", "少于": "le",
}  # fmt: skip
_BEFORE = re.compile("|".join(sorted(_READ_BEFORE, key=len, reverse=True)))
_AFTER = re.compile(f"(?:{'|'.join(sorted(WORDS_AFTER, key=len, reverse=True))})$")

BETWEEN = "[-—–－~～至到]{1,2}"
_BETWEEN = re.compile(BETWEEN)
_GREAT = re.compile("[万亿]+$")
_SMALL = re.compile("[十百千]+$")
_NEIGHBOURS = re.compile("([一二两三四五六七八九])([二三四五六七八九])([十百千万亿]*)$")
_SOME = re.compile("^成(?=[百千]上)|(?<=[百千])上[千万]$|^[数几上](?=[十百千万亿])|[余多几来]")
_DIGIT_ORDER = "零一二三四五六七八九"


class Reading(Struct, frozen=True):
    """What a written number says: its value (None if masked or unread), an upper end, its bounds."""

    value: Decimal | None
    approx: Approx = "eq"
    upper: Decimal | None = None
    masked: bool = False


def reading(text: str) -> Reading:
    """Reads a number with its words of approximation, without unit: 近50多万, 1.2万以上, xx, 三五百."""
    words: list[Approx] = []
    text = _without_words(text.replace("（含）", ""), words)
    if any(sign in MASK_SIGNS for sign in text):
        return Reading(None, _joined(words), masked=True)
    pieces = _BETWEEN.split(text)
    if len(pieces) == 2 and all(pieces):
        return _range(pieces[0], pieces[1], words)
    neighbours = _NEIGHBOURS.fullmatch(text)
    if neighbours and _order(neighbours[1]) < _order(neighbours[2]):
        return _range(neighbours[1] + neighbours[3], neighbours[2] + neighbours[3], words)
    if text == "半":
        return Reading(Decimal("0.5"), _joined(words))
    plain = _SOME.sub("", text)
    if plain != text:
        words.append("ge")
    return Reading(exact(plain) if plain else None, _joined(words))


def _without_words(text: str, words: list[Approx]) -> str:
    """The number alone; its words are appended to `words`."""
    while (word := _BEFORE.match(text)) and word.end() < len(text):
        words.append(_READ_BEFORE[word.group()])
        text = text[word.end() :]
    while (word := _AFTER.search(text)) and word.start() > 0:
        words.append(WORDS_AFTER[word.group()])
        text = text[: word.start()]
    return text


def _range(low: str, high: str, words: list[Approx]) -> Reading:
    """20至30万 and 八百至九百亿 lend their scale to the lower end; 5000至1万 does not."""
    lower, upper = reading(low).value, reading(high).value
    scale = _GREAT.search(high) or _SMALL.search(high)
    if (
        lower is not None
        and scale
        and not (_GREAT.search(low) or (scale.re is _SMALL and lower > 9))
    ):
        scaled, bare = exact(low + scale.group()), exact(high[: scale.start()])
        if scaled is not None and bare is not None and lower <= bare:
            lower = scaled
    return Reading(lower, _joined(words) if words else "about", upper)


def _order(sign: str) -> int:
    return _DIGIT_ORDER.index(sign.replace("两", "二"))


def _joined(words: list[Approx]) -> Approx:
    """One bound of several words: 近50多万 pulls both ways, so about; 超1000余 is more than."""
    kinds = set(words)
    if not kinds:
        return "eq"
    if kinds <= {"ge", "gt"}:
        return "gt" if "gt" in kinds else "ge"
    return kinds.pop() if len(kinds) == 1 else "about"
