"""Reads PDF files with PDFium: opens them, tells scans from text, names what was left out."""

import threading
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium

from huibao.errors import FileError
from huibao.text.formats.laid_pages import FEW_CHARACTERS, LaidPages, refuse_full_page
from huibao.text.formats.laid_pieces import Piece
from huibao.text.formats.paragraphs import Extract
from huibao.text.formats.pdf_pieces import page_pieces
from huibao.text.limits import (
    DOTS_PER_INCH,
    MAX_PDF_PAGES,
    MAX_PDF_SECONDS,
    MAX_PICTURE_PIXELS,
)

if TYPE_CHECKING:
    from huibao.text.formats.ocr import Recognition

# PDFium keeps global state: two threads may not even read two different files.
_PDFIUM = threading.Lock()
_MOST_OBJECTS = 200


def read_pdf(data: bytes, recognition: "Recognition | None" = None) -> Extract:
    """The paragraphs of a PDF file, put together from where its lines stand.

    Pages without text are recognised where a recognition is given.

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
            found = _read_pages(document, recognition)
        except pypdfium2.PdfiumError as error:
            raise FileError("corrupt", f"the PDF file is damaged: {error}") from None
        finally:
            document.close()
    extract = found.extract(pages)
    told = recognition.warnings() if recognition else ()
    return Extract(extract.paragraphs, (*extract.warnings, *told))


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise FileError(
                "encrypted", "the PDF file is protected by a password; save it without"
            ) from None
        raise FileError("corrupt", f"the PDF file is damaged: {error}") from None


def _read_pages(document: pypdfium2.PdfDocument, recognition: "Recognition | None") -> LaidPages:
    found = LaidPages("PDF")
    started = time.thread_time()
    for index in range(len(document)):
        if recognition is None and time.thread_time() - started > MAX_PDF_SECONDS:
            raise FileError(
                "timeout", f"reading took over {MAX_PDF_SECONDS:.0f} s of work, at page {index + 1}"
            )
        page = document[index]
        try:
            _add_page(found, page, index + 1, recognition)
        finally:
            page.close()
    return found


def _add_page(
    found: LaidPages, page: pypdfium2.PdfPage, number: int, recognition: "Recognition | None"
) -> None:
    text_page = page.get_textpage()
    try:
        count = text_page.count_chars()
        refuse_full_page(count, number)
        pieces, width, height = page_pieces(text_page.raw, *page.get_size())
    finally:
        text_page.close()
    characters = sum(len(piece.text) for piece in pieces)
    if characters < FEW_CHARACTERS and _is_picture(page, pieces):
        if recognition is not None:
            pieces, (width, height) = _recognised(page, recognition), page.get_size()
        if not pieces or recognition is None:
            found.pictures.append(number)
    found.add(pieces, number, width, height)


def _recognised(page: pypdfium2.PdfPage, recognition: "Recognition") -> list[Piece]:
    width, height = page.get_size()
    density = DOTS_PER_INCH / 72
    # A poster is drawn smaller, so that no page takes more pixels than a scan has.
    density *= min(1.0, (MAX_PICTURE_PIXELS / max(1.0, width * height * density**2)) ** 0.5)
    picture = page.render(scale=density).to_numpy()
    return recognition.pieces(picture[:, :, :3], 72 * density)


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
