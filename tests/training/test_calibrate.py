"""Scores to decisions: on made-up scores that are wrong in a known way."""

import numpy as np
import pytest

from huibao.inference.scores import BlockScores, sigmoid
from huibao_training.batches import Targets
from huibao_training.calibrate import (
    Judged,
    best_temperature,
    best_transitions,
    decisions_of,
    platt,
)
from huibao_training.examples import Example
from huibao_training.reliability import binned_error, calibration_error

TARGETS = Targets(("work_done", "problems", "plan"), ("common", "rare", "never"), ("ORG", "LOC"))


def _softmax(logits):
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


def _drawn_roles(rows: int, classes: int, seed: int = 1):
    """Logits that are right as probabilities, and truths drawn from them."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 1.5, (rows, classes))
    truth = (rng.random((rows, 1)) > _softmax(logits).cumsum(axis=1)).sum(axis=1)
    return logits, np.minimum(truth, classes - 1)


@pytest.mark.parametrize("sureness", [0.6, 1.0, 1.5, 2.5])
def test_the_temperature_undoes_how_sure_the_scores_are(sureness: float):
    logits, truth = _drawn_roles(4000, 6)
    assert best_temperature(sureness * logits, truth) == pytest.approx(sureness, rel=0.12)


def test_the_temperature_lowers_the_calibration_error_of_scores_that_are_too_sure():
    logits, truth = _drawn_roles(4000, 6)
    before = calibration_error(_softmax(2.5 * logits), truth)
    after = calibration_error(_softmax(2.5 * logits / best_temperature(2.5 * logits, truth)), truth)
    assert before > 0.15
    assert after < 0.03


@pytest.mark.parametrize(("slope", "offset"), [(3.0, 0.0), (0.4, 0.0), (1.0, 2.0), (2.0, -1.5)])
def test_platt_finds_the_curve_and_lowers_the_calibration_error(slope: float, offset: float):
    rng = np.random.default_rng(2)
    sound = rng.normal(-1, 2, 4000)
    truth = rng.random(4000) < 1 / (1 + np.exp(-sound))
    logits = slope * sound + offset
    found = platt(logits, truth)
    assert found == pytest.approx((1 / slope, -offset / slope, 0), abs=0.15)
    before = binned_error(sigmoid(logits.astype(np.float32)), truth)
    after = binned_error(sigmoid((found[0] * logits + found[1]).astype(np.float32)), truth)
    assert after < 0.02 < before


def test_a_keyword_that_tells_more_than_the_scores_gets_weight():
    rng = np.random.default_rng(3)
    cued = rng.random(3000) < 0.4
    logits = rng.normal(-1, 1, 3000)
    truth = rng.random(3000) < 1 / (1 + np.exp(-(logits + 2 * cued)))
    assert platt(logits, truth, cued)[2] == pytest.approx(2, abs=0.3)
    assert abs(platt(logits, truth, rng.random(3000) < 0.4)[2]) < 0.3


def test_platt_stays_finite_where_scores_part_the_truths_wholly():
    logits = np.concatenate([np.full(40, -8.0), np.full(40, 8.0)])
    slope, offset, _ = platt(logits, logits > 0)
    chances = 1 / (1 + np.exp(-(slope * logits + offset)))
    assert chances.min() > 0.005
    assert chances.max() < 0.995


def test_the_calibration_error_of_perfect_and_of_boastful_scores():
    sure = np.tile([0.99, 0.01], (300, 1))
    assert calibration_error(sure, np.zeros(300, dtype=np.int64)) == pytest.approx(0.01)
    halves = np.arange(300) % 2
    assert calibration_error(sure, halves) == pytest.approx(0.49, abs=0.03)


def _judged(
    group: str,
    role: str,
    role_logits: list[float],
    category_logits: list[float],
    categories: tuple[str, ...] = (),
    tags: np.ndarray | None = None,
    entities: tuple[tuple[int, int, str], ...] = (),
) -> Judged:
    text = "县委办说"
    if tags is None:
        tags = np.zeros((4, 9), dtype=np.float32)
        tags[:, 0] = 9.0
    example = Example(
        source="s",
        group=group,
        text=text,
        role=role,
        categories=categories,
        entities=entities,
        types=("ORG", "LOC"),
        whole_report=True,
    )
    scores = BlockScores(
        np.array(role_logits, dtype=np.float32),
        np.array(category_logits, dtype=np.float32),
        tags,
        (0, 1, 2, 3),
        (1, 2, 3, 4),
    )
    return Judged(example, scores)


def test_a_role_that_always_follows_another_is_expected_there():
    """The scores say nothing of the second block; only its place tells."""
    chain = [
        _judged(str(group), role, logits, [0, 0, 0])
        for group in range(60)
        for role, logits in (
            ("work_done", [5.0, 0.0, 0.0]),
            ("problems", [0.0, 0.1, 0.2]),
            ("plan", [0.0, 0.0, 5.0]),
        )
    ]
    transitions = best_transitions(chain, TARGETS, 1.0)
    assert transitions[0].argmax() == 1
    assert transitions[1].argmax() == 2
    assert transitions[0, 1] > 0 > transitions[0, 2]


def test_transitions_that_only_harm_are_left_out():
    chain = [
        _judged(str(group), role, [5.0 * (role == one) for one in TARGETS.roles], [0, 0, 0])
        for group in range(20)
        for role in ("work_done", "plan", "problems")
    ]
    assert not best_transitions(chain, TARGETS, 1.0).any()


def _category_rows(rows: int = 400) -> list[Judged]:
    """`common` has 200 positives and is best cut low, `rare` has 10, `never` none."""
    rng = np.random.default_rng(3)
    judged = []
    for row in range(rows):
        common, rare = row % 2 == 0, row % 40 == 1
        logits = [rng.normal(1.5 if common else -1.5), rng.normal(-1.0 if rare else -4.0), -6.0]
        names = tuple(
            name for name, has in zip(TARGETS.categories, (common, rare), strict=False) if has
        )
        judged.append(_judged(str(row % 7), "plan", [0.0, 0.0, 3.0], logits, names))
    return judged


def test_thresholds_shrink_toward_the_common_one_the_fewer_positives_there_are():
    decisions, errors = decisions_of(_category_rows(), TARGETS, model_types=())
    assert set(decisions.calibration) == {"common"}
    cuts = decisions.thresholds
    shared = cuts["never"]
    own_rare = (40 * cuts["rare"] - 30 * shared) / 10
    assert 0.09 <= own_rare <= 0.91
    assert abs(cuts["rare"] - shared) < abs(own_rare - shared) / 2
    assert errors["category_ece_after"] <= errors["category_ece_before"]


def test_all_decisions_are_plain_numbers_for_every_label():
    decisions, errors = decisions_of(_category_rows(), TARGETS, model_types=("ORG",))
    assert 0.5 <= decisions.temperature <= 3.0
    assert [len(row) for row in decisions.transitions] == [3, 3, 3]
    assert set(decisions.thresholds) == set(TARGETS.categories)
    figures = ("role_ece", "category_ece", "category_f1")
    assert set(errors) == {f"{name}_{time}" for name in figures for time in ("before", "after")}


def _said(first: int, last: int, sureness: float) -> np.ndarray:
    """Tag logits that say ORG from token `first` to `last`."""
    tags = np.zeros((4, 9), dtype=np.float32)
    tags[:, 0] = 9.0
    for place in range(first, last + 1):
        sign = 1 if place == first else 3 if place == last else 2
        tags[place, 0], tags[place, sign] = 0.0, sureness
    return tags


def test_the_entity_threshold_parts_sure_spans_from_doubtful_wrong_ones():
    quiet = [0.0, 0.0, 3.0], [0.0, 0.0, 0.0]
    right = [
        _judged("a", "plan", *quiet, tags=_said(0, 2, 8.0), entities=((0, 3, "ORG"),))
        for _ in range(30)
    ]
    wrong = [_judged("b", "plan", *quiet, tags=_said(1, 3, 2.0)) for _ in range(30)]
    decisions, _ = decisions_of(right + wrong, TARGETS, model_types=("ORG", "LOC"))
    doubtful = np.exp(2.0) / (np.exp(2.0) + 8)
    assert doubtful < decisions.entity_thresholds["ORG"] < 0.99
    assert decisions.entity_thresholds["LOC"] == 0.5
