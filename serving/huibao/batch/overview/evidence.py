"""The charts of evidence: how many reports show each indicator, and what each report shows."""

from collections.abc import Iterator, Sequence

from huibao.batch.overview.charts import Part, Row, bars, behind, figure, key, matrix
from huibao.batch.overview.counts import (
    MOST_REPORTS,
    UNTITLED,
    Coverage,
    OverviewCounts,
    place_name,
)
from huibao.batch.overview.words import words
from huibao.labels import IndicatorProfile


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


def _levels(profile: IndicatorProfile) -> dict[str, int]:
    levels: dict[str, int] = {}
    for line in profile.indicators:
        levels[line.id] = levels[line.parent] + 1 if line.parent in levels else 0
    return levels
