"""Reads parts of a zip file in memory, counting what really comes out of it."""

import io
import re
import zipfile
import zlib

from huibao.errors import FileError
from huibao.text.limits import (
    MAX_ARCHIVE_BYTES,
    MAX_OFD_ENTRIES,
    MAX_PART_BYTES,
    MAX_RATIO,
    RATIO_FREE_BYTES,
)

_UNSAFE = re.compile(r"(?:^|/)\.\.(?:/|$)|^/|^[A-Za-z]:|[\x00-\x1f]")
_CHUNK = 1 << 16
_ENCRYPTED, _UTF8 = 0x1, 0x800
# What zipfile raises for files that are cut off, altered or packed by newer methods.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)


class Archive:
    """A zip file held in memory; sizes are counted while unpacking, headers are not believed."""

    def __init__(self, data: bytes, *, most_ratio: float = MAX_RATIO) -> None:
        """Opens the file and checks the names and number of its entries.

        Args:
            data: the bytes of the file.
            most_ratio: how many times its packed size a part may have.

        Raises:
            FileError: corrupt, encrypted or too_large.
        """
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            infos = self._zip.infolist()
        except _DAMAGE as error:
            raise FileError("corrupt", f"the file is damaged or cut off: {error}") from None
        self._count = len(infos)
        self.refuse_more_parts(MAX_OFD_ENTRIES)
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self._unpacked = 0
        self._most_ratio = most_ratio
        for info in infos:
            name = entry_name(info)
            if _UNSAFE.search(name):
                raise FileError("corrupt", f"the file packs a part with a forbidden name {name!r}")
            if info.flag_bits & _ENCRYPTED:
                raise FileError("encrypted", "the file is packed with a password; save it without")
            self._infos.setdefault(name.casefold(), info)

    def refuse_more_parts(self, most: int) -> None:
        """Raises FileError too_large for a file of more than `most` parts."""
        if self._count > most:
            raise FileError(
                "too_large", f"the file packs {self._count} parts, at most {most} are read"
            )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parts, folded to lower case."""
        return tuple(self._infos)

    def __contains__(self, name: str) -> bool:
        """Whether there is a part of this name; case does not matter."""
        return name.casefold().lstrip("/") in self._infos

    def part(self, name: str) -> bytes | None:
        """The bytes of a part, None if there is no such part; case of the name does not matter.

        Raises:
            FileError: too_large for a bomb, corrupt for a part that cannot be unpacked.
        """
        info = self._infos.get(name.casefold().lstrip("/"))
        if info is None:
            return None
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise FileError("corrupt", f"part {name} is packed in a way no office program uses")
        try:
            return self._unpack(info)
        except _DAMAGE as error:
            raise FileError("corrupt", f"part {name} is damaged: {error}") from None

    def _unpack(self, info: zipfile.ZipInfo) -> bytes:
        chunks, size = [], 0
        with self._zip.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                self._unpacked += len(chunk)
                ratio = size / max(info.compress_size, 1)
                if (
                    size > MAX_PART_BYTES
                    or self._unpacked > MAX_ARCHIVE_BYTES
                    or (size > RATIO_FREE_BYTES and ratio > self._most_ratio)
                ):
                    raise FileError(
                        "too_large",
                        f"part {info.filename} of {info.compress_size} bytes unpacks to more than "
                        f"{size} bytes and is not read further",
                    )
                chunks.append(chunk)
        return b"".join(chunks)


def entry_name(info: zipfile.ZipInfo) -> str:
    """The name of an entry, with slashes.

    Windows packs Chinese names in GBK without saying so; `zipfile` reads those as code page 437.
    """
    name = info.orig_filename if "\x00" in info.orig_filename else info.filename
    if not info.flag_bits & _UTF8:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")
