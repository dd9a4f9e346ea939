"""A change worked out in full before anything is written: the sheet and every file it alters."""

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from huibao.errors import LabelError
from huibao.label_changes.change import Change, Edit, Entry, Operation, Proposal
from huibao.label_changes.edits import edited_texts, edits_of, new_entries, undoing_edits
from huibao.label_changes.history import CHANGE_FOLDER, History, change_of, load_history, undo_of
from huibao.label_changes.refusals import READ_BY_PROGRAM, refuse_unfit
from huibao.label_changes.yaml_text import yaml_text
from huibao.label_files import check_label_folder, load_label_sets
from huibao.label_files.loading import forget_loaded
from huibao.label_files.strict_yaml import INDICATOR_FOLDER
from huibao.labels import LabelSet


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """A change that may be made.

    Args:
        change: With its number, versions and fingerprints.
        history: As it is before the change.
        files: The texts of the altered label files, by path in the label folder.
        sheet: What the sheet of the change will say, without the preview.
        notes: Sentences on what names a label that leaves: other labels' wording, the program.
    """

    change: Change
    history: History
    files: Mapping[str, str]
    sheet: Mapping[str, Any]
    notes: tuple[str, ...]

    @property
    def after(self) -> History:
        """The history once the change is made."""
        return self.history.with_change(self.change)

    def sheet_file(self, preview: Mapping[str, int] | None) -> tuple[str, str]:
        """Path and text of the sheet, with what was promised."""
        one = self.change
        names = "-".join(one.entering or one.sources or one.targets).lower().replace("_", "-")
        path = f"{CHANGE_FOLDER}/{one.number:04}-{one.op}-{names[:60].strip('-')}.yaml"
        said = {**self.sheet, **({"preview": dict(preview)} if preview else {})}
        return path, yaml_text(said)


def planned_change(folder: Path, proposal: Proposal, *, at: str) -> PlannedChange:
    """Works out a proposal against the label folder as it stands.

    Args:
        folder: The label folder.
        proposal: What is wanted.
        at: The time, ISO 8601.

    Raises:
        LabelError: the change is refused; one sentence says why.
    """
    forget_loaded()
    sets = load_label_sets(folder)
    history = load_history(folder, sets)
    refuse_unfit(proposal, sets, history)
    part = next(part for part in sets if part.id == proposal.set)
    change = change_of(proposal, _recorded(history, part, sets.fingerprint, at))
    entries = new_entries(change, proposal, folder)
    said = _said(proposal, entries)
    return _worked_out(folder, history, change, edits_of(change, proposal, folder), entries, said)


def planned_undo(folder: Path, *, why: str, by: str, at: str) -> PlannedChange:
    """Works out the change that takes the last one back; nothing of the history is rewritten.

    Raises:
        LabelError: there is nothing to undo, or the files no longer allow it.
    """
    forget_loaded()
    sets = load_label_sets(folder)
    history = load_history(folder, sets)
    undone = history.last_effective
    if undone is None:
        raise LabelError("undo is refused: no change is in force")
    part = next(part for part in sets if part.id == undone.set)
    recorded = {"why": why, "by": by, "from_version": part.version}
    recorded |= _recorded(history, part, sets.fingerprint, at)
    change = undo_of(undone, recorded)
    edits = undoing_edits(change, undone, folder)
    said = {"set": undone.set, "op": "undo", "undoes": undone.number, "why": why, "by": by}
    return _worked_out(folder, history, change, edits, (), said)


def _recorded(history: History, part: LabelSet, fingerprint: str, at: str) -> dict[str, Any]:
    major, _, minor = part.version.partition(".")
    return {
        "number": history.number + 1,
        "at": at,
        "to_version": f"{major}.{int(minor) + 1}",
        "fingerprint_before": fingerprint,
        "fingerprint": "",
    }


def _worked_out(
    folder: Path,
    history: History,
    change: Change,
    edits: tuple[Edit, ...],
    entries: Iterable[Entry],
    said: Mapping[str, Any],
) -> PlannedChange:
    files = edited_texts(edits, entries, change, folder)
    fingerprint = _checked(folder, files, change.op)
    change = replace(change, edits=edits, fingerprint=fingerprint)
    sheet = {"number": change.number, **said}
    for key in ("at", "from_version", "to_version", "fingerprint_before", "fingerprint"):
        sheet[key] = getattr(change, key)
    sheet["edits"] = [asdict(edit) for edit in edits]
    return PlannedChange(change, history, files, sheet, _notes(folder, change))


def _checked(folder: Path, files: Mapping[str, str], op: Operation) -> str:
    """The fingerprint of the changed folder, which must be without fault."""
    with tempfile.TemporaryDirectory() as name:
        trial = Path(name)
        (trial / INDICATOR_FOLDER).mkdir()
        for pattern in ("*.yaml", f"{INDICATOR_FOLDER}/*.yaml"):
            for path in folder.glob(pattern):
                shutil.copy(path, trial / path.relative_to(folder))
        for path_name, text in files.items():
            (trial / path_name).write_text(text, "utf-8", newline="\n")
        faults = check_label_folder(trial)
        if faults:
            more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
            raise LabelError(f"{op} is refused: after it, {faults[0]}{more}")
        return load_label_sets(trial).fingerprint


def _said(proposal: Proposal, entries: list[dict[str, Any]]) -> dict[str, Any]:
    """The author's part of the sheet, in the order in which people read it."""
    said: dict[str, Any] = {"set": proposal.set, "op": proposal.op}
    if proposal.op == "merge":
        said["ids"] = list(proposal.ids)
    elif proposal.ids:
        said["id"] = proposal.ids[0]
    said |= proposal.values
    if proposal.op == "add":
        said["label"] = entries[0]
    elif proposal.op == "split":
        said["into"] = entries
    elif proposal.op == "merge":
        said["into"] = entries[0] if entries else proposal.into[0]
    elif proposal.into:
        said["to"] = proposal.into[0]
    if proposal.may_take_from:
        said["may_take_from"] = list(proposal.may_take_from)
    if proposal.op == "redefine":
        said["minor"] = proposal.minor
    said |= {"why": proposal.why, "by": proposal.by}
    return said | ({"confirmed_by": proposal.confirmed_by} if proposal.confirmed_by else {})


def _notes(folder: Path, change: Change) -> tuple[str, ...]:
    part = next(part for part in load_label_sets(folder) if part.id == change.set)
    sentences = [
        f"document fields and evidence look for {gone} by its id and will not see what it becomes"
        for gone in change.leaving
        if gone in READ_BY_PROGRAM.get(change.set, ())
    ]
    for label in part:
        if label.id in change.leaving:
            continue
        examples = (*label.examples, *label.counterexamples)
        named = {*label.neighbours, *(one.instead for one in examples)}
        told = " ".join((*label.inside, *label.outside, *(one.text for one in examples)))
        sentences += [
            f"{label.id} still names {gone} among its neighbours or examples"
            for gone in change.leaving
            if gone in named or f"{{{gone}:" in told
        ]
    return tuple(sentences)
