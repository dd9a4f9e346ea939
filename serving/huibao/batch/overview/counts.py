"""What the overview tells of a run: the numbers behind its charts, and the reports with their own rows."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from huibao.batch.results import FileResult
from huibao.near_copies import CopyGroup

MOST_REPORTS = 200  # reports that have a row of their own
UNTITLED = "（无标题）"
MOST_FILES = 200  # files whose trouble is told one by one


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


def place_name(source: str, number: int) -> str:
    """How a report is named by its file: the second one of a page is `file#2`."""
    return source if number == 1 else f"{source}（第{number}篇）"
