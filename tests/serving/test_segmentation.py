"""The blocks of a page: kinds, levels, parents, and that nothing is lost."""

import random
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huibao.report import Line, Page, Report, Span
from huibao.text.files import read_page
from huibao.text.segmentation import split_reports

LONG = "我镇组织干部走村入户开展宣传，发放资料，接待群众来访，办结各类事项，群众满意度提高。" * 2


def report(*lines: str) -> Report:
    reports = split_reports(read_page("\n".join(lines))).reports
    assert len(reports) == 1
    return reports[0]


def outline(*lines: str) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, block.text[:8]) for block in report(*lines).blocks]


def test_the_outline_of_an_ordinary_report() -> None:
    found = report(
        "柳溪镇2023年民族团结工作总结",
        "现将有关情况总结如下：",
        "一、主要做法",
        "（一）抓宣传。" + LONG,
        "（二）抓服务。" + LONG,
        "二、存在问题",
        "一是底子薄。" + LONG,
        "二是办法少。" + LONG,
        "柳溪镇人民政府",
        "2023年12月5日",
    )
    assert [(b.kind, b.level, b.parent) for b in found.blocks] == [
        ("title", 0, None),
        ("paragraph", 0, None),
        ("heading", 1, None),
        ("heading", 2, 2),
        ("paragraph", 2, 3),
        ("heading", 2, 2),
        ("paragraph", 2, 5),
        ("heading", 1, None),
        ("item", 2, 7),
        ("item", 2, 7),
        ("signature", 0, None),
        ("signature", 0, None),
    ]
    assert found.blocks[3].text == "（一）抓宣传。"
    assert found.title == "柳溪镇2023年民族团结工作总结"
    assert [block.text[:2] for block in found.heading_path(found.blocks[4])] == ["一、", "（一"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            [
                "政府工作报告",
                "——2024年1月17日在某县第五届人民代表大会第四次会议上",
                "县长 某某某",
                "各位代表：",
                LONG,
            ],
            ["title 0", "title 0", "signature 0", "paragraph 0", "paragraph 0"],
        ),
        (
            ["某县民族工作汇报", "某县民族宗教事务局", "（2022年6月18日）", LONG],
            ["title 0", "signature 0", "signature 0", "paragraph 0"],
        ),
        (
            [
                "某县委工作简报",
                "第46期",
                "某县委办公室  2020年10月21日",
                "金河社区打造服务圈",
                LONG,
            ],
            ["title 0", "paragraph 0", "signature 0", "title 0", "paragraph 0"],
        ),
        (
            ["某县民族工作会议纪要", "时间：2023年3月1日", "地点：县政府会议室", LONG],
            ["title 0", "paragraph 0", "paragraph 0", "paragraph 0"],
        ),
        ([LONG, LONG], ["paragraph 0", "paragraph 0"]),
        (["一、做法", LONG], ["heading 1", "paragraph 1"]),
        (
            ["（一）抓宣传", LONG, "（二）抓服务", LONG],
            ["heading 1", "paragraph 1", "heading 1", "paragraph 1"],
        ),
        (
            ["第一章 总体要求", "第一节 目标", LONG, "第二章 保障", "（一）加强领导", LONG],
            ["heading 1", "heading 2", "paragraph 2", "heading 1", "heading 2", "paragraph 2"],
        ),
        (
            ["一、做法", "（一）抓宣传", "1.办好专栏", LONG, "2.用好大喇叭", LONG],
            ["heading 1", "heading 2", "heading 3", "paragraph 3", "heading 3", "paragraph 3"],
        ),
        (
            ["一、做法", "1.办好专栏。" + LONG, "2、用好大喇叭。" + LONG],
            ["heading 1", "item 2", "item 2"],
        ),
        (
            [
                "一、要求",
                "（一）各乡镇要在6月底前报送总结材料；",
                "（二）各部门要在7月底前完成任务。",
                LONG,
            ],
            ["heading 1", "item 2", "item 2", "paragraph 1"],
        ),
        (
            ["一、打算", LONG, "1.12月召开会议。", "2.明年初印发方案。"],
            ["heading 1", "paragraph 1", "item 2", "item 2"],
        ),
        (
            ["一、成效", "——产业更强了。" + LONG, "——人心更齐了。" + LONG],
            ["heading 1", "item 2", "item 2"],
        ),
        (
            [
                "一、任务",
                "（一）兴产业。",
                LONG,
                "持续做强特色产业。",
                LONG,
                "扎实办好民生实事。",
                LONG,
            ],
            [
                "heading 1",
                "heading 2",
                "paragraph 2",
                "heading 3",
                "paragraph 3",
                "heading 3",
                "paragraph 3",
            ],
        ),
        (
            [LONG, "存在问题", LONG, "下步打算", LONG],
            ["paragraph 0", "heading 1", "paragraph 1", "heading 1", "paragraph 1"],
        ),
        (
            ["一、数字", "项目|数量|备注", "资料|870份|两种文字", "讲座|12场|", LONG],
            ["heading 1", "table 1", "paragraph 1"],
        ),
    ],
)
def test_kinds_and_levels(lines: list[str], expected: list[str]) -> None:
    assert [f"{block.kind} {block.level}" for block in report(*lines).blocks] == expected


def test_headings_without_numbers_stand_above_numbers_that_begin_anew() -> None:
    found = outline(
        "各位代表：", "2023年工作回顾", LONG, "一、强产业", LONG, "二、惠民生", LONG,
        "2024年工作安排", LONG, "一、稳增长", LONG, "二、保平安", LONG, "全面加强政府自身建设", LONG,
    )  # fmt: skip
    assert [level for kind, level, _ in found if kind == "heading"] == [1, 2, 2, 1, 2, 2, 1]


def test_points_run_into_a_paragraph_are_blocks_of_their_own() -> None:
    text = f"主要抓了三件事。一是{LONG}二是{LONG}①{LONG}②{LONG}三是{LONG}"
    found = report("一、做法", text)
    assert [(b.kind, b.level, b.parent) for b in found.blocks] == [
        ("heading", 1, None),
        ("paragraph", 1, 0),
        ("item", 2, 0),
        ("item", 2, 0),
        ("item", 3, 3),
        ("item", 3, 3),
        ("item", 2, 0),
    ]


def test_points_inside_points_may_stand_on_lines_of_their_own() -> None:
    found = report(
        "一、做法",
        "一是抓宣传。" + LONG,
        "（1）进村。" + LONG,
        "（2）进校。" + LONG,
        "二是抓服务。" + LONG,
    )
    assert [(b.level, b.parent) for b in found.blocks] == [
        (1, None),
        (2, 0),
        (3, 1),
        (3, 1),
        (2, 0),
    ]


def test_a_short_list_in_one_sentence_stays_a_paragraph() -> None:
    text = "一是点上突破不够，亮点偏少；二是面上推进不快，进度偏慢；三是线上宣传不多，声音偏弱。"
    assert outline("一、问题", text) == [("heading", 1, "一、问题"), ("paragraph", 1, text[:8])]


def test_a_report_on_one_line_is_cut_at_its_numbers() -> None:
    line = (
        f"某县民族团结工作汇报 {LONG}一、主要做法 （一）抓宣传。{LONG}（二）抓服务。{LONG}"
        f"二、存在问题 {LONG}三、下步打算 {LONG} 某县委统战部  2023年5月6日"
    )
    assert [kind for kind, _, _ in outline(line)] == [
        "title", "paragraph", "heading", "heading", "paragraph", "heading", "paragraph",
        "heading", "paragraph", "heading", "paragraph", "signature",
    ]  # fmt: skip


def test_a_heading_typed_with_its_parents_number_keeps_its_level() -> None:
    lines = [
        "一、做法",
        "（一）甲。" + LONG,
        "（二）乙。" + LONG,
        "三、丙。" + LONG,
        "二、问题",
        LONG,
    ]
    levels = [level for kind, level, _ in outline(*lines) if kind == "heading"]
    assert levels == [1, 2, 2, 2, 1]


def test_a_long_run_in_heading_is_one_where_its_like_are() -> None:
    long_heading = (
        "（三）推行板凳课堂进村入寨，" + "让党的民族政策走进千家万户，" * 5 + "实现全覆盖。"
    )
    found = outline("（一）甲。" + LONG, "（二）乙。" + LONG, long_heading + LONG)
    assert [kind for kind, _, _ in found] == ["heading", "paragraph"] * 3


def test_traditional_script_is_read_alike() -> None:
    found = outline("柳溪鎮民族團結工作總結", "一、主要做法", "（一）抓宣傳。" + LONG)
    assert found[0] == ("title", 0, "柳溪镇民族团结工")
    assert [kind for kind, _, _ in found] == ["title", "heading", "heading", "paragraph"]


def test_half_width_signs_are_read_alike() -> None:
    found = report("某县工作汇报", "一、做法", "(一)抓宣传,强引导。" + LONG)
    assert [block.text[:12] for block in found.blocks[1:3]] == [
        "一、做法",
        "（一）抓宣传，强引导。",
    ]


def page(text: str, *lines: Line) -> Page:
    return Page("x", "", "text/plain", None, text, lines)


def laid_out(*paragraphs: tuple[str, dict[str, Any]]) -> Page:
    lines, place = [], 0
    for text, hints in paragraphs:
        lines.append(Line(Span(place, place + len(text)), **hints))
        place += len(text) + 1
    return page("\n".join(text for text, _ in paragraphs), *lines)


def test_what_the_file_says_of_its_layout_is_used() -> None:
    found = split_reports(
        laid_out(
            (LONG, {}),
            ("工作情况怎么样", {"outline": 1}),
            ("创建为了谁？", {"outline": 2}),
            (LONG, {"indent": 2.0}),
            ("甲|1\n乙|2", {"kind": "table"}),
            ("丙|3", {"kind": "table"}),
            ("注：数字截至5月", {"kind": "note"}),
        )
    )
    assert [(b.kind, b.level, b.text[:7]) for b in found.reports[0].blocks] == [
        ("paragraph", 0, LONG[:7]),
        ("heading", 1, "工作情况怎么样"),
        ("heading", 2, "创建为了谁？"),
        ("paragraph", 2, LONG[:7]),
        ("table", 2, "甲|1\n乙|2"),
        ("table", 2, "丙|3"),
        ("paragraph", 2, "注：数字截至5"),
    ]


def test_a_break_inside_a_paragraph_of_an_office_file_parts_nothing() -> None:
    found = split_reports(laid_out(("我镇组织干部走村入\n户开展宣传。", {}), (LONG, {})))
    assert [b.text[:14] for b in found.reports[0].blocks] == [
        "我镇组织干部走村入户开展宣传",
        LONG[:14],
    ]


def test_an_empty_page_has_no_reports() -> None:
    assert split_reports(page("")).reports == ()


SIGNS = "一二三四、（）()1234567890.。；：，“”《》 是第要其①②③\n\n　年月日|—-汇报总结篇好\u200b\r范文X*%"


@settings(max_examples=80, deadline=None)
@given(st.text(st.sampled_from(SIGNS), max_size=400) | st.text(max_size=200))
def test_every_character_is_in_one_block_or_in_furniture_and_leads_back(text: str) -> None:
    lines, place = [], 0
    for line in text.split("\n"):
        if line.strip():
            lines.append(Line(Span(place, place + len(line))))
        place += len(line) + 1
    found = split_reports(page(text, *lines))
    covered = [0] * len(text)
    blocks = [block for one in found.reports for block in one.blocks]
    for span in [block.span for block in blocks] + [one.span for one in found.furniture]:
        for index in range(span.start, span.end):
            covered[index] += 1
    assert all(count == 1 for count, sign in zip(covered, text, strict=True) if not sign.isspace())
    assert max(covered, default=0) <= 1
    for block in blocks:
        assert list(block.origin) == sorted(set(block.origin))


@pytest.mark.parametrize(
    "pattern",
    ["一是好。", "。一、二", "工作总结\n", "（“《", "1、好；", "好\n", "|a|b\n", "1.好\n", " "],
)
def test_time_grows_with_the_length_of_a_page(pattern: str) -> None:
    def seconds(size: int) -> float:
        one = read_page("好" + pattern * (size // len(pattern)) + "好")
        times = []
        for _ in range(3):
            start = time.process_time()
            split_reports(one)
            times.append(time.process_time() - start)
        return min(times)

    # Eight times the length: linear takes 8 times as long, quadratic 64 times.
    assert seconds(64_000) < 24 * max(seconds(8_000), 0.005)


def test_the_same_page_gives_the_same_blocks() -> None:
    signs = random.Random(0)
    text = "".join(signs.choice(SIGNS) for _ in range(3_000)) + "完"
    assert split_reports(read_page(text)) == split_reports(read_page(text))
