"""The engine of many machines: files go out to a Ray cluster and come back as answers."""

import contextlib
import json
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from huibao.batch.engine import Answer
from huibao.batch.feed import FedFile
from huibao.batch.identity import Identity
from huibao.batch.worker import WorkerOptions
from huibao.errors import HuibaoError, MissingExtraError

# A machine that is lost and not replaced keeps what it was given. What has waited this long, and several
# times longer than any file with an answer, is done again elsewhere; twice done does no harm.
_PATIENCE_SECONDS = 60.0
_PATIENCE_TIMES = 3.0
_LOOK_SECONDS = 5.0
# The files are few and small; Ray would take a third of the machine's memory for them.
_STORE_BYTES = 512 * 2**20
_END_SECONDS = 30.0
_KNOCK_SECONDS = 10.0
_LOCAL = "local"
# Nothing is reported anywhere, nothing is said on the terminal but by the run itself, a call after the
# end starts no cluster of its own, and readers have the same rank as those of the local engine.
_ENVIRONMENT = {
    "RAY_worker_niceness": "0",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_BACKEND_LOG_LEVEL": "fatal",
    "RAY_ENABLE_AUTO_CONNECT": "0",
}


@dataclass(slots=True)
class _Asked:
    """A file without its answer, when it was given out, and after how many others in vain."""

    file: FedFile
    answer: Future[Answer]
    since: float
    times: int = 0
    is_given_again: bool = False


class RayEngine:
    """Actors that each hold one reader, on this machine or on those of a cluster."""

    def __init__(
        self,
        options: WorkerOptions,
        key: str,
        identify: Callable[[], Identity],
        *,
        count: int | None = None,
        address: str | None = None,
        seconds: float = 900.0,
    ) -> None:
        """Looks for the package; the cluster is joined or started for the first file.

        Args:
            options: What every file is read with; its paths must be there on every machine.
            key: The identity of the run.
            identify: Finds the identity on the machine where it is called.
            count: Actors; None is one a core of the cluster.
            address: An existing cluster's; None starts one of this machine alone.
            seconds: By the clock, for one file with all its work.

        Raises:
            MissingExtraError: when the package is not installed.
        """
        for name, value in _ENVIRONMENT.items():
            os.environ.setdefault(name, value)
        try:
            import pyarrow  # noqa: F401 (Ray Data needs it)
            import ray.data
        except ImportError:
            raise MissingExtraError("the engine ray", "batch") from None
        self._ray = ray
        self._given = options, key, identify, seconds
        self._wanted, self._address = count, address
        self._count = count or 1
        self._feed: Any = None
        self._waiting: dict[int, _Asked] = {}
        self._number = 0
        self._lock = threading.Lock()
        self._collector: threading.Thread | None = None
        self._stopped = threading.Event()
        self._longest: float | None = None  # wait for an answer so far
        self._fault: HuibaoError | None = None

    @property
    def count(self) -> int:
        """How many files are read at a time."""
        return self._count

    def __enter__(self) -> Self:
        """Starts nothing yet: a run that has nothing to read needs no cluster."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leaves the cluster, or ends it where it was started for this run."""
        self.stop()
        if self._collector is not None:
            self._collector.join(_END_SECONDS)
            self._ray.shutdown()

    def asked(self, name: str, content: bytes | str) -> Future[Answer]:
        """The answer to come for a file.

        Raises:
            HuibaoError: when the cluster cannot be joined, or has failed.
        """
        if self._collector is None:
            self._start()
        text = isinstance(content, str)
        file = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        answer: Future[Answer] = Future()
        self._give((name.encode("utf-8", "surrogatepass"), text, file), answer)
        return answer

    def stop(self) -> None:
        """Gives up what is being read."""
        if self._feed is None or self._stopped.is_set():
            return
        self._stopped.set()
        with contextlib.suppress(Exception):  # the cluster may have gone before
            if self._waiting:
                self._ray.kill(self._feed)
            else:
                self._feed.close.remote(self._number)

    def _start(self) -> None:
        from huibao.batch.ray_pipeline import answers, started_feed

        with _own_signals(), _quiet():
            self._join()
        try:
            cores = self._ray.cluster_resources().get("CPU", 1)
            self._count = self._wanted or max(1, int(cores))
            self._feed = started_feed()
        except Exception as error:
            raise HuibaoError(f"the Ray cluster does not answer: {_told(error)}") from error
        rows = answers(self._feed, self._count, *self._given)
        self._collector = threading.Thread(target=self._collect, args=(rows,), daemon=True)
        self._collector.start()
        threading.Thread(target=self._remind, daemon=True).start()

    def _join(self) -> None:
        given: dict[str, Any] = {"address": self._address}
        if self._address is None:
            own = {"num_cpus": self._wanted, "object_store_memory": _STORE_BYTES}
            given = {"address": _LOCAL, "include_dashboard": False, **own}
        try:
            _knock(self._address)
            self._ray.init(
                **given,
                log_to_driver=False,
                logging_level=logging.CRITICAL,
                configure_logging=True,
            )
        except Exception as error:
            place = self._address or "on this machine"
            raise HuibaoError(f"no Ray cluster {place}: {_told(error)}") from error
        logging.getLogger("ray").setLevel(logging.CRITICAL)
        logging.getLogger("ray.data").setLevel(logging.CRITICAL)

    def _collect(self, rows: Iterator[dict[str, Any]]) -> None:
        """Gives each answer to whoever waits for it, until there are no more."""
        fault = "the Ray pipeline has ended before its files"
        try:
            for row in rows:
                self._resolve(row)
        except Exception as error:
            fault = f"the Ray pipeline has failed: {_told(error)}"
        with self._lock:
            self._fault = HuibaoError(fault)
            waiting = list(self._waiting.values())
            self._waiting.clear()
        for asked in waiting:
            with contextlib.suppress(InvalidStateError):  # it had its answer by another number
                asked.answer.set_exception(self._fault)

    def _give(self, file: FedFile, answer: Future[Answer], times: int = 0) -> None:
        with self._lock:
            if self._fault is not None:
                raise self._fault
            number = self._number
            self._number += 1
            self._waiting[number] = _Asked(file, answer, time.monotonic(), times)
        self._feed.put.remote(number, *file)

    def _remind(self) -> None:
        """Gives out again what has had no answer for too long; the first answer counts."""
        while not self._stopped.wait(_LOOK_SECONDS):
            with self._lock:
                late = [one for one in self._waiting.values() if self._is_late(one)]
                for one in late:
                    one.is_given_again = True
            for one in late:
                with contextlib.suppress(HuibaoError):  # whoever waits learns of it
                    self._give(one.file, one.answer, one.times + 1)

    def _is_late(self, one: _Asked) -> bool:
        if self._longest is None or one.is_given_again or one.answer.done():
            return False
        patience = max(_PATIENCE_SECONDS, _PATIENCE_TIMES * self._longest)
        waited = time.monotonic() - one.since
        return bool(waited > patience * 2**one.times)

    def _resolve(self, row: dict[str, Any]) -> None:
        with self._lock:
            asked = self._waiting.pop(row["number"], None)
            if asked is None:  # a block that was made anew
                return
            self._learn(asked)
        self._feed.forget.remote(row["number"])
        said = json.loads(row["said"])
        with contextlib.suppress(InvalidStateError):
            if "fault" in said:
                asked.answer.set_exception(HuibaoError(said["fault"]))
            else:
                asked.answer.set_result(Answer(**said, page=row["page"]))

    def _learn(self, asked: _Asked) -> None:
        """How long answers take; until the first one, what was waited for is the cluster."""
        now = time.monotonic()
        if self._longest is None:
            self._longest = 0.0
            for one in self._waiting.values():
                one.since = now
        else:
            self._longest = max(self._longest, now - asked.since)


def _knock(address: str | None) -> None:
    """Returns when somebody listens at `host:port`, where Ray itself would wait for minutes.

    Raises:
        OSError: when nobody does.
    """
    host, _, port = (address or "").rpartition(":")
    if host and port.isdigit() and "/" not in host:
        socket.create_connection((host.strip("[]"), int(port)), _KNOCK_SECONDS).close()


@contextlib.contextmanager
def _own_signals() -> Iterator[None]:
    """Keeps the handlers of this process, which Ray replaces."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keeps off the terminal what Ray's C++ part says of itself as it starts; errors are raised."""
    stderr = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(nowhere)
        os.close(stderr)


def _told(error: Exception) -> str:
    """An error's kind and the last line of what it says; the rest is a trace."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[-1].strip()}" if lines else type(error).__name__
