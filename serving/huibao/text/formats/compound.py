"""Lists the streams of a compound file, the container of old Office files, without unpacking any.

Source: [MS-CFB] Compound File Binary File Format; [MS-DOC] 2.5.2 for the head of a Word stream.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

CompoundKind = Literal["word", "sheet", "encrypted", "other", "damaged"]

_HEADER_BYTES = 512
_ENTRY_BYTES = 128
_LAST_SECTOR = 0xFFFFFFF9
_STREAM, _ROOT = 2, 5
# A report of a hundred pages has a few dozen; a macro project adds as many.
_MOST_ENTRIES = 20_000
# Shorter streams lie together in a stream of their own; the text of a document is never one of them.
_MINI_STREAM_BYTES = 4096
_WORD_MAGIC = 0xA5EC
_ENCRYPTED_BIT = 0x0100
# What the streams of each kind are called, in the order in which they decide.
_NAMES: tuple[tuple[str, CompoundKind], ...] = (
    ("EncryptedPackage", "encrypted"),
    ("WordDocument", "word"),
    ("Workbook", "sheet"),
    ("Book", "sheet"),
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A stream or folder: where it starts in the file and its neighbours in the list."""

    name: str
    kind: int
    start: int
    left: int
    right: int
    child: int


def compound_kind(data: bytes) -> CompoundKind:
    """What a compound file holds; where its list of streams is damaged, bare names are searched."""
    entries = _entries(data)
    top = {entry.name: entry for entry in _top(entries)}
    for name, kind in _NAMES:
        if name in top:
            locked = kind == "word" and _is_encrypted_word(data, top[name].start)
            return "encrypted" if locked else kind
    names = {entry.name for entry in entries}
    for name, kind in _NAMES:
        if name in names or name.encode("utf-16-le") in data:
            return kind
    return "other" if entries else "damaged"


def has_macros(data: bytes) -> bool:
    """Whether a compound file brings a macro project."""
    return any(entry.name in ("_VBA_PROJECT", "_VBA_PROJECT_CUR") for entry in _entries(data))


def _entries(data: bytes) -> list[_Entry]:
    """All streams and folders; sectors that are cut off, or a chain in a circle, end the list."""
    if len(data) < _HEADER_BYTES or not data.startswith(SIGNATURE):
        return []
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in (9, 12):
        return []
    (first,) = struct.unpack_from("<I", data, 48)
    entries: list[_Entry] = []
    for sector in _chain(data, first, shift):
        base = (sector + 1) << shift
        for place in range(base, base + (1 << shift), _ENTRY_BYTES):
            if len(entries) >= _MOST_ENTRIES or place + _ENTRY_BYTES > len(data):
                return entries
            entries.append(_entry(data, place, shift))
    return entries


def _entry(data: bytes, place: int, shift: int) -> _Entry:
    length, kind = struct.unpack_from("<HB", data, place + 64)
    left, right, child = struct.unpack_from("<III", data, place + 68)
    begin, held = struct.unpack_from("<II", data, place + 116)
    name = data[place : place + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
    start = (begin + 1) << shift if kind == _STREAM and held >= _MINI_STREAM_BYTES else -1
    return _Entry(name, kind, start, left, right, child)


def _top(entries: list[_Entry]) -> Iterator[_Entry]:
    """The entries of the outermost folder: what is embedded in a document lies deeper."""
    stack = [entries[0].child] if entries and entries[0].kind == _ROOT else []
    seen: set[int] = set()
    while stack:
        number = stack.pop()
        if number < len(entries) and number not in seen:
            seen.add(number)
            yield entries[number]
            stack += [entries[number].left, entries[number].right]


def _chain(data: bytes, first: int, shift: int) -> Iterator[int]:
    """The sectors of one chain, each once."""
    tables = _tables(data, shift)
    seen: set[int] = set()
    sector = first
    while sector < _LAST_SECTOR and sector not in seen and len(seen) < _MOST_ENTRIES:
        seen.add(sector)
        yield sector
        table, entry = divmod(sector, (1 << shift) // 4)
        if table >= len(tables):
            return
        sector = _number(data, ((tables[table] + 1) << shift) + 4 * entry)


def _tables(data: bytes, shift: int) -> list[int]:
    """The sectors that hold the table of chains: 109 in the header, the rest in a list of lists."""
    tables = [_number(data, place) for place in range(76, _HEADER_BYTES, 4)]
    size = 1 << shift
    sector, seen = _number(data, 68), set[int]()
    while sector < _LAST_SECTOR and sector not in seen and (sector + 1) << shift < len(data):
        seen.add(sector)
        base = (sector + 1) << shift
        tables += [_number(data, place) for place in range(base, base + size - 4, 4)]
        sector = _number(data, base + size - 4)
    return tables


def _number(data: bytes, place: int) -> int:
    """A number of 32 bits; beyond the end of the file, one that ends every chain."""
    if place + 4 > len(data):
        return _LAST_SECTOR
    (number,) = struct.unpack_from("<I", data, place)
    return int(number)


def _is_encrypted_word(data: bytes, start: int) -> bool:
    if start < _HEADER_BYTES or start + 12 > len(data):
        return False
    (magic,) = struct.unpack_from("<H", data, start)
    (flags,) = struct.unpack_from("<H", data, start + 10)
    return magic == _WORD_MAGIC and bool(flags & _ENCRYPTED_BIT)
