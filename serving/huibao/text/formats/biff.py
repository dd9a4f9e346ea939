"""What an old Excel or WPS sheet (.xls, .et) says of its cells besides their values: places, formats.

Source: [MS-CFB] for the container, [MS-XLS] for the records.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from huibao.errors import FileError
from huibao.text.formats.cell_formats import BUILT_IN, GENERAL

_FREE = 0xFFFFFFF0
_HEADER_SECTORS = 109
_ENTRY_BYTES, _SECTOR_NUMBER = 128, 4
_STREAM, _ROOT = 2, 5
_MINI_LIMIT, _MINI_BYTES = 4096, 64
_MOST_SECTORS = 1 << 17

_BOF, _EOF, _BOUNDSHEET, _FILEPASS, _DATE_MODE = 0x809, 0x0A, 0x85, 0x2F, 0x22
_FORMAT, _XF, _MULRK, _TEXT_OBJECT = 0x41E, 0xE0, 0xBD, 0x1B6
_BIFF8 = 0x600
# Number, RK, formula (three forms), shared string, label (two forms), truth or error: one cell each.
_CELLS = frozenset({0x203, 0x27E, 0x06, 0x206, 0x406, 0xFD, 0x204, 0xD6, 0x205})
_NUMBERS = frozenset({0x203, 0x27E, 0x06, 0x206, 0x406})


@dataclass(slots=True)
class SheetMarks:
    """The filled rectangle of a sheet, ends exclusive, and the formats of its numbers by place.

    `boxes` counts what lies upon the sheet with text of its own: text boxes and comments.
    """

    rows: int = 0
    columns: int = 0
    boxes: int = 0
    formats: dict[tuple[int, int], str] = field(default_factory=dict)


@dataclass(slots=True)
class BookMarks:
    """The sheets of a workbook in its own order."""

    sheets: list[SheetMarks] = field(default_factory=list)
    is_encrypted: bool = False
    since_1904: bool = False


def book_marks(data: bytes) -> BookMarks:
    """The marks of a workbook in a compound file.

    Raises:
        FileError: corrupt where the container or its records are damaged.
    """
    try:
        return _marks(_workbook_stream(data))
    except (struct.error, IndexError):
        raise FileError("corrupt", "the spreadsheet is damaged or cut off") from None


def _marks(stream: bytes) -> BookMarks:
    marks = BookMarks()
    starts: list[int] = []
    styles: list[int] = []
    formats = dict(BUILT_IN)
    is_wide = True
    for number, record in _records(stream, 0):
        if number == _BOF:
            is_wide = struct.unpack_from("<H", record)[0] >= _BIFF8
        elif number == _FILEPASS:
            marks.is_encrypted = True
        elif number == _DATE_MODE:
            marks.since_1904 = struct.unpack_from("<H", record)[0] == 1
        elif number == _BOUNDSHEET:
            starts.append(struct.unpack_from("<I", record)[0])
        elif number == _XF:
            styles.append(struct.unpack_from("<H", record, 2)[0])
        elif number == _FORMAT:
            formats[struct.unpack_from("<H", record)[0]] = _format_text(record, is_wide)
    if not starts:
        raise FileError("corrupt", "the spreadsheet lists no sheets")
    if not marks.is_encrypted:
        shown = [formats.get(style, GENERAL) for style in styles]
        marks.sheets = [_sheet_marks(stream, start, shown) for start in starts]
    return marks


def _sheet_marks(stream: bytes, start: int, formats: list[str]) -> SheetMarks:
    marks = SheetMarks()
    for number, record in _records(stream, start):
        if number == _MULRK:
            row, first = struct.unpack_from("<HH", record)
            for place in range((len(record) - 6) // 6):
                style = struct.unpack_from("<H", record, 4 + 6 * place)[0]
                _mark(marks, row, first + place, style, formats)
        elif number == _TEXT_OBJECT:
            marks.boxes += struct.unpack_from("<H", record, 10)[0] > 0
        elif number in _CELLS:
            row, column, style = struct.unpack_from("<HHH", record)
            _mark(marks, row, column, style if number in _NUMBERS else -1, formats)
    return marks


def _mark(marks: SheetMarks, row: int, column: int, style: int, formats: list[str]) -> None:
    marks.rows = max(marks.rows, row + 1)
    marks.columns = max(marks.columns, column + 1)
    if 0 <= style < len(formats) and formats[style] != GENERAL:
        marks.formats[row, column] = formats[style]


def _records(stream: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    """The records from a place to the end of the part that begins there; charts within are passed."""
    depth = 0
    while place + 4 <= len(stream):
        number, size = struct.unpack_from("<HH", stream, place)
        place += 4
        depth += (number == _BOF) - (number == _EOF)
        if depth <= 0:
            return
        if depth == 1:
            yield number, stream[place : place + size]
        place += size


def _format_text(record: bytes, is_wide: bool) -> str:
    if not is_wide:
        return record[3 : 3 + record[2]].decode("gb18030", "replace")
    (count, flags) = struct.unpack_from("<HB", record, 2)
    if flags & 1:
        return record[5 : 5 + 2 * count].decode("utf-16-le", "replace")
    return record[5 : 5 + count].decode("latin-1")


def _workbook_stream(data: bytes) -> bytes:
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in (9, 12):
        raise FileError("corrupt", "the spreadsheet is damaged or cut off")
    table = _table(data, shift)
    (first, mini_first) = struct.unpack_from("<I8xI", data, 48)
    directory = _chained(data, first, table, shift)
    root_start = 0
    for place in range(0, len(directory) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
        length, kind = struct.unpack_from("<HB", directory, place + 64)
        start, size = struct.unpack_from("<II", directory, place + 116)
        name = directory[place : place + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        if kind == _ROOT:
            root_start = start
        elif kind == _STREAM and name in ("Workbook", "Book"):
            if size >= _MINI_LIMIT:
                return _chained(data, start, table, shift)[:size]
            minis = _chained(data, root_start, table, shift)
            mini_table = _numbers(_chained(data, mini_first, table, shift))
            pieces = [
                minis[one * _MINI_BYTES : (one + 1) * _MINI_BYTES]
                for one in _chain(start, mini_table)
            ]
            return b"".join(pieces)[:size]
    raise FileError("corrupt", "the spreadsheet is damaged or cut off")


def _table(data: bytes, shift: int) -> list[int]:
    """The table of sectors: the header lists its first sectors, further ones list the rest."""
    size = 1 << shift
    listed = list(struct.unpack_from(f"<{_HEADER_SECTORS}I", data, 76))
    (more,) = struct.unpack_from("<I", data, 68)
    seen: set[int] = set()
    while more < _FREE and more not in seen and (more + 1) << shift < len(data):
        seen.add(more)
        *further, more = _numbers(data[(more + 1) << shift : (more + 2) << shift])
        listed += further
    sectors = dict.fromkeys(one for one in listed if one < _FREE)
    found: list[int] = []
    for sector in sectors:
        found += _numbers(data[(sector + 1) * size : (sector + 2) * size])
    return found


def _chained(data: bytes, first: int, table: list[int], shift: int) -> bytes:
    return b"".join(
        data[(sector + 1) << shift : (sector + 2) << shift] for sector in _chain(first, table)
    )


def _chain(first: int, table: list[int]) -> list[int]:
    """The sectors of one stream, in order; a circle ends where it closes."""
    found: dict[int, None] = {}
    while first < len(table) and first not in found and len(found) < _MOST_SECTORS:
        found[first] = None
        first = table[first]
    return list(found)


def _numbers(data: bytes) -> list[int]:
    count = len(data) // _SECTOR_NUMBER
    return list(struct.unpack_from(f"<{count}I", data))
