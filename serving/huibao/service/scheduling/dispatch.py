"""The desk between callers and workers: admits jobs, hands out windows, takes back scores."""

import threading
import time
from dataclasses import dataclass

from huibao.inference.scores import WindowScores
from huibao.service.scheduling.jobs import (
    DeadlinePassed,
    EngineFault,
    FaultReason,
    Job,
    Overloaded,
    Refusal,
)
from huibao.service.scheduling.queue import FairQueue

_PRIOR = 5_000.0  # tokens per second of a worker before any was measured: a slow machine
_PRIOR_SECONDS = 0.5  # how much measuring the prior is worth
_HALF_LIFE = 5.0  # seconds of work after which a measurement counts half
_LEAST_RETRY = 1.0  # seconds; the header Retry-After counts whole ones


@dataclass(frozen=True, slots=True)
class Turn:
    """One window in a worker's hands, since the monotonic time `began`."""

    job: Job
    place: int
    began: float
    queued_seconds: float


class Speed:
    """Tokens per second of one worker: tokens over seconds in the model, old ones fading."""

    def __init__(self) -> None:
        self._tokens = _PRIOR * _PRIOR_SECONDS
        self._seconds = _PRIOR_SECONDS

    @property
    def per_worker(self) -> float:
        """Tokens per second, at least 1."""
        return max(1.0, self._tokens / self._seconds)

    def add(self, tokens: int, seconds: float) -> None:
        """Counts one window."""
        kept = 0.5 ** (seconds / _HALF_LIFE)
        self._tokens = kept * self._tokens + tokens
        self._seconds = kept * self._seconds + seconds


class Dispatch:
    """All jobs that were accepted and have not ended; every method may be called by any thread."""

    def __init__(self, queue_tokens: int) -> None:
        """Takes the budget of waiting tokens."""
        self.queue: FairQueue[Job] = FairQueue(queue_tokens)
        self._jobs: set[Job] = set()
        self._speed = Speed()
        self._open = False
        self._turns = threading.Condition(threading.Lock())

    def open(self) -> None:
        """Begins to accept."""
        self._open = True

    @property
    def accepting(self) -> bool:
        """Whether jobs are accepted, as far as there is room."""
        return self._open

    @property
    def unfinished(self) -> int:
        """Jobs that were accepted and have not ended."""
        return len(self._jobs)

    @property
    def tokens_per_second(self) -> float:
        """What one worker was measured to do."""
        return self._speed.per_worker

    def estimated_seconds(self, tokens: int, workers: int) -> float:
        """How long a job of this size would take from now under fair sharing."""
        with self._turns:
            return self.queue.before_end(tokens) / self._rate(workers)

    def accept(self, job: Job, workers: int) -> None:
        """Puts a job into the queue, or raises `Overloaded`."""
        with self._turns:
            refused = self._refusal(job, workers)
            if refused is not None:
                seconds, reason = refused
                raise Overloaded(max(_LEAST_RETRY, seconds), reason)
            self._jobs.add(job)
            job.flow = self.queue.push(job, job.sizes)
            self._turns.notify(len(job.sizes))

    def take(self) -> Turn | None:
        """Waits for a window to score; None when the desk has closed."""
        while True:
            with self._turns:
                while self._open and not self.queue.items:
                    self._turns.wait()
                if not self._open or (turn := self.queue.take()) is None:
                    return None
                job, place = turn
                now = time.monotonic()
                if now < job.deadline:
                    return Turn(job, place, now, job.begin(now))
            self.expire(job)

    def done(self, turn: Turn, scores: WindowScores, seconds: float) -> None:
        """Takes back the scores of a window; the last one ends its job."""
        job = turn.job
        with self._turns:
            self._speed.add(job.sizes[turn.place], seconds)
            if job.over:
                return
            job.model_seconds += seconds
            job.scores[turn.place] = scores
            if len(job.scores) < len(job.sizes):
                return
            self._end(job)
        job.wake()

    def fail(
        self, job: Job, reason: FaultReason, message: str, cause: BaseException | None = None
    ) -> None:
        """Ends a job with a fault, unless it has ended."""
        fault = EngineFault(reason, message)
        fault.__cause__ = cause
        self._give_up(job, fault)

    def expire(self, job: Job) -> None:
        """Ends a job whose deadline has come, unless it has ended."""
        self._give_up(job, DeadlinePassed("the job had not ended at its deadline"))

    def withdraw(self, job: Job) -> None:
        """Removes a job whose caller has gone, and what it has waiting."""
        if not job.over:
            with self._turns:
                self._end(job)

    def close(self) -> None:
        """Accepts nothing more, ends every job with a fault and lets the workers go."""
        with self._turns:
            self._open = False
            jobs = list(self._jobs)
            self._turns.notify_all()
        for job in jobs:
            self.fail(job, "stopped", "the engine was stopped before the job had ended")

    def _refusal(self, job: Job, workers: int) -> tuple[float, Refusal] | None:
        """Seconds to wait before trying again, and the reason; None when there is room and time."""
        if not self._open:
            return _LEAST_RETRY, "stopped"
        if workers == 0:
            return _LEAST_RETRY, "no_worker"
        rate = self._rate(workers)
        if excess := self.queue.excess(job.tokens):
            return excess / rate, "queue_full"
        left = job.deadline - job.accepted
        if job.tokens > left * rate:
            return job.tokens / rate - left, "too_long"
        if job.tokens + self.queue.tokens <= left * rate:
            return None
        late = self.queue.before_end(job.tokens) / rate - left
        return (late, "too_late") if late > 0 else None

    def _rate(self, workers: int) -> float:
        return self._speed.per_worker * max(1, workers)

    def _give_up(self, job: Job, fault: DeadlinePassed | EngineFault) -> None:
        with self._turns:
            if job.over:
                return
            job.fault = fault
            self._end(job)
        job.wake()

    def _end(self, job: Job) -> None:
        job.over = True
        self._jobs.discard(job)
        if job.flow is not None:
            self.queue.remove(job.flow)
