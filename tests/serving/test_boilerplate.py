"""What a website puts around a report, and what only sounds like it."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from huibao.text import boilerplate
from huibao.text.boilerplate import furniture_reason
from huibao.text.canonical import canonical_characters
from huibao.text.files import read_page
from huibao.text.segmentation import split_reports


@pytest.mark.parametrize(
    "line",
    [
        "38.20 KB",
        "大小：38KB",
        "2019-11-05 发布",
        "发布时间：2022-01-14 09:32　来源：区府办",
        "云帆 分享 时间:",
        "浏览次数：5831次",
        "12 4408215",
        "— 3 —",
        "第 6 页 共 12 页",
        "首页 > 范文大全 > 工作总结",
        "您现在的位置是：首页",
        "打印本页　关闭窗口",
        "上一篇：安全生产月总结",
        "主办：某某区政府办 苏ICP备00000000号",
        "Copyright © 某某网 版权所有",
        "如有侵权请联系我们删除",
        "以下是小编为大家整理的民族团结工作总结，欢迎阅读。",
        "本文档由用户上传，不保证质量",
        "本文来源：某某范文网",
        "【推荐阅读】",
        "相关文章：",
        "责任编辑：小禾",
        "点击下载本文Word版",
        "网站客服QQ：100200300",
        "https://www.example.cn/a/1.html",
        '");',
        "7C2B9",
        "--------------------",
        "预览结束，还剩3页未读",
        "民族团结工作总结范文（精选5篇）",
    ],
)
def test_a_line_of_the_site_is_known(line: str) -> None:
    assert furniture_reason(canonical_characters(line)) is not None


@pytest.mark.parametrize(
    "line",
    [
        "某某县2023年民族团结进步工作总结",
        "2023年6月2日",
        "（四）活动聚人气，工友成亲人",
        "“同心”专栏推送作品271条，总阅读2.3万次，群众点赞。",
        "开展打击网络侵权专项行动，保护版权4件，查处下载盗版软件案件2起。",
        "推行积分制管理，群众凭积分兑换生活用品。",
        "以上报告，请予审议。",
        "一、来源广泛，动员群众",
        "开通客服热线1部，接听群众来电300次。",
        "以上意见供市委决策时参考。",
        "各位代表：",
        "项目|数量|备注",
    ],
)
def test_a_line_of_a_report_stays(line: str) -> None:
    assert furniture_reason(canonical_characters(line)) is None


BODY = (
    "今年以来，我镇坚持把民族团结进步工作摆在重要位置，召开专题会议3次，走访群众200余户，"
    "协调解决困难17件，取得了一定成效，现将有关情况总结如下。"
)


def furniture(text: str) -> list[str]:
    page = read_page(text)
    return [text[f.span.start : f.span.end] for f in split_reports(page).furniture]


def test_the_pages_own_title_is_furniture_where_the_reports_title_follows_the_notices() -> None:
    lines = [
        "乡镇2024年民族团结工作总结",
        "云帆 分享 时间:",
        "柳溪镇2023年民族团结工作总结",
        BODY,
    ]
    assert furniture("\n".join(lines)) == lines[:2]


def test_a_title_above_a_publication_line_stays() -> None:
    lines = ["柳溪镇2023年民族团结工作总结", "发布时间：2023-12-20", BODY]
    assert furniture("\n".join(lines)) == lines[1:2]


def test_a_teaser_without_any_cue_goes_with_the_page_title() -> None:
    teaser = "民族团结是各族人民的生命线，下面这篇柳溪镇民族团结工作总结写得具体，值得一读。" * 2
    lines = [
        "柳溪镇民族团结工作总结",
        teaser,
        "来源：某某网",
        "柳溪镇2023年民族团结工作总结",
        BODY,
    ]
    assert furniture("\n".join(lines)) == lines[:3]


def test_behind_related_links_all_is_the_sites() -> None:
    lines = [
        "柳溪镇2023年民族团结工作总结",
        BODY,
        "推荐阅读：",
        "消防安全工作总结：今年以来，我单位高度重视消防安全工作，狠抓落实……",
        "档案管理工作计划",
    ]
    assert furniture("\n".join(lines)) == lines[2:]


def test_an_advertisement_between_two_sections_does_not_swallow_the_second() -> None:
    lines = [
        "柳溪镇2023年民族团结工作总结",
        "一、主要做法",
        BODY,
        "推荐阅读：",
        "二、存在问题",
        BODY,
    ]
    assert furniture("\n".join(lines)) == lines[3:4]


def test_a_collections_title_stays_where_no_other_title_stands() -> None:
    assert furniture("民族团结工作总结范文3篇\n" + BODY) == []


@pytest.mark.parametrize(
    "entry",
    [
        entry
        for entry in yaml.safe_load(
            Path(boilerplate.__file__).with_suffix(".yaml").read_text("utf-8")
        )["lines"]
        if "holds" in entry
    ],
    ids=lambda entry: entry["reason"],
)
def test_what_a_line_may_hold_has_one_of_the_signs_by_which_it_is_searched(
    entry: dict[str, str],
) -> None:
    @settings(max_examples=300, database=None)
    @given(st.from_regex(entry["holds"]))
    def _has_a_sign(found: str) -> None:
        assert set(found) & set(entry["signs"]), found

    _has_a_sign()
