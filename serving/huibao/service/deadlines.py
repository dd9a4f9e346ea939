"""How long a request is worked on: until it is done, its time is over or its client has gone."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

from fastapi import Request

from huibao.service.bodies import ClientGoneError
from huibao.service.record import RequestRecord
from huibao.service.scheduling.engine import Engine
from huibao.service.scoring import passed_deadline

Result = TypeVar("Result")


async def within_deadline(
    request: Request, record: RequestRecord, engine: Engine, work: Coroutine[Any, Any, Result]
) -> Result:
    """What the work returns; it is dropped when nobody waits for it any longer.

    Dropped work has given back what it held when this ends: a request that is counted as ended has
    nothing waiting.

    Raises:
        Problem: deadline_passed.
        ClientGoneError: the client closed the connection.
    """
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_client_gone(request))
    left = max(0.0, record.deadline - time.monotonic())
    try:
        await asyncio.wait({task, gone}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        if gone.done():
            raise ClientGoneError
        raise passed_deadline(engine, record)
    finally:
        gone.cancel()
        if task.cancel():
            await asyncio.wait({task})


async def _client_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
