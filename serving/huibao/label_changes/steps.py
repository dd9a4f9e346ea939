"""What the changes between two versions do to a label that was given under the earlier one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from huibao.label_changes.change import Change

StepKind = Literal["merge", "split", "add", "retire", "redefine"]


@dataclass(frozen=True, slots=True)
class Step:
    """One change as a decision meets it.

    A merge has one target, a retirement one or none; of an added label the sources are those that
    it may take some examples from.
    """

    kind: StepKind
    sources: tuple[str, ...]
    targets: tuple[str, ...]


def steps_between(
    changes: Iterable[Change], part: str, since: int, until: int | None = None
) -> tuple[Step, ...]:
    """The steps that lead from change number `since` to `until` (None is the last) in one set.

    A change that was undone within that time is passed over; one that was made before and undone
    within it is walked backwards. Renaming and moving do nothing: ids are permanent.
    """
    mine = {one.number: one for one in changes if one.set == part}
    passed = [one for one in mine.values() if since < one.number <= (until or max(mine))]
    undone = {one.undoes for one in passed if one.undoes is not None and one.undoes > since}
    steps: list[Step] = []
    for one in passed:
        if one.undoes is None and one.number not in undone:
            steps += _forward(one)
        elif one.undoes is not None and one.undoes not in undone:
            steps += _backward(mine[one.undoes])
    return tuple(steps)


def renamed(labels: Iterable[str], step: Step) -> tuple[str, ...]:
    """Labels with those of a step replaced by what they become, each once."""
    become: list[str] = []
    for label in labels:
        become += step.targets if label in step.sources else (label,)
    return tuple(dict.fromkeys(become))


def _forward(change: Change) -> Iterable[Step]:
    if change.op == "merge":
        yield Step("merge", change.sources, change.targets)
    elif change.op == "split":
        yield Step("split", change.sources, change.targets)
    elif change.op == "add":
        yield Step("add", change.may_take_from, change.targets)
    elif change.op == "retire":
        yield Step("retire", change.sources, change.targets)
    elif change.op == "redefine" and not change.minor:
        yield Step("redefine", change.sources, change.targets)


def _backward(change: Change) -> Iterable[Step]:
    """What was said under a change that is no more: C of a merge may be A or B again."""
    if change.op == "merge":
        yield Step("split", change.targets, change.sources)
    elif change.op == "split":
        yield Step("merge", change.targets, change.sources)
    elif change.op == "add":
        yield Step("retire", change.targets, ())
    elif change.op == "retire":
        yield Step("add", (), change.sources)
    elif change.op == "redefine" and not change.minor:
        yield Step("redefine", change.sources, change.targets)
