"""The records of an old workbook (.xls, .et): its sheets, strings and formats, the values of its cells.

Source: [MS-XLS] Excel Binary File Format.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

_BOF, _EOF, _BOUNDSHEET, _FILEPASS, _DATE_MODE = 0x809, 0x0A, 0x85, 0x2F, 0x22
_FORMAT, _XF, _SST, _CONTINUE, _TEXT_OBJECT = 0x41E, 0xE0, 0xFC, 0x3C, 0x1B6
_NUMBER, _RK, _MULRK, _BOOLERR, _STRING = 0x203, 0x27E, 0xBD, 0x205, 0x207
_LABELSST, _LABELS, _FORMULAS = 0xFD, (0x204, 0xD6), (0x06, 0x206, 0x406)
_BIFF8, _WORKSHEET = 0x600, 0
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?",
    0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip

CellContent = str | float


@dataclass(frozen=True, slots=True)
class BiffSheet:
    """A sheet as the workbook lists it; `start` is the place of its records."""

    name: str
    start: int
    is_hidden: bool
    is_worksheet: bool


@dataclass(slots=True)
class BiffBook:
    """What the sheets of a workbook share; `styles` are numbers of formats, `formats` its own."""

    sheets: list[BiffSheet] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    styles: list[int] = field(default_factory=list)
    formats: dict[int, str] = field(default_factory=dict)
    is_wide: bool = True
    is_encrypted: bool = False
    since_1904: bool = False


@dataclass(frozen=True, slots=True)
class BiffCell:
    """A filled cell; `style` is its place in the styles of the book."""

    row: int
    column: int
    style: int
    content: CellContent


def biff_book(stream: bytes) -> BiffBook:
    """The shared part of a workbook's stream.

    Raises:
        struct.error: where a record is cut off.
    """
    book = BiffBook()
    segments: list[bytes] = []
    in_strings = False
    for number, record in _records(stream, 0):
        if number == _BOF:
            book.is_wide = struct.unpack_from("<H", record)[0] >= _BIFF8
        elif number == _FILEPASS:
            book.is_encrypted = True
            return book
        elif number == _DATE_MODE:
            book.since_1904 = struct.unpack_from("<H", record)[0] == 1
        elif number == _BOUNDSHEET:
            book.sheets.append(_sheet(record, book.is_wide))
        elif number == _XF:
            book.styles.append(struct.unpack_from("<H", record, 2)[0])
        elif number == _FORMAT:
            place = 2 if book.is_wide else 1
            code = _counted(record, 2, book.is_wide, wide_count=place)
            book.formats[struct.unpack_from("<H", record)[0]] = code
        elif number == _SST or (number == _CONTINUE and in_strings):
            segments.append(record[8:] if number == _SST else record)
        in_strings = number == _SST or (number == _CONTINUE and in_strings)
    book.strings = list(_shared_strings(segments))
    return book


def biff_cells(stream: bytes, sheet: BiffSheet, book: BiffBook) -> Iterator[BiffCell]:
    """The filled cells of a sheet, in the order of the file.

    Raises:
        struct.error: where a record is cut off.
    """
    awaited: tuple[int, int, int] | None = None
    for number, record in _records(stream, sheet.start):
        if number == _MULRK:
            row, first = struct.unpack_from("<HH", record)
            for place in range((len(record) - 6) // 6):
                style, packed = struct.unpack_from("<HI", record, 4 + 6 * place)
                yield BiffCell(row, first + place, style, _unpacked(packed))
        elif number == _STRING and awaited is not None:
            yield BiffCell(*awaited, _counted(record, 0, book.is_wide))
            awaited = None
        elif number in _FORMULAS:
            row, column, style = struct.unpack_from("<HHH", record)
            result = _result(record)
            awaited = (row, column, style) if result is None else None
            if result is not None:
                yield BiffCell(row, column, style, result)
        elif (content := _content(number, record, book)) is not None:
            row, column, style = struct.unpack_from("<HHH", record)
            yield BiffCell(row, column, style, content)


def text_objects(stream: bytes, sheet: BiffSheet) -> int:
    """How many text boxes and comments with text lie upon a sheet."""
    return sum(
        number == _TEXT_OBJECT and struct.unpack_from("<H", record, 10)[0] > 0
        for number, record in _records(stream, sheet.start)
    )


def _content(number: int, record: bytes, book: BiffBook) -> CellContent | None:
    if number == _NUMBER:
        return float(struct.unpack_from("<d", record, 6)[0])
    if number == _RK:
        return _unpacked(struct.unpack_from("<I", record, 6)[0])
    if number == _LABELSST:
        place = struct.unpack_from("<I", record, 6)[0]
        return book.strings[place] if place < len(book.strings) else None
    if number in _LABELS:
        return _counted(record, 6, book.is_wide)
    if number == _BOOLERR:
        return _truth_or_error(*struct.unpack_from("<BB", record, 6))
    return None


def _result(record: bytes) -> CellContent | None:
    """The stored result of a formula; None for a string, which comes in a record of its own."""
    kind, value, mark = struct.unpack_from("<BxBxxxH", record, 6)
    if mark != 0xFFFF:
        return float(struct.unpack_from("<d", record, 6)[0])
    if kind == 0:
        return None
    return _truth_or_error(value, kind - 1) if kind in (1, 2) else ""


def _truth_or_error(value: int, is_error: int) -> str:
    if is_error:
        return _ERRORS.get(value, "#N/A")
    return "TRUE" if value else "FALSE"


def _unpacked(packed: int) -> float:
    """A number that is packed into 30 bits: whole or the upper half of a float, maybe hundredths."""
    if packed & 2:
        number = float((packed >> 2) - (1 << 30 if packed & 0x80000000 else 0))
    else:
        number = float(struct.unpack("<d", bytes(4) + struct.pack("<I", packed & 0xFFFFFFFC))[0])
    return number / 100 if packed & 1 else number


def _sheet(record: bytes, is_wide: bool) -> BiffSheet:
    start, state, kind = struct.unpack_from("<IBB", record)
    name = _counted(record, 6, is_wide, wide_count=1)
    return BiffSheet(name, start, bool(state & 3), kind == _WORKSHEET)


def _counted(record: bytes, place: int, is_wide: bool, *, wide_count: int = 2) -> str:
    """A text after its count; files before 1997 hold the bytes of the writer's code page."""
    count = int.from_bytes(record[place : place + wide_count], "little")
    place += wide_count
    if not is_wide:
        return record[place : place + count].decode("gb18030", "replace")
    return _characters(
        record[place + 1 :], count, bool(record[place : place + 1] and record[place] & 1)
    )


def _characters(data: bytes, count: int, is_double: bool) -> str:
    if is_double:
        return data[: 2 * count].decode("utf-16-le", "replace")
    return data[:count].decode("latin-1")


def _shared_strings(segments: list[bytes]) -> Iterator[str]:
    """The strings that cells share; one may run on in the next record, there with a new width."""
    place, number = 0, 0

    def skipped(count: int) -> None:
        nonlocal place, number
        while count > 0 and number < len(segments):
            step = min(count, len(segments[number]) - place)
            place, count = place + step, count - step
            if place >= len(segments[number]):
                place, number = 0, number + 1

    while number < len(segments) and len(segments[number]) - place >= 3:
        segment = segments[number]
        left, flags = struct.unpack_from("<HB", segment, place)
        place += 3
        runs = struct.unpack_from("<H", segment, place)[0] if flags & 8 else 0
        place += 2 if flags & 8 else 0
        extra = struct.unpack_from("<I", segment, place)[0] if flags & 4 else 0
        place += 4 if flags & 4 else 0
        text, is_double = "", bool(flags & 1)
        while left > 0 and number < len(segments):
            width = 2 if is_double else 1
            room = min(left, (len(segments[number]) - place) // width)
            text += _characters(segments[number][place : place + room * width], room, is_double)
            left -= room
            place += room * width
            if left > 0:
                number, place = number + 1, 1
                if number < len(segments) and segments[number]:
                    is_double = bool(segments[number][0] & 1)
        yield text
        skipped(4 * runs + extra)
        if number < len(segments) and place >= len(segments[number]):
            place, number = 0, number + 1


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
