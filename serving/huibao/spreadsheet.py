"""A spreadsheet file for an office: tables with two header rows, and cells that nothing can run."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from tempfile import TemporaryDirectory
from typing import Any, Literal

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
_HEAD = {"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "valign": "vcenter"}
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

    Rows go to a private temporary folder as they come: in memory they take 300 bytes a character of
    the report, so a long one would need half a gigabyte.

    Raises:
        FileError: `too_large`, when a sheet has more rows than Excel can read.
    """
    stream = io.BytesIO()
    with (
        TemporaryDirectory(prefix="huibao-") as folder,
        xlsxwriter.Workbook(stream, _SETTINGS | {"tmpdir": folder}) as file,
    ):
        file.set_properties({"title": _writable(title)[:255], "created": _CREATED})
        writer = _Writer(file)
        for sheet in sheets:
            writer.add(sheet)
    return stream.getvalue()


class _Writer:
    """Writes sheets into an open file."""

    def __init__(self, file: Any) -> None:  # noqa: ANN401 (xlsxwriter has no types)
        self._file = file
        self._head = file.add_format(_HEAD)
        self._ids = file.add_format({"font_color": "#7F7F7F", "font_size": 9})
        self._forms = {
            (form, quoted): file.add_format(look | {"valign": "top", "quote_prefix": quoted})
            for form, look in _LOOKS.items()
            for quoted in (False, True)
        }

    def add(self, sheet: Sheet) -> None:
        """Two header rows, the rows, and what makes a long table pleasant to use and print."""
        page = self._file.add_worksheet(sheet.name)
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width)
            page.write_string(0, place, column.name, self._head)
        for place, column in enumerate(sheet.columns):
            page.write_string(1, place, column.id, self._ids)
        places = {column.id: (place, column.form) for place, column in enumerate(sheet.columns)}
        last = _HEADER_ROWS - 1
        for last, row in enumerate(sheet.rows, start=_HEADER_ROWS):
            if last == _ROWS:
                raise FileError("too_large", f"{sheet.name} has more than {_ROWS:,} rows")
            for key, cell in row.items():
                self._write(page, last, *places[key], cell)
        right = len(sheet.columns) - 1
        page.freeze_panes(_HEADER_ROWS, sheet.fixed)
        page.autofilter(_HEADER_ROWS - 1, 0, last, right)
        page.ignore_errors({"number_stored_as_text": xl_range(0, 0, last, right)})
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        page.repeat_rows(0, _HEADER_ROWS - 1)

    def _write(self, page: Any, row: int, place: int, form: Form, cell: Cell) -> None:  # noqa: ANN401
        if cell is None or cell == "":
            return
        plain = self._forms[form, False]
        if not isinstance(cell, str):
            page.write_number(row, place, cell, plain)
        elif form == "date" and (day := _day(cell)):
            page.write_datetime(row, place, day, plain)
        elif form == "amount" and (number := _number(cell)) is not None:
            page.write_number(row, place, number, plain)
        else:
            quoted = cell.startswith(_STARTS_FORMULA)  # or editing the cell would make it a formula
            page.write_string(row, place, _fitting(_writable(cell)), self._forms[form, quoted])


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
