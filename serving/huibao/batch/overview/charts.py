"""Charts as plain markup: bars, a band, columns by month, a matrix, each with the table behind it.

Words stand beside a drawing as text, never in it: they keep their size on a small screen and on paper.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

Cell = str | int | Decimal

NOTHING = '<p class="empty">没有可显示的内容。</p>'

_HEIGHT, _TALL = 10, 24  # of a bar in its own units, of the longest column in pixels
_LONG = 12  # characters of a cell that needs room
_ZERO = '<span class="unseen">0</span>'
_STEPS = (1, 3, 6, 10)  # from so many blocks on a cell of the matrix is a shade darker


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a bar: how long, and of which kind (a class of the style sheet)."""

    size: float
    kind: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a bar chart; `level` 1 stands under the row of level 0 before it."""

    name: str
    parts: tuple[Part, ...]
    words: str
    level: int = 0
    role: str | None = None


def clean(text: str) -> str:
    """Any text as it may stand in markup; what no page can show becomes a replacement sign."""
    shown = "".join(
        sign if sign.isprintable() or sign == " " else "\ufffd" for sign in " ".join(text.split())
    )
    return escape(shown.encode("utf-8", "replace").decode())


def figure(title: str, note: str, *body: str, level: int = 3) -> str:
    """A chart with its title and the sentence that says what is counted."""
    words_below = f'<p class="note">{clean(note)}</p>' if note else ""
    return (
        f'<figure class="chart"><figcaption><h{level}>{clean(title)}</h{level}>{words_below}</figcaption>'
        f"{''.join(body)}</figure>"
    )


def bars(rows: Sequence[Row], *, most: float | None = None) -> str:
    """Rows of a name, a bar and words; the longest bar is `most`, else the longest of the rows."""
    whole = most or max((sum(part.size for part in row.parts) for row in rows), default=0) or 1
    lines = []
    for row in rows:
        role = f' data-role="{row.role}"' if row.role else ""
        lines.append(
            f'<li class="row l{row.level}"{role}><span class="name">{clean(row.name)}</span>'
            f'{_bar(row.parts, whole)}<span class="words">{clean(row.words)}</span></li>'
        )
    return f'<ul class="bars">{"".join(lines)}</ul>'


def band(parts: Sequence[tuple[str, int]]) -> str:
    """All of something as one band of roles; the rows below say the same in words."""
    whole, place, drawn = sum(size for _, size in parts) or 1, 0.0, []
    for role, size in parts:
        width = 100 * size / whole
        drawn.append(
            f'<rect data-role="{role}" class="of-role" x="{place:.3f}" y="0" '
            f'width="{max(width - 0.15, 0.05):.3f}" height="{_HEIGHT}"/>'
        )
        place += width
    return _svg("band", f"0 0 100 {_HEIGHT}", "".join(drawn))


def subtitle(text: str) -> str:
    """What the bars that follow are about, where a chart has several lots of them."""
    return f'<p class="lot">{clean(text)}</p>'


def key(kinds: Iterable[tuple[str, str]]) -> str:
    """What the kinds of bars mean."""
    samples = "".join(
        f"<li>{_svg('sample', '0 0 14 10', _rect(0, 14, kind))}{clean(name)}</li>"
        for kind, name in kinds
    )
    return f'<ul class="key">{samples}</ul>'


def month_columns(counts: Sequence[tuple[str, Sequence[int], int]]) -> str:
    """Columns for the twelve months, a line a year; what has no month stands at the end.

    Args:
        counts: Of each year its name, twelve numbers, and the number without a month.
    """
    most = max((max(months) for _, months, _ in counts), default=0) or 1
    head = "".join(
        f'<th scope="col">{month}<span class="wide">月</span></th>' for month in range(1, 13)
    )
    lines = []
    for year, months, rest in counts:
        cells = "".join(_column(number, most) for number in months)
        cells += f"<td>{rest or _ZERO}</td>"
        lines.append(f'<tr><th scope="row">{clean(year)}</th>{cells}</tr>')
    return (
        f'<table class="months"><thead><tr><th scope="col"><span class="unseen">年</span></th>{head}'
        f'<th scope="col"><span class="wide">月份</span>不明</th></tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table>"
    )


def matrix(
    title: str,
    heads: Sequence[tuple[str, str]],
    rows: Iterable[tuple[str, str, Sequence[tuple[int, int] | None]]],
) -> str:
    """Reports by indicators, each cell its number of blocks, darker where there are more.

    Args:
        title: Of the table.
        heads: Of each column its sign and its name.
        rows: Of each report its title, its file and the blocks (done, ahead) for each column; None
            where nothing is known.
    """
    head = "".join(
        f'<th scope="col" title="{clean(name)}">{clean(sign)}<span class="unseen"> {clean(name)}</span></th>'
        for sign, name in heads
    )
    lines = []
    for name, source, cells in rows:
        told = (
            f'<span class="title">{clean(name)}</span><span class="source">{clean(source)}</span>'
        )
        lines.append(f'<tr><th scope="row">{told}</th>{"".join(map(_shade, cells))}</tr>')
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{clean(title)}">'
        f'<table class="matrix"><caption class="unseen">{clean(title)}</caption>'
        f'<thead><tr><th scope="col">报告</th>{head}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A plain table; numbers stand to the right."""
    listed = list(rows)
    kinds = list(map(_is_number, listed[0])) if listed else [False] * len(head)
    names = "".join(
        f'<th scope="col"{" class=n" if number else ""}>{clean(name)}</th>'
        for name, number in zip(head, kinds, strict=True)
    )
    lines = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in listed)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{clean(title)}">'
        f'<table class="plain"><caption class="unseen">{clean(title)}</caption>'
        f"<thead><tr>{names}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def behind(title: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The table behind a chart, folded away."""
    return f"<details><summary>数据表</summary>{table(f'{title}：数据表', head, rows)}</details>"


def _is_number(cell: Cell) -> bool:
    return not isinstance(cell, str) or cell.endswith("%")


def _cell(cell: Cell) -> str:
    if _is_number(cell):
        return f'<td class="n">{clean(cell) if isinstance(cell, str) else _digits(cell)}</td>'
    text = str(cell)
    return f"<td{' class=long' if len(text) > _LONG else ''}>{clean(text)}</td>"


def _digits(number: int | Decimal) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number.normalize():,f}"


def _shade(cell: tuple[int, int] | None) -> str:
    if cell is None:
        return '<td class="unknown">未检查</td>'
    done, ahead = cell
    if done:
        return f'<td class="s{sum(done >= step for step in _STEPS)}">{done}</td>'
    return f'<td class="only">拟{ahead}</td>' if ahead else '<td class="none">无</td>'


def _bar(parts: Iterable[Part], whole: float) -> str:
    place, drawn = 0.0, []
    for part in parts:
        width = 100 * part.size / whole
        if width > 0:
            drawn.append(_rect(place, max(width, 0.6), part.kind))
            place += width
    return _svg("bar", f"0 0 100 {_HEIGHT}", "".join(drawn))


def _rect(place: float, width: float, kind: str) -> str:
    return f'<rect class="{kind}" x="{place:.2f}" y="0" width="{width:.2f}" height="{_HEIGHT}"/>'


def _column(number: int, most: int) -> str:
    if not number:
        return f"<td>{_ZERO}</td>"
    high = max(round(_TALL * number / most), 1)
    drawn = '<rect class="past" x="0" y="0" width="10" height="10"/>'
    return f"<td>{number}{_svg('column', '0 0 10 10', drawn, height=high)}</td>"


def _svg(name: str, box: str, drawn: str, *, height: int | None = None) -> str:
    """A drawing that fills the place its class gives it; `height` is in pixels."""
    size = f' height="{height}"' if height else ""
    return (
        f'<svg class="{name}"{size} viewBox="{box}" preserveAspectRatio="none" aria-hidden="true" '
        f'focusable="false">{drawn}</svg>'
    )
