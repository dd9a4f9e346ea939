"""Reads every file made to harm in a reading process: what comes of it, how long, how much memory.

Not a test of speed: run it with `make hostile` on a quiet machine. Ends with 1 where a file got
another error than one of its own, took over 10 s, or over 2 GB.
"""

import argparse
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "makers"))

from hostile_list import HostileFile, hostile_list, reason_of
from libreoffice import missing_writer, saved_as
from office_report import office_report

from huibao.reading_process import ReadingProcesses

MOST_SECONDS = 10.0
MOST_BYTES = 2 * 2**30
# As the service is set up: seconds by the clock for a file, and the memory of its reading process.
READ_SECONDS = 20.0
INTERVAL = 0.02


class Memory(threading.Thread):
    """Watches the reading processes and what they start: the most that they hold together."""

    def __init__(self, processes: ReadingProcesses) -> None:
        super().__init__(daemon=True)
        self._processes = processes
        self._highest: dict[int, int] = {}

    def run(self) -> None:
        """Looks again and again."""
        while True:
            self.look()
            time.sleep(INTERVAL)

    def look(self) -> None:
        """Takes down what they hold."""
        for pid in self._processes.pids:
            self._note(pid)

    def _note(self, pid: int) -> None:
        try:
            status = Path(f"/proc/{pid}/status").read_text()
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        except OSError:
            return
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                self._highest[pid] = 1024 * int(line.split()[1])
        for child in children:
            self._note(int(child))

    def forget(self) -> None:
        """Has the kernel count anew."""
        for pid in self._processes.pids:
            Path(f"/proc/{pid}/clear_refs").write_text("5")
        self._highest = {}

    @property
    def bytes(self) -> int:
        """The highest figures of all processes since, added up."""
        return sum(self._highest.values())


@dataclass(frozen=True)
class Outcome:
    """What came of a file; `reason` is "" where it was read."""

    file: HostileFile
    reason: str
    seconds: float
    bytes: int

    @property
    def is_good(self) -> bool:
        """Whether it is as it should be."""
        quick, small = self.seconds < MOST_SECONDS, self.bytes < MOST_BYTES
        return self.reason in self.file.reasons and quick and small


def main() -> int:
    """Prints the table and what has to be mended."""
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--all", action="store_true", help="a line for each file, not for the worst"
    )
    parser.add_argument("--only", default="", help="files with this in their group or title")
    given = parser.parse_args()
    outcomes = []
    with ReadingProcesses(seconds=READ_SECONDS) as processes:
        memory = Memory(processes)
        memory.start()
        for file in hostile_list(_documents_of_libreoffice()):
            if given.only not in f"{file.group} {file.title}":
                continue
            memory.forget()
            started = time.monotonic()
            reason = reason_of(processes, file)
            memory.look()
            outcome = Outcome(file, reason, time.monotonic() - started, memory.bytes)
            outcomes.append(outcome)
            if given.all or not outcome.is_good:
                _tell(outcome)
    if not given.all:
        for outcome in sorted(outcomes, key=lambda one: -one.seconds)[:5]:
            _tell(outcome)
    bad = sum(not outcome.is_good for outcome in outcomes)
    named = sum(bool(outcome.reason) for outcome in outcomes)
    sys.stdout.write(
        f"{len(outcomes)} files: {named} refused by name, {len(outcomes) - named} read; slowest "
        f"{max(one.seconds for one in outcomes):.1f} s, most memory "
        f"{max(one.bytes for one in outcomes) >> 20} MB; {bad} not as they should be\n"
    )
    return int(bad > 0)


def _documents_of_libreoffice() -> dict[str, bytes]:
    """Real old documents, where there is a program to write them."""
    if missing_writer():
        return {}
    with tempfile.TemporaryDirectory() as folder:
        saved = saved_as(office_report(), Path(folder), "doc", "rtf", "odt")
    return {f"{kind} of LibreOffice": file for kind, file in saved.items()}


def _tell(outcome: Outcome) -> None:
    file, mark = outcome.file, "" if outcome.is_good else "  <-- not as it should be"
    sys.stdout.write(
        f"{file.group:12} {file.title:52} {outcome.reason or 'read':17} {outcome.seconds:5.1f} s "
        f"{outcome.bytes >> 20:5} MB{mark}\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
