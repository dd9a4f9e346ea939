"""What an entity's value is in a word: 20万元 is 200,000元, 8月21日 is 2023-08-21."""

import re
from decimal import Decimal, InvalidOperation

from huibao.annotation import Entity, Value

_MASKED = "缺"
NEARLY = {"about": "约", "ge": "≥", "gt": ">", "le": "≤"}
_SHARE = {"person": "/人", "household": "/户"}
_MONTH = re.compile(r"(\d{4}-\d\d)-01 \1-(?:28|29|30|31)")
_YEARS = re.compile(r"(\d{4})-01-01 (\d{4})-12-31")
_DIGITS = re.compile(r"\d+")


def value_words(entity: Entity) -> str:
    """The value where it tells more than the entity's own text, else an empty string."""
    value = entity.value or {}
    if value.get("masked"):
        return _MASKED
    match entity.type:
        case "MONEY":
            return _unless_told(_money(value), entity.text)
        case "QUANT":
            return _unless_told(_quantity(value), entity.text)
        case "DATE":
            words = _dates(value)
            return "" if _numbers(words) == _numbers(entity.text) else words
    canonical = value.get("canonical") or value.get("name")
    return str(canonical) if canonical and canonical != entity.text else ""


def _money(value: Value) -> str:
    amount = _number(value, "cny")
    return f"{amount}元{_SHARE.get(str(value.get('per')), '')}" if amount else ""


def _quantity(value: Value) -> str:
    amount = _number(value, "value")
    return f"{amount}{value.get('unit') or ''}" if amount else ""


def _number(value: Value, key: str) -> str:
    least, most = _grouped(value.get(key)), _grouped(value.get("upper"))
    if not least:
        return ""
    return f"{least}–{most}" if most else NEARLY.get(str(value.get("approx")), "") + least


def _dates(value: Value) -> str:
    """Whole years and months by their name; nothing where the year is not known."""
    first, last = str(value.get("from") or ""), str(value.get("to") or "")
    if "X" in first + last:
        return ""
    both = f"{first} {last}"
    if years := _YEARS.fullmatch(both):
        return "至".join(dict.fromkeys(years.groups()))
    if month := _MONTH.fullmatch(both):
        return month[1]
    if first and last:
        return first if first == last else f"{first}至{last}"
    return f"{first}起" if first else f"{last}止" if last else ""


def _grouped(number: object) -> str:
    try:
        return f"{Decimal(str(number)):,f}" if number is not None else ""
    except InvalidOperation:
        return str(number)


def _unless_told(words: str, text: str) -> str:
    """Nothing where the text has the same numbers in digits already, as 186人 or 300余份."""
    plain = words.replace(",", "")
    return "" if _numbers(plain) == _numbers(text.replace(",", "")) else words


def _numbers(text: str) -> list[int]:
    return [int(run) for run in _DIGITS.findall(text)]
