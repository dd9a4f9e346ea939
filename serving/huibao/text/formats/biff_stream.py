"""Takes the stream of a workbook out of the compound file that old spreadsheets (.xls, .et) are.

Source: [MS-CFB] Compound File Binary File Format.
"""

import struct

from huibao.errors import FileError

_FREE = 0xFFFFFFF0
_HEADER_SECTORS = 109
_ENTRY_BYTES, _SECTOR_NUMBER = 128, 4
_STREAM, _ROOT = 2, 5
_MINI_LIMIT, _MINI_BYTES = 4096, 64
_MOST_SECTORS = 1 << 17


def workbook_stream(data: bytes) -> bytes:
    """The stream of the workbook.

    Raises:
        FileError: corrupt where the container is damaged or holds none.
        struct.error: where it is cut off.
    """
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
