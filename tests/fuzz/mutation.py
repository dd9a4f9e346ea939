"""Alters files: single bytes, stretches and numbers of any file, the parts of packed ones."""

import io
import random
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache

_NUMBER = re.compile(rb"\d{1,10}")
_NUMBERS = (
    b"0",
    b"-1",
    b"1",
    b"65536",
    b"2147483647",
    b"4294967295",
    b"99999999999999999999",
    b"1e308",
    b"nan",
    b"",
)
_BYTES = (0, 1, 0x0A, 0x20, 0x22, 0x3C, 0x3E, 0x5C, 0x7B, 0x7D, 0x7F, 0x80, 0x81, 0xED, 0xFE, 0xFF)
_TAG = re.compile(rb"<[^<>]{1,300}>")
_LONGEST = 400_000
_MOST_REPEATED = 20_000

Change = Callable[[bytes, random.Random, Sequence[bytes]], bytes]


def mutated(seeds: Mapping[str, bytes], kind: str, chance: random.Random) -> bytes:
    """A file of a kind with one to a few changes; a packed one is opened for most of them."""
    file = seeds[kind]
    parts = _parts(file)
    if parts and chance.random() < 0.85:
        return _packed(_with_parts_changed(dict(parts), chance), chance)
    return _changed(file, chance, tuple(seeds.values()))


def _with_parts_changed(parts: dict[str, bytes], chance: random.Random) -> list[tuple[str, bytes]]:
    others = tuple(parts.values())
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        name = chance.choice(list(parts))
        action = chance.random()
        if action < 0.04 and len(parts) > 1:
            del parts[name]
        elif action < 0.07:
            parts[chance.choice(list(parts))] = parts[name]
        elif action < 0.09:
            parts[_changed(name.encode(), chance, ()).decode("utf-8", "replace")[:200]] = parts.pop(
                name
            )
        else:
            parts[name] = _changed(parts[name], chance, others)
    entries = list(parts.items())
    if chance.random() < 0.02:
        entries.append(chance.choice(entries))
    return entries


@cache
def _parts(file: bytes) -> tuple[tuple[str, bytes], ...]:
    if not file.startswith(b"PK"):
        return ()
    with zipfile.ZipFile(io.BytesIO(file)) as opened:
        return tuple((name, opened.read(name)) for name in opened.namelist())


def _packed(entries: Sequence[tuple[str, bytes]], chance: random.Random) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        for name, content in entries:
            info = zipfile.ZipInfo(name or "x")
            info.compress_type = chance.choice(
                (zipfile.ZIP_STORED, zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            )
            opened.writestr(info, content)
            opened.NameToInfo.pop(info.filename, None)  # the same name twice is wanted
    return file.getvalue()


def _changed(file: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        file = chance.choice(_CHANGES)(file, chance, others)[:_LONGEST]
    return file


def _stretch(file: bytes, chance: random.Random, longest: int = 200) -> tuple[int, int]:
    start = chance.randrange(len(file) + 1)
    return start, min(len(file), start + chance.choice((1, 2, 4, 16, longest)))


def _flipped(file: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    if not file:
        return b"\xff"
    place = chance.randrange(len(file))
    return file[:place] + bytes((file[place] ^ 1 << chance.randrange(8),)) + file[place + 1 :]


def _set(file: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    start, _ = _stretch(file, chance)
    new = bytes(chance.choice(_BYTES) for _ in range(chance.choice((1, 1, 2, 4))))
    return file[:start] + new + file[start + len(new) :]


def _noise(file: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    start, end = _stretch(file, chance)
    return file[:start] + chance.randbytes(end - start) + file[end:]


def _without(file: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    start, end = _stretch(file, chance)
    return file[:start] + file[end:]


def _cut_off(file: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    return file[: chance.randrange(len(file) + 1)]


def _moved(file: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    start, end = _stretch(file, chance)
    place = chance.randrange(len(file) + 1)
    return file[:place] + file[start:end] + file[place:]


def _repeated(file: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    start, end = _stretch(file, chance, 40)
    count = min(chance.choice((2, 10, 100, 3000)), _MOST_REPEATED // max(1, end - start))
    return file[:start] + file[start:end] * count + file[end:]


def _spliced(file: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    if not others:
        return file
    other = chance.choice(others)
    start, end = _stretch(other, chance)
    place = chance.randrange(len(file) + 1)
    return file[:place] + other[start:end] + file[place:]


def _renumbered(file: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    found = [match.span() for match in _NUMBER.finditer(file)]
    if not found:
        return file
    start, end = chance.choice(found)
    return file[:start] + chance.choice(_NUMBERS) + file[end:]


def _retagged(file: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """A tag taken out, given twice or many times, or changed for another one of the file."""
    found = [match.span() for match in _TAG.finditer(file)]
    if not found:
        return file
    start, end = chance.choice(found)
    first, last = chance.choice(found)
    new = (b"", file[start:end] * 2, file[start:end] * 300, file[first:last])
    return file[:start] + chance.choice(new) + file[end:]


_CHANGES: tuple[Change, ...] = (
    *(_flipped, _set, _noise, _without, _cut_off, _moved, _repeated, _spliced),
    *(_renumbered, _renumbered, _retagged, _retagged),
)
