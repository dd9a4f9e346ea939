"""Days that cannot be: outside the time a report tells of, after its signature, in no calendar."""

import re
from collections.abc import Iterator

from huibao.annotation import Annotation, Entity
from huibao.fields.frame import issued_on, period_of
from huibao.fields.mentions import known_day, read_blocks
from huibao.flags.flag import Flag, FlagId
from huibao.report import Block

_TOLD = ("work_done", "results")
_YEAR = re.compile(r"(?:19|20)\d\d年")
_NUMBERED = re.compile("[0-9〇一二三四五六七八九十]")  # 年底 and 月初 name no day
_FINE = ("day", "month", "dekad")
_OF_ONE_YEAR = ("work_summary", "summary_and_plan", "publicity_summary")


def dating_flags(annotation: Annotation) -> Iterator[Flag]:
    """The flags of a report's dates."""
    issued = issued_on(annotation)
    signed = issued["date"] if issued and issued["source"] == "signature" else None
    period = period_of(annotation, signed)
    years = _years(period["from"], period["to"]) if period else None
    yield from _years_apart(annotation, years)
    for block, entity in _dates(annotation):
        fault = _fault(entity, signed, years if annotation.genre in _OF_ONE_YEAR else None)
        if fault:
            yield Flag(*fault, entity.text, (block.index,), (entity.span,))


def _years_apart(annotation: Annotation, years: tuple[int, int] | None) -> Iterator[Flag]:
    """Title and body in different years, unless the report itself tells of all of them."""
    evidence = annotation.fields.get("year_evidence", ())
    apart = [
        one
        for one in evidence
        if one["source"] == "dated" and not (years and years[0] <= one["year"] <= years[1])
    ]
    if annotation.fields.get("year_conflict") and (apart or not years):
        blocks = sorted({one["block"] for one in apart or evidence})
        yield Flag("year_conflict", "标题、落款与正文的年份互相矛盾", None, tuple(blocks))


def _fault(
    entity: Entity, signed: str | None, years: tuple[int, int] | None
) -> tuple[FlagId, str] | None:
    """What is wrong with a day: the flag's id and sentence."""
    day = known_day(entity.value, "from")
    if day is None:
        impossible = _is_impossible(entity)
        return ("impossible_date", f"日历上没有“{entity.text}”这一天") if impossible else None
    if signed and day[: len(signed)] > signed:
        return "date_after_issue", f"“{entity.text}”晚于落款日期{signed}"
    explicit = _YEAR.match(entity.text)
    if years and explicit and not years[0] <= int(day[:4]) <= years[1]:
        return "date_outside_period", f"“{entity.text}”不在报告所述时期内"
    return None


def _dates(annotation: Annotation) -> Iterator[tuple[Block, Entity]]:
    """The dates of what was done, down to a month or a day."""
    for block, said in read_blocks(annotation):
        told = said.entities if said.role.label in _TOLD else ()
        for entity in told:
            value = entity.value or {} if entity.type == "DATE" else {}
            fine = value.get("granularity") in _FINE and value.get("kind") == "point"
            if fine and _NUMBERED.search(entity.text):
                yield block, entity


def _is_impossible(entity: Entity) -> bool:
    value = entity.value or {}
    unread = value.get("from") is None and value.get("to") is None
    return unread and not value.get("masked") and value.get("granularity") == "day"


def _years(start: str | None, end: str | None) -> tuple[int, int] | None:
    return (int(start[:4]), int(end[:4])) if start and end else None
