"""How dates, deadlines, periods and recurrences are written in reports, masked ones included."""

import re
from collections.abc import Iterator

from huibao.values.numerals import MASK_SIGNS

_MASK = f"[{MASK_SIGNS}]"
_SMALL = "一二三四五六七八九"
_DASH = "(?:至|到|[-—–－~～]{1,2})"
_LIST_DASH = "(?:至|到|[-—–－~～]{1,2}|、)"

_YEAR_DIGITS = r"(?:19|20)\d{2}"
_YEAR_HAN = "[二一][〇○零O0九][〇○零O0一二三四五六七八九]{2}"
_YEAR = (
    f"(?:{_YEAR_DIGITS}|(?:19|20)(?:[\\d{MASK_SIGNS}]{{2}}|-)|{_MASK}{{2,4}}|{_YEAR_HAN}"
    "|2[Oo0][Oo01]\\d)"
)
_MONTH = f"(?:1[0-2]|0?[1-9]|1{_MASK}|十[一二]?|[{_SMALL}元正腊]|{_MASK}{{1,4}}|某)"
_DAY = (
    f"(?:[12]\\d|3[01]|0?[1-9]|[123]{_MASK}|[二三]?十[{_SMALL}]?|[{_SMALL}]|廿[{_SMALL}]?"
    f"|{_MASK}{{1,4}}|某)"
)
# 2023年初步完成, 5月底数 and 年中国 only look like parts of a year
_EDGE = "[初底末中](?![一二三四五六七八九十秋队步等级高小央国华外心层考考期线子数稿标])"
_QUARTER = "(?:前?(?:第?[一二三四1-4]|[一二三]、[二三四])个?季度)"
_SOME_MONTHS = r"前(?:[二两三四五六七八九]|十[一]?|1?\d)个月"
_PART_OF_YEAR = (
    f"(?:全年|[上下]半年|{_QUARTER}|{_SOME_MONTHS}|年?{_EDGE}|年[终内]|[春秋]季学期"
    "|[暑寒][期假]|[春夏秋冬]季)"
)
_PART_OF_MONTH = f"(?:[上中下]旬|[上中][中下]旬|月?{_EDGE})"
_DAY_SIGN = f"{_DAY}(?:日(?![常益均])|号(?![召线楼院文]))"
_IN_MONTH = f"(?:{_DAY_SIGN}|份?{_PART_OF_MONTH}|份)?"
_MONTHS = f"{_MONTH}(?:{_LIST_DASH}{_MONTH})?月(?![三六](?![日十])){_IN_MONTH}"

# in 三年来年均, 以上年纪 and 此后年份 the two characters 来年, 上年, 后年 are none of these years
_NEAR_YEAR = (
    "(?:今明两年|今冬明春|今年|明年|去年|(?<![年之以])前年|(?<![此今以之往])后年|(?<!以)上年"
    "|上一年|下一年|本年|当年|同年|次年|翌年|(?<![年近])来年|新的一年)(?![级龄纪均])"
)
_AFTER_YEAR = f"(?:度(?![假过])|{_MONTHS}|的?{_PART_OF_YEAR})?"
_POINT = f"(?:{_YEAR}年(?![级龄])|{_NEAR_YEAR}){_AFTER_YEAR}"
_END = f"(?:{_POINT}|{_MONTHS}|{_DAY_SIGN}|{_PART_OF_YEAR})"
_YEARS = f"{_YEAR}年?{_DASH}{_YEAR}年{_AFTER_YEAR}|{_YEAR_DIGITS}(?=[、和]{_YEAR_DIGITS}年)"
_NUMERIC = (
    rf"{_YEAR_DIGITS}(?P<sign>[./-])(?:1[0-2]|0?[1-9])(?P=sign)(?:[12]\d|3[01]|0?[1-9])(?![\d.%])"
    rf"|{_YEAR_DIGITS}\.(?:1[0-2]|0?[1-9])(?:{_DASH}{_YEAR_DIGITS}\.(?:1[0-2]|0?[1-9]))?(?![\d.%])"
)
_BEFORE = (
    "(?:之前|以前|(?<=[底末旬日])前(?![后来])|前(?![三后列沿往来面期提十五两景进哨瞻程端夕不]))"
)
_ABSOLUTE = (
    f"(?:{_YEARS}|{_POINT}(?:{_DASH}{_END})?|{_MONTHS}(?:{_DASH}{_END})?|{_NUMERIC})"
    f"(?:{_BEFORE}|以来|期间)?"
)

_COUNT = f"(?:十[{_SMALL}]?|[{_SMALL}两]十?|\\d{{1,2}})"
_SIDE = "过去|今后|未来|最近|这|此后|接下来"
_PERIOD = (
    f"(?:(?:{_SIDE}|近)的?)?(?:{_COUNT}[多余]?个?(?:年|月|学期|季度)多?|半年多?)以?来(?!年)"
    f"|(?:{_SIDE})的?{_COUNT}个?(?:年|月|季度)[间里]?"
    f"|(?<![^，。；：！？])[{_SMALL[1:]}两十2-9]年(?:间|内|(?![来级后前行规计制期树攻任改]))"
    f"|{_COUNT}年前(?![后期])"
    f"|近[{_SMALL}两十]个?(?:年|月|季度)(?![历史以前级])"
)
_UNIT_OF_TIME = (
    "(?:年度|年(?!级)|季度|季|半年|半个?月|个?月|周(?!年)|个?星期|日(?!常)|天|个?学期|个?学年"
    "|个季度|旬)"
)
_WEEKDAY = f"[{_SMALL[:6]}日天](?![个名项次节家期场条篇件类列])"
_WITHIN = (
    f"(?<=[周期]){_WEEKDAY}|{_MONTHS}|{_DAY_SIGN}|(?<=[年月期]){_EDGE}|(?<=月)初[{_SMALL}]"
    f"|的?第[{_SMALL}]个?(?:星期|周)[{_SMALL}日天]"
)
_RECURRENCE = f"每(?:[两三四五六2-6]个?)?{_UNIT_OF_TIME}(?:{_WITHIN})?"
_PLAN = "(?:“[一二三四五六七八九十]{1,3}五”|十[一二三四五六七]五)(?:时期|期间|以来|初期|中期|末期?)"
# 少年, 三年, 百年 before 内 or 初 are no calendar years
_NO_YEAR = "[一二三四五六七八九十两几多数半百千每青少老成童中壮大\\d]"
_BARE = (
    f"(?:全年(?![级龄])|[上下]半年|{_QUARTER}|{_SOME_MONTHS}|(?<!{_NO_YEAR})年(?:{_EDGE}|[终内])"
    f"|(?<![个一二三四五六七八九十每\\d])月[初底末]|本[年月周季]度?(?:{_EDGE}|内)?(?![级龄])"
    "|当月|这个月|(?<!以)上月|下月|上个月|下个月|上半月|下半月|下周|上年度|岁末年初"
    f"|(?:上|20)世纪(?:[二三四五六七八九]十|[2-9]0)年代(?:{_EDGE}|[末中]期|后期)?)(?:{_BEFORE})?"
)
_LONE_DAY = r"(?<![\d.第－—-])(?:[12]\d|3[01]|[1-9])日(?![内游均常程报志记用间])(?:前)?"

# What a date may begin with; no date goes on with a comma or with what amounts and persons go on with.
_START = re.compile(
    f"[\\d第{_SMALL}两十岁xX×*_＿某今明去前后上本当同次翌来新下每过未近最这此接半“全年月元正腊廿]"
    "(?![，。；：）万亿人户元])"
)
_DATE = re.compile(
    f"(?P<plan>{_PLAN})|(?P<recurrence>{_RECURRENCE})|(?P<period>{_PERIOD})"
    f"|(?P<absolute>{_ABSOLUTE})|(?P<bare>{_BARE})|(?P<day>{_LONE_DAY})"
)
_LIST_NUMBER = re.compile(r"\d{1,2}\.")
_HAN_DIGITS = "一二三四五六七八九十"
_NEVER_BEFORE = re.compile(r"[\d.．第〔A-Za-z]$")


def date_spans(text: str) -> Iterator[tuple[int, int]]:
    """The dates, periods and recurrences of a canonical text, as (start, end), in order."""
    done = 0
    for start in _START.finditer(text):
        place = start.start()
        if place < done:
            continue
        match = _DATE.match(text, place)
        if match and _is_date(text, match):
            done = match.end()
            yield match.span()


def _is_date(text: str, match: re.Match[str]) -> bool:
    first = match.group()[0]
    before = text[max(0, match.start() - 1) : match.start()]
    if first.isascii() and first.isalnum():
        listed = match.start() <= 3 and _LIST_NUMBER.fullmatch(text, 0, match.start())
        return bool(listed) or not _NEVER_BEFORE.match(before)
    return first not in _HAN_DIGITS or before not in tuple(_HAN_DIGITS + "百千万亿星周")
