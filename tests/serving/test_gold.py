"""Gold: which answer counts where several people, models and rules spoke of one block."""

from dataclasses import replace
from typing import Any

import pytest
from small_histories import decided, history

from huibao.decisions import (
    Decision,
    ManyState,
    ManyValue,
    MarkedSpan,
    OneState,
    SpanValue,
    gold_of,
)

DATE = MarkedSpan(0, 4, "3月5日", "DATE")
SPLIT = {"op": "split", "id": "school", "into": ["campus", "language"]}


def said(by: str, day: int, value: Any, part: str = "roles", **more: Any) -> Decision:
    return decided(part, value, by=by, at=f"2027-03-{day:02}T09:00:00+08:00", **more)


WORLD = [
    ("one person is single", [said("a", 1, "plan")], "plan", "single", False),
    ("two who agree", [said("a", 1, "plan"), said("b", 2, "plan")], "plan", "agreed", False),
    ("of two who differ the newest", [said("a", 1, "plan"), said("b", 2, "results")],
     "results", "single", True),
    ("two who agree before a newer one", [
        said("a", 1, "plan"), said("b", 2, "plan"), said("c", 3, "results"),
     ], "plan", "agreed", True),
    ("an adjudication before all", [
        said("a", 1, "plan"), said("b", 2, "plan"), said("head", 1, "results", kind="adjudication"),
        said("c", 9, "plan"),
     ], "results", "adjudication", False),
    ("the newest adjudication", [
        said("head", 1, "plan", kind="adjudication"), said("c", 2, "results", kind="adjudication"),
     ], "results", "adjudication", False),
    ("a person who changed her mind counts once", [said("a", 1, "plan"), said("a", 2, "results")],
     "results", "single", False),
    ("a copy from an identical block is its author's word", [
        said("a", 1, "plan", kind="import"), said("b", 2, "plan"),
     ], "plan", "agreed", False),
    ("neither model nor rule agree with a person", [
        said("a", 1, "plan"), said("huibao-small", 2, "results", kind="model"),
        said("rule:keywords", 3, "results", kind="rule"),
     ], "plan", "single", False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("decisions", "value", "basis", "disputed"), [r[1:] for r in WORLD], ids=[r[0] for r in WORLD]
)
def test_which_answer_counts(decisions: list[Decision], value: str, basis: str, disputed: bool):
    for order in (decisions, decisions[::-1]):
        (gold,) = gold_of(order, history())
        assert (gold.state, gold.basis, gold.disputed) == (OneState((value,)), basis, disputed)


def test_without_a_person_there_is_no_gold():
    model = said("huibao-small", 1, "plan", kind="model")
    back = [said("a", 1, "plan"), said("a", 2, None)]
    assert gold_of([model, replace(model, kind="rule", by="rule:x"), *back], history()) == []


def test_what_was_never_judged_is_no_difference():
    early = said("a", 1, ManyValue(("media",)), "categories")
    late = said("b", 2, ManyValue(("media", "ecology")), "categories", version=1)
    (gold,) = gold_of([early, late], history({"op": "add", "label": "ecology"}))
    assert (gold.basis, gold.by) == ("agreed", ("b", "a"))
    assert gold.state.labels == {"media", "ecology"}
    spans = [
        said("a", 1, SpanValue((DATE,)), "entities"),
        said("b", 2, SpanValue((), ("ORG",)), "entities"),
    ]
    assert [one.basis for one in gold_of(spans, history())] == ["agreed"]


def test_a_yes_against_a_no_is_a_difference():
    both = [
        said("a", 1, ManyValue(("media",)), "categories"),
        said("b", 2, ManyValue(("media", "visits")), "categories"),
    ]
    assert [(one.basis, one.disputed) for one in gold_of(both, history())] == [("single", True)]
    spans = [
        said("a", 1, SpanValue((DATE,)), "entities"),
        said("b", 2, SpanValue(()), "entities"),
    ]
    assert [one.disputed for one in gold_of(spans, history())] == [True]


def test_a_certain_answer_comes_before_one_that_a_split_left_waiting():
    old = said("a", 3, ManyValue(("school",)), "categories")
    new = said("b", 2, ManyValue(("campus",)), "categories", version=1)
    (gold,) = gold_of([old, new], history(SPLIT))
    assert (gold.by, gold.basis, gold.state.waiting) == (("b",), "single", False)
    (gold,) = gold_of([old], history(SPLIT))
    assert isinstance(gold.state, ManyState)
    assert gold.state.one_of == (frozenset({"campus", "language"}),)


def test_a_changed_text_is_another_question():
    other = said("b", 2, "plan", text_sha="00000000")
    assert [one.basis for one in gold_of([said("a", 1, "plan"), other], history())] == [
        "single"
    ] * 2
