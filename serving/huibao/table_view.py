"""An annotated page as text for people: the outline with its labels, values under each block."""

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from huibao.annotation import Annotation, BlockAnnotation, PageAnnotation, Tag
from huibao.labels import LabelSets
from huibao.report import Block
from huibao.value_words import value_words
from huibao.view_words import FACTS, UNSURE, furniture_words, label_name, warnings_of

_COLOURS = {"role": "36", "label": "32", "value": "33", "dim": "2", "title": "1", "warn": "31"}
_TEXT_LINES = 2  # lines of a block's text that are shown
_NUMBER, _ROLE, _GAP = 4, 22, 2  # widths in half-width columns; a Chinese character takes two


class TableView:
    """Renders pages for a terminal; `colour` off gives plain text, `width` is in columns."""

    def __init__(
        self, labels: LabelSets, *, colour: bool, with_persons: bool = False, width: int = 120
    ) -> None:
        self.labels, self.colour, self.with_persons = labels, colour, with_persons
        room = max(80, width) - _NUMBER - _ROLE - 2 * _GAP
        self._text = room * 3 // 5
        self._label = room - self._text
        self._width = max(80, width)

    def rendered(self, page: PageAnnotation) -> str:
        """The whole page, a few lines a block."""
        lines = [self._painted(page.page.name, "title") + f"  {page.page.encoding or ''}".rstrip()]
        for warning in warnings_of(page):
            lines.append(self._painted(f"! {warning}", "warn"))
        for annotation in page.annotations:
            lines += ["", *self._head(annotation), self._painted("─" * self._width, "dim")]
            for block, said in zip(annotation.report.blocks, annotation.blocks, strict=True):
                lines.extend(self._block_lines(block, said))
        if rest := furniture_words(page):
            lines += ["", self._painted(rest, "dim")]
        return "\n".join(lines)

    def _head(self, annotation: Annotation) -> Iterator[str]:
        yield self._painted(annotation.report.title or "（无标题）", "title")
        genre = annotation.genre
        facts = [f"文种 {label_name(self.labels.genres, genre)}" if genre else "文种不明"]
        facts += [
            f"{name} {annotation.fields[key]}" for key, name in FACTS if annotation.fields.get(key)
        ]
        yield self._painted("  ".join([*facts, f"共 {len(annotation.blocks)} 块"]), "dim")

    def _block_lines(self, block: Block, said: BlockAnnotation) -> Iterator[str]:
        indent = "  " * max(0, block.level - (block.kind == "heading"))
        number = str(block.index + 1)
        text = block.text.replace("\n", " / ")
        for cells in zip_longest(
            [f"{number:>{_NUMBER - 1}}"],
            [indent + part for part in _excerpt(text, self._text - len(indent))],
            [self._role(said.role)],
            self._labels(block, said),
            fillvalue="",
        ):
            yield self._row(cells, low=said.role.score < UNSURE, heading=block.kind == "heading")
        margin = " " * _NUMBER + indent + "  "
        for line in _filled(self._values(said), self._width - len(margin)):
            yield margin + self._painted(line, "value")

    def _row(self, cells: Sequence[str], *, low: bool, heading: bool) -> str:
        number, text, role, label = cells
        shown = (
            self._painted(_padded(number, _NUMBER), "dim"),
            self._painted(_padded(text, self._text + _GAP), "title" if heading else ""),
            self._painted(_padded(role, _ROLE + _GAP), "warn" if low else "role"),
            self._painted(label, "label"),
        )
        return "".join(shown).rstrip()

    def _labels(self, block: Block, said: BlockAnnotation) -> list[str]:
        """One line a label: categories, then arenas with @, then the block that this one repeats."""
        names = [label_name(self.labels.categories, tag.label) for tag in said.categories]
        names += ["@" + label_name(self.labels.arenas, tag.label) for tag in said.arenas]
        if block.duplicate_of is not None:
            names.append(f"= 与第 {block.duplicate_of + 1} 块重复")
        return [_cut(name, self._label) for name in names]

    def _values(self, said: BlockAnnotation) -> Iterator[str]:
        """Type by type, in the order of the label set, what was found and what it is worth."""
        for kind in self.labels.entities:
            if kind.id == "PERSON" and not self.with_persons:
                continue
            words = [
                f"{entity.text} ({value})" if (value := value_words(entity)) else entity.text
                for entity in said.entities
                if entity.type == kind.id
            ]
            if words:
                yield f"{kind.name}: " + ", ".join(dict.fromkeys(words))

    def _role(self, tag: Tag) -> str:
        unsure = " ?" if tag.score < UNSURE else ""
        return f"{label_name(self.labels.roles, tag.label)} {tag.score:.0%}{unsure}"

    def _painted(self, text: str, role: str) -> str:
        if not (self.colour and role and text.strip()):
            return text
        return f"\x1b[{_COLOURS[role]}m{text}\x1b[0m"


def _columns(text: str) -> int:
    return sum(map(_sign_columns, text))


def _sign_columns(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def _padded(text: str, columns: int) -> str:
    return text + " " * max(0, columns - _columns(text))


def _cut(text: str, columns: int) -> str:
    """The text, cut with … where it is wider than `columns`."""
    if _columns(text) <= columns:
        return text
    width, end = 1, 0
    while width + _sign_columns(text[end]) <= columns:
        width += _sign_columns(text[end])
        end += 1
    return text[:end] + "…"


def _excerpt(text: str, columns: int) -> list[str]:
    """The first lines of a text, the last one cut."""
    lines = []
    for _ in range(_TEXT_LINES - 1):
        end, width = 0, 0
        while end < len(text) and width + _sign_columns(text[end]) <= columns:
            width += _sign_columns(text[end])
            end += 1
        lines.append(text[:end])
        text = text[end:]
    return [*lines, _cut(text, columns)] if text else lines


def _filled(parts: Iterator[str], columns: int) -> Iterator[str]:
    """The parts joined by wide gaps into lines of at most `columns`; a longer part is broken."""
    line = ""
    for part in parts:
        joined = f"{line}   {part}" if line else part
        if _columns(joined) <= columns:
            line = joined
            continue
        if line:
            yield line
        line = ""
        for word in part.split(" "):
            longer = f"{line} {word}" if line else word
            if line and _columns(longer) > columns:
                yield line
                longer = "  " + word
            line = longer
    if line:
        yield line
