"""An annotated page as an Excel file: an overview, the blocks, the entities, the evidence by dimension."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from huibao.annotation import Annotation, BlockAnnotation, Entity, PageAnnotation, Tag
from huibao.labels import LabelSet, LabelSets
from huibao.report import Block
from huibao.spreadsheet import Cell, Column, Sheet, cell_pieces, spreadsheet_bytes
from huibao.value_cells import YES, value_cells
from huibao.value_words import value_words
from huibao.view_words import (
    FACTS,
    KINDS,
    SIGNED,
    UNSURE,
    furniture_words,
    label_name,
    shown_entities,
    warnings_of,
)

Row = Mapping[str, Cell]

_AROUND = 24  # characters of the block's text on either side of an entity
_PLACE = (Column("report_number", "篇", 6, "number"), Column("block_number", "块", 6, "number"))
_SPAN = (Column("start", "原文起", 8, "number"), Column("end", "原文止", 8, "number"))
_OVERVIEW = (
    Column("report_number", "篇", 6, "number"),
    Column("item_name", "项目", 34),
    Column("content", "内容", 80, "wrapped"),
    Column("item", "项目编号", 26),
)
_BLOCKS = (
    *_PLACE,
    Column("kind_name", "类型", 8),
    Column("level", "层级", 6, "number"),
    Column("heading_path", "所在标题", 28, "wrapped"),
    Column("text", "文字", 70, "wrapped"),
    Column("role_name", "段落作用", 16),
    Column("role_score", "把握", 7, "share"),
    Column("unsure", "待核", 6),
    Column("alternatives", "其他可能", 24, "wrapped"),
    Column("category_names", "活动类别", 28, "wrapped"),
    Column("arena_names", "场域", 16, "wrapped"),
    Column("entity_count", "实体数", 8, "number"),
    Column("duplicate_of", "与第几块重复", 13, "number"),
    Column("kind", "类型编号", 11),
    Column("role", "作用编号", 16),
    Column("categories", "类别编号", 28, "wrapped"),
    Column("arenas", "场域编号", 16, "wrapped"),
    *_SPAN,
)
_ENTITIES = (
    *_PLACE,
    Column("type_name", "实体类型", 12),
    Column("text", "原文写法", 34, "wrapped"),
    Column("value", "值", 26, "wrapped"),
    Column("number", "数值", 16, "amount"),
    Column("upper", "数值上限", 14, "amount"),
    Column("unit", "单位", 9),
    Column("approx", "约数", 6),
    Column("from", "起", 12, "date"),
    Column("to", "止", 12, "date"),
    Column("canonical", "规范名称", 30, "wrapped"),
    Column("masked", "掩码", 6),
    Column("status_name", "状态", 9),
    Column("part_of", "其中（总数）", 14),
    Column("context", "上下文", 60, "wrapped"),
    Column("role_name", "段落作用", 16),
    Column("score", "把握", 7, "share"),
    Column("type", "类型编号", 11),
    Column("status", "状态编号", 11),
    *_SPAN,
)
_EVIDENCE = (
    Column("dimension_code", "维度", 6),
    Column("dimension_name", "官方维度", 34, "wrapped"),
    Column("category_code", "类别", 6),
    Column("category_name", "活动类别", 24, "wrapped"),
    Column("evidence", "佐证", 6),
    *_PLACE,
    Column("kind_name", "类型", 8),
    Column("role_name", "段落作用", 16),
    Column("text", "文字", 70, "wrapped"),
    Column("score", "把握", 7, "share"),
    Column("dimension", "维度编号", 22),
    Column("category", "类别编号", 22),
    Column("role", "作用编号", 16),
)


def workbook_bytes(page: PageAnnotation, labels: LabelSets, *, with_persons: bool = False) -> bytes:
    """The .xlsx file of a page: sheets 概况, 段落, 实体 and 佐证.

    Above each column stand its Chinese name and, in the second row, its stable id. Reports and blocks
    are counted from 1, as in the other views; `start` and `end` count code points of the source text
    from 0, as in the public JSON. A masked value stays empty and has 是 under 掩码.

    Raises:
        FileError: `too_large`, when a sheet has more rows than Excel can read.
    """
    return spreadsheet_bytes(
        page.page.name,
        (
            Sheet("概况", _OVERVIEW, _overview(page, labels, with_persons), fixed=2),
            Sheet("段落", _BLOCKS, _blocks(page, labels, with_persons), fixed=2),
            Sheet("实体", _ENTITIES, _entities(page, labels, with_persons), fixed=2),
            Sheet("佐证", _EVIDENCE, _evidence(page, labels), fixed=4),
        ),
    )


def _overview(page: PageAnnotation, labels: LabelSets, with_persons: bool) -> Iterator[Row]:
    file, by = page.page, page.annotator
    facts: tuple[tuple[str, str, Cell], ...] = (
        ("file_name", "文件", file.name),
        ("media_type", "文件类型", file.media_type),
        ("encoding", "编码", file.encoding),
        ("sha256", "文件校验值", file.sha256),
        ("annotator", "标注者", f"{by.name} {by.version}"),
        ("annotator_kind", "标注方式", SIGNED[by.kind]),
        ("labels", "标签体系", by.labels),
        ("furniture", "网页杂项", furniture_words(page) or "无"),
        *(("warning", "注意", warning) for warning in warnings_of(page)),
    )
    for item, name, content in facts:
        yield {"item": item, "item_name": name, "content": content}
    for one in page.annotations:
        number = one.report.index + 1
        for item, name, content in _report_facts(one, labels, with_persons):
            yield {"report_number": number, "item": item, "item_name": name, "content": content}


def _report_facts(
    annotation: Annotation, labels: LabelSets, with_persons: bool
) -> Iterator[tuple[str, str, Cell]]:
    """What a report is, how many entities of each type it has, and blocks for each dimension."""
    report, genre = annotation.report, annotation.genre
    yield "title", "标题", report.title or "（无标题）"
    yield "genre", "文种", label_name(labels.genres, genre) if genre else "不明"
    for key, name in FACTS:
        yield key, name, annotation.fields.get(key)
    if annotation.fields.get("year_conflict"):
        yield "year_conflict", "年度有矛盾", YES
    yield "block_count", "块数", len(report.blocks)
    found = Counter(
        entity.type
        for said in annotation.blocks
        for entity in shown_entities(said, with_persons=with_persons)
    )
    for kind in labels.entities:
        if found[kind.id]:
            yield f"entities.{kind.id}", f"实体：{kind.name}", found[kind.id]
    for group in labels.categories.groups:
        inside = {label.id for label in labels.categories if label.parent == group.id}
        blocks = sum(
            any(tag.label in inside for tag in said.categories) for said in annotation.blocks
        )
        yield f"evidence.{group.id}", f"佐证块数：{group.code} {group.name}", blocks


def _blocks(page: PageAnnotation, labels: LabelSets, with_persons: bool) -> Iterator[Row]:
    for annotation, block, said in _labelled(page):
        place = _place(annotation, block)
        first, *rest = cell_pieces(block.text)
        path = annotation.report.heading_path(block)
        also = [Tag(said.also)] if said.also else []
        yield {
            **place,
            "kind_name": KINDS[block.kind],
            "kind": block.kind,
            "level": block.level,
            "heading_path": " / ".join(heading.text for heading in path),
            "text": first,
            "role_name": _names(labels.roles, [said.role, *also]),
            "role": _ids([said.role, *also]),
            "role_score": said.role.score,
            "unsure": YES if said.role.score < UNSURE else None,
            "alternatives": _names(labels.roles, said.alternatives, scores=True),
            "category_names": _names(labels.categories, said.categories, scores=True),
            "categories": _ids(said.categories),
            "arena_names": _names(labels.arenas, said.arenas),
            "arenas": _ids(said.arenas),
            "entity_count": sum(1 for _ in shown_entities(said, with_persons=with_persons)),
            "duplicate_of": None if block.duplicate_of is None else block.duplicate_of + 1,
            "start": block.span.start,
            "end": block.span.end,
        }
        for piece in rest:  # longer than a cell: the text goes on in rows of its own
            yield {**place, "kind_name": "续", "kind": "continued", "text": piece}


def _entities(page: PageAnnotation, labels: LabelSets, with_persons: bool) -> Iterator[Row]:
    for annotation, block, said in _labelled(page):
        for entity in shown_entities(said, with_persons=with_persons):
            yield {
                **_place(annotation, block),
                "type_name": label_name(labels.entities, entity.type),
                "type": entity.type,
                "text": entity.text,
                **_value(entity),
                "context": _context(block, entity),
                "role_name": label_name(labels.roles, said.role.label),
                "score": entity.score,
                "start": entity.span.start,
                "end": entity.span.end,
            }


def _value(entity: Entity) -> dict[str, Cell]:
    """The cells of an entity's value; of a masked one only what is known for certain."""
    cells = value_cells(entity.type, entity.value)
    if cells.pop("masked"):
        return cells | {"masked": YES}
    return cells | {"value": value_words(entity), "approx": cells.pop("approx_name", None)}


def _evidence(page: PageAnnotation, labels: LabelSets) -> Iterator[Row]:
    """Each category under its dimension with the blocks that speak of it, or 无."""
    found: dict[str, list[Row]] = {label: [] for label in labels.categories.ids}
    for annotation, block, said in _labelled(page):
        for tag in said.categories:
            row: Row = {
                **_place(annotation, block),
                "evidence": "有",
                "kind_name": KINDS[block.kind],
                "role_name": label_name(labels.roles, said.role.label),
                "role": said.role.label,
                "text": block.text,
                "score": tag.score,
            }
            found.setdefault(tag.label, []).append(row)
    for category, rows in found.items():
        head = _category(labels.categories, category)
        for row in rows or [{"evidence": "无"}]:
            yield {**head, **row}


def _category(labels: LabelSet, category: str) -> dict[str, Cell]:
    cells: dict[str, Cell] = {"category": category, "category_name": label_name(labels, category)}
    if category not in labels:  # annotated with other label sets
        return cells
    cells["category_code"] = labels[category].code
    if group := labels.group_of(category):
        cells |= {
            "dimension": group.id,
            "dimension_code": group.code,
            "dimension_name": group.name,
        }
    return cells


def _labelled(page: PageAnnotation) -> Iterator[tuple[Annotation, Block, BlockAnnotation]]:
    return chain.from_iterable(
        ((one, block, said) for block, said in zip(one.report.blocks, one.blocks, strict=True))
        for one in page.annotations
    )


def _place(annotation: Annotation, block: Block) -> dict[str, Cell]:
    return {"report_number": annotation.report.index + 1, "block_number": block.index + 1}


def _names(labels: LabelSet, tags: Iterable[Tag], *, scores: bool = False) -> str:
    return "、".join(
        label_name(labels, tag.label) + (f" {tag.score:.0%}" if scores else "") for tag in tags
    )


def _ids(tags: Iterable[Tag]) -> str:
    return ";".join(tag.label for tag in tags)


def _context(block: Block, entity: Entity) -> str:
    """The text around an entity, in the block's canonical form."""
    span = block.canonical_span(entity.span)
    if span is None:
        return ""
    start, end = max(0, span.start - _AROUND), span.end + _AROUND
    before, after = "…" if start else "", "…" if end < len(block.text) else ""
    return f"{before}{block.text[start:end]}{after}"
