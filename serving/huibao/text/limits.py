"""What a file may cost: sizes, counts and ratios beyond which reading stops.

The figures leave room for every report seen (a .docx of 100 pages packs 25:1 and holds some 40
parts) and stop files made to exhaust the reader: 560 kB of .docx can unpack to gigabytes.
"""

from huibao.errors import FileError

MAX_FILE_BYTES = 32 * 2**20

MAX_ARCHIVE_ENTRIES = 500
# An OFD file packs a folder for each of its pages.
MAX_OFD_ENTRIES = 10_000
MAX_PART_BYTES = 64 * 2**20
MAX_ARCHIVE_BYTES = 256 * 2**20
MAX_RATIO = 100
# A list whose rows say the same packs better than that: 300 like pages 120:1. The ratio counts from
# where a part begins to cost seconds.
RATIO_FREE_BYTES = 4 * 2**20

# A tag of three bytes takes a few hundred once parsed; a report of 2 M characters has fewer.
MAX_XML_TAGS = 3_000_000
MAX_HTML_TAGS = 400_000
# Of a Word file, those in cells and text boxes counted; 300 pages have 7,000.
MAX_PARAGRAPHS = 150_000

# What LibreOffice gets: rows of a table take it the square of their number, 4,000 of them 5 s.
MAX_CONVERTED_ROWS = 4_000
MAX_CONVERTED_PARAGRAPHS = 50_000

MAX_PDF_PAGES = 2000
MAX_PDF_PAGE_CHARACTERS = 50_000
# Time of the processor, so that a busy machine refuses no file that an idle one reads.
MAX_PDF_SECONDS = 60.0

# The figures of a county fill some ten thousand cells.
MAX_SHEETS = 200
MAX_SHEET_CELLS = 1_000_000

# Recognising a scanned page takes seconds, and a scan of A3 at 300 dots per inch has 17 M pixels.
MAX_OCR_PAGES = 50
# Recognisers were trained on characters of some 30 pixels: body type at this density.
DOTS_PER_INCH = 150
MAX_PICTURE_PIXELS = 40_000_000

MAX_CHARACTERS = 2_000_000
MAX_LINE_CHARACTERS = 200_000


def refuse_large_file(size: int) -> None:
    """Raises FileError too_large for a file of more than MAX_FILE_BYTES bytes."""
    if size > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // 2**20
        raise FileError("too_large", f"the file has {size} bytes, at most {limit} MB are read")


def refuse_long_text(characters: int) -> None:
    """Raises FileError too_large for a text of more than MAX_CHARACTERS characters."""
    if characters > MAX_CHARACTERS:
        raise FileError(
            "too_large", f"the text has {characters} characters, at most {MAX_CHARACTERS} are read"
        )


def refuse_long_line(characters: int) -> None:
    """Raises FileError too_large for a line of more than MAX_LINE_CHARACTERS characters."""
    if characters > MAX_LINE_CHARACTERS:
        raise FileError(
            "too_large",
            f"a line has {characters} characters, at most {MAX_LINE_CHARACTERS} are read",
        )


def refuse_many_paragraphs(paragraphs: int) -> None:
    """Raises FileError too_large for a file of more than MAX_PARAGRAPHS paragraphs."""
    if paragraphs > MAX_PARAGRAPHS:
        raise FileError(
            "too_large", f"the file has more than {MAX_PARAGRAPHS} paragraphs and cells"
        )


def refuse_many_tags(tags: int, most: int) -> None:
    """Raises FileError too_large for a page or part of more than `most` tags."""
    if tags > most:
        raise FileError("too_large", f"the file has {tags} tags, at most {most} are read")


def refuse_long_conversion(rows: int, paragraphs: int) -> None:
    """Raises FileError too_large for a document that LibreOffice would work at for too long."""
    for count, most, what in (
        (rows, MAX_CONVERTED_ROWS, "table rows"),
        (paragraphs, MAX_CONVERTED_PARAGRAPHS, "paragraphs"),
    ):
        if count > most:
            raise FileError(
                "too_large",
                f"the document has {count} {what}, at most {most} are converted; save it as .docx",
            )
