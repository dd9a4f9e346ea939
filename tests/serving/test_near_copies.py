"""Copies of a report across a batch: found whatever masks and figures were changed in them."""

import random
import re
import time

import pytest

from huibao.near_copies import (
    Copy,
    CopyGroup,
    Sketched,
    alike,
    comparable_text,
    copy_groups,
    shared_passages,
    sketch_of,
)

WORDS = [
    "宣传",
    "培训",
    "走访",
    "慰问",
    "学校",
    "社区",
    "乡镇",
    "民族",
    "团结",
    "进步",
    "干部",
    "群众",
    "制度",
    "会议",
    "活动",
    "项目",
    "资金",
    "产业",
    "文化",
    "调解",
    "服务",
    "检查",
    "台账",
    "方案",
    "总结",
    "联系",
    "困难",
    "家庭",
    "教师",
    "学生",
    "企业",
    "合作",
    "种植",
    "道路",
    "饮水",
    "医疗",
    "就业",
    "节日",
    "歌舞",
    "书法",
]


def report(seed: int, words: int = 800) -> str:
    draw = random.Random(seed)
    return "".join(
        draw.choice(WORDS) + draw.choice(["，", "", "", "3次", "。"]) for _ in range(words)
    )


def masked(text: str, sign: str, every: int) -> str:
    return re.sub(".", lambda m: sign if m.start() % every == 0 else m.group(), text, flags=re.S)


def sketched(texts: dict[str, str], issued: dict[str, str] | None = None) -> list[Sketched]:
    return [
        Sketched(name, sketch_of(text), (issued or {}).get(name)) for name, text in texts.items()
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("举办培训班5期，培训860人次", "举办培训班xx期，培训***人次"),
        ("投入二十万元", "投入___万元"),
        ("在柳河镇召开会议。", "在柳河镇，召开会议"),
        ("某某县民族工作", "县民族工作"),
    ],
)
def test_masks_numbers_and_punctuation_make_no_difference(one: str, other: str) -> None:
    assert comparable_text(one) == comparable_text(other)


def test_a_text_is_like_itself_and_unlike_another() -> None:
    one, other = sketch_of(report(1)), sketch_of(report(2))
    assert one is not None
    assert other is not None
    assert alike(one, one) == 1.0
    assert alike(one, other) < 0.2


def test_a_short_text_is_not_compared() -> None:
    assert sketch_of("云溪县2023年工作总结") is None
    assert copy_groups([Sketched("a", None), Sketched("b", None)]) == ()


def test_a_copy_with_masks_is_found_and_points_to_the_earliest() -> None:
    text = report(3)
    texts = {"b": masked(text, "*", 60), "a": report(4), "c": text}
    [group] = copy_groups(sketched(texts, {"b": "2024-01-05", "c": "2023-12-20"}))
    assert group.source == "c"
    assert [copy.id for copy in group.copies] == ["b"]
    assert group.copies[0].alike > 0.6


def test_without_a_day_the_first_one_is_the_source() -> None:
    texts = {"x": report(5), "y": report(5), "z": report(5)}
    [group] = copy_groups(sketched(texts))
    assert (group.source, group.copies) == ("x", (Copy("y", 1.0), Copy("z", 1.0)))


def test_reports_with_a_common_opening_are_no_copies() -> None:
    opening = report(6, words=150)
    texts = {"x": opening + report(7), "y": opening + report(8)}
    assert copy_groups(sketched(texts)) == ()


def test_the_order_of_reports_does_not_change_who_is_grouped() -> None:
    texts = {str(seed): masked(report(seed % 7), "x", 70 + seed) for seed in range(21)}
    there = copy_groups(sketched(texts))
    back = copy_groups(sketched(dict(reversed(texts.items()))))

    def members(groups: tuple[CopyGroup, ...]) -> set[frozenset[str]]:
        return {frozenset({group.source, *(copy.id for copy in group.copies)}) for group in groups}

    assert members(there) == members(back)
    assert len(there) == 7


def test_a_passage_that_two_reports_share_is_named_with_its_places() -> None:
    passage = report(9, words=40)
    blocks = {
        "x": ["标题", report(10, 30), passage],
        "y": [masked_numbers(passage), "短"],
        "z": ["其他"],
    }
    [found] = shared_passages(blocks.items())
    assert found.places == (("x", 2), ("y", 0))
    assert found.characters >= 60


def masked_numbers(text: str) -> str:
    return text.replace("3", "xx")


def test_a_passage_repeated_inside_one_report_is_not_shared() -> None:
    passage = report(11, words=40)
    assert shared_passages([("x", [passage, passage])]) == ()


def test_a_sketch_is_the_same_everywhere() -> None:
    sketch = sketch_of(report(12))
    assert sketch is not None
    assert sketch[:3].tolist() == FIRST


def test_two_hundred_reports_take_less_than_four_seconds() -> None:
    texts = {str(seed): report(seed % 180, words=1500) for seed in range(200)}
    start = time.process_time()
    groups = copy_groups(sketched(texts))
    assert time.process_time() - start < 4
    assert len(groups) == 20


FIRST = [957022, 1386376, 3548528]
