"""All decisions of a label folder in memory, kept up with what this and other processes append."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from huibao.decisions import Decision, decision_of
from huibao.errors import LabelError


class Journal:
    """Reads each file of decisions once and then only what was added to it."""

    def __init__(self, folder: Path) -> None:
        """Takes the folder, which need not be there yet."""
        self._folder = folder
        self._read: dict[str, int] = {}
        self._known: set[str] = set()

    def fresh(self) -> list[Decision]:
        """The decisions that were stored since the last call, each once.

        Raises:
            LabelError: a line is no decision.
        """
        found = []
        for path in sorted(self._folder.glob("*.jsonl")):
            found += self.unknown(self._added(path))
        return found

    def unknown(self, decisions: Iterable[Decision]) -> list[Decision]:
        """Those that were not seen yet; they are seen from now on."""
        new = {one.id: one for one in decisions if one.id not in self._known}
        self._known |= new.keys()
        return list(new.values())

    def _added(self, path: Path) -> Iterator[Decision]:
        size, since = path.stat().st_size, self._read.get(path.name, 0)
        if size == since:
            return
        since = 0 if size < since else since  # an older version of the file was put in its place
        with path.open("rb") as stream:
            stream.seek(since)
            data = stream.read()
        whole = data.rfind(b"\n") + 1  # a line that is being written is read the next time
        for line in data[:whole].splitlines():
            try:
                yield decision_of(json.loads(line))
            except (ValueError, LabelError) as error:
                raise LabelError(f"{path.name}: {error}") from error
        self._read[path.name] = since + whole
