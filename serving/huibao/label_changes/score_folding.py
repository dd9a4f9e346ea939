"""What a model of an older version says under the label sets in force, until it is trained anew."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

import msgspec

from huibao.annotation import Annotation, BlockAnnotation, Entity, Tag
from huibao.label_changes.history import History
from huibao.label_changes.steps import Step, renamed
from huibao.labels import LabelSets

COARSE = "|"  # between the labels of which one is meant


@dataclass(frozen=True)
class ScoreFold:
    """The way from the labels of a model to those in force.

    A split label is answered as `one|other` with the whole probability: the model cannot tell the
    parts apart and does not pretend to. Merged labels are added up. Rules and document fields see the
    model's own labels; only what is given out is folded.
    """

    history: History
    since: int

    @cached_property
    def not_predicted(self) -> Mapping[str, tuple[str, ...]]:
        """The labels in force that the model can give neither alone nor among others, by set."""
        found = {}
        for part in ("roles", "categories", "entities"):
            known = self.history.ids_at(part, self.since)
            given = {now for label in known for now in self._become(part, label)}
            found[part] = tuple(one for one in self.history.in_force[part] if one not in given)
        return found

    def annotation(self, said: Annotation) -> Annotation:
        """What a model said, in the labels in force; texts, spans and values stay."""
        return replace(said, blocks=tuple(self.block(block) for block in said.blocks))

    def block(self, said: BlockAnnotation) -> BlockAnnotation:
        """What a model said of one block, in the labels in force."""
        # Every block has a role: where all that the model named is gone, its own word is left.
        roles = self.tags("roles", (said.role, *said.alternatives)) or (said.role,)
        return replace(
            said,
            role=roles[0],
            alternatives=roles[1:],
            categories=self.tags("categories", said.categories),
            entities=tuple(self._entities(said.entities)),
        )

    def tags(self, part: str, tags: Iterable[Tag]) -> tuple[Tag, ...]:
        """Tags of a set with their probabilities, best first; those of a retired label are gone."""
        chances: dict[str, list[float]] = {}
        for tag in tags:
            if now := self._become(part, tag.label):
                chances.setdefault(COARSE.join(now), []).append(tag.score)
        joined = _sum if self.history.kinds[part] == "one" else _any_of
        folded = (Tag(label, joined(scores)) for label, scores in chances.items())
        return tuple(sorted(folded, key=lambda tag: -tag.score))

    def _entities(self, entities: Iterable[Entity]) -> Iterable[Entity]:
        for entity in entities:
            if now := self._become("entities", entity.type):
                yield msgspec.structs.replace(entity, type=COARSE.join(now))

    def _become(self, part: str, label: str) -> tuple[str, ...]:
        """The labels of which one is meant by an old label; none where it is gone."""
        now: Sequence[str] = (label,)
        for step in self._steps[part]:
            now = renamed(now, step)
        return tuple(now)

    @cached_property
    def _steps(self) -> Mapping[str, tuple[Step, ...]]:
        return {
            part: tuple(
                step
                for step in self.history.steps(part, self.since)
                if step.kind not in ("add", "redefine")
            )
            for part in self.history.kinds
        }


def score_fold(history: History, model: str, in_force: str) -> ScoreFold | None:
    """The fold for a model trained under the fingerprint `model`; None where it already fits.

    A model of an unknown fingerprint has none either: `History.fingerprints` tells which are known.
    """
    since = history.number_of(model)
    if model == in_force or since is None:
        return None
    return ScoreFold(history, since)


@cache
def labels_meant(label: str) -> frozenset[str]:
    """The labels of which one is meant: a plain label is itself, a coarse one has several."""
    return frozenset(label.split(COARSE))


def sets_with_categories(labels: LabelSets, ids: Sequence[str]) -> LabelSets:
    """The label sets with just the categories that a model knows, retired ones with their keywords."""
    known = tuple(replace(labels.categories.known(label), collapse_to=None) for label in ids)
    return replace(labels, categories=replace(labels.categories, labels=known, retired=()))


def _sum(scores: Sequence[float]) -> float:
    return min(1.0, round(math.fsum(scores), 4))


def _any_of(scores: Sequence[float]) -> float:
    return round(1.0 - math.prod(1.0 - score for score in scores), 4)
