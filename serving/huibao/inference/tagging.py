"""BIOES tags to spans: the best of all legal tag sequences, in numpy."""

import functools
import math
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
    clashes = np.empty(len(path) + 1, dtype=np.bool_)
    clashes[0], clashes[-1] = goes_on[alone[0]] != _CLOSED, left_open[alone[-1]] != _CLOSED
    np.not_equal(left_open[alone[:-1]], goes_on[alone[1:]], out=clashes[1:-1])
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

    A type of which no tag is better than outside for any token has no place in it: its mentions would
    gain by being outside.
    """
    kinds = emissions[:, 1:].reshape(len(emissions), -1, 4)
    likely = np.flatnonzero((kinds > emissions[:, :1, None]).any(axis=(0, 2)))
    kinds = kinds[:, likely]
    whole = np.concatenate([emissions[:, :1], kinds[:, :, 3]], axis=1)  # outside, or S- of a type
    ended, goes_on = _walked(whole.max(axis=1).tolist(), kinds.tolist())
    alone = np.append(0, 4 * (likely + 1))[whole.argmax(axis=1)].tolist()
    return _traced(ended, goes_on, alone, (1 + 4 * likely).tolist())


def _walked(
    whole: list[float], kinds: list[list[list[float]]]
) -> tuple[list[int], list[list[bool]]]:
    """What the best way to each token was.

    Args:
        whole: Per token the best score of a tag that leaves nothing open and needs nothing open.
        kinds: Per token and type the scores of B-, I-, E- and S-.

    Returns:
        Per token the type that ends at it where nothing is open after it, and for each type whether,
        open after it, it was open before it.
    """
    closed, opened = 0.0, [-math.inf] * len(kinds[0])
    ended, goes_on = [], []
    for alone, tags in zip(whole, kinds, strict=True):
        best, ends = closed + alone, _CLOSED
        after, kept = [], []
        for kind, (begins, inside, end, _) in enumerate(tags):
            score = opened[kind]
            if score + end > best:
                best, ends = score + end, kind
            stays = score + inside > closed + begins
            after.append(score + inside if stays else closed + begins)
            kept.append(stays)
        closed, opened = best, after
        ended.append(ends)
        goes_on.append(kept)
    return ended, goes_on


def _traced(
    ended: list[int], goes_on: list[list[bool]], alone: list[int], begins: list[int]
) -> list[int]:
    """The tags of the best sequence, from its closed end back to its beginning.

    `alone` is the tag of each token that leaves nothing open and needs nothing open, `begins` the tag
    B- of each type.
    """
    path, kind = [], _CLOSED
    for step in range(len(ended) - 1, -1, -1):
        if kind != _CLOSED:
            inside = goes_on[step][kind]
            path.append(begins[kind] + inside)
            kind = kind if inside else _CLOSED
        elif ended[step] != _CLOSED:
            kind = ended[step]
            path.append(begins[kind] + 2)
        else:
            path.append(alone[step])
    return path[::-1]
