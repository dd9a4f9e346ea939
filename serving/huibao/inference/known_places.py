"""Places that a report names in full are found again where it names them in short.

A county report says 云溪县 in its title and 云溪发展 later; a model that reads block by block is sure of the
first and not of the second. A place once known needs less evidence in the rest of the report.
"""

import functools
import math
import operator
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter

import numpy as np

from huibao.annotation import Mention
from huibao.inference.scores import BlockScores, log_softmax
from huibao.inference.tagging import tags_of
from huibao.report import Block
from huibao.yaml_files import packaged_yaml

_CERTAIN = 0.9  # score from which on a place counts as known
_FAVOUR = 8.0  # how many nats likelier `no name` may be for a known place to stand
_CLASS = re.compile(r"^([\u4e00-\u9fff]{2,4})[省市州盟县旗区]$")


def with_known_places(
    blocks: Sequence[Block],
    scores: Sequence[BlockScores],
    found: Sequence[Sequence[Mention]],
    types: Sequence[str],
) -> list[tuple[Mention, ...]]:
    """The mentions of each block and, in the gaps, the places that the report knows.

    A person whose whole name is a place's (桂林) is that place: persons have a surname before it.

    Args:
        blocks: The blocks of one report.
        scores: Of each block.
        found: What was found in each block, in order of place.
        types: The entity types, in the order of the model's output.
    """
    common, by_start = _common_knowledge()
    told = frozenset[str]().union(*map(_names, blocks, found)) - common
    known, by_start = common | told, _with_names(by_start, told)
    completed = []
    for block, score, mentions in zip(blocks, scores, found, strict=True):
        kept = [one for one in mentions if not _is_place(one, block.text, known)]
        added = _added(block.text, score, kept, by_start, types)
        completed.append(tuple(sorted((*kept, *added), key=attrgetter("start"))))
    return completed


@functools.cache
def _common_knowledge() -> tuple[frozenset[str], Mapping[str, Sequence[str]]]:
    """Provinces, cities and prefectures by their bare names, and the same as `_seen` looks for them."""
    listed = packaged_yaml("huibao.inference", "places.yaml")
    names = frozenset(" ".join((listed["provinces"], *listed["prefectures"].values())).split())
    return names, _with_names({}, names)


def _with_names(
    by_start: Mapping[str, Sequence[str]], names: Iterable[str]
) -> Mapping[str, Sequence[str]]:
    """Names by their first two characters, the longest first, and some more.

    To make a pattern of all of them for each report took a tenth of the time beside the model.
    """
    more = dict(by_start)
    for name in names:
        alike = (*more.get(name[:2], ()), name)
        more[name[:2]] = sorted(alike, key=len, reverse=True)
    return more


def _seen(text: str, by_start: Mapping[str, Sequence[str]]) -> Iterator[tuple[int, int]]:
    """Where names stand in a text, the longest at each place, none overlapping."""
    pairs = [*map(operator.add, text, text[1:])]
    if by_start.keys().isdisjoint(pairs):
        return
    place = 0
    for start, pair in enumerate(pairs):
        if start >= place and pair in by_start:
            name = next((one for one in by_start[pair] if text.startswith(one, start)), "")
            if name:
                place = start + len(name)
                yield start, place


def _names(block: Block, mentions: Iterable[Mention]) -> Iterator[str]:
    """The places that a block surely names, as they stand there and without their class."""
    for mention in mentions:
        name = block.text[mention.start : mention.end]
        if mention.type == "LOC" and mention.score >= _CERTAIN and len(name) > 1:
            yield name
            bare = _CLASS.match(name)
            if bare:
                yield bare.group(1)


def _is_place(mention: Mention, text: str, known: Collection[str]) -> bool:
    return mention.type == "PERSON" and text[mention.start : mention.end] in known


def _added(
    text: str,
    scores: BlockScores,
    mentions: Sequence[Mention],
    known: Mapping[str, Sequence[str]],
    types: Sequence[str],
) -> Iterator[Mention]:
    for start, end in _seen(text, known):
        if any(start < one.end and one.start < end for one in mentions):
            continue
        chance = _chance(scores, start, end, types)
        if chance is not None:
            yield Mention("LOC", start, end, chance)


def _chance(scores: BlockScores, start: int, end: int, types: Sequence[str]) -> float | None:
    """The chance of a place here against none, favoured; None where it is below one half."""
    rows = [
        row
        for row, (first, last) in enumerate(zip(scores.starts, scores.ends, strict=True))
        if start <= first and last <= end
    ]
    if not rows:
        return None
    tags = tags_of(types)
    signs = "S" if len(rows) == 1 else f"B{'I' * (len(rows) - 2)}E"
    chances = log_softmax(scores.tags[rows])
    named = chances[np.arange(len(rows)), [tags.index(f"{sign}-LOC") for sign in signs]].sum()
    odds = float(named - chances[:, 0].sum()) + _FAVOUR
    return round(1 / (1 + math.exp(-odds)), 4) if odds > 0 else None
