"""The lines around a body: titles, speakers, units, dates."""

from collections.abc import Callable

import pytest

from huibao.text import front_matter


@pytest.mark.parametrize(
    ("is_one", "lines"),
    [
        (
            front_matter.names_a_report,
            [
                "柳溪镇2023年民族团结工作总结",
                "民族团结进步创建工作情况汇报（二）",
                "民族团结工作总结篇3",
                "某县创建典型经验材料",
            ],
        ),
        (
            front_matter.is_subtitle,
            [
                "——2024年1月17日在岚屏县第十八届人民代表大会第四次会议上",
                "（2022年1月11日在望澜区第五届人民代表大会第一次会议上）",
                "2021年1月28日于某县第九届人民代表大会第六次会议",
                "20××年×月×日在某县第×届人民代表大会第×次会议上 县长 某某某",
            ],
        ),
        (
            front_matter.is_speaker,
            [
                "岚屏县县长 罗启铭",
                "区长 沈以宁",
                "市长 黄 江",
                "县长 某某某",
                "报告人：张某",
                "自治区主席 艾力·玉素甫",
            ],
        ),
        (
            front_matter.is_date,
            [
                "2023年6月2日",
                "20xx年x月x日",
                "二〇二三年六月二日",
                "（2022年6月18日）",
                "2018年8月",
                "2023.6.2",
            ],
        ),
        (
            front_matter.is_unit,
            [
                "柳溪镇人民政府",
                "中共松坪县委统战部",
                "芦花沟小学德育处",
                "XX县民族宗教事务局",
                "某团五连",
            ],
        ),
        (
            front_matter.is_document_number,
            ["松政发〔2023〕12号", "X政专纪〔2016〕x号", "（第3期）", "第46期"],
        ),
        (front_matter.is_salutation, ["各位代表：", "县委、县政府："]),
        (front_matter.is_field, ["时间：2023年3月1日", "地 点：县政府会议室", "主持人：某某某"]),
        (front_matter.is_annex, ["附件：1.名单", "附：名单", "附件2"]),
        (front_matter.is_annex_title, ["名词解释", "《报告》有关名词解释", "附：名词解释"]),
        (front_matter.is_section_title, ["2023年工作回顾", "2024年工作计划", "下一步打算"]),
        (
            front_matter.is_lead_in,
            ["主要做了以下工作。", "现将情况汇报如下：", "重点抓好八个方面工作。"],
        ),
    ],
)
def test_a_line_is_known_by_its_shape_and_words(
    is_one: Callable[[str], bool], lines: list[str]
) -> None:
    assert [line for line in lines if not is_one(line)] == []


@pytest.mark.parametrize(
    ("is_one", "lines"),
    [
        (front_matter.names_a_report, ["我们要认真总结。", "2023年6月2日", "加强领导，做好总结、"]),
        (front_matter.is_speaker, ["县长召开会议研究民族工作，部署下一步任务", "柳溪镇人民政府"]),
        (front_matter.is_date, ["2023年6月2日召开会议", "6月2日上午", "2023年工作总结"]),
        (front_matter.is_unit, ["我们深入各村开展工作。", "项目|数量"]),
        (front_matter.is_field, ["白泉镇：四度发力聚民心", "一句话：团结就是力量"]),
        (front_matter.is_section_title, ["柳溪镇2023年民族团结工作总结"]),
        (front_matter.is_lead_in, ["持续做强特色产业。"]),
    ],
)
def test_what_only_resembles_such_a_line_is_none(
    is_one: Callable[[str], bool], lines: list[str]
) -> None:
    assert [line for line in lines if is_one(line)] == []


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "某县民族团结工作汇报 近年来，我县坚持把民族团结进步创建作为重点工作，召开会议，印发方案，狠抓落实，成效明显。",
            "某县民族团结工作汇报",
        ),
        (
            "近年来，我县认真总结 经验，坚持把民族团结进步创建作为重点工作，召开会议，印发方案，狠抓落实，成效明显。",
            "",
        ),
        ("某县民族团结工作汇报", ""),
    ],
)
def test_a_title_that_only_a_space_parts_from_the_text_is_found(text: str, title: str) -> None:
    assert text[: front_matter.glued_title(text)].strip() == title
