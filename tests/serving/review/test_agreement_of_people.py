"""Agreement, and what people corrected: counted by hand on desks that were decided by two."""

from pathlib import Path

import pytest
from review_desk import Told, says, told_page, write_desk

from huibao.decisions import ManyValue, MarkedSpan, SpanValue
from huibao.review.agreement import Confusion, LabelAgreement, SetAgreement, agreement
from huibao.review.desk import Desk
from huibao.review.model_record import corrections_by_label, corrections_by_week
from huibao.review.statistics import statistics

SCHOOL, MEDIA = "school_youth_education", "media_information"


def desk_of(tmp_path: Path, count: int) -> tuple[Desk, list[str]]:
    """A desk with so many blocks on one page, and their places."""
    texts = [f"县里第{n}次举办培训班。" for n in range(count)]
    desk = Desk(write_desk(tmp_path / "labels", pages=[told_page("a.txt", texts)]))
    with desk.held() as view:
        return desk, list(view.blocks)


def of_set(desk: Desk, part: str) -> SetAgreement:
    with desk.held() as view:
        return next(one for one in agreement(view) if one.part == part)


def row(found: SetAgreement, label: str) -> LabelAgreement:
    return next(one for one in found.rows if one.label == label)


def test_roles_that_two_judged_blindly(tmp_path: Path):
    desk, places = desk_of(tmp_path, 50)
    # The textbook table of kappa 0.4: 20 both plan, 5 and 10 apart, 15 both results.
    table = [("plan", "plan")] * 20 + [("plan", "results")] * 5
    table += [("results", "plan")] * 10 + [("results", "results")] * 15
    for place, (one, other) in zip(places, table, strict=True):
        says(desk, "zhang", place, roles=one)
        says(desk, "li", place, roles=other)
    found = of_set(desk, "roles")
    whole = row(found, "all")
    assert (found.pairs, whole.n, whole.share) == (50, 50, 0.7)
    assert whole.kappa == pytest.approx(0.4)
    assert whole.alpha == pytest.approx(1 - 99 * 30 / (100**2 - 55**2 - 45**2))
    assert row(found, "plan").kappa == pytest.approx(0.4)
    assert (row(found, "plan").n, row(found, "plan").share) == (35, 20 / 35)
    (confused,) = found.confused
    assert (confused.one, confused.other, confused.n) == ("plan", "results", 15)
    assert confused.places == (places[20], places[21])


def test_below_thirty_pairs_there_is_no_figure(tmp_path: Path):
    desk, places = desk_of(tmp_path, 29)
    for place in places:
        for who in ("zhang", "li"):
            says(desk, who, place, roles="plan")
    found = of_set(desk, "roles")
    assert [(one.label, one.n, one.too_few, one.kappa, one.alpha) for one in found.rows] == [
        ("all", 29, True, None, None),
        ("plan", 29, True, None, None),
    ]
    with desk.held() as view:
        told = statistics(view)["agreement"]["roles"]["labels"]
    assert told == [
        {"id": "all", "n": 29, "too_few": True},
        {"id": "plan", "n": 29, "too_few": True},
    ]


def test_who_saw_an_answer_does_not_count(tmp_path: Path):
    desk, (place, *_) = desk_of(tmp_path, 2)
    says(desk, "zhang", place, roles="plan")
    says(desk, "li", place, roles="plan", mode="open")
    with desk.held() as view:
        assert agreement(view) == ()


def test_a_blind_answer_counts_though_it_was_talked_over_later(tmp_path: Path):
    desk, (place, *_) = desk_of(tmp_path, 2)
    says(desk, "zhang", place, roles="plan")
    says(desk, "li", place, roles="results")
    says(desk, "li", place, roles="plan", mode="open")
    (confused,) = of_set(desk, "roles").confused
    assert (confused.one, confused.other) == ("plan", "results")


def test_categories_are_compared_label_by_label(tmp_path: Path):
    desk, places = desk_of(tmp_path, 40)
    for n, place in enumerate(places):
        says(desk, "zhang", place, categories=[SCHOOL])
        says(desk, "li", place, categories=[SCHOOL] if n < 30 else [MEDIA])
    found = of_set(desk, "categories")
    assert (row(found, SCHOOL).n, row(found, SCHOOL).share) == (40, 0.75)
    assert row(found, MEDIA).too_few
    assert found.confused == (
        Confusion(MEDIA, SCHOOL, 10, tuple(places[30:32]), found.confused[0].rule),
    )


def test_what_one_did_not_judge_is_not_compared(tmp_path: Path):
    desk, places = desk_of(tmp_path, 40)
    for place in places:
        says(desk, "zhang", place, categories=[SCHOOL])
        says(desk, "li", place, categories=ManyValue((MEDIA,), ()))
    found = of_set(desk, "categories")
    assert [one.label for one in found.rows] == ["all", MEDIA]
    assert [(one.one, one.other, one.n) for one in found.confused] == [(MEDIA, "none", 40)]


def test_spans_are_compared_strictly_and_in_part(tmp_path: Path):
    desk, places = desk_of(tmp_path, 30)
    for place in places:
        whole, part = MarkedSpan(0, 2, "县里", "ORG"), MarkedSpan(0, 1, "县", "ORG")
        same = MarkedSpan(2, 3, "第", "LOC")
        says(desk, "zhang", place, entities=SpanValue((whole, same)))
        says(desk, "li", place, entities=SpanValue((part, same)))
    found = of_set(desk, "entities")
    assert (row(found, "all").strict, row(found, "all").partial) == (0.5, 1.0)
    assert (row(found, "ORG").strict, row(found, "ORG").partial) == (0.0, 1.0)
    assert (row(found, "LOC").strict, row(found, "LOC").partial) == (1.0, 1.0)


def test_people_and_model_are_compared_by_week_and_label(tmp_path: Path):
    blocks = [Told(f"县里第{n}次办班。", categories={SCHOOL: 0.9}) for n in range(4)]
    desk = Desk(write_desk(tmp_path / "labels", pages=[told_page("a.txt", blocks)]))
    with desk.held() as view:
        places = list(view.blocks)
    for n, place in enumerate(places):
        says(desk, "zhang", place, roles="work_done" if n else "plan", categories=[SCHOOL, MEDIA])
    with desk.held() as view:
        decisions = list(view.standing.decisions())
    weeks = corrections_by_week(decisions)
    assert {(part, mode): (one.n, one.corrected) for (_, part, mode), one in weeks.items()} == {
        ("roles", "blind"): (4, 1),
        ("categories", "blind"): (4, 4),
    }
    labels = corrections_by_label(decisions)
    shares = {key: (one.n, one.share) for key, one in labels.items()}
    assert shares == {
        ("roles", "plan"): (1, 1.0),
        ("roles", "work_done"): (4, 0.25),
        ("categories", SCHOOL): (4, 0.0),
        ("categories", MEDIA): (4, 1.0),
    }
