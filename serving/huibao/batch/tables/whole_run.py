"""The rows that need all reports of a run: organisations by name, and copies with their source."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from huibao.batch.findings import sketch_from
from huibao.batch.results import FileResult
from huibao.batch.tables.table import PageJson, ReportJson, Row, Table, TableColumn
from huibao.batch.tables.words import words
from huibao.jsonl import decoded
from huibao.near_copies import CopyGroup, SharedPassage, Sketched, copy_groups, shared_passages

UNITS = Table(
    "units",
    "单位",
    (
        TableColumn("name", "单位名称"),
        TableColumn("level", "级别"),
        TableColumn("type_name", "种类"),
        TableColumn("report_count", "出现在几篇报告", "whole"),
        TableColumn("mention_count", "出现次数", "whole"),
        TableColumn("own_reports", "填报几篇", "whole"),
        TableColumn("written", "原文写法", "list"),
        TableColumn("reports", "报告", "list"),
        TableColumn("masked", "掩码", "yes"),
        TableColumn("type", "种类编号"),
    ),
    dated=False,
)
COPIES = Table(
    "copies",
    "雷同",
    (
        TableColumn("group_number", "组", "whole"),
        TableColumn("kind_name", "种类"),
        TableColumn("is_source", "最早", "yes"),
        TableColumn("source", "文件"),
        TableColumn("report_number", "篇", "whole"),
        TableColumn("block_number", "块", "whole"),
        TableColumn("title", "标题"),
        TableColumn("issued", "成文日期", "day"),
        TableColumn("alike", "相同比例", "number"),
        TableColumn("characters", "雷同字数", "whole"),
        TableColumn("text", "雷同文字"),
        TableColumn("kind", "种类编号"),
    ),
    dated=False,
)
_MOST_NAMED = 20  # reports and spellings told of one unit
_LONGEST = 200


class Pages(Protocol):
    """The results of a run, as often as they are asked for."""

    def pages(self) -> Iterator[tuple[FileResult, bytes | None]]:
        """Each file with its line, in their order."""

    def page(self, source: str) -> bytes | None:
        """The line of one file."""


@dataclass(slots=True)
class _Unit:
    """An organisation: its first value, and where it was named."""

    value: dict[str, Any]
    mentions: int = 0
    own: int = 0
    written: dict[str, None] = field(default_factory=dict)
    reports: dict[str, None] = field(default_factory=dict)
    report_count: int = 0
    last: int = -1


@dataclass(frozen=True, slots=True)
class _Known:
    """A report as copies are told of it."""

    source: str
    number: int
    title: str
    issued: str | None


class WholeRun:
    """Looks at every report once, and knows the rest when all have passed."""

    def __init__(self) -> None:
        """Nothing was seen yet."""
        self._units: dict[tuple[str, bool], _Unit] = {}
        self._reports: list[_Known] = []
        self._sketches: list[Sketched] = []

    def see(self, page: PageJson, report: ReportJson) -> None:
        """Takes in a report."""
        number = len(self._reports)
        issued = (report["fields"].get("issued") or {}).get("date")
        known = _Known(page["file"]["name"], report["index"] + 1, report["title"], issued)
        self._reports.append(known)
        self._sketches.append(Sketched(str(number), sketch_from(report.get("sketch")), issued))
        for block in report["blocks"]:
            for entity in block["entities"]:
                if entity["type"] == "ORG":
                    self._see_unit(entity["text"], entity.get("value") or {}, number)
        own = report["fields"].get("unit")
        if own and (unit := self._units.get((own["name"], bool(own["masked"])))):
            unit.own += 1

    def _see_unit(self, text: str, value: dict[str, Any], report: int) -> None:
        masked = bool(value.get("masked"))
        unit = self._units.setdefault((value.get("canonical") or text, masked), _Unit(value))
        unit.mentions += 1
        if len(unit.written) < _MOST_NAMED:
            unit.written[text] = None
        if unit.last != report:
            unit.last, unit.report_count = report, unit.report_count + 1
            if len(unit.reports) < _MOST_NAMED:
                known = self._reports[report]
                unit.reports[f"{known.source}（{known.number}）"] = None

    def unit_rows(self) -> Iterator[Row]:
        """The units, those of most reports first."""
        order = sorted(
            self._units.items(),
            key=lambda pair: (-pair[1].report_count, -pair[1].mentions, pair[0]),
        )
        for (name, masked), unit in order:
            kind = unit.value.get("type")
            yield {
                "name": name,
                "level": unit.value.get("level"),
                "type": kind,
                "type_name": words().name("bodies", kind),
                "report_count": unit.report_count,
                "mention_count": unit.mentions,
                "own_reports": unit.own,
                "written": list(unit.written),
                "reports": _cut(list(unit.reports), unit.report_count),
                "masked": masked,
            }

    def copy_rows(self, run: Pages) -> Iterator[Row]:
        """The groups of copies, source first; then paragraphs that stand in reports of no one group."""
        groups = copy_groups(self._sketches)
        number = 0
        group_of: dict[int, int] = {}
        for number, group in enumerate(groups, 1):
            for one in (group.source, *(copy.id for copy in group.copies)):
                group_of[int(one)] = number
            yield from self._group_rows(number, group)
        texts = _PassageTexts(run)
        for passage in shared_passages(_block_texts(run)):
            places = self._first_places(passage)
            groups_told = {group_of.get(report, -report - 1) for report, _ in places}
            if len(groups_told) > 1:
                number += 1
                yield from self._passage_rows(number, passage, places, texts)

    def _group_rows(self, number: int, group: CopyGroup) -> Iterator[Row]:
        members = [(group.source, None), *((copy.id, copy.alike) for copy in group.copies)]
        for one, alike in members:
            yield {
                "group_number": number,
                "kind": "report",
                "kind_name": "全文雷同",
                "is_source": alike is None,
                **_told(self._reports[int(one)]),
                "alike": None if alike is None else round(alike, 2),
            }

    def _passage_rows(
        self,
        number: int,
        passage: SharedPassage,
        places: Sequence[tuple[int, int]],
        texts: "_PassageTexts",
    ) -> Iterator[Row]:
        first, block = places[0]
        text = texts.text(self._reports[first], block)
        for place, (report, block) in enumerate(places):
            yield {
                "group_number": number,
                "kind": "passage",
                "kind_name": "段落雷同",
                "is_source": place == 0,
                **_told(self._reports[report]),
                "block_number": block + 1,
                "characters": passage.characters,
                "text": text,
            }

    def _first_places(self, passage: SharedPassage) -> list[tuple[int, int]]:
        """The first place in each report; the report that was issued first stands first."""
        places: dict[int, int] = {}
        for report, block in passage.places:
            places.setdefault(int(report), block)
        return sorted(
            places.items(), key=lambda pair: (self._reports[pair[0]].issued or "9999", pair[0])
        )


class _PassageTexts:
    """The texts of passages; the line looked at last is kept."""

    def __init__(self, run: Pages) -> None:
        self._run, self._source = run, ""
        self._page: PageJson = {}

    def text(self, report: _Known, block: int) -> str:
        if report.source != self._source:
            line = self._run.page(report.source)
            self._source, self._page = report.source, decoded(line) if line else {}
        numbered = {one["index"] + 1: one for one in self._page.get("reports", ())}
        text: str = numbered[report.number]["blocks"][block]["text"]
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _block_texts(run: Pages) -> Iterator[tuple[str, list[str]]]:
    """The blocks of each report by its place among all; what repeats its own report is left out."""
    number = 0
    for _, line in run.pages():
        for report in decoded(line)["reports"] if line else ():
            blocks = report["blocks"]
            yield str(number), ["" if _is_repeated(one) else one["text"] for one in blocks]
            number += 1


def _is_repeated(block: dict[str, Any]) -> bool:
    return block["duplicate_of"] is not None


def _told(report: _Known) -> Row:
    return {
        "source": report.source,
        "report_number": report.number,
        "title": report.title,
        "issued": report.issued,
    }


def _cut(names: list[str], count: int) -> list[str]:
    return names if len(names) == count else [*names, f"等{count}篇"]


def copies_as_flags(rows: Iterator[Row]) -> Iterator[tuple[Row, Row | None]]:
    """Each row of copies, with the flag it is for its report: where the text was before."""
    source: Row = {}
    for row in rows:
        if row["is_source"]:
            source = row
            yield row, None
            continue
        where = f"{source['source']}（{source['report_number']}）"
        if row["kind"] == "report":
            name, said = "与他文雷同", f"全文与{where}约{float(str(row['alike'])):.0%}相同"
        else:
            name, said = "有段落与他文相同", f"第{row['block_number']}块与{where}相同"
        yield (
            row,
            {
                "source": row["source"],
                "report_number": row["report_number"],
                "flag": f"near_copy_{row['kind']}",
                "flag_name": name,
                "sentence": said,
                "quote": row.get("text"),
                "about": where,
            },
        )
