"""A page of the written corpus in the one shape of annotations, as its author marked it."""

import hashlib
from typing import Any, cast

from huibao.annotation import (
    Annotation,
    Annotator,
    BlockAnnotation,
    Entity,
    PageAnnotation,
    Tag,
)
from huibao.marked import MarkedBlock, MarkedPage
from huibao.report import Block, BlockKind, Furniture, Line, Page, PageReports, Report, Span
from huibao.text.canonical import canonical, canonical_characters

AUTHOR = Annotator("person", "written corpus", "1", "")
_KINDS: dict[str, BlockKind] = {
    "title": "title", "p": "paragraph", "i": "item", "ii": "item", "sig": "signature", "table": "table"
}  # fmt: skip


def annotated(marked: MarkedPage) -> PageAnnotation:
    """A marked page in the one shape of annotations, levels and parents worked out."""
    characters = canonical_characters(marked.text)
    groups: list[list[MarkedBlock]] = [[]]
    genres = [marked.header.get("genre")]
    for block in marked.blocks:
        if block.kind == "report" and groups[-1]:
            groups.append([])
            genres.append(block.role)
        elif block.kind not in ("furniture", "report"):
            groups[-1].append(block)
    annotations = tuple(
        _annotation(index, group, characters, genre)
        for index, (group, genre) in enumerate(zip(groups, genres, strict=True))
        if group
    )
    furniture = tuple(
        Furniture(Span(block.start, block.end), "marked")
        for block in marked.blocks
        if block.kind == "furniture"
    )
    source = PageReports(_page(marked), tuple(one.report for one in annotations), furniture)
    return PageAnnotation(source, annotations, AUTHOR)


def _page(marked: MarkedPage) -> Page:
    digest = hashlib.sha256(marked.text.encode()).hexdigest()
    lines, place = [], 0
    for line in marked.text.split("\n"):
        if line.strip():
            lines.append(Line(Span(place, place + len(line))))
        place += len(line) + 1
    return Page(
        f"{marked.name.removesuffix('.txt')}.txt",
        digest,
        "text/plain",
        "utf-8",
        marked.text,
        tuple(lines),
    )


def _annotation(
    index: int, group: list[MarkedBlock], characters: str, genre: str | None
) -> Annotation:
    blocks: list[Block] = []
    headings: list[tuple[int, int]] = []  # (level, index) of the open headings
    item: tuple[int, int] | None = None
    for marked in group:
        kind = _KINDS.get(marked.kind, "heading")
        if kind == "heading":
            level = int(marked.kind[1])
            headings = [one for one in headings if one[0] < level]
        else:
            depth = {"i": 1, "ii": 2}.get(marked.kind, 0)
            level = (
                0
                if kind in ("title", "signature")
                else depth + (headings[-1][0] if headings else 0)
            )
        parent = headings[-1][1] if headings and kind not in ("title", "signature") else None
        if marked.kind == "ii" and item is not None:
            parent = item[1]
        text, origin = canonical(characters, marked.start, marked.end, keep_breaks=kind == "table")
        place = len(blocks)
        span = Span(marked.start, marked.end)
        blocks.append(Block(place, kind, level, parent, span, text, origin))
        if kind == "heading":
            headings.append((level, place))
        item = (level, place) if marked.kind == "i" else item if marked.kind == "ii" else None
    titles = "".join(block.text for block in blocks if block.kind == "title")
    span = Span(blocks[0].span.start, blocks[-1].span.end)
    report = Report(index, span, titles, tuple(blocks))
    said = tuple(_said(block, marked) for block, marked in zip(blocks, group, strict=True))
    return Annotation(report, said, AUTHOR, genre)


def _said(block: Block, marked: MarkedBlock) -> BlockAnnotation:
    entities = []
    for one in marked.entities:
        span = Span(one.start, one.end)
        inside = cast(Any, block.canonical_span(span))
        entities.append(Entity(one.type, span, block.text[inside.start : inside.end]))
    return BlockAnnotation(
        role=Tag(cast(str, marked.role)),
        categories=tuple(map(Tag, marked.categories)),
        arenas=tuple(map(Tag, marked.arenas)),
        entities=tuple(entities),
        also=marked.also,
    )
