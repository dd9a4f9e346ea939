"""How Word writes the number n of a list in each of its number formats.

Source: ECMA-376-1:2016, 17.18.59 ST_NumberFormat; where the standard is silent, what Word renders:
10 to 19 without a leading 一, 101 as 一百〇一, 甲乙丙 in decimals from 11 on.
"""

from collections.abc import Callable

_ROMAN = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)
_SIMPLE = "零一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_LEGAL_OLD = "零壹貳參肆伍陸柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_LONGEST_NUMBER = 999_999
_MOST_LETTERS = 30


def formatted_number(number: int, number_format: str) -> str:
    """The label of the list's `number`-th entry, without the signs around it.

    A format that is not known, or has no sign for so large a number, falls to decimals.
    """
    if number_format == "none":
        return ""
    write = _FORMATS.get(number_format)
    if write is None or not 0 <= number <= _LONGEST_NUMBER:
        return str(number)
    return write(number)


def _spoken(
    number: int,
    digits: str,
    units: str,
    zero: str,
    *,
    one_ten: bool = False,
    ones: bool = True,
) -> str:
    """A number with its units: 一百〇一.

    Args:
        number: the number to write.
        digits: the signs of 0 to 9.
        units: the signs of 10, 100, 1000, 10000.
        zero: what fills a gap between digits.
        one_ten: whether 10 to 19 open with a one.
        ones: whether a one stands before a unit at all.
    """
    if number == 0:
        return zero or digits[0]
    high, low = divmod(number, 10_000)
    text = ""
    if high:
        text = _spoken(high, digits, units, zero, one_ten=one_ten, ones=True) + units[3]
        if low == 0:
            return text
    gap = bool(high) and low < 1000
    for place in (3, 2, 1, 0):
        digit = low // 10**place % 10
        if digit == 0:
            gap = gap or bool(text)
            continue
        text += zero if gap else ""
        gap = False
        bare = place and digit == 1 and (not ones or (place == 1 and not one_ten and not text))
        text += ("" if bare else digits[digit]) + (units[place - 1] if place else "")
    return text


def _thousands(zero: str, units: str = "十百千万") -> Callable[[int], str]:
    return lambda number: _spoken(number, _SIMPLE, units, zero)


def _counting(number: int) -> str:
    if number < 100:
        return _spoken(number, _SIMPLE, "十百千万", "○")
    return "".join("○一二三四五六七八九"[int(digit)] for digit in str(number))


def _digits(signs: str) -> Callable[[int], str]:
    return lambda number: "".join(signs[int(digit)] for digit in str(number))


def _series(first: str, count: int) -> Callable[[int], str]:
    """Signs that follow each other in Unicode, decimals beyond the last."""
    return lambda number: chr(ord(first) + number - 1) if 1 <= number <= count else str(number)


def _listed(signs: str) -> Callable[[int], str]:
    return lambda number: signs[number - 1] if 1 <= number <= len(signs) else str(number)


def _letters(number: int) -> str:
    """Word repeats the letter after 26: z, aa, bb."""
    if number == 0:
        return "0"
    times, letter = divmod(number - 1, 26)
    return chr(ord("a") + letter) * min(times + 1, _MOST_LETTERS)


def _roman(number: int) -> str:
    if not 0 < number < 10_000:
        return str(number)
    text = ""
    for value, sign in _ROMAN:
        times, number = divmod(number, value)
        text += sign * times
    return text


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10)
    return f"{number}{ending or 'th'}"


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": _digits("０１２３４５６７８９"),
    "decimalFullWidth2": _digits("０１２３４５６７８９"),
    "decimalEnclosedCircle": _series("①", 20),
    "decimalEnclosedCircleChinese": _series("①", 20),
    "decimalEnclosedParen": _series("⑴", 20),
    "decimalEnclosedFullstop": _series("⒈", 20),
    "numberInDash": lambda number: f"- {number} -",
    "ordinal": _ordinal,
    "hex": lambda number: f"{number:X}",
    "chineseCounting": _counting,
    "taiwaneseCounting": _counting,
    "chineseCountingThousand": _thousands("〇"),
    "taiwaneseCountingThousand": _thousands("零", "十百千萬"),
    "japaneseCounting": lambda number: _spoken(number, _SIMPLE, "十百千万", "", ones=False),
    "koreanDigital2": _digits(_SIMPLE),
    "ideographDigital": _digits("〇一二三四五六七八九"),
    "japaneseDigitalTenThousand": _digits("〇一二三四五六七八九"),
    "taiwaneseDigital": _digits("○一二三四五六七八九"),
    "chineseLegalSimplified": lambda number: _spoken(
        number, _LEGAL, "拾佰仟万", "零", one_ten=True
    ),
    "ideographLegalTraditional": lambda number: _spoken(
        number, _LEGAL_OLD, "拾佰仟萬", "零", one_ten=True
    ),
    "ideographTraditional": _listed(_STEMS),
    "ideographZodiac": _listed(_BRANCHES),
    "ideographZodiacTraditional": lambda number: (
        _STEMS[(number - 1) % 10] + _BRANCHES[(number - 1) % 12]
        if 1 <= number <= 60
        else str(number)
    ),
    "ideographEnclosedCircle": _listed("㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉"),
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperRoman": _roman,
}
