"""How sums of money and counted quantities are written in reports, masked ones included."""

import re
from collections.abc import Iterator

from msgspec import Struct

from huibao.values.approximation import BETWEEN, WORDS_AFTER, WORDS_BEFORE
from huibao.values.counting import counts, is_name_part
from huibao.values.numerals import DIGITS, HAN_DIGIT, HAN_NUMBER, HAN_SCALE, MASK_SIGNS
from huibao.values.units import Unit, units

_MASK = f"[{MASK_SIGNS}]"
_S = "[十百千万亿]"
_SCALE = "(?:[十百千]?[万亿]{1,2}|[十百千])?"
_MORE = f"(?:[余多来几]{_SCALE})?"
_ARABIC = rf"{DIGITS}(?:×\d+)?{_SCALE}{_MORE}(?!\.?{_MASK})"
_MASKED = rf"[\d.]*+{_MASK}(?: ?[\d{MASK_SIGNS}.])*+{_SCALE}(?:[余多]{_SCALE})?"
_VAGUE = f"(?:成[百千]上[千万]|[数几上]{_S}+(?:[余多]{_S}*)?)"
_HALF = "半(?=个?(?:月|小时|天|学期))"
_ONE = f"(?:{_ARABIC}|{_MASKED}|{_VAGUE}|{HAN_NUMBER}{_MORE}|{_HALF})"
NUMBER_START = re.compile(f"[\\d{HAN_DIGIT}{HAN_SCALE}数几上成半{MASK_SIGNS}]")
_NUMBER = re.compile(_ONE)
_SECOND = re.compile(BETWEEN + _ONE)
_LISTED = re.compile(rf"{DIGITS}(?:、{DIGITS})+(?=个百分点|%)")
_FRACTION = re.compile(
    f"[百千]分之(?:百|{HAN_NUMBER}|{DIGITS}|{_MASKED})|[{HAN_DIGIT}十]+分之[{HAN_DIGIT}十]+"
)

_COIN = "美元|港元|欧元|日元|韩元|加元|澳元|卢布|英镑|港币|人民币|块钱"
_NO_COIN = "[旦素宵月件首老谋代气帅勋朝宝坝阳江氏年复]"  # 元旦, 元素, 元月, 元老
_PER = "人次|平方米|公斤|[人户年月天日亩吨斤名次套个]"
_YUAN = re.compile(
    rf"[多余]?(?:{_COIN}|[元圆](?!{_NO_COIN}))(?:\d+角)?(?:\d+分)?(?:人民币)?[整正]?"
    rf"(?:[/／](?:{_PER})(?:[/／·][年月天])?)?"
)
_BEFORE = "|".join(sorted(map(re.escape, WORDS_BEFORE), key=len, reverse=True))
_AFTER = "|".join(sorted(WORDS_AFTER, key=len, reverse=True))
_WORDS_BEFORE = re.compile(f"(?:{_BEFORE}|(?:已|已经)?连续)+$")
_WORDS_AFTER = re.compile(f"(?:（含）)?(?:{_AFTER})")
# 节约, 签约, 附近 and B超 end in a word that looks like an approximation
_NO_WORD = re.compile(
    "(?:[节签合条公预履集制契邀特违守赴新大]约|[附最临邻靠远亲逼]近|[高A-Za-z]超|达不到)$"
)
_MONEY_CUE = re.compile(
    "资金|投资|投入|经费|产值|收入|销售|营收|交易额|贷款|融资|总值|财政|税收|债|补助|价值|捐|经济总量"
    "|消费|增加值|规模|存款|总额|利润|市值"
)
_NOT_MONEY = re.compile("人|户|面积|辆|吨|亩|公里")
_GREAT_NUMBER = re.compile("[万亿][余多]?$")
_PEOPLES = re.compile("民族(?![乡村镇团工教政文县自])")
_DIGITS_ONLY = re.compile(r"\d+")
_CLAUSE_END = re.compile("[，。；：！？]")


class Amount(Struct, frozen=True):
    """A sum or quantity at its place; `type` is MONEY or QUANT."""

    type: str
    start: int
    end: int


def amounts(text: str) -> Iterator[Amount]:
    """The sums of money and the quantities of a canonical text, in order, none overlapping."""
    done = 0
    for first in NUMBER_START.finditer(text):
        place = first.start()
        if place < done:
            continue
        fraction = _FRACTION.match(text, place)
        number = None if fraction else number_and_unit(text, place)
        if fraction:
            done, found = fraction.end(), _fraction(text, fraction)
        elif number:
            done, found = number[1], _amount(text, *number)
        else:
            continue
        if found:
            done = found.end
            yield found


def number_and_unit(text: str, place: int) -> tuple[int, int, Unit | None] | None:
    """The number that begins at `place`, as (start, end, its unit); a range counts as one number."""
    number = _LISTED.match(text, place) or _NUMBER.match(text, place)
    if number is None:
        return None
    start, end = number.span()
    second = _SECOND.match(text, end)
    if second and (_YUAN.match(text, second.end()) or units().at(text, second.end())):
        end = second.end()
    if text[end - 1] == "千" and end - start > 1 and units().at(text, end - 1):
        end -= 1  # 450千瓦
    return start, end, units().at(text, end)


def _fraction(text: str, number: re.Match[str]) -> Amount | None:
    if text.endswith("第", 0, number.start()):
        return None
    return _widened(text, "QUANT", number.start(), _percent_range(text, number.end()))


def _amount(text: str, start: int, end: int, unit: Unit | None) -> Amount | None:
    core = text[start:end]
    yuan = _YUAN.match(text, end)
    if yuan is None and unit is None and not _GREAT_NUMBER.search(core):
        return None  # 统一, 十分, 三、: most signs of numbers are none
    if is_name_part(text, start, end):
        return None
    if yuan:
        return _money(text, start, core, yuan.end())
    if unit is None:
        return _bare(text, start, end, core)
    end += len(unit.text)
    if unit.text == "个" and core[0] in HAN_DIGIT and _PEOPLES.match(text, end):
        end += len("民族")
    if not counts(text, start, end, core, unit.text):
        return None
    if unit.norm == "percent":
        end = _percent_range(text, end)
    elif unit.norm == "territory":
        end = _territories(text, end)
    return _widened(text, "QUANT", start, end, continuous=unit.norm in ("time", "day", "session"))


def _money(text: str, start: int, core: str, end: int) -> Amount | None:
    high = _SECOND.match(text, end)
    yuan = _YUAN.match(text, high.end()) if high else None
    if yuan:  # 20万元至30万元
        end = yuan.end()
    if core in tuple("十百千万亿") and not _WORDS_AFTER.match(text, end):
        return None  # 万元GDP能耗, 千元 as a class of goods
    if text.endswith("人民币", 0, start):
        start -= len("人民币")
    return _widened(text, "MONEY", start, end)


def _bare(text: str, start: int, end: int, core: str) -> Amount | None:
    """A number with 万 or 亿 and no unit: 总人口58.3万, 产值突破百亿."""
    if text.startswith("级", end):
        return None
    clause = _CLAUSE_END.split(text[max(0, start - 24) : start])[-1]
    if _MONEY_CUE.search(clause) and not _NOT_MONEY.search(clause):
        kind = "MONEY"
    elif core[0].isdigit() or core[0] in MASK_SIGNS:
        kind = "QUANT"
    else:
        return None
    return _widened(text, kind, start, end)


def _percent_range(text: str, end: int) -> int:
    """5%-5.5% is one quantity."""
    high = _SECOND.match(text, end)
    return high.end() + 1 if high and text.startswith("%", high.end()) else end


def _territories(text: str, end: int) -> int:
    """7县1市 is one quantity."""
    while more := _DIGITS_ONLY.match(text, end):
        unit = units().at(text, more.end())
        if unit is None or unit.norm != "territory":
            break
        end = more.end() + len(unit.text)
    return end


def _widened(text: str, kind: str, start: int, end: int, *, continuous: bool = True) -> Amount:
    """The span with its words of approximation: 近, 超过, 连续 before it, 余, 以上, 左右 after it."""
    before = text[max(0, start - 8) : start]
    word = _WORDS_BEFORE.search(before)
    if word and not _NO_WORD.search(before) and (continuous or "连续" not in word.group()):
        start -= len(word.group())
    after = _WORDS_AFTER.match(text, end)
    return Amount(kind, start, after.end() if after else end)
