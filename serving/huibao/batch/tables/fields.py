"""The rows of a report's lists: honours, problems, plans and requests."""

from collections.abc import Iterator, Mapping
from typing import Any

from huibao.batch.tables.table import (
    BLOCK,
    SPAN,
    PageJson,
    ReportJson,
    Row,
    Table,
    TableColumn,
    block_place,
    label_cells,
)
from huibao.batch.tables.words import words
from huibao.labels import LabelSets

_LABELS = (TableColumn("categories", "类别编号", "list"), *SPAN)
_POINT = (
    *BLOCK,
    TableColumn("text", "内容"),
    TableColumn("detail", "说明"),
    TableColumn("category_names", "活动类别", "list"),
)
HONOURS = Table(
    "honours",
    "荣誉",
    (
        *BLOCK,
        TableColumn("title", "荣誉名称"),
        TableColumn("level", "级别"),
        TableColumn("kind_name", "种类"),
        TableColumn("status_name", "状态"),
        TableColumn("date", "时间", "day"),
        TableColumn("holder", "获得单位"),
        TableColumn("holder_kind_name", "获得者"),
        TableColumn("granted_by", "授予单位"),
        TableColumn("count", "个数", "decimal"),
        TableColumn("kind", "种类编号"),
        TableColumn("status", "状态编号"),
        TableColumn("holder_kind", "获得者编号"),
        *SPAN,
    ),
)
PROBLEMS = Table("problems", "问题", (*_POINT, *_LABELS))
PLANS = Table(
    "plans",
    "打算",
    (
        *BLOCK,
        TableColumn("kind_name", "种类"),
        *_POINT[len(BLOCK) :],
        TableColumn("deadline", "期限", "day"),
        TableColumn("deadline_text", "期限（原文）"),
        TableColumn("units", "责任单位", "list"),
        TableColumn("targets", "目标数", "list"),
        TableColumn("kind", "种类编号"),
        *_LABELS,
    ),
)


def honour_rows(page: PageJson, report: ReportJson) -> Iterator[Row]:
    """One row an honour; persons who hold one are not named."""
    own = {column.id for column in HONOURS.columns}
    for honour in report["fields"].get("honours") or ():
        yield {
            **block_place(page, report, honour["block"]),
            **{key: cell for key, cell in honour.items() if key in own},
            "kind_name": words().name("honours", honour["kind"]),
            "status_name": words().name("honour_statuses", honour["status"]),
            "holder_kind_name": words().name("holders", honour["holder_kind"]),
        }


def problem_rows(labels: LabelSets, page: PageJson, report: ReportJson) -> Iterator[Row]:
    """One row a problem that the report admits to."""
    for problem in report["fields"].get("problems") or ():
        yield _point(labels, page, report, problem)


def plan_rows(labels: LabelSets, page: PageJson, report: ReportJson) -> Iterator[Row]:
    """One row a plan, with its day and duty, then one a request."""
    for plan in report["fields"].get("plans") or ():
        yield {
            **_point(labels, page, report, plan),
            "kind": "plan",
            "kind_name": "打算",
            "deadline": plan["deadline"],
            "deadline_text": plan["deadline_text"],
            "units": plan["units"],
            "targets": [amount["text"] for amount in plan["targets"]],
        }
    for request in report["fields"].get("requests") or ():
        yield {
            **_point(labels, page, report, request),
            "kind": "request",
            "kind_name": "请求",
            "targets": [amount["text"] for amount in request["amounts"]],
        }


def _point(labels: LabelSets, page: PageJson, report: ReportJson, point: Mapping[str, Any]) -> Row:
    return {
        **block_place(page, report, point["block"]),
        "text": point["text"],
        "detail": point["detail"],
        **label_cells("categories", labels.categories, point["categories"]),
        "start": point["start"],
        "end": point["end"],
    }
