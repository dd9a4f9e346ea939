r"""Puts the signs of list labels back that LibreOffice loses when it saves rich text.

It writes the pattern of a label in a Western code page: 、 turns into a question mark, （ into (. The
label of each entry (`\listtext`) stands there whole, for programs that count no lists.
Source: Rich Text Format Specification 1.9.1, List Tables.
"""

import re
import unicodedata
from itertools import islice

_WRITER = re.compile(rb"\{\\\*\\generator (?:LibreOffice|OpenOffice)")
_HEAD = 1 << 20
_ENTRY = re.compile(rb"\{\\listtext([^{}]{0,300})\}")
# The depth and the list of an entry stand before its label for headings, after it for others.
_DEPTH = re.compile(rb"\\ilvl(\d)(?!\d)")
_LIST = re.compile(rb"\\ls(\d{1,5})(?!\d)")
_BEFORE, _AFTER = 200, 60
_MOST_ENTRIES = 100_000
_OVERRIDE = re.compile(rb"\{\\listoverride\\listid(\d{1,12})[^{}]{0,80}\\ls(\d{1,5})\}")
_PATTERN = re.compile(rb"\{\\leveltext ([^;{}]{0,200});\}|\\listid(\d{1,12})\}")
_SIGN = re.compile(
    rb"\\u(-?\d{1,5}) ?(?:\\'[0-9a-fA-F]{2}|[^\\{};\r\n])|\\'([0-9a-fA-F]{2})|\\[a-z]{1,20}-?\d{0,6} ?|([^\\\r\n])"
)
_DEEPEST = 9


def with_whole_labels(file: bytes) -> bytes:
    """The file with the patterns of its lists as they were before LibreOffice saved it."""
    if not _WRITER.search(file, 0, _HEAD):
        return file
    shown = _shown_labels(file)
    pieces: list[bytes] = []
    taken = 0
    levels: list[re.Match[bytes]] = []
    for match in _PATTERN.finditer(file):
        if match[2] is None:
            levels.append(match)
            continue
        for depth, level in enumerate(levels):
            repaired = _repaired(level[1], shown.get((match[2], depth), ""))
            if repaired is not None:
                pieces += [file[taken : level.start(1)], repaired]
                taken = level.end(1)
        levels = []
    return b"".join([*pieces, file[taken:]])


def _shown_labels(file: bytes) -> dict[tuple[bytes, int], str]:
    """The label of the first entry of each list and depth."""
    lists = {override[2]: override[1] for override in _OVERRIDE.finditer(file)}
    shown: dict[tuple[bytes, int], str] = {}
    for entry in islice(_ENTRY.finditer(file), _MOST_ENTRIES):
        after = file[entry.end() : entry.end() + _AFTER].partition(b"{")[0]
        before = file[max(0, entry.start() - _BEFORE) : entry.start()].rpartition(b"}")[2]
        number = _LIST.search(after)
        depth = _DEPTH.search(after) or _DEPTH.search(before)
        if number is not None and depth is not None:
            place = lists.get(number[1], b""), int(depth[1])
            if place not in shown:
                shown[place] = _text(entry[1])
    return shown


def _text(written: bytes) -> str:
    signs = []
    for match in _SIGN.finditer(written):
        if match[1] is not None:
            signs.append(chr(int(match[1]) % 0x10000))
        elif match[2] is not None:
            signs.append(bytes.fromhex(match[2].decode("ascii")).decode("cp1252", "replace"))
        elif match[3] is not None:
            signs.append(match[3].decode("cp1252", "replace"))
    return "".join(signs).strip()


def _repaired(pattern: bytes, label: str) -> bytes | None:
    """The pattern with the signs that the label shows around its number; None to leave it."""
    tokens = [match[0] for match in _SIGN.finditer(pattern)][1:]
    values = [_value(token) for token in tokens]
    places = [number for number, value in enumerate(values) if value < _DEEPEST]
    if not label or not places:
        return None
    before, after = places[0], len(values) - places[-1] - 1
    if len(label) <= before + after:
        return None
    signs = [
        *label[:before],
        *([""] * (len(values) - before - after)),
        *label[len(label) - after :],
    ]
    changed = False
    for number, (value, sign) in enumerate(zip(values, signs, strict=True)):
        if not sign or ord(sign) == value:
            continue
        if value != ord("?") and chr(value) != unicodedata.normalize("NFKC", sign):
            return None
        code = ord(sign) if ord(sign) < 0x8000 else ord(sign) - 0x10000
        tokens[number] = b"\\u%d\\'3f" % code
        changed = True
    return b"\\'%02x" % len(tokens) + b"".join(tokens) if changed else None


def _value(token: bytes) -> int:
    """The byte that a sign of a pattern stands for; numbers below nine are places for numbers."""
    if token.startswith(b"\\'"):
        return int(token[2:4], 16)
    return token[0] if len(token) == 1 else 0xFFFF
