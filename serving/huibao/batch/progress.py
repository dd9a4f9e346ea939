"""What a run tells while it goes on: a bar on a terminal, a plain line now and then, or JSON lines."""

import json
import time
import unicodedata
from collections import Counter
from typing import Any, Protocol, TextIO

from huibao.batch.results import FileResult

_BAR = 24
_BAR_SECONDS = 0.2
_PLAIN_SECONDS = 30.0
_SPEED_SECONDS = 30.0


class Progress(Protocol):
    """Who is told of a run and counts it; `tick` comes some five times a second."""

    tally: "Tally"

    def begin(self, total: int) -> None:
        """The run starts with so many files, as far as is known."""

    def known(self, result: FileResult) -> None:
        """A file was finished by an earlier run."""

    def finished(self, result: FileResult) -> None:
        """The result of a file is kept."""

    def tick(self) -> None:
        """Time has passed."""

    def end(self) -> None:
        """The run is over."""


class Tally:
    """Counts what a run has done; the base of all that is told."""

    def __init__(self) -> None:
        """Starts the clock."""
        self.total = 0
        self.known_files = 0
        self.statuses: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.earlier: Counter[str] = Counter()
        self.reports = 0
        self.started = time.monotonic()

    @property
    def files(self) -> int:
        """Files with a result, earlier ones too."""
        return self.known_files + self.read

    @property
    def read(self) -> int:
        """Files with a result of this run."""
        return self.statuses.total()

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self.started

    @property
    def failed(self) -> int:
        """Files that failed, in this run or before."""
        return self.statuses["failed"] + self.earlier["failed"]

    @property
    def files_per_second(self) -> float:
        """Of this run; 0 before the first file."""
        return self.read / max(self.seconds, 1e-6)

    @property
    def seconds_left(self) -> float | None:
        """At the speed so far, None before there is one."""
        left = self.total - self.files
        return left / self.files_per_second if self.statuses and left >= 0 else None

    def add(self, result: FileResult, *, earlier: bool) -> None:
        """Counts a file."""
        if earlier:
            self.known_files += 1
            self.earlier[result.status] += 1
            return
        self.statuses[result.status] += 1
        self.reports += result.reports
        if result.reason:
            self.reasons[result.reason] += 1

    def summary(self) -> dict[str, Any]:
        """The run in numbers."""
        return {
            "files": self.files,
            "done": self.statuses["done"],
            "partial": self.statuses["partial"],
            "failed": self.statuses["failed"],
            "skipped": self.known_files,
            "failed_before": self.earlier["failed"],
            "reports": self.reports,
            "reasons": dict(sorted(self.reasons.items())),
            "seconds": round(self.seconds, 1),
            "reports_per_second": round(self.reports / max(self.seconds, 1e-6), 2),
        }


class Bar:
    """One line that is written over: share, reports a second, time left, failures."""

    def __init__(self, stream: TextIO, *, columns: int = 100) -> None:
        """Takes a terminal and its width."""
        self.tally = Tally()
        self._stream, self._columns, self._drawn = stream, columns, 0.0

    def begin(self, total: int) -> None:
        """Sets the full length."""
        self.tally.total = total

    def known(self, result: FileResult) -> None:
        """Counts."""
        self.tally.add(result, earlier=True)
        self.tick()

    def finished(self, result: FileResult) -> None:
        """Counts; a failure has a line of its own above the bar."""
        self.tally.add(result, earlier=False)
        if result.status == "failed":
            self._stream.write(f"\r\x1b[K{failure_line(result)}\n")
            self._drawn = 0.0
        self.tick()

    def tick(self) -> None:
        """Draws the bar, five times a second at most."""
        now = time.monotonic()
        if now - self._drawn < _BAR_SECONDS:
            return
        self._drawn = now
        self._stream.write(f"\r\x1b[K{_fitting(self._line(), self._columns - 1)}")
        self._stream.flush()

    def end(self) -> None:
        """Removes the bar."""
        self._stream.write("\r\x1b[K")
        self._stream.flush()

    def _line(self) -> str:
        tally = self.tally
        share = min(1.0, tally.files / tally.total) if tally.total else 0.0
        full = round(share * _BAR)
        left = tally.seconds_left
        parts = [
            f"[{'█' * full}{'·' * (_BAR - full)}] {tally.files}/{tally.total}",
            f"{tally.reports / max(tally.seconds, 1e-6):.1f} 篇/秒",
            f"剩余 {_clock(left)}" if left is not None else "剩余 --:--",
        ]
        if tally.failed:
            parts.append(f"失败 {tally.failed}")
        return "  ".join(parts)


class Plain:
    """A line each half minute, and one for each failure: what a log file can bear."""

    def __init__(self, stream: TextIO) -> None:
        """Takes any stream."""
        self.tally = Tally()
        self._stream, self._told = stream, time.monotonic()

    def begin(self, total: int) -> None:
        """Sets the number to come."""
        self.tally.total = total

    def known(self, result: FileResult) -> None:
        """Counts."""
        self.tally.add(result, earlier=True)

    def finished(self, result: FileResult) -> None:
        """Counts and tells a failure."""
        self.tally.add(result, earlier=False)
        if result.status == "failed":
            self._write(failure_line(result))
        self.tick()

    def tick(self) -> None:
        """Tells how far the run is, when half a minute has passed."""
        now = time.monotonic()
        if now - self._told < _PLAIN_SECONDS:
            return
        self._told = now
        tally, left = self.tally, self.tally.seconds_left
        rest = f", {_clock(left)} left" if left is not None else ""
        self._write(f"{tally.files} of {tally.total} files, {tally.failed} failed{rest}")

    def end(self) -> None:
        """Says nothing: the summary follows."""

    def _write(self, line: str) -> None:
        self._stream.write(f"{line}\n")
        self._stream.flush()


class JsonLog:
    """One JSON object a line for each file; there is no text of a document in it."""

    def __init__(self, stream: TextIO) -> None:
        """Takes any stream."""
        self.tally = Tally()
        self._stream = stream

    def begin(self, total: int) -> None:
        """Tells the number of files."""
        self.tally.total = total
        self._write({"event": "begin", "files": total})

    def known(self, result: FileResult) -> None:
        """Tells a file that is skipped because it was finished before."""
        self.tally.add(result, earlier=True)
        was = {"earlier": result.status, "sha256": result.sha256}
        skipped = {"source": result.source, "status": "skipped", "reason": "finished"}
        self._write({"event": "file", **skipped, **was})

    def finished(self, result: FileResult) -> None:
        """Tells a file."""
        self.tally.add(result, earlier=False)
        self._write({"event": "file", **result.as_row()})

    def tick(self) -> None:
        """Says nothing."""

    def end(self) -> None:
        """Tells the run in numbers."""
        self._write({"event": "end", **self.tally.summary()})

    def _write(self, entries: dict[str, Any]) -> None:
        line = {"time": round(time.time(), 3), **entries}
        self._stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._stream.flush()


def failure_line(result: FileResult) -> str:
    """A failure as a person reads it."""
    return f"{_one_line(result.source)}: {result.reason}: {_one_line(result.message or '')}"


def _one_line(text: str) -> str:
    """A file may be named anything; a terminal must not obey it."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _fitting(line: str, columns: int) -> str:
    """The start of a line that a terminal shows in so many columns."""
    taken = 0
    for place, sign in enumerate(line):
        taken += 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if taken > columns:
            return line[:place]
    return line
