"""Agreement beyond chance: hand counts, the published examples of alpha, scikit-learn's kappa."""

import random
from collections.abc import Sequence

import pytest

from huibao.review.measures import cohen_kappa, f1, krippendorff_alpha

KAPPAS = [
    # 50 answers: 20 both yes, 15 both no; chance 0.5 * 0.6 + 0.5 * 0.4 = 0.5; (0.7 - 0.5) / 0.5
    ("the textbook table", [(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15, 0.4),
    ("all the same", [("a", "a"), ("b", "b")], 1.0),
    ("one answer only", [("a", "a")] * 3, 1.0),
    ("always the opposite", [("a", "b"), ("b", "a")], -1.0),
    ("as good as chance", [(1, 1), (1, 0), (0, 1), (0, 0)], 0.0),
]


@pytest.mark.parametrize(
    ("answers", "kappa"), [row[1:] for row in KAPPAS], ids=[row[0] for row in KAPPAS]
)
def test_kappa_is_that_of_the_hand_count(answers: list[tuple[int, int]], kappa: float):
    assert cohen_kappa(answers) == pytest.approx(kappa)


def test_kappa_is_that_of_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    draw = random.Random(6)
    for labels in (2, 5, 12):
        one = [draw.randrange(labels) for _ in range(300)]
        other = [value if draw.random() < 0.6 else draw.randrange(labels) for value in one]
        theirs = metrics.cohen_kappa_score(one, other)
        assert cohen_kappa(list(zip(one, other, strict=True))) == pytest.approx(theirs)


# The examples A, B and C of Krippendorff (2011), a line for each observer; . is not judged.
ALPHAS = [
    ("two observers, two values", ["0100000010", "1110010000"], 0.095),
    ("two observers, many values", ["aabbdcccedda", "babbbcccedd d".replace(" ", "")], 0.692),
    ("four observers, some silent",
     ["123321412...", "12332241 25.3".replace(" ", ""), ".3332342251.", "12332441251."], 0.743),
    ("all the same", ["aab", "aab"], 1.0),
    ("one answer only", ["aaa", "aaa"], 1.0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("observers", "alpha"), [row[1:] for row in ALPHAS], ids=[row[0] for row in ALPHAS]
)
def test_alpha_is_that_of_the_published_examples(observers: Sequence[str], alpha: float):
    units = [[said for said in unit if said != "."] for unit in zip(*observers, strict=True)]
    assert krippendorff_alpha(units) == pytest.approx(alpha, abs=0.0006)


def test_f1_of_nothing_is_nothing():
    assert f1(0, 0, 0) == 0.0
    assert f1(2, 4, 4) == 0.5
