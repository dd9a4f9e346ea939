"""What one request may cost before it is understood: the size of its body and the time it takes to come."""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from huibao.service.problems import Problem
from huibao.service.record import RequestRecord, record_of
from huibao.service.settings import Settings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SILENCE_SECONDS = 10.0  # between two parts of a body
_HELD_BODIES = 4  # bodies of full size that may be in memory at a time
_SMALL_BYTES = 64 * 1024  # smaller bodies are taken even then


class BodyLimits:
    """Counts each body while it streams in; too much, too many at a time or too slow is refused."""

    def __init__(
        self, app: App, settings: Settings, *, silence_seconds: float = SILENCE_SECONDS
    ) -> None:
        """Wraps an application."""
        self._app = app
        self._most = settings.body_bytes
        self._silence = silence_seconds
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets the request through with a `receive` that counts."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(scope, receive, self)
        try:
            await self._app(scope, body.received, send)
        finally:
            self._held -= body.held

    def hold(self, more: int) -> None:
        """Notes bytes that stay in memory while their request lasts.

        Raises:
            Problem: overloaded, when all bodies together are too large.
        """
        if self._held + more > _HELD_BODIES * self._most:
            raise Problem("overloaded", "Too many large bodies are being received.", retry_after=2)
        self._held += more

    @property
    def most(self) -> int:
        """Bytes of the largest body."""
        return self._most

    @property
    def silence(self) -> float:
        """Seconds a client may pause."""
        return self._silence


class _Body:
    """The body of one request on its way in."""

    def __init__(self, scope: Scope, receive: Receive, limits: BodyLimits) -> None:
        self._receive, self._limits = receive, limits
        self._record: RequestRecord = record_of(scope)
        self._told = _told_length(scope)
        self._complete = False
        self.held = 0

    async def received(self) -> Message:
        """The next message, counted."""
        if self._complete:
            return await self._receive()  # to learn that the client has gone
        self._refuse_large(self._told)
        until = min(time.monotonic() + self._limits.silence, self._record.deadline)
        try:
            async with asyncio.timeout(max(0.0, until - time.monotonic())):
                message = await self._receive()
        except TimeoutError:
            raise Problem(
                "slow_body",
                f"No part of the body came for {self._limits.silence:g} seconds, "
                "or the whole took longer than a request may.",
                headers={"Connection": "close"},
            ) from None
        if message["type"] == "http.request":
            self._count(len(message.get("body", b"")))
            self._complete = not message.get("more_body", False)
        return message

    def _count(self, more: int) -> None:
        self._record.body_bytes += more
        self._refuse_large(self._record.body_bytes)
        if self._record.body_bytes > _SMALL_BYTES:
            growth = self._record.body_bytes - self.held
            self._limits.hold(growth)
            self.held += growth

    def _refuse_large(self, size: int) -> None:
        if size > self._limits.most:
            raise Problem(
                "too_large",
                f"The body is larger than {self._limits.most} bytes, the most that is taken.",
                headers={"Connection": "close"},
            )


def _told_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:20])
    return 0
