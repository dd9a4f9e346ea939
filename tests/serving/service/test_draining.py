"""How a service ends: a small application in a real server, ended by real signals."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import huibao

SOURCES = Path(huibao.__file__).resolve().parents[1]
# Answers /slow after a pause, /stall with nothing else done meanwhile, /hang never, /block with a thread
# that cannot be ended.
SERVICE = """
import asyncio, sys, time
from huibao.service.logs import configure_logs
from huibao.service import draining
from huibao.service.serve import listening_socket, page_address, run

draining.GRACE_SECONDS = 1.0
draining.IDLE_SECONDS = float(sys.argv[2])

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup" and len(sys.argv) > 3:
                raise ValueError("SECRET")
            await send({"type": message["type"] + ".complete"})
            if message["type"].endswith("shutdown"):
                print("closed", flush=True)
                return
    if scope["path"] == "/slow":
        await asyncio.sleep(2.0)
    if scope["path"] == "/stall":
        time.sleep(2.0)
    if scope["path"] == "/hang":
        await asyncio.sleep(600)
    if scope["path"] == "/block":
        await asyncio.get_running_loop().run_in_executor(None, time.sleep, 600)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["path"].encode()})

configure_logs("json", "info")
listener = listening_socket("127.0.0.1", 0)
sys.exit(run(app, listener, drain_seconds=float(sys.argv[1]),
             began=lambda: print(page_address("127.0.0.1", listener), flush=True),
             hang_up=lambda: print("reload", flush=True)))
"""


class Service:
    """The process and where it answers."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVICE, *arguments],
            env=os.environ | {"PYTHONPATH": str(SOURCES)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()

    def send(self, number: int) -> None:
        self.process.send_signal(number)

    def ended(self, seconds: float = 20.0) -> int:
        return self.process.wait(seconds)


@pytest.fixture
def service() -> Iterator[Callable[..., Service]]:
    started: list[Service] = []

    def start(drain: float = 10.0, idle: float = 20.0, *more: str) -> Service:
        started.append(Service(str(drain), str(idle), *more))
        return started[-1]

    yield start
    for one in started:
        with contextlib.suppress(ProcessLookupError):
            one.process.kill()
        one.process.communicate()


def asked(address: str, path: str, *, pause: float = 0.5) -> "tuple[threading.Thread, list[Any]]":
    """A request in a thread of its own, begun by the time this returns, and what came of it."""
    outcome: list[Any] = []

    def asking() -> None:
        try:
            outcome.append(httpx.get(address + path, timeout=30))
        except httpx.HTTPError as error:
            outcome.append(error)

    thread = threading.Thread(target=asking)
    thread.start()
    time.sleep(pause)
    return thread, outcome


def test_the_end_is_told_first_and_what_was_accepted_is_finished(service) -> None:
    running = service()
    with httpx.Client(base_url=running.address) as client:
        assert client.get("/readyz").status_code == 200
        slow, outcome = asked(running.address, "slow")
        running.send(signal.SIGTERM)
        time.sleep(0.3)
        unready = client.get("/readyz")
        late = client.get("/late")
    slow.join()
    assert running.ended() == 0
    assert unready.status_code == 503
    assert unready.json()["type"] == "/problems/not_ready"
    assert unready.headers["connection"] == "close"
    assert (late.status_code, outcome[0].text) == (200, "/slow")
    assert "closed" in running.process.stdout.read()


def test_a_service_that_does_nothing_ends_at_once_at_a_terminal(service) -> None:
    running = service()
    began = time.monotonic()
    running.send(signal.SIGINT)
    assert running.ended() == 0
    assert time.monotonic() - began < 5


def test_what_is_not_finished_in_time_is_answered_and_told_by_the_exit_code(service) -> None:
    running = service(1.0)
    hanging, outcome = asked(running.address, "hang")
    running.send(signal.SIGTERM)
    assert running.ended() == 1
    hanging.join()
    assert outcome[0].status_code == 503
    assert outcome[0].json()["title"] == "Not ready"


def test_a_thread_that_hangs_does_not_keep_the_process_alive(service) -> None:
    running = service(1.0)
    blocking, _ = asked(running.address, "block")
    running.send(signal.SIGTERM)
    assert running.ended() == 1
    blocking.join()


def test_who_connected_while_the_service_was_busy_is_heard_before_the_end(service) -> None:
    running = service()
    stalling, stalled = asked(running.address, "stall")
    running.send(signal.SIGINT)
    waiting = [asked(running.address, f"late{number}", pause=0.0) for number in range(40)]
    for thread, _ in waiting:
        thread.join()
    stalling.join()
    assert stalled[0].text == "/stall"
    assert [outcome[0].text for _, outcome in waiting] == [f"/late{n}" for n in range(40)]
    assert running.ended() == 0


def test_a_second_signal_ends_at_once(service) -> None:
    running = service(60.0)
    hanging, outcome = asked(running.address, "hang")
    running.send(signal.SIGTERM)
    time.sleep(0.3)
    assert running.process.poll() is None
    running.send(signal.SIGTERM)
    assert running.ended(5) == 128 + signal.SIGTERM
    hanging.join()
    assert isinstance(outcome[0], httpx.HTTPError)


def test_a_hang_up_loads_the_bundles_again_and_ends_nothing(service) -> None:
    running = service()
    running.send(signal.SIGHUP)
    assert running.process.stdout.readline() == "reload\n"
    assert httpx.get(running.address + "any").status_code == 200


def test_connections_without_a_request_are_closed_and_those_with_one_are_not(service) -> None:
    running = service(10.0, 0.5)
    host, port = running.address.removeprefix("http://").strip("/").split(":")
    silent = socket.create_connection((host, int(port)), timeout=10)
    halting = socket.create_connection((host, int(port)), timeout=10)
    halting.sendall(b"GET /readyz HTTP/1.1\r\nHost: x\r\n")
    slow, outcome = asked(running.address, "slow")
    assert silent.recv(1) == b""
    assert halting.recv(1) == b""
    slow.join()
    assert outcome[0].text == "/slow"
    silent.close()
    halting.close()


def test_an_application_that_does_not_start_is_told_without_its_words(service) -> None:
    running = service(1.0, 20.0, "broken")
    assert running.ended() == 1
    assert "SECRET" not in running.process.stderr.read()
