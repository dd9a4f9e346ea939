"""Decisions on disk: JSON lines that only grow, several writers at once, none ever lost."""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from huibao.decisions.decision import Decision, decision_of, entries_of
from huibao.errors import LabelError
from huibao.label_changes.locking import locked


class DecisionStore:
    """One file of decisions; a writer waits for the other, and a decision is stored once."""

    def __init__(self, path: Path) -> None:
        """Takes the file, which need not be there yet."""
        self.path = path
        self._ids: set[str] = set()
        self._size = 0

    def append(self, decisions: Iterable[Decision]) -> list[Decision]:
        """Stores those that are not stored yet, and returns them when the disk has them.

        What a crash has left of a last line is put aside in `<name>.torn`, never dropped.
        """
        with locked(self.path) as descriptor:
            self._catch_up(descriptor)
            fresh = {one.id: one for one in decisions if one.id not in self._ids}
            data = b"".join(_line(one) for one in fresh.values())
            written = 0
            while written < len(data):
                written += os.write(descriptor, data[written:])
            os.fsync(descriptor)
            self._ids |= fresh.keys()
            self._size += len(data)
        return list(fresh.values())

    def read(self) -> list[Decision]:
        """All decisions in the order in which they were stored; a torn last line is left out.

        Raises:
            LabelError: a whole line is no decision; file and line are named.
        """
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return []
        lines = data[: data.rfind(b"\n") + 1].splitlines()
        return [_decision(line, self.path, number) for number, line in enumerate(lines, 1)]

    def _catch_up(self, descriptor: int) -> None:
        """Takes note of what others have stored since, and mends the end of the file."""
        size = os.fstat(descriptor).st_size
        if size < self._size:
            self._ids, self._size = set(), 0
        data = os.pread(descriptor, size - self._size, self._size)
        whole = data.rfind(b"\n") + 1
        for line in data[:whole].splitlines():
            self._ids.add(json.loads(line)["id"])
        self._size += whole
        if whole < len(data):
            with self.path.with_name(f"{self.path.name}.torn").open("ab") as aside:
                aside.write(data[whole:] + b"\n")
            os.ftruncate(descriptor, self._size)


def read_decisions(folder: Path) -> list[Decision]:
    """The decisions of all files of a folder, by name; none where there is no folder.

    Raises:
        LabelError: a line is no decision.
    """
    files = sorted(folder.glob("*.jsonl"))
    return list(_once(one for path in files for one in DecisionStore(path).read()))


def _once(decisions: Iterable[Decision]) -> Iterator[Decision]:
    seen: set[str] = set()
    for one in decisions:
        if one.id not in seen:
            seen.add(one.id)
            yield one


def _line(decision: Decision) -> bytes:
    text = json.dumps(entries_of(decision), ensure_ascii=False, separators=(",", ":"))
    return f"{text}\n".encode()


def _decision(line: bytes, path: Path, number: int) -> Decision:
    try:
        return decision_of(json.loads(line))
    except (ValueError, LabelError) as error:
        raise LabelError(f"{path.name}:{number}: {error}") from error
