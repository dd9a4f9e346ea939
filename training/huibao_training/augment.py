"""Other surface forms for the entities of a block: masks, and names of places that do not exist here.

Written reports name a few dozen invented counties; a model would learn them by heart. Masked copies
circulate of nearly every real report, so the same block is also shown with its values blotted out.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from huibao_training.examples import Example

_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_PLACE = re.compile(r"^[\u4e00-\u9fff]{2,4}?(?=[省市州县区乡镇村])")
_BLOTS = ("xx", "XX", "××", "x", "X", "___", "**")
_PLACE_BLOTS = ("XX", "xx", "××", "___", "某", "XXXX")


@dataclass(frozen=True, slots=True)
class Variation:
    """How often a block is varied.

    Args:
        masked: Share of the blocks whose values are blotted out, each entity with one chance in two.
        renamed: Chance of each place or unit to get another place's name.
        places: Names to draw from, without 县, 市 …
    """

    masked: float = 0.12
    renamed: float = 0.35
    places: tuple[str, ...] = ()


def read_places(path: Path) -> tuple[str, ...]:
    """Place names without their class, two or three characters, from a gazetteer of divisions."""
    names = set()
    for line in path.read_text("utf-8").splitlines():
        for cell in line.split("\t"):
            match = _PLACE.match(cell)
            if match and match.end() == len(cell) - 1 and len(match.group()) <= 3:
                names.add(match.group())
    return tuple(sorted(names))


def varied(example: Example, variation: Variation, rng: random.Random) -> Example:
    """The example with other surface forms, entities moved along."""
    blot = rng.random() < variation.masked
    edits: list[tuple[int, int, str]] = []
    for start, end, kind in example.entities:
        text = example.text[start:end]
        if kind in ("DATE", "MONEY", "QUANT") and blot and rng.random() < 0.5:
            number = _DIGITS.search(text)
            if number:
                edits.append((start + number.start(), start + number.end(), rng.choice(_BLOTS)))
        elif kind in ("LOC", "ORG"):
            place = _PLACE.match(text)
            if place and blot and rng.random() < 0.5:
                edits.append((start, start + place.end(), rng.choice(_PLACE_BLOTS)))
            elif place and variation.places and rng.random() < variation.renamed:
                edits.append((start, start + place.end(), rng.choice(variation.places)))
    return _edited(example, edits) if edits else example


def _edited(example: Example, edits: Sequence[tuple[int, int, str]]) -> Example:
    """The example with stretches replaced; entity offsets follow."""
    text, pieces, place = example.text, [], 0
    moves: list[tuple[int, int]] = []
    for start, end, new in sorted(edits):
        pieces.append(text[place:start] + new)
        moves.append((end, len(new) - (end - start)))
        place = end
    pieces.append(text[place:])

    def moved(offset: int) -> int:
        return offset + sum(shift for end, shift in moves if end <= offset)

    entities = tuple((moved(start), moved(end), kind) for start, end, kind in example.entities)
    return replace(example, text="".join(pieces), entities=entities)
