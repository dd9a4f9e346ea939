"""How far figures would move with other reports: 95 % bootstrap intervals, reports drawn whole.

Sentences of one report are not independent of each other, so reports are drawn and not blocks.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from huibao_training.metrics import Counts, Tally

SAMPLES = 1000
FigureOf = Callable[[Tally], float]
Ends = dict[str, tuple[float, float]]


def intervals(
    tallies: Sequence[Tally], figures: Mapping[str, FigureOf], *, samples: int = SAMPLES
) -> Ends:
    """The 95 % interval of each figure of counts, reports drawn with replacement."""
    values = _values(tallies, _draws(len(tallies), samples), figures)
    return {name: _middle(drawn) for name, drawn in values.items()}


def difference_intervals(
    ours: Sequence[Tally],
    theirs: Sequence[Tally],
    figures: Mapping[str, FigureOf],
    *,
    samples: int = SAMPLES,
) -> Ends:
    """The 95 % interval of each figure's difference, the same reports drawn for both readers.

    Raises:
        ValueError: when the two have different numbers of reports.
    """
    if len(ours) != len(theirs):
        raise ValueError(f"{len(ours)} reports against {len(theirs)}: they cannot be paired")
    draws = _draws(len(ours), samples)
    one, other = (_values(tallies, draws, figures) for tallies in (ours, theirs))
    return {name: _middle(one[name] - other[name]) for name in figures}


def _draws(size: int, samples: int) -> npt.NDArray[np.int64]:
    """How often each report was drawn; shape (samples, reports)."""
    rng = random.Random(0)
    drawn = (rng.choices(range(size), k=size) for _ in range(samples))
    return np.array([np.bincount(places, minlength=size) for places in drawn])


def _values(
    tallies: Sequence[Tally], draws: npt.NDArray[np.int64], figures: Mapping[str, FigureOf]
) -> dict[str, npt.NDArray[np.float64]]:
    """Each figure of each draw; equal draws, frequent where reports are few, are reckoned once."""
    distinct, which = np.unique(draws, axis=0, return_inverse=True)
    totals = list(_totals(tallies, distinct))
    return {
        name: np.array([figure(total) for total in totals])[which.ravel()]
        for name, figure in figures.items()
    }


def _totals(tallies: Sequence[Tally], draws: npt.NDArray[np.int64]) -> Iterator[Tally]:
    """The counts of each draw as one tally."""
    cells = sorted(
        {(axis, label) for one in tallies for axis, of in one.counts.items() for label in of}
    )
    table = np.array([[_numbers(one, *cell) for cell in cells] for one in tallies])
    for row in np.tensordot(draws, table, axes=1).tolist():
        total = Tally()
        for (axis, label), counts in zip(cells, row, strict=True):
            total.counts[axis][label] = Counts(*counts)
        yield total


def _numbers(tally: Tally, axis: str, label: str) -> tuple[int, int, int]:
    counts = tally.counts.get(axis, {}).get(label) or Counts()
    return counts.right, counts.added, counts.missed


def _middle(values: npt.NDArray[np.float64]) -> tuple[float, float]:
    """What is left of the values when the outer 2.5 % on both sides are cut off."""
    ordered = np.sort(values).tolist()
    return ordered[int(0.025 * len(ordered))], ordered[int(0.975 * len(ordered)) - 1]
