"""A spreadsheet file for an office: tables with two header rows, and cells that nothing can run."""

import contextlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, BinaryIO, Literal, Self

import xlsxwriter
from xlsxwriter.utility import xl_range

from huibao.errors import FileError

Form = Literal["text", "wrapped", "number", "amount", "share", "date"]
Cell = str | int | float | None

# Excel's limits: 32,767 UTF-16 units in a cell, which 16,000 characters never pass; rows in a sheet;
# decimal digits of a number.
CELL_CHARACTERS = 16_000
_ROWS = 1_048_576
_DIGITS = 15
_HEADER_ROWS = 2
_PAPER_WIDTH = 190  # half-width characters that can still be read side by side on A4
_LINE_POINTS = 14.5
_MOST_LINES = 8
_DAY = re.compile(r"(19\d\d|[2-9]\d\d\d)-(\d\d)-(\d\d)")  # Excel knows no day before 1900
_UNWRITABLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0
_STARTS_FORMULA = tuple("=+-@＝＋－＠")
_SETTINGS: dict[str, Any] = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)  # the clock must not change the bytes
_HEAD = {
    "bold": True, "bg_color": "#DCE6F1", "bottom": 1, "valign": "vcenter", "text_wrap": True,
}  # fmt: skip
_LOOKS: dict[Form, dict[str, Any]] = {
    "text": {},
    "wrapped": {"text_wrap": True},
    "number": {"num_format": "0"},
    "amount": {"num_format": "#,##0.######"},
    "share": {"num_format": "0%"},
    "date": {"num_format": "yyyy-mm-dd", "align": "left"},
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its stable id for programs, its name for people, its width in half-width characters."""

    id: str
    name: str
    width: int
    form: Form = "text"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: a row maps column ids to cells, and what it leaves out stays empty.

    The first `fixed` columns stay in sight when one moves to the right.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Mapping[str, Cell]]
    fixed: int = 0


def spreadsheet_bytes(title: str, sheets: Iterable[Sheet]) -> bytes:
    """The .xlsx file of the sheets; the same sheets give the same bytes.

    Raises:
        FileError: `too_large`, when a sheet has more rows than Excel can read.
    """
    stream = io.BytesIO()
    with SpreadsheetFile(stream, title) as file:
        for sheet in sheets:
            page = file.page(sheet.name, sheet.columns, fixed=sheet.fixed)
            for row in sheet.rows:
                page.add(row)
    return stream.getvalue()


class SpreadsheetFile:
    """A file that is being written: its pages are open side by side, and each grows by rows.

    Rows go to a private temporary folder as they come: in memory they take 300 bytes a character of
    the report, so a long one would need half a gigabyte.
    """

    def __init__(self, target: BinaryIO, title: str) -> None:
        """Opens the file.

        Args:
            target: Where its bytes go at the end.
            title: As its properties tell it.
        """
        self._folder = TemporaryDirectory(prefix="huibao-")
        self._file = xlsxwriter.Workbook(target, _SETTINGS | {"tmpdir": self._folder.name})
        self._file.set_properties({"title": _writable(title)[:255], "created": _CREATED})
        self._looks = _Looks(self._file)
        self._pages: list[SheetPage] = []

    def __enter__(self) -> Self:
        """Nothing is written yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Writes the file, or nothing where the block has failed."""
        try:
            if kind is None:
                for page in self._pages:
                    page.finish()
                self._file.close()
            else:
                self._give_up()
        finally:
            self._folder.cleanup()

    def _give_up(self) -> None:
        """Lets go of the files of the rows; nothing is written."""
        self._file.fileclosed = True
        for page in self._file.worksheets():
            with contextlib.suppress(OSError):  # the disk may be full
                page.row_data_fh.close()

    def page(self, name: str, columns: Sequence[Column], *, fixed: int = 0) -> "SheetPage":
        """A new page with its two header rows; see `Sheet`."""
        page = SheetPage(self._file.add_worksheet(name), name, columns, fixed, self._looks)
        self._pages.append(page)
        return page


class _Looks:
    """The formats of an open file."""

    def __init__(self, file: Any) -> None:  # noqa: ANN401 (xlsxwriter has no types)
        self.head = file.add_format(_HEAD)
        self.ids = file.add_format({"font_color": "#7F7F7F", "font_size": 9})
        self.total = {
            form: file.add_format(look | {"valign": "top", "bold": True, "top": 1})
            for form, look in _LOOKS.items()
        }
        self.forms = {
            (form, quoted): file.add_format(look | {"valign": "top", "quote_prefix": quoted})
            for form, look in _LOOKS.items()
            for quoted in (False, True)
        }


class SheetPage:
    """One sheet of an open file: two header rows, and rows as they are added."""

    def __init__(
        self,
        page: Any,  # noqa: ANN401 (xlsxwriter has no types)
        name: str,
        columns: Sequence[Column],
        fixed: int,
        looks: _Looks,
    ) -> None:
        self.name = name
        self._page, self._looks, self._fixed = page, looks, fixed
        self._last = self._filtered = _HEADER_ROWS - 1
        self._right = len(columns) - 1
        self._wrapped = [(one.id, one.width) for one in columns if one.form == "wrapped"]
        self._sheets_of_paper = max(1, round(sum(one.width for one in columns) / _PAPER_WIDTH))
        self._places = {column.id: (place, column.form) for place, column in enumerate(columns)}
        for place, column in enumerate(columns):
            page.set_column(place, place, column.width)
            page.write_string(0, place, column.name, looks.head)
        for place, column in enumerate(columns):
            page.write_string(1, place, column.id, looks.ids)

    @property
    def is_full(self) -> bool:
        """Whether the sheet has as many rows as Excel can read."""
        return self._last == _ROWS - 1

    def add(self, row: Mapping[str, Cell]) -> None:
        """Writes a row below the last.

        Raises:
            FileError: `too_large`, when the sheet is full.
        """
        self._begin_row()
        self._filtered = self._last
        if (lines := self._lines(row)) > 1:
            self._page.set_row(self._last, lines * _LINE_POINTS)
        for key, cell in row.items():
            self._write(*self._places[key], cell)

    def add_total(self, row: Mapping[str, Cell]) -> None:
        """Writes a row of totals, which no filter hides."""
        self._begin_row()
        for key, cell in row.items():
            place, form = self._places[key]
            self._write(place, form, cell, self._looks.total[form])

    def finish(self) -> None:
        """Sets what makes a long table pleasant to use and print."""
        page = self._page
        page.freeze_panes(_HEADER_ROWS, self._fixed)
        page.autofilter(_HEADER_ROWS - 1, 0, self._filtered, self._right)
        page.ignore_errors({"number_stored_as_text": xl_range(0, 0, self._last, self._right)})
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(self._sheets_of_paper, 0)
        page.repeat_rows(0, _HEADER_ROWS - 1)
        if self._sheets_of_paper > 1:
            page.repeat_columns(0, max(0, self._fixed - 1))

    def _lines(self, row: Mapping[str, Cell]) -> int:
        """How many lines the longest wrapped cell needs: not every program works that out itself."""
        texts = ((str(row.get(key) or ""), width) for key, width in self._wrapped)
        return min(
            _MOST_LINES, max((1 + 2 * len(text) // width for text, width in texts), default=1)
        )

    def _begin_row(self) -> None:
        if self.is_full:
            raise FileError("too_large", f"{self.name} has more than {_ROWS:,} rows")
        self._last += 1

    def _write(self, place: int, form: Form, cell: Cell, look: object = None) -> None:
        if cell is None or cell == "":
            return
        page, row = self._page, self._last
        plain = look or self._looks.forms[form, False]
        if not isinstance(cell, str):
            page.write_number(row, place, cell, plain)
        elif form == "date" and (day := _day(cell)):
            page.write_datetime(row, place, day, plain)
        elif form == "amount" and (number := _number(cell)) is not None:
            page.write_number(row, place, number, plain)
        else:
            quoted = cell.startswith(_STARTS_FORMULA)  # or editing the cell would make it a formula
            look = self._looks.forms[form, True] if quoted else plain
            page.write_string(row, place, _fitting(_writable(cell)), look)


def cell_pieces(text: str) -> Iterator[str]:
    """The text in pieces that a cell holds, at least one."""
    for start in range(0, max(1, len(text)), CELL_CHARACTERS):
        yield text[start : start + CELL_CHARACTERS]


def _fitting(text: str) -> str:
    if len(text) <= CELL_CHARACTERS:
        return text
    return f"{text[: CELL_CHARACTERS - 20]}……（余 {len(text) - CELL_CHARACTERS + 20:,} 字）"


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _number(text: str) -> float | None:
    """The number a decimal text means, None where it is none or has more digits than Excel keeps."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    exact = number.is_finite() and len(number.normalize().as_tuple().digits) <= _DIGITS
    return float(number) if exact and abs(number) < 10**300 else None
