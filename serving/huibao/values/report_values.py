"""The second look at a report's mentions: dates get their year, amounts their status, organs their name."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from huibao.annotation import Mention
from huibao.report import Block, Report
from huibao.values.date_values import date_value
from huibao.values.intervals import Point
from huibao.values.organizations import coordinated, home_place, organization_value, prefix_of
from huibao.values.parts import parts_of
from huibao.values.periods import period_value
from huibao.values.rules import RULE_TYPES, value_of
from huibao.values.status import status_of
from huibao.values.years import ReportYear, report_year

_SOURCES = (
    ("central", re.compile("中央|国家")),
    ("province", re.compile("省|自治区")),
    ("city", re.compile("[市州](?:级|财政|本级|拨|配套)")),
    ("county", re.compile("[县区旗](?:级|财政|本级|拨|配套)")),
    ("self", re.compile("自筹|自有资金")),
    ("social", re.compile("社会|捐|企业投")),
)
_IN_KIND = re.compile("价值|折合|折款|折价|物资")
_CLAUSE = re.compile("[，。；！？：（）、]")


@dataclass(frozen=True, slots=True)
class ReportValues:
    """The mentions of each block with their final values, and the fields of the report they gave."""

    mentions: tuple[tuple[Mention, ...], ...]
    fields: Mapping[str, Any]


def with_values(
    report: Report, mentions: Sequence[Sequence[Mention]], roles: Sequence[str | None]
) -> ReportValues:
    """Gives every mention the value that only the whole report can tell.

    Args:
        report: The report.
        mentions: The mentions of each block, found by rule or by the model, in order.
        roles: The role of each block.

    Returns:
        The same mentions with values, and the fields year, year_conflict, year_evidence and place.
    """
    first = [_valued(block, found) for block, found in zip(report.blocks, mentions, strict=True)]
    year = report_year(report, first, roles)
    home = _home(report, first)
    out = []
    for block, found, role in zip(report.blocks, first, roles, strict=True):
        dated = _dated(block, found, year, _heading_year(report, block, first))
        out.append(_named(block, _weighed(block, dated, role), home))
    return ReportValues(tuple(out), year.as_fields() | {"place": home or None})


def _valued(block: Block, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    return tuple(
        m.valued(value_of(m.type, block.text, m.start, m.end))
        if m.value is None and m.type in RULE_TYPES
        else m
        for m in mentions
    )


def _dated(
    block: Block, mentions: Sequence[Mention], year: ReportYear, heading: int | None
) -> tuple[Mention, ...]:
    """Fills relative dates; a bare month belongs to the date before it, else to the heading's year."""
    near = Point(str(heading or year.year)) if heading or year.year else None
    out = []
    for mention in mentions:
        if mention.type == "DATE":
            span = block.text[mention.start : mention.end]
            value = period_value(span, year.narrated) or date_value(span, year=year.year, near=near)
            mention = mention.valued(value)
            day = value["from"] or value["to"]
            if day and day[:4].isdigit() and value["kind"] not in ("set", "duration", "open_from"):
                near = Point(day[:4], None if value["granularity"] == "year" else day[5:7])
        out.append(mention)
    return tuple(out)


def _weighed(block: Block, mentions: Sequence[Mention], role: str | None) -> tuple[Mention, ...]:
    """Status, source and part_of of sums and quantities."""
    parts = parts_of(block.text, mentions)
    out = []
    for index, mention in enumerate(mentions):
        if mention.type in ("MONEY", "QUANT"):
            total = parts.get(index)
            value = dict(mention.value or {})
            value["status"] = (
                "part_of" if total is not None else status_of(block.text, mention, role)
            )
            value["part_of"] = None if total is None else _reference(block, mentions, total)
            if mention.type == "MONEY":
                value |= _origin(block.text, mention)
            mention = mention.valued(value)
        out.append(mention)
    return tuple(out)


def _reference(block: Block, mentions: Sequence[Mention], index: int) -> dict[str, Any]:
    total = mentions[index]
    return {"entity": index, "text": block.text[total.start : total.end]}


def _origin(text: str, mention: Mention) -> dict[str, Any]:
    """Where the money comes from and whether it is cash, from the words right before it."""
    clause = _CLAUSE.split(text[max(0, mention.start - 20) : mention.start])[-1]
    places = [(m.start(), name) for name, cue in _SOURCES for m in cue.finditer(clause)]
    return {
        "source_level": max(places)[1] if places else None,
        "kind": "in_kind" if _IN_KIND.search(clause) else "cash",
    }


def _named(block: Block, mentions: Sequence[Mention], home: str) -> tuple[Mention, ...]:
    """Full names of organs; one that elides its prefix takes it from the organ it is joined to."""
    out: list[Mention] = []
    prefix, end = "", -1
    for mention in mentions:
        if mention.type == "ORG":
            span = block.text[mention.start : mention.end]
            joined = end >= 0 and coordinated(block.text[end : mention.start])
            value = organization_value(span, inherited=prefix if joined else "", home=home)
            prefix, end = prefix_of(span) or (prefix if joined else ""), mention.end
            mention = mention.valued(value)
        out.append(mention)
    return tuple(out)


def _home(report: Report, mentions: Sequence[Sequence[Mention]]) -> str:
    """The report's place: named in its title, else in its signature."""
    names: list[str] = []
    for kind in ("title", "signature"):
        for block, found in zip(report.blocks, mentions, strict=True):
            if block.kind == kind:
                names += [block.text[m.start : m.end] for m in found if m.type in ("LOC", "ORG")]
    return home_place(names)


def _heading_year(
    report: Report, block: Block, mentions: Sequence[Sequence[Mention]]
) -> int | None:
    """The one year that the innermost dated heading above a block names."""
    for heading in reversed(report.heading_path(block)):
        days = [m.value["from"] for m in mentions[heading.index] if m.type == "DATE" and m.value]
        years = {int(day[:4]) for day in days if day and day[:4].isdigit()}
        if years:
            return years.pop() if len(years) == 1 else None
    return None
