"""Which year a report is about: a vote of its title, headings, signature, dates, numbers and meetings."""

import functools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from huibao.annotation import Mention
from huibao.report import Block, Report
from huibao.values.units import values_data

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=年|度|[-—–~～至到]\d{4}年)")
_RANGE = re.compile(r"\d{4}年?[-—–~～至到]\d{4}")
_REVIEW = re.compile(r"(?P<year>20\d\d)年[^，。；]{0,12}回顾")
_AHEAD = ("plan", "directive", "request")
_BOUNDS = ("doc_no", "meeting")  # they say how old a report cannot be, not how old it is
_EARLIEST, _LATEST = 1980, 2050
_NEW_YEAR_MONTHS = ("01", "02", "03")


@dataclass(frozen=True, slots=True)
class YearEvidence:
    """One piece of evidence for a year: where it stands and what it is worth."""

    year: int
    weight: float
    source: str
    block: int
    text: str


_VOICES = ("DATE", "DOC_NO")


@dataclass(frozen=True, slots=True)
class ReportYear:
    """The year a report speaks in, the year it tells of (the one before, in a government report).

    `conflict` is set where the body's dates gather in a year that title or signature rule out.
    """

    year: int | None
    narrated: int | None
    conflict: bool
    evidence: tuple[YearEvidence, ...]

    def as_fields(self) -> dict[str, Any]:
        """The document fields `year`, `year_conflict` and `year_evidence`."""
        evidence = [
            {
                "year": e.year,
                "weight": e.weight,
                "source": e.source,
                "block": e.block,
                "text": e.text,
            }
            for e in self.evidence
        ]
        return {"year": self.year, "year_conflict": self.conflict, "year_evidence": evidence}


def report_year(
    report: Report, mentions: Sequence[Sequence[Mention]], roles: Sequence[str | None]
) -> ReportYear:
    """Settles the year of a report by vote.

    Args:
        report: The report.
        mentions: The mentions of each block, with values.
        roles: The role of each block; dates of plans do not vote.
    """
    evidence = tuple(_evidence(report, mentions, roles))
    votes: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    most = _table()["most"]
    for piece in evidence:
        kind = votes[piece.year]
        kind[piece.source] = min(kind[piece.source] + piece.weight, max(most, piece.weight))
    if all(piece.source in _BOUNDS for piece in evidence):
        return ReportYear(None, None, False, evidence)
    totals = {year: sum(kinds.values()) for year, kinds in votes.items()}
    winner = max(totals, key=lambda year: (totals[year], year))
    narrated = _narrated(report, winner, evidence)
    return ReportYear(winner, narrated, _conflict(winner, narrated, evidence), evidence)


def _evidence(
    report: Report, mentions: Sequence[Sequence[Mention]], roles: Sequence[str | None]
) -> Iterator[YearEvidence]:
    weights: Mapping[str, float] = _table()["weights"]
    title_year = None if _RANGE.search(report.title) else _YEAR.search(report.title)
    if title_year:
        yield YearEvidence(int(title_year.group()), weights["title"], "title", 0, report.title)
    for block, found, role in zip(report.blocks, mentions, roles, strict=True):
        for mention in found:
            if mention.type not in _VOICES:
                continue
            span = block.text[mention.start : mention.end]
            for source, year in _voices(report, block, mention, span, role):
                if _EARLIEST <= year <= _LATEST:
                    yield YearEvidence(year, weights[source], source, block.index, span)
        for meeting in _meetings().finditer(block.text):
            year = _table()["meetings"][meeting.group()]
            yield YearEvidence(year, weights["meeting"], "meeting", block.index, meeting.group())


def _voices(
    report: Report, block: Block, mention: Mention, span: str, role: str | None
) -> Iterator[tuple[str, int]]:
    """The votes of one mention, as (source, year)."""
    value = mention.value or {}
    if mention.type == "DOC_NO" and value.get("year"):
        yield "doc_no", value["year"]
    day = value.get("to") or value.get("from")
    explicit = mention.type == "DATE" and _YEAR.match(span) and not value.get("masked")
    if not explicit or not day or not day[:4].isdigit() or value.get("granularity") == "multi":
        return
    year = int(day[:4])
    if block.kind == "signature":
        early = value.get("granularity") == "day" and day[5:7] in _NEW_YEAR_MONTHS
        summed_up = early and "总结" in report.title
        yield ("before_signature", year - 1) if summed_up else ("signature", year)
    elif block.kind == "title":
        if block.text != report.title:
            yield "subtitle", year
    elif role in _AHEAD:
        return
    elif block.kind == "heading":
        yield "heading", year
    elif span.endswith("年度"):
        yield "annual", year
    else:
        yield ("named" if value.get("granularity") == "year" else "dated"), year


def _narrated(report: Report, year: int, evidence: Sequence[YearEvidence]) -> int:
    """A government report of January 2026 tells of 2025; a summary of 2025 of its own year."""
    reviews = [match for block in report.blocks for match in _REVIEW.finditer(block.text[:60])]
    if any(int(match["year"]) == year - 1 for match in reviews):
        return year - 1
    sources = ("subtitle", "signature") if "工作报告" in report.title else ("subtitle",)
    held = [e.text for e in evidence if e.source in sources and e.year == year]
    return year - 1 if any(re.search("年0?[123]月", text) for text in held) else year


def _conflict(year: int, narrated: int, evidence: Sequence[YearEvidence]) -> bool:
    """Dates of the body in another year than title and signature say, more than in the year itself."""
    dated: dict[int, int] = defaultdict(int)
    for piece in evidence:
        if piece.source == "dated":
            dated[piece.year] += 1
    own = dated[year] + dated[narrated]
    others = [count for other, count in dated.items() if other not in (year, narrated, year + 1)]
    fixed = {e.year for e in evidence if e.source in ("title", "signature", "before_signature")}
    apart = bool(fixed) and max(fixed) - min(fixed) > 1
    return apart or (bool(fixed) and max(others, default=0) >= 2 and max(others) > own)


@functools.cache
def _table() -> dict[str, Any]:
    return values_data("years.yaml")


@functools.cache
def _meetings() -> re.Pattern[str]:
    names = sorted(_table()["meetings"], key=len, reverse=True)
    return re.compile("|".join(names))
