"""Starts a server, puts it under each load and notes the figures."""

import http.client
import math
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from client import Outcome, outcome_of, outcome_of_each, sent
from dialects import Request
from loads import Load, mixed
from processes import ProcessTree, clock, running
from servers import Server
from texts import Texts

_SECONDS_TO_START = 150.0
_LOOK = 0.02  # seconds between two looks whether a server answers
_STEPS = 5  # looks at the memory during the mixed requests


@dataclass(frozen=True, slots=True)
class LoadFigures:
    """What one server did under one load.

    Args:
        paragraphs_per_second: Answered, by the clock on the wall.
        p50: Milliseconds in which half of the requests were answered.
        p99: Milliseconds in which 99 of a hundred were.
        cpu_seconds: Of the server's whole process tree, a thousand paragraphs.
        requests: That were answered.
        failures: Why others were not.
        clock: Speed of a core before the load, see `processes.clock`.
    """

    paragraphs_per_second: float
    p50: float
    p99: float
    cpu_seconds: float
    requests: int
    failures: tuple[str, ...]
    clock: float


@dataclass(slots=True)
class ServerFigures:
    """All figures of a server; sizes in MB, `ready` in seconds, `soaked` after mixed requests."""

    name: str
    about: str
    installed: float = math.nan
    ready: float = math.nan
    memory: float = math.nan
    peak: float = math.nan
    loads: dict[str, LoadFigures] = field(default_factory=dict)
    soaked: list[tuple[int, float]] = field(default_factory=list)
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured of each server.

    Args:
        loads: The load shapes.
        seconds: Of each.
        starts: How often it is started; the fastest counts.
        soak: Mixed requests after the loads, between which memory is looked at; 0 for none.
    """

    loads: Sequence[Load]
    seconds: float
    starts: int
    soak: int = 0


class NotReadyError(Exception):
    """A server ended or gave no answer in time."""


def figures_of(
    server: Server, plan: Plan, texts: Texts, log: Path, say: Callable[[str], None]
) -> ServerFigures:
    """Everything about one server; a fault of its own ends up in its figures."""
    figures = ServerFigures(server.name, server.about, installed=server.megabytes())
    starts = []
    try:
        for _ in range(plan.starts - 1):
            with started(server, texts, log) as (_, _, seconds):
                starts.append(seconds)
        with started(server, texts, log) as (tree, port, seconds):
            figures.ready = min(*starts, seconds, math.inf)
            figures.memory = tree.resident()
            for load in plan.loads:
                figures.loads[load.name] = _under(load, server, tree, port, texts, plan.seconds)
                say(f"{server.name}, {load.name}: {_short(figures.loads[load.name])}")
            if plan.soak:
                figures.soaked = _soaked(server, tree, port, texts, plan.soak)
            figures.peak = tree.peak()
    except (NotReadyError, OSError) as error:
        figures.fault = str(error)
        say(f"{server.name}: {error}")
    return figures


@contextmanager
def started(server: Server, texts: Texts, log: Path) -> Iterator[tuple[ProcessTree, int, float]]:
    """A server that answers, its port, and the seconds from its start to its first answer."""
    port = _free_port()
    first = server.dialect.of_paragraphs(texts.lines[:1])
    begun = time.perf_counter()
    with running(
        server.command(port), server.environment | {"HUIBAO_PORT": str(port)}, log
    ) as tree:
        while not _answers(port, first):
            if tree.leader.poll() is not None:
                raise NotReadyError(f"ended with {tree.leader.returncode}, see {log}")
            if time.perf_counter() - begun > _SECONDS_TO_START:
                raise NotReadyError(f"no answer within {_SECONDS_TO_START:.0f} s, see {log}")
            time.sleep(_LOOK)
        yield tree, port, time.perf_counter() - begun


def _answers(port: int, request: Request) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS_TO_START)
    try:
        sent(connection, request)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _under(
    load: Load, server: Server, tree: ProcessTree, port: int, texts: Texts, seconds: float
) -> LoadFigures:
    requests, speed = load.requests(texts, server.dialect), clock()
    spent = tree.cpu_seconds()
    outcome = outcome_of(
        port,
        requests,
        clients=load.clients,
        seconds=seconds,
        answered=server.dialect.answered,
    )
    spent = tree.cpu_seconds() - spent
    return LoadFigures(
        outcome.paragraphs / outcome.elapsed,
        1000 * _quantile(outcome.seconds, 0.50),
        1000 * _quantile(outcome.seconds, 0.99),
        1000 * spent / outcome.paragraphs if outcome.paragraphs else math.nan,
        len(outcome.seconds),
        tuple(outcome.failures),
        speed,
    )


def _soaked(
    server: Server, tree: ProcessTree, port: int, texts: Texts, count: int
) -> list[tuple[int, float]]:
    """Requests answered so far and resident MB, before, between and after mixed requests."""
    requests = iter(mixed(texts, server.dialect, count))
    seen, done = [(0, tree.resident())], 0
    for _ in range(_STEPS):
        step = [next(requests) for _ in range(count // _STEPS)]
        outcome: Outcome = outcome_of_each(
            port, iter(step), clients=8, answered=server.dialect.answered
        )
        done += len(outcome.seconds)
        seen.append((done, tree.resident()))
    return seen


def _quantile(seconds: Sequence[float], share: float) -> float:
    """The smallest time that so large a share of the times does not exceed."""
    if not seconds:
        return math.nan
    return sorted(seconds)[math.ceil(share * len(seconds)) - 1]


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


def _short(figures: LoadFigures) -> str:
    failed = f", {len(figures.failures)} failed: {figures.failures[0]}" if figures.failures else ""
    return (
        f"{figures.paragraphs_per_second:.1f} paragraphs/s, p50 {figures.p50:.1f} ms, "
        f"{figures.cpu_seconds:.1f} CPU-s a 1,000{failed}"
    )
