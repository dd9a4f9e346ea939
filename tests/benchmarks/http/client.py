"""The client, the same for all: threads with a kept connection each, on the loopback."""

import http.client
import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from dialects import Request

_HEADERS = {"Content-Type": "application/json"}
_PATIENCE = 90.0  # seconds that one answer may take
_MOST_FAILURES = 5  # of one client, then it gives up


@dataclass(slots=True)
class Outcome:
    """What came of a load.

    Args:
        seconds: That each answered request took.
        paragraphs: In the answered requests.
        elapsed: Seconds from the first request to the last answer.
        failures: Why requests were not answered.
    """

    seconds: list[float] = field(default_factory=list)
    paragraphs: int = 0
    elapsed: float = 0.0
    failures: list[str] = field(default_factory=list)


def outcome_of(
    port: int,
    requests: Sequence[Request],
    *,
    clients: int,
    seconds: float,
    answered: Callable[[bytes], int],
) -> Outcome:
    """Sends the requests over and over for so many seconds; what was begun is waited for.

    Args:
        port: Of the server.
        requests: In the order in which the clients together send them.
        clients: How many send at a time.
        seconds: After which none begins another request; each sends at least one.
        answered: Counts the paragraphs in an answer, to check the first one of each client.
    """
    shared = itertools.cycle(requests)
    begun = time.perf_counter()
    return _all_outcomes(port, shared, clients, begun + seconds, answered)


def outcome_of_each(
    port: int, requests: Iterator[Request], *, clients: int, answered: Callable[[bytes], int]
) -> Outcome:
    """Sends each request once."""
    return _all_outcomes(port, requests, clients, float("inf"), answered)


def _all_outcomes(
    port: int,
    requests: Iterator[Request],
    clients: int,
    end: float,
    answered: Callable[[bytes], int],
) -> Outcome:
    found = [Outcome() for _ in range(clients)]
    lock = threading.Lock()
    threads = [
        threading.Thread(target=_run, args=(port, requests, lock, end, answered, one), daemon=True)
        for one in found
    ]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Outcome(
        [second for one in found for second in one.seconds],
        sum(one.paragraphs for one in found),
        time.perf_counter() - begun,
        [failure for one in found for failure in one.failures],
    )


def _run(
    port: int,
    requests: Iterator[Request],
    lock: threading.Lock,
    end: float,
    answered: Callable[[bytes], int],
    outcome: Outcome,
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    while len(outcome.failures) < _MOST_FAILURES:
        with lock:
            request = next(requests, None)
        if request is None:
            break
        begun = time.perf_counter()
        try:
            body = sent(connection, request)
            finished = time.perf_counter()
            if not outcome.seconds and (found := answered(body)) != request.paragraphs:
                outcome.failures.append(f"{found} of {request.paragraphs} paragraphs answered")
            outcome.seconds.append(finished - begun)
            outcome.paragraphs += request.paragraphs
        except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as error:
            outcome.failures.append(str(error) or type(error).__name__)
            connection.close()
        if time.perf_counter() >= end:
            break
    connection.close()


def sent(connection: http.client.HTTPConnection, request: Request) -> bytes:
    """The answer's body.

    Raises:
        OSError: when there is no answer.
        HTTPException: when the answer is no 200.
    """
    connection.request("POST", request.path, request.body, _HEADERS)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != http.client.OK:
        raise http.client.HTTPException(f"status {answer.status}: {body[:120]!r}")
    return body
