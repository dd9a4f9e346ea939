"""Lists the streams of a compound file, the container of old Office files, without unpacking any.

Source: [MS-CFB] Compound File Binary File Format; [MS-DOC] 2.5.2 for the head of a Word stream.
"""

import struct
from typing import Literal

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

CompoundKind = Literal["word", "sheet", "encrypted", "other"]

_HEADER_BYTES = 512
_HEADER_TABLE_ENTRIES = 109
_ENTRY_BYTES = 128
_STREAM = 2
# A report of a hundred pages has a few dozen; a macro project adds as many.
_MOST_ENTRIES = 20_000
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


def compound_kind(data: bytes) -> CompoundKind:
    """What a compound file holds; a damaged list of streams is searched for their bare names."""
    streams = stream_starts(data)
    for name, kind in _NAMES:
        if name in streams or (not streams and name.encode("utf-16-le") in data):
            is_locked = kind == "word" and _is_encrypted_word(data, streams.get(name))
            return "encrypted" if is_locked else kind
    return "other"


def has_macros(data: bytes) -> bool:
    """Whether a compound file brings a macro project."""
    names = stream_starts(data)
    return "_VBA_PROJECT" in names or "_VBA_PROJECT_CUR" in names


def stream_starts(data: bytes) -> dict[str, int]:
    """The place of each stream's first byte; -1 for one that lies in small pieces elsewhere.

    Sector chains are followed only for the list itself; what is cut off or circular ends it.
    """
    try:
        return _stream_starts(data)
    except struct.error:
        return {}


def _stream_starts(data: bytes) -> dict[str, int]:
    (shift,) = struct.unpack_from("<H", data, 30)
    (first,) = struct.unpack_from("<I", data, 48)
    if shift not in (9, 12):
        return {}
    size = 1 << shift
    starts: dict[str, int] = {}
    for sector in _chain(data, first, shift):
        base = (sector + 1) << shift
        for place in range(base, base + size, _ENTRY_BYTES):
            if len(starts) >= _MOST_ENTRIES or place + _ENTRY_BYTES > len(data):
                return starts
            length, kind = struct.unpack_from("<HB", data, place + 64)
            begin, held = struct.unpack_from("<II", data, place + 116)
            if kind != _STREAM or not 2 <= length <= 64:
                continue
            name = data[place : place + length - 2].decode("utf-16-le", "replace")
            starts[name] = (begin + 1) << shift if held >= _MINI_STREAM_BYTES else -1
    return starts


def _chain(data: bytes, first: int, shift: int) -> list[int]:
    """The sectors of one chain, each once; the table of sectors is found through the header alone."""
    per_sector = (1 << shift) // 4
    found: dict[int, None] = {}
    sector = first
    while sector not in found and (sector + 1) << shift < len(data) and len(found) < _MOST_ENTRIES:
        found[sector] = None
        table, entry = divmod(sector, per_sector)
        if table >= _HEADER_TABLE_ENTRIES:
            break
        (place,) = struct.unpack_from("<I", data, 76 + 4 * table)
        offset = ((place + 1) << shift) + 4 * entry
        if offset + 4 > len(data):
            break
        (sector,) = struct.unpack_from("<I", data, offset)
    return list(found)


def _is_encrypted_word(data: bytes, start: int | None) -> bool:
    if start is None or start < _HEADER_BYTES or start + 12 > len(data):
        return False
    (magic,) = struct.unpack_from("<H", data, start)
    (flags,) = struct.unpack_from("<H", data, start + 10)
    return magic == _WORD_MAGIC and bool(flags & _ENCRYPTED_BIT)
