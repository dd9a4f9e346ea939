"""Turns the cells of spreadsheets into titles, table blocks and, where a cell holds one, prose."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from huibao.errors import FileError
from huibao.text.formats.paragraphs import Extract, Paragraph, table_text
from huibao.text.limits import refuse_long_text

# What programs call a sheet that nobody has named.
_UNNAMED = re.compile(r"(?:sheet|工作表|表)\s?\d{1,3}", re.IGNORECASE)
# A cell with this much running text in several lines is part of a form that holds the report itself.
_PROSE_CHARACTERS = 200
_PROSE_LINES = 2
# A long list is cut into several tables, so that none is beyond reading.
_TABLE_CHARACTERS = 20_000
_MOST_NAMED = 10
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, the texts of its filled cells by row and column, and the boxes upon it."""

    name: str
    cells: Mapping[tuple[int, int], str]
    hidden: bool = False
    boxes: Sequence[str] = field(default=())


def sheets_extract(sheets: Sequence[Sheet], warnings: Iterable[str] = ()) -> Extract:
    """The sheets as paragraphs and tables; hidden sheets are named and left out.

    Raises:
        FileError: empty_text where no sheet that shows holds text; too_large.
    """
    open_sheets = [sheet for sheet in sheets if not sheet.hidden and (sheet.cells or sheet.boxes)]
    hidden = [sheet.name for sheet in sheets if sheet.hidden and sheet.cells]
    refuse_long_text(sum(len(text) for sheet in open_sheets for text in sheet.cells.values()))
    if not open_sheets:
        raise FileError("empty_text", "the spreadsheet holds no text in a sheet that shows")
    paragraphs = [
        paragraph
        for sheet in open_sheets
        for paragraph in _sheet_paragraphs(sheet, named=len(open_sheets) > 1)
    ]
    told = list(warnings)
    if hidden:
        shown = ", ".join(name[:_LONGEST_NAME] for name in hidden[:_MOST_NAMED])
        told.append(f"left out: {len(hidden)} hidden sheets ({shown})")
    return Extract(tuple(paragraphs), tuple(told))


def _sheet_paragraphs(sheet: Sheet, *, named: bool) -> Iterator[Paragraph]:
    if named or not _UNNAMED.fullmatch(sheet.name.strip()):
        yield Paragraph(sheet.name.strip())
    columns = {column: place for place, column in enumerate(sorted({c for _, c in sheet.cells}))}
    table: list[list[str]] = []
    size = 0
    for _, group in groupby(sorted(sheet.cells.items()), key=lambda cell: cell[0][0]):
        cells = [(columns[column], text) for (_, column), text in group]
        size += sum(len(text) for _, text in cells)
        is_caption = len(cells) == 1 and not table
        if is_caption or any(_is_prose(text) for _, text in cells):
            yield from _as_table(table)
            table, size = [], 0
            yield from _opened_row(cells)
            continue
        if size > _TABLE_CHARACTERS:
            yield from _as_table(table)
            table, size = [], 0
        table.append(_row(cells))
    yield from _as_table(table)
    yield from (Paragraph(box, "box") for box in sheet.boxes)


def _row(cells: Iterable[tuple[int, str]]) -> list[str]:
    """The cells of a row, one string a column; a merged cell stands in its first column."""
    texts: list[str] = []
    for place, text in cells:
        texts.extend([""] * (place - len(texts)))
        texts.append(text)
    return texts


def _opened_row(cells: Sequence[tuple[int, str]]) -> Iterator[Paragraph]:
    """A row of one cell, or one with prose: prose as paragraphs, short cells as a table."""
    short: list[str] = []
    for _, text in cells:
        if len(cells) == 1 or _is_prose(text):
            yield from _as_table([short])
            short = []
            yield from (Paragraph(line) for line in text.splitlines())
        else:
            short.append(text)
    yield from _as_table([short])


def _is_prose(text: str) -> bool:
    lines = [line for line in text.splitlines() if line.strip()]
    return len(lines) >= _PROSE_LINES and len(text) >= _PROSE_CHARACTERS


def _as_table(rows: Sequence[Sequence[str]]) -> Iterator[Paragraph]:
    text = table_text(rows)
    if text:
        yield Paragraph(text, "table")
