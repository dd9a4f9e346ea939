"""A batch against the model alone and against a loop over `Reader.read`: speed, work, memory.

Not a test: figures depend on the machine. `make bench-batch` runs it. On a machine that does other
work too, look at the processor's seconds and not at the clock.
"""

import argparse
import itertools
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from reports import write_reports

from huibao import load_reader
from huibao.inference.bundle import bundle_folder
from huibao.inference.onnx import OnnxModel, cores
from huibao.reader import Reader
from huibao.text.files import read_page
from huibao.text.segmentation import split_reports

_LOOK_SECONDS = 0.5
_LOOKS_A_MEMORY = 8
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Watch:
    """Work and memory of a process and all below it.

    The work is looked at twice a second; the memory now and then, since the kernel needs 15 ms to count
    it.
    """

    root: int
    work: dict[int, float] = field(default_factory=dict)
    memory: list[tuple[float, int]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        """Until the event is set."""
        begun = time.monotonic()
        for look in itertools.count():
            if self.over.wait(_LOOK_SECONDS):
                return
            tree = _tree(self.root)
            for pid in tree:
                self.work[pid] = max(self.work.get(pid, 0.0), _work(pid))
            if look % _LOOKS_A_MEMORY == 0:
                self.memory.append((time.monotonic() - begun, sum(map(_memory, tree))))

    @property
    def seconds(self) -> float:
        """The processor's, of all processes."""
        return sum(self.work.values())


@dataclass
class Rate:
    """What was done of one kind, in all of its turns."""

    name: str
    kilobytes: float = 0.0
    clock: float = 0.0
    work: float = 0.0

    def add(self, kilobytes: float, done: Callable[[], object]) -> None:
        """Takes the time of one turn."""
        begun, work = time.perf_counter(), time.process_time()
        done()
        self.clock += time.perf_counter() - begun
        self.work += time.process_time() - work
        self.kilobytes += kilobytes

    @property
    def speed(self) -> float:
        """kB a second by the clock."""
        return self.kilobytes / self.clock

    def tell(self) -> None:
        """One line of the table."""
        work = 1000 * self.work / self.kilobytes
        _say(f"{self.name:36}{self.speed:11.1f} kB/s{work:14.1f} ms/kB")


class Rivals:
    """What the batch is held against.

    They take turns while it is stopped, so that all see the same machine: the clock of a shared one
    differs by a third from one minute to the next.
    """

    def __init__(self, paths: list[Path]) -> None:
        """Takes the reports of which each turn uses the next ones."""
        self._paths = itertools.cycle(paths)
        self._model = OnnxModel(bundle_folder() / "model.onnx")
        self._one, self._all = load_reader(threads=1), load_reader(threads=cores())
        self.model = Rate("model alone, every core")
        self.loop = Rate("loop over Reader.read, 1 thread")
        self.loop_all = Rate(f"loop over Reader.read, {cores()} threads")
        for reader in (self._one, self._all):
            reader.read(paths[0].read_bytes())
        self.take_turns(1)

    def take_turns(self, reports: int) -> None:
        """The model alone on the windows of some reports, and both loops over half as many."""
        some = list(itertools.islice(self._paths, reports))
        files = [path.read_bytes() for path in some]
        pages = [split_reports(read_page(file, "a.txt")) for file in files]
        windows = [window for page in pages for window in self._one.windows(page.reports)]
        self._model.score(windows[:10])
        self.model.add(_kilobytes(some), lambda: self._model.score(windows))
        half = slice(0, max(1, reports // 2))
        for rate, reader in ((self.loop, self._one), (self.loop_all, self._all)):
            rate.add(_kilobytes(some[half]), partial(_read_all, reader, files[half]))


def _read_all(reader: Reader, files: list[bytes]) -> None:
    for file in files:
        reader.read(file)


def main() -> None:
    """Makes the reports, runs the batch with its rivals in between, prints a table."""
    options = _options()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        paths = write_reports(folder / "in", options.reports)
        _say(
            f"{len(paths)} reports of {_kilobytes(paths) / len(paths):.1f} kB; {cores()} cores; "
            f"rivals on {options.turn} reports at a time, every {options.every:g} s"
        )
        rivals = Rivals(paths[:: max(1, len(paths) // 200)])
        batch, watch = _batch(folder, options, rivals)
        batch.kilobytes, batch.work = _kilobytes(paths), watch.seconds
        _say(f"{'':36}{'by the clock':>16}{'of a processor':>20}")
        for rate in (rivals.model, rivals.loop, rivals.loop_all, batch):
            rate.tell()
        _say(f"batch / model alone: {batch.speed / rivals.model.speed:.1%}")
        for rate in (rivals.loop, rivals.loop_all):
            _say(f"batch / {rate.name}: {batch.speed / rate.speed:.2f} times")
        speed = len(paths) / watch.seconds
        _say(
            f"reports per second per core: {speed:.2f}; a million: {1e6 / speed / 3600:.0f} core-hours"
        )
        quarter = max(1, len(watch.memory) // 4)
        for name, some in (("first", watch.memory[:quarter]), ("last", watch.memory[-quarter:])):
            _say(f"memory, {name} quarter: at most {max(size for _, size in some) / 1e6:.0f} MB")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=2000)
    parser.add_argument("--turn", type=int, default=20, help="reports of a rival's turn")
    parser.add_argument("--every", type=float, default=12.0, help="seconds of batch between turns")
    parser.add_argument("--workers", type=int, default=cores())
    return parser.parse_args()


def _kilobytes(paths: list[Path]) -> float:
    return sum(path.stat().st_size for path in paths) / 1000


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _batch(folder: Path, options: argparse.Namespace, rivals: Rivals) -> tuple[Rate, Watch]:
    """The time of the whole run, its start included and the rivals' turns left out."""
    call = [sys.executable, "-m", "huibao.cli", "batch", "in", "--out", "out", "--tables"]
    rate = Rate("huibao batch, its start included")
    begun, paused = time.perf_counter(), 0.0
    process = subprocess.Popen(
        [*call, "--workers", str(options.workers)], cwd=folder, stdout=subprocess.DEVNULL
    )
    watch = Watch(process.pid)
    watcher = threading.Thread(target=watch.look)
    watcher.start()
    while process.poll() is None:
        try:
            process.wait(options.every)
        except subprocess.TimeoutExpired:
            paused += _while_stopped(process.pid, lambda: rivals.take_turns(options.turn))
    rate.clock = time.perf_counter() - begun - paused
    watch.over.set()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"huibao batch ended with {process.returncode}")
    return rate, watch


def _while_stopped(pid: int, done: Callable[[], None]) -> float:
    """Stops a process and all below it for as long as something takes; returns the seconds."""
    begun = time.perf_counter()
    stopped = _tree(pid)
    for one in stopped:
        os.kill(one, signal.SIGSTOP)
    done()
    for one in reversed(stopped):
        os.kill(one, signal.SIGCONT)
    return time.perf_counter() - begun


def _tree(pid: int) -> list[int]:
    found = [pid]
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text("ascii").split():
                found += _tree(int(child))
    except OSError:
        pass
    return found


def _work(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _memory(pid: int) -> int:
    """Its share of the memory, what it shares with others divided between them."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


if __name__ == "__main__":
    main()
