"""Answers that may be slips: by the plain rule, and by cleanlab where it is installed."""

import json
from pathlib import Path

import pytest
from review_desk import Told, says, told_page, write_desk

from huibao.errors import LabelError
from huibao.review.desk import Desk
from huibao.review.suspects import plain_suspects, read_chances, suspects

SCHOOL = "school_youth_education"
WORLD = [
    ("another role is nearly sure", Told("甲", score=0.95, other="plan", other_score=0.03), "plan",
     [("plan", "work_done", 0.95)]),
    ("the answer is not unlikely", Told("甲", score=0.7, other="plan", other_score=0.25), "plan", []),
    ("no other is sure", Told("甲", score=0.75, other="results", other_score=0.2), "plan", []),
    ("the model agrees", Told("甲", score=0.95), "work_done", []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "said", "found"), [r[1:] for r in WORLD], ids=[r[0] for r in WORLD]
)
def test_the_plain_rule(tmp_path: Path, told: Told, said: str, found: list[tuple[str, str, float]]):
    desk = Desk(write_desk(tmp_path / "labels", pages=[told_page("a.txt", [told])]))
    says(desk, "zhang", "a.txt@0", roles=said)
    with desk.held() as view:
        assert [(one.said, one.other, one.chance) for one in plain_suspects(view)] == found


def test_a_category_denied_against_a_sure_model_and_one_never_listed(tmp_path: Path):
    told = Told("甲", categories={SCHOOL: 0.9})
    desk = Desk(write_desk(tmp_path / "labels", pages=[told_page("a.txt", [told])]))
    says(desk, "zhang", "a.txt@0", categories=["media_information"])
    with desk.held() as view:
        assert [(one.other, one.chance) for one in plain_suspects(view)] == [(SCHOOL, 0.9)]


def test_out_of_fold_chances_go_before_the_page_s_own(tmp_path: Path):
    desk = Desk(write_desk(tmp_path / "labels", pages=[told_page("a.txt", [Told("甲")])]))
    says(desk, "zhang", "a.txt@0", roles="work_done", categories=[SCHOOL])
    path = tmp_path / "chances.jsonl"
    lines = [
        {"place": "a.txt@0", "set": "roles", "p": {"plan": 0.9, "work_done": 0.1}},
        {"place": "a.txt@0", "set": "categories", "p": {SCHOOL: 0.05}},
    ]
    path.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    with desk.held() as view:
        found = plain_suspects(view, read_chances(path))
    assert [(one.part, one.other, one.chance) for one in found] == [
        ("categories", SCHOOL, 0.95),
        ("roles", "plan", 0.9),
    ]
    path.write_text('{"place": "a"}', "utf-8")
    with pytest.raises(LabelError, match=r"chances\.jsonl:1: no chances of labels"):
        read_chances(path)


def test_cleanlab_finds_the_flipped_answers(tmp_path: Path):
    pytest.importorskip("cleanlab", reason="the extra review is not installed")
    texts = [f"第{n}段" for n in range(120)]
    desk = Desk(write_desk(tmp_path / "labels", pages=[told_page("a.txt", texts)]))
    with desk.held() as view:
        places = list(view.blocks)
    flipped, chances = {7, 50, 93}, {}
    for n, place in enumerate(places):
        true, other = (("plan", "results"), ("results", "plan"))[n % 2]
        said = [SCHOOL] if (n % 3 == 0) != (n in flipped) else []
        role = other if n in flipped else true
        says(desk, "zhang", place, roles=role, categories=said)
        chances[place, "roles"] = {true: 0.9 - n % 5 / 50, other: 0.1}
        chances[place, "categories"] = {SCHOOL: 0.9 if n % 3 == 0 else 0.1}
    with desk.held() as view:
        found = suspects(view, chances)
    for part in ("roles", "categories"):
        assert {one.place for one in found if one.part == part} == {places[n] for n in flipped}
