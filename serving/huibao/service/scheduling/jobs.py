"""One caller's windows on their way through the engine, and the ways in which that can end."""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from huibao.errors import HuibaoError
from huibao.inference.scores import WindowScores
from huibao.inference.windows import Window
from huibao.service.scheduling.queue import Flow

Refusal = Literal["queue_full", "too_late", "too_long", "no_worker", "stopped"]
FaultReason = Literal["model", "died", "stuck", "stopped"]


class OneWindowModel(Protocol):
    """Scores one window at a time, for several threads at once; `OnnxModel` does."""

    def score_one(self, window: Window) -> WindowScores:
        """The scores of one window."""
        ...


class Overloaded(HuibaoError):  # noqa: N818  named for what happened, not for whose fault it is
    """A job that was refused, so nothing of it was begun.

    `retry_after` is in seconds. `reason` is `queue_full`, `too_late` (would not end before its
    deadline), `too_long` (would not even with the machine to itself: trying again is no use),
    `no_worker` or `stopped`.
    """

    def __init__(self, retry_after: float, reason: Refusal = "queue_full") -> None:
        super().__init__(f"no room for the job ({reason}), try again in {retry_after:.1f} s")
        self.retry_after = retry_after
        self.reason: Refusal = reason


class DeadlinePassed(HuibaoError):  # noqa: N818
    """A job that was accepted and had not ended at its deadline."""


class EngineFault(HuibaoError):  # noqa: N818
    """A job that was accepted and failed; its cause, where there was one, is chained.

    `reason` is `model` (scoring raised), `died` (the worker ended), `stuck` (a window took too
    long) or `stopped`. The message never holds text of a document.
    """

    def __init__(self, reason: FaultReason, message: str) -> None:
        super().__init__(message)
        self.reason: FaultReason = reason


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores in the order of the windows.

    `queued_seconds` passed until the first window was begun; `model_seconds` is the time in the
    model summed over the windows, more than passed when several workers were at it.
    """

    scores: list[WindowScores]
    queued_seconds: float
    model_seconds: float


class Job:
    """Windows of one caller; all but `ended` and `wake` belong to whoever holds the lock."""

    def __init__(self, model: OneWindowModel, windows: Sequence[Window], deadline: float) -> None:
        """Is made inside the event loop that waits for it; `deadline` is a monotonic time."""
        self.model = model
        self.windows = windows
        self.deadline = deadline
        self.sizes = [len(window.ids) for window in windows]
        self.tokens = sum(self.sizes)
        self.flow: Flow[Job] | None = None
        self.accepted = self.last_turn = time.monotonic()
        self.queued_seconds: float | None = None
        self.model_seconds = 0.0
        self.scores: dict[int, WindowScores] = {}
        self.fault: DeadlinePassed | EngineFault | None = None
        self.over = False
        self._loop = asyncio.get_running_loop()
        self._waiter = self._loop.create_future()

    async def ended(self) -> None:
        """Waits for `wake`."""
        await self._waiter

    def wake(self) -> None:
        """Lets the caller go on; from any thread, once a job.

        A loop that was closed meanwhile has nobody waiting.
        """
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._wake)

    def outcome(self) -> Scored:
        """What came of it; raises the fault when there was one."""
        if self.fault is not None:
            raise self.fault
        scores = [self.scores[place] for place in range(len(self.windows))]
        return Scored(scores, self.queued_seconds or 0.0, self.model_seconds)

    def begin(self, now: float) -> float:
        """Notes that one of its windows is begun; the seconds for which it waited for this turn."""
        waited = now - self.last_turn
        self.last_turn = now
        if self.queued_seconds is None:
            self.queued_seconds = waited
        return waited

    def _wake(self) -> None:
        if not self._waiter.done():
            self._waiter.set_result(None)
