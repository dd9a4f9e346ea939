"""What a decision says under the label sets in force: certain, waiting for a person, or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

from huibao.label_changes import Step
from huibao.label_changes.steps import renamed

_ANY = 1_000  # more than any set has labels


@dataclass(frozen=True, slots=True)
class OneState:
    """The label that a block has, among `candidates`; no candidate at all means any of the set."""

    candidates: tuple[str, ...]

    @property
    def doubt(self) -> int:
        """How many labels too many it may be; any label is the greatest doubt."""
        return len(self.candidates) - 1 if self.candidates else _ANY

    @property
    def waiting(self) -> bool:
        """Whether a person must still choose."""
        return self.doubt > 0

    @property
    def labels(self) -> frozenset[str]:
        """The label, where it is certain."""
        return frozenset(() if self.waiting else self.candidates)

    def after(self, step: Step) -> Self:
        """The state after one change; an added label takes nothing away from old ones."""
        if step.kind in ("add", "redefine") or not self.candidates:
            return self
        return replace(self, candidates=renamed(self.candidates, step))


@dataclass(frozen=True, slots=True)
class ManyState:
    """The labels that a block has, and has not; of those in neither nothing was ever judged.

    Each of `one_of` holds labels of which the block has at least one, nobody has said which.
    """

    yes: frozenset[str]
    no: frozenset[str]
    one_of: tuple[frozenset[str], ...] = ()

    @property
    def doubt(self) -> int:
        """How many labels too many it may be."""
        return sum(len(group) - 1 for group in self.one_of)

    @property
    def waiting(self) -> bool:
        """Whether a person must still choose."""
        return self.doubt > 0

    @property
    def labels(self) -> frozenset[str]:
        """The labels that the block certainly has."""
        return self.yes

    def answer(self, label: str) -> bool | None:
        """Whether the block has a label; None where that was not judged."""
        return True if label in self.yes else False if label in self.no else None

    def after(self, step: Step) -> Self:
        """The state after one change.

        A merged label is a yes where any part is, and a no only where all parts are. A split label
        leaves its yes open and its no a no for each part.
        """
        sources, targets = frozenset(step.sources), frozenset(step.targets)
        if step.kind in ("add", "redefine"):
            return self
        yes, no = self.yes - sources, self.no - sources
        groups = [frozenset(renamed(sorted(group), step)) for group in self.one_of]
        if step.kind == "merge":
            if self.yes & sources:
                yes |= targets
            elif sources <= self.no:
                no |= targets
        elif step.kind == "split":
            if self.yes & sources:
                groups.append(targets)
            elif sources & self.no:
                no |= targets
        else:  # the block's "one of" may have been the label that is gone
            groups = [group for group in self.one_of if not group & sources]
        return replace(self, yes=yes, no=no).settled(groups)

    def settled(self, groups: Iterable[frozenset[str]]) -> Self:
        """The state with the groups that still ask something; what is plain becomes a yes."""
        yes, no, asking = self.yes, self.no, list[frozenset[str]]()
        for group in groups:
            left = group - no
            if len(left) == 1:
                yes |= left
            elif left and left not in asking:
                asking.append(left)
        return replace(self, yes=yes, one_of=tuple(one for one in asking if not one & yes))


@dataclass(frozen=True, slots=True)
class FoldedSpan:
    """A span with the types that it may be of."""

    start: int
    end: int
    text: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpanState:
    """The spans of a block, and the types of which all spans were marked; others are unjudged."""

    spans: tuple[FoldedSpan, ...]
    judged: frozenset[str]

    @property
    def doubt(self) -> int:
        """How many types too many its spans may be of."""
        return sum(len(span.candidates) - 1 for span in self.spans)

    @property
    def waiting(self) -> bool:
        """Whether a person must still choose."""
        return self.doubt > 0

    @property
    def labels(self) -> frozenset[str]:
        """The types that the block certainly has spans of."""
        return frozenset(one.candidates[0] for one in self.spans if len(one.candidates) == 1)

    @property
    def touching(self) -> tuple[tuple[FoldedSpan, FoldedSpan], ...]:
        """Neighbours of one type without a gap: a merge may have cut one thing in two."""
        pairs = zip(self.spans, self.spans[1:], strict=False)
        return tuple(
            (one, other)
            for one, other in pairs
            if one.end == other.start and one.candidates == other.candidates
        )

    def after(self, step: Step) -> Self:
        """The state after one change; of spans that became the same one is kept."""
        if step.kind in ("add", "redefine"):
            return self
        sources, targets = frozenset(step.sources), frozenset(step.targets)
        judged = self.judged - sources
        if step.kind != "retire" and sources <= self.judged:
            judged |= targets
        folded = (replace(span, candidates=renamed(span.candidates, step)) for span in self.spans)
        kept = dict.fromkeys(span for span in folded if span.candidates)
        return replace(self, spans=tuple(kept), judged=judged)
