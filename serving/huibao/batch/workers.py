"""The worker processes of a run: each file gets an answer, also when its worker hangs or ends."""

import queue
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from huibao.batch.engine import Answer
from huibao.batch.worker import WorkerOptions
from huibao.batch.worker_processes import ForkServer, WorkerProcess
from huibao.errors import HuibaoError

_ATTEMPTS = 2
# Warm, a worker holds some 150 MB; one that a huge file has grown is replaced by a fresh one.
_GROWN_BYTES = 768 * 2**20


class Workers:
    """As many workers as files are read at a time; safe to ask from as many threads."""

    def __init__(self, count: int, options: WorkerOptions, *, seconds: float = 900.0) -> None:
        """Sets the limits; the processes are started for the first file.

        Args:
            count: Worker processes.
            options: What every file is read with.
            seconds: By the clock, for one file with all its work.
        """
        self._count, self._seconds = count, seconds
        self._server = ForkServer(options)
        self._idle: queue.SimpleQueue[WorkerProcess] = queue.SimpleQueue()
        self._all: set[WorkerProcess] = set()
        self._lock = threading.Lock()
        self._starting = threading.RLock()
        self._threads = ThreadPoolExecutor(count, "huibao-worker")
        self._started = self._stopped = self._were_ready = False

    def __enter__(self) -> Self:
        """Starts nothing yet: a run that has nothing to read needs no worker."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ends the processes and the threads that wait for them; what is not answered is given up."""
        self.stop()
        self._threads.shutdown(wait=True)
        for worker in self._all:
            worker.close()
        self._all.clear()
        self._server.close()

    @property
    def count(self) -> int:
        """How many files are read at a time."""
        return self._count

    @property
    def pids(self) -> frozenset[int]:
        """The numbers of the worker processes in the system."""
        with self._lock:
            return frozenset(worker.pid for worker in self._all if worker.pid is not None)

    def _start(self) -> None:
        with self._starting:
            if not self._started:
                self._started = True
                for _ in range(self._count):
                    self._idle.put(self._fresh())

    def stop(self) -> None:
        """Ends the processes at once; a file that is being read gets the reason `reader_ended`."""
        with self._lock:
            self._stopped = True
            workers = list(self._all)
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.kill()

    def asked(self, name: str, content: bytes | str) -> Future[Answer]:
        """The answer to come for a file."""
        return self._threads.submit(self.answer, name, content)

    def answer(self, name: str, content: bytes | str) -> Answer:
        """What a worker says of a file; blocks until one was free and has read it.

        Raises:
            HuibaoError: when no worker comes up.
        """
        self._start()
        text = isinstance(content, str)
        file = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        for _ in range(_ATTEMPTS):
            worker = self._idle.get()
            is_sound = False
            try:
                self._wait_for(worker)
                started = time.monotonic()
                said, page = worker.asked([name, text], file, started + self._seconds)
                is_sound = said.pop("resident", 0) < _GROWN_BYTES
                return Answer(**said, page=page, seconds=round(time.monotonic() - started, 3))
            except TimeoutError:
                message = f"the file took over {self._seconds:g} s"
                return Answer("failed", "timeout", message, seconds=self._seconds)
            except (EOFError, OSError, ValueError):
                if self._stopped:
                    break
                # The machine may have been short of memory for another's sake: once more.
            finally:
                self._give_back(worker, is_sound=is_sound)
        return Answer("failed", "reader_ended", "its worker process has ended without an answer")

    def _wait_for(self, worker: WorkerProcess) -> None:
        try:
            worker.wait_until_ready()
        except (EOFError, OSError, ValueError) as error:
            if self._were_ready:
                raise EOFError from error
            raise HuibaoError("a worker process did not start") from error
        self._were_ready = True

    def _give_back(self, worker: WorkerProcess, *, is_sound: bool) -> None:
        if is_sound or self._stopped:  # whoever asks a worker that was ended learns of it at once
            self._idle.put(worker)
            return
        with self._lock:
            self._all.discard(worker)
        worker.close()
        self._idle.put(self._fresh())

    def _fresh(self) -> WorkerProcess:
        with self._starting:
            worker = self._server.worker()
        with self._lock:
            self._all.add(worker)
        if self._stopped:
            worker.kill()
        return worker
