"""Reads OFD files (GB/T 33190), the fixed pages that offices exchange in place of PDF."""

import time

from huibao.errors import FileError
from huibao.text.formats.archive import Archive
from huibao.text.formats.laid_pages import FEW_CHARACTERS, LaidPages, refuse_full_page
from huibao.text.formats.laid_pieces import Piece, upright_page
from huibao.text.formats.ofd_package import OfdPackage, OfdPage, named, numbers_of
from huibao.text.formats.ofd_pieces import POINTS, ofd_pieces
from huibao.text.formats.paragraphs import Extract
from huibao.text.limits import MAX_PDF_PAGES, MAX_PDF_SECONDS

_MOST_NAMED = 10
_LONGEST_NAME = 40
_SHAPES = ("ImageObject", "PathObject", "CompositeObject")


def read_ofd(archive: Archive) -> Extract:
    """The paragraphs of an OFD file, put together from where its text stands.

    Raises:
        FileError: encrypted, corrupt, too_large, timeout; needs_ocr for pages that are pictures or
            mere outlines of characters; empty_text.
    """
    package = OfdPackage(archive)
    pages = package.page_count()
    if pages > MAX_PDF_PAGES:
        raise FileError(
            "too_large", f"the file has {pages} pages, at most {MAX_PDF_PAGES} are read"
        )
    found = LaidPages("OFD")
    started = time.thread_time()
    for page in package.pages():
        if time.thread_time() - started > MAX_PDF_SECONDS:
            raise FileError(
                "timeout",
                f"reading took over {MAX_PDF_SECONDS:.0f} s of work, at page {page.number}",
            )
        if page.roots:
            _add_page(found, page)
        else:
            found.missing.append(page.number)
    extract = found.extract(pages)
    return Extract(extract.paragraphs, (*extract.warnings, *_left_out(package)))


def _add_page(found: LaidPages, page: OfdPage) -> None:
    pieces: list[Piece] = []
    characters = 0
    for piece in ofd_pieces(page):
        characters += len(piece.text)
        refuse_full_page(characters, page.number)
        pieces.append(piece)
    if characters < FEW_CHARACTERS and _is_picture(page, characters):
        found.pictures.append(page.number)
    upright, width, height = upright_page(pieces, page.width * POINTS, page.height * POINTS)
    found.add(upright, page.number, width, height)


def _is_picture(page: OfdPage, characters: int) -> bool:
    """Whether a page shows an image over half of it, or outlines and images in place of text."""
    for root in page.roots:
        for image in named(root, "ImageObject"):
            box = numbers_of(image.get("Boundary"))
            if len(box) == 4 and box[2] * box[3] >= page.width * page.height / 2:
                return True
        if not characters and any(True for shape in _SHAPES for _ in named(root, shape)):
            return True
    return False


def _left_out(package: OfdPackage) -> list[str]:
    warnings = []
    attached = package.attachments()
    if attached:
        shown = ", ".join(name[:_LONGEST_NAME] for name in attached[:_MOST_NAMED])
        warnings.append(f"left out: {len(attached)} attached files ({shown})")
    if package.annotated_pages():
        warnings.append(f"left out: annotations on {package.annotated_pages()} pages")
    return warnings
