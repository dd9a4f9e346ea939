"""The sections of the overview: each asks one thing of the counts and draws the answer."""

from collections.abc import Iterator, Sequence

from huibao.batch.overview.charts import (
    Part,
    Row,
    band,
    bars,
    behind,
    clean,
    key,
    matrix,
    month_columns,
    subtitle,
    table,
)
from huibao.batch.overview.counts import (
    MOST_FILES,
    MOST_REPORTS,
    Amounts,
    Coverage,
    OverviewCounts,
    Told,
    place_name,
)
from huibao.batch.overview.words import share_words, words, yuan_digits, yuan_words
from huibao.batch.tables import FILE_STATUSES
from huibao.labels import IndicatorProfile, LabelSets
from huibao.view_words import STATUSES

MOST_GROUPS = 100
UNTITLED = "（无标题）"
_NOTHING = '<p class="empty">没有可显示的内容。</p>'


def figure(title: str, note: str, *body: str, level: int = 3) -> str:
    """A chart with its title and the sentence that says what is counted."""
    words_below = f'<p class="note">{clean(note)}</p>' if note else ""
    return (
        f'<figure class="chart"><figcaption><h{level}>{clean(title)}</h{level}>{words_below}</figcaption>'
        f"{''.join(body)}</figure>"
    )


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
        return figure(title, "", _NOTHING)
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
        return figure(title, "", _NOTHING)
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
            shown = name if level == 0 else f"　{name}"
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
        return figure(title, "", _NOTHING)
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


def amounts_chart(counts: OverviewCounts) -> str:
    """The sums of money by how far they have come; no two of them are ever added."""
    title = "金额（按状态）"
    lots = [(name, _by_status(counts, funding)) for name, funding in _LOTS]
    if not counts.amounts:
        return figure(title, "", _NOTHING)
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


def flags_chart(counts: OverviewCounts) -> str:
    """What a person should look at, by kind."""
    title = "质量提示"
    names = words().flags
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
    names = words().reasons
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


def evidence_figures(
    counts: OverviewCounts, profiles: Sequence[IndicatorProfile]
) -> Iterator[tuple[str, str]]:
    """Of each indicator profile its name and its charts: coverage by indicator, then by report."""
    known = {profile.id: profile for profile in profiles}
    order = sorted(counts.coverage, key=lambda one: one != words().first_profile)
    for profile_id in order:
        totals = counts.coverage[profile_id]
        profile = known.get(profile_id)
        name = profile.name if profile else profile_id
        levels = _levels(profile) if profile else {}
        yield name, _coverage_chart(name, totals, levels) + _matrix(counts, name, profile_id)


def _coverage_chart(name: str, totals: dict[str, Coverage], levels: dict[str, int]) -> str:
    rows = [
        Row(
            f"{one} {total.name}",
            (
                Part(total.shown, "past"),
                Part(total.announced, "ahead"),
                Part(total.nothing, "lack"),
            ),
            f"{total.shown:,}篇有"
            + (f" · {total.announced:,}篇仅打算" if total.announced else "")
            + (f" · {total.nothing:,}篇无" if total.nothing else ""),
            min(levels.get(one, 0), 1),
        )
        for one, total in totals.items()
    ]
    data = (
        (one, total.name, total.shown, total.announced, total.nothing)
        for one, total in totals.items()
    )
    title = "各指标有多少篇报告写到"
    return figure(
        title,
        "只数证据，不打分。",
        key((("past", "有已做的证据"), ("ahead", "只有打算"), ("lack", "没有写到"))),
        bars(rows),
        behind(f"{name}：{title}", ("编号", "指标", "有证据", "只有打算", "没有写到"), data),
        level=4,
    )


def _matrix(counts: OverviewCounts, name: str, profile: str) -> str:
    totals = counts.coverage[profile]
    rows = []
    for line in counts.lines:
        shown = line.evidence.get(profile, {})
        cells = [(shown[one].done, shown[one].ahead) if one in shown else None for one in totals]
        rows.append((line.title or UNTITLED, place_name(line.source, line.number), cells))
    cut = (
        f"报告较多，这里只列前{MOST_REPORTS}篇（共{counts.reports:,}篇）；上图统计全部报告。"
        if counts.reports > len(counts.lines)
        else ""
    )
    title = "每篇报告的佐证段数"
    return figure(
        title,
        f"格内是写到该指标的段数，“拟”后是只写打算的段数，“无”是没有写到。{cut}",
        matrix(f"{name}：{title}", [(one, total.name) for one, total in totals.items()], rows),
        level=4,
    )


_LEFT = ("分项", "掩码", "区间", "其他单位")
_LOTS = (("投入与争取的资金", True), ("其他金额（帮扶、产值、收入等）", False))


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


def _amount_cells(status: str, amounts: Amounts) -> tuple[str | int, ...]:
    left = (amounts.parts, amounts.masked, amounts.ranges, amounts.others)
    sums = (yuan_digits(amounts.yuan), amounts.counted, amounts.about)
    return (STATUSES.get(status, status), *sums, *left)


def _told_parts(told: Told) -> tuple[Part, ...]:
    return Part(told.done, "past"), Part(told.ahead, "ahead"), Part(told.beside, "open")


def _told_words(told: Told) -> str:
    return f"{told.blocks:,}段 · {told.reports:,}篇"


def _levels(profile: IndicatorProfile) -> dict[str, int]:
    levels: dict[str, int] = {}
    for line in profile.indicators:
        levels[line.id] = levels[line.parent] + 1 if line.parent in levels else 0
    return levels
