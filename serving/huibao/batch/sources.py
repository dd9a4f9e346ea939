"""What to read: files, folders, patterns, archives, JSON lines and lists of paths become items, in order."""

import glob
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TextIO

from huibao.batch.results import Reason
from huibao.batch.text_lines import count_lines, text_lines
from huibao.errors import FileError
from huibao.text.limits import MAX_FILE_BYTES, refuse_large_file
from huibao.text.zip_files import ZippedFiles, is_leftover

LIST = "-"
_ARCHIVES = (".zip",)
_LINES = (".jsonl", ".ndjson")


class SourceError(Exception):
    """Why an item has no content."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class Item:
    """One file, entry or line: its stable name, and its content, to be asked for before the next one."""

    source: str
    content: Callable[[], bytes | str]


@dataclass(frozen=True, slots=True)
class Place:
    """A path to read items from; `fault` says why there is none."""

    path: Path
    fault: tuple[Reason, str] | None = None


def places_of(
    sources: Iterable[str], *, listed: TextIO | None = None, besides: Path | None = None
) -> list[Place]:
    """The files that the sources name, each once, folders and patterns in the order of their names.

    Args:
        sources: Paths, patterns, or `-` for the paths of `listed`.
        listed: One path a line.
        besides: A folder that is passed over: the output may lie inside the input.
    """
    found: dict[Path, Place] = {}
    hidden = besides.resolve() if besides else None
    for source in sources:
        names = _listed(listed) if source == LIST and listed is not None else [source]
        for name in names:
            for place in _places(name, hidden):
                found.setdefault(place.path, place)
    return list(found.values())


def items_of(places: Iterable[Place]) -> Iterator[Item]:
    """The items of the places, one after the other."""
    for place in places:
        name = place.path.as_posix()
        suffix = place.path.suffix.lower()
        if place.fault:
            yield Item(name, _raising(*place.fault))
        elif suffix in _ARCHIVES:
            yield from _archive_items(name, place.path)
        elif suffix in _LINES:
            yield from _line_items(name, place.path)
        else:
            yield Item(name, _file_content(place.path))


def count_of(places: Sequence[Place]) -> int:
    """How many items the places have; an archive that cannot be opened counts as one."""
    return sum(map(_count, places))


def _listed(stream: TextIO) -> list[str]:
    text = stream.read()
    return [line for line in text.split("\0" if "\0" in text else "\n") if line.strip()]


def _places(name: str, hidden: Path | None) -> Iterator[Place]:
    path = Path(os.path.normpath(name))
    if path.is_dir():
        yield from map(Place, _files_below(path, hidden))
    elif path.exists():
        yield Place(path)
    elif not glob.has_magic(name):
        yield Place(path, ("not_found", "there is no such file or folder"))
    elif matches := sorted(glob.glob(name, recursive=True)):  # noqa: PTH207 (absolute patterns too)
        for match in matches:
            found = Path(os.path.normpath(match))
            if found.is_dir():
                yield from map(Place, _files_below(found, hidden))
            elif not is_leftover(found.name):
                yield Place(found)
    else:
        yield Place(path, ("not_found", "no file fits this pattern"))


def _files_below(folder: Path, hidden: Path | None) -> list[Path]:
    """The files of a folder and its folders; links to folders are not followed."""
    found = []
    for parent, folders, files in os.walk(folder):
        folders[:] = [
            name
            for name in folders
            if not is_leftover(name) and (hidden is None or Path(parent, name).resolve() != hidden)
        ]
        if hidden is not None and Path(parent).resolve() == hidden:
            continue
        found += [Path(parent, name) for name in files if not is_leftover(name)]
    return sorted(found, key=lambda path: path.parts)


def _file_content(path: Path) -> Callable[[], bytes]:
    def content() -> bytes:
        try:
            if not path.is_file():
                raise SourceError("unreadable", "it is neither a file nor a folder")
            refuse_large_file(path.stat().st_size)
            with path.open("rb") as stream:
                return stream.read(MAX_FILE_BYTES + 1)
        except OSError as error:
            raise SourceError("unreadable", f"cannot be opened: {error.strerror}") from None

    return content


def _archive_items(name: str, path: Path) -> Iterator[Item]:
    try:
        archive = ZippedFiles(path)
    except FileError as error:
        yield Item(name, _raising(error.reason, str(error)))
        return
    except OSError as error:
        yield Item(name, _raising("unreadable", f"cannot be opened: {error.strerror}"))
        return
    with archive:
        if archive.is_office_file():
            yield Item(name, _file_content(path))
            return
        for entry in archive.files():
            source = f"{name}/{entry.name.lstrip('/')}"
            if entry.is_forbidden:
                message = f"the archive packs an entry with a forbidden name {entry.name!r}"
                yield Item(source, _raising("forbidden_name", message))
            else:
                yield Item(source, entry.content)


def _line_items(name: str, path: Path) -> Iterator[Item]:
    try:
        for number, text in text_lines(path):
            if isinstance(text, FileError):
                yield Item(f"{name}#{number}", _raising(text.reason, str(text)))
            else:
                yield Item(f"{name}#{number}", partial(str, text))
    except OSError as error:
        yield Item(name, _raising("unreadable", f"cannot be opened: {error.strerror}"))


def _raising(reason: Reason, message: str) -> Callable[[], bytes]:
    def content() -> bytes:
        raise SourceError(reason, message)

    return content


def _count(place: Place) -> int:
    suffix = place.path.suffix.lower()
    try:
        if place.fault is None and suffix in _LINES:
            return count_lines(place.path)
        if place.fault is None and suffix in _ARCHIVES:
            with ZippedFiles(place.path) as archive:
                return 1 if archive.is_office_file() else sum(1 for _ in archive.files())
    except (FileError, OSError):
        pass
    return 1
