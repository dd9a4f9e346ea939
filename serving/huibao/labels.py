"""What blocks and spans may be called, and which labels are evidence for which indicator."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from huibao.errors import LabelError

SetKind = Literal["one", "many", "span"]


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence that shows a label, or one that only seems to; `instead` is its right label."""

    text: str
    why: str | None = None
    instead: str | None = None


@dataclass(frozen=True, slots=True)
class LabelGroup:
    """A parent that gathers labels and is never given to a text itself: an official dimension."""

    id: str
    code: str
    name: str
    definition: str


@dataclass(frozen=True, slots=True)
class Label:
    """One label and all that an annotator is told of it.

    `positive` are literal keywords; `negative` are formulas that look like evidence and are none.
    `inside`, `outside` and `normal_form` belong to entity types, `sequence` (role ids) to genres.
    """

    id: str
    name: str
    definition: str
    since: str
    parent: str | None = None
    collapse_to: str | None = None
    code: str | None = None
    retired: str | None = None
    positive: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    neighbours: Mapping[str, str] = field(default_factory=dict, hash=False)
    examples: tuple[Example, ...] = ()
    counterexamples: tuple[Example, ...] = ()
    rulings: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    normal_form: str | None = None
    sequence: tuple[str, ...] = ()


@dataclass(frozen=True)
class LabelSet:
    """The labels in force on one question, in their order; `retired` ones are kept for old data."""

    id: str
    name: str
    kind: SetKind
    version: str
    about: str
    labels: tuple[Label, ...]
    groups: tuple[LabelGroup, ...] = ()
    retired: tuple[Label, ...] = ()

    def __post_init__(self) -> None:
        if len(set(self.ids)) != len(self.ids):
            raise LabelError(f"{self.id}: an id stands twice")
        for label in self.labels:
            if label.collapse_to is not None and label.collapse_to not in self.ids:
                raise LabelError(
                    f"{self.id}: {label.id} collapses to unknown {label.collapse_to!r}"
                )

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids in the order of the file: the order of scores, tables and pages."""
        return tuple(label.id for label in self.labels)

    @cached_property
    def keywords(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Labels with their keywords by the first two characters: a text has few of hundreds."""
        found: dict[str, list[tuple[str, str]]] = {}
        for label in self.labels:
            for word in label.positive:
                found.setdefault(word[:2], []).append((label.id, word))
        return {start: tuple(pairs) for start, pairs in found.items()}

    @cached_property
    def has_short_keywords(self) -> bool:
        """Whether a keyword has one character only."""
        return any(len(start) < 2 for start in self.keywords)

    @property
    def collapse(self) -> dict[str, str]:
        """Every id with the id it stands for in the reduced set (most stand for themselves)."""
        return {label.id: label.collapse_to or label.id for label in self.labels}

    @property
    def collapsed_ids(self) -> tuple[str, ...]:
        """The ids of the reduced set, in order."""
        return tuple(label.id for label in self.labels if label.collapse_to is None)

    def knows(self, label: str) -> bool:
        """Whether a label is or was in force."""
        return label in self or any(one.id == label for one in self.retired)

    def known(self, label: str) -> Label:
        """A label in force or a retired one, which old marks and texts may still name.

        Raises:
            LabelError: the set never had the label.
        """
        return next((one for one in self.retired if one.id == label), None) or self[label]

    def group_of(self, label: str) -> LabelGroup | None:
        """The group above a label, None where the set has no groups."""
        parent = self[label].parent
        return next((group for group in self.groups if group.id == parent), None)

    def __getitem__(self, label: str) -> Label:
        for known in self.labels:
            if known.id == label:
                return known
        raise LabelError(f"{self.id}: no label {label!r}, expected one of {', '.join(self.ids)}")

    def __contains__(self, label: object) -> bool:
        return any(known.id == label for known in self.labels)

    def __iter__(self) -> Iterator[Label]:
        return iter(self.labels)

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, slots=True)
class LabelSets:
    """The label sets that belong together."""

    roles: LabelSet
    categories: LabelSet
    arenas: LabelSet
    entities: LabelSet
    genres: LabelSet

    def __iter__(self) -> Iterator[LabelSet]:
        return iter((self.roles, self.categories, self.arenas, self.entities, self.genres))

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits that change when, and only when, old annotations may no longer fit.

        It covers ids, their order (scores are arrays in that order), parents and collapse targets.
        Names, codes, definitions, cues and examples are left out on purpose: a better wording must
        not make every trained bundle and every stored annotation look foreign.
        """
        shape = [
            [
                part.id,
                part.kind,
                [[label.id, label.parent, label.collapse_to] for label in part.labels],
                [group.id for group in part.groups],
            ]
            for part in self
        ]
        text = json.dumps(shape, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line of an official table.

    `weight` is in points, None where it is not known; `points` are the parts it is made of.
    A block with one of the `categories` or one of the `roles` is evidence for the indicator.
    """

    id: str
    name: str
    parent: str | None
    weight: float | None
    points: tuple[float, ...] = ()
    categories: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True)
class IndicatorProfile:
    """One official table as an office uses it; not `complete` where parts of it were never seen."""

    id: str
    name: str
    issuer: str | None
    year: int | None
    complete: bool
    source: str
    indicators: tuple[Indicator, ...]
    note: str | None = None

    def evidenced_by(self, category: str) -> tuple[str, ...]:
        """The ids of the indicators that a category is evidence for."""
        return tuple(line.id for line in self.indicators if category in line.categories)

    @cached_property
    def labels_below(self) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
        """The categories and roles that are evidence for each indicator or for one below it."""
        return tuple(map(self._labels_below, self.indicators))

    @cached_property
    def places_of_labels(
        self,
    ) -> tuple[Mapping[str, tuple[int, ...]], Mapping[str, tuple[int, ...]]]:
        """The other way round: the places of the indicators of each category, and of each role."""
        places: tuple[dict[str, tuple[int, ...]], dict[str, tuple[int, ...]]] = ({}, {})
        for place, below in enumerate(self.labels_below):
            for labels, known in zip(below, places, strict=True):
                for label in labels:
                    known[label] = (*known.get(label, ()), place)
        return places

    def _labels_below(self, line: Indicator) -> tuple[frozenset[str], frozenset[str]]:
        inside = {line.id}
        for other in self.indicators:  # a parent stands above its children
            if other.parent in inside:
                inside.add(other.id)
        lines = [other for other in self.indicators if other.id in inside]
        return (
            frozenset(label for other in lines for label in other.categories),
            frozenset(label for other in lines for label in other.roles),
        )

    def __getitem__(self, indicator: str) -> Indicator:
        for known in self.indicators:
            if known.id == indicator:
                return known
        raise LabelError(f"{self.id}: no indicator {indicator!r}")
