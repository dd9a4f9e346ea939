"""Reads old Word and WPS files, rich text and OpenDocument text: saved as .docx, then as that."""

import math
import re
from typing import Literal

from huibao.errors import FileError
from huibao.text.conversion.libreoffice import converted
from huibao.text.formats.archive import Archive
from huibao.text.formats.compound import has_macros
from huibao.text.formats.docx import read_docx
from huibao.text.formats.ooxml import parsed_part
from huibao.text.formats.paragraphs import Extract
from huibao.text.formats.rtf_labels import with_whole_labels
from huibao.text.limits import (
    MAX_XML_TAGS,
    refuse_long_conversion,
    refuse_long_line,
    refuse_many_tags,
)

OfficeKind = Literal["doc", "rtf", "odt"]

_CALLED: dict[OfficeKind, str] = {
    "doc": "an old Word or WPS document (.doc, .wps)",
    "rtf": "rich text (.rtf)",
    "odt": "an OpenDocument text (.odt)",
}
_MANIFEST, _CONTENT = "META-INF/manifest.xml", "content.xml"
_BRACES = re.compile(rb"\{+|\}+")
_DEEPEST = 500
_RAW = re.compile(rb"\\bin(\d{1,12})")
# The bytes of a picture in letters are a run too; most programs break their lines.
_LONG_RUN = re.compile(rb"[^\\{}\r\n]{200001,}")
_PICTURE, _PICTURE_HEAD = b"\\pict", 4096
_RTF_ROW, _RTF_PARAGRAPH = re.compile(rb"\\row(?![a-z])"), re.compile(rb"\\par(?![a-z])")
_ODT_ROW, _ODT_PARAGRAPH = re.compile(rb"<table:table-row[ />]"), re.compile(rb"<text:p[ />]")
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
        _refuse_harmful(archive)
    if kind == "rtf":
        _refuse_deep_groups(file)
        _refuse_endless(file)
        refuse_long_conversion(len(_RTF_ROW.findall(file)), len(_RTF_PARAGRAPH.findall(file)))
        file = with_whole_labels(file)
    with_macros = _has_macros(file, archive)
    # What LibreOffice writes packs beyond any bound where a list says the same in every row.
    saved = Archive(converted(file, f".{kind}", _CALLED[kind]), most_ratio=math.inf)
    extract = read_docx(saved)
    warnings = (*extract.warnings, *([_MACROS] if with_macros else []))
    return Extract(extract.paragraphs, warnings)


def _refuse_harmful(archive: Archive) -> None:
    """Looks at an .odt before LibreOffice does, which unpacks and expands whatever it is given."""
    if b"encryption-data" in (archive.part(_MANIFEST) or b""):
        raise FileError("encrypted", "the file is protected by a password; save it without")
    for name in archive.names:
        part = archive.part(name)
        if part is not None and name.endswith(".xml"):
            parsed_part(part, name)
    content = archive.part(_CONTENT)
    if content is None:
        raise FileError("corrupt", f"the file lacks its main part {_CONTENT}")
    refuse_long_conversion(len(_ODT_ROW.findall(content)), len(_ODT_PARAGRAPH.findall(content)))


def _refuse_deep_groups(file: bytes) -> None:
    """Looks at rich text before LibreOffice does, which takes minutes over thousands of levels."""
    if b"\\bin" in file:
        return  # bytes of a picture, in which braces mean nothing
    plain = file.replace(b"\\\\", b"").replace(b"\\{", b"").replace(b"\\}", b"")
    refuse_many_tags(plain.count(b"{"), MAX_XML_TAGS)
    depth = 0
    for run in _BRACES.finditer(plain):
        depth += len(run[0]) if run[0].startswith(b"{") else -len(run[0])
        if depth > _DEEPEST:
            raise FileError("corrupt", "the rich text nests its groups too deeply to be read")


def _refuse_endless(file: bytes) -> None:
    """Looks for a picture that ends beyond the file and for a line without end: both take minutes."""
    for match in _RAW.finditer(file):
        if match.end() + int(match[1]) > len(file):
            raise FileError("corrupt", "a picture in the rich text is cut off")
    for run in _LONG_RUN.finditer(file):
        if _PICTURE not in file[max(0, run.start() - _PICTURE_HEAD) : run.start()]:
            refuse_long_line(len(run[0]))


def _has_macros(file: bytes, archive: Archive | None) -> bool:
    if archive is None:
        return has_macros(file)
    return any(name.startswith(("basic/", "scripts/")) for name in archive.names)
