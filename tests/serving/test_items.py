"""Points run into one paragraph: which are taken apart."""

import pytest

from huibao.text.items import run_in_items
from huibao.text.numbering import marker_at

WORK = "组织干部走村入户宣讲政策并收集群众意见建议"


def starts(text: str) -> list[tuple[str, int]]:
    return [(text[i.start : i.start + i.marker.length], i.depth) for i in run_in_items(text)]


@pytest.mark.parametrize(
    ("text", "points"),
    [
        (f"主要抓了三件事。一是{WORK}。二是{WORK}。三是{WORK}。", ["一是", "二是", "三是"]),
        (f"做法如下：1.{WORK}。2、{WORK}。3.{WORK}。", ["1.", "2、", "3."]),
        (f"①{WORK}。②{WORK}。", ["①", "②"]),
        (f"第一，{WORK}。第二，{WORK}。", ["第一，", "第二，"]),
        (f"（1）{WORK}。（2）{WORK}。", ["（1）", "（2）"]),
    ],
)
def test_a_list_of_sentences_is_taken_apart(text: str, points: list[str]) -> None:
    assert starts(text) == [(point, 1) for point in points]


@pytest.mark.parametrize(
    "text",
    [
        "一是快。二是准。",
        f"一是{WORK}；二是{WORK}；三是{WORK}。",
        f"主要抓了一件事：一是{WORK}。其余工作照常进行。",
        f"坚持三条：4、{WORK}。1、{WORK}。",
        f"投入资金10.5亿元。12.4宪法宣传日期间{WORK}。",
        f"建立制度（即：①{WORK}；②{WORK}；③{WORK}）。" * 3,
        f"提出“一是{WORK}。二是{WORK}。”的要求。",
    ],
)
def test_what_is_one_sentence_or_no_list_stays_together(text: str) -> None:
    assert starts(text) == []


def test_semicolons_part_the_points_of_a_long_paragraph() -> None:
    text = f"一是{WORK * 4}；二是{WORK * 4}；三是{WORK * 4}。"
    assert [point for point, _ in starts(text)] == ["一是", "二是", "三是"]


def test_a_list_inside_a_point_is_deeper_and_the_stop_says_which_list_goes_on() -> None:
    inner = f"问题有三：一是{WORK}；二是{WORK}；三是{WORK}。"
    text = f"一是{WORK * 2}。二是{WORK * 2}。{inner}三是{WORK}。四是{WORK}。"
    assert starts(text) == [
        ("一是", 1),
        ("二是", 1),
        ("一是", 2),
        ("二是", 2),
        ("三是", 2),
        ("三是", 1),
        ("四是", 1),
    ]


def test_other_numbers_inside_a_point_are_deeper() -> None:
    text = f"一是{WORK}。1.{WORK}。2.{WORK}。二是{WORK}。①{WORK}。②{WORK}。"
    assert [depth for _, depth in starts(text)] == [1, 2, 2, 1, 2, 2]


def test_a_quote_that_never_closes_hides_nothing() -> None:
    text = f"开展“民族团结一家亲活动。一是{WORK}。二是{WORK}。"
    assert [point for point, _ in starts(text)] == ["一是", "二是"]


def test_the_first_point_at_the_end_of_a_paragraph_counts_if_the_next_one_goes_on() -> None:
    text = f"会上定了几条。第一，{WORK}。"
    assert run_in_items(text) == []
    assert len(run_in_items(text, following=marker_at("第二，抓落实"))) == 1


def test_the_paragraphs_own_number_opens_its_list() -> None:
    text = f"一是{WORK}。二是{WORK}。"
    found = run_in_items(text, marker_at(text))
    assert [item.marker.number for item in found] == [2]
