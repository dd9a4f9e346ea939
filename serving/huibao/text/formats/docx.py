"""Reads Word files: the blocks of the body in order, with the numbers that Word only displays."""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from huibao.errors import FileError
from huibao.report import LineKind
from huibao.text.formats.archive import Archive
from huibao.text.formats.docx_content import (
    Inline,
    boxes_in,
    content_of,
    inline_of,
    is_mark_deleted,
)
from huibao.text.formats.docx_headers import running_lines, says_more_than_a_number
from huibao.text.formats.docx_numbering import Numbering
from huibao.text.formats.docx_styles import Styles, value_of, whole_number
from huibao.text.formats.ooxml import Package, W
from huibao.text.formats.paragraphs import (
    Extract,
    Paragraph,
    split_at_soft_breaks,
    table_text,
    typed_indent,
)
from huibao.text.limits import refuse_long_text, refuse_many_paragraphs

# A cell with this much running text is part of a form that holds the report itself.
_PROSE_CHARACTERS = 200
_PROSE_PARAGRAPHS = 2
_MOST_COLUMNS = 63
_SHOWN_CHARACTERS = 20


def read_docx(archive: Archive) -> Extract:
    """The paragraphs, tables, text boxes and notes of a Word file as its reader sees them.

    Raises:
        FileError: corrupt, too_large, empty_text; needs_ocr for a file of pictures alone.
    """
    package = Package(archive)
    document = _Document(package)
    body = package.main.find(W + "body")
    if body is None:
        raise FileError("corrupt", "the Word file has no body")
    paragraphs = [*document.head(), *document.blocks(body, "text"), *document.notes()]
    if not any(paragraph.text.strip() for paragraph in paragraphs):
        if package.has_pictures():
            raise FileError("needs_ocr", "the Word file holds pictures and no text; recognise it")
        raise FileError("empty_text", "the Word file holds no text")
    return Extract(tuple(paragraphs), tuple(document.warnings()))


class _Document:
    """One Word file while it is read: counters run on from block to block."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._styles = Styles(package.related("styles"))
        self._numbering = Numbering(package.related("numbering"), self._styles)
        self._left_out: Counter[str] = Counter()
        self._footnotes: list[str] = []
        self._endnotes: list[str] = []
        self._size = 0
        self._count = 0

    def blocks(self, container: etree._Element, kind: LineKind) -> Iterator[Paragraph]:
        """The paragraphs and tables of a body, cell, text box or note."""
        carried = ""
        for element in content_of(container, self._left_out):
            if element.tag == W + "tbl":
                yield from self._table(element, kind)
            elif element.tag == W + "p":
                self._count += 1
                refuse_many_paragraphs(self._count)
                properties = element.find(W + "pPr")
                style = self._styles.style_of(properties)
                inline = inline_of(element, style, self._styles, self._left_out)
                yield from self._boxes(inline)
                text = carried + inline.text
                carried = ""
                if is_mark_deleted(properties):
                    carried = text
                elif self._styles.is_contents(style):
                    self._left_out["lines of the table of contents"] += bool(text.strip())
                else:
                    yield from self._paragraph(element, text, kind)
        if carried.strip():
            yield Paragraph(carried, kind)

    def head(self) -> Iterator[Paragraph]:
        """The text boxes of page headers, once each: letters carry their red head there."""
        shown: dict[str, None] = {}
        for part in self._package.related("header"):
            for box in boxes_in(part):
                for paragraph in self.blocks(box, "box"):
                    if says_more_than_a_number(paragraph.text) and paragraph.text not in shown:
                        shown[paragraph.text] = None
                        yield paragraph

    def notes(self) -> Iterator[Paragraph]:
        """The footnotes and endnotes that the text refers to, in that order."""
        for kind, wanted in (("footnote", self._footnotes), ("endnote", self._endnotes)):
            notes = {
                note.get(W + "id", ""): note
                for part in self._package.related(kind + "s")
                for note in part.iterchildren(W + kind)
            }
            for name in dict.fromkeys(wanted):
                if name in notes:
                    yield from self.blocks(notes[name], "note")

    def warnings(self) -> Iterator[str]:
        """What the file holds and the paragraphs do not."""
        for what, count in sorted(self._left_out.items()):
            if count:
                yield f"left out: {count} {what}"
        lines = running_lines(self._package.related("header"), self._package.related("footer"))
        if lines:
            shown = next(iter(lines))[:_SHOWN_CHARACTERS]
            yield f"left out: {len(lines)} lines of page headers and footers ({shown} …)"
        for what, count in self._unread_parts():
            if count:
                yield f"left out: {count} {what}"

    def _unread_parts(self) -> Iterator[tuple[str, int]]:
        comments = self._package.related("comments")
        yield "comments", sum(1 for part in comments for _ in part.iter(W + "comment"))
        yield "diagrams", len(self._package.named("diagramData"))
        yield "charts", len(self._package.named("chart"))
        embedded = (*self._package.named("package"), *self._package.named("oleObject"))
        yield "embedded files", len(embedded)

    def _boxes(self, inline: Inline) -> Iterator[Paragraph]:
        self._footnotes.extend(inline.footnotes)
        self._endnotes.extend(inline.endnotes)
        for box in inline.boxes:
            yield from self.blocks(box, "box")
        yield from (Paragraph(text, "box") for text in inline.art)

    def _paragraph(self, element: etree._Element, text: str, kind: LineKind) -> Iterator[Paragraph]:
        properties = element.find(W + "pPr")
        # An empty entry of a list counts in Word, even though nothing but its number is shown.
        label = self._numbering.label(properties)
        if not text.strip():
            return
        self._size += len(text)
        refuse_long_text(self._size)
        if kind == "note":
            text = text.lstrip()
        run = element.find(f"{W}r/{W}rPr")
        for piece in split_at_soft_breaks(text):
            yield Paragraph(
                text=label + piece,
                kind=kind,
                outline=self._styles.outline(properties),
                centred=self._styles.is_centred(properties),
                indent=self._styles.indent(properties, run) + typed_indent(piece),
            )
            label = ""

    def _table(self, table: etree._Element, kind: LineKind) -> Iterator[Paragraph]:
        """A table as one paragraph; cells that hold the report itself give their paragraphs."""
        rows: list[list[str]] = []
        for row in content_of(table, self._left_out):
            if row.tag != W + "tr" or self._is_deleted(row, "trPr", "del"):
                continue
            cells = [
                (cell, list(self.blocks(cell, kind)))
                for cell in content_of(row, self._left_out)
                if cell.tag == W + "tc" and not self._is_deleted(cell, "tcPr", "cellDel")
            ]
            is_caption = len(cells) == 1 and not rows
            if is_caption or any(_is_opened(blocks) for _, blocks in cells):
                yield from _as_table(rows)
                rows = []
                yield from _opened_row(cells)
            else:
                rows.append(_row_text(row, cells))
        yield from _as_table(rows)

    def _is_deleted(self, element: etree._Element, properties: str, mark: str) -> bool:
        deleted = element.find(f"{W}{properties}/{W}{mark}") is not None
        self._left_out["deleted passages"] += deleted
        return deleted


_Cell = tuple[etree._Element, list[Paragraph]]


def _is_prose(blocks: list[Paragraph]) -> bool:
    texts = [block.text for block in blocks if block.kind != "table"]
    return len(texts) >= _PROSE_PARAGRAPHS and sum(map(len, texts)) >= _PROSE_CHARACTERS


def _is_opened(blocks: list[Paragraph]) -> bool:
    """Whether a cell lays out the page: it holds running text or a table of several rows."""
    return _is_prose(blocks) or any(b.kind == "table" and "\n" in b.text for b in blocks)


def _opened_row(cells: list[_Cell]) -> Iterator[Paragraph]:
    """A row of one cell, or one with prose: prose as paragraphs, short cells as a table."""
    short: list[str] = []
    for _, blocks in cells:
        if len(cells) == 1 or _is_opened(blocks):
            yield from _as_table([short])
            short = []
            yield from blocks
        else:
            short.append(_cell_text(blocks))
    yield from _as_table([short])


def _as_table(rows: list[list[str]]) -> Iterator[Paragraph]:
    text = table_text(rows)
    if text:
        yield Paragraph(text, "table")


def _row_text(row: etree._Element, cells: list[_Cell]) -> list[str]:
    """The cells of a row, one string a column; a merged cell stands in its first column."""
    before = whole_number(value_of(row.find(W + "trPr"), "gridBefore")) or 0
    texts = [""] * min(before, _MOST_COLUMNS)
    for cell, blocks in cells:
        texts.append(_cell_text(blocks))
        span = whole_number(value_of(cell.find(W + "tcPr"), "gridSpan")) or 1
        texts.extend([""] * (min(span, _MOST_COLUMNS) - 1))
    return texts


def _cell_text(blocks: list[Paragraph]) -> str:
    return " ".join(block.text for block in blocks)
