"""Joins the lines of a PDF or OFD file into paragraphs, by where they begin and end on the page."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from huibao.text.formats.laid_lines import LaidLine
from huibao.text.formats.paragraphs import Paragraph, table_text

# All lengths in characters of the body's size.
_INDENTED = 1.2
_CENTRED = 1.0
_CENTRED_MARGIN = 2.0
# A line may fall short by one or two characters because no line may open with a stop.
_SHORT = 2.0
_VERY_SHORT = 4.0
_OTHER_SIZE = 1.15
_SPACED = 1.6
_FEWEST_LINES = 4
_TABLE_CELL_CHARACTERS = 20
_STOPS = "。；：！？.;:!?"
_CLOSERS = "”’）)》」』\"'"
_LABEL = re.compile(
    r"第[一二三四五六七八九十百0-9]{1,4}[章节条部]|[（(][一二三四五六七八九十0-9]{1,3}[）)]"
    r"|[一二三四五六七八九十]{1,3}[、.．是]|[0-9]{1,2}(?:[、）)]|[.．](?![0-9]))|[①-⑳⑴-⒛]|附件|——"
)
_LATIN_END = re.compile(r"[A-Za-z0-9,.;:]$")


# A page and a column of it.
_Area = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Margins:
    left: float
    right: float


def laid_paragraphs(lines: Sequence[LaidLine]) -> list[Paragraph]:
    """The paragraphs and tables of a document from its body lines, across page breaks."""
    if not lines:
        return []
    margins = _margins(lines)
    em = median(line.size for line in lines)
    spacing = _spacing(lines)
    paragraphs: list[Paragraph] = []
    group: list[LaidLine] = []
    for line, in_table in zip(lines, _table_rows(lines), strict=True):
        if in_table:
            paragraphs.extend(_paragraph(group, margins, em))
            group = []
            _add_row(paragraphs, line)
            continue
        if group and _starts(group, line, margins, em, spacing):
            paragraphs.extend(_paragraph(group, margins, em))
            group = []
        group.append(line)
    paragraphs.extend(_paragraph(group, margins, em))
    return paragraphs


def _margins(lines: Sequence[LaidLine]) -> dict[_Area, _Margins]:
    """The text area of each page or column; odd and even pages differ, short ones follow the others."""
    areas: dict[_Area, list[LaidLine]] = {}
    for line in lines:
        areas.setdefault(line.area, []).append(line)
    own = {
        area: _Margins(min(line.left for line in found), max(line.right for line in found))
        for area, found in areas.items()
    }
    usual = {}
    for side in {(page % 2, column) for page, column in own}:
        alike = _like(side, areas)
        usual[side] = _Margins(
            median(own[area].left for area in alike), median(own[area].right for area in alike)
        )
    return {
        (page, column): _Margins(
            min(usual[page % 2, column].left, area.left),
            max(usual[page % 2, column].right, area.right),
        )
        for (page, column), area in own.items()
    }


def _like(side: tuple[int, int], areas: dict[_Area, list[LaidLine]]) -> list[_Area]:
    """The areas to take margins from: full ones of the same side, else of the other, else any."""
    alike = [area for area in areas if area[1] == side[1]]
    full = [area for area in alike if len(areas[area]) >= _FEWEST_LINES] or alike
    return [area for area in full if area[0] % 2 == side[0]] or full


def _spacing(lines: Sequence[LaidLine]) -> float:
    gaps = [
        first.middle - second.middle
        for first, second in pairwise(lines)
        if first.area == second.area and first.middle > second.middle
    ]
    return median(gaps) if gaps else 0.0


def _starts(
    group: Sequence[LaidLine],
    line: LaidLine,
    margins: dict[_Area, _Margins],
    em: float,
    spacing: float,
) -> bool:
    """Whether a line opens a paragraph, judged by it and the line before."""
    before = group[-1]
    area, area_before = margins[line.area], margins[before.area]
    if not 1 / _OTHER_SIZE < line.size / before.size < _OTHER_SIZE:
        return True
    has_label = bool(_LABEL.match(line.text.lstrip()))
    indent, indent_before = line.left - area.left, before.left - area_before.left
    is_indented = indent > _INDENTED * em
    missing = area_before.right - before.right
    has_ended = before.text.rstrip(_CLOSERS + " ").endswith(tuple(_STOPS))
    if missing <= _SHORT * em and not has_ended:
        # A full line without a stop runs on, also into a hanging indent below its number; only a
        # number or a first line's indent right after flush text speaks for a new paragraph.
        steps_in = indent - indent_before > _INDENTED * em and len(group) > 1
        return is_indented and (has_label or steps_in)
    if _is_centred(line, area, em) or _is_centred(before, area_before, em):
        return True
    if before.area == line.area and before.middle - line.middle > _SPACED * spacing and has_ended:
        return True
    if missing > _SHORT * em:
        return has_ended or has_label or is_indented or missing > _VERY_SHORT * em
    return has_label or is_indented


def _is_centred(line: LaidLine, area: _Margins, em: float) -> bool:
    before, after = line.left - area.left, area.right - line.right
    return min(before, after) > _CENTRED_MARGIN * em and abs(before - after) < 2 * _CENTRED * em


def _paragraph(
    group: Sequence[LaidLine], margins: dict[_Area, _Margins], em: float
) -> Iterator[Paragraph]:
    if not group:
        return
    text = group[0].text
    for line in group[1:]:
        text = _continued(text, line.text)
    first = group[0]
    area = margins[first.area]
    yield Paragraph(
        text=text,
        centred=_is_centred(first, area, em),
        indent=round(max(0.0, first.left - area.left) / em, 1),
    )


def _continued(text: str, further: str) -> str:
    """Two lines as one; only words of letters have a space between them."""
    if text.endswith("\u00ad"):
        return text[:-1] + further
    gap = " " if _LATIN_END.search(text) and further[:1].isascii() and further[:1].isalpha() else ""
    return text + gap + further


def _table_rows(lines: Sequence[LaidLine]) -> list[bool]:
    """Which lines are rows of a table: two or more in a row that wide gaps cut into short cells."""
    like = [_is_like_row(line) for line in lines]
    return [
        here and ((place > 0 and like[place - 1]) or (place + 1 < len(like) and like[place + 1]))
        for place, here in enumerate(like)
    ]


def _is_like_row(line: LaidLine) -> bool:
    if len(line.cells) < 2 or _LABEL.fullmatch(line.cells[0]):
        return False
    return sum(map(len, line.cells)) <= _TABLE_CELL_CHARACTERS * len(line.cells)


def _add_row(paragraphs: list[Paragraph], line: LaidLine) -> None:
    row = table_text([line.cells])
    if paragraphs and paragraphs[-1].kind == "table":
        paragraphs[-1] = Paragraph(f"{paragraphs[-1].text}\n{row}", "table")
    else:
        paragraphs.append(Paragraph(row, "table"))
