"""`huibao batch` from sources to tables: starts the workers, runs, finishes the folder, sums up."""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn, TextIO

from huibao.batch.engine import Engine, EngineName
from huibao.batch.identity import Identity, identity_of
from huibao.batch.inbox import Inbox
from huibao.batch.progress import Progress
from huibao.batch.results import Status
from huibao.batch.run_folder import RunFolder
from huibao.batch.runner import Run, StoppedError
from huibao.batch.sinks import Sink, sink_of, write_tables
from huibao.batch.sources import count_of, items_of, places_of
from huibao.batch.worker import WorkerOptions
from huibao.batch.workers import Workers
from huibao.inference.bundle import DEFAULT_BUNDLE
from huibao.inference.onnx import cores
from huibao.label_files import load_label_sets
from huibao.text.formats.ocr import refuse_missing_recogniser

# Times as long as making the tables took, a watched inbox leaves them alone.
_TABLES_REST = 9.0
# A scan may have 50 pages of ten seconds each.
_RECOGNISING_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """What a batch is asked for.

    Args:
        sources: Files, folders, patterns, archives, JSON lines; `-` is a list of paths.
        out: The folder of the run.
        tables: The formats of the tables to make, of `sinks.FORMATS`.
        workers: Files read at a time; None is one a core.
        bundle: Name or folder of another bundle.
        encoding: Read text files and web pages in this encoding.
        with_persons: Keep personal names.
        retry: Statuses of earlier results that are read again.
        watch_seconds: Look for new files this often until stopped; None reads once.
        file_seconds: By the clock, for one file with all its work.
        engine: Who reads: processes of this machine, or actors of a Ray cluster.
        gazetteer: File with the codes of divisions.
        ocr: Recognise the text of scans and pictures.
        address: Of a Ray cluster that runs; None starts one on this machine.
    """

    sources: tuple[str, ...]
    out: Path
    tables: tuple[str, ...] = ("csv",)
    workers: int | None = None
    bundle: str | None = None
    encoding: str | None = None
    with_persons: bool = False
    retry: tuple[Status, ...] = ()
    watch_seconds: float | None = None
    file_seconds: float = 900.0
    engine: EngineName = "local"
    address: str | None = None
    gazetteer: str | None = None
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """A run in numbers; `stopped` tells that it was ended before its time."""

    out: Path
    numbers: dict[str, Any]
    failed: int
    files: int
    stopped: bool

    def lines(self) -> list[str]:
        """The run as a person reads it."""
        counts = ", ".join(
            f"{self.numbers[name]} {name}" for name in ("done", "partial", "failed", "skipped")
        )
        speed = f"{self.numbers['seconds']} s ({self.numbers['reports_per_second']} a second)"
        told = [f"{self.files} files: {counts}; {self.numbers['reports']} reports in {speed}"]
        if self.numbers["failed_before"]:
            told.append(f"{self.numbers['failed_before']} failed before: --retry failed reads them")
        told += [f"  {count} {reason}" for reason, count in self.numbers["reasons"].items()]
        return [*told, f"results: {self.out}"]


def run_batch(
    options: BatchOptions, progress: Progress, *, listed: TextIO | None = None
) -> BatchSummary:
    """Reads all sources into the folder and makes its tables; stopped by SIGINT or SIGTERM.

    Args:
        options: What is asked for.
        progress: Who is told.
        listed: Where the list of paths of the source `-` comes from; None is standard input.

    Raises:
        HuibaoError: when the folder or the bundle cannot be used, or the disk is full.
    """
    sinks = [sink_of(name) for name in options.tables]
    if options.gazetteer:
        options = replace(options, gazetteer=str(Path(options.gazetteer).resolve()))
    identify = partial(
        identity_of,
        _portable(options.bundle),
        encoding=options.encoding,
        with_persons=options.with_persons,
        gazetteer=options.gazetteer,
        ocr=options.ocr,
    )
    identity = identify()
    engine = _engine(options, identity, identify)
    folder = RunFolder(options.out)
    folder.open()
    try:
        stopped = _read(options, folder, engine, identity, progress, sinks, listed or sys.stdin)
    finally:
        progress.end()
        folder.close()
    tally = progress.tally
    return BatchSummary(options.out, tally.summary(), tally.failed, tally.files, stopped)


def _read(
    options: BatchOptions,
    folder: RunFolder,
    engine: Engine,
    identity: Identity,
    progress: Progress,
    sinks: Sequence[Sink],
    listed: TextIO,
) -> bool:
    """Whether the run was stopped before its end; one that watches has no other end."""
    with (
        engine,
        Run(folder, engine, identity, progress, retry=options.retry) as run,
        _stopped_by_signals(run),
    ):
        try:
            if options.watch_seconds is not None:
                _watch(options, options.watch_seconds, folder, run, progress, sinks)
            places = places_of(options.sources, listed=listed, besides=options.out)
            progress.begin(count_of(places))
            run.read(items_of(places))
        except StoppedError:
            if options.watch_seconds is None:
                return True
        _finish(folder, sinks, tuple(run.order) if options.watch_seconds is None else ())
    return False


def _watch(
    options: BatchOptions,
    seconds: float,
    folder: RunFolder,
    run: Run,
    progress: Progress,
    sinks: Sequence[Sink],
) -> NoReturn:
    """Reads what comes, until the run is stopped.

    Making the tables of a large folder takes a while: that is done once all is quiet again, and never
    for more than a small part of the time. A run that is stopped makes them once more.
    """
    inbox = Inbox(options.sources, besides=options.out)
    total, read, due = 0, -1, 0.0
    while True:
        if places := inbox.settled():
            total += count_of(places)
            progress.begin(total)
            run.read(items_of(places))
            folder.finish()
        if progress.tally.files and progress.tally.read > read and time.monotonic() >= due:
            begun, read = time.monotonic(), progress.tally.read
            write_tables(folder, load_label_sets(), sinks)
            due = time.monotonic() + _TABLES_REST * (time.monotonic() - begun)
        run.wait(seconds)


def _finish(folder: RunFolder, sinks: Sequence[Sink], order: Sequence[str] = ()) -> None:
    folder.finish(order)
    write_tables(folder, load_label_sets(), sinks)


def _engine(options: BatchOptions, identity: Identity, identify: Callable[[], Identity]) -> Engine:
    """Who reads the files; nothing is started yet.

    Raises:
        MissingExtraError: when its package is not installed.
    """
    given = WorkerOptions(
        str(identity.bundle),
        options.encoding,
        options.with_persons,
        gazetteer=options.gazetteer,
        ocr=options.ocr,
    )
    if options.ocr:
        refuse_missing_recogniser()
        given = replace(given, read_seconds=_RECOGNISING_SECONDS)
    if options.engine == "local":
        return Workers(options.workers or cores(), given, seconds=options.file_seconds)
    from huibao.batch.ray_engine import RayEngine

    return RayEngine(
        replace(given, bundle=_portable(options.bundle)),
        identity.key,
        identify,
        count=options.workers,
        address=options.address,
        seconds=options.file_seconds,
    )


def _portable(bundle: str | None) -> str:
    """A bundle as another process or machine finds it: by its name, or by the whole path."""
    if bundle and Path(bundle).is_dir():
        return str(Path(bundle).resolve())
    return bundle or DEFAULT_BUNDLE


@contextmanager
def _stopped_by_signals(run: Run) -> Iterator[None]:
    """The first signal stops the run in good order, the second ends the process."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, _: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        run.stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
