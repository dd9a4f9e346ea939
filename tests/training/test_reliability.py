"""How far probabilities can be believed, on answers made to be right as often as they say, or not."""

import numpy as np
import pytest

from huibao_training.reliability import probability_bins, reliability_of


def _answers(*groups: tuple[float, int, int]) -> list[tuple[float, bool]]:
    """Groups of (probability, answers, right ones)."""
    return [(chance, place < right) for chance, count, right in groups for place in range(count)]


CALIBRATED = _answers((0.6, 100, 60), (0.8, 100, 80), (1.0, 100, 100))
ERRORS = [
    ("right as often as they say", CALIBRATED, 0.0),
    ("sure and right", _answers((1.0, 40, 40)), 0.0),
    ("sure and always wrong", _answers((1.0, 40, 0)), 1.0),
    ("sure and right half the time", _answers((1.0, 40, 20)), 0.5),
    ("too modest", _answers((0.5, 40, 36)), 0.4),
    ("too sure and too modest do not cancel", _answers((0.9, 100, 70), (0.5, 50, 35)), 0.2),
    ("fewer answers than bins", _answers((0.5, 2, 1)), 0.0),
    ("no answers", [], 0.0),
]


@pytest.mark.parametrize(("answers", "error"), [row[1:] for row in ERRORS], ids=[row[0] for row in ERRORS])  # fmt: skip
def test_the_calibration_error_is_the_gap_between_saying_and_being(
    answers: list[tuple[float, bool]], error: float
):
    assert reliability_of(answers).error == pytest.approx(error)


def test_answers_as_probable_as_each_other_have_no_order():
    assert reliability_of(CALIBRATED[::-1]) == reliability_of(CALIBRATED)


def test_bins_have_equal_mass_whatever_the_probabilities():
    chances = np.concatenate([np.linspace(0.9, 1.0, 90), np.linspace(0.0, 0.1, 60)])
    bins = probability_bins(chances, chances > 0.5)
    assert [one.count for one in bins] == [10] * 15
    assert [one.right for one in bins] == [0.0] * 6 + [1.0] * 9


def test_leaving_out_the_least_sure_answers_leaves_out_their_errors():
    answers = _answers((0.99, 80, 80), (0.7, 10, 9), (0.6, 5, 3), (0.4, 5, 0))
    risks = reliability_of(answers).risks
    assert risks == pytest.approx({0.8: 0.0, 0.9: 1 / 90, 0.95: 3 / 95, 1.0: 8 / 100})


def test_probabilities_that_tell_nothing_save_nothing():
    risks = reliability_of(_answers((0.8, 100, 70))).risks
    assert list(risks.values()) == pytest.approx([0.3] * len(risks))
