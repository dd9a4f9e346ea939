"""All changes of a label folder in their order, and which labels were in force after each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from huibao.errors import LabelError
from huibao.label_changes.change import (
    Change,
    Edit,
    Proposal,
    proposal_of,
    proposed_part,
)
from huibao.label_changes.steps import Step, steps_between
from huibao.label_files import load_label_sets
from huibao.label_files.strict_yaml import SET_NAMES, label_file
from huibao.labels import LabelSets, SetKind

CHANGE_FOLDER = "changes"
_SHEET = re.compile(r"(\d{4})-[a-z0-9-]+\.yaml")


@dataclass(frozen=True, slots=True)
class History:
    """The changes of all sets, numbered from 1, and the labels that are in force after them."""

    changes: tuple[Change, ...]
    in_force: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, SetKind]

    @property
    def number(self) -> int:
        """The number of the last change, 0 before any: the version that a decision is made under."""
        return self.changes[-1].number if self.changes else 0

    @property
    def last_effective(self) -> Change | None:
        """The last change that was not undone, None where there is none."""
        undone = {one.undoes for one in self.changes}
        effective = (
            one for one in reversed(self.changes) if one.op != "undo" and one.number not in undone
        )
        return next(effective, None)

    def steps(self, part: str, since: int) -> tuple[Step, ...]:
        """What happened to a set since change number `since`."""
        self._must_know(since)
        return steps_between(self.changes, part, since)

    def ids_at(self, part: str, number: int) -> frozenset[str]:
        """The labels of a set that were in force after change `number`."""
        ids = frozenset(self.in_force[part])
        for change in reversed(self.changes):
            if change.number > number and change.set == part:
                ids = ids - set(change.entering) | set(change.leaving)
        return ids

    def at(self, number: int) -> "History":
        """The history as it was after change `number`.

        Raises:
            LabelError: there is no such change yet.
        """
        self._must_know(number)
        in_force = {part: tuple(sorted(self.ids_at(part, number))) for part in self.in_force}
        earlier = replace(self, changes=self.changes[:number], in_force=in_force)
        return self if number == self.number else earlier

    def used_ids(self, part: str) -> frozenset[str]:
        """Every id that a set has or ever had, as far as changes tell."""
        named = (one.entering + one.leaving for one in self.changes if one.set == part)
        return frozenset(self.in_force[part]).union(*named)

    @property
    def fingerprints(self) -> frozenset[str]:
        """Every fingerprint that the label sets had, as far as changes tell."""
        pairs = ((one.fingerprint_before, one.fingerprint) for one in self.changes)
        return frozenset().union(*pairs)

    def number_of(self, fingerprint: str) -> int | None:
        """The latest change after which the label sets had a fingerprint; None where none had."""
        for change in reversed(self.changes):
            if change.fingerprint == fingerprint:
                return change.number
            if change.fingerprint_before == fingerprint:
                return change.number - 1
        return None

    def _must_know(self, number: int) -> None:
        if not 0 <= number <= self.number:
            raise LabelError(f"version {number} is unknown, the last change is {self.number}")

    def with_change(self, change: Change) -> "History":
        """The history as it will be when a planned change is made."""
        ids = tuple(one for one in self.in_force[change.set] if one not in change.leaving)
        in_force = {**self.in_force, change.set: ids + change.entering}
        return replace(self, changes=(*self.changes, change), in_force=in_force)


def load_history(folder: Path, sets: LabelSets | None = None) -> History:
    """The history of a label folder; `sets` are its label sets where they were read already.

    Raises:
        LabelError: a sheet cannot be read, or a number is missing or stands twice.
    """
    known = load_label_sets(folder) if sets is None else sets
    changes: list[Change] = []
    for path in change_files(folder):
        sheet = label_file(path)
        number = len(changes) + 1
        if sheet.get("number") != number or not path.name.startswith(f"{number:04}-"):
            raise LabelError(f"{path.name}: expected change number {number}")
        changes.append(_recorded(sheet, path.name, changes))
    return History(
        tuple(changes),
        {part.id: part.ids for part in known},
        {part.id: part.kind for part in known},
    )


def change_files(folder: Path) -> list[Path]:
    """The sheets of a label folder in the order of their numbers."""
    found = (folder / CHANGE_FOLDER).glob("*.yaml")
    return sorted(path for path in found if _SHEET.fullmatch(path.name))


def change_of(proposal: Proposal, recorded: Mapping[str, Any]) -> Change:
    """A proposal as a change: which labels it concerns, which leave and which enter."""
    new = tuple(str(entry["id"]) for entry in proposal.entries)
    targets = {
        "add": new,
        "merge": new or proposal.into,
        "split": new,
        "retire": proposal.into,
    }.get(proposal.op, proposal.ids)
    sources = proposal.ids
    if proposal.op == "merge":
        sources += tuple(one for one in proposal.into if one not in sources)
    leaves = proposal.op in ("merge", "split", "retire")
    return Change(
        set=proposal.set,
        op=proposal.op,
        sources=sources,
        targets=targets,
        leaving=tuple(one for one in sources if one not in targets) if leaves else (),
        entering=new,
        why=proposal.why,
        by=proposal.by,
        from_version=proposal.from_version,
        may_take_from=proposal.may_take_from,
        minor=proposal.minor,
        confirmed_by=proposal.confirmed_by,
        **recorded,
    )


def undo_of(undone: Change, recorded: Mapping[str, Any]) -> Change:
    """The change that takes another back; what entered leaves and what left enters again."""
    return Change(
        set=undone.set,
        op="undo",
        sources=undone.targets,
        targets=undone.sources,
        leaving=undone.entering,
        entering=undone.leaving,
        undoes=undone.number,
        **recorded,
    )


def _recorded(sheet: dict[str, Any], place: str, before: list[Change]) -> Change:
    """The change that a numbered sheet tells of."""
    try:
        recorded = {
            key: sheet[key]
            for key in ("number", "at", "to_version", "fingerprint_before", "fingerprint")
        }
        recorded["edits"] = tuple(Edit(**edit) for edit in sheet["edits"])
        recorded["sheet"] = sheet
        if sheet["op"] != "undo":
            return change_of(proposal_of(proposed_part(sheet), place), recorded)
        undone = before[sheet["undoes"] - 1]
        said = {key: sheet[key] for key in ("why", "by", "from_version")}
        if undone.set != sheet["set"] or sheet["set"] not in SET_NAMES:
            raise LabelError(f"{place}: change {undone.number} is of the set {undone.set}")
        return undo_of(undone, {**said, **recorded})
    except (KeyError, TypeError, IndexError) as error:
        raise LabelError(f"{place}: the sheet is not whole: {error}") from error
