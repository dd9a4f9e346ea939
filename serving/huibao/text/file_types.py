"""Tells files apart by what is in them; the name only breaks ties and is checked against it."""

import re
from pathlib import PurePosixPath
from typing import Literal

from huibao.errors import FileError, FileReason
from huibao.text.formats.archive import Archive
from huibao.text.formats.compound import SIGNATURE, compound_kind

FileType = Literal[
    "text",
    "html",
    "mht",
    "eml",
    "docx",
    "doc",
    "rtf",
    "odt",
    "wordxml",
    "pdf",
    "ofd",
    "xlsx",
    "xls",
    "picture",
]

MEDIA_TYPES: dict[FileType, str] = {
    "text": "text/plain",
    "html": "text/html",
    "mht": "multipart/related",
    "eml": "message/rfc822",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "doc": "application/msword",
    "wordxml": "application/xml",
    "rtf": "application/rtf",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "picture": "image/*",
}
_ENDINGS: dict[str, FileType] = {
    ".docx": "docx",
    ".docm": "docx",
    ".dotx": "docx",
    ".doc": "doc",
    ".dot": "doc",
    ".wps": "doc",
    ".wpt": "doc",
    ".rtf": "rtf",
    ".odt": "odt",
    ".ott": "odt",
    ".pdf": "pdf",
    ".ofd": "ofd",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xltx": "xlsx",
    ".xls": "xls",
    ".xlt": "xls",
    ".et": "xls",
    ".ett": "xls",
    ".html": "html",
    ".htm": "html",
    ".shtml": "html",
    ".xhtml": "html",
    ".mht": "mht",
    ".mhtml": "mht",
    ".eml": "eml",
    ".png": "picture",
    ".jpg": "picture",
    ".jpeg": "picture",
    ".bmp": "picture",
    ".tif": "picture",
    ".tiff": "picture",
    ".txt": "text",
    ".md": "text",
}
# Endings of files that are never read as what they claim to be.
_FOREIGN = re.compile(r"\.(?:pptx?|zip)")
_SERVER_PAGE = re.compile(r"\.(?:aspx?|jspx?|php|do|action)")
_SAVE = "save it as .docx and send that"
# PNG, JPEG, GIF and the two orders of TIFF.
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")
_REFUSED: tuple[tuple[bytes, FileReason, str], ...] = (
    (b"Rar!\x1a\x07", "unsupported_type", "the file is a .rar archive; send the files in it"),
    (b"7z\xbc\xaf\x27\x1c", "unsupported_type", "the file is a .7z archive; send the files in it"),
    (b"\x1f\x8b\x08", "unsupported_type", "the file is a .gz archive; send the files in it"),
)
_PACKED: tuple[tuple[str, FileReason, str], ...] = (
    ("ppt/", "unsupported_type", "the file is a presentation; copy its text into a .docx"),
)
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument"
_RICH_TEXT = b"{\\rt"  # some programs leave out the f and the version
_HEAD = 4096
_MAIL_HEADERS = 3
_BLANKS = b" \t\r\n\xef\xbb\xbf"
_HTML_START = re.compile(r"\s*<(?:!doctype\s+html|html|head|body|meta)\b", re.IGNORECASE)
_HTML_INSIDE = re.compile(r"<(?:html|head|body)\b", re.IGNORECASE)
_HTML_PIECE = re.compile(r"<(?:p|div|br|table|span|td|h[1-6]|a|font)\b[^<>]{0,500}>", re.IGNORECASE)
_OFFICE_XML = re.compile(r"<\?mso-application|<(?:pkg:package|w:wordDocument)\b")
_MAIL_HEADER = re.compile(
    rb"^(?:From|To|Subject|Date|Received|Message-ID|Return-Path|Delivered-To|MIME-Version):",
    re.IGNORECASE | re.MULTILINE,
)
_SENT_HEADERS = (b"to:", b"received:", b"message-id:", b"return-path:", b"delivered-to:")
_HEADER_START = re.compile(rb"\s*[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]")
_MIME_START = re.compile(rb"\s*(?:MIME-Version:|From: <Saved by)", re.IGNORECASE)


def binary_type(data: bytes) -> tuple[FileType, Archive | None] | None:
    """The type of a file that is no plain text, with its opened archive; None for text.

    Raises:
        FileError: unsupported_type, converter_missing, needs_ocr or encrypted for a known type that
            is not read; corrupt or too_large for an archive that cannot be opened.
    """
    for start, reason, message in _REFUSED:
        if data.startswith(start):
            raise FileError(reason, message)
    if data.startswith(SIGNATURE):
        return _old_office_type(data), None
    if data.lstrip(_BLANKS).startswith(_RICH_TEXT):
        return "rtf", None
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _packed_type(data)
    if is_picture(data):
        raise FileError("needs_ocr", "the file is a picture; recognise its text first (`--ocr`)")
    if data.lstrip()[:5] == b"%PDF-" or (b"%PDF-" in data[:1024] and b"\x00" in data):
        return "pdf", None
    if _is_mail(data):
        return "eml", None
    if _MIME_START.match(data) and b"multipart/related" in data[:_HEAD].lower():
        return "mht", None
    return None


def is_plain_text(data: bytes) -> bool:
    """Whether a file is surely plain text, which no parser reads; of what may be more, not."""
    if data.startswith(b"PK") or b"<" in data or b"\x00" in data[:_HEAD]:
        return False
    try:
        return binary_type(data) is None
    except FileError:
        return False


def text_type(text: str, name: str) -> FileType:
    """Whether a decoded text is a web page, a Word document saved as XML, or plain text."""
    head = text[:_HEAD]
    if _HTML_START.match(head) or (head.lstrip().startswith("<") and _HTML_INSIDE.search(head)):
        return "html"
    if head.lstrip().startswith("<") and _OFFICE_XML.search(head):
        return "wordxml"
    ending = _ending(name)
    claims_html = bool(_SERVER_PAGE.fullmatch(ending)) or _ENDINGS.get(ending) == "html"
    return "html" if claims_html and _HTML_PIECE.search(head) else "text"


def name_warning(name: str, found: FileType) -> str | None:
    """What to say when the ending of a name promises another type than the file has."""
    ending = _ending(name)
    claimed = _ENDINGS.get(ending)
    if claimed == found or (claimed is None and not _FOREIGN.fullmatch(ending)):
        return None
    return f"the name ends in {ending}, but the file was read by its content as {found}"


def _ending(name: str) -> str:
    """The ending of a file name or address, in lower case."""
    plain = name.split("?")[0].split("#")[0].replace("\\", "/").strip()
    return PurePosixPath(plain).suffix.lower()


def _is_mail(data: bytes) -> bool:
    """Whether a file opens with the headers of a mail that was sent; saved web pages have others."""
    if not _HEADER_START.match(data[:200]):
        return False
    head = data[: 4 * _HEAD].lstrip().replace(b"\r\n", b"\n").split(b"\n\n", 1)[0]
    found = {header.lower() for header in _MAIL_HEADER.findall(head)}
    return len(found) >= _MAIL_HEADERS and not found.isdisjoint(_SENT_HEADERS)


def is_picture(data: bytes) -> bool:
    """Whether a file is a picture, by its first bytes."""
    if data.startswith(_PICTURES):
        return True
    bitmap = data[:2] == b"BM" and int.from_bytes(data[2:6], "little") == len(data)
    return bitmap or (data[:4] == b"RIFF" and data[8:12] == b"WEBP") or data[4:8] == b"ftyp"


def _old_office_type(data: bytes) -> FileType:
    """Old Office formats and password-protected new ones share one container."""
    kind = compound_kind(data)
    if kind == "encrypted":
        raise FileError("encrypted", "the file is protected by a password; save it without")
    if kind == "sheet":
        return "xls"
    if kind == "damaged":
        raise FileError("corrupt", "the file is an old Office file that is cut off or damaged")
    if kind == "other":
        message = f"the file is an old Office file of unknown kind; {_SAVE}"
        raise FileError("unsupported_type", message)
    return "doc"


def _packed_type(data: bytes) -> tuple[FileType, Archive]:
    archive = Archive(data)
    if any(name.startswith("word/") for name in archive.names):
        return "docx", archive
    if any(name == "ofd.xml" or name.endswith("/ofd.xml") for name in archive.names):
        return "ofd", archive
    if any(name.startswith("xl/") for name in archive.names):
        return "xlsx", archive
    for start, reason, message in _PACKED:
        if any(name.startswith(start) for name in archive.names):
            raise FileError(reason, message)
    kind = (archive.part("mimetype") or b"").strip()
    if kind.startswith(_OPEN_DOCUMENT + b".text"):
        return "odt", archive
    if kind.startswith(_OPEN_DOCUMENT):
        message = f"the file is an OpenDocument file but no text ({kind[-40:].decode('ascii', 'replace')})"
        raise FileError("unsupported_type", message)
    raise FileError("unsupported_type", "the file is a .zip archive; send the files in it")
