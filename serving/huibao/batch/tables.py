"""The tables of a run: files, reports, blocks and entities, one row of plain cells each.

They are made from a page's public JSON, so that whoever has `reports.jsonl` can make them again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from huibao.batch.results import FileResult
from huibao.labels import LabelSet, LabelSets
from huibao.view_words import KINDS, STATUSES, label_name

CellKind = Literal["text", "whole", "number", "yes", "list"]
Cell = str | int | float | bool | list[str] | None
Row = dict[str, Cell]
PageJson = Mapping[str, Any]

FILE_STATUSES = {"done": "已读", "partial": "部分", "failed": "失败"}


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: its stable id for programs, its name for people, what its cells hold."""

    id: str
    name: str
    kind: CellKind = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """A table by its id; rows of a `dated` one belong to the year of a report."""

    id: str
    name: str
    columns: tuple[TableColumn, ...]
    dated: bool = True


_PLACE = (
    TableColumn("source", "文件"),
    TableColumn("report_number", "篇", "whole"),
)
_SPAN = (TableColumn("start", "原文起", "whole"), TableColumn("end", "原文止", "whole"))
FILES = Table(
    "files",
    "文件",
    (
        TableColumn("source", "文件"),
        TableColumn("status_name", "状态"),
        TableColumn("reason", "原因编号"),
        TableColumn("message", "原因"),
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
        *_PLACE,
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
        *_SPAN,
    ),
)
BLOCKS = Table(
    "blocks",
    "段落",
    (
        *_PLACE,
        TableColumn("block_number", "块", "whole"),
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
        *_SPAN,
    ),
)
ENTITIES = Table(
    "entities",
    "实体",
    (
        *_PLACE,
        TableColumn("block_number", "块", "whole"),
        TableColumn("type_name", "实体类型"),
        TableColumn("text", "原文写法"),
        TableColumn("number", "数值"),
        TableColumn("upper", "数值上限"),
        TableColumn("unit", "单位"),
        TableColumn("approx", "约数"),
        TableColumn("from", "起"),
        TableColumn("to", "止"),
        TableColumn("canonical", "规范名称"),
        TableColumn("masked", "掩码", "yes"),
        TableColumn("status_name", "状态"),
        TableColumn("part_of", "其中（总数）"),
        TableColumn("role_name", "段落作用"),
        TableColumn("score", "把握", "number"),
        TableColumn("type", "类型编号"),
        TableColumn("status", "状态编号"),
        TableColumn("role", "作用编号"),
        *_SPAN,
    ),
)
TABLES = (FILES, REPORTS, BLOCKS, ENTITIES)


def year_of(report: Mapping[str, Any]) -> int | None:
    """The year of a report's JSON, None where it is not known."""
    year = report["fields"].get("year")
    return year if isinstance(year, int) else None


def file_row(result: FileResult) -> Row:
    """The row of a file."""
    row: Row = {column.id: getattr(result, column.id, None) for column in FILES.columns}
    return row | {"status_name": FILE_STATUSES[result.status]}


class TableRows:
    """The rows of a page's reports, with the names of one set of labels."""

    def __init__(self, labels: LabelSets) -> None:
        """Takes the label sets in force."""
        self._labels = labels

    def reports(self, page: PageJson) -> Iterator[Row]:
        """One row a report, in the order of the columns' table."""
        for report in page["reports"]:
            blocks, fields, genre = report["blocks"], report["fields"], report["genre"]
            roles = _told(self._labels.roles.ids, (block["role"]["id"] for block in blocks))
            categories = _told(
                self._labels.categories.ids,
                (tag["id"] for block in blocks for tag in block["categories"]),
            )
            yield {
                **_place(page, report),
                "title": report["title"],
                "genre": genre,
                "genre_name": label_name(self._labels.genres, genre) if genre else None,
                "year": year_of(report),
                "year_conflict": bool(fields.get("year_conflict")),
                "place": fields.get("place"),
                "block_count": len(blocks),
                "entity_count": sum(len(block["entities"]) for block in blocks),
                "roles": roles,
                "role_names": _names(self._labels.roles, roles),
                "categories": categories,
                "category_names": _names(self._labels.categories, categories),
                "start": report["start"],
                "end": report["end"],
            }

    def blocks(self, page: PageJson, report: Mapping[str, Any]) -> Iterator[Row]:
        """One row a block of a report."""
        for block in report["blocks"]:
            categories = [tag["id"] for tag in block["categories"]]
            arenas = [tag["id"] for tag in block["arenas"]]
            original = block["duplicate_of"]
            yield {
                **_place(page, report),
                "block_number": block["index"] + 1,
                "kind": block["kind"],
                "kind_name": KINDS[block["kind"]],
                "level": block["level"],
                "heading_path": _heading_path(report["blocks"], block),
                "text": block["text"],
                "role": block["role"]["id"],
                "role_name": label_name(self._labels.roles, block["role"]["id"]),
                "role_score": block["role"]["score"],
                "categories": categories,
                "category_names": _names(self._labels.categories, categories),
                "arenas": arenas,
                "arena_names": _names(self._labels.arenas, arenas),
                "entity_count": len(block["entities"]),
                "duplicate_of": None if original is None else original + 1,
                "start": block["start"],
                "end": block["end"],
            }

    def entities(self, page: PageJson, report: Mapping[str, Any]) -> Iterator[Row]:
        """One row an entity of a report."""
        for block in report["blocks"]:
            for entity in block["entities"]:
                yield {
                    **_place(page, report),
                    "block_number": block["index"] + 1,
                    "type": entity["type"],
                    "type_name": label_name(self._labels.entities, entity["type"]),
                    "text": entity["text"],
                    **_value(entity),
                    "role": block["role"]["id"],
                    "role_name": label_name(self._labels.roles, block["role"]["id"]),
                    "score": entity["score"],
                    "start": entity["start"],
                    "end": entity["end"],
                }


def _value(entity: Mapping[str, Any]) -> Row:
    """The cells of a value; of a masked one only what is known for certain, never a number."""
    value = entity.get("value") or {}
    status, total = value.get("status"), value.get("part_of") or {}
    masked = bool(value.get("masked"))
    cells: Row = {
        "status": status,
        "status_name": STATUSES.get(str(status), status),
        "part_of": total.get("text"),
        "unit": value.get("unit"),
        "masked": masked,
    }
    if entity["type"] == "MONEY":
        cells["unit"] = value.get("currency") or "元"
    if masked:
        return cells
    numbers = (value.get(key) for key in ("cny", "amount", "value"))
    names = (value.get(key) for key in ("canonical", "name", "title"))
    if entity["type"] in ("MONEY", "QUANT"):
        cells["number"] = _text(next((one for one in numbers if one is not None), None))
        cells["upper"] = _text(value.get("upper"))
        cells["approx"] = value.get("approx")
    elif entity["type"] == "DATE":
        cells |= {"from": value.get("from"), "to": value.get("to")}
    else:
        cells["canonical"] = _text(next((one for one in names if one), None))
    return cells


def _place(page: PageJson, report: Mapping[str, Any]) -> Row:
    return {"source": page["file"]["name"], "report_number": report["index"] + 1}


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


def _names(labels: LabelSet, ids: Sequence[str]) -> list[str]:
    return [label_name(labels, label) for label in ids]


def _text(cell: object) -> str | None:
    return None if cell is None else str(cell)
