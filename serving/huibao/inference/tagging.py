"""BIOES tags to spans: the best of all legal tag sequences, in numpy."""

import functools
import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from huibao.annotation import Mention
from huibao.inference.scores import BlockScores, Floats, log_softmax

OUTSIDE = "O"
_ROUNDING = 0.01  # far above what sums of a window's emissions lose
_CLOSED = -1  # no mention is open
_AT_A_TIME = 8_192  # tokens: their tags are 1.5 MB

_Indices = npt.NDArray[np.intp]


@functools.cache
def tags_of(types: tuple[str, ...]) -> tuple[str, ...]:
    """All tags of the entity types, in the order of the model's output: O, then B- I- E- S- each."""
    return (OUTSIDE, *(f"{place}-{kind}" for kind in types for place in "BIES"))


def spans_of(scores: Sequence[BlockScores], types: Sequence[str]) -> list[tuple[Mention, ...]]:
    """The entities of each block by its best legal tag sequence; score = mean tag probability."""
    found: list[tuple[Mention, ...]] = []
    for some in _groups(scores):
        found += _spans_of_all(some, types)
    return found


def _groups(scores: Sequence[BlockScores]) -> Iterator[Sequence[BlockScores]]:
    """Blocks that are looked at together: many short ones, and no copy of all that a long report has."""
    first = held = 0
    for place, one in enumerate(scores):
        if held > _AT_A_TIME:
            yield scores[first:place]
            first, held = place, 0
        held += len(one.tags)
    yield scores[first:]


def _spans_of_all(scores: Sequence[BlockScores], types: Sequence[str]) -> list[tuple[Mention, ...]]:
    sizes = [len(one.tags) for one in scores]
    if not any(sizes):
        return [()] * len(sizes)
    emissions = np.concatenate([one.tags for one in scores if len(one.tags)])
    path = best_paths(emissions, [size for size in sizes if size])
    marked = np.flatnonzero(path)
    chosen = path[marked]
    chances = np.exp(log_softmax(emissions[marked])[np.arange(len(marked)), chosen]).tolist()
    ends = np.cumsum(sizes)
    parts = np.searchsorted(marked, [0, *ends]).tolist()
    places, tags = marked.tolist(), [tags_of(tuple(types))[tag] for tag in chosen.tolist()]
    found = []
    for one, size, end, (first, last) in zip(
        scores, sizes, ends.tolist(), itertools.pairwise(parts), strict=True
    ):
        part = slice(first, last)
        own = [place - end + size for place in places[part]]
        found.append(tuple(_mentions(one, own, tags[part], chances[part])))
    return found


def _mentions(
    scores: BlockScores, places: list[int], tags: list[str], chances: list[float]
) -> Iterator[Mention]:
    """The entities that the tags of some tokens make; `chances` are the probabilities of the tags."""
    begin = 0
    for nth, (place, tag) in enumerate(zip(places, tags, strict=True)):
        if tag[0] in "BS":
            begin = nth
        if tag[0] in "ES":
            score = round(sum(chances[begin : nth + 1]) / (nth + 1 - begin), 4)
            start = scores.starts[places[begin]]
            yield Mention(tag[2:], start, scores.ends[place], min(score, 1.0))


def best_paths(emissions: Floats, sizes: Sequence[int]) -> _Indices:
    """The legal tag sequence of each block with the highest sum.

    The best tag of each token by itself, where those make a legal sequence, is the best sequence: three
    blocks in five need no search. In the others only the stretches are searched that lie between tokens
    which are outside beyond doubt.

    Args:
        emissions: Of the tokens of all blocks, shape (tokens, tags), tags in the order of `tags_of`.
        sizes: Tokens of each block, none of them empty.

    Returns:
        Tags of all tokens, shape (tokens,).
    """
    path: _Indices = emissions.argmax(axis=1)
    ends = np.cumsum(sizes)
    starts = ends - np.asarray(sizes)
    opened, needed = (tags[path] for tags in _joints(emissions.shape[1]))
    before, after = np.roll(opened, 1), np.roll(needed, -1)
    before[starts] = after[ends - 1] = _CLOSED
    faulty = (before != needed) | (opened != after)
    for block in np.flatnonzero(np.logical_or.reduceat(faulty, starts)).tolist():
        part = slice(starts[block], ends[block])
        path[part] = _mended(emissions[part], path[part], faulty[part])
    return path


def _mended(emissions: Floats, alone: _Indices, faulty: npt.NDArray[np.bool_]) -> _Indices:
    """The best sequence of one block, from the best tags of each token and where those clash."""
    path = alone.copy()
    sure = _surely_outside(emissions, alone, faulty)
    edges = np.flatnonzero(sure)
    bounds = [-1, *edges.tolist(), len(path)]
    for stretch in set(np.searchsorted(edges, np.flatnonzero(faulty & ~sure)).tolist()):
        part = slice(bounds[stretch] + 1, bounds[stretch + 1])
        path[part] = _searched(emissions[part])
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
    margin = emissions[:, 0] - emissions[:, 1:].max(axis=1)
    mentions = np.cumsum(outside)  # an outside token and the mentions behind it have one number
    is_broken = np.zeros(len(alone) + 1, dtype=bool)
    is_broken[mentions[faulty & ~outside]] = True
    cost = -float(margin[is_broken[mentions] & ~outside].sum())
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
    ended, goes_on = _walked(whole.max(axis=1).tolist(), kinds[:, :, :3].tolist())
    alone = np.append(0, 4 * (likely + 1))[whole.argmax(axis=1)].tolist()
    return _traced(ended, goes_on, alone, (1 + 4 * likely).tolist())


def _walked(
    whole: list[float], kinds: list[list[list[float]]]
) -> tuple[list[int], list[list[bool]]]:
    """What the best way to each token was.

    Args:
        whole: Per token the best score of a tag that leaves nothing open and needs nothing open.
        kinds: Per token and type the scores of B-, I- and E-.

    Returns:
        Per token the type that ends at it where nothing is open after it, and for each type whether,
        open after it, it was open before it.
    """
    closed, opened = 0.0, [-math.inf] * len(kinds[0])
    ended, goes_on = [], []
    for alone, tags in zip(whole, kinds, strict=True):
        best, ends = closed + alone, _CLOSED
        after, kept = [], []
        for kind, (begins, inside, end) in enumerate(tags):
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
