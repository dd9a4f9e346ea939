"""How Chinese official text writes numbers, and the exact decimal each full number stands for."""

import re
from decimal import Decimal

HAN_DIGIT = "零〇○一二两三四五六七八九壹贰叁肆伍陆柒捌玖"
HAN_SCALE = "十百千万亿拾佰仟廿卅"
DIGITS = r"(?>\d+(?:,\d{3})*(?:\.\d+)?)"
MASK_SIGNS = "xX×*_＿"
HAN_NUMBER = f"[{HAN_DIGIT}{HAN_SCALE}]+(?:点[{HAN_DIGIT}]+)?"

_DIGIT_VALUE = {
    "零": 0, "〇": 0, "○": 0, "O": 0, "o": 0,
    "一": 1, "壹": 1, "二": 2, "贰": 2, "貳": 2, "两": 2, "兩": 2,
    "三": 3, "叁": 3, "參": 3, "四": 4, "肆": 4, "五": 5, "伍": 5, "六": 6, "陆": 6, "陸": 6,
    "七": 7, "柒": 7, "八": 8, "捌": 8, "九": 9, "玖": 9,
}  # fmt: skip
_TENS = {"廿": 20, "卅": 30}
_SMALL_SCALE = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_GREAT_SCALE = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_SCALE = _SMALL_SCALE | _GREAT_SCALE | _TENS
_ZERO = "零〇○"
_POINT = "点點"
_SIGN = re.compile(r"[负負-]")
_TOKEN = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d*\.?\d+|.", re.DOTALL)
_DIGIT_BY_DIGIT = re.compile(rf"[{HAN_DIGIT}Oo\d]+")


def exact(text: str) -> Decimal | None:
    """The decimal that a full number stands for, None where the text is no full number.

    Reads Arabic numerals (1,200.5), Chinese ones (两百三十, 一百零一), financial forms (壹拾万),
    strings of digits (二〇二三), and mixtures (1.2万, 3千, 100万三千). A word of approximation
    (余, 多, 近) or a masked place makes it no full number.
    """
    negative = _SIGN.match(text) is not None
    whole, point, fraction = _split_at_point(text[1:] if negative else text)
    if not whole and not fraction:
        return None
    number = _digit_by_digit(whole) if whole else Decimal(0)
    if number is None:
        number = _scaled(whole)
    places = _fraction(fraction) if point else Decimal(0)
    if number is None or places is None:
        return None
    return -(number + places) if negative else number + places


def decimal_text(number: Decimal) -> str:
    """A decimal without exponent and without idle zeros: 120000, 3.5."""
    return format(number.normalize(), "f")


def _split_at_point(text: str) -> tuple[str, str, str]:
    for sign in _POINT:
        if sign in text:
            return text.partition(sign)
    return text, "", ""


def _fraction(text: str) -> Decimal | None:
    digits = [sign if sign.isdigit() else _DIGIT_VALUE.get(sign) for sign in text]
    if not digits or None in digits:
        return None
    return Decimal("0." + "".join(map(str, digits)))


def _digit_by_digit(text: str) -> Decimal | None:
    """A number written by its digits alone: 2023, 1,200.5, 二〇二三, 2O23."""
    if _TOKEN.fullmatch(text) and text[-1].isdecimal():
        return Decimal(text.replace(",", ""))
    if _DIGIT_BY_DIGIT.fullmatch(text):
        return Decimal("".join(str(_DIGIT_VALUE.get(sign, sign)) for sign in text))
    return None


def _scaled(text: str) -> Decimal | None:
    """A number with 十 百 千 万 亿: each scale multiplies the digit before it."""
    total, section, digit = Decimal(0), Decimal(0), ""
    great, scale, after_zero = 1, 0, False
    for token in _TOKEN.findall(text):
        if token in _ZERO:
            digit, after_zero = "", True
        elif token in _DIGIT_VALUE or token[-1].isdecimal():
            if digit:
                return None
            digit = token
        elif token in _GREAT_SCALE:
            head = section + _worth(digit) if section or digit else Decimal(0 if total else 1)
            factor = _GREAT_SCALE[token]
            # 两万亿 multiplies all before it, 一亿五千万 only what follows the 亿
            total = (total + head) * factor if great < factor else total + head * factor
            section, digit, great, scale, after_zero = Decimal(0), "", factor, factor, False
        elif token in _SCALE:
            if section and scale <= _SCALE[token]:
                return None
            scale = _SCALE[token] if token not in _TENS else 10
            section += _TENS[token] if token in _TENS else _worth(digit or "一") * scale
            digit, after_zero = "", False
        else:
            return None
    short = len(digit) == 1 and scale >= 100 and not after_zero  # 两千六 is 2600, 一百零六 is 106
    return total + section + (_worth(digit) * (scale // 10 if short else 1) if digit else 0)


def _worth(token: str) -> Decimal:
    value = _DIGIT_VALUE.get(token)
    return Decimal(token.replace(",", "") or 0) if value is None else Decimal(value)
