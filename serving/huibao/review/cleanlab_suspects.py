"""Answers that may be slips, found by cleanlab from out-of-fold chances (extra `review`)."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from cleanlab.filter import find_label_issues

from huibao.decisions import ManyState, OneState
from huibao.review.desk import DeskView
from huibao.review.suspects import Chances, Suspect

FEWEST = 50  # answers, below which how often labels are taken for each other cannot be told
_Rows = list[tuple[str, OneState | ManyState, npt.NDArray[np.float64]]]


def cleanlab_suspects(view: DeskView, given: Chances) -> tuple[Suspect, ...]:
    """The answers that count and that cleanlab takes for slips, the gravest first.

    Source: Northcutt, Jiang and Chuang (2021), Confident learning.
    """
    found: list[Suspect] = []
    for part in view.labels:
        rows = _rows(view, part.id, part.ids, given)
        if len(rows) < FEWEST:
            continue
        if part.kind == "one":
            found += _of_one(part.id, part.ids, rows)
        elif part.kind == "many":
            found += _of_many(part.id, part.ids, rows)
    return tuple(sorted(found, key=lambda one: (-one.chance, one.place)))


def _rows(view: DeskView, part: str, ids: Sequence[str], given: Chances) -> _Rows:
    rows: _Rows = []
    for block, of, gold in view.standing.golds():
        chances = given.get((block.place, of))
        if of != part or chances is None or gold.state.waiting:
            continue
        if isinstance(gold.state, OneState | ManyState):
            rows.append((block.place, gold.state, np.array([chances.get(one, 0.0) for one in ids])))
    return rows


def _of_one(part: str, ids: Sequence[str], rows: _Rows) -> Iterator[Suspect]:
    said = [next(iter(state.labels)) for _, state, _ in rows]
    known = [label for label in ids if label in said]  # cleanlab wants every class to occur
    columns = [ids.index(label) for label in known]
    chances = np.stack([row[columns] for _, _, row in rows]) + 1e-9
    chances /= chances.sum(axis=1, keepdims=True)
    if len(known) < 2:
        return
    labels = np.array([known.index(label) for label in said])
    for index in _slips(labels, chances):
        best = int(chances[index].argmax())
        if known[best] != said[index]:
            yield Suspect(
                rows[index][0], part, said[index], known[best], float(chances[index, best])
            )


def _of_many(part: str, ids: Sequence[str], rows: _Rows) -> Iterator[Suspect]:
    """Label by label, on the blocks where it was judged."""
    for column, label in enumerate(ids):
        judged = [
            (place, answer, row[column])
            for place, state, row in rows
            if isinstance(state, ManyState) and (answer := state.answer(label)) is not None
        ]
        if len(judged) < FEWEST or len({answer for _, answer, _ in judged}) < 2:
            continue
        labels = np.array([int(answer) for _, answer, _ in judged])
        yes = np.array([chance for _, _, chance in judged])
        for index in _slips(labels, np.stack([1 - yes, yes], axis=1)):
            place, answer, chance = judged[index]
            yield Suspect(place, part, label, label, float(1 - chance if answer else chance))


def _slips(labels: npt.NDArray[np.int_], chances: npt.NDArray[np.float64]) -> list[int]:
    """The answers that cleanlab doubts; chances have the shape (answers, labels)."""
    return [int(index) for index in np.flatnonzero(find_label_issues(labels, chances, n_jobs=1))]
