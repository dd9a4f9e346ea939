"""Scoring for many callers at once: windows one by one, in fair order, every accepted job ends."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from huibao.inference.windows import Window
from huibao.service.scheduling.dispatch import Dispatch
from huibao.service.scheduling.jobs import (
    DeadlinePassed,
    EngineFault,
    Job,
    OneWindowModel,
    Overloaded,
    Scored,
)
from huibao.service.scheduling.observers import CarefulObserver, Observer
from huibao.service.scheduling.workers import Workers

__all__ = [
    "DeadlinePassed",
    "Engine",
    "EngineFault",
    "EngineState",
    "Observer",
    "OneWindowModel",
    "Overloaded",
    "Scored",
]

_FULL = 0.9  # the share of the queue's budget above which no more callers should be sent here
_STOP_SECONDS = 5.0  # how long stopping waits for windows that are being scored


@dataclass(frozen=True, slots=True)
class EngineState:
    """What a metrics page shows; `waiting_jobs` were accepted and have not ended."""

    queued_tokens: int
    queued_windows: int
    waiting_jobs: int
    alive: int
    stuck: int
    tokens_per_second: float
    accepting: bool


class Engine:
    """Worker threads behind a fair queue; a model comes with each job, so several may be served.

    One window a run: dynamic int8 gives a window other scores in other company, and on a CPU a batch
    gains nothing. Every job that is accepted ends with its scores, `EngineFault`, `DeadlinePassed` or
    the cancellation of its caller.
    """

    def __init__(
        self,
        *,
        workers: int,
        queue_tokens: int,
        stuck_seconds: float = 30.0,
        observer: Observer | None = None,
    ) -> None:
        """Makes an engine that does nothing before `start`.

        Args:
            workers: windows scored at a time.
            queue_tokens: budget of tokens that wait; one job is charged at most half of it.
            stuck_seconds: time in one window after which its worker is given up.
            observer: is told of windows, refusals and replacements, from any thread.
        """
        self._observer = CarefulObserver(observer)
        self._dispatch = Dispatch(queue_tokens)
        self._workers = Workers(workers, self._dispatch, stuck_seconds, self._observer)

    def start(self) -> None:
        """Starts the threads; an engine is started once."""
        self._dispatch.open()
        self._workers.start()

    def stop(self) -> None:
        """Ends every job, those that still run with `EngineFault`, and joins the threads.

        Whoever shuts down in good order lets the callers finish first. A thread stuck in a window
        is left behind after 5 seconds; it does not keep the process alive.
        """
        self._dispatch.close()
        self._workers.stop(_STOP_SECONDS)

    async def scored(
        self, model: OneWindowModel, windows: Sequence[Window], *, deadline: float
    ) -> Scored:
        """The scores of the windows, the same as the model gives for each alone.

        Args:
            model: scores the windows, in several threads.
            windows: of one caller; none is answered at once.
            deadline: a value of `time.monotonic()`.

        Raises:
            Overloaded: nothing was begun, since the queue is full or the deadline cannot be met.
            DeadlinePassed: what had not begun was removed.
            EngineFault: a window failed; nothing else of the job is scored.
        """
        if not windows:
            return Scored([], 0.0, 0.0)
        left = deadline - time.monotonic()
        if left <= 0:
            raise DeadlinePassed("the deadline had passed before the job was given")
        job = Job(model, windows, deadline)
        self._accept(job)
        timer = asyncio.get_running_loop().call_later(left, self._dispatch.expire, job)
        try:
            await job.ended()
        finally:
            timer.cancel()
            self._dispatch.withdraw(job)
        return job.outcome()

    def estimated_seconds(self, tokens: int) -> float:
        """How long a job of this size would take from now, under fair sharing with those that wait."""
        return self._dispatch.estimated_seconds(tokens, self._workers.alive)

    def state(self) -> EngineState:
        """Numbers of this moment."""
        queue, alive = self._dispatch.queue, self._workers.alive
        return EngineState(
            queued_tokens=queue.tokens,
            queued_windows=queue.items,
            waiting_jobs=self._dispatch.unfinished,
            alive=alive,
            stuck=self._workers.stuck,
            tokens_per_second=alive * self._dispatch.tokens_per_second,
            accepting=self._dispatch.accepting,
        )

    def healthy(self) -> tuple[bool, str]:
        """Whether more callers should be sent here, and why not.

        A stuck worker is replaced, so work goes on, but its thread still holds a core: the
        engine is unhealthy until the thread comes back, or somebody starts the process anew.
        """
        state = self.state()
        if not state.accepting:
            return False, "the engine is stopped"
        if state.stuck:
            return False, f"{state.stuck} workers are stuck in a window"
        if state.alive < self._workers.count:
            return False, f"{state.alive} of {self._workers.count} workers are alive"
        if self._dispatch.queue.filled >= _FULL:
            return False, "the queue is full"
        return True, ""

    def _accept(self, job: Job) -> None:
        try:
            self._dispatch.accept(job, self._workers.alive)
        except Overloaded as refusal:
            self._observer.job_refused(refusal.reason)
            raise
