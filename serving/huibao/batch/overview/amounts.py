"""The chart of amounts: sums of money by how far they have come, no two of them ever added."""

from huibao.batch.overview.charts import (
    NOTHING,
    Cell,
    Part,
    Row,
    bars,
    behind,
    figure,
    key,
    subtitle,
)
from huibao.batch.overview.counts import Amounts, OverviewCounts
from huibao.batch.overview.words import words, yuan_words
from huibao.view_words import STATUSES

_LEFT = ("分项", "掩码", "区间", "其他单位")
_LOTS = (("投入与争取的资金", True), ("其他金额（帮扶、产值、收入等）", False))


def amounts_chart(counts: OverviewCounts) -> str:
    """The sums of money by how far they have come; no two of them are ever added."""
    title = "金额（按状态）"
    lots = [(name, _by_status(counts, funding)) for name, funding in _LOTS]
    if not counts.amounts:
        return figure(title, "", NOTHING)
    note = (
        "各状态分开列，计划与已完成的不相加；累计数之间可能互相包含，合计只供核对。"
        "分项、掩码、区间和人均等单价不计入合计，笔数见数据表。"
    )
    head = (
        "金额",
        "状态",
        "合计（元）",
        "计入笔数",
        "其中约数",
        *(f"未计：{one}" for one in _LEFT),
    )
    data = [
        (name, *_amount_cells(status, amounts)) for name, lot in lots for status, amounts in lot
    ]
    return figure(
        title,
        note,
        key((("past", "已发生"), ("open", "未说明是否发生"), ("ahead", "计划与申请"))),
        *(subtitle(name) + bars([_amount_row(*one) for one in lot]) for name, lot in lots if lot),
        behind(title, head, data),
    )


def _by_status(counts: OverviewCounts, funding: bool) -> list[tuple[str, Amounts]]:
    """The amounts of one lot by status, in the order of the words."""
    order = list(words().tenses)
    found = {status: amounts for (lot, status), amounts in counts.amounts.items() if lot == funding}
    last = len(order)
    ranked = sorted(found, key=lambda one: (order.index(one) if one in order else last, one))
    return [(status, found[status]) for status in ranked]


def _amount_row(status: str, amounts: Amounts) -> Row:
    kind = words().tenses.get(status, "open")
    told = f"{yuan_words(amounts.yuan)} · {amounts.counted:,}笔"
    return Row(STATUSES.get(status, status), (Part(float(amounts.yuan), kind),), told)


def _amount_cells(status: str, amounts: Amounts) -> tuple[Cell, ...]:
    left = (amounts.parts, amounts.masked, amounts.ranges, amounts.others)
    sums = (amounts.yuan, amounts.counted, amounts.about)
    return (STATUSES.get(status, status), *sums, *left)
