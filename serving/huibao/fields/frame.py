"""To whom and when: recipients, the day a report was issued, the time it tells of."""

import re
from collections.abc import Iterator
from typing import Any

from huibao.annotation import Annotation, Mention
from huibao.fields.mentions import known_day, located, mentions_of, read_blocks
from huibao.report import Block

_SALUTATION = re.compile(
    "(?P<lead>主送(?:单位|机关)?：|抄送(?:单位)?：|抄报：)?(?P<names>[^。；：！？]{2,80})：?$"
)
_NO_SALUTATION = re.compile(
    "如下|以下|下列|主要|附件|时间|地点|主持|参会|出席|记录|题目|编号|关键词|联系"
)
_AUDIENCE = re.compile("各位|同志们|尊敬的|代表们|委员$|朋友们|领导$|主任$")
_ORGAN = re.compile(
    "(?:委|局|府|办|部|院|组|厅|会|中心|公司|单位|社区|街道|[省市州盟县区旗镇乡村])$"
)
_BETWEEN = re.compile("[、，, ]+(?![^（]*）)")
_JOINED = re.compile("和|及|并|暨")
_YEARLY = ("work_summary", "summary_and_plan")
_PERIODS = ("year", "half", "quarter", "month", "multi")


def recipients_of(annotation: Annotation) -> list[dict[str, Any]]:
    """Whom a report addresses before its text begins (县创建办：, 各位领导：), or after 抄送.

    Returns:
        Of each: name, kind (`organ`, `audience`), role (`to`, `copy`) and where it stands.
    """
    found = []
    for block in _frame(annotation):
        match = _SALUTATION.fullmatch(block.text)
        lead = match["lead"] or "" if match else ""
        if not match or not (lead or block.text.endswith("：")):
            continue
        if _NO_SALUTATION.search(match["names"]):
            continue
        place = match.start("names")
        for name in _names(match["names"]):
            place = block.text.index(name, place)
            kind = _kind(name)
            if name and kind:
                role = "copy" if lead.startswith("抄") else "to"
                where = located(block, place, place + len(name))
                found.append({"name": name, "kind": kind, "role": role} | where)
    return found


def _names(text: str) -> Iterator[str]:
    """The names of a list; 和 divides two that are whole, and is part of 民族和宗教委员会."""
    for name in _BETWEEN.split(text):
        joined = _JOINED.split(name)
        yield from joined if all(map(_kind, joined)) else (name,)


def _kind(name: str) -> str | None:
    if _AUDIENCE.search(name):
        return "audience"
    return "organ" if _ORGAN.search(name) else None


def _frame(annotation: Annotation) -> Iterator[Block]:
    """The blocks before the first heading or the opening, and those after 抄送."""
    opened = False
    for block, said in read_blocks(annotation):
        opened = opened or block.kind == "heading"
        head = not opened and block.kind in ("paragraph", "item", "signature")
        if (head and said.role.label in ("title_meta", "opening")) or block.text.startswith(
            ("主送", "抄")
        ):
            yield block


def issued_on(annotation: Annotation) -> dict[str, Any] | None:
    """The day a report was signed, else the day under its title.

    Returns:
        date (ISO, None where masked), text, masked, source (`signature` or `subtitle`) and where it
        stands; None where no day or month is written.
    """
    dates = [
        (block, mention)
        for kind in ("signature", "title")
        for block, said in reversed(list(read_blocks(annotation)))
        if block.kind == kind
        for mention in mentions_of(block, said, "DATE")
        if (mention.value or {}).get("granularity") in ("day", "month")
        and (mention.value or {}).get("kind") == "point"
    ]
    for block, mention in dates:
        day = known_day(mention.value, "from")
        whole = (mention.value or {}).get("granularity") == "day"
        return {
            "date": day if whole else day and day[:7],
            "text": block.text[mention.start : mention.end],
            "masked": bool((mention.value or {}).get("masked")),
            "source": "signature" if block.kind == "signature" else "subtitle",
        } | located(block, mention.start, mention.end)
    return None


def period_of(annotation: Annotation, issued: str | None) -> dict[str, Any] | None:
    """The time a report tells of.

    Args:
        annotation: The report.
        issued: The day it was signed, where a period that is still open (2017年以来) ends.

    Returns:
        from, to (ISO days or None), source (`title`, `opening`, or `year` for a summary that names
        only its year) and text; None where nothing tells it.
    """
    for block, said in read_blocks(annotation):
        if block.kind != "title" and said.role.label != "opening":
            continue
        for mention in mentions_of(block, said, "DATE"):
            ends = _ends(mention, issued, title=block.kind == "title")
            if ends:
                source = "title" if block.kind == "title" else "opening"
                text = block.text[mention.start : mention.end]
                return {"from": ends[0], "to": ends[1], "source": source, "text": text}
    year = annotation.fields.get("year")
    if year and annotation.genre in _YEARLY:
        return {"from": f"{year}-01-01", "to": f"{year}-12-31", "source": "year", "text": str(year)}
    return None


def _ends(mention: Mention, issued: str | None, *, title: bool) -> tuple[str, str | None] | None:
    value = mention.value or {}
    start, end = known_day(value, "from"), known_day(value, "to")
    if value.get("kind") == "open_from" and start:
        return start, issued
    if title and start and end and value.get("kind") in ("point", "range"):
        return (start, end) if value.get("granularity") in _PERIODS else None
    if value.get("kind") == "range" and start and end:
        return start, end
    return None
