"""Tries every target with made inputs for a fixed time, and keeps what fails.

Run it with `make fuzz` (`FUZZ_SECONDS`, `FUZZ_SEED`). An input hangs on its target, the seed and its
number alone: `python tests/fuzz --only pdf --seed 3 --at 1234` tries one again.
"""

import argparse
import ctypes
import multiprocessing
import resource
import sys
import time
import traceback
import warnings
from collections import Counter
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "makers"))

from targets import Target, not_converted, targets

from huibao.text.formats import office

KEPT = Path(".fuzz")
MEMORY = 2 * 2**30
# By the processor's time; what takes longer is told though it ends.
SLOW_SECONDS = 5.0
HANG_SECONDS = 60.0
SLICE_SECONDS = 5.0
FOUND = 9


class Progress:
    """What the process that tries tells the one that waits: which input, and since when."""

    def __init__(self) -> None:
        self.number: Synchronized = multiprocessing.Value(ctypes.c_longlong, 0)
        self.since: Synchronized = multiprocessing.Value(ctypes.c_double, 0.0)


def main() -> int:
    """Prints executions and failures by target; 1 where any failed."""
    given = _arguments()
    office.converted = not_converted
    chosen = [target for target in targets() if given.only in ("", target.name)]
    if given.at is not None:
        failure = _failure(chosen[0], given.seed, given.at)
        sys.stdout.write(f"{failure or 'nothing is wrong'}\n")
        return int(failure is not None)
    counts, failures = Counter[str](), Counter[str]()
    seconds = min(SLICE_SECONDS, given.seconds / len(chosen))
    until = time.monotonic() + given.seconds
    while time.monotonic() < until:
        for target in chosen:
            number, failed = _run(target, given.seed, counts[target.name], seconds)
            counts[target.name] = number
            failures[target.name] += failed
    for target in chosen:
        _tell(target.name, counts[target.name], failures[target.name])
    _tell("all", counts.total(), failures.total())
    return int(failures.total() > 0)


def _tell(name: str, executions: int, failures: int) -> None:
    sys.stdout.write(f"{name:18} {executions:10,} executions {failures:4} failures\n")


def _run(target: Target, seed: int, first: int, seconds: float) -> tuple[int, bool]:
    """Tries inputs from a number on in a process of its own.

    Returns:
        The number of the next input, and whether the one before it has failed.
    """
    progress = Progress()
    progress.number.value, progress.since.value = first, time.monotonic()
    process = multiprocessing.get_context("fork").Process(
        target=_try_until, args=(target, seed, time.monotonic() + seconds, progress)
    )
    process.start()
    while process.is_alive():
        process.join(0.5)
        if process.is_alive() and time.monotonic() - progress.since.value > HANG_SECONDS:
            process.kill()
            process.join()
    number = progress.number.value
    if process.exitcode == 0:
        return number, False
    if process.exitcode != FOUND:
        how = f"its process has ended with {process.exitcode}: a crash or {HANG_SECONDS:g} s"
        _keep(target, seed, number, how)
    return number + 1, True


def _try_until(target: Target, seed: int, ends: float, progress: Progress) -> None:
    """Tries one input after the other; ends with `FOUND` at the first failure."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter("ignore")
    while time.monotonic() < ends:
        progress.since.value = time.monotonic()
        number = progress.number.value
        failure = _failure(target, seed, number)
        if failure is not None:
            _keep(target, seed, number, failure)
            sys.exit(FOUND)
        progress.number.value = number + 1


def _failure(target: Target, seed: int, number: int) -> str | None:
    """What is wrong with an input, as a trace; None where nothing is."""
    given = target.given(seed, number)
    started = time.process_time()
    try:
        target.tried(given)
    except Exception:
        return traceback.format_exc()
    seconds = time.process_time() - started
    return f"it takes {seconds:.1f} s" if seconds > SLOW_SECONDS else None


def _keep(target: Target, seed: int, number: int, failure: str) -> None:
    """Notes a failure and its input."""
    KEPT.mkdir(exist_ok=True)
    place = KEPT / f"{target.name.replace(', ', '-')}-{seed}-{number}"
    given = target.given(seed, number)
    content = given[0] if isinstance(given, tuple) else getattr(given, "text", given).encode()
    place.with_suffix(".input").write_bytes(content)
    place.with_suffix(".txt").write_text(failure, "utf-8", errors="replace")
    sys.stdout.write(f"{target.name} {seed} {number}: {failure.strip().splitlines()[-1][:300]}\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=300.0, help="for all targets together")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="one target")
    parser.add_argument("--at", type=int, help="try one input again")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
