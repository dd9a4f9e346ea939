"""Figures as PNG pictures: which role is taken for which, and how far probabilities can be believed.

Labels are ids, because no font with Chinese characters can be presumed.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from huibao_training.evaluate import Evaluation
from huibao_training.reliability import Reliability

INCHES, DOTS = (12.0, 10.5), 100  # 1,200 by 1,050 pixels
_COLOURS = {"role": "#1f5a96", "category": "#c2571a"}


def write_pictures(evaluation: Evaluation, folder: Path, roles: Sequence[str]) -> list[Path]:
    """Writes `roles.png` and `reliability.png`.

    Args:
        evaluation: What is drawn.
        folder: Made where it is not there.
        roles: The role ids in the order of rows and columns.

    Returns:
        The files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {
        "roles.png": confusion_picture(evaluation.total.confusion, roles),
        "reliability.png": reliability_picture(evaluation.reliability()),
    }
    for name, figure in drawn.items():
        # no version of matplotlib in the file: the same figures give the same bytes
        figure.savefig(folder / name, format="png", dpi=DOTS, metadata={"Software": None})
    return [folder / name for name in drawn]


def confusion_picture(confusion: Mapping[tuple[str, str], int], roles: Sequence[str]) -> Figure:
    """Gold roles in rows, given roles in columns; colour is the share of the row, figures are counts."""
    wanted, given = ({pair[side] for pair in confusion} for side in (0, 1))
    rows = [role for role in roles if role in wanted]
    columns = [role for role in roles if role in wanted | given] + sorted(given - set(roles))
    counts = np.array([[confusion.get((row, one), 0) for one in columns] for row in rows])
    shares = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    figure, axes = _empty("role by the reader", "role in gold (blocks)")
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    axes.set_xticks(range(len(columns)), columns, rotation=40, ha="right", fontsize=14)
    totals = counts.sum(axis=1)
    names = [f"{role} ({total})" for role, total in zip(rows, totals, strict=True)]
    axes.set_yticks(range(len(rows)), names, fontsize=14)
    for (row, column), count in np.ndenumerate(counts):
        if count:
            colour = "white" if shares[row, column] > 0.5 else "black"
            axes.text(column, row, str(count), ha="center", va="center", color=colour, fontsize=15)
    return figure


def reliability_picture(found: Mapping[str, Reliability]) -> Figure:
    """Probability against the share that is right, one point a bin of equally many answers."""
    figure, axes = _empty("mean probability of the answers in a bin", "share of them that is right")
    axes.plot((0, 1), (0, 1), color="grey", linestyle="--", linewidth=1.5, label="as it should be")
    for axis, one in found.items():
        axes.plot(
            [part.probability for part in one.bins],
            [part.right for part in one.bins],
            color=_COLOURS[axis],
            marker="o",
            markersize=9,
            linewidth=2,
            label=f"{axis}: ECE {one.error:.3f} of {one.count}",
        )
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, 1.02)
    axes.grid(alpha=0.3)
    axes.legend(fontsize=16, loc="upper left")
    axes.tick_params(labelsize=14)
    return figure


def _empty(across: str, down: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=INCHES, dpi=DOTS, layout="constrained")
    axes = figure.add_subplot()
    axes.set_xlabel(across, fontsize=16)
    axes.set_ylabel(down, fontsize=16)
    return figure, axes
