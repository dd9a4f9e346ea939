"""Makes a planned change: all of its files or none, also where the process dies halfway."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from huibao.errors import LabelError
from huibao.label_changes.change import Change, Proposal
from huibao.label_changes.history import CHANGE_FOLDER
from huibao.label_changes.locking import locked
from huibao.label_changes.planning import PlannedChange, planned_change, planned_undo
from huibao.label_files.loading import forget_loaded

# Hidden, so that neither Git users nor the list of sheets are bothered by them.
_JOURNAL, _LOCK = ".applying.json", ".lock"


def apply_change(
    folder: Path,
    proposal: Proposal,
    *,
    at: str | None = None,
    preview: Mapping[str, int] | None = None,
) -> Change:
    """Makes a change; `preview` is what was promised and is kept in its sheet.

    Raises:
        LabelError: the change is refused, and nothing is written.
    """
    with _writing(folder):
        return _made(folder, planned_change(folder, proposal, at=at or now()), preview)


def undo_change(
    folder: Path,
    *,
    why: str,
    by: str,
    at: str | None = None,
    preview: Mapping[str, int] | None = None,
) -> Change:
    """Takes the last change back by a further one.

    Raises:
        LabelError: there is nothing to undo.
    """
    with _writing(folder):
        return _made(folder, planned_undo(folder, why=why, by=by, at=at or now()), preview)


def mend_folder(folder: Path) -> None:
    """Ends a change that was interrupted while its files were put in place."""
    if (folder / CHANGE_FOLDER / _JOURNAL).exists():
        with locked(folder / CHANGE_FOLDER / _LOCK):
            _put_in_place(folder)


def now() -> str:
    """This moment in local time, to the second."""
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Holds the label folder for one change, after an interrupted one was ended."""
    with locked(folder / CHANGE_FOLDER / _LOCK):
        _put_in_place(folder)
        yield


def _made(folder: Path, plan: PlannedChange, preview: Mapping[str, int] | None) -> Change:
    path, text = plan.sheet_file(preview)
    if (folder / path).exists():
        raise LabelError(f"{path} is there already")
    journal = folder / CHANGE_FOLDER / _JOURNAL
    _replaced(journal, json.dumps({**plan.files, path: text}, ensure_ascii=False))
    _put_in_place(folder)
    forget_loaded()
    return plan.change


def _put_in_place(folder: Path) -> None:
    """Writes the files of the journal, which may have been written before, and drops it."""
    journal = folder / CHANGE_FOLDER / _JOURNAL
    if not journal.exists():
        return
    for path, text in json.loads(journal.read_text("utf-8")).items():
        _replaced(folder / path, text)
    journal.unlink()


def _replaced(path: Path, text: str) -> None:
    """Puts a whole text in the place of a file: at any moment there is the old or the new one."""
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)
