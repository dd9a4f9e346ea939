"""The overview as one HTML file: no script, no address outside, readable on paper and in the dark."""

import functools
from collections.abc import Iterator, Sequence
from importlib.resources import files

from huibao.batch.overview.amounts import amounts_chart
from huibao.batch.overview.charts import clean
from huibao.batch.overview.counts import OverviewCounts
from huibao.batch.overview.evidence import evidence_figures
from huibao.batch.overview.sections import (
    categories_chart,
    copies_table,
    files_chart,
    flags_chart,
    months_chart,
    roles_chart,
)
from huibao.house_style import house_style
from huibao.labels import IndicatorProfile, LabelSets

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_PARTS = (
    ("evidence", "指标佐证"),
    ("content", "内容与时间"),
    ("numbers", "金额与质量"),
    ("copies", "近似重复"),
)


def overview_html(
    counts: OverviewCounts, labels: LabelSets, profiles: Sequence[IndicatorProfile]
) -> str:
    """The whole file.

    Args:
        counts: Of the run.
        labels: Their names and their order.
        profiles: Their names; which of them are shown is told by the counts.
    """
    drawn = {
        "evidence": "".join(_evidence(counts, profiles)),
        "content": _columns(
            roles_chart(counts, labels) + months_chart(counts), categories_chart(counts, labels)
        ),
        "numbers": _columns(amounts_chart(counts), flags_chart(counts) + files_chart(counts)),
        "copies": copies_table(counts),
    }
    links = "".join(f'<a href="#{part}">{name}</a>' for part, name in _PARTS)
    sections = "".join(
        f'<section id="{part}"><h2>{name}</h2>{drawn[part]}</section>' for part, name in _PARTS
    )
    return (
        '<!doctype html>\n<html lang="zh-CN" class="either">\n<head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>批次概览 · 汇报</title>\n<style>\n{_stylesheet()}</style></head>\n<body>"
        '<header class="top"><p class="brand"><b>汇报</b><span>一批报告的概览</span></p>'
        f'<nav aria-label="目录">{links}</nav></header>\n'
        f"<main><h1>批次概览</h1>{_lead(counts)}{_tiles(counts)}{_notices(counts)}"
        f"{sections}</main></body></html>\n"
    )


def _lead(counts: OverviewCounts) -> str:
    signed = "；".join(counts.annotators) or "没有读出报告"
    return f'<p class="lead">{clean(signed)}。机器标注，请人工核对；所有数字都来自本批结果，不打分。</p>'


def _tiles(counts: OverviewCounts) -> str:
    done, partial, failed = (counts.files[one] for one in ("done", "partial", "failed"))
    tiles = (
        ("文件", sum(counts.files.values()), f"已读 {done:,} · 部分 {partial:,} · 失败 {failed:,}"),
        ("报告", counts.reports, f"正文 {counts.characters:,} 字"),
        ("正文段落", counts.blocks, "标题和重复的段落不计"),
        ("读出的数量与金额", counts.facts, "每个都连着动词、对象和原文位置"),
        ("质量提示", sum(counts.flags.values()), f"涉及 {counts.flagged:,} 篇报告"),
    )
    return '<dl class="tiles">{}</dl>'.format(
        "".join(
            f"<div><dt>{name}</dt><dd><b>{number:,}</b><span>{more}</span></dd></div>"
            for name, number, more in tiles
        )
    )


def _notices(counts: OverviewCounts) -> str:
    told = []
    if counts.same:
        told.append(f"另有{counts.same:,}个文件与别的文件内容完全相同，以下各项只算一次。")
    if counts.bare:
        told.append(
            f"{counts.bare:,}篇报告由旧版读出，没有事实、提示和佐证；重新读取后才会列入这几项。"
        )
    return "".join(f'<p class="notice">{one}</p>' for one in told)


def _evidence(counts: OverviewCounts, profiles: Sequence[IndicatorProfile]) -> Iterator[str]:
    """The first profile open, the others folded."""
    opened = " open"
    for name, charts in evidence_figures(counts, profiles):
        yield (
            f'<details class="profile"{opened}><summary><h3>{clean(name)}</h3></summary>'
            f'<div class="pair uneven">{charts}</div></details>'
        )
        opened = ""
    if opened:
        yield '<p class="empty">没有指标佐证。</p>'


def _columns(one: str, other: str) -> str:
    return f'<div class="pair"><div class="stack">{one}</div><div class="stack">{other}</div></div>'


@functools.cache
def _stylesheet() -> str:
    own = (files("huibao.batch.overview") / "overview.css").read_text("utf-8")
    return house_style() + own
