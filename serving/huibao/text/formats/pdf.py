"""Reads PDF files with PDFium: opens them, tells scans from text, names what was left out."""

import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium

from huibao.errors import FileError
from huibao.text.formats.paragraphs import Extract
from huibao.text.formats.pdf_lines import PdfLine, page_lines, without_furniture
from huibao.text.formats.pdf_paragraphs import pdf_paragraphs
from huibao.text.formats.pdf_pieces import Piece, page_pieces
from huibao.text.limits import (
    MAX_PDF_PAGE_CHARACTERS,
    MAX_PDF_PAGES,
    MAX_PDF_SECONDS,
    refuse_long_text,
)

# PDFium keeps global state: two threads may not even read two different files.
_PDFIUM = threading.Lock()
_FEW_CHARACTERS = 30
_DAMAGED_SHARE = 0.1
_UNREADABLE_SHARE = 0.5
_MOST_PAGES_NAMED = 10
_MOST_OBJECTS = 200


@dataclass(slots=True)
class _Findings:
    """What the pages of a file gave; page numbers count from 1."""

    lines: list[PdfLine] = field(default_factory=list)
    characters: int = 0
    damaged: int = 0
    pictures: list[int] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)
    slanted: int = 0


def read_pdf(data: bytes) -> Extract:
    """The paragraphs of a PDF file, put together from where its lines stand.

    Raises:
        FileError: encrypted, corrupt, too_large, timeout; needs_ocr for scans and for files whose
            characters carry no meaning; empty_text.
    """
    with _PDFIUM:
        document = _opened(data)
        try:
            pages = len(document)
            if pages > MAX_PDF_PAGES:
                raise FileError(
                    "too_large", f"the file has {pages} pages, at most {MAX_PDF_PAGES} are read"
                )
            findings = _findings(document)
        except pypdfium2.PdfiumError as error:
            raise FileError("corrupt", f"the PDF file is damaged: {error}") from None
        finally:
            document.close()
    _refuse_unreadable(findings)
    body, furniture = without_furniture(findings.lines, pages)
    paragraphs = pdf_paragraphs(body)
    if not paragraphs:
        raise FileError("empty_text", "the PDF file holds nothing but page numbers")
    warnings = list(_warnings(findings, furniture))
    if any(paragraph.kind == "table" for paragraph in paragraphs):
        warnings.append("tables were put together from the places of their cells; check them")
    return Extract(tuple(paragraphs), tuple(warnings))


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise FileError(
                "encrypted", "the PDF file is protected by a password; save it without"
            ) from None
        raise FileError("corrupt", f"the PDF file is damaged: {error}") from None


def _findings(document: pypdfium2.PdfDocument) -> _Findings:
    findings = _Findings()
    started = time.thread_time()
    for index in range(len(document)):
        if time.thread_time() - started > MAX_PDF_SECONDS:
            raise FileError(
                "timeout", f"reading took over {MAX_PDF_SECONDS:.0f} s of work, at page {index + 1}"
            )
        page = document[index]
        try:
            _add_page(findings, page, index + 1)
        finally:
            page.close()
        refuse_long_text(findings.characters)
    return findings


def _add_page(findings: _Findings, page: pypdfium2.PdfPage, number: int) -> None:
    text_page = page.get_textpage()
    try:
        count = text_page.count_chars()
        if count > MAX_PDF_PAGE_CHARACTERS:
            raise FileError(
                "too_large",
                f"page {number} has {count} characters, at most {MAX_PDF_PAGE_CHARACTERS} are read",
            )
        pieces, width, height = page_pieces(text_page.raw, *page.get_size())
    finally:
        text_page.close()
    text = "".join(piece.text for piece in pieces)
    damaged = sum(sign == "\ufffd" or "\ue000" <= sign <= "\uf8ff" for sign in text)
    findings.characters += len(text)
    findings.damaged += damaged
    findings.slanted += sum(piece.turns != 0 for piece in pieces)
    if damaged > _DAMAGED_SHARE * len(text):
        findings.unreadable.append(number)
    if len(text) < _FEW_CHARACTERS and _is_picture(page, pieces):
        findings.pictures.append(number)
    findings.lines.extend(page_lines(pieces, number, width, height))


def _is_picture(page: pypdfium2.PdfPage, pieces: Iterable[Piece]) -> bool:
    """Whether a page shows no text but an image over half of it, or mere outlines."""
    width, height = page.get_size()
    has_text = any(piece.text.strip() for piece in pieces)
    shapes = 0
    for count, shape in enumerate(page.get_objects(max_depth=3)):
        if count > _MOST_OBJECTS:
            break
        left, bottom, right, top = shape.get_bounds()
        covers = abs((right - left) * (top - bottom)) >= width * height / 2
        if shape.type == pdfium.FPDF_PAGEOBJ_IMAGE and covers:
            return True
        shapes += 1
    return shapes > 0 and not has_text


def _refuse_unreadable(findings: _Findings) -> None:
    if not findings.lines:
        if findings.pictures:
            raise FileError(
                "needs_ocr", "the PDF file is a scan without text; recognise its text first"
            )
        raise FileError("empty_text", "the PDF file holds no text")
    if findings.damaged > _UNREADABLE_SHARE * findings.characters:
        raise FileError(
            "needs_ocr", "the characters of the PDF file carry no meaning; recognise its text first"
        )


def _warnings(findings: _Findings, furniture: list[PdfLine]) -> Iterator[str]:
    if furniture:
        yield f"left out: {len(furniture)} page headers, footers and page numbers"
    if findings.slanted:
        yield f"left out: {findings.slanted} slanted passages (watermarks)"
    if findings.pictures:
        yield f"not read: {_named(findings.pictures)} without text, a scan or a picture"
    if findings.unreadable:
        yield f"damaged characters on {_named(findings.unreadable)}"


def _named(pages: list[int]) -> str:
    shown = ", ".join(map(str, pages[:_MOST_PAGES_NAMED]))
    more = " …" if len(pages) > _MOST_PAGES_NAMED else ""
    return f"page {shown}{more}" if len(pages) == 1 else f"pages {shown}{more}"
