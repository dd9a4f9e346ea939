"""A table: its columns with stable ids and Chinese names, and what a cell of each kind may hold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from huibao.labels import LabelSet
from huibao.value_cells import YES
from huibao.view_words import label_name

# A `decimal` is the text of a number, a `day` that of an ISO day (month, year where no more is known).
CellKind = Literal["text", "whole", "number", "decimal", "day", "yes", "list"]
Cell = str | int | float | bool | list[str] | None
Row = dict[str, Cell]
PageJson = Mapping[str, Any]
ReportJson = Mapping[str, Any]


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


PLACE = (
    TableColumn("source", "文件"),
    TableColumn("report_number", "篇", "whole"),
)
BLOCK = (*PLACE, TableColumn("block_number", "块", "whole"))
SPAN = (TableColumn("start", "原文起", "whole"), TableColumn("end", "原文止", "whole"))


def plain_cell(column: TableColumn, cell: Cell) -> str | int | float | None:
    """A cell as one piece: lists joined, yes as 是, no as nothing."""
    if cell is None or cell is False:
        return None
    if cell is True:
        return YES
    if isinstance(cell, list):
        joint = " / " if column.id == "heading_path" else "、" if "names" in column.id else ";"
        return joint.join(cell)
    return cell


def year_of(report: ReportJson) -> int | None:
    """The year of a report's JSON, None where it is not known."""
    year = report["fields"].get("year")
    return year if isinstance(year, int) else None


def place(page: PageJson, report: ReportJson) -> Row:
    """Where a row comes from; reports are counted from 1."""
    return {"source": page["file"]["name"], "report_number": report["index"] + 1}


def block_place(page: PageJson, report: ReportJson, block: int) -> Row:
    """Where a row comes from, with its block, counted from 1."""
    return place(page, report) | {"block_number": block + 1}


def role_cells(labels: LabelSet, report: ReportJson, block: int) -> Row:
    """The role of a block: an announcement has to be told from a deed."""
    role = report["blocks"][block]["role"]["id"]
    return {"role": role, "role_name": label_name(labels, role)}


def names(labels: LabelSet, ids: Iterable[str]) -> list[str]:
    """The Chinese names of labels."""
    return [label_name(labels, label) for label in ids]


def label_cells(kind: str, labels: LabelSet, ids: Sequence[str]) -> Row:
    """Labels with their names: `categories` and `category_names`."""
    single = {"categories": "category", "arenas": "arena"}[kind]
    return {kind: list(ids), f"{single}_names": list(names(labels, ids))}
