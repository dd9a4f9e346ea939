"""The entries of a .zip archive on disk, one at a time: bounded, and named as their writer meant it."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from huibao.errors import FileError
from huibao.text.formats.archive import entry_name
from huibao.text.limits import MAX_FILE_BYTES, MAX_RATIO, RATIO_FREE_BYTES

# An archive of a province's reports has some thousand entries.
MOST_ENTRIES = 100_000
MOST_UNPACKED_BYTES = 16 * 2**30
# The list of entries is held in memory: at 100 bytes of path each this is some 400,000.
_MOST_LIST_BYTES = 64 * 2**20

_END = b"PK\x05\x06"
_END_BYTES = 22
_LONGEST_COMMENT = 1 << 16
_ENCRYPTED = 0x1
_CHUNK = 1 << 16
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)
_OUTSIDE = re.compile(r"(?:^|/)\.\.(?:/|$)|^/|^[A-Za-z]:|[\x00-\x1f\x7f]")


class ZippedFiles:
    """An open archive; entries are read as they are asked for and never written anywhere."""

    def __init__(self, path: Path) -> None:
        """Opens the archive.

        Raises:
            FileError: corrupt or too_large.
            OSError: when the file system does not give it.
        """
        _refuse_long_list(path)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, EOFError, ValueError, RuntimeError) as error:
            raise FileError("corrupt", f"the archive is damaged or cut off: {error}") from None
        self._infos = [info for info in self._zip.infolist() if not info.is_dir()]
        self._unpacked = 0
        if len(self._infos) > MOST_ENTRIES:
            self.close()
            raise FileError(
                "too_large",
                f"the archive has {len(self._infos)} entries, at most {MOST_ENTRIES} are read",
            )

    def close(self) -> None:
        """Lets go of the file."""
        self._zip.close()

    def entries(self) -> Iterator[tuple[str, zipfile.ZipInfo]]:
        """The entries in the order of their names, each name once."""
        taken: set[str] = set()
        for name, info in sorted(
            ((entry_name(info), info) for info in self._infos),
            key=lambda pair: (pair[0], pair[1].header_offset),
        ):
            unique, count = name, 1
            while unique in taken:
                count += 1
                unique = f"{name}~{count}"
            taken.add(unique)
            yield unique, info

    def content(self, info: zipfile.ZipInfo) -> bytes:
        """The bytes of an entry, counted while they come; its header is not believed.

        Raises:
            FileError: encrypted, corrupt or too_large.
        """
        if info.flag_bits & _ENCRYPTED:
            raise FileError("encrypted", "the archive is packed with a password; pack it without")
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
                self._unpacked += len(chunk)
                ratio = len(content) / max(info.compress_size, 1)
                if (
                    len(content) > MAX_FILE_BYTES
                    or self._unpacked > MOST_UNPACKED_BYTES
                    or (len(content) > RATIO_FREE_BYTES and ratio > MAX_RATIO)
                ):
                    raise FileError(
                        "too_large",
                        f"the entry of {info.compress_size} bytes unpacks to more than "
                        f"{len(content)} bytes and is not read further",
                    )
        return bytes(content)


def is_forbidden(name: str) -> bool:
    """Whether a name points outside its archive or holds what no name should."""
    return bool(_OUTSIDE.search(name))


def _refuse_long_list(path: Path) -> None:
    """Looks at the size of the list of entries before `zipfile` loads it whole."""
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - _LONGEST_COMMENT - _END_BYTES))
        tail = stream.read()
    place = tail.rfind(_END)
    if place < 0 or len(tail) - place < _END_BYTES:
        raise FileError("corrupt", "the archive is damaged or cut off: its list of entries is gone")
    if int.from_bytes(tail[place + 12 : place + 16], "little") > _MOST_LIST_BYTES:
        raise FileError("too_large", f"the archive has far more than {MOST_ENTRIES} entries")
