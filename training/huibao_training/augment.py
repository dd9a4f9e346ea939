"""Other surface forms for the entities of a block: masks, and names of places that do not exist here.

Written reports name a few dozen invented counties; a model would learn them by heart. Masked copies
circulate of nearly every real report, so the same block is also shown with its values blotted out.
Real reports also drop the class of a place (平安桂林), where invented names would not be understood.
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
_WHOLE_PLACE = re.compile(r"^[\u4e00-\u9fff]{2,3}[省市州县区]$")
_OWN_PLACE = re.compile(
    r"(?:我|全)[省市州县区](?!直)"
)  # 全县 and its like name no place themselves
_PLACE_BLOTS = ("XX", "xx", "××", "___", "某", "XXXX")


@dataclass(frozen=True, slots=True)
class Variation:
    """How often a block is varied.

    Args:
        masked: Share of the blocks whose values are blotted out, each entity with one chance in two.
        renamed: Chance of each place or unit to get another place's name.
        bare: Chance of a place's new name to come without its class, and of a 我县 or 全县 to be named.
        places: Names to draw from, without 县, 市 …
    """

    masked: float = 0.12
    renamed: float = 0.35
    bare: float = 0.25
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
                bare = _WHOLE_PLACE.match(text) and rng.random() < variation.bare
                name_end = end if bare else start + place.end()
                edits.append((start, name_end, rng.choice(variation.places)))
    example = _edited(example, edits) if edits else example
    return _with_own_place_named(example, variation, rng)


def _with_own_place_named(example: Example, variation: Variation, rng: random.Random) -> Example:
    """我县 and 全县 outside of names as the bare name of a place, one and the same in the block."""
    if not variation.places or "LOC" not in example.types or rng.random() >= variation.bare / 2:
        return example
    name = rng.choice(variation.places)
    found = [
        match.span()
        for match in _OWN_PLACE.finditer(example.text)
        if not any(
            start < match.end() and match.start() < end for start, end, _ in example.entities
        )
    ]
    if not found:
        return example
    own = tuple((start, end, "LOC") for start, end in found)
    entities = tuple(sorted((*example.entities, *own)))
    return _edited(
        replace(example, entities=entities), [(start, end, name) for start, end in found]
    )


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
