"""BIOES tags to spans: a Viterbi search over legal tag sequences, in numpy."""

import functools
from collections.abc import Sequence
from typing import cast

import numpy as np
import numpy.typing as npt

from huibao.annotation import Mention
from huibao.inference.scores import BlockScores, Floats, log_softmax

OUTSIDE = "O"
_FORBIDDEN = np.float32(-1e4)
_ROUNDING = 0.01  # far above what sums of a window's emissions lose


@functools.cache
def tags_of(types: tuple[str, ...]) -> tuple[str, ...]:
    """All tags of the entity types, in the order of the model's output: O, then B- I- E- S- each."""
    return (OUTSIDE, *(f"{place}-{kind}" for kind in types for place in "BIES"))


def spans_of(scores: BlockScores, types: Sequence[str]) -> tuple[Mention, ...]:
    """The entities of a block by the best legal tag sequence; score = mean tag probability."""
    if not len(scores.tags):
        return ()
    tags = tags_of(tuple(types))
    emissions = log_softmax(scores.tags)
    path = best_path(emissions, *_legal(tuple(types)))
    if not any(path):
        return ()
    chances = np.exp(emissions[np.arange(len(path)), path]).tolist()
    mentions, begin = [], 0
    for place, index in enumerate(path):
        if not index:
            continue
        tag = tags[index]
        if tag[0] in "BS":
            begin = place
        if tag[0] in "ES":
            score = round(sum(chances[begin : place + 1]) / (place + 1 - begin), 4)
            mentions.append(
                Mention(tag[2:], scores.starts[begin], scores.ends[place], min(score, 1.0))
            )
    return tuple(mentions)


def best_path(emissions: Floats, transitions: Floats, first: Floats, last: Floats) -> list[int]:
    """The tag sequence with the highest sum of emissions (tokens, tags) and transitions (tags, tags).

    Transitions are 0 or forbidding, so that the best tag of each token by itself, where those make a
    legal sequence, is the best sequence: three blocks in five need no search. In the others only the
    stretches are searched that lie between tokens which are outside beyond doubt.
    """
    alone = emissions.argmax(axis=1)
    clashes = transitions[alone[:-1], alone[1:]] != 0
    begins_well, ends_well = first[alone[0]] == 0, last[alone[-1]] == 0
    if begins_well and ends_well and not clashes.any():
        return cast(list[int], alone.tolist())
    faulty = np.zeros(len(alone), dtype=bool)
    faulty[:-1] |= clashes
    faulty[1:] |= clashes
    faulty[0] |= not begins_well
    faulty[-1] |= not ends_well
    path = cast(list[int], alone.tolist())
    edges = np.flatnonzero(_surely_outside(emissions, alone, faulty))
    begin = 0
    for end in (*map(int, edges), len(alone)):
        if faulty[begin:end].any():
            path[begin:end] = _searched(emissions[begin:end], transitions, first, last)
        begin = end + 1
    return path


def _surely_outside(
    emissions: Floats, alone: npt.NDArray[np.intp], faulty: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """The tokens that are outside in every best sequence.

    Calling all of a faulty mention outside makes a legal sequence, at a cost; a token that would lose
    more than this cost by another tag keeps its own.
    """
    outside = alone == 0
    losses = emissions.max(axis=1) - emissions[:, 0]
    mentions = np.cumsum(outside)
    is_broken = np.zeros(len(alone) + 1, dtype=bool)
    is_broken[mentions[faulty & ~outside]] = True
    cost = float(losses[is_broken[mentions]].sum())
    margin = emissions[:, 0] - emissions[:, 1:].max(axis=1)
    sure: npt.NDArray[np.bool_] = outside & (margin > cost + _ROUNDING)
    return sure


def _searched(emissions: Floats, transitions: Floats, first: Floats, last: Floats) -> list[int]:
    """The best sequence of a stretch, by Viterbi."""
    steps = len(emissions)
    into = np.ascontiguousarray(transitions.T)  # rows: the tag that is reached
    first_of_row = np.arange(len(into)) * len(into)
    back = np.zeros((steps, len(into)), dtype=np.int64)
    best = emissions[0] + first
    for step in range(1, steps):
        reached = best + into
        back[step] = reached.argmax(axis=1)
        best = reached.ravel()[first_of_row + back[step]] + emissions[step]
    path = [int((best + last).argmax())]
    for step in range(steps - 1, 0, -1):
        path.append(int(back[step][path[-1]]))
    return path[::-1]


@functools.cache
def _legal(types: tuple[str, ...]) -> tuple[Floats, Floats, Floats]:
    """Transition, first and last scores: 0 where BIOES allows it, a large negative number elsewhere."""
    tags = tags_of(types)
    closed = np.array([tag[0] in "OES" for tag in tags])
    opening = np.array([tag[0] in "OBS" for tag in tags])
    names = np.array([tag[2:] for tag in tags])
    inside = ~closed[:, None] & ~opening[None, :] & (names[:, None] == names[None, :])
    allowed = (closed[:, None] & opening[None, :]) | inside
    transitions = np.where(allowed, 0, _FORBIDDEN).astype(np.float32)
    first = np.where(opening, 0, _FORBIDDEN).astype(np.float32)
    last = np.where(closed, 0, _FORBIDDEN).astype(np.float32)
    return transitions, first, last
