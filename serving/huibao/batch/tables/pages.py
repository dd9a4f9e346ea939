"""The rows of files, reports, blocks and entities."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from huibao.batch.names import reason_names
from huibao.batch.results import FileResult
from huibao.batch.tables.table import (
    BLOCK,
    PLACE,
    SPAN,
    PageJson,
    ReportJson,
    Row,
    Table,
    TableColumn,
    block_place,
    label_cells,
    names,
    place,
    role_cells,
    year_of,
)
from huibao.jsonl import PRIVATE
from huibao.labels import LabelSets
from huibao.value_cells import value_cells
from huibao.view_words import KINDS, label_name

FILE_STATUSES = {"done": "已读", "partial": "部分", "failed": "失败"}
# Who believes what, or belongs to which people, is never told beside a name.
_NEVER_BESIDE_PERSONS = ("ETHNIC", "religion_affairs", "religious_site")

FILES = Table(
    "files",
    "文件",
    (
        TableColumn("source", "文件"),
        TableColumn("status_name", "状态"),
        TableColumn("reason", "原因编号"),
        TableColumn("reason_name", "原因"),
        TableColumn("message", "原因（原文）"),
        TableColumn("reports", "报告数", "whole"),
        TableColumn("blocks", "块数", "whole"),
        TableColumn("characters", "字数", "whole"),
        TableColumn("warnings", "注意事项数", "whole"),
        TableColumn("same_as", "与哪个文件相同"),
        TableColumn("sha256", "文件校验值"),
        TableColumn("status", "状态编号"),
    ),
    dated=False,
)
REPORTS = Table(
    "reports",
    "报告",
    (
        *PLACE,
        TableColumn("title", "标题"),
        TableColumn("genre_name", "文种"),
        TableColumn("year", "年度", "whole"),
        TableColumn("year_conflict", "年度有矛盾", "yes"),
        TableColumn("place", "地点"),
        TableColumn("block_count", "块数", "whole"),
        TableColumn("entity_count", "实体数", "whole"),
        TableColumn("role_names", "段落作用", "list"),
        TableColumn("category_names", "活动类别", "list"),
        TableColumn("genre", "文种编号"),
        TableColumn("roles", "作用编号", "list"),
        TableColumn("categories", "类别编号", "list"),
        *SPAN,
    ),
)
BLOCKS = Table(
    "blocks",
    "段落",
    (
        *BLOCK,
        TableColumn("kind_name", "类型"),
        TableColumn("level", "层级", "whole"),
        TableColumn("heading_path", "所在标题", "list"),
        TableColumn("text", "文字"),
        TableColumn("role_name", "段落作用"),
        TableColumn("role_score", "把握", "number"),
        TableColumn("category_names", "活动类别", "list"),
        TableColumn("arena_names", "场域", "list"),
        TableColumn("entity_count", "实体数", "whole"),
        TableColumn("duplicate_of", "与第几块重复", "whole"),
        TableColumn("kind", "类型编号"),
        TableColumn("role", "作用编号"),
        TableColumn("categories", "类别编号", "list"),
        TableColumn("arenas", "场域编号", "list"),
        *SPAN,
    ),
)
ENTITIES = Table(
    "entities",
    "实体",
    (
        *BLOCK,
        TableColumn("type_name", "实体类型"),
        TableColumn("text", "原文写法"),
        TableColumn("number", "数值", "decimal"),
        TableColumn("upper", "数值上限", "decimal"),
        TableColumn("unit", "单位"),
        TableColumn("approx_name", "约数"),
        TableColumn("from", "起", "day"),
        TableColumn("to", "止", "day"),
        TableColumn("canonical", "规范名称"),
        TableColumn("masked", "掩码", "yes"),
        TableColumn("status_name", "状态"),
        TableColumn("part_of", "其中（总数）"),
        TableColumn("role_name", "段落作用"),
        TableColumn("score", "把握", "number"),
        TableColumn("type", "类型编号"),
        TableColumn("approx", "约数编号"),
        TableColumn("status", "状态编号"),
        TableColumn("role", "作用编号"),
        *SPAN,
    ),
)


def file_row(result: FileResult) -> Row:
    """The row of a file."""
    row: Row = {column.id: getattr(result, column.id, None) for column in FILES.columns}
    return row | file_cells(result)


def file_cells(result: FileResult) -> Row:
    """How the reading of a file has ended, in words."""
    reasons = reason_names()
    reason = None if result.reason is None else reasons.get(result.reason, result.reason)
    return {"status_name": FILE_STATUSES[result.status], "reason_name": reason}


def report_row(labels: LabelSets, page: PageJson, report: ReportJson) -> Row:
    """The row of a report; labels in the order of their set."""
    blocks, fields, genre = report["blocks"], report["fields"], report["genre"]
    roles = _told(labels.roles.ids, (block["role"]["id"] for block in blocks))
    categories = _told(
        labels.categories.ids, (tag["id"] for block in blocks for tag in block["categories"])
    )
    return {
        **place(page, report),
        "title": report["title"],
        "genre": genre,
        "genre_name": label_name(labels.genres, genre) if genre else None,
        "year": year_of(report),
        "year_conflict": bool(fields.get("year_conflict")),
        "place": fields.get("place"),
        "block_count": len(blocks),
        "entity_count": sum(len(block["entities"]) for block in blocks),
        "roles": roles,
        "role_names": names(labels.roles, roles),
        **label_cells("categories", labels.categories, categories),
        "start": report["start"],
        "end": report["end"],
    }


def block_rows(labels: LabelSets, page: PageJson, report: ReportJson) -> Iterator[Row]:
    """One row a block of a report."""
    for block in report["blocks"]:
        original = block["duplicate_of"]
        categories = [tag["id"] for tag in block["categories"]]
        arenas = [tag["id"] for tag in block["arenas"]]
        yield {
            **block_place(page, report, block["index"]),
            "kind": block["kind"],
            "kind_name": KINDS[block["kind"]],
            "level": block["level"],
            "heading_path": _heading_path(report["blocks"], block),
            "text": block["text"],
            **role_cells(labels.roles, report, block["index"]),
            "role_score": block["role"]["score"],
            **label_cells("categories", labels.categories, categories),
            **label_cells("arenas", labels.arenas, arenas),
            "entity_count": len(block["entities"]),
            "duplicate_of": None if original is None else original + 1,
            "start": block["start"],
            "end": block["end"],
        }


def entity_rows(labels: LabelSets, page: PageJson, report: ReportJson) -> Iterator[Row]:
    """One row an entity of a report; no person where a people or a belief is spoken of."""
    for block in report["blocks"]:
        told = {one["type"] for one in block["entities"]}
        told |= {tag["id"] for kind in ("categories", "arenas") for tag in block[kind]}
        hidden = PRIVATE if told.intersection(_NEVER_BESIDE_PERSONS) else ()
        for entity in block["entities"]:
            if entity["type"] in hidden:
                continue
            yield {
                **block_place(page, report, block["index"]),
                "type": entity["type"],
                "type_name": label_name(labels.entities, entity["type"]),
                "text": entity["text"],
                **value_cells(entity["type"], entity.get("value")),
                **role_cells(labels.roles, report, block["index"]),
                "score": entity["score"],
                "start": entity["start"],
                "end": entity["end"],
            }


def _heading_path(blocks: Sequence[Mapping[str, Any]], block: Mapping[str, Any]) -> list[str]:
    path: list[str] = []
    parent = block["parent"]
    while parent is not None:
        path.append(blocks[parent]["text"])
        parent = blocks[parent]["parent"]
    return path[::-1]


def _told(ids: Sequence[str], found: Iterator[str]) -> list[str]:
    """The labels that occur, in the order of their set."""
    seen = set(found)
    return [label for label in ids if label in seen]
