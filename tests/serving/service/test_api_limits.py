"""A body that is too large or too slow is refused while it comes, and holds nothing up."""

import asyncio
import socket
import time

import httpx
import pytest

from huibao.service.limits import BodyLimits
from huibao.service.problems import Problem
from huibao.service.record import RequestRecord, put_record
from huibao.service.settings import Settings


def messages(*bodies: bytes | float):
    """A `receive` that gives parts of a body; a number is a pause in seconds."""
    left = list(bodies)

    async def receive() -> dict:
        while left and isinstance(left[0], float):
            await asyncio.sleep(left.pop(0))
        if not left:
            return {"type": "http.disconnect"}
        body = left.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(left)}

    return receive


def received(limits: BodyLimits, *bodies: bytes | float, seconds: float = 5.0, headers=()) -> int:
    """How many bytes reach the application, or the problem that is raised."""
    now = time.monotonic()
    scope = {"type": "http", "headers": list(headers)}
    put_record(scope, RequestRecord("id", "POST", "/", now, now + seconds))
    limits.bytes = 0
    asyncio.run(limits(scope, messages(*bodies), None))
    return limits.bytes


@pytest.fixture
def limits() -> BodyLimits:
    async def app(scope, receive, send) -> None:
        more = True
        while more:
            message = await receive()
            made.bytes += len(message["body"])
            more = message["more_body"]

    made = BodyLimits(app, Settings(body_bytes=100_000), silence_seconds=0.2)
    return made


def test_a_body_up_to_the_limit_passes(limits: BodyLimits) -> None:
    assert received(limits, b"x" * 60_000, b"x" * 40_000) == 100_000


@pytest.mark.parametrize(
    "told", [(), ((b"content-length", b"100001"),), ((b"content-length", b"5"),)]
)
def test_a_larger_one_is_refused_whatever_was_told_of_it(limits: BodyLimits, told) -> None:
    with pytest.raises(Problem, match="larger than 100000 bytes") as caught:
        received(limits, b"x" * 60_000, b"x" * 40_001, headers=told)
    assert caught.value.kind.name == "too_large"


def test_what_was_told_is_refused_before_it_comes(limits: BodyLimits) -> None:
    with pytest.raises(Problem, match="larger"):
        received(limits, 30.0, b"x", headers=[(b"content-length", b"999999")])


@pytest.mark.parametrize("bodies", [(b"x", 3.0, b"x"), (3.0, b"x")])
def test_a_body_that_stops_coming_is_given_up(limits: BodyLimits, bodies) -> None:
    with pytest.raises(Problem) as caught:
        received(limits, *bodies)
    assert caught.value.kind.name == "slow_body"


def test_a_body_that_drips_is_given_up_at_the_deadline(limits: BodyLimits) -> None:
    with pytest.raises(Problem) as caught:
        received(limits, *([b"x", 0.1] * 40), b"x", seconds=0.5)
    assert caught.value.kind.name == "slow_body"


def test_many_large_bodies_at_a_time_are_refused_and_small_ones_are_not(limits: BodyLimits) -> None:
    limits.hold(399_999)
    with pytest.raises(Problem) as caught:
        received(limits, b"x" * 90_000)
    assert caught.value.kind.name == "overloaded"
    assert caught.value.headers["Retry-After"] == "2"
    assert received(limits, b"x" * 5_000) == 5_000


def test_what_a_body_held_is_let_go(limits: BodyLimits) -> None:
    for _ in range(20):
        assert received(limits, b"x" * 90_000) == 90_000


def test_a_chunked_body_is_counted_on_a_real_connection(serve) -> None:
    client = serve(body_bytes=200_000)
    parts = (b"x" * 50_000 for _ in range(8))
    try:
        answer = client.post(
            "/v1/read", content=parts, headers={"Content-Type": "application/json"}
        )
    except httpx.TransportError:  # the service may close before all was sent
        return
    assert answer.status_code == 413


def test_a_client_that_says_nothing_more_gets_an_answer(serve, monkeypatch) -> None:
    monkeypatch.setattr("huibao.service.limits.SILENCE_SECONDS", 0.3)
    monkeypatch.setattr(BodyLimits.__init__, "__kwdefaults__", {"silence_seconds": 0.3})
    client = serve()
    with socket.create_connection((client.base_url.host, client.base_url.port), 10) as plug:
        plug.sendall(
            b"POST /v1/read HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            b'Content-Length: 500\r\n\r\n{"text'
        )
        answer = b"".join(iter(lambda: plug.recv(10_000), b""))  # until the service hangs up
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"/problems/slow_body" in answer
