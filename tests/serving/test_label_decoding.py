"""Scores to labels: roles over the whole report, categories, entities in one layer."""

from collections.abc import Collection
from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest

from huibao.annotation import Mention, Tag
from huibao.inference.bundle import Bundle, Decisions
from huibao.inference.decoding import above_threshold, best_roles, merged, posteriors
from huibao.inference.scores import BlockScores, log_softmax
from huibao.report import Block, BlockKind, Span


def block_of(index: int, kind: BlockKind = "paragraph") -> Block:
    return Block(index, kind, 1, None, Span(index, index + 1), "甲", (index,))


def scores_for(
    bundle: Bundle, role: str = "work_done", sure: float = 5.0, **categories: float
) -> BlockScores:
    roles = np.zeros(len(bundle.roles), dtype=np.float32)
    roles[bundle.roles.index(role)] = sure
    logits = np.full(len(bundle.categories), -8.0, dtype=np.float32)
    for label, logit in categories.items():
        logits[bundle.categories.index(label)] = logit
    return BlockScores(roles, logits, np.zeros((0, 1), dtype=np.float32), (), ())


def categories_of(
    scores: BlockScores, block: Block, bundle: Bundle, cued: Collection[str] = ()
) -> tuple[Tag, ...]:
    (tags,) = above_threshold([block], [scores], bundle, [cued])
    return tags


def with_decisions(bundle: Bundle, **changes: object) -> Bundle:
    return replace(bundle, decisions=Decisions(**changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(5))
def test_posteriors_agree_with_trying_all_sequences(seed: int) -> None:
    draw = np.random.default_rng(seed)
    emissions = log_softmax(draw.normal(0, 2, (4, 3)).astype(np.float32))
    transitions = draw.normal(0, 1, (3, 3)).astype(np.float32)
    expected = np.zeros((4, 3))
    for path in product(range(3), repeat=4):
        total = sum(emissions[step, role] for step, role in enumerate(path))
        total += sum(transitions[a, b] for a, b in pairwise(path))
        for step, role in enumerate(path):
            expected[step, role] += np.exp(total)
    expected /= expected.sum(axis=1, keepdims=True)
    assert posteriors(emissions, transitions) == pytest.approx(expected, abs=1e-5)


def test_without_transitions_each_block_speaks_for_itself() -> None:
    emissions = log_softmax(np.array([[2, 0], [0, 1]], dtype=np.float32))
    chances = posteriors(emissions, np.zeros((0, 0), dtype=np.float32))
    assert chances == pytest.approx(np.exp(emissions), abs=1e-6)


def test_posteriors_of_a_long_report_stay_probabilities() -> None:
    emissions = np.tile(np.array([[-30.0, 0.0]], dtype=np.float32), (5000, 1))
    chances = posteriors(emissions, np.zeros((2, 2), dtype=np.float32))
    assert np.isfinite(chances).all()
    assert chances.sum(axis=1) == pytest.approx(np.ones(5000), abs=1e-3)


@pytest.mark.parametrize("kind", ["title", "signature"])
def test_titles_and_signatures_are_what_they_are(bundle: Bundle, kind: BlockKind) -> None:
    told = best_roles([block_of(0, kind)], [scores_for(bundle, "problems", 50.0)], bundle)
    assert told[0][0].label == "title_meta"


def test_a_report_without_blocks_has_no_roles(bundle: Bundle) -> None:
    assert best_roles([], [], bundle) == []


def test_neighbours_decide_where_a_block_is_unsure(bundle: Bundle) -> None:
    stay = tuple(tuple(2.0 * (a == b) for b in bundle.roles) for a in bundle.roles)
    blocks = [block_of(0), block_of(1), block_of(2)]
    scores = [scores_for(bundle, "problems"), scores_for(bundle, "plan", 0.5)]
    scores.append(scores_for(bundle, "problems"))
    alone = best_roles(blocks, scores, bundle)
    together = best_roles(blocks, scores, with_decisions(bundle, transitions=stay))
    assert [tag.label for tag, _ in alone] == ["problems", "plan", "problems"]
    assert [tag.label for tag, _ in together] == ["problems"] * 3


def test_the_runners_up_are_told_when_they_have_a_chance(bundle: Bundle) -> None:
    scores = scores_for(bundle, "work_done", 6.0)
    scores.role[bundle.roles.index("results")] = 5.0
    ((role, others),) = best_roles([block_of(0)], [scores], bundle)
    assert role.label == "work_done"
    assert [tag.label for tag in others] == ["results"]
    assert role.score > others[0].score >= 0.01


def test_a_temperature_makes_roles_less_sure(bundle: Bundle) -> None:
    scores = [scores_for(bundle)]
    ((sure, _),) = best_roles([block_of(0)], scores, bundle)
    ((unsure, _),) = best_roles([block_of(0)], scores, with_decisions(bundle, temperature=3.0))
    assert sure.score > unsure.score


def test_categories_above_their_threshold_are_given_best_first(bundle: Bundle) -> None:
    strict = with_decisions(bundle, thresholds={"org_leadership": 0.9, "team_funding": 0.2})
    scores = scores_for(bundle, org_leadership=2.0, team_funding=-1.0, supervision=0.1)
    tags = categories_of(scores, block_of(0), strict)
    assert [tag.label for tag in tags] == ["supervision", "team_funding"]


def test_calibration_comes_before_the_threshold(bundle: Bundle) -> None:
    shifted = with_decisions(bundle, calibration={"org_leadership": (2.0, 3.0, 0.0)})
    scores = scores_for(bundle, org_leadership=-1.0)
    assert categories_of(scores, block_of(0), bundle) == ()
    ((tag),) = categories_of(scores, block_of(0), shifted)
    assert tag.score == pytest.approx(0.7311)


def test_a_keyword_lifts_its_category_over_the_threshold(bundle: Bundle) -> None:
    told = with_decisions(bundle, calibration={"org_leadership": (1.0, 0.0, 2.0)})
    scores = scores_for(bundle, org_leadership=-1.0)
    assert categories_of(scores, block_of(0), told) == ()
    ((tag),) = categories_of(scores, block_of(0), told, {"org_leadership"})
    assert tag.score == pytest.approx(0.7311)


def test_a_signature_has_no_category(bundle: Bundle) -> None:
    scores = scores_for(bundle, org_leadership=9.0)
    assert categories_of(scores, block_of(0, "signature"), bundle) == ()


def told(mentions: tuple[Mention, ...]) -> list[tuple[str, int, int]]:
    return [(one.type, one.start, one.end) for one in mentions]


@pytest.mark.parametrize(
    ("rules", "model", "expected"),
    [
        # 第17个民族团结进步宣传月: the number is part of the name
        ([("QUANT", 0, 4)], [("EVENT", 0, 12)], [("EVENT", 0, 12)]),
        # 2015年全县民族团结进步模范集体: so is the year
        ([("DATE", 0, 5)], [("HONOR", 0, 15)], [("HONOR", 0, 15)]),
        ([("ETHNIC", 1, 3)], [("ORG", 0, 8)], [("ORG", 0, 8)]),
        ([("QUANT", 2, 5)], [("EVENT", 0, 4)], [("QUANT", 2, 5)]),
        ([("MONEY", 0, 4)], [("LOC", 0, 4)], [("MONEY", 0, 4)]),
        ([("DATE", 0, 9)], [("LOC", 3, 5)], [("DATE", 0, 9)]),
        ([("DOC_TITLE", 2, 9)], [("EVENT", 0, 12)], [("DOC_TITLE", 2, 9)]),
        ([("DOC_NO", 2, 9)], [("ORG", 0, 12)], [("DOC_NO", 2, 9)]),
        ([("QUANT", 0, 2)], [("LOC", 4, 6)], [("QUANT", 0, 2), ("LOC", 4, 6)]),
        # a name that loses to one rule does not take another rule's find with it
        (
            [("QUANT", 2, 4), ("DATE", 8, 12)],
            [("EVENT", 0, 10)],
            [("QUANT", 2, 4), ("DATE", 8, 12)],
        ),
        # what rules know better is not taken from the model
        ([], [("MONEY", 0, 4), ("PERSON", 5, 7)], [("PERSON", 5, 7)]),
        ([], [], []),
    ],
)
def test_rules_and_model_are_one_flat_layer(
    bundle: Bundle,
    rules: list[tuple[str, int, int]],
    model: list[tuple[str, int, int]],
    expected: list[tuple[str, int, int]],
) -> None:
    found = merged([Mention(*one) for one in rules], [Mention(*one) for one in model], bundle)
    assert told(found) == expected


def test_an_unsure_name_is_left_out_and_its_number_stays(bundle: Bundle) -> None:
    rules, model = [Mention("QUANT", 0, 4)], [Mention("EVENT", 0, 12, score=0.45)]
    assert told(merged(iter(rules), iter(model), bundle)) == [("QUANT", 0, 4)]
    bold = with_decisions(bundle, entity_thresholds={"EVENT": 0.4})
    assert told(merged(iter(rules), iter(model), bold)) == [("EVENT", 0, 12)]


def test_the_model_may_add_what_rules_find_where_the_bundle_says_so(bundle: Bundle) -> None:
    bold = with_decisions(bundle, entity_thresholds={"ETHNIC": 0.9})
    model = [Mention("ETHNIC", 0, 3, score=0.95), Mention("QUANT", 5, 7)]
    assert told(merged([], model, bold)) == [("ETHNIC", 0, 3)]
