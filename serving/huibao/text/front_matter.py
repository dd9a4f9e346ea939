"""The lines around a report's body: titles, speakers, salutations, signing units, dates."""

import functools
import re

from huibao.yaml_files import packaged_yaml

_STOPS = "。；，、：！？;:,!?"
_MASKED_DIGITS = r"[\dxX×*_〇○Ｏ零一二三四五六七八九十某 ]"
_DATE = re.compile(
    rf"（?[(]?{_MASKED_DIGITS}{{0,9}}年{_MASKED_DIGITS}{{0,6}}月({_MASKED_DIGITS}{{0,6}}日)?[)]?）?$"
    r"|\d{4}[.．/-]\d{1,2}[.．/-]\d{1,2}$"
)
_MEETING = re.compile(r"(会议?|讲坛|论坛|班|仪式|典礼)[》”]?上(的[^。，]{2,8})?[）)]?$")
_MEETING_DAY = re.compile(
    r"[^。]{0,12}年[^。]{1,6}月[^。]{1,4}日[^。]{0,4}(?:在|于|於)[^。]{4,50}会议?$"
)
_FIELD = re.compile(r"([\u4e00-\u9fff](?:[ ]{0,3}[\u4e00-\u9fff]){1,6})[ ]?[：:].")
_GLUED = re.compile(r"([^。；：]{6,50}[\u4e00-\u9fff）》”]) +(?=[\u4e00-\u9fff“《（\dXx×])")
_SUBTITLE = re.compile(r"[—―（(–]|-{2}")
_DOCUMENT_NUMBER = re.compile(
    r"[^。，]{1,24}[〔\[（【](\d{4}|[xX×*_]{2,4}|20[xX×*_]{2})[〕\]）】]第?[\dxX×*_]{0,4} ?号$"
    r"|（?第 ?[\dxX×*_一二三四五六七八九十]{1,5} ?[期号](?:（.{1,12}）|[ ]*总第.{1,8}期)?）?$"
)
_HAN = r"[\u4e00-\u9fff]"
_NAME = (
    rf"(?:{_HAN}{{2,8}}·{_HAN}{{1,8}}|{_HAN}(?:[ ]{{0,3}}{_HAN}){{1,3}}"
    rf"|[xX×*_]{{1,6}}|{_HAN}[xX×*某]{{1,3}})"
)
_ANNEX = re.compile(r"附件?[一二三四五六七八九十\d]{0,2}([：:、. ]|$)")
_LETTERHEAD = re.compile(r"(?=[^的于]{4,40}$)[\u4e00-\u9fff（）]{2,38}文[ ]?件")
_UNIT_SHAPE = re.compile(r"[^。；，：！？;:,!?|《》]{2,32}$")


@functools.cache
def _words() -> dict[str, list[str]]:
    lists = packaged_yaml("huibao.text", "front_matter.yaml")
    return {name: [str(word) for word in words] for name, words in lists.items()}


@functools.cache
def _any_of(name: str) -> str:
    return "(?:" + "|".join(sorted(map(re.escape, _words()[name]), key=len, reverse=True)) + ")"


@functools.cache
def _pattern(name: str) -> re.Pattern[str]:
    patterns = {
        "title": rf"{_any_of('title_words')}(?:[（(【\[][^（）()]{{1,20}}[）)】\]]"
        r"|[之篇]?[一二三四五六七八九十\d]{1,3}|稿){0,3}[”》]?$",
        "section": r"(?:第[一二三]部分[：: ]*)?(?:[\dxX×]{4}年(?:度|上半年|下半年)?)?"
        r"(?:上一?年|今年|明年|下一?步|今后)?的?"
        rf"(?:政府|主要|重点)?{_any_of('section_titles')}{{1,4}}$",
        "speaker": rf"(?:[^。，；：]{{0,26}}{_any_of('posts')}[ ]*{_NAME}"
        rf"|{_any_of('speaker_words')}[：: ].{{1,24}})$",
        "unit": rf".*{_any_of('unit_endings')}(?:[（(][^（）()]{{1,10}}[）)])?$",
        "lead_in": _any_of("lead_in_words"),
        "annex": rf"{_any_of('annex_titles')}[）)]?$",
        "field": rf"(?:会议)?{_any_of('field_words')}",
        "opening": _any_of("heading_openings"),
    }
    return re.compile(patterns[name])


def is_title_like(text: str) -> bool:
    """Whether a line has the shape of a title: short, one phrase, no stop."""
    return (
        4 <= len(text) <= 60 and text[-1] not in _STOPS and "。" not in text and not is_date(text)
    )


def names_a_report(text: str) -> bool:
    """Whether a title-like line says what it heads: …工作总结, …汇报材料（二）."""
    return is_title_like(text) and _pattern("title").search(text) is not None


def is_section_title(text: str) -> bool:
    """Whether a line heads a part of a report, as 2024年工作计划 does in a summary with plan."""
    return _pattern("section").fullmatch(text) is not None


def is_subtitle(text: str) -> bool:
    """Whether a line goes on where a title ended: ——在…会议上, （2025年1月12日在…会议上）."""
    if len(text) > 80 or text[-1] in _STOPS:
        return False
    if _SUBTITLE.match(text) is not None or _MEETING.search(text) is not None:
        return True
    opened, _, speaker = text.partition("上 ")
    named = bool(speaker) and opened.endswith(("会议", "大会")) and is_speaker(speaker.strip())
    return named or _MEETING_DAY.match(text) is not None


def is_speaker(text: str) -> bool:
    """Whether a line names who speaks: 省长 张某某."""
    return len(text) <= 40 and _pattern("speaker").match(text) is not None


def is_salutation(text: str) -> bool:
    """Whether a line addresses somebody: 各位代表：, 县民宗局：."""
    return len(text) <= 60 and text[-1] in "：:" and "。" not in text


def is_field(text: str) -> bool:
    """Whether a line is an entry of a record's head: 时间：…, 地点：…, 主持：…."""
    match = _FIELD.match(text)
    return match is not None and _pattern("field").fullmatch(match[1].replace(" ", "")) is not None


def glued_title(text: str) -> int:
    """How many characters of a paragraph are a title that a space parts from the text; 0 if none are."""
    for gap in _GLUED.finditer(text[:80]):
        if len(text) - gap.end() > 40 and names_a_report(gap.group(1)) and "，" not in gap.group(1):
            return gap.end()
    return 0


def is_date(text: str) -> bool:
    """Whether a line holds a date and nothing else, masked or not."""
    return len(text) <= 24 and _DATE.match(text) is not None


def is_unit(text: str) -> bool:
    """Whether a line could be the name of a unit that signs."""
    return _UNIT_SHAPE.match(text) is not None and _pattern("unit").match(text) is not None


def is_letterhead(text: str) -> bool:
    """Whether a line is the red head of a letter: 云溪县人民政府文件."""
    return _LETTERHEAD.fullmatch(text) is not None


def is_document_number(text: str) -> bool:
    """Whether a line is the number of a document: 松政发〔2023〕12号."""
    return len(text) <= 40 and _DOCUMENT_NUMBER.match(text) is not None


def is_annex(text: str) -> bool:
    """Whether a line opens a list of annexes or an annex."""
    return len(text) <= 60 and _ANNEX.match(text) is not None


def is_annex_title(text: str) -> bool:
    """Whether a line heads what hangs behind a report: 有关名词解释."""
    return len(text) <= 40 and _pattern("annex").search(text) is not None


def is_lead_in(text: str) -> bool:
    """Whether a sentence announces what follows it (重点抓好以下工作。)."""
    return text[-1] in "：:" or _pattern("lead_in").search(text) is not None


def opens_as_heading(text: str) -> bool:
    """Whether a line begins as headings without a number do: with what is to be done."""
    return _pattern("opening").match(text) is not None
