"""Reads old Excel files (.xls) and WPS sheets (.et): what each cell shows, formulas as results."""

import struct

from huibao.errors import FileError
from huibao.text.formats.biff import BiffBook, BiffSheet, biff_book, biff_cells, text_objects
from huibao.text.formats.biff_stream import workbook_stream
from huibao.text.formats.cell_formats import BUILT_IN, GENERAL, shown
from huibao.text.formats.paragraphs import Extract
from huibao.text.formats.sheet_tables import Sheet, sheets_extract
from huibao.text.limits import MAX_SHEET_CELLS, MAX_SHEETS, refuse_long_text


def read_xls(data: bytes) -> Extract:
    """The sheets of an old Excel or WPS file as titles and tables.

    Raises:
        FileError: encrypted, corrupt, too_large, empty_text.
    """
    try:
        stream = workbook_stream(data)
        book = biff_book(stream)
        if book.is_encrypted:
            message = "the spreadsheet is protected by a password; save it without"
            raise FileError("encrypted", message)
        if not book.sheets:
            raise FileError("corrupt", "the spreadsheet lists no sheets")
        if len(book.sheets) > MAX_SHEETS:
            count = len(book.sheets)
            raise FileError(
                "too_large", f"the file has {count} sheets, at most {MAX_SHEETS} are read"
            )
        listed = {sheet.start: sheet for sheet in book.sheets if sheet.is_worksheet}
        sheets = _sheets(stream, book, list(listed.values()))
        boxes = sum(text_objects(stream, sheet) for sheet in listed.values())
    except (struct.error, IndexError):
        raise FileError("corrupt", "the spreadsheet is damaged or cut off") from None
    return sheets_extract(sheets, [f"left out: {boxes} text boxes and comments"] if boxes else [])


def _sheets(stream: bytes, book: BiffBook, listed: list[BiffSheet]) -> list[Sheet]:
    formats = [book.formats.get(one, BUILT_IN.get(one, GENERAL)) for one in book.styles]
    sheets = []
    count = characters = 0
    for sheet in listed:
        cells: dict[tuple[int, int], str] = {}
        for cell in biff_cells(stream, sheet, book):
            text = cell.content
            if not isinstance(text, str):
                known = cell.style < len(formats)
                number_format = formats[cell.style] if known else GENERAL
                text = shown(text, number_format, since_1904=book.since_1904)
            if not text.strip():
                continue
            cells[cell.row, cell.column] = text
            count += 1
            characters += len(text)
            if count > MAX_SHEET_CELLS:
                raise FileError(
                    "too_large", f"the file has more than {MAX_SHEET_CELLS} cells and is not read"
                )
            refuse_long_text(characters)
        sheets.append(Sheet(sheet.name, cells, sheet.is_hidden))
    return sheets
