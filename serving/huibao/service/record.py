"""What is noted of one request on its way: for the log, the metrics and the headers of its answer."""

import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

_PLACE = "huibao.record"
_PARTS = ("read", "queue", "model", "decide")


@dataclass(slots=True)
class RequestRecord:
    """One request; times are of `time.monotonic()`, durations in seconds, never a word of its text.

    Args:
        id: The client's X-Request-ID, or one made here.
        method: Of HTTP.
        path: As it was asked for.
        started: When its head arrived.
        deadline: When it is given up.
        route: The path as the service declares it ("" where none fits), for counting.
        status: Of the answer; 499 when the client went away.
        body_bytes: Received so far.
        bytes_out: Sent so far.
        items: Texts or files in it.
        windows: That the model was asked to score.
        key: The name of the client's key.
        bundle: The name of the bundle that answers.
        problems: The names of the problems it was answered with, those of its items too.
        timings: Seconds in `read`, `queue`, `model`, `decide`.
        seconds: From start to the end of the answer.
    """

    id: str
    method: str
    path: str
    started: float
    deadline: float
    route: str = ""
    status: int = 0
    body_bytes: int = 0
    bytes_out: int = 0
    items: int = 0
    windows: int = 0
    key: str | None = None
    bundle: str | None = None
    problems: list[str] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0

    @contextmanager
    def timed(self, part: str) -> Iterator[None]:
        """Adds the time spent inside to `part`."""
        begun = time.monotonic()
        try:
            yield
        finally:
            self.add(part, time.monotonic() - begun)

    def add(self, part: str, seconds: float) -> None:
        """Adds seconds to `part`."""
        self.timings[part] = self.timings.get(part, 0.0) + seconds

    @property
    def server_timing(self) -> str:
        """The value of the Server-Timing header, in milliseconds; empty where nothing was timed."""
        return ", ".join(
            f"{part};dur={1000 * self.timings[part]:.1f}" for part in _PARTS if part in self.timings
        )


def put_record(scope: MutableMapping[str, Any], record: RequestRecord) -> None:
    """Lays the record where the parts that handle the request find it."""
    scope[_PLACE] = record


def record_of(scope: MutableMapping[str, Any]) -> RequestRecord:
    """The record of the request that an ASGI scope belongs to."""
    record: RequestRecord = scope[_PLACE]
    return record
