"""Turns any file that can be read into a page: its text, its lines, and what was left out."""

import hashlib
from typing import TYPE_CHECKING

from huibao.errors import FileError
from huibao.report import Page
from huibao.text.decoding import Decoded, decoded_text
from huibao.text.file_types import (
    MEDIA_TYPES,
    FileType,
    binary_type,
    is_picture,
    name_warning,
    text_type,
)
from huibao.text.formats.archive import Archive
from huibao.text.formats.paragraphs import Extract, Paragraph, joined, plain_lines
from huibao.text.limits import refuse_large_file

if TYPE_CHECKING:
    from huibao.text.formats.ocr import Recognition

_NESTED = "the file nests its parts too deeply to be read"


def read_page(
    file: bytes | str,
    name: str = "report",
    *,
    encoding: str | None = None,
    ocr: bool = False,
) -> Page:
    """The page that a file holds.

    Plain text stays as it is, line breaks included. Word files, PDF and web pages give one line a
    paragraph; what they hold beside it (page headers, menus, deleted text) is named in `warnings`.

    Args:
        file: the bytes of a file, or text that is already decoded.
        name: the file's name or address; its ending decides only where the content leaves it open.
        encoding: read text files and web pages in this encoding, whatever they look like.
        ocr: recognise the text of scans and pictures, which takes seconds a page.

    Raises:
        FileError: with the reason why there is nothing to read.
        MissingExtraError: when text has to be recognised and the extra `ocr` is not installed.
    """
    if isinstance(file, str):
        return _page_of_text(file, name)
    refuse_large_file(len(file))
    if not file.strip(b" \t\r\n\x00"):
        raise FileError("empty_text", "the file is empty")
    try:
        if ocr and is_picture(file):
            return _page(file, name, "picture", _extract("picture", file, None, ocr=True))
        found = binary_type(file)
        if found is None:
            return _text_or_web_page(file, name, encoding)
        kind, archive = found
        if kind == "mht":
            return _web_archive(file, name, encoding)
        if kind == "eml":
            return _mail(file, name, encoding)
        return _page(file, name, kind, _extract(kind, file, archive, ocr=ocr))
    except RecursionError:
        raise FileError("corrupt", _NESTED) from None


def _extract(kind: FileType, file: bytes, archive: Archive | None, *, ocr: bool) -> Extract:
    """What the reader of a type takes from a file; readers are loaded when they are first needed."""
    if kind == "pdf":
        from huibao.text.formats.pdf import read_pdf

        return read_pdf(file, _recognition() if ocr else None)
    if kind == "picture":
        from huibao.text.formats.ocr import read_picture

        return read_picture(file)
    if kind == "xls":
        from huibao.text.formats.xls import read_xls

        return read_xls(file)
    if kind in ("doc", "rtf", "odt"):
        from huibao.text.formats.office import read_office

        return read_office(file, kind, archive)
    if archive is None:
        raise FileError("unsupported_type", f"files of type {kind} are not read")
    return _extract_of_parts(kind, archive)


def _recognition() -> "Recognition":
    from huibao.text.formats.ocr import Recognition

    return Recognition()


def _extract_of_parts(kind: FileType, archive: Archive) -> Extract:
    if kind == "ofd":
        from huibao.text.formats.ofd import read_ofd

        return read_ofd(archive)
    if kind == "xlsx":
        from huibao.text.formats.xlsx import read_xlsx

        return read_xlsx(archive)
    from huibao.text.formats.docx import read_docx

    return read_docx(archive)


def _page_of_text(text: str, name: str) -> Page:
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        message = f"character {error.start} of the text is half of a surrogate pair"
        raise FileError("corrupt", message) from None
    refuse_large_file(len(data))
    if not text.strip():
        raise FileError("empty_text", "the text is empty")
    warnings: list[str] = []
    looks = {"html": "a web page", "wordxml": "a Word document"}.get(text_type(text, name=""))
    if looks is not None:
        warnings.append(f"the text looks like {looks} but was read as plain text; send its bytes")
    return Page(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=MEDIA_TYPES["text"],
        encoding=None,
        text=text,
        lines=plain_lines(text),
        warnings=tuple(warnings),
    )


def _text_or_web_page(file: bytes, name: str, encoding: str | None) -> Page:
    declared = None
    if b"<" in file[:4096]:
        from huibao.text.formats.html import declared_encoding

        declared = declared_encoding(file)
    decoded = decoded_text(file, forced=encoding, declared=declared)
    kind = text_type(decoded.text, name)
    if kind == "html":
        return _web_page(file, name, "html", decoded)
    if kind == "wordxml":
        from huibao.text.formats.word_xml import archive_of_xml

        return _page(file, name, kind, _extract_of_parts("docx", archive_of_xml(decoded.text)))
    if not decoded.text.strip():
        raise FileError("empty_text", "the file holds no text")
    return Page(
        name=name,
        sha256=hashlib.sha256(file).hexdigest(),
        media_type=MEDIA_TYPES["text"],
        encoding=decoded.encoding,
        text=decoded.text,
        lines=plain_lines(decoded.text),
        warnings=(*_name_warnings(name, "text"), *decoded.warnings),
    )


def _web_archive(file: bytes, name: str, encoding: str | None) -> Page:
    from huibao.text.formats.html import declared_encoding
    from huibao.text.formats.mht import web_page_of

    page, charset = web_page_of(file)
    declared = charset or declared_encoding(page)
    decoded = decoded_text(page, forced=encoding, declared=declared)
    return _web_page(file, name, "mht", decoded)


def _mail(file: bytes, name: str, encoding: str | None) -> Page:
    from huibao.text.formats.eml import mail_of
    from huibao.text.formats.html import declared_encoding, read_html

    mail = mail_of(file)
    declared = mail.charset or (declared_encoding(mail.body) if mail.is_html else None)
    decoded = decoded_text(mail.body, forced=encoding, declared=declared) if mail.body else None
    paragraphs = [Paragraph(mail.subject)] if mail.subject else []
    warnings = list(mail.warnings)
    if decoded is not None and mail.is_html:
        extract = read_html(decoded.text)
        paragraphs += extract.paragraphs
        warnings += extract.warnings
    elif decoded is not None:
        paragraphs += [Paragraph(line) for line in decoded.text.splitlines() if line.strip()]
    return _page(file, name, "eml", Extract(tuple(paragraphs), tuple(warnings)), decoded)


def _web_page(file: bytes, name: str, kind: FileType, decoded: Decoded) -> Page:
    from huibao.text.formats.html import read_html

    return _page(file, name, kind, read_html(decoded.text), decoded)


def _page(
    file: bytes, name: str, kind: FileType, extract: Extract, decoded: Decoded | None = None
) -> Page:
    text, lines = joined(extract.paragraphs)
    if not lines:
        raise FileError("empty_text", f"the {kind} file holds no text")
    decoding_warnings = decoded.warnings if decoded is not None else ()
    return Page(
        name=name,
        sha256=hashlib.sha256(file).hexdigest(),
        media_type=MEDIA_TYPES[kind],
        encoding=decoded.encoding if decoded is not None else None,
        text=text,
        lines=lines,
        warnings=(*_name_warnings(name, kind), *decoding_warnings, *extract.warnings),
    )


def _name_warnings(name: str, kind: FileType) -> tuple[str, ...]:
    warning = name_warning(name, kind)
    return () if warning is None else (warning,)
