"""Reads old Excel files (.xls) and WPS sheets (.et) with calamine, bounded by what they announce."""

import io
from datetime import date, datetime, time, timedelta

from huibao.errors import FileError
from huibao.text.formats.biff import BookMarks, SheetMarks, book_marks
from huibao.text.formats.cell_formats import GENERAL, shown
from huibao.text.formats.paragraphs import Extract
from huibao.text.formats.sheet_tables import Sheet, sheets_extract
from huibao.text.limits import MAX_SHEET_CELLS, MAX_SHEETS, refuse_long_text

_DAMAGED = "the spreadsheet is damaged or cut off"


def read_xls(data: bytes) -> Extract:
    """The sheets of an old Excel or WPS file as titles and tables.

    Raises:
        FileError: encrypted, corrupt, too_large, empty_text.
    """
    marks = book_marks(data)
    if marks.is_encrypted:
        raise FileError("encrypted", "the spreadsheet is protected by a password; save it without")
    # calamine lays every sheet out as a full rectangle: two cells far apart would fill the memory.
    laid_out = sum(sheet.rows * sheet.columns for sheet in marks.sheets)
    if len(marks.sheets) > MAX_SHEETS or laid_out > 4 * MAX_SHEET_CELLS:
        raise FileError(
            "too_large",
            f"the file has {len(marks.sheets)} sheets that span {laid_out} cells, at most "
            f"{MAX_SHEETS} and {4 * MAX_SHEET_CELLS} are read",
        )
    try:
        return sheets_extract(_sheets(data, marks), _warnings(marks))
    except BaseException as error:
        # What calamine meets in damaged files it tells by errors of its own, or as a panic.
        if type(error).__module__.split(".")[0] in ("pyo3_runtime", "python_calamine"):
            raise FileError("corrupt", _DAMAGED) from None
        if isinstance(error, OSError | ValueError):
            raise FileError("corrupt", _DAMAGED) from None
        raise


def _sheets(data: bytes, marks: BookMarks) -> list[Sheet]:
    import python_calamine as calamine

    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = []
    characters = 0
    for place, about in enumerate(book.sheets_metadata):
        if about.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        own = marks.sheets[place] if place < len(marks.sheets) else SheetMarks()
        found = book.get_sheet_by_index(place)
        top, left = found.start or (0, 0)
        cells = {}
        for row, values in enumerate(found.to_python(), top):
            for column, value in enumerate(values, left):
                text = _text(value, own.formats.get((row, column), GENERAL), marks.since_1904)
                if text.strip():
                    cells[row, column] = text
                    characters += len(text)
            refuse_long_text(characters)
        is_hidden = about.visible != calamine.SheetVisibleEnum.Visible
        sheets.append(Sheet(about.name, cells, is_hidden))
    return sheets


def _warnings(marks: BookMarks) -> list[str]:
    boxes = sum(sheet.boxes for sheet in marks.sheets)
    return [f"left out: {boxes} text boxes and comments"] if boxes else []


def _text(value: object, number_format: str, since_1904: bool) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float | datetime | date | time | timedelta):
        return shown(value, number_format, since_1904=since_1904)
    return str(value)
