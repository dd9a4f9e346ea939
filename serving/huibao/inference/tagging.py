"""BIOES tags to spans: the best of all legal tag sequences, in numpy."""

import functools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from huibao.annotation import Mention
from huibao.inference.scores import BlockScores, Floats, log_softmax

OUTSIDE = "O"
_ROUNDING = 0.01  # far above what sums of a window's emissions lose
_CLOSED = -1  # no mention is open

_Indices = npt.NDArray[np.intp]


@functools.cache
def tags_of(types: tuple[str, ...]) -> tuple[str, ...]:
    """All tags of the entity types, in the order of the model's output: O, then B- I- E- S- each."""
    return (OUTSIDE, *(f"{place}-{kind}" for kind in types for place in "BIES"))


def spans_of(scores: BlockScores, types: Sequence[str]) -> tuple[Mention, ...]:
    """The entities of a block by the best legal tag sequence; score = mean tag probability."""
    if not len(scores.tags):
        return ()
    path = best_path(scores.tags)
    marked = [place for place, index in enumerate(path) if index]
    if not marked:
        return ()
    chosen = [path[place] for place in marked]
    chances = np.exp(log_softmax(scores.tags[marked])[np.arange(len(marked)), chosen]).tolist()
    tags = tags_of(tuple(types))
    mentions, begin = [], 0
    for nth, (place, index) in enumerate(zip(marked, chosen, strict=True)):
        tag = tags[index]
        if tag[0] in "BS":
            begin = nth
        if tag[0] in "ES":
            score = round(sum(chances[begin : nth + 1]) / (nth + 1 - begin), 4)
            start = scores.starts[marked[begin]]
            mentions.append(Mention(tag[2:], start, scores.ends[place], min(score, 1.0)))
    return tuple(mentions)


def best_path(emissions: Floats) -> list[int]:
    """The legal tag sequence with the highest sum; shape (tokens, tags), in the order of `tags_of`.

    The best tag of each token by itself, where those make a legal sequence, is the best sequence: three
    blocks in five need no search. In the others only the stretches are searched that lie between tokens
    which are outside beyond doubt.
    """
    alone = emissions.argmax(axis=1)
    path: list[int] = alone.tolist()
    if not any(path):
        return path
    left_open, goes_on = _joints(emissions.shape[1])
    clashes = np.append(_CLOSED, left_open[alone]) != np.append(goes_on[alone], _CLOSED)
    if not clashes.any():
        return path
    faulty = clashes[:-1] | clashes[1:]
    edges = np.flatnonzero(_surely_outside(emissions, alone, faulty))
    begin = 0
    for end in (*edges.tolist(), len(path)):
        if faulty[begin:end].any():
            path[begin:end] = _searched(emissions[begin:end])
        begin = end + 1
    return path


@functools.cache
def _joints(tags: int) -> tuple[_Indices, _Indices]:
    """The type that is open after each tag, and the one that has to be open before it."""
    places = np.arange(tags) - 1
    kinds, within = places // 4, places % 4  # B, I, E, S
    left_open = np.where((places >= 0) & (within <= 1), kinds, _CLOSED)
    goes_on = np.where((places >= 0) & ((within == 1) | (within == 2)), kinds, _CLOSED)
    return left_open, goes_on


def _surely_outside(
    emissions: Floats, alone: _Indices, faulty: npt.NDArray[np.bool_]
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


def _searched(emissions: Floats) -> list[int]:
    """The best sequence of a stretch, by Viterbi over what may be open: nothing, or one type.

    Per step that is a choice between two for each type (its mention begins here or goes on) and one
    among all for nothing (outside, a mention of one token, or the end of an open one).
    """
    kinds = emissions[:, 1:].reshape(len(emissions), -1, 4)
    begins, inner, ends = (kinds[:, :, place].tolist() for place in range(3))
    whole = np.concatenate([emissions[:, :1], kinds[:, :, 3]], axis=1)  # outside, or S- of a type
    best_whole: list[int] = whole.argmax(axis=1).tolist()
    whole_scores: list[float] = whole.max(axis=1).tolist()
    closed, opened = 0.0, [-np.inf] * kinds.shape[1]
    ended: list[int] = []  # the type that ends at each token where nothing is open after it
    goes_on: list[list[bool]] = []  # whether each type, open after a token, was open before it
    for step, alone in enumerate(whole_scores):
        ending = [score + end for score, end in zip(opened, ends[step], strict=True)]
        best_end = max(ending)
        begun = [closed + begin for begin in begins[step]]
        kept = [score + inside for score, inside in zip(opened, inner[step], strict=True)]
        goes_on.append([one > other for one, other in zip(kept, begun, strict=True)])
        opened = list(map(max, kept, begun))
        ended.append(ending.index(best_end) if best_end > closed + alone else _CLOSED)
        closed = max(best_end, closed + alone)
    return _traced(ended, goes_on, best_whole)


def _traced(ended: list[int], goes_on: list[list[bool]], best_whole: list[int]) -> list[int]:
    """The tags of the best sequence, from its closed end back to its beginning."""
    path, kind = [], _CLOSED
    for step in range(len(ended) - 1, -1, -1):
        if kind != _CLOSED:
            inside = goes_on[step][kind]
            path.append(1 + 4 * kind + inside)
            kind = kind if inside else _CLOSED
        elif ended[step] != _CLOSED:
            kind = ended[step]
            path.append(1 + 4 * kind + 2)
        else:
            path.append(4 * best_whole[step])  # S- of the nth type is tag 4 n, O is tag 0
    return path[::-1]
