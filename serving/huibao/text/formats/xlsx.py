"""Reads Excel files (.xlsx, and .et saved in that form): what each cell shows, formulas as results."""

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from huibao.errors import FileError
from huibao.text.formats.archive import Archive
from huibao.text.formats.cell_formats import BUILT_IN, GENERAL, shown
from huibao.text.formats.ooxml import parsed_part
from huibao.text.formats.paragraphs import Extract
from huibao.text.formats.sheet_tables import Sheet, sheets_extract
from huibao.text.limits import (
    MAX_ARCHIVE_ENTRIES,
    MAX_SHEET_CELLS,
    MAX_SHEETS,
    MAX_XML_TAGS,
    refuse_long_text,
    refuse_many_tags,
)

_MAIN = "xl/workbook.xml"
_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_WHOLE = re.compile(r"[0-9]{1,9}")
_ON = ("1", "true", "on")


@dataclass(slots=True)
class _Book:
    """What the sheets of one file share, and what had to be counted while they were read."""

    archive: Archive
    strings: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    since_1904: bool = False
    cells: int = 0
    characters: int = 0
    tags: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def part(self, name: str) -> etree._Element | None:
        """The root of a part, None where the file has no such part."""
        data = self.archive.part(name)
        if not data:
            return None
        # Counted over all parts: relations may name one part, or copies of it, many times.
        self.tags += data.count(b"<")
        refuse_many_tags(self.tags, MAX_XML_TAGS)
        return parsed_part(data, name)


def read_xlsx(archive: Archive) -> Extract:
    """The sheets of an Excel file as titles and tables.

    Raises:
        FileError: corrupt, too_large, empty_text; unsupported_type for the binary form (.xlsb);
            needs_ocr for sheets of pictures alone.
    """
    archive.refuse_more_parts(2 * MAX_ARCHIVE_ENTRIES)
    book = _Book(archive)
    main = book.part(_MAIN)
    if main is None:
        if "xl/workbook.bin" in archive:
            raise FileError("unsupported_type", "the file is a .xlsb spreadsheet; save it as .xlsx")
        raise FileError("corrupt", f"the spreadsheet lacks its main part {_MAIN}")
    book.since_1904 = any(_is_on(one, "date1904") for one in main.iter("{*}workbookPr"))
    book.strings = _shared_strings(book)
    book.formats = _formats(book)
    sheets = list(_sheets(book, main))
    if not any(sheet.cells or sheet.boxes for sheet in sheets) and any(
        name.startswith("xl/media/") for name in archive.names
    ):
        raise FileError("needs_ocr", "the spreadsheet holds pictures and no text; recognise it")
    return sheets_extract(sheets, list(_warnings(book)))


def _sheets(book: _Book, main: etree._Element) -> Iterator[Sheet]:
    entries = list(main.iter("{*}sheet"))
    if len(entries) > MAX_SHEETS:
        raise FileError(
            "too_large", f"the file has {len(entries)} sheets, at most {MAX_SHEETS} are read"
        )
    targets = _targets(book, _MAIN)
    for entry in entries:
        number = next(
            (value for name, value in entry.attrib.items() if str(name).endswith("}id")), ""
        )
        place = targets.get(str(number), ("", ""))[1]
        root = book.part(place) if place else None
        if root is None:
            book.counts["sheets that the file lacks"] += 1
            continue
        boxes = [
            text
            for kind, target in _targets(book, place).values()
            if kind == "drawing"
            for text in _box_texts(book.part(target))
        ]
        yield Sheet(
            name=entry.get("name") or "",
            cells=_cells(book, root),
            hidden=(entry.get("state") or "visible") != "visible",
            boxes=boxes,
        )


def _cells(book: _Book, root: etree._Element) -> dict[tuple[int, int], str]:
    """The texts of a sheet's filled cells; cells and rows that name no place follow the last one."""
    found: dict[tuple[int, int], str] = {}
    row = 0
    for element in root.iter("{*}row"):
        given = element.get("r") or ""
        row = int(given) if _WHOLE.fullmatch(given) else row + 1
        book.counts["hidden rows"] += _is_on(element, "hidden")
        column = 0
        for cell in element.iterchildren("{*}c"):
            place = _PLACE.fullmatch(cell.get("r") or "")
            column = _column(place[1]) if place else column + 1
            text = _cell_text(book, cell)
            if text.strip():
                found[(int(place[2]) if place else row, column)] = text
                book.cells += 1
                book.characters += len(text)
        if book.cells > MAX_SHEET_CELLS:
            raise FileError(
                "too_large", f"the file has more than {MAX_SHEET_CELLS} cells and is not read"
            )
        # Cells share their strings, so that a small file can show a long one many times.
        refuse_long_text(book.characters)
    book.counts["hidden columns"] += sum(_is_on(one, "hidden") for one in root.iter("{*}col"))
    return found


def _cell_text(book: _Book, cell: etree._Element) -> str:
    kind = cell.get("t") or "n"
    if kind == "inlineStr":
        return _rich_text(cell)
    value = next((one.text or "" for one in cell.iterchildren("{*}v")), "")
    if not value:
        book.counts["formulas without a stored result"] += cell.find("{*}f") is not None
        return ""
    if kind == "s":
        whole = int(value) if _WHOLE.fullmatch(value.strip()) else len(book.strings)
        return book.strings[whole] if whole < len(book.strings) else ""
    if kind == "b":
        return "TRUE" if value.strip() == "1" else "FALSE"
    if kind != "n":
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    style = cell.get("s") or "0"
    place = int(style) if _WHOLE.fullmatch(style) else 0
    number_format = book.formats[place] if place < len(book.formats) else GENERAL
    return (
        shown(number, number_format, since_1904=book.since_1904) if abs(number) < 1e300 else value
    )


def _shared_strings(book: _Book) -> list[str]:
    place = _related(book, "sharedStrings", "xl/sharedStrings.xml")
    root = book.part(place)
    return [] if root is None else [_rich_text(one) for one in root.iterchildren("{*}si")]


def _rich_text(element: etree._Element) -> str:
    """The text of a string; readings above Han characters (rPh) are no part of it."""
    pieces: list[str] = []
    for child in element.iterchildren("{*}t", "{*}r", "{*}is"):
        is_text = etree.QName(child).localname == "t"
        pieces.append((child.text or "") if is_text else _rich_text(child))
    return "".join(pieces)


def _formats(book: _Book) -> list[str]:
    """The number format of each cell style, by its number."""
    root = book.part(_related(book, "styles", "xl/styles.xml"))
    if root is None:
        return []
    own = {one.get("numFmtId"): one.get("formatCode") or GENERAL for one in root.iter("{*}numFmt")}
    styles = root.find("{*}cellXfs")
    formats = []
    for style in [] if styles is None else styles.iterchildren("{*}xf"):
        number = style.get("numFmtId") or "0"
        usual = BUILT_IN.get(int(number), GENERAL) if _WHOLE.fullmatch(number) else GENERAL
        formats.append(own.get(number, usual))
    return formats


def _box_texts(root: etree._Element | None) -> Iterator[str]:
    """The text boxes of a drawing, a paragraph each."""
    for body in [] if root is None else root.iter("{*}txBody"):
        for paragraph in body.iterchildren("{*}p"):
            text = "".join(piece.text or "" for piece in paragraph.iter("{*}t"))
            if text.strip():
                yield text


def _related(book: _Book, kind: str, usual: str) -> str:
    return next((place for found, place in _targets(book, _MAIN).values() if found == kind), usual)


def _targets(book: _Book, name: str) -> dict[str, tuple[str, str]]:
    """The parts that a part names, each as its kind and place, by the number of the relation."""
    folder, base = posixpath.split(name)
    root = book.part(f"{folder}/_rels/{base}.rels")
    found = {}
    for relation in [] if root is None else root.iter("{*}Relationship"):
        if relation.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join(folder, relation.get("Target") or ""))
            kind = (relation.get("Type") or "").rsplit("/", 1)[-1]
            found[relation.get("Id") or ""] = (kind, target.lstrip("/"))
    return found


def _warnings(book: _Book) -> Iterator[str]:
    for what in ("formulas without a stored result", "sheets that the file lacks"):
        if book.counts[what]:
            yield f"left out: {book.counts[what]} {what}"
    for what in ("hidden rows", "hidden columns"):
        if book.counts[what]:
            yield f"{book.counts[what]} {what} were read like the others"
    comments = sum(
        sum(1 for _ in root.iter("{*}comment"))
        for name in book.archive.names
        if name.startswith("xl/comments") and (root := book.part(name)) is not None
    )
    if comments:
        yield f"left out: {comments} comments"


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _is_on(element: etree._Element, name: str) -> bool:
    return (element.get(name) or "").lower() in _ON
