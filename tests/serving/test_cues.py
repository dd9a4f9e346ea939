"""Labels by literal words: arenas, genres and the keyword baseline."""

from dataclasses import replace

import pytest

from huibao.inference.cues import arenas_of, categories_by_cue, genre_of, roles_by_cue
from huibao.labels import LabelSets
from huibao.report import Block, BlockKind, Report, Span


def report_of(title: str, *blocks: tuple[BlockKind, str, int | None]) -> Report:
    made, place = [], 0
    for index, (kind, text, parent) in enumerate(blocks):
        span = Span(place, place + len(text))
        made.append(Block(index, kind, 1, parent, span, text, tuple(range(place, span.end))))
        place = span.end
    return Report(0, Span(0, place), title, tuple(made))


@pytest.mark.parametrize(
    ("title", "genre"),
    [
        ("云溪县2023年民族工作总结", "work_summary"),
        ("云溪县2023年工作总结和2024年工作计划", "summary_and_plan"),
        ("关于柳湾村的事", None),
        ("", None),
    ],
)
def test_the_title_tells_the_genre(label_sets: LabelSets, title: str, genre: str | None) -> None:
    assert genre_of(report_of(title), label_sets) == genre


@pytest.mark.parametrize(
    ("text", "arena"),
    [("民族团结进校园", "school"), ("走进社区宣讲", "community")],
)
def test_a_text_that_names_a_kind_of_unit_has_its_arena(
    label_sets: LabelSets, text: str, arena: str
) -> None:
    assert arena in [tag.label for tag in arenas_of(text, label_sets)]


def test_a_text_that_names_no_unit_has_no_arena(label_sets: LabelSets) -> None:
    assert arenas_of("经费不足。", label_sets) == ()


def test_a_keyword_may_have_one_character(label_sets: LabelSets) -> None:
    first, *others = label_sets.categories.labels
    short = replace(first, positive=("牧",), negative=())
    changed = replace(label_sets.categories, labels=(short, *others))
    assert first.id in categories_by_cue("牧", replace(label_sets, categories=changed))


def test_a_negative_phrase_hides_its_keyword(label_sets: LabelSets) -> None:
    for label in (*label_sets.arenas, *label_sets.categories):
        for phrase in label.negative:
            given = [tag.label for tag in arenas_of(phrase, label_sets)]
            given += categories_by_cue(phrase, label_sets)
            assert label.id not in given


def test_roles_follow_the_nearest_telling_heading(label_sets: LabelSets) -> None:
    report = report_of(
        "总结",
        ("title", "云溪县工作总结", None),
        ("paragraph", "现将情况写明。", None),
        ("heading", "一、存在的问题", None),
        ("paragraph", "人手紧。", 2),
        ("heading", "二、下一步打算", None),
        ("heading", "（一）其他", 4),
        ("item", "1.添人。", 5),
        ("signature", "云溪县", None),
    )
    assert roles_by_cue(report, label_sets) == [
        "title_meta",
        "opening",
        "problems",
        "problems",
        "plan",
        "plan",
        "plan",
        "title_meta",
    ]
