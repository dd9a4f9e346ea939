"""Reads old Word and WPS files, rich text and OpenDocument text: saved as .docx, then as that."""

from typing import Literal

from huibao.errors import FileError
from huibao.text.conversion.libreoffice import converted
from huibao.text.formats.archive import Archive
from huibao.text.formats.compound import has_macros
from huibao.text.formats.docx import read_docx
from huibao.text.formats.paragraphs import Extract

OfficeKind = Literal["doc", "rtf", "odt"]

_CALLED: dict[OfficeKind, str] = {
    "doc": "an old Word or WPS document (.doc, .wps)",
    "rtf": "rich text (.rtf)",
    "odt": "an OpenDocument text (.odt)",
}
_MANIFEST = "META-INF/manifest.xml"
_MACROS = "left out: macros, which are never run"


def read_office(file: bytes, kind: OfficeKind, archive: Archive | None = None) -> Extract:
    """The paragraphs, tables, boxes and notes of a document that LibreOffice can load.

    Args:
        file: the bytes of the document.
        kind: what it is by its content.
        archive: the opened file, for an .odt.

    Raises:
        FileError: converter_missing where LibreOffice is not installed; encrypted, corrupt,
            timeout; too_large, empty_text and needs_ocr as for Word files.
    """
    if archive is not None:
        _refuse_encrypted(archive)
    with_macros = _has_macros(file, archive)
    extract = read_docx(Archive(converted(file, f".{kind}", _CALLED[kind])))
    warnings = (*extract.warnings, *([_MACROS] if with_macros else []))
    return Extract(extract.paragraphs, warnings)


def _refuse_encrypted(archive: Archive) -> None:
    if b"encryption-data" in (archive.part(_MANIFEST) or b""):
        raise FileError("encrypted", "the file is protected by a password; save it without")


def _has_macros(file: bytes, archive: Archive | None) -> bool:
    if archive is None:
        return has_macros(file)
    return any(name.startswith(("basic/", "scripts/")) for name in archive.names)
