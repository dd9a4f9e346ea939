"""What a sum of money or a counted quantity is worth: a decimal in yuan or in its unit."""

import functools
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from huibao.values.amounts import NUMBER_START, number_and_unit
from huibao.values.approximation import Approx, Reading, reading
from huibao.values.numerals import decimal_text, exact
from huibao.values.units import Unit

_CURRENCIES = {
    "美元": "USD", "港元": "HKD", "港币": "HKD", "欧元": "EUR", "日元": "JPY", "韩元": "KRW", "加元": "CAD",
    "澳元": "AUD", "卢布": "RUB", "英镑": "GBP",
}  # fmt: skip
_COIN = re.compile("|".join([*_CURRENCIES, "人民币", "块钱", "[元圆块](?!钱)", "[整正]$"]))
_SMALL_COINS = re.compile(
    r"(?P<yuan>.+?)[元圆块](?P<jiao>[\d一二三四五六七八九])[角毛](?:(?P<fen>[\d一二三四五六七八九])分)?"
)
_PER = {
    "人": "person", "名": "person", "位": "person", "户": "household", "年": "year", "月": "month", "天": "day",
    "日": "day", "亩": "mu", "村": "village", "家": "unit", "校": "school", "班": "class", "人次": "person_time",
    "吨": "ton", "公斤": "kilogram", "斤": "jin", "平方米": "square_metre", "次": "time", "套": "set", "个": "item",
}  # fmt: skip
_PER_WORDS = "|".join(sorted(_PER, key=len, reverse=True))
_EACH = re.compile(
    f"(?:每个?(?:{_PER_WORDS})|人均|户均|年均|月均)(?=[^，。；、]{{0,6}}$)|(?<=每人)每(?:{_PER_WORDS})"
)
_RATE = re.compile(r"[/／·]")
_CONTEXT: dict[str, Approx] = {
    "至少": "ge",
    "最少": "ge",
    "不止": "gt",
    "突破": "gt",
    "最多": "le",
    "至多": "le",
}
_WORDS = re.compile("(?:连续|累计|人均)+")
_FRACTION = re.compile(
    "(?P<head>[^分]*?)(?P<below>[百千万一二三四五六七八九十]+)分之(?P<above>[^以左]+)(?P<tail>.*)"
)
_AFTER = re.compile("(?:及?以上|以下|以内|左右|上下|多|余)$")
_PRODUCT = re.compile(r"(\d+)×(\d+)")


def money_value(text: str, before: str = "") -> dict[str, Any]:
    """The value of a MONEY span.

    Args:
        text: The span in canonical text.
        before: The text of the block in front of it, which may hold 每人每年 or 至少.

    Returns:
        cny (decimal text in yuan; None if masked, foreign or unread), approx, masked, per (person,
        household_year … or None); `upper` (yuan) where the span is a range; for foreign money its
        ISO 4217 `currency` and the `amount` in it.
    """
    sum_text, *rate = _RATE.split(text)
    small = _SMALL_COINS.fullmatch(sum_text)
    coin = _COIN.search(sum_text.removeprefix("人民币"))
    found = reading(_WORDS.sub("", _COIN.sub("", small["yuan"] if small else sum_text)))
    value = found.value
    if value is not None and small:
        value += _tenth(small["jiao"], 1) + _tenth(small["fen"], 2)
    amount = None if value is None else decimal_text(value)
    currency = _CURRENCIES.get(coin.group() if coin else "", "CNY")
    out: dict[str, Any] = {
        "cny": amount if currency == "CNY" else None,
        "approx": _approx(found, before),
        "masked": found.masked,
        "per": _per(rate, before),
    }
    if found.upper is not None:
        out["upper"] = decimal_text(found.upper)
    return out if currency == "CNY" else out | {"currency": currency, "amount": amount}


def quant_value(text: str, before: str = "") -> dict[str, Any]:
    """The value of a QUANT span.

    Returns:
        value (decimal text in the written unit; None if masked or not one number), unit (as written,
        None for a bare number), unit_norm (its class), approx, masked; `upper` where the span is a
        range, `values` where it lists several.
    """
    out, found = _quantity(text)
    return {**out, "approx": _approx(found, before)} if found else dict(out)


@functools.lru_cache(maxsize=4096)
def _quantity(text: str) -> tuple[Mapping[str, Any], Reading | None]:
    """The value of a QUANT span by itself, and its number if a word before it may bound it.

    Reports count in small numbers: 3场 and 100% stand in each of them.
    """
    body = _WORDS.sub("", text)
    fraction = _FRACTION.fullmatch(body)
    if fraction:
        return _fraction_value(fraction), None
    number, unit = _parted(body)
    found = _product(number) or reading(number)
    out: dict[str, Any] = {
        "value": None if found.value is None else decimal_text(found.value),
        "unit": unit.text if unit else None,
        "unit_norm": unit.norm if unit else None,
        "approx": found.approx,
        "masked": found.masked,
    }
    if found.upper is not None:
        out["upper"] = decimal_text(found.upper)
    listed = [exact(piece) for piece in number.split("、")] if "、" in number else []
    if listed and None not in listed:
        out["values"] = [decimal_text(number) for number in listed if number is not None]
    return out, found


def _parted(text: str) -> tuple[str, Unit | None]:
    """A span without its unit (5%-5.5% is 5-5.5, 七个民族 is 七), and the unit."""
    place = next((found.start() for found in NUMBER_START.finditer(text)), 0)
    number = number_and_unit(text, place)
    if number is None:
        return text, None
    _, end, unit = number
    unit = unit or _other_unit(text[end:])
    rest = text[end + len(unit.text) :] if unit else text[end:]
    if unit and unit.text in rest:
        rest = rest.replace(unit.text, "")
    elif re.search(r"[\d一二两三四五六七八九十]", rest):
        return "", unit  # 7县1市 is not one number
    else:
        words = _AFTER.search(rest)
        rest = words.group() if words else ""
    return text[:end] + rest, unit


def _other_unit(rest: str) -> Unit | None:
    """What a model's span has after the number, where the list does not know it as a unit."""
    name = _AFTER.sub("", rest)
    return Unit(name, "item") if name and not name.isascii() else None


def _product(text: str) -> Reading | None:
    """2×300兆瓦 is two sets of 300."""
    match = _PRODUCT.fullmatch(text)
    return Reading(Decimal(match[1]) * Decimal(match[2])) if match else None


def _fraction_value(match: re.Match[str]) -> dict[str, Any]:
    """百分之三十 is 30 %, 三分之一 about 33.33 %."""
    below, above = exact(match["below"]), reading(match["above"])
    words = reading(match["head"] + "1" + match["tail"]).approx
    value = None
    if above.value is not None and below:
        value = (above.value * 100 / below).quantize(Decimal("0.01"))
    rounded = value is not None and value * (below or 0) != (above.value or 0) * 100
    return {
        "value": None if value is None else decimal_text(value),
        "unit": "%",
        "unit_norm": "percent",
        "approx": "about" if rounded and words == "eq" else words,
        "masked": above.masked,
    }


def _tenth(digit: str | None, places: int) -> Decimal:
    return (exact(digit) or Decimal(0)).scaleb(-places) if digit else Decimal(0)


def _approx(found: Reading, before: str) -> Approx:
    """The bound that the span sets, or a word right in front of it (至少, 突破)."""
    if found.approx == "eq":
        return next((kind for word, kind in _CONTEXT.items() if before.endswith(word)), "eq")
    return found.approx


def _per(rate: list[str], before: str) -> str | None:
    """Whom or what a sum is for: 元/人 and 每人每年."""
    words = [word for word in rate if word in _PER]
    if not words:
        each = [match.group() for match in _EACH.finditer(before[-14:])]
        words = [word.removeprefix("每").removeprefix("个").removesuffix("均") for word in each]
    return "_".join(_PER[word] for word in words if word in _PER) or None
