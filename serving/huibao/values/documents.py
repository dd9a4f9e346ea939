"""How documents are cited: titles in 《》 and document numbers such as 民委发〔2014〕94号."""

import re
from collections.abc import Iterator
from typing import Any

from huibao.values.numerals import MASK_SIGNS

_LONGEST_TITLE = 120
_DEEPEST_TITLE = 3
_UNQUOTED = re.compile(
    "关于[^，。；：《》“”、（）]{4,60}?(?:通知|意见|方案|办法|决定|规划|报告|批复|函|通报)"
    "(?=[（(]?[^，。；（）〔]{0,12}〔)"
)
_YEAR = rf"(?:(?:19|20)[\d{MASK_SIGNS}]{{2}}|[{MASK_SIGNS}]{{2,4}})"
_NUMBER = re.compile(
    rf"(?:〔(?P<a>{_YEAR})〕|\[(?P<b>{_YEAR})\]|【(?P<c>{_YEAR})】|（(?P<d>{_YEAR})）|\((?P<e>{_YEAR})\))"
    rf"(?P<no>第?[\d{MASK_SIGNS}lOo]{{1,5}})(?P<sign>[号次期])"
)
_ISSUER = re.compile(rf"[\u4e00-\u9fffA-Za-z{MASK_SIGNS}]{{1,14}}$")
# what may stand right before an issuer's abbreviation: 根据民委发〔2014〕94号
_LEAD = re.compile(
    ".*(?:印发|转发|下发|根据|按照|依据|依照|遵照|贯彻|落实|执行|制定|出台|文件|通知|精神|编号|文号|号|[以和及与见即为按将])"
)
_ORGAN = re.compile(".*(?:局|厅|政府|委员会|办公室)(?=.{3})")
_ISSUER_END = re.compile("[发函字办通文令规复告议党政委府厅局会组纪报电阅" + MASK_SIGNS + "]$")
_INFORMAL = re.compile(
    rf"(?:中央|中共中央)(?P<no>[\d{MASK_SIGNS}]{{1,3}})号(?=文|[》”，。、；：）（]|$)"
)
_BRACKETS = {"《": "》", "〈": "〉"}
_REPAIRS = str.maketrans("lOo", "100")

_SUBTYPES = (
    ("brochure", re.compile("(?:手册|读本|问答|指南|百问|一百问|知识|宣传册|漫画|一封信|画册|绘本|汇编|台历)$")),
    ("plan", re.compile("(?:规划|纲要|方案|计划|要点|分解表|任务书|路线图|清单|台账)(?:（[^）]*）)?$")),
    ("party_doc", re.compile("^(?:中国共产党|中共|党章).*(?:条例|准则|规定|章程|决定|意见)$|^党章$")),
    ("law", re.compile("(?:(?<!办)法|法典|条例|法律)(?:（[^）]*）)?$")),
    ("notice", re.compile("(?:通知|通报|意见|函|批复|请示|决定|公告|通告|公报|报告)(?:（[^）]*）)?$")),
    ("gov_doc", re.compile("(?:办法|规定|细则|制度|标准|规则|规程|协议|协定|措施|决议|公约|守则|意见书|责任书|指标|规范|备忘录)(?:（[^）]*）)?$")),
)  # fmt: skip
_PERIOD = re.compile(r"(?P<from>20\d\d)年?[-—–－~～至到]{1,2}(?P<to>20\d\d)")
_TITLE_YEAR = re.compile(r"(?P<year>(?:19|20)\d\d)年?")


def title_spans(text: str) -> Iterator[tuple[int, int]]:
    """The titles of a canonical text: 《…》 with what is nested in it, and 关于…的通知 before a number."""
    done = 0
    for opening in re.finditer("《|关于", text):
        start = opening.start()
        if start < done:
            continue
        if opening.group() == "《":
            end = _closing(text, start)
        else:
            unquoted = _UNQUOTED.match(text, start)
            end = unquoted.end() if unquoted else None
        if end is not None:
            done = end
            yield start, end


def number_spans(text: str) -> Iterator[tuple[int, int]]:
    """The document numbers of a canonical text, with their issuer's abbreviation."""
    for match in _NUMBER.finditer(text):
        issuer = _issuer(text[max(0, match.start() - 14) : match.start()])
        formal = match["a"] or match["b"] or match["c"]
        if formal or _ISSUER_END.search(issuer):
            yield match.start() - len(issuer), match.end()
    for match in _INFORMAL.finditer(text):
        yield match.span()


def title_value(text: str) -> dict[str, Any]:
    """The value of a DOC_TITLE: its title without 《》, subtype, year and planning period if named."""
    title = text.removeprefix("《").removesuffix("》")
    period, year = _PERIOD.search(title), _TITLE_YEAR.search(title)
    bare = re.sub("（[^（）]*）$", "", title)
    subtype = next((name for name, ending in _SUBTYPES if ending.search(bare)), "work")
    return {
        "title": title,
        "subtype": subtype,
        "year": int(year["year"]) if year and not period else None,
        "plan_period": f"{period['from']}/{period['to']}" if period else None,
        "doc_no": None,
    }


def number_value(text: str) -> dict[str, Any]:
    """The value of a DOC_NO: canonical form with 〔〕, issuer's abbreviation, year, number.

    A letter read for a digit (lO号) is repaired with low confidence.
    """
    match, informal = _NUMBER.search(text), _INFORMAL.search(text)
    if match is None:
        number = informal["no"] if informal else None
        return _number_value(text, text[:2] if informal else None, None, number, text)
    issuer = text[: match.start()] or None
    year = next(match[name] for name in "abcde" if match[name])
    number = match["no"].translate(_REPAIRS)
    canonical = f"{issuer or ''}〔{year}〕{number}{match['sign']}"
    return _number_value(text, issuer, year, number.removeprefix("第"), canonical)


def _number_value(
    text: str, issuer: str | None, year: str | None, number: str | None, canonical: str
) -> dict[str, Any]:
    masked = any(sign in MASK_SIGNS for sign in text)
    return {
        "canonical": canonical,
        "issuer": issuer,
        "year": int(year) if year and year.isdigit() else None,
        "no": int(number) if number and number.isdigit() else None,
        "masked": masked,
        "confidence": 0.5 if masked or canonical[-4:] not in text else 1.0,
    }


def _closing(text: str, start: int) -> int | None:
    """Where the title that opens at `start` ends, None if it never closes."""
    awaited: list[str] = []
    for place in range(start, min(len(text), start + _LONGEST_TITLE)):
        sign = text[place]
        if sign in _BRACKETS:
            awaited.append(_BRACKETS[sign])
        elif awaited and sign == awaited[-1]:
            awaited.pop()
            if not awaited:
                return place + 1
        if len(awaited) > _DEEPEST_TITLE or sign in "。\n":
            return None
    inner = text.find("》", start + 1, start + _LONGEST_TITLE)
    return inner + 1 if inner > 0 else None


def _issuer(before: str) -> str:
    match = _ISSUER.search(before)
    if match is None:
        return ""
    return _ORGAN.sub("", _LEAD.sub("", match.group()))
