"""A block's text as HTML: entities highlighted in place with their values, tables as tables."""

from collections.abc import Iterator
from html import escape

from huibao.annotation import BlockAnnotation, Entity
from huibao.labels import LabelSet
from huibao.report import Block, Span
from huibao.value_words import value_words


class MarkedText:
    """Writes the text of the blocks of one page, whose unchanged text is `source`."""

    def __init__(self, source: str, entities: LabelSet, *, with_persons: bool) -> None:
        self.source, self.entities, self.with_persons = source, entities, with_persons

    def html(self, block: Block, said: BlockAnnotation) -> str:
        """The canonical text of a block with its entities marked."""
        if block.kind != "table":
            return self._stretch(block, said, Span(0, len(block.text)))
        rows = (
            "".join(f"<td>{self._stretch(block, said, cell)}</td>" for cell in row)
            for row in table_cells(block, self.source)
        )
        return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"

    def _stretch(self, block: Block, said: BlockAnnotation, part: Span) -> str:
        out, place = [], part.start
        for entity in said.entities:
            span = block.canonical_span(entity.span)
            if span is None or (entity.type == "PERSON" and not self.with_persons):
                continue
            if not place <= span.start < span.end <= part.end:
                continue
            out.append(escape(block.text[place : span.start]))
            out.append(self._mark(entity, block.text[span.start : span.end]))
            place = span.end
        out.append(escape(block.text[place : part.end]))
        return "".join(out)

    def _mark(self, entity: Entity, text: str) -> str:
        words = value_words(entity)
        shown = f"<small>{escape(words)}</small>" if words and entity.type != "ORG" else ""
        name = entity.type
        if name in self.entities:
            name = self.entities[name].name
        tip = f"{name} {entity.score:.0%} {words}".strip()
        return f'<mark class="{escape(entity.type)}" title="{escape(tip)}">{escape(text)}{shown}</mark>'


def table_cells(block: Block, source: str) -> Iterator[list[Span]]:
    """The cells of a table block, row by row, as stretches of its canonical text.

    A row is a line; between two cells stands a bar, or in the source a tab, which canonical text does
    not keep.
    """
    row: list[Span] = []
    start = 0
    for place, sign in enumerate(block.text):
        before = block.origin[place - 1] if place else block.origin[0]
        if sign == "\n":
            yield [*row, _trimmed(block.text, start, place)]
            row, start = [], place + 1
        elif place > start and (sign == "|" or "\t" in source[before : block.origin[place]]):
            row.append(_trimmed(block.text, start, place))
            start = place
    yield [*row, _trimmed(block.text, start, len(block.text))]


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[end - 1] in " |":
        end -= 1
    while start < end and text[start] in " |":
        start += 1
    return Span(start, end)
