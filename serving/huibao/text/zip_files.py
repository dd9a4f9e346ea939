"""The files in a .zip archive, one at a time: bounded, and named as their writer meant it."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Self

from huibao.errors import FileError
from huibao.text.formats.archive import entry_name
from huibao.text.limits import MAX_FILE_BYTES, MAX_RATIO, RATIO_FREE_BYTES

# An archive of a province's reports has some thousand entries.
MOST_ENTRIES = 100_000
MOST_UNPACKED_BYTES = 16 * 2**30
# The list of entries is held in memory: at 100 bytes of path each this is some 400,000.
_MOST_LIST_BYTES = 64 * 2**20

_START = b"PK\x03\x04"
_END = b"PK\x05\x06"
_END_BYTES = 22
_LONGEST_COMMENT = 1 << 16
_ENCRYPTED = 0x1
_CHUNK = 1 << 16
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)
_OUTSIDE = re.compile(r"(?:^|/)\.\.(?:/|$)|^/|^[A-Za-z]:|[\x00-\x1f\x7f]")
# Unix keeps the kind of a file in the upper half of its attributes.
_KIND, _SYMBOLIC_LINK = 0o170000, 0o120000
# Office files are archives too; these parts tell them.
_OFFICE_PARTS = frozenset(
    {"[content_types].xml", "mimetype", "ofd.xml", "word/document.xml", "xl/workbook.xml"}
)
# What systems and office programs leave beside the files of people.
_LEFTOVERS = (".", "~$")
_LEFTOVER_NAMES = frozenset({"Thumbs.db", "desktop.ini", "__MACOSX"})


@dataclass(frozen=True, slots=True)
class ZippedFile:
    """A file in an archive: its name there, and its content, to be asked for while that is open."""

    name: str
    content: Callable[[], bytes]

    @property
    def is_forbidden(self) -> bool:
        """Whether the name points outside the archive or holds what no name should."""
        return bool(_OUTSIDE.search(self.name))


@dataclass(slots=True)
class _Unpacked:
    """How much came out of an archive and those inside it."""

    size: int = 0


class ZippedFiles:
    """An open archive; files are read as they are asked for and never written anywhere."""

    def __init__(self, file: Path | bytes, *, most_bytes: int = MOST_UNPACKED_BYTES) -> None:
        """Opens the archive at a path or of these bytes.

        Raises:
            FileError: corrupt or too_large.
            OSError: when the file system does not give it.
        """
        self._most = most_bytes
        self._unpacked = _Unpacked()
        opened = file.open("rb") if isinstance(file, Path) else io.BytesIO(file)
        try:
            _refuse_long_list(opened)
            self._zip = zipfile.ZipFile(opened)
            self._infos = [info for info in self._zip.infolist() if _is_file(info)]
            if len(self._infos) > MOST_ENTRIES:
                raise FileError(
                    "too_large",
                    f"the archive has {len(self._infos)} entries, at most {MOST_ENTRIES} are read",
                )
        except (zipfile.BadZipFile, EOFError, ValueError, RuntimeError) as error:
            opened.close()
            raise FileError("corrupt", f"the archive is damaged or cut off: {error}") from None
        except BaseException:
            opened.close()
            raise
        self._file = opened

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file."""
        self._zip.close()
        self._file.close()

    def is_office_file(self) -> bool:
        """Whether this is one office file, packed as they all are, and no archive of files."""
        names = [entry_name(info).casefold() for info in self._infos]
        return any(name in _OFFICE_PARTS or name.endswith("/ofd.xml") for name in names)

    def files(self, *, opens_archives: bool = True) -> Iterator[ZippedFile]:
        """The files in the order of their names, each name once, without the leftovers of systems.

        An archive inside the archive gives its own files; what is packed deeper stays packed.
        """
        for name, info in self._named():
            content = partial(self._content, name, info)
            inner = None
            if opens_archives and PurePosixPath(name).suffix.lower() == ".zip":
                inner = self._opened(content)
            if inner is None:
                yield ZippedFile(name, content)
                continue
            for one in inner.files(opens_archives=False):
                yield ZippedFile(f"{name}/{one.name}", one.content)

    def _named(self) -> Iterator[tuple[str, zipfile.ZipInfo]]:
        taken: set[str] = set()
        for name, info in sorted(
            ((entry_name(info), info) for info in self._infos),
            key=lambda pair: (pair[0], pair[1].header_offset),
        ):
            if any(is_leftover(part) for part in PurePosixPath(name).parts if part != ".."):
                continue
            unique, count = name, 1
            while unique in taken:
                count += 1
                unique = f"{name}~{count}"
            taken.add(unique)
            yield unique, info

    def _opened(self, content: Callable[[], bytes]) -> "ZippedFiles | None":
        """The archive that an entry is; None where it is none or cannot be had."""
        try:
            inner = ZippedFiles(content(), most_bytes=self._most)
        except FileError:
            return None
        inner._unpacked = self._unpacked
        return None if inner.is_office_file() else inner

    def _content(self, name: str, info: zipfile.ZipInfo) -> bytes:
        """The bytes of an entry, counted while they come; its header is not believed.

        Raises:
            FileError: encrypted, corrupt, too_large or unsupported_type.
        """
        if _OUTSIDE.search(name):
            raise FileError("corrupt", f"the archive packs an entry with a forbidden name {name!r}")
        if info.flag_bits & _ENCRYPTED:
            raise FileError("encrypted", "the archive is packed with a password; pack it without")
        if info.external_attr >> 16 & _KIND == _SYMBOLIC_LINK:
            message = "the entry is a link to another file; pack the file itself"
            raise FileError("unsupported_type", message)
        try:
            return self._unpacked_bytes(info)
        except NotImplementedError:
            message = "the entry is packed by a method that is not read; pack it as plain .zip"
            raise FileError("unsupported_type", message) from None
        except _DAMAGE as error:
            raise FileError("corrupt", f"the entry is damaged: {error}") from None

    def _unpacked_bytes(self, info: zipfile.ZipInfo) -> bytes:
        content = bytearray()
        with self._zip.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                content += chunk
                self._unpacked.size += len(chunk)
                ratio = len(content) / max(info.compress_size, 1)
                if (
                    len(content) > MAX_FILE_BYTES
                    or self._unpacked.size > self._most
                    or (len(content) > RATIO_FREE_BYTES and ratio > MAX_RATIO)
                ):
                    raise FileError(
                        "too_large",
                        f"the entry of {info.compress_size} bytes unpacks to more than "
                        f"{len(content)} bytes and is not read further",
                    )
        return bytes(content)


def opened_archive(
    file: Path | bytes, *, most_bytes: int = MOST_UNPACKED_BYTES
) -> ZippedFiles | None:
    """The archive of files that a file is; None for office files and all that is no archive.

    Raises:
        OSError: when the file system does not give it.
    """
    if _first_bytes(file) not in (_START, _END):
        return None
    try:
        archive = ZippedFiles(file, most_bytes=most_bytes)
    except FileError:
        return None
    if archive.is_office_file():
        archive.close()
        return None
    return archive


def files_packed_in(path: Path, archives: ExitStack) -> list[tuple[Path, Callable[[], bytes]]]:
    """The files of the archive at a path, which `archives` closes; none where it is no archive."""
    try:
        archive = opened_archive(path) if path.is_file() else None
    except OSError:  # told when the file itself is read
        return []
    if archive is None:
        return []
    packed = archives.enter_context(archive).files()
    return [(path / one.name.lstrip("/"), one.content) for one in packed]


def is_leftover(name: str) -> bool:
    """Whether a file or folder of this name is what a system left beside the files of people."""
    return name.startswith(_LEFTOVERS) or name in _LEFTOVER_NAMES


def _is_file(info: zipfile.ZipInfo) -> bool:
    return not entry_name(info).endswith("/")


def _first_bytes(file: Path | bytes) -> bytes:
    if isinstance(file, bytes):
        return file[: len(_START)]
    with file.open("rb") as stream:
        return stream.read(len(_START))


def _refuse_long_list(stream: BinaryIO) -> None:
    """Looks at the size of the list of entries before `zipfile` loads it whole."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _LONGEST_COMMENT - _END_BYTES))
    tail = stream.read()
    place = tail.rfind(_END)
    if place < 0 or len(tail) - place < _END_BYTES:
        raise FileError("corrupt", "the archive is damaged or cut off: its list of entries is gone")
    if int.from_bytes(tail[place + 12 : place + 16], "little") > _MOST_LIST_BYTES:
        raise FileError("too_large", f"the archive has far more than {MOST_ENTRIES} entries")
