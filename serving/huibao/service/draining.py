"""How the service ends: not ready first, then no new connections, then what was accepted is finished."""

import asyncio
import contextlib
import math
import os
import signal
import socket
import threading
import time
import weakref
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from types import FrameType
from typing import Any
from uuid import uuid4

import uvicorn

from huibao.service.logs import log_event
from huibao.service.problems import MEDIA_TYPE, Problem

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

# A proxy needs a moment to see that the service is not ready; until then it still sends requests.
NOTICE_SECONDS = 1.0
# Threads that hang cannot be ended; the process ends in spite of them so long after its time.
GRACE_SECONDS = 5.0
# A client that has connected needs a moment to send; what comes later it can send elsewhere.
HEARING_SECONDS = 0.5
# A connection on which no request comes to its end of head is one that only holds a place.
IDLE_SECONDS = 20.0
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Draining:
    """Counts the requests in flight; once ended, it says so and lets connections go one by one."""

    def __init__(self, app: App) -> None:
        """Wraps an application."""
        self._app = app
        self.ended = False
        self.in_flight = 0
        self.given_up = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Passes a request on; `/readyz` is answered with 503 here once the end has begun."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send, self)
        self.in_flight += 1
        try:
            if self.ended and scope["path"] == "/readyz":
                await answer.not_ready(scope["path"], "The service is ending.")
            else:
                await self._app(scope, receive, answer.send)
        except asyncio.CancelledError:  # only the server does that, when the time is over
            self.given_up += 1
            await answer.not_ready(scope["path"], "The service ended before the answer was ready.")
        finally:
            self.in_flight -= 1


class _Answer:
    """One answer on its way out."""

    def __init__(self, send: Send, draining: Draining) -> None:
        self._send, self._draining, self._started = send, draining, False

    async def send(self, message: Message) -> None:
        """Sends on; the client is told to open a new connection next time, which goes elsewhere."""
        if message["type"] == "http.response.start":
            self._started = True
            if self._draining.ended:
                message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
        await self._send(message)

    async def not_ready(self, path: str, detail: str) -> None:
        """Answers 503, unless an answer has begun."""
        if self._started:
            return
        problem = Problem("not_ready", detail, retry_after=5)
        headers = {"content-type": MEDIA_TYPE, "retry-after": problem.headers["Retry-After"]}
        pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
        await self.send({"type": "http.response.start", "status": 503, "headers": pairs})
        body = problem.body(path, uuid4().hex)
        await self.send({"type": "http.response.body", "body": body})


class DrainingServer(uvicorn.Server):
    """A uvicorn server that ends in good order on a signal and at once on the second."""

    def __init__(
        self,
        config: uvicorn.Config,
        draining: Draining,
        *,
        seconds: float,
        began: Callable[[], None],
        hang_up: Callable[[], None],
    ) -> None:
        """Serves `config.app`.

        Args:
            config: of uvicorn.
            draining: the wrapper inside the application.
            seconds: in which accepted requests are finished after a signal.
            began: is called when connections are accepted.
            hang_up: is called on SIGHUP, in a thread of its own.
        """
        super().__init__(config)
        self._draining, self._seconds = draining, seconds
        self._began, self._hang_up = began, hang_up
        self._end: float | None = None
        self._notice = 0.0
        self._idle: weakref.WeakKeyDictionary[Any, float] = weakref.WeakKeyDictionary()

    async def startup(self, sockets: list[Any] | None = None) -> None:
        """Starts the application, then accepts connections and says so."""
        await super().startup(sockets)
        if self.started:
            self._began()

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second: whether to stop accepting connections."""
        over = await super().on_tick(counter)
        if counter % 10 == 0:
            self._close_idle(time.monotonic())
        return over or (self._end is not None and time.monotonic() >= self._notice)

    async def shutdown(self, sockets: list[Any] | None = None) -> None:
        """Closes the door, waits for the requests in flight as long as there is time."""
        left = self._seconds if self._end is None else self._end - time.monotonic()
        self.config.timeout_graceful_shutdown = max(0, math.ceil(left))
        log_event("draining", in_flight=self._draining.in_flight, seconds=round(max(0.0, left), 1))
        await self._close_door()
        await super().shutdown(sockets)

    async def _close_door(self) -> None:
        """Lets in who has come, then nobody more, and waits until they have said what they want.

        A connection that the system has made and the service not yet heard would otherwise be cut off
        without an answer. A copy of the socket outlives the server's, so that nothing comes between
        taking the last one and closing it.
        """
        doors = [sock.dup() for server in self.servers for sock in server.sockets]
        for server in self.servers:
            server.close()
        come: list[socket.socket] = []
        for door in doors:
            with door:
                come += _let_in(door)
        loop = asyncio.get_running_loop()
        for connection in come:
            await loop.connect_accepted_socket(self._protocol, connection, ssl=self.config.ssl)
        until = time.monotonic() + HEARING_SECONDS
        while time.monotonic() < until and any(map(_is_unheard, self.server_state.connections)):
            await asyncio.sleep(0.02)

    def _protocol(self) -> asyncio.Protocol:
        """What uvicorn gives each connection."""
        kind: Callable[..., asyncio.Protocol] = self.config.http_protocol_class
        state = self.lifespan.state
        return kind(config=self.config, server_state=self.server_state, app_state=state)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handles signals meanwhile; unlike uvicorn's it does not end the process by them later."""
        hang_up = getattr(signal, "SIGHUP", None)  # there is none on Windows
        handled = {one: signal.signal(one, self.handle_exit) for one in _SIGNALS}
        if hang_up is not None:
            handled[hang_up] = signal.signal(hang_up, self._hung_up)
        try:
            yield
        finally:
            for one, handler in handled.items():
                signal.signal(one, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begins the end, or ends at once when it had begun."""
        if self._end is not None:
            os._exit(128 + sig)
        now = time.monotonic()
        self._end = now + self._seconds
        # A person at a terminal has no proxy that needs to notice.
        self._notice = now + (min(NOTICE_SECONDS, self._seconds) if sig == signal.SIGTERM else 0)
        self._draining.ended = True
        last = threading.Timer(self._seconds + GRACE_SECONDS, os._exit, (1,))
        last.daemon = True
        last.start()

    def _hung_up(self, sig: int, frame: FrameType | None) -> None:
        threading.Thread(target=self._hang_up, name="huibao-reload", daemon=True).start()

    def _close_idle(self, now: float) -> None:
        """Closes connections that have been without a request for too long."""
        for connection in list(self.server_state.connections):
            cycle = getattr(connection, "cycle", None)
            if cycle is not None and not cycle.response_complete:
                self._idle.pop(connection, None)
            elif now - self._idle.setdefault(connection, now) > IDLE_SECONDS:
                connection.shutdown()


def _let_in(door: socket.socket) -> Iterator[socket.socket]:
    """The connections that wait at a listening socket."""
    door.setblocking(False)
    while True:
        try:
            connection, _ = door.accept()
        except ConnectionAbortedError:
            continue  # it has gone again
        except OSError:  # none waits, or there is no room for one more
            return
        connection.setblocking(False)
        yield connection


def _is_unheard(connection: object) -> bool:
    """Whether no request has come on a connection of uvicorn's yet."""
    return getattr(connection, "cycle", None) is None
