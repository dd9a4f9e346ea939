"""What the page of the reviewers is answered about label sets as a whole: changes, figures, copies."""

import io
import logging
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from huibao.decisions.proposals import (
    DECISION_FOLDER,
    Outlook,
    apply_proposal,
    outlook,
    undo_last,
)
from huibao.errors import BundleError, LabelError
from huibao.exchange.files import LabelFolder, lines_text
from huibao.label_changes import Change, proposal_of
from huibao.label_files.strict_yaml import label_mapping
from huibao.review.desk import Desk
from huibao.review.statistics import statistics
from huibao.review.work import WORK_FILE, Session
from huibao.service.logs import log_event
from huibao.service.problems import Problem

Entries = dict[str, Any]


class LabelWork:
    """The label sets of a desk: proposed, changed, counted, exported and kept safe."""

    def __init__(self, desk: Desk, on_change: Callable[[], None]) -> None:
        """Takes the desk, and what must hear of changed label sets."""
        self._desk, self._on_change = desk, on_change

    def preview(self, yaml: str) -> Entries:
        """What a change would do; nothing is written."""
        with _refusals():
            proposal = proposal_of(label_mapping(yaml, "change"))
            return _outlook_entries(outlook(self._desk.folder, proposal))

    def apply(self, session: Session, yaml: str) -> Entries:
        """Makes a change, for the head."""
        _refuse_others(session)
        with _refusals():
            proposal = proposal_of(label_mapping(yaml, "change"))
            change, told = apply_proposal(self._desk.folder, proposal)
        self._tell()
        return _outlook_entries(told) | {"change": _change_entries(change)}

    def undo(self, session: Session, why: str) -> Entries:
        """Takes the last change back, for the head."""
        _refuse_others(session)
        with _refusals():
            change, told = undo_last(self._desk.folder, why=why, by=session.person)
        self._tell()
        return _outlook_entries(told) | {"change": _change_entries(change)}

    def changes(self) -> Entries:
        """All changes there were, the first one first."""
        with self._desk.held() as view:
            return {"changes": [_change_entries(one) for one in view.history.changes]}

    def statistics(self) -> Entries:
        """The figures of the desk."""
        with self._desk.held() as view:
            return statistics(view)

    def export(self, tool: str) -> str:
        """The decisions in the form of a tool; of other tools than our own with all blocks."""
        folder = LabelFolder(self._desk.folder)
        if tool == "jsonl":
            return lines_text(folder.stored_lines(None))
        return folder.written(folder.answers(None, None, None), tool)

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

    def _tell(self) -> None:
        """Lets the models follow the label sets; one that cannot keeps the older ones."""
        try:
            self._on_change()
        except BundleError as error:
            log_event("bundles keep older label sets", logging.WARNING, reason=str(error))


@contextmanager
def _refusals() -> Iterator[None]:
    """Tells why a change is refused."""
    try:
        yield
    except LabelError as error:
        raise Problem("change_refused", f"{error}.") from None


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
