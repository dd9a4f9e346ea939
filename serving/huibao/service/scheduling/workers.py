"""The threads that run the model: as many as asked for, whatever a window does to one of them."""

import logging
import threading
import time

from huibao.service.scheduling.dispatch import Dispatch, Turn
from huibao.service.scheduling.observers import CarefulObserver, Replaced

LOG = logging.getLogger(__name__)

_MOST_STUCK = 4  # stuck threads a worker may leave behind before it is no longer replaced
_LOOKS = 4  # looks of the watch within the time after which a worker counts as stuck


class Worker:
    """One thread and the window in its hands."""

    def __init__(self) -> None:
        self.thread: threading.Thread | None = None
        self.turn: Turn | None = None
        self.abandoned = False


class Workers:
    """Keeps `count` threads at work.

    A window that raises fails its job only. A thread that ends (`SystemExit` out of a model) is
    replaced. A thread that is too long in one window cannot be ended from outside: it is abandoned
    and replaced, counts as stuck until it comes back, and ends then. The desk's lock is only ever
    taken last, so the two locks cannot block each other.
    """

    def __init__(
        self, count: int, dispatch: Dispatch, stuck_seconds: float, observer: CarefulObserver
    ) -> None:
        """Takes the desk to work for; starts nothing."""
        if count < 1 or stuck_seconds <= 0:
            raise ValueError(f"{count} workers, stuck after {stuck_seconds} s: expected more")
        self.count = count
        self._dispatch = dispatch
        self._stuck_seconds = stuck_seconds
        self._observer = observer
        self._lock = threading.Lock()
        self._alive: set[Worker] = set()
        self._stuck: set[Worker] = set()
        self._ending = threading.Event()
        self._watch = threading.Thread(target=self._watching, name="huibao-watch", daemon=True)

    @property
    def alive(self) -> int:
        """Threads at work or waiting for it; never the moment between one and its replacement."""
        with self._lock:
            return len(self._alive)

    @property
    def stuck(self) -> int:
        """Abandoned threads that have not come back."""
        return len(self._stuck)

    def start(self) -> None:
        """Starts the threads, once."""
        self._watch.start()
        with self._lock:
            self._fill()

    def stop(self, seconds: float) -> None:
        """Waits for the threads to end after the desk has closed, at most `seconds` for all."""
        self._ending.set()
        until = time.monotonic() + seconds
        with self._lock:
            threads = [worker.thread for worker in self._alive if worker.thread]
        if self._watch.is_alive():
            threads.append(self._watch)
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _fill(self) -> None:
        """Starts what is missing; the watch tries again when the system has no thread to give."""
        while (
            len(self._alive) < self.count
            and len(self._stuck) < _MOST_STUCK * self.count
            and not self._ending.is_set()
        ):
            worker = Worker()
            worker.thread = threading.Thread(
                target=self._work, args=(worker,), name="huibao-worker", daemon=True
            )
            try:
                worker.thread.start()
            except RuntimeError:
                LOG.exception("a worker could not be started")
                return
            self._alive.add(worker)

    def _work(self, worker: Worker) -> None:
        cause: BaseException | None = None
        try:
            while not worker.abandoned and self._take_turn(worker):
                worker.turn = None
        except BaseException as error:  # whatever ends a thread, its job must end too
            cause = error
        self._left(worker, cause)

    def _take_turn(self, worker: Worker) -> bool:
        """Scores one window; a function of its own, so that an idle worker holds on to nothing."""
        turn = worker.turn = self._dispatch.take()
        if turn is None:
            return False
        job = turn.job
        try:
            scores = job.model.score_one(job.windows[turn.place])
        except Exception as error:
            message = f"the model failed on a window: {type(error).__name__}"
            self._dispatch.fail(job, "model", message, error)
            return True
        seconds = time.monotonic() - turn.began
        self._observer.window_done(job.sizes[turn.place], turn.queued_seconds, seconds)
        self._dispatch.done(turn, scores, seconds)
        return True

    def _left(self, worker: Worker, cause: BaseException | None) -> None:
        """A thread is about to end: because the desk closed, of a fault, or back from being stuck."""
        if cause is not None:
            self._give_up(worker, worker.turn, "died", cause)
        with self._lock:
            self._alive.discard(worker)
            self._stuck.discard(worker)
            self._fill()

    def _watching(self) -> None:
        while not self._ending.wait(self._stuck_seconds / _LOOKS):
            self._look(time.monotonic())

    def _look(self, now: float) -> None:
        """Finds who is stuck, or ended without a word; an abandoned thread may get stuck once more."""
        with self._lock:
            workers = [*self._alive, *self._stuck]
        for worker in workers:
            turn = worker.turn
            if worker.thread is not None and not worker.thread.is_alive():
                self._give_up(worker, turn, "died")
            elif turn is not None and now - turn.began > self._stuck_seconds:
                self._give_up(worker, turn, "stuck")
        with self._lock:
            self._fill()

    def _give_up(
        self,
        worker: Worker,
        turn: Turn | None,
        reason: Replaced,
        cause: BaseException | None = None,
    ) -> None:
        if turn is not None:
            message = f"a worker was given up in a window: {reason}"
            self._dispatch.fail(turn.job, reason, message, cause)
        with self._lock:
            if worker not in self._alive:
                return
            self._alive.discard(worker)
            if reason == "stuck":
                worker.abandoned = True
                self._stuck.add(worker)
            self._fill()
        LOG.warning("a worker was replaced: %s", reason)
        self._observer.worker_replaced(reason)
