"""Hard-wrapped text: when lines are one paragraph and when they are not."""

import pytest

from huibao.report import Page
from huibao.text.canonical import canonical_characters
from huibao.text.files import read_page
from huibao.text.passages import Passage, passages_of
from huibao.text.segmentation import split_reports
from huibao.text.wrapping import unwrapped, wrapped_width

PARAGRAPHS = [
    "今年以来，我镇紧扣铸牢中华民族共同体意识这条主线，把民族团结进步创建与乡村振兴、基层治理结合起来，"
    "一件一件抓，一户一户跑，各项工作都有了新的起色，现将有关情况总结如下：",
    "一、主要做法",
    "镇党委年初召开专题会议研究创建工作，成立由党委书记任组长的领导小组，印发实施方案，把任务分解到12个村、"
    "8个站所，每季度调度一次，年底对账，落后的村在大会上作检讨，连续两年落后的换人。",
    "镇财政挤出经费6万元，县民宗局支持4万元，全部用在村民广场和讲习所上，没有一分钱花在牌子上。"
    "村里自筹的2万元也用于添置桌椅和锅庄音响，账目每月张榜公布，群众看得明白，干部心里踏实。",
    "二、存在问题",
    "一些村的干部还习惯于发通知、挂横幅，入户少、谈心少，外来务工的少数民族群众有事不知道找谁，"
    "镇里摸到的底数也不准，下一步要把网格员用起来，把台账建到户、建到人。",
]


def wrapped(width: int, indent: str) -> str:
    lines = []
    for paragraph in PARAGRAPHS:
        rest = (indent if paragraph[1] != "、" else "") + paragraph
        while rest:
            size = width - 2 if not indent and rest == paragraph and len(rest) > width else width
            lines.append(rest[:size])
            rest = rest[size:]
    return "\n".join(lines)


def passages(text: str) -> tuple[Page, list[Passage]]:
    page = read_page(text)
    return page, passages_of(page, canonical_characters(text))


@pytest.mark.parametrize("width", [26, 28, 30, 33])
@pytest.mark.parametrize("indent", ["", "　　"])
def test_wrapped_paragraphs_are_put_together(width: int, indent: str) -> None:
    _, lines = passages(wrapped(width, indent))
    assert [passage.text for passage in unwrapped(lines)] == PARAGRAPHS


def test_the_blocks_of_a_wrapped_page_lead_back_to_its_text() -> None:
    text = wrapped(28, "　　")
    report = split_reports(read_page(text)).reports[0]
    assert [block.text for block in report.blocks] == PARAGRAPHS
    for block in report.blocks:
        assert "".join(text[place] for place in block.origin) == block.text


def test_paragraphs_of_their_own_length_are_not_wrapped() -> None:
    _, lines = passages("\n".join(PARAGRAPHS * 3))
    assert wrapped_width(lines) is None


def test_a_list_of_lines_that_end_in_stops_is_not_wrapped() -> None:
    points = [
        f"{number}.组织干部入户走访各族群众，收集意见建议{number}0条。" for number in range(1, 10)
    ]
    _, lines = passages("\n".join(points))
    assert wrapped_width(lines) is None


def test_a_title_that_wraps_earlier_than_the_text_is_one_block() -> None:
    text = "柳溪镇民族团结进步创建工作情况汇\n报材料\n" + wrapped(28, "")
    report = split_reports(read_page(text)).reports[0]
    assert report.title == "柳溪镇民族团结进步创建工作情况汇报材料"
