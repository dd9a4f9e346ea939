"""The sections of the overview: each asks one thing of the counts and draws the answer."""

from collections.abc import Sequence

from huibao.batch.names import flag_names, reason_names
from huibao.batch.overview.charts import (
    NOTHING,
    Part,
    Row,
    band,
    bars,
    behind,
    figure,
    key,
    month_columns,
    table,
)
from huibao.batch.overview.counts import (
    MOST_FILES,
    UNTITLED,
    OverviewCounts,
    Told,
)
from huibao.batch.overview.words import share_words
from huibao.batch.tables import FILE_STATUSES
from huibao.labels import LabelSets

MOST_GROUPS = 100


def roles_chart(counts: OverviewCounts, labels: LabelSets) -> str:
    """Which section roles the paragraphs have, and how many reports have each."""
    title = "段落作用"
    shown = [(role, counts.roles[role.id]) for role in labels.roles]
    rows = [
        Row(
            role.name,
            (Part(number, "of-role"),),
            f"{number:,}段 · {counts.role_reports[role.id]:,}篇",
            role=role.id,
        )
        for role, number in shown
        if number
    ]
    if not rows:
        return figure(title, "", NOTHING)
    data = (
        (role.name, number, share_words(number, counts.blocks), counts.role_reports[role.id])
        for role, number in shown
    )
    return figure(
        title,
        f"共{counts.blocks:,}段正文；“篇”是有这种段落的报告数，全部{counts.reports:,}篇。",
        band([(role.id, number) for role, number in shown if number]),
        bars(rows),
        behind(title, ("段落作用", "段数", "占比", "报告数"), data),
    )


def categories_chart(counts: OverviewCounts, labels: LabelSets) -> str:
    """How many paragraphs tell of each activity category, gathered by official dimension."""
    title = "活动类别（按官方维度）"
    if not counts.categories:
        return figure(title, "", NOTHING)
    rows: list[Row] = []
    data: list[tuple[str | int, ...]] = []
    for group in labels.categories.groups:
        listed = [(group.name, counts.dimensions[group.id], 0)]
        listed += [
            (label.name, counts.categories[label.id], 1)
            for label in labels.categories
            if label.parent == group.id
        ]
        for name, told, level in listed:
            rows.append(Row(name, _told_parts(told), _told_words(told), level))
            shown = name if level == 0 else f"– {name}"
            data.append((shown, told.done, told.ahead, told.beside, told.reports))
    return figure(
        title,
        "一段可以有几个类别；同一维度下的几个类别，在维度一行只算一段。",
        key((("past", "已做的"), ("ahead", "打算、请求、部署"), ("open", "问题及其他"))),
        bars(rows),
        behind(title, ("维度与类别", "已做的", "打算", "问题及其他", "报告数"), data),
    )


def months_chart(counts: OverviewCounts) -> str:
    """When the reports were signed."""
    title = "成文时间"
    years = sorted({year for year, _ in counts.months if year is not None})
    lines: list[tuple[str, Sequence[int], int]] = [
        (
            f"{year}年",
            [counts.months[year, month] for month in range(1, 13)],
            counts.months[year, None],
        )
        for year in years
    ]
    if unknown := counts.months[None, None]:
        lines.append(("年份不明", [0] * 12, unknown))
    if not lines:
        return figure(title, "", NOTHING)
    note = "按落款日期的月份；没有落款日期的，按报告年度计入“不明”一列。"
    data = (
        (year, f"{month}月" if month else "不明", number)
        for year, months, rest in lines
        for month, number in (*enumerate(months, 1), (0, rest))
        if number
    )
    return figure(
        title, note, month_columns(lines), behind(title, ("年份", "月份", "报告数"), data)
    )


def flags_chart(counts: OverviewCounts) -> str:
    """What a person should look at, by kind."""
    title = "质量提示"
    names = flag_names()
    kinds = [one for one in names if counts.flags[one]]
    kinds += sorted(set(counts.flags) - set(names))
    if not kinds:
        return figure(title, "", '<p class="empty">没有提示。</p>')
    rows = [
        Row(
            names.get(one, one),
            (Part(counts.flags[one], "warn"),),
            f"{counts.flags[one]:,}处 · {counts.flag_reports[one]:,}篇",
        )
        for one in kinds
    ]
    data = ((names.get(one, one), counts.flags[one], counts.flag_reports[one]) for one in kinds)
    return figure(
        title,
        f"{counts.reports:,}篇报告中{counts.flagged:,}篇有提示。提示请人核对，不是结论。",
        bars(rows),
        behind(title, ("提示", "处数", "报告数"), data),
    )


def files_chart(counts: OverviewCounts) -> str:
    """What became of the files, and why some could not be read."""
    title = "未能完整读取的文件"
    if not counts.reasons:
        return figure(title, "", '<p class="empty">文件全部完整读取。</p>')
    names = reason_names()
    rows = [
        Row(names.get(reason, reason), (Part(number, "bad"),), f"{number:,}个")
        for reason, number in sorted(counts.reasons.items(), key=lambda one: (-one[1], one[0]))
    ]
    listed = (
        (
            result.source,
            FILE_STATUSES.get(result.status, result.status),
            names.get(str(result.reason), str(result.reason)),
            result.message or "",
        )
        for result in counts.troubled
    )
    more = sum(counts.reasons.values()) - len(counts.troubled)
    note = f"文件较多，清单只列前{MOST_FILES}个，另有{more:,}个见文件表。" if more else ""
    head = ("文件", "状态", "原因", "说明")
    return figure(title, note, bars(rows), behind(title, head, listed))


def copies_table(counts: OverviewCounts) -> str:
    """The groups of reports that are copies of each other, the earliest first."""
    title = "近似重复的报告"
    if not counts.copies:
        return figure(title, "", '<p class="empty">没有发现近似重复的报告。</p>')
    rows: list[tuple[str | int, ...]] = []
    for number, group in enumerate(counts.copies[:MOST_GROUPS], 1):
        first = (number, "最早的一篇", counts.titles[group.source] or UNTITLED, group.source, "")
        rows.append(first)
        for copy in group.copies:
            name = counts.titles[copy.id] or UNTITLED
            rows.append((number, "相近", name, copy.id, f"{copy.alike:.0%}"))
    more = len(counts.copies) - MOST_GROUPS
    cut = f"这里只列前{MOST_GROUPS}组，另有{more:,}组。" if more > 0 else ""
    note = (
        f"共{len(counts.copies):,}组。比较时不看数字和掩码；相近程度是共有文字片段的估计比例，"
        f"最早的一篇按落款日期，没有日期的按文件次序。{cut}"
    )
    return figure(title, note, table(title, ("组", "关系", "标题", "文件", "相近程度"), rows))


def _told_parts(told: Told) -> tuple[Part, ...]:
    return Part(told.done, "past"), Part(told.ahead, "ahead"), Part(told.beside, "open")


def _told_words(told: Told) -> str:
    return f"{told.blocks:,}段 · {told.reports:,}篇"
