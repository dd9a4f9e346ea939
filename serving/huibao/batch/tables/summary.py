"""汇总表: a row a report with the counts that offices re-key, and below it what adds up to a total."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from huibao.batch.results import FileResult
from huibao.batch.tables.pages import file_cells
from huibao.batch.tables.table import (
    PLACE,
    PageJson,
    ReportJson,
    Row,
    Table,
    TableColumn,
    place,
    year_of,
)
from huibao.batch.tables.words import Count, words
from huibao.labels import LabelSets
from huibao.view_words import label_name

_AMOUNTS = ("MONEY", "QUANT")
_DIVISIONS = ("village", "town", "county", "prefecture", "province")
# A number of this size that stands twice with the same deed, thing and time is the same number.
_TELLING = 10


def summary_table() -> Table:
    """The columns of 汇总表; the counts are those of `words.yaml`."""
    counts = (TableColumn(count.id, count.name, "decimal") for count in words().counts)
    return Table(
        "summary",
        "汇总表",
        (
            *PLACE,
            TableColumn("title", "标题"),
            TableColumn("reporting_unit", "填报单位"),
            TableColumn("unit_level", "级别"),
            TableColumn("region", "地区"),
            TableColumn("region_code", "地区代码"),
            TableColumn("year", "年度", "whole"),
            TableColumn("genre_name", "文种"),
            TableColumn("status_name", "状态"),
            TableColumn("reason_name", "未读全的原因"),
            *counts,
            TableColumn("honour_count", "荣誉数", "whole"),
            TableColumn("problem_count", "问题数", "whole"),
            TableColumn("plan_count", "打算数", "whole"),
            TableColumn("masked", "掩码", "yes"),
            TableColumn("masked_share", "数字掩码比例", "number"),
            TableColumn("flag_count", "质量提示数", "whole"),
            TableColumn("same_as", "与哪个文件相同"),
            TableColumn("genre", "文种编号"),
            TableColumn("status", "状态编号"),
            TableColumn("reason", "原因编号"),
        ),
    )


SUMMARY = summary_table()


def summary_row(labels: LabelSets, result: FileResult, page: PageJson, report: ReportJson) -> Row:
    """The row of a report. `masked` says that a number of its counts is hidden, so that more is true."""
    fields, genre = report["fields"], report["genre"]
    counts, is_masked = _counts(report.get("facts", ()))
    unit, flags = fields.get("unit") or {}, report.get("flags", ())
    return {
        **place(page, report),
        "title": report["title"],
        "reporting_unit": unit.get("name"),
        "unit_level": unit.get("level"),
        **_region(fields.get("region") or {}),
        "year": year_of(report),
        "genre": genre,
        "genre_name": label_name(labels.genres, genre) if genre else None,
        **file_only_row(result),
        **counts,
        "honour_count": len(fields.get("honours") or ()),
        "problem_count": len(fields.get("problems") or ()),
        "plan_count": len(fields.get("plans") or ()),
        "masked": is_masked,
        "masked_share": _masked_share(report),
        "flag_count": len(flags),
    }


def file_only_row(result: FileResult) -> Row:
    """The row of a file without a report: it is not passed over in silence."""
    return {
        "source": result.source,
        "status": result.status,
        "reason": result.reason,
        "same_as": result.same_as,
        **file_cells(result),
    }


def added_up(totals: dict[str, Decimal], row: Row) -> None:
    """Adds the counts of a row to the totals: deeds only, and each file's content once."""
    if row.get("same_as") is not None:
        return
    for count in words().counts:
        cell = row.get(count.id)
        if cell is not None and not count.ahead:
            totals[count.id] = totals.get(count.id, Decimal(0)) + Decimal(str(cell))


def _counts(facts: Iterable[Mapping[str, Any]]) -> tuple[Row, bool]:
    """The counts of a report, and whether a masked number is missing from them."""
    sums: dict[str, Decimal] = {}
    seen: set[tuple[object, ...]] = set()
    is_masked = False
    for fact in facts:
        for count in words().counts:
            if not _belongs(fact, count):
                continue
            if fact["value"] is None:
                is_masked |= fact["masked"]
                continue
            value = Decimal(fact["value"])
            if value > count.most:
                continue
            told = (
                count.id,
                fact["verb_class"],
                fact["object"],
                value,
                fact["unit"],
                fact["period"],
            )
            if value >= _TELLING and fact["object"] and told in seen:
                continue
            seen.add(told)
            sums[count.id] = sums.get(count.id, Decimal(0)) + value
    return {name: f"{number:f}" for name, number in sums.items()}, is_masked


def _belongs(fact: Mapping[str, Any], count: Count) -> bool:
    statuses = words().ahead if count.ahead else words().done
    return (
        fact["part_of"] is None
        and fact["verb_class"] in count.verbs
        and fact["unit"] in count.units
        and fact["status"] in statuses
        and (count.object is None or bool(count.object.search(fact["object"] or "")))
    )


def _region(region: Mapping[str, Any]) -> Row:
    """The names from the province down, and the code of the lowest division that has one."""
    found = [region[name] for name in _DIVISIONS if region.get(name)]
    codes = [one["code"] for one in found if one["code"]]
    names = [str(one["name"]) for one in found]
    return {"region": "".join(names[::-1]) or None, "region_code": codes[0] if codes else None}


def _masked_share(report: ReportJson) -> float:
    """Which share of the sums and quantities of a report is masked."""
    amounts = [
        bool((one.get("value") or {}).get("masked"))
        for block in report["blocks"]
        for one in block["entities"]
        if one["type"] in _AMOUNTS
    ]
    return round(sum(amounts) / len(amounts), 3) if amounts else 0.0
