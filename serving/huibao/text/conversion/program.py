"""Finds LibreOffice Writer on this machine."""

import shutil
from functools import cache
from pathlib import Path

from huibao.errors import FileError

# Beside the search path: where Debian, the makers' own packages and macOS put it.
_PLACES = (
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice*/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
_WRITER = ("libswlo.so", "../Frameworks/libswlo.dylib")
_PACKAGE = "libreoffice-writer-nogui"


def writer_program(what: str) -> Path:
    """The program that converts documents.

    Args:
        what: the kind of file that asks for it, for the message.

    Raises:
        FileError: converter_missing, with the package to install.
    """
    program = _found_program()
    if program is None:
        raise FileError(
            "converter_missing",
            f"the file is {what}, which is read through LibreOffice Writer: install it "
            f"(Debian, Ubuntu: apt-get install {_PACKAGE}) or save the file as .docx",
        )
    return program


@cache
def _found_program() -> Path | None:
    """The program itself, not the script that starts it: that one starts further processes."""
    for place in _candidates():
        folder = place.parent
        if not any((folder / name).exists() for name in _WRITER):
            continue  # LibreOffice Calc or Impress alone loads no document and does not say so
        itself = folder / "soffice.bin"
        return itself if itself.exists() else place
    return None


def _candidates() -> list[Path]:
    named = (shutil.which(name) for name in ("soffice", "libreoffice"))
    found = [Path(name).resolve() for name in named if name]
    for pattern in _PLACES:
        found += sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)
    return [place for place in found if place.exists()]
