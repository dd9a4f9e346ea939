"""Several reports on one page."""

import pytest

from huibao.report import PageReports
from huibao.text.files import read_page
from huibao.text.segmentation import split_reports

TEXT = "我们坚持问题导向，走访群众，发放资料，化解矛盾，办好实事，群众满意度不断提高。" * 3


def body(*headings: str) -> list[str]:
    return [line for heading in headings for line in (heading, TEXT)]


def split(*lines: str) -> PageReports:
    return split_reports(read_page("\n".join(lines)))


@pytest.mark.parametrize(
    "second",
    [
        "望江社区民族团结工作总结",
        "民族团结工作总结（二）",
        "民族团结工作总结2",
        "某校民族团结教育活动汇报材料",
        "【范文二】民族团结工作总结",
    ],
)
def test_numbering_that_begins_anew_below_a_title_begins_a_report(second: str) -> None:
    found = split(
        "柳溪镇民族团结工作总结",
        *body("一、做法", "二、问题"),
        second,
        TEXT,
        *body("一、做法", "二、问题"),
    )
    assert [report.title for report in found.reports][1:] == [second]
    assert found.reports[0].split_reason is None
    assert found.reports[1].split_reason is not None
    assert found.warnings


@pytest.mark.parametrize(
    "sign", ["篇{}：工作总结", "工作总结篇{}", "第{}篇：工作总结", "【第{}篇】工作总结"]
)
def test_a_collection_is_cut_at_its_own_titles(sign: str) -> None:
    lines = [line for number in "一二三" for line in (sign.format(number), TEXT, TEXT)]
    found = split("工作总结范文大全", "下面三篇供选用", *lines)
    assert [report.title for report in found.reports] == [sign.format(n) for n in "一二三"]
    assert len(found.furniture) == 2


def test_a_table_of_contents_is_no_report() -> None:
    contents = ["篇1：甲镇总结", "篇2：乙镇总结"]
    found = split(*contents, contents[0], TEXT, TEXT, contents[1], TEXT, TEXT)
    assert len(found.reports) == 2


def test_a_second_request_on_a_page_begins_with_its_title_and_addressee() -> None:
    found = split(
        "关于划拨宣传月经费的请示", "县民宗局：", TEXT, "关于增加编制的请示", "县委编委：", TEXT
    )
    assert [report.title for report in found.reports] == [
        "关于划拨宣传月经费的请示",
        "关于增加编制的请示",
    ]


def test_the_plan_in_a_summary_with_plan_is_no_report_of_its_own() -> None:
    found = split(
        "柳溪镇2023年工作总结和2024年工作计划",
        "2023年工作总结",
        *body("一、做法", "二、问题"),
        "2024年工作计划",
        *body("一、目标", "二、措施"),
    )
    assert len(found.reports) == 1
    levels = {
        block.text: block.level for block in found.reports[0].blocks if block.kind == "heading"
    }
    assert levels["2023年工作总结"] == levels["2024年工作计划"] == 1
    assert levels["一、做法"] == levels["一、目标"] == 2


def test_an_annex_with_a_title_and_numbers_of_its_own_stays_with_its_report() -> None:
    found = split(
        "柳溪镇民族团结工作报告",
        *body("一、做法", "二、问题"),
        "附件1",
        "柳溪镇民族团结进步创建实施方案",
        *body("一、目标", "二、任务"),
    )
    assert len(found.reports) == 1


def test_a_body_printed_twice_is_one_report_whose_second_half_repeats_the_first() -> None:
    once = ["柳溪镇民族团结工作总结", *body("一、做法", "二、问题", "三、打算")]
    found = split(*once, *once)
    blocks = found.reports[0].blocks
    half = len(blocks) // 2
    assert len(found.reports) == 1
    assert [block.duplicate_of for block in blocks] == [None] * half + list(range(half))


def test_every_later_copy_points_to_the_first_one() -> None:
    once = ["柳溪镇民族团结工作总结", *body("一、做法", "二、问题", "三、打算")]
    blocks = split(*once, *once, *once).reports[0].blocks
    third = len(blocks) // 3
    assert [block.duplicate_of for block in blocks] == [None] * third + list(range(third)) * 2


def test_a_line_repeated_many_times_points_to_its_first() -> None:
    line = "各乡镇党委政府认真组织，干部群众广泛参与，活动取得了良好效果。"
    blocks = split(*[line] * 60).reports[0].blocks
    assert {block.duplicate_of for block in blocks[1:]} == {0}


def test_a_copy_with_changed_characters_is_found_where_it_is_half_of_the_page() -> None:
    first = [
        "镇党委召开专题会议研究创建工作，成立领导小组，印发实施方案，把任务分解到12个村、8个站所，按季调度。",
        "在集市设点宣传政策法规，悬挂横幅36条，发放资料4200余份，接待群众咨询900人次，解答疑问170条。",
        "投入少数民族发展资金180万元，硬化通组道路7公里，安装太阳能路灯90盏，受益群众640户2300人。",
    ]
    second = [
        line.replace("召开", "召*").replace("发放", "发*").replace("投入", "投*") for line in first
    ]
    blocks = split(*first, *second).reports[0].blocks
    assert [block.duplicate_of for block in blocks] == [None, None, None, 0, 1, 2]
