"""Windows of several items through the engine as one job, and what a refusal means to a client."""

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from huibao.inference.scores import Floats, Model, WindowScores
from huibao.inference.windows import Window
from huibao.reader import Reader
from huibao.service.items import fault_of_item
from huibao.service.logs import log_fault
from huibao.service.problems import Problem
from huibao.service.record import RequestRecord
from huibao.service.scheduling.engine import DeadlinePassed, Engine, EngineFault, Overloaded, Scored
from huibao.service.settings import Settings

_NO_TAGS: Floats = np.zeros((0, 0), dtype=np.float32)
_SMALL_TOKENS = 512  # a paragraph or two: what a service that is not full would still take
_FOR_NOBODY = ("no_worker", "stopped")


class OneByOne:
    """Any model as one that scores single windows; the answers do not depend on company anyway.

    A token has 45 tag scores: a list of 256 paragraphs that is asked for roles and categories alone would
    hold ten megabytes of them until its last window is scored.
    """

    def __init__(self, model: Model, *, tags: bool) -> None:
        self._model, self._tags = model, tags

    def score_one(self, window: Window) -> WindowScores:
        """The scores of one window; without its tags where nobody asks for entities."""
        (scores,) = self._model.score([window])
        return scores if self._tags else replace(scores, tags=_NO_TAGS)


class Scoring:
    """Scores the windows of a request under its deadline and its limit."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        """Takes an engine, started by whoever owns it."""
        self._engine = engine
        self._most = settings.windows
        self._budget = settings.queue_tokens

    async def scored(
        self,
        reader: Reader,
        items: Sequence[Sequence[Window]],
        record: RequestRecord,
        *,
        tags: bool = True,
    ) -> list[list[WindowScores] | Problem]:
        """The scores of each item's windows; a fault of the model in one touches no other.

        Args:
            reader: Whose model scores them.
            items: The windows of each item.
            record: Of the request.
            tags: Whether the tags of tokens are asked for; else they are empty.

        Raises:
            Problem: 413, 429 or 503, when the request as a whole is not taken or not done in time.
            EngineFault: when the only item failed.
        """
        windows = [window for item in items for window in item]
        record.windows = len(windows)
        if len(windows) > self._most:
            raise Problem(
                "too_large",
                f"The request takes {len(windows)} windows of the model, at most {self._most}.",
            )
        model = OneByOne(reader.model, tags=tags)
        try:
            scored = await self._job(model, windows, record)
        except EngineFault:
            if len(items) < 2:
                raise
            return [await self._alone(model, item, record) for item in items]
        scores = iter(scored.scores)
        return [[next(scores) for _ in item] for item in items]

    async def _alone(
        self, model: OneByOne, windows: Sequence[Window], record: RequestRecord
    ) -> list[WindowScores] | Problem:
        try:
            return (await self._job(model, windows, record)).scores
        except EngineFault as fault:
            log_fault("an item failed", fault, request_id=record.id)
            return fault_of_item()

    async def _job(
        self, model: OneByOne, windows: Sequence[Window], record: RequestRecord
    ) -> Scored:
        try:
            scored = await self._engine.scored(model, windows, deadline=record.deadline)
        except Overloaded as refusal:
            tokens = sum(len(window.ids) for window in windows)
            raise self._refusal(refusal, tokens, record) from None
        except DeadlinePassed:
            raise passed_deadline(self._engine, record) from None
        except EngineFault as fault:
            if fault.reason == "stopped":
                raise Problem("not_ready", "The service is ending.", retry_after=5) from None
            raise
        record.add("queue", scored.queued_seconds)
        record.add("model", scored.model_seconds)
        return scored

    def _refusal(self, refusal: Overloaded, tokens: int, record: RequestRecord) -> Problem:
        """429 when only this request is too much for now, 503 when nobody's would be taken."""
        if refusal.reason == "too_long":
            return Problem(
                "too_large",
                f"The request has {tokens} tokens, which cannot be done in "
                f"{record.deadline - record.started:g} seconds even when nothing else waits.",
            )
        if (
            refusal.reason in _FOR_NOBODY
            or tokens <= _SMALL_TOKENS
            or not self._takes_small(record)
        ):
            return Problem("overloaded", "The service is full.", retry_after=refusal.retry_after)
        return Problem(
            "too_much_for_now",
            f"The request has {tokens} tokens, more than can be taken at the moment.",
            retry_after=refusal.retry_after,
        )

    def _takes_small(self, record: RequestRecord) -> bool:
        left = record.deadline - time.monotonic()
        room = self._engine.state().queued_tokens + _SMALL_TOKENS <= self._budget
        return room and self._engine.estimated_seconds(_SMALL_TOKENS) <= left


def passed_deadline(engine: Engine, record: RequestRecord) -> Problem:
    """The problem of a request that was not done in time."""
    return Problem(
        "deadline_passed",
        f"The request was not done in {record.deadline - record.started:g} seconds.",
        retry_after=engine.estimated_seconds(_SMALL_TOKENS),
    )
