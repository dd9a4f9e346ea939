"""What the labels in force take over from those that a bundle was trained for: heads and decisions."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from huibao.errors import BundleError
from huibao.inference.bundle import Bundle, Decisions
from huibao.inference.tagging import OUTSIDE
from huibao.label_changes import History
from huibao_training.batches import Targets

Origins = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Heirs:
    """Of each label in force the old ones that it comes from, itself where it has stayed.

    A part of a split label comes from the whole one, a merged label from all that went into it, an
    added one from those that it may take examples from, else from none.
    """

    old: Targets
    new: Targets
    roles: Origins
    categories: Origins
    types: Origins

    def weights(
        self, trained: Mapping[str, Tensor], fresh: Mapping[str, Tensor]
    ) -> dict[str, Tensor]:
        """The weights to begin from; an output is the mean of those that it comes from.

        Args:
            trained: Of the old labels.
            fresh: Of an untrained labeller for the new ones, whose outputs those of no origin keep.
        """
        weights = dict(trained)
        tags = _tag_origins(self.types, self.new.tags)
        for head, origins, old in (
            ("role", self.roles, self.old.roles),
            ("category", self.categories, self.old.categories),
            ("tags", tags, self.old.tags),
        ):
            place_of = {label: place for place, label in enumerate(old)}
            for name in (f"{head}.3.weight", f"{head}.3.bias"):
                weights[name] = torch.stack(
                    [
                        trained[name][[place_of[one] for one in origin]].mean(0)
                        if origin
                        else fresh[name][place]
                        for place, origin in enumerate(origins.values())
                    ]
                )
        return weights

    def decisions(self, old: Decisions) -> Decisions:
        """The decision numbers to go on with, each the mean of those that it comes from."""
        return Decisions(
            temperature=old.temperature,
            transitions=self._transitions(old.transitions),
            calibration={
                label: (slope, offset, keyword)
                for label, (slope, offset, keyword) in _means(old.calibration, self.categories)
            },
            thresholds={
                name: cut for name, (cut,) in _means(_rows(old.thresholds), self.categories)
            },
            entity_thresholds={
                name: cut for name, (cut,) in _means(_rows(old.entity_thresholds), self.types)
            },
        )

    def _transitions(self, old: Sequence[Sequence[float]]) -> tuple[tuple[float, ...], ...]:
        """Log-odds between roles; 0, which tells nothing, where one has no origin."""
        if not old:
            return ()
        table, place_of = np.array(old), {role: place for place, role in enumerate(self.old.roles)}
        places = [[place_of[one] for one in origin] for origin in self.roles.values()]
        return tuple(
            tuple(
                round(float(table[np.ix_(rows, columns)].mean()), 3) if rows and columns else 0.0
                for columns in places
            )
            for rows in places
        )


def heirs_of(bundle: Bundle, targets: Targets, history: History) -> Heirs:
    """What `targets`, the labels at the end of the history, take over from a bundle.

    Raises:
        BundleError: no change of the history leads from the bundle's label sets to these.
    """
    since = history.number_of(bundle.labels)
    old = Targets(bundle.roles, bundle.categories, bundle.types)
    if since is None and old != targets:
        raise BundleError(
            f"bundle {bundle.name} was trained for label sets {bundle.labels}, "
            "which no change of the label folder leads on from"
        )
    now = history.number if since is None else since
    return Heirs(
        old,
        targets,
        roles=_origins(history, "roles", now, old.roles, targets.roles),
        categories=_origins(history, "categories", now, old.categories, targets.categories),
        types=_origins(history, "entities", now, old.types, targets.types),
    )


def _origins(
    history: History, part: str, since: int, old: Sequence[str], new: Sequence[str]
) -> Origins:
    come_from = {label: (label,) for label in old}
    for step in history.steps(part, since):
        sources = [one for label in step.sources for one in come_from.get(label, ())]
        if step.kind == "redefine":
            continue
        if step.kind != "add":
            for label in step.sources:
                come_from.pop(label, None)
        for label in step.targets:
            come_from[label] = tuple(dict.fromkeys((*come_from.get(label, ()), *sources)))
    return {label: come_from.get(label, ()) for label in new}


def _tag_origins(types: Origins, tags: Sequence[str]) -> Origins:
    return {
        tag: (tag,) if tag == OUTSIDE else tuple(f"{tag[:2]}{one}" for one in types[tag[2:]])
        for tag in tags
    }


def _rows(numbers: Mapping[str, float]) -> dict[str, tuple[float, ...]]:
    return {label: (number,) for label, number in numbers.items()}


def _means(
    numbers: Mapping[str, Sequence[float]], origins: Origins
) -> Iterator[tuple[str, list[float]]]:
    """The mean of the numbers that a label comes from; a label of none goes without."""
    for label, origin in origins.items():
        known = [numbers[one] for one in origin if one in numbers]
        if known:
            yield label, [round(statistics.fmean(column), 4) for column in zip(*known, strict=True)]
