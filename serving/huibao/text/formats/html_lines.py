"""Cuts a parsed web page into the lines that a browser shows, each with its share of links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from huibao.report import LineKind
from huibao.text.formats.number_formats import formatted_number
from huibao.text.formats.paragraphs import table_text
from huibao.text.formats.web_words import tags

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_ALIGN = re.compile(r"text-align\s*:\s*([a-z]+)", re.IGNORECASE)
_INDENT = re.compile(r"text-indent\s*:\s*(-?[0-9.]{1,8})\s*(em|pt|px)", re.IGNORECASE)
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([a-z-]+)", re.IGNORECASE)
# Width of a character where the page gives lengths: 16 px or 12 pt unless a style sheet says more.
_UNITS = {"em": 1.0, "px": 16.0, "pt": 12.0}
_SPACES = re.compile(r"[ \t\r\n\f]+")
_CJK = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’—…"
_WRAP = re.compile(rf"(?<=[{_CJK}])[ \t]*[\r\n][ \t\r\n\f]*(?=[{_CJK}])")
_HAN = re.compile(r"[\u3400-\u9fff]")
_MARKS = re.compile(r"[，。；：！？、,;]")
_LIST_FORMATS = {
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "lower-alpha": "lowerLetter",
    "upper-alpha": "upperLetter",
    "lower-roman": "lowerRoman",
    "upper-roman": "upperRoman",
    "decimal-leading-zero": "decimalZero",
}
_CHINESE_LISTS = ("cjk-ideographic", "simp-chinese-informal", "trad-chinese-informal")
_TABLE_CELL_CHARACTERS = 60
_MOST_COLUMNS = 63


@dataclass(frozen=True, slots=True)
class HtmlLine:
    """A line as shown; `element` is the block it stands in, `linked` counts characters in links."""

    text: str
    element: etree._Element
    linked: int
    kind: LineKind = "text"
    outline: int | None = None
    centred: bool | None = None
    indent: float | None = None

    @property
    def link_share(self) -> float:
        """The share of the line's characters that stand in links."""
        return self.linked / max(len("".join(self.text.split())), 1)

    @property
    def weight(self) -> int:
        """Han characters outside links if this is running text (two marks or more), else 0."""
        if self.kind == "table" or len(_MARKS.findall(self.text)) < 2:
            return 0
        return max(0, len(_HAN.findall(self.text)) - self.linked)


@dataclass(slots=True)
class _Setting:
    """How an open block sets its text."""

    element: etree._Element
    outline: int | None
    centred: bool | None
    indent: float | None


@dataclass(slots=True)
class _Cutter:
    """The line being collected while the page is walked."""

    settings: list[_Setting] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    linked: int = 0
    links: int = 0
    label: str = ""
    preformatted: int = 0
    counts: dict[etree._Element, int] = field(default_factory=dict)

    def add(self, text: str | None) -> None:
        if text:
            self.pieces.append(text)
            if self.links:
                self.linked += len("".join(text.split()))

    def cut(self) -> Iterator[HtmlLine]:
        raw = "".join(self.pieces)
        linked, self.linked = self.linked, 0
        self.pieces.clear()
        for text in raw.splitlines() if self.preformatted else [_as_shown(raw)]:
            if not text.strip() or not self.settings:
                continue
            setting = self.settings[-1]
            yield HtmlLine(
                text=self.label + text,
                element=setting.element,
                linked=linked,
                outline=setting.outline,
                centred=setting.centred,
                indent=setting.indent,
            )
            self.label = ""


def html_lines(root: etree._Element) -> Iterator[HtmlLine]:
    """The lines of a page in document order; scripts, form fields and hidden parts are no lines."""
    cutter = _Cutter()
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if tag in tags("unseen") or _is_hidden(element):
                walk.skip_subtree()
            elif tag == "table" and (rows := _data_rows(element)):
                yield from cutter.cut()
                yield _table_line(element, rows, cutter)
                walk.skip_subtree()
            else:
                yield from _opened(cutter, element)
                cutter.add(element.text)
        else:
            yield from _closed(cutter, element)
            cutter.add(element.tail)
    yield from cutter.cut()


def _opened(cutter: _Cutter, element: etree._Element) -> Iterator[HtmlLine]:
    tag = element.tag
    if tag == "br":
        yield from cutter.cut()
    elif tag == "a":
        cutter.links += 1
    elif tag in tags("blocks"):
        yield from cutter.cut()
        cutter.settings.append(_setting(element, cutter.settings[-1] if cutter.settings else None))
        cutter.preformatted += tag == "pre"
        if tag == "li":
            cutter.label = _list_label(element, cutter.counts)


def _closed(cutter: _Cutter, element: etree._Element) -> Iterator[HtmlLine]:
    """Ends an element; one that was skipped was never opened and ends nothing."""
    if element.tag == "a":
        cutter.links = max(0, cutter.links - 1)
    elif cutter.settings and cutter.settings[-1].element is element:
        yield from cutter.cut()
        cutter.settings.pop()
        cutter.preformatted -= element.tag == "pre"
        if element.tag == "li":
            cutter.label = ""


def _as_shown(text: str) -> str:
    """Text with white space as a browser shows it; breaks inside Chinese are closed."""
    return _SPACES.sub(" ", _WRAP.sub("", text)).strip(" ")


def _is_hidden(element: etree._Element) -> bool:
    style = element.get("style")
    return "hidden" in element.attrib or (style is not None and bool(_NOT_SHOWN.search(style)))


def _setting(element: etree._Element, outer: _Setting | None) -> _Setting:
    style = element.get("style") or ""
    align, indent = _ALIGN.search(style), _INDENT.search(style)
    side = align[1].lower() if align else (element.get("align") or "").lower()
    centred = outer.centred if outer else None
    if element.tag == "center" or side:
        centred = element.tag == "center" or side in ("center", "middle")
    return _Setting(
        element=element,
        outline=_HEADINGS.get(str(element.tag), outer.outline if outer else None),
        centred=centred,
        indent=_length(indent) if indent else (outer.indent if outer else None),
    )


def _length(match: re.Match[str]) -> float | None:
    try:
        return round(max(0.0, float(match[1])) / _UNITS[match[2].lower()], 2)
    except ValueError:
        return None


def _list_label(item: etree._Element, counts: dict[etree._Element, int]) -> str:
    """The number that a browser puts before an entry of <ol>: part of the report, not of its text.

    `counts` holds the next number of each list; the call moves it on.
    """
    outer = item.getparent()
    if outer is None or outer.tag != "ol":
        return ""
    number = _whole(item.get("value"), counts.get(outer, _whole(outer.get("start"), 1)))
    counts[outer] = number + 1
    style = _LIST_STYLE.search(outer.get("style") or "")
    name = style[1].lower() if style else outer.get("type") or "1"
    if name == "none":
        return ""
    if name in _CHINESE_LISTS:
        return formatted_number(number, "chineseCountingThousand") + "、"
    return formatted_number(number, _LIST_FORMATS.get(name, "decimal")) + ". "


def _whole(value: str | None, default: int) -> int:
    return int(value) if value is not None and re.fullmatch(r"[0-9]{1,6}", value) else default


def _data_rows(table: etree._Element) -> list[list[str]] | None:
    """The cells of a table of data, None for a table that only lays out the page."""
    if next(table.iterdescendants("table"), None) is not None:
        return None
    given = list(table.iterdescendants("tr"))
    below: dict[int, int] = {}
    rows = [_row_cells(row, below) for row in given]
    cells = [cell for row in rows for cell in row if cell]
    wide = sum(len(row.findall("td")) + len(row.findall("th")) > 1 for row in given)
    if wide < 2 or wide * 2 < len(rows) or not cells:
        return None
    if sum(map(len, cells)) > _TABLE_CELL_CHARACTERS * len(cells):
        return None
    return rows


def _row_cells(row: etree._Element, below: dict[int, int]) -> list[str]:
    """The cells of a row, one string a column; a merged cell stands in its first row and column.

    `below` holds for how many rows more a column is taken by a cell from above; the call counts down.
    """
    cells: list[str] = []
    for cell in row.iterchildren("td", "th"):
        _add_taken(cells, below)
        column = len(cells)
        width = min(max(1, _whole(cell.get("colspan"), 1)), _MOST_COLUMNS)
        cells += [_as_shown(" ".join(_shown_text(cell))), *[""] * (width - 1)]
        height = _whole(cell.get("rowspan"), 1)
        if height > 1:
            below.update(dict.fromkeys(range(column, column + width), height - 1))
    _add_taken(cells, below)
    return cells


def _add_taken(cells: list[str], below: dict[int, int]) -> None:
    while below.get(len(cells), 0) > 0:
        below[len(cells)] -= 1
        cells.append("")


def _shown_text(element: etree._Element) -> Iterator[str]:
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, inner in walk:
        if event == "start" and (inner.tag in tags("unseen") or _is_hidden(inner)):
            walk.skip_subtree()
        elif event == "start":
            yield inner.text or ""
        elif inner is not element:
            yield inner.tail or ""


def _table_line(table: etree._Element, rows: list[list[str]], cutter: _Cutter) -> HtmlLine:
    linked = sum(
        len("".join(str(text).split())) for link in table.iter("a") for text in link.itertext()
    )
    outer = cutter.settings[-1].element if cutter.settings else table
    return HtmlLine(table_text(rows), outer, linked, kind="table")
