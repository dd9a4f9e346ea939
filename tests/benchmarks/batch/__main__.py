"""A batch beside the model alone and beside a loop over `Reader.read`: speed, work, memory.

Not a test: figures depend on the machine. `make bench-batch` runs it. On a machine that does other
work too, look at the processor's seconds and not at the clock.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from reports import write_reports

from huibao import load_reader
from huibao.inference.bundle import bundle_folder
from huibao.inference.onnx import OnnxModel, cores
from huibao.reader import Reader
from huibao.text.files import read_page
from huibao.text.segmentation import split_reports

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Watch:
    """Work and memory of a process and all below it, looked at twice a second."""

    root: int
    work: dict[int, float] = field(default_factory=dict)
    memory: list[tuple[float, int]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        """Until the event is set."""
        begun = time.monotonic()
        while not self.over.wait(0.5):
            tree = _tree(self.root)
            for pid in tree:
                self.work[pid] = max(self.work.get(pid, 0.0), _work(pid))
            self.memory.append((time.monotonic() - begun, sum(map(_memory, tree))))

    @property
    def seconds(self) -> float:
        """The processor's, of all processes."""
        return sum(self.work.values())


def main() -> None:
    """Makes the reports, runs the three, prints a table."""
    options = _options()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        paths = write_reports(folder / "in", options.reports)
        sample = paths[:: max(1, len(paths) // options.sample)][: options.sample]
        size, part = _kilobytes(paths), _kilobytes(sample)
        _say(f"{len(paths)} reports of {size / len(paths):.1f} kB; {cores()} cores")
        _say(f"{'':36}{'by the clock':>16}{'of a processor':>20}")
        alone, work = _model_alone(sample)
        _tell("model alone, every core", alone, work, part)
        for threads in (1, cores()):
            _tell(f"loop over Reader.read, {threads} threads", *_loop(sample, threads), part)
        clock, watch = _batch(folder, options.workers)
        _tell("huibao batch, its start included", clock, watch.seconds, size)
        _say(f"batch / model alone, by the clock: {alone / part * size / clock:.1%}")
        _say(f"model's share of the batch's work: {work / part * size / watch.seconds:.1%}")
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
    parser.add_argument("--sample", type=int, default=200, help="reports for what is beside it")
    parser.add_argument("--workers", type=int, default=cores())
    return parser.parse_args()


def _kilobytes(paths: list[Path]) -> float:
    return sum(path.stat().st_size for path in paths) / 1000


def _tell(name: str, clock: float, work: float, kilobytes: float) -> None:
    _say(f"{name:36}{kilobytes / clock:11.1f} kB/s{1000 * work / kilobytes:14.1f} ms/kB")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _model_alone(paths: list[Path]) -> tuple[float, float]:
    """Seconds by the clock and of the processor to score the windows of some reports."""
    reader = load_reader(threads=1)
    windows = []
    for path in paths:
        windows += reader.windows(split_reports(read_page(path.read_bytes(), path.name)).reports)
    model = OnnxModel(bundle_folder() / "model.onnx")
    model.score(windows[:20])
    begun, work = time.perf_counter(), time.process_time()
    model.score(windows)
    return time.perf_counter() - begun, time.process_time() - work


def _loop(paths: list[Path], threads: int) -> tuple[float, float]:
    reader: Reader = load_reader(threads=threads)
    files = [path.read_bytes() for path in paths]
    for file in files[:3]:
        reader.read(file)
    begun, work = time.perf_counter(), time.process_time()
    for file in files:
        reader.read(file)
    return time.perf_counter() - begun, time.process_time() - work


def _batch(folder: Path, workers: int) -> tuple[float, Watch]:
    call = [sys.executable, "-m", "huibao.cli", "batch", "in", "--out", "out", "--tables"]
    begun = time.perf_counter()
    process = subprocess.Popen(
        [*call, "--workers", str(workers)], cwd=folder, stdout=subprocess.DEVNULL
    )
    watch = Watch(process.pid)
    watcher = threading.Thread(target=watch.look)
    watcher.start()
    code = process.wait()
    seconds = time.perf_counter() - begun
    watch.over.set()
    watcher.join()
    if code:
        raise SystemExit(f"huibao batch ended with {code}")
    return seconds, watch


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
