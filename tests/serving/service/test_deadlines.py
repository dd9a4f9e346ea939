"""Work is worked on until it is done, its time is over or its client has gone, and is then dropped."""

import asyncio
import time

import pytest
from fastapi import Request

from huibao.service.bodies import ClientGoneError
from huibao.service.deadlines import within_deadline
from huibao.service.problems import Problem
from huibao.service.record import RequestRecord
from huibao.service.scheduling.engine import Engine


class Work:
    """Work that holds something until it ends, and needs a moment to give it back."""

    def __init__(self, seconds: float = 60.0) -> None:
        self.seconds, self.holds = seconds, False

    async def done(self) -> str:
        self.holds = True
        try:
            await asyncio.sleep(self.seconds)
        finally:
            await asyncio.sleep(0)
            self.holds = False
        return "done"


async def ended(work: Work, *, gone: bool = False, seconds: float = 30.0) -> str:
    """What becomes of the work, for a client that stays or goes and a time to do it in."""

    async def receive() -> dict[str, str]:
        await asyncio.sleep(0.02 if gone else 60)
        return {"type": "http.disconnect"}

    now = time.monotonic()
    record = RequestRecord("one", "POST", "/v1/read", now, now + seconds)
    engine = Engine(workers=1, queue_tokens=1_000)
    return await within_deadline(Request({"type": "http"}, receive), record, engine, work.done())


def test_what_is_done_is_answered() -> None:
    assert asyncio.run(ended(Work(0))) == "done"


@pytest.mark.parametrize(
    ("case", "error"), [({"gone": True}, ClientGoneError), ({"seconds": 0.02}, Problem)]
)
def test_dropped_work_holds_nothing_when_its_request_ends(case: dict, error: type) -> None:
    async def held() -> bool:
        work = Work()
        with pytest.raises(error):
            await ended(work, **case)
        return work.holds

    assert asyncio.run(held()) is False
