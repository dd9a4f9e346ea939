"""What can be wrong with the changes of a label folder."""

from collections.abc import Iterator
from pathlib import Path

from huibao.errors import LabelError
from huibao.label_changes.history import load_history
from huibao.label_files import load_label_sets


def history_faults(folder: Path) -> tuple[str, ...]:
    """The faults of the sheets, and whether the label files are what the last change left."""
    try:
        return tuple(_faults(folder))
    except LabelError as error:
        return (str(error),)


def _faults(folder: Path) -> Iterator[str]:
    sets = load_label_sets(folder)
    history = load_history(folder, sets)
    for earlier, later in zip(history.changes, history.changes[1:], strict=False):
        if later.fingerprint_before != earlier.fingerprint:
            yield f"change {later.number} does not begin where change {earlier.number} ended"
    if history.changes and history.changes[-1].fingerprint != sets.fingerprint:
        yield (
            f"the label sets are {sets.fingerprint}, change {history.number} left "
            f"{history.changes[-1].fingerprint}: the structure was changed without a sheet"
        )
