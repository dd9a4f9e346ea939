"""An annotated page as text for people: the outline with its labels, values under each block."""

import unicodedata
from collections.abc import Iterator

from huibao.annotation import BlockAnnotation, Entity, PageAnnotation, Tag
from huibao.labels import LabelSet, LabelSets
from huibao.report import Block

_COLOURS = {"role": "36", "category": "32", "entity": "33", "dim": "2", "title": "1", "warn": "31"}
_EXCERPT = 46  # half-width columns of a block's text


class TableView:
    """Renders pages for a terminal; `colour` off gives plain text."""

    def __init__(self, labels: LabelSets, *, colour: bool, with_persons: bool = False) -> None:
        self.labels, self.colour, self.with_persons = labels, colour, with_persons

    def rendered(self, page: PageAnnotation) -> str:
        """The whole page, a line or two a block."""
        lines = [self._painted(page.page.name, "title") + f"  {page.page.encoding or ''}"]
        for warning in (*page.page.warnings, *page.source.warnings):
            lines.append(self._painted(f"  ! {warning}", "warn"))
        for annotation in page.annotations:
            title = annotation.report.title or "（无标题）"
            genre = (
                self._name(self.labels.genres, annotation.genre) if annotation.genre else "文种不明"
            )
            lines += ["", self._painted(f"{title}  〔{genre}〕", "title")]
            for block, said in zip(annotation.report.blocks, annotation.blocks, strict=True):
                lines.extend(self._block_lines(block, said))
        if page.source.furniture:
            count = sum(len(part.span) for part in page.source.furniture)
            lines += [
                "",
                self._painted(
                    f"网页杂项 {len(page.source.furniture)} 处 {count} 字，未标注", "dim"
                ),
            ]
        return "\n".join(lines)

    def _block_lines(self, block: Block, said: BlockAnnotation) -> Iterator[str]:
        indent = "  " * max(0, block.level - (block.kind == "heading"))
        text = _fitted(block.text.replace("\n", " / "), _EXCERPT - len(indent))
        role = self._painted(self._role(said.role), "role")
        categories = " ".join(
            self._name(self.labels.categories, tag.label) for tag in said.categories
        )
        arenas = " ".join("@" + self._name(self.labels.arenas, tag.label) for tag in said.arenas)
        labels = " ".join(part for part in (self._painted(categories, "category"), arenas) if part)
        copy = (
            self._painted(f"  = 第{said_index(block)}块的重复", "dim")
            if block.duplicate_of is not None
            else ""
        )
        yield f"{indent}{text}  {role}  {labels}{copy}".rstrip()
        shown = [one for one in said.entities if self.with_persons or one.type != "PERSON"]
        if shown:
            entities = "  ".join(_entity_text(entity) for entity in shown)
            yield self._painted(f"{indent}    {entities}", "entity")

    def _role(self, tag: Tag) -> str:
        return f"{self._name(self.labels.roles, tag.label)} {tag.score:.0%}"

    def _name(self, labels: LabelSet, label: str) -> str:
        return labels[label].name if label in labels else label

    def _painted(self, text: str, role: str) -> str:
        return f"\x1b[{_COLOURS[role]}m{text}\x1b[0m" if self.colour and text else text


def said_index(block: Block) -> int:
    """The number, from 1, of the block that this one repeats."""
    return (block.duplicate_of or 0) + 1


def value_text(entity: Entity) -> str:
    """The value of an entity in a word: yuan, a date or interval, a number with unit; empty if none."""
    value = entity.value or {}
    if value.get("masked"):
        return "缺"
    if entity.type == "MONEY" and value.get("cny") is not None:
        return f"{value['cny']}元"
    if entity.type == "QUANT" and value.get("value") is not None:
        return f"{value['value']}{value.get('unit') or ''}"
    if entity.type == "DATE" and value.get("from"):
        first, last = str(value["from"]), str(value.get("to") or "")
        return first if first == last or not last else f"{first}…{last}"
    canonical = value.get("canonical")
    return str(canonical) if canonical and canonical != entity.text else ""


def _entity_text(entity: Entity) -> str:
    value = value_text(entity)
    return f"{entity.type}:{entity.text}" + (f"={value}" if value and value != entity.text else "")


def _fitted(text: str, columns: int) -> str:
    """The text cut or filled to a width in half-width columns; a Chinese character takes two."""
    out, width = [], 0
    for sign in text:
        wide = 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if width + wide > columns - 1:
            out.append("…")
            width += 1
            break
        out.append(sign)
        width += wide
    return "".join(out) + " " * max(0, columns - width)
