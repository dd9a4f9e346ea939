"""The reading processes that a program keeps, and the named error for each way in which one fails.

A parser that hangs, eats memory or crashes ends with its process. The processes stay and are warm;
one that ended, has grown or has read many files is replaced.
"""

import logging
import math
import re
import signal
import threading
import time
from types import TracebackType
from typing import Self

from huibao.errors import FileError, HuibaoError
from huibao.reading_process.messages import error_of, page_of
from huibao.reading_process.process import Process
from huibao.report import PageReports
from huibao.text.limits import refuse_large_file

_LEAST_MEMORY = 128 * 2**20
_RECOGNISING = "huibao.reading_process.child:recognised_reports_of"
_FAULT = re.compile(r"[A-Za-z_]{1,80}(?: at [A-Za-z0-9_.?]{1,120}:\d{1,6})?")
_LOG = logging.getLogger(__name__)


class ReadingProcesses:
    """Resident processes that each read one file at a time; safe to call from many threads."""

    def __init__(
        self,
        count: int = 1,
        *,
        seconds: float = 20.0,
        memory_bytes: int = 3 * 2**29,
        ocr: bool = False,
        reads: str = "",
    ) -> None:
        """Sets the limits; `start` starts the processes.

        Args:
            count: How many files are read at the same time.
            seconds: By the clock, for one file.
            memory_bytes: Address space of one process; 50 MB of it are taken before any file.
            ocr: Recognise the text of scans and pictures: some ten seconds a page and 1 GB of memory.
            reads: `module:function` to read with in place of huibao's own (`child.reports_of`).

        Raises:
            MissingExtraError: when text is to be recognised and the extra `ocr` is not installed.
        """
        if count < 1 or not seconds > 0 or memory_bytes < _LEAST_MEMORY:
            raise ValueError("expected a process or more, time, and 128 MiB of memory or more")
        if ocr:
            from huibao.text.formats.ocr import refuse_missing_recogniser

            refuse_missing_recogniser()
            reads = _RECOGNISING
        self._count, self._seconds, self._memory = count, seconds, memory_bytes
        self._arguments = (str(seconds), str(memory_bytes), reads)
        self._idle: list[Process] = []
        self._all: set[Process] = set()
        self._changed = threading.Condition()
        self._running = False

    @property
    def pids(self) -> frozenset[int]:
        """The numbers of the processes in the system."""
        with self._changed:
            return frozenset(process.pid for process in self._all)

    def __enter__(self) -> Self:
        """Starts the processes."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ends the processes."""
        self.stop()

    def start(self) -> None:
        """Starts the processes and returns when all are warm.

        Raises:
            HuibaoError: when one does not come up.
        """
        with self._changed:
            if self._running:
                return
            self._running = True
        fresh = [Process(self._arguments) for _ in range(self._count)]
        try:
            for process in fresh:
                process.wait_until_ready()
        except HuibaoError:
            self._running = False
            for process in fresh:
                process.close()
            raise
        for process in fresh:
            self._add(process)

    def stop(self) -> None:
        """Ends the processes at once; a file that is being read gets the error `timeout`."""
        with self._changed:
            self._running = False
            idle, self._idle = self._idle, []
            busy = self._all.difference(idle)
            self._all.clear()
            self._changed.notify_all()
        for process in idle:
            process.close()
        for process in busy:
            process.kill()

    def read(
        self,
        file: bytes,
        *,
        name: str = "report",
        encoding: str | None = None,
        deadline: float | None = None,
    ) -> PageReports:
        """The page of a file cut into its reports, as `split_reports(read_page(...))` gives it.

        Blocks until a process is free and has read the file.

        Args:
            file: The bytes of the file.
            name: The file's name or address.
            encoding: Read text files and web pages in this encoding.
            deadline: Give up at this `time.monotonic()`, even before the file had its seconds.

        Raises:
            FileError: as `read_page`; and `timeout`, `too_large` (memory), `corrupt` (a crash).
            HuibaoError: when no process runs or a new one does not come up.
        """
        refuse_large_file(len(file))
        process = self._taken(deadline)
        is_sound = False
        try:
            process.wait_until_ready()
            outcome, is_sound = self._outcome(process, file, name, encoding, deadline)
        finally:
            self._give_back(process, is_sound=is_sound)
        if isinstance(outcome, FileError):
            raise outcome
        return outcome

    def _outcome(
        self,
        process: Process,
        file: bytes,
        name: str,
        encoding: str | None,
        deadline: float | None,
    ) -> tuple[PageReports | FileError, bool]:
        """The page or the error, and whether the process may read the next file."""
        until = min(time.monotonic() + self._seconds, math.inf if deadline is None else deadline)
        try:
            head, body = process.asked([name, encoding], file, until)
            match head:
                case {"error": said}:
                    return error_of(said), True
                case {"fault": "MemoryError"}:
                    return self._too_large(), False
                case {"fault": str(fault)}:
                    return _failed(fault), False
            return page_of(head, body, file=file, name=name), True
        except TimeoutError:
            return FileError("timeout", f"reading took over {self._seconds:g} s"), False
        except ValueError:
            _LOG.warning("a reading process has answered nonsense and is replaced")
            return FileError("corrupt", "the file has made its reader answer nonsense"), False
        except (EOFError, OSError):
            return self._death(process), False

    def _death(self, process: Process) -> FileError:
        """The error for a file whose process has ended while reading it."""
        code, most_resident = process.kill()
        if not self._running or -code == signal.SIGXCPU:
            return FileError("timeout", "reading was ended before it was done")
        # C code ends at once where it gets no memory; the kernel kills where the machine has none.
        if most_resident > self._memory // 2 or -code == signal.SIGKILL:
            return self._too_large()
        _LOG.warning("a reading process has crashed (exit code %d) and is replaced", code)
        return FileError("corrupt", "the file is damaged so badly that its reader crashes")

    def _too_large(self) -> FileError:
        most = self._memory // 2**20
        return FileError("too_large", f"the file takes more than {most} MB of memory to read")

    def _taken(self, deadline: float | None) -> Process:
        with self._changed:
            while self._running and not self._idle:
                left = None if deadline is None else max(0.0, deadline - time.monotonic())
                if not self._changed.wait(left):
                    raise FileError("timeout", "other files were being read until time was up")
            if not self._running:
                raise HuibaoError("the reading processes are not running")
            return self._idle.pop()

    def _give_back(self, process: Process, *, is_sound: bool) -> None:
        if is_sound and not process.is_worn():
            self._add(process)
            return
        with self._changed:
            self._all.discard(process)
        process.close()
        if self._running:
            # Nobody waits for it here: the next file to take it does.
            self._add(Process(self._arguments))

    def _add(self, process: Process) -> None:
        with self._changed:
            if self._running:
                self._all.add(process)
                self._idle.append(process)
                self._changed.notify()
                return
        process.close()


def _failed(fault: str) -> FileError:
    told = fault if _FAULT.fullmatch(fault) else "a fault without a name"
    _LOG.warning("a reader of files has failed: %s", told)
    return FileError("corrupt", f"the file makes its reader fail ({told.split(' at ')[0]})")
