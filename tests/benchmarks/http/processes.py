"""A server's whole process tree: started, measured from /proc, always ended."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_SECONDS_TO_END = 10.0
# Places in /proc/PID/stat behind the name of the program.
_PARENT, _SESSION, _TIMES = 1, 3, slice(11, 15)


class ProcessTree:
    """A process and all that it started."""

    def __init__(self, leader: subprocess.Popen[bytes]) -> None:
        """Takes the first process, which leads a session of its own."""
        self.leader = leader

    def cpu_seconds(self) -> float:
        """CPU time of all processes, of ended and waited-for ones too."""
        return sum(sum(map(int, entries[_TIMES])) for entries in self._members().values()) / _TICKS

    def resident(self) -> float:
        """Resident memory of all processes in MB; what they share is counted in each."""
        return sum(_status(pid, "VmRSS") for pid in self._members())

    def peak(self) -> float:
        """The sum of the most that each living process ever had resident, in MB."""
        return sum(_status(pid, "VmHWM") for pid in self._members())

    def end(self) -> None:
        """Asks the leader to end, then ends what is left of its tree."""
        members = self._members()
        self.leader.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.leader.wait(_SECONDS_TO_END)
        for pid in members.keys() & _all_processes().keys():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.leader.wait(_SECONDS_TO_END)

    def _members(self) -> dict[int, list[str]]:
        """The entries of /proc/PID/stat of the leader and all below it."""
        entries = _all_processes()
        found = {pid for pid, own in entries.items() if int(own[_SESSION]) == self.leader.pid}
        while more := {pid for pid, own in entries.items() if int(own[_PARENT]) in found} - found:
            found |= more
        return {pid: entries[pid] for pid in found}


@contextmanager
def running(
    command: Sequence[str], environment: Mapping[str, str], log: Path
) -> Iterator[ProcessTree]:
    """The processes of a command in a session of their own, which end with the block.

    Args:
        command: And its arguments.
        environment: Variables beside those of this process.
        log: File for all that it prints.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as stream:
        leader = subprocess.Popen(
            command,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        tree = ProcessTree(leader)
        try:
            yield tree
        finally:
            tree.end()


def clock() -> float:
    """How fast a core is now: million rounds of an empty loop a CPU second.

    A virtual machine's cores change their speed by a third and more within minutes; figures taken at
    different speeds are told apart by this.
    """
    rounds = 1_000_000
    begun = time.process_time()
    for _ in range(rounds):
        pass
    return rounds / (time.process_time() - begun) / 1e6


def _all_processes() -> dict[int, list[str]]:
    found = {}
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                found[int(folder.name)] = (folder / "stat").read_text().rpartition(")")[2].split()
    return found


def _status(pid: int, name: str) -> float:
    with suppress(OSError):
        for line in (_PROC / str(pid) / "status").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1]) / 1024
    return 0.0
