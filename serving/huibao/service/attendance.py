"""The outermost layer: every request gets an id, is timed, counted, logged and always answered."""

import re
import time
import uuid
from collections.abc import Iterator

from huibao.service.bodies import ClientGoneError
from huibao.service.limits import App, Message, Receive, Scope, Send
from huibao.service.logs import RequestLine, log_fault, log_request
from huibao.service.metrics import Metrics
from huibao.service.problems import MEDIA_TYPE, Problem
from huibao.service.record import RequestRecord, put_record
from huibao.service.settings import Settings
from huibao.service.tracing import Span, Tracing

CLIENT_GONE = 499  # in log and metrics only: nobody is there to read it
_ID = re.compile(rb"[A-Za-z0-9._:-]{1,64}")


class Attendance:
    """Wraps the whole application; what no other part has caught ends here as a bare 500."""

    def __init__(self, app: App, settings: Settings, metrics: Metrics, tracing: Tracing) -> None:
        """Takes the application and what is told of its requests."""
        self._app, self._metrics, self._tracing = app, metrics, tracing
        self._seconds = settings.request_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Attends one request; other traffic passes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.monotonic()
        record = RequestRecord(
            _request_id(scope), scope["method"], scope["path"], started, started + self._seconds
        )
        put_record(scope, record)
        self._metrics.request_begun()
        try:
            with self._tracing.request("request", dict(_texts(scope))) as span:
                await self._answered(scope, receive, send, record)
                _tell(span, scope, record)
        finally:
            record.seconds = time.monotonic() - started
            self._note(scope, record)

    async def _answered(
        self, scope: Scope, receive: Receive, send: Send, record: RequestRecord
    ) -> None:
        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                record.status = message["status"]
                message["headers"] = [*message.get("headers", ()), *_headers(record)]
            elif message["type"] == "http.response.body":
                record.bytes_out += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except ClientGoneError:
            record.status = CLIENT_GONE
        except Exception as error:
            # Not passed on: the server would print it, and its words may quote a document.
            log_fault("request failed", error, request_id=record.id)
            record.problems.append("internal")
            if not record.status:
                await _send_fault(noted, record)

    def _note(self, scope: Scope, record: RequestRecord) -> None:
        record.route = getattr(scope.get("route"), "path", "")
        self._metrics.request_done(
            record.route or None,
            record.method,
            record.status,
            record.seconds,
            body_bytes=record.body_bytes,
        )
        for name in record.problems:
            self._metrics.error(name)
        log_request(
            RequestLine(
                request_id=record.id,
                method=record.method,
                route=record.route or "other",
                status=record.status,
                seconds=record.seconds,
                bytes_in=record.body_bytes,
                bytes_out=record.bytes_out,
                windows=record.windows,
                key=record.key,
                problem=record.problems[-1] if record.problems else None,
                bundle=record.bundle,
            )
        )


async def _send_fault(send: Send, record: RequestRecord) -> None:
    problem = Problem("internal", "The service failed; its log tells more under the request id.")
    body = problem.body(record.path, record.id)
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _headers(record: RequestRecord) -> Iterator[tuple[bytes, bytes]]:
    yield b"x-request-id", record.id.encode()
    yield b"x-content-type-options", b"nosniff"
    if timing := record.server_timing:
        yield b"server-timing", timing.encode()


def _request_id(scope: Scope) -> str:
    """The client's id where it is a plain one: it goes into the log."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _ID.fullmatch(value):
            return str(value, "ascii")
    return uuid.uuid4().hex


def _texts(scope: Scope) -> Iterator[tuple[str, str]]:
    for name, value in scope["headers"]:
        yield str(name, "latin-1"), str(value, "latin-1")


def _tell(span: Span, scope: Scope, record: RequestRecord) -> None:
    span.tell(
        http__request__method=record.method,
        http__route=getattr(scope.get("route"), "path", "other"),
        http__response__status_code=record.status,
        huibao__request_id=record.id,
        huibao__windows=record.windows,
    )
