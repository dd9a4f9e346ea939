"""What the overview tells of a run, counted page by page from its lines."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from huibao.batch.findings import sketch_from
from huibao.batch.overview.words import words
from huibao.batch.results import FileResult
from huibao.near_copies import CopyGroup, Sketched, copy_groups

ReportJson = Mapping[str, Any]

MOST_REPORTS = 200  # reports that have a row of their own
MOST_FILES = 200  # files whose trouble is told one by one
_BODY = frozenset(("paragraph", "item", "table"))
_AHEAD = frozenset(("plan", "request", "directive"))
_BESIDE = frozenset(("problems", "boilerplate", "title_meta", "closing"))
_MONTH = re.compile(r"(\d{4})-(\d\d)")


@dataclass(slots=True)
class Told:
    """How many blocks tell of something, and in how many reports."""

    done: int = 0
    ahead: int = 0
    beside: int = 0
    reports: int = 0

    @property
    def blocks(self) -> int:
        """All of them."""
        return self.done + self.ahead + self.beside


@dataclass(slots=True)
class Amounts:
    """The sums of money of one status; only `counted` ones are in `yuan`.

    `about` are among the counted ones and no exact numbers. The others are left out of the sum: parts
    of a total, masked ones, ranges, and those in another unit (yuan a person, dollars).
    """

    yuan: Decimal = Decimal(0)
    counted: int = 0
    about: int = 0
    parts: int = 0
    masked: int = 0
    ranges: int = 0
    others: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """What a report shows for an indicator: blocks that tell of something done, blocks that announce."""

    done: int
    ahead: int


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A report with a row of its own; `evidence` is by profile and indicator."""

    source: str
    number: int
    title: str
    evidence: Mapping[str, Mapping[str, Shown]]


@dataclass(slots=True)
class Coverage:
    """In how many reports an indicator is shown, only announced, or neither."""

    name: str
    shown: int = 0
    announced: int = 0
    nothing: int = 0


@dataclass(slots=True)
class OverviewCounts:
    """All that is counted; identical files are counted once, `same` tells how many were left out.

    `amounts` are by whether money was given or spent, and by status; `months` by year and month of
    signing; `bare` counts reports whose lines hold no findings.
    """

    files: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    troubled: list[FileResult] = field(default_factory=list)
    same: int = 0
    annotators: Counter[str] = field(default_factory=Counter)
    reports: int = 0
    bare: int = 0
    characters: int = 0
    facts: int = 0
    roles: Counter[str] = field(default_factory=Counter)
    role_reports: Counter[str] = field(default_factory=Counter)
    categories: defaultdict[str, Told] = field(default_factory=lambda: defaultdict(Told))
    dimensions: defaultdict[str, Told] = field(default_factory=lambda: defaultdict(Told))
    months: Counter[tuple[int | None, int | None]] = field(default_factory=Counter)
    amounts: defaultdict[tuple[bool, str], Amounts] = field(
        default_factory=lambda: defaultdict(Amounts)
    )
    flags: Counter[str] = field(default_factory=Counter)
    flag_reports: Counter[str] = field(default_factory=Counter)
    flagged: int = 0
    coverage: dict[str, dict[str, Coverage]] = field(default_factory=dict)
    lines: list[ReportLine] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    copies: tuple[CopyGroup, ...] = ()

    @property
    def blocks(self) -> int:
        """Paragraphs, items and tables; headings and what a report repeats are not counted."""
        return sum(self.roles.values())


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
        page = json.loads(line)
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


def place_name(source: str, number: int) -> str:
    """How a report is named by its file: the second one of a page is `file#2`."""
    return source if number == 1 else f"{source}（第{number}篇）"


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
