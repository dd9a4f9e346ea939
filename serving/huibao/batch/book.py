"""汇总.xlsx: the tables of a run as one workbook, a sheet each as an office knows them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from huibao.batch.tables import (
    ACTIVITIES,
    EVIDENCE,
    FACTS,
    FLAGS,
    HONOURS,
    PLANS,
    PROBLEMS,
    SUMMARY,
    UNITS,
    Row,
    Table,
    TableColumn,
    TableRow,
    plain_cell,
)
from huibao.batch.tables.summary import added_up
from huibao.spreadsheet import Cell, Column, Form, SheetPage, SpreadsheetFile

FILE = "汇总.xlsx"
_FORMS: dict[str, Form] = {
    "text": "text",
    "whole": "number",
    "number": "share",
    "decimal": "amount",
    "day": "date",
    "yes": "text",
    "list": "wrapped",
}
_WIDTHS: dict[str, int] = {"whole": 8, "number": 10, "decimal": 14, "day": 12, "yes": 8, "list": 22}
_TEXT_WIDTHS = {
    "source": 24, "title": 34, "reporting_unit": 24, "text": 46, "sentence": 60, "detail": 40, "quote": 40,
    "name": 30, "object": 24, "profile_name": 24, "indicator_name": 30, "written": 30,
    "reports": 40, "region": 22, "numbers": 30, "quote_1": 46, "quote_2": 46, "quote_3": 46,
    "same_as": 20, "reason_name": 18, "invested": 20, "invested_planned": 20, "value": 14,
    "indicator": 10, "unit_level": 6, "level": 6, "year": 8, "part_of": 9,
}  # fmt: skip
_TEXT_WIDTH = 12
_WRAPPED = 30  # characters of width from which on a text runs over several lines
_FIXED = 3
# Programs take the other formats: these are ids beside their Chinese names, and offsets.
_FOR_PROGRAMS = frozenset(
    {
        *("type", "verb_class", "approx", "status", "reason", "role", "categories", "arenas"),
        *("genre", "kind", "holder_kind", "flag", "profile", "start", "end", "verb"),
    }
)
_TOTAL = "合计（只加已完成的数，内容相同的文件只算一次）"


@dataclass(frozen=True, slots=True)
class _Page:
    """A sheet: its name, the table it shows, and which of its rows."""

    name: str
    table: Table
    shows: Callable[[Row], bool] = lambda row: True


_PAGES = (
    _Page("汇总表", SUMMARY),
    _Page("活动清单", ACTIVITIES),
    _Page("金额", FACTS, lambda row: row["type"] == "MONEY"),
    _Page("数量", FACTS, lambda row: row["type"] != "MONEY"),
    _Page("单位", UNITS),
    _Page("荣誉", HONOURS),
    _Page("问题", PROBLEMS),
    _Page("打算", PLANS),
    _Page("指标佐证", EVIDENCE),
    _Page("质量提示", FLAGS),
)


class BookSink:
    """Writes `汇总.xlsx`; a table that is longer than a sheet goes on in the next, as 金额 (2)."""

    name = "xlsx"

    def write(self, folder: Path, rows: Iterable[TableRow]) -> None:
        """Writes the workbook into a folder that exists and is empty."""
        with (folder / FILE).open("wb") as stream, SpreadsheetFile(stream, "汇总") as file:
            pages = [_Written(file, page) for page in _PAGES]
            totals: dict[str, Decimal] = {}
            for table, _, row in rows:
                for page in pages:
                    if page.takes(table, row):
                        page.add(row)
                if table is SUMMARY:
                    added_up(totals, row)
            summary = pages[0]
            cells: dict[str, Cell] = {name: f"{total:f}" for name, total in totals.items()}
            summary.add_total({"source": _TOTAL} | cells)


class _Written:
    """A sheet as it grows, over as many pages as its rows need."""

    def __init__(self, file: SpreadsheetFile, page: _Page) -> None:
        self._file, self._shown = file, page
        self._columns = [one for one in page.table.columns if one.id not in _FOR_PROGRAMS]
        self._layout = list(_layout(self._columns))
        self._number = 1
        self._page = file.page(page.name, self._layout, fixed=_FIXED)

    def takes(self, table: Table, row: Row) -> bool:
        """Whether a row belongs here."""
        return table is self._shown.table and self._shown.shows(row)

    def add(self, row: Row) -> None:
        """Writes a row of the table."""
        self._open_page().add({one.id: _cell(one, row) for one in self._columns})

    def add_total(self, row: Mapping[str, Cell]) -> None:
        """Writes the row below all others."""
        self._open_page().add_total(row)

    def _open_page(self) -> SheetPage:
        if self._page.is_full:
            self._number += 1
            name = f"{self._shown.name} ({self._number})"
            self._page = self._file.page(name, self._layout, fixed=_FIXED)
        return self._page


def _layout(columns: Sequence[TableColumn]) -> Iterator[Column]:
    for column in columns:
        width = _TEXT_WIDTHS.get(column.id) or _WIDTHS.get(column.kind, _TEXT_WIDTH)
        form = _FORMS[column.kind]
        wrapped = form == "text" and width >= _WRAPPED
        # a heading of Chinese characters, each two wide, stands on at most two lines
        width = max(width, len(column.name) + 4)
        yield Column(column.id, column.name, width, "wrapped" if wrapped else form)


def _cell(column: TableColumn, row: Row) -> Cell:
    return plain_cell(column, row.get(column.id))
