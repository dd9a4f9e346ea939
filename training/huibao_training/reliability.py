"""How far probabilities can be believed: calibration errors, and the risk of the surest answers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

BINS = 15
COVERAGES = (0.8, 0.9, 0.95, 1.0)

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of like probability: their number, mean probability, and the share that is right."""

    count: int
    probability: float
    right: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """How far the probabilities of some answers can be believed.

    `error` is the expected calibration error; `risks` has the share of wrong answers among the surest
    80 %, 90 %, 95 % and all of them, by that share.
    """

    count: int
    error: float
    bins: tuple[Bin, ...]
    risks: dict[float, float]


def reliability_of(answers: Sequence[tuple[float, bool]]) -> Reliability:
    """The reliability of answers, each a probability and whether the answer was right."""
    chances = np.array([chance for chance, _ in answers], dtype=np.float64)
    right = np.array([was_right for _, was_right in answers], dtype=np.bool_)
    bins = tuple(probability_bins(chances, right))
    risks = {share: risk_at(chances, right, share) for share in COVERAGES}
    return Reliability(len(answers), _gap(bins), bins, risks)


def calibration_error(chances: Array, truth: npt.NDArray[np.int64]) -> float:
    """Expected calibration error of the top label over bins of equal mass; shapes (rows, labels), (rows,)."""
    top, right = chances.max(axis=1), chances.argmax(axis=1) == truth
    return binned_error(top, right)


def binned_error(chances: Array, right: npt.NDArray[np.bool_], bins: int = BINS) -> float:
    """Mean gap between probability and frequency over bins of equal mass."""
    return _gap(probability_bins(chances, right, bins))


def probability_bins(chances: Array, right: npt.NDArray[np.bool_], bins: int = BINS) -> list[Bin]:
    """Bins of equal mass, least probable first; empty ones are left out."""
    shares = _shared_among_equals(chances, right)
    parts = np.array_split(np.argsort(chances, kind="stable"), bins)
    return [
        Bin(len(part), float(chances[part].mean()), float(shares[part].mean()))
        for part in parts
        if len(part)
    ]


def risk_at(chances: Array, right: npt.NDArray[np.bool_], coverage: float) -> float:
    """The share of wrong answers when only the surest are kept; 0 where there are none.

    Source: El-Yaniv and Wiener 2010, On the Foundations of Noise-free Selective Classification.
    """
    kept = np.argsort(-chances, kind="stable")[: round(coverage * len(chances))]
    shares = _shared_among_equals(chances, right)
    return float(1 - shares[kept].mean()) if len(kept) else 0.0


def _shared_among_equals(chances: Array, right: npt.NDArray[np.bool_]) -> Array:
    """For each answer the share of right ones among those as probable, so that ties have no order."""
    _, group = np.unique(chances, return_inverse=True)
    shares: Array = (np.bincount(group, weights=right) / np.maximum(np.bincount(group), 1))[group]
    return shares


def _gap(bins: Sequence[Bin]) -> float:
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.probability - one.right) for one in bins) / max(1, total)
