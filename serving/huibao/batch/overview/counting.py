"""Counts what the overview tells, page by page, from the lines of a run."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from huibao.batch.findings import sketch_from
from huibao.batch.overview.counts import (
    MOST_FILES,
    MOST_REPORTS,
    Amounts,
    Coverage,
    OverviewCounts,
    ReportLine,
    Shown,
    Told,
    place_name,
)
from huibao.batch.overview.words import words
from huibao.batch.results import FileResult
from huibao.jsonl import decoded
from huibao.near_copies import CopyGroup, Sketched, copy_groups

ReportJson = Mapping[str, Any]

_BODY = frozenset(("paragraph", "item", "table"))
_AHEAD = frozenset(("plan", "request", "directive"))
_BESIDE = frozenset(("problems", "boilerplate", "title_meta", "closing"))
_MONTH = re.compile(r"(\d{4})-(\d\d)")


def overview_counts(
    pages: Iterable[tuple[FileResult, bytes | None]], dimension_of: Mapping[str, str]
) -> OverviewCounts:
    """Counts the lines of a run.

    Args:
        pages: Each file's result with its line of `reports.jsonl`, None where it has none.
        dimension_of: The official dimension of each category.
    """
    counts = OverviewCounts()
    sketched: list[Sketched] = []
    seen: set[tuple[str, str]] = set()
    for result, line in pages:
        _count_file(counts, result)
        if line is None:
            continue
        page = decoded(line)
        identity = (page["file"]["sha256"], page["file"]["media_type"])
        if identity in seen:
            counts.same += 1
            continue
        seen.add(identity)
        by = page["annotator"]
        counts.annotators[f"{by['name']} {by['version']}（标签体系 {by['labels']}）"] += 1
        for report in page["reports"]:
            sketched.append(_sketched(result.source, report))
            _count_report(counts, result.source, report, dimension_of)
    counts.copies = copy_groups(sketched)
    told = {one for group in counts.copies for one in (group.source, *_ids(group))}
    counts.titles = {one: title for one, title in counts.titles.items() if one in told}
    return counts


def _ids(group: CopyGroup) -> Iterator[str]:
    return (copy.id for copy in group.copies)


def _sketched(source: str, report: ReportJson) -> Sketched:
    issued = (report["fields"].get("issued") or {}).get("date")
    name = place_name(source, report["index"] + 1)
    return Sketched(name, sketch_from(report.get("sketch")), issued)


def _count_file(counts: OverviewCounts, result: FileResult) -> None:
    counts.files[result.status] += 1
    if result.reason is not None:
        counts.reasons[result.reason] += 1
        if len(counts.troubled) < MOST_FILES:
            counts.troubled.append(result)


def _count_report(
    counts: OverviewCounts, source: str, report: ReportJson, dimension_of: Mapping[str, str]
) -> None:
    counts.reports += 1
    number = report["index"] + 1
    counts.titles[place_name(source, number)] = report["title"]
    counts.months[_month(report)] += 1
    body = [
        block
        for block in report["blocks"]
        if block["kind"] in _BODY and block["duplicate_of"] is None
    ]
    counts.characters += sum(len(block["text"]) for block in body)
    roles = Counter(block["role"]["id"] for block in body)
    counts.roles.update(roles)
    counts.role_reports.update(roles.keys())
    _count_categories(counts, body, dimension_of)
    _count_findings(counts, report)
    evidence = _evidence(counts, report)
    if len(counts.lines) < MOST_REPORTS:
        counts.lines.append(ReportLine(source, number, report["title"], evidence))


def _count_categories(
    counts: OverviewCounts, body: Sequence[ReportJson], dimension_of: Mapping[str, str]
) -> None:
    """Counts categories and dimensions; a block with two categories of a dimension counts once there."""
    categories: set[str] = set()
    dimensions: set[str] = set()
    for block in body:
        named = {tag["id"] for tag in block["categories"]}
        above = {dimension_of[one] for one in named if one in dimension_of}
        for told in (
            *(counts.categories[one] for one in named),
            *(counts.dimensions[one] for one in above),
        ):
            _add_block(told, block["role"]["id"])
        categories |= named
        dimensions |= above
    for told in (
        *(counts.categories[one] for one in categories),
        *(counts.dimensions[one] for one in dimensions),
    ):
        told.reports += 1


def _add_block(told: Told, role: str) -> None:
    if role in _AHEAD:
        told.ahead += 1
    elif role in _BESIDE:
        told.beside += 1
    else:
        told.done += 1


def _count_findings(counts: OverviewCounts, report: ReportJson) -> None:
    facts, flags = report.get("facts"), report.get("flags")
    counts.bare += facts is None
    counts.facts += len(facts or ())
    for fact in facts or ():
        if fact["type"] == "MONEY":
            funding = fact["verb_class"] in words().funding
            _add_amount(counts.amounts[funding, fact["status"]], fact)
    kinds = Counter(flag["id"] for flag in flags or ())
    counts.flags.update(kinds)
    counts.flag_reports.update(kinds.keys())
    counts.flagged += bool(kinds)


def _add_amount(amounts: Amounts, fact: ReportJson) -> None:
    """Adds a sum to those of its status, or tells why it cannot be added."""
    if fact["part_of"] is not None:
        amounts.parts += 1
    elif fact["masked"]:
        amounts.masked += 1
    elif fact["unit"] != "元":
        amounts.others += 1
    elif fact["value"] is None or fact["upper"] is not None:
        amounts.ranges += 1
    else:
        amounts.yuan += Decimal(fact["value"])
        amounts.counted += 1
        amounts.about += fact["approx"] != "eq"


def _evidence(counts: OverviewCounts, report: ReportJson) -> dict[str, dict[str, Shown]]:
    found: dict[str, dict[str, Shown]] = {}
    for matrix in report.get("evidence") or ():
        totals = counts.coverage.setdefault(matrix["profile"], {})
        found[matrix["profile"]] = shown = {}
        for row in matrix["indicators"]:
            total = totals.setdefault(row["id"], Coverage(row["name"]))
            shown[row["id"]] = Shown(row["blocks"], row["ahead"])
            total.shown += row["blocks"] > 0
            total.announced += not row["blocks"] and row["ahead"] > 0
            total.nothing += not row["blocks"] and not row["ahead"]
    return found


def _month(report: ReportJson) -> tuple[int | None, int | None]:
    """Year and month in which a report was signed, else the year that it tells of."""
    issued = (report["fields"].get("issued") or {}).get("date")
    if issued and (match := _MONTH.match(issued)):
        return int(match[1]), int(match[2])
    year = report["fields"].get("year")
    return (year if isinstance(year, int) else None), None
