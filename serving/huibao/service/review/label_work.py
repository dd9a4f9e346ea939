"""What the page of the reviewers is answered about label sets as a whole: changes, figures, copies."""

import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from huibao.decisions import entries_of, read_decisions
from huibao.decisions.proposals import (
    DECISION_FOLDER,
    Outlook,
    apply_proposal,
    outlook,
    undo_last,
)
from huibao.label_changes import Change, proposal_of
from huibao.label_files.strict_yaml import label_mapping
from huibao.review.desk import Desk
from huibao.review.statistics import statistics
from huibao.review.work import WORK_FILE, Session
from huibao.service.problems import Problem

Entries = dict[str, Any]


class LabelWork:
    """The label sets of a desk: proposed, changed, counted, exported and kept safe."""

    def __init__(self, desk: Desk, on_change: Callable[[], None]) -> None:
        """Takes the desk, and what must hear of changed label sets."""
        self._desk, self._on_change = desk, on_change

    def preview(self, yaml: str) -> Entries:
        """What a change would do; nothing is written."""
        proposal = proposal_of(label_mapping(yaml, "change"))
        return _outlook_entries(outlook(self._desk.folder, proposal))

    def apply(self, session: Session, yaml: str) -> Entries:
        """Makes a change, for the head."""
        _refuse_others(session)
        proposal = proposal_of(label_mapping(yaml, "change"))
        change, told = apply_proposal(self._desk.folder, proposal)
        self._on_change()
        return _outlook_entries(told) | {"change": _change_entries(change)}

    def undo(self, session: Session, why: str) -> Entries:
        """Takes the last change back, for the head."""
        _refuse_others(session)
        change, told = undo_last(self._desk.folder, why=why, by=session.person)
        self._on_change()
        return _outlook_entries(told) | {"change": _change_entries(change)}

    def changes(self) -> Entries:
        """All changes there were, the first one first."""
        with self._desk.held() as view:
            return {"changes": [_change_entries(one) for one in view.history.changes]}

    def statistics(self) -> Entries:
        """The figures of the desk."""
        with self._desk.held() as view:
            return statistics(view)

    def export(self) -> bytes:
        """All decisions that were stored, as JSON lines."""
        decisions = read_decisions(self._desk.folder / DECISION_FOLDER)
        lines = (json.dumps(entries_of(one), ensure_ascii=False) + "\n" for one in decisions)
        return "".join(lines).encode()

    def backup(self, session: Session) -> bytes:
        """The decisions and the work in progress as they are now, packed, for the head."""
        _refuse_others(session)
        packed = io.BytesIO()
        with (
            self._desk.held(),
            tempfile.TemporaryDirectory() as aside,
            zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            copy = Path(aside) / WORK_FILE
            self._desk.work.snapshot(copy)
            archive.write(copy, WORK_FILE)
            for path in sorted((self._desk.folder / DECISION_FOLDER).glob("*.jsonl")):
                archive.write(path, f"{DECISION_FOLDER}/{path.name}")
        return packed.getvalue()


def _refuse_others(session: Session) -> None:
    if not session.head:
        raise Problem("head_only", "Only the head of the team may do that.")


def _outlook_entries(told: Outlook) -> Entries:
    preview = told.preview
    return {
        "change": _change_entries(told.plan.change),
        **preview.promised(),
        "few": [{"id": label, "count": count} for label, count in preview.few],
        "notes": list(told.plan.notes),
    }


def _change_entries(change: Change) -> Entries:
    return {
        "number": change.number,
        "set": change.set,
        "op": change.op,
        "sources": list(change.sources),
        "targets": list(change.targets),
        "why": change.why,
        "by": change.by,
        "at": change.at,
        "from_version": change.from_version,
        "to_version": change.to_version,
        "confirmed_by": change.confirmed_by,
        "undoes": change.undoes,
    }
