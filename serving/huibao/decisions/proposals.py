"""A proposed change beside all that was ever decided in a label folder: preview, apply, undo."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from huibao.corpus_check import marked_pages
from huibao.decisions.corpus import corpus_decisions
from huibao.decisions.decision import Decision
from huibao.decisions.preview import Preview, preview_of
from huibao.decisions.store import read_decisions
from huibao.errors import LabelError
from huibao.label_changes import (
    Change,
    History,
    PlannedChange,
    Proposal,
    apply_change,
    mend_folder,
    planned_change,
    planned_undo,
    undo_change,
)
from huibao.label_changes.applying import now

DECISION_FOLDER, CORPUS_FOLDER = "decisions", "reports"


@dataclass(frozen=True, slots=True)
class Outlook:
    """A change that may be made, and what it would do."""

    plan: PlannedChange
    preview: Preview

    def lines(self) -> Iterator[str]:
        """What a person reads before agreeing."""
        change, told = self.plan.change, self.preview
        what = f"undo of change {change.undoes}" if change.undoes else change.op
        into = ", ".join(change.targets) or "nothing"
        yield (
            f"{change.set} {change.from_version} -> {change.to_version}: {what}, "
            f"{', '.join(change.sources) or 'new'} -> {into}"
        )
        yield f"change by themselves: {told.auto} decisions"
        yield f"must be decided anew: {told.ask} blocks"
        yield f"may be looked at again: {told.offer} blocks"
        yield f"stay as they are: {told.untouched} decisions"
        yield f"work for people: about {told.minutes} minutes"
        for label, count in told.few:
            yield f"few examples: {label} has {count}"
        for sentence in self.plan.notes:
            yield f"mind: {sentence}"


def stored_decisions(folder: Path, history: History) -> list[Decision]:
    """All decisions of a label folder: what was stored, and the marks of the written corpus.

    Raises:
        LabelError: a stored line is no decision, or a page of the corpus cannot be read.
    """
    pages, faults = marked_pages(folder / CORPUS_FOLDER)
    if faults:
        raise LabelError(faults[0])
    return [*corpus_decisions(pages, history), *read_decisions(folder / DECISION_FOLDER)]


def outlook(folder: Path, proposal: Proposal) -> Outlook:
    """What a proposal would do; nothing is written.

    Raises:
        LabelError: the change is refused.
    """
    mend_folder(folder)
    return _outlook(folder, planned_change(folder, proposal, at=now()))


def undo_outlook(folder: Path, *, why: str, by: str) -> Outlook:
    """What taking the last change back would do; nothing is written.

    Raises:
        LabelError: there is nothing to undo.
    """
    mend_folder(folder)
    return _outlook(folder, planned_undo(folder, why=why, by=by, at=now()))


def apply_proposal(folder: Path, proposal: Proposal) -> tuple[Change, Outlook]:
    """Makes a change and keeps in its sheet what was promised of it.

    Raises:
        LabelError: the change is refused.
    """
    told = outlook(folder, proposal)
    return apply_change(folder, proposal, preview=told.preview.promised()), told


def undo_last(folder: Path, *, why: str, by: str) -> tuple[Change, Outlook]:
    """Takes the last change back by a further one.

    Raises:
        LabelError: there is nothing to undo.
    """
    told = undo_outlook(folder, why=why, by=by)
    return undo_change(folder, why=why, by=by, preview=told.preview.promised()), told


def _outlook(folder: Path, plan: PlannedChange) -> Outlook:
    decisions = stored_decisions(folder, plan.history)
    return Outlook(plan, preview_of(plan.change, plan.history, decisions))
