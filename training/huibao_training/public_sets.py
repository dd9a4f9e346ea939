"""Rows of public entity sets by the sets' own labels: what is learned of them, what is scored."""

import json
import lzma
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huibao.text.canonical import canonical, canonical_characters
from huibao_training.examples import UNSURE, VAGUE, Example
from huibao_training.sources import present

Key = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class LabelSet:
    """What is scored of a public set.

    Args:
        types: The labels scored, all others are as if they were not there; empty for all.
        by: The field of an entity that names its label. `orig` is the source's own name and complete
            in every row; of `label` a row has only those that its `types` name.
        unscored: The `sub` of entities that are neither learned nor scored.
    """

    types: tuple[str, ...] = ()
    by: str = "label"
    unscored: frozenset[str] = frozenset()


LABEL_SETS = {
    "pd98": LabelSet(("ORG", "LOC", "PER", "DATE"), unscored=VAGUE),
    "cluener": LabelSet(by="orig"),
    "cail2021": LabelSet(by="orig"),
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One row of a set, its gold entities and unscored stretches at the characters of the source."""

    example: Example
    origin: tuple[int, ...]
    gold: frozenset[Key]
    unscored: tuple[tuple[int, int], ...]

    def said(self, mentions: Sequence[Key]) -> frozenset[Key]:
        """Entities of the canonical text as they are scored: of judged types, clear of unscored ones."""
        found = (
            (self.origin[start], self.origin[end - 1] + 1, kind) for start, end, kind in mentions
        )
        return frozenset(
            key
            for key in found
            if key[2] in self.example.types
            and not any(start < key[1] and key[0] < end for start, end in self.unscored)
        )


def read_sentences(
    folder: Path, name: str
) -> tuple[tuple[str, ...], list[Sentence], list[Sentence]]:
    """The scored types of a set, its train part and its dev part.

    Raises:
        DataMissingError: when a file is not there.
    """
    labels = LABEL_SETS.get(name, LabelSet())
    parts = [_entries(folder / f"{name}.{part}.jsonl.xz") for part in ("train", "dev")]
    seen = {one[labels.by] for part in parts for entry in part for one in entry["entities"]}
    types = labels.types or tuple(sorted(seen))
    train, dev = ([_sentence(entry, labels, types) for entry in part] for part in parts)
    return types, train, dev


def _entries(file: Path) -> list[dict[str, Any]]:
    with lzma.open(present(file), "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def _sentence(entry: Mapping[str, Any], labels: LabelSet, types: Sequence[str]) -> Sentence:
    """A row as an example to learn from and as gold to be scored by."""
    characters = canonical_characters(entry["text"])
    text, origin = canonical(characters, 0, len(characters))
    judged = [kind for kind in types if labels.by == "orig" or kind in entry["types"]]
    gold: set[Key] = set()
    unscored: list[tuple[int, int]] = []
    for one in entry["entities"]:
        if one[labels.by] not in judged:
            continue
        if one.get("sub") in labels.unscored:
            unscored.append((one["start"], one["end"]))
        else:
            gold.add((one["start"], one["end"], one[labels.by]))
    unsure = [(start, end, UNSURE) for start, end in unscored]
    example = Example(
        source=entry["source"],
        group=str(entry["id"]),
        text=text,
        entities=tuple(_learned([*unsure, *_outer(gold)], origin)),
        types=tuple(judged),
    )
    return Sentence(example, origin, frozenset(gold), tuple(unscored))


def _outer(entities: set[Key]) -> list[Key]:
    """The entities that lie in no other one: the tags of a token are one sequence."""
    kept: list[Key] = []
    for one in sorted(entities, key=lambda key: (key[0] - key[1], key)):
        if not any(one[0] < other[1] and other[0] < one[1] for other in kept):
            kept.append(one)
    return kept


def _learned(entities: Sequence[Key], origin: tuple[int, ...]) -> Iterator[Key]:
    """The entities at their characters of the canonical text, unsure where it lacks their edges."""
    for start, end, kind in entities:
        inside = [place for place, offset in enumerate(origin) if start <= offset < end]
        if inside:
            first, last = inside[0], inside[-1] + 1
            whole = origin[first] == start and origin[last - 1] == end - 1
            yield first, last, kind if whole else UNSURE
