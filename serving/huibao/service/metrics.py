"""What the service counts, in Prometheus' form: requests, waiting, the model's work, errors by name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ROUTE = "other"  # a client must not make series by asking for paths that do not exist

# A paragraph of 33 characters takes some milliseconds, a report of 300 pages most of a minute.
_REQUEST_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60)
_WINDOW_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2, 10, 30)
_WINDOW_TOKENS = (16, 32, 64, 96, 128, 192, 256, 384, 512)


class EngineFigures(Protocol):
    """What the engine tells of itself at the moment of a scrape."""

    @property
    def queued_tokens(self) -> int: ...
    @property
    def queued_windows(self) -> int: ...
    @property
    def waiting_jobs(self) -> int: ...
    @property
    def alive(self) -> int: ...
    @property
    def stuck(self) -> int: ...
    @property
    def tokens_per_second(self) -> float: ...


@dataclass(frozen=True, slots=True)
class BundleFigures:
    """A bundle that is in service: its names and the fingerprint of its label sets."""

    bundle: str
    version: str
    labels: str


class Metrics:
    """The figures of one app; each app has its own registry, so that two in a process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._add_requests()
        self._add_work()
        self._bundles = Gauge(
            "huibao_bundle_info",
            "The bundles in service; the value is always 1",
            ("bundle", "version", "labels"),
            registry=self.registry,
        )
        self._reloads = Counter(
            "huibao_reloads", "Bundles put in place", ("outcome",), registry=self.registry
        )

    def request_begun(self) -> None:
        """Counts a request that is being answered."""
        self._in_flight.inc()

    def request_done(
        self, route: str | None, method: str, status: int, seconds: float, *, body_bytes: int = 0
    ) -> None:
        """Counts an answered request.

        Args:
            route: The route's template, such as `/v1/read`; None where no route fits the path.
            method: As the client sent it.
            status: Of the answer.
            seconds: From the first byte of the request to the last of the answer.
            body_bytes: Size of the request's body.
        """
        self._in_flight.dec()
        known = method if method in METHODS else NO_ROUTE
        self._requests.labels(route or NO_ROUTE, known, str(status)).inc()
        self._seconds.labels(route or NO_ROUTE).observe(seconds)
        self._body_bytes.inc(body_bytes)

    def error(self, name: str) -> None:
        """Counts an error by its stable name: a reason of `FileError`, the name of a problem."""
        self._errors.labels(name).inc()

    def window_done(self, tokens: int, queued_seconds: float, model_seconds: float) -> None:
        """Counts a scored window, how long it waited and how long the model took."""
        self._window_tokens.observe(tokens)
        self._queued_seconds.observe(queued_seconds)
        self._model_seconds.observe(model_seconds)

    def job_refused(self, reason: str) -> None:
        """Counts a request that the queue did not take."""
        self._refused.labels(reason).inc()

    def worker_replaced(self, reason: str) -> None:
        """Counts a worker thread that died or hung."""
        self._replaced.labels(reason).inc()

    def reload_done(self, outcome: str) -> None:
        """Counts a bundle that was put in place or refused."""
        self._reloads.labels(outcome).inc()

    def bundles_are(self, bundles: Iterable[BundleFigures]) -> None:
        """Names the bundles in service, in the place of those before."""
        self._bundles.clear()
        for one in bundles:
            self._bundles.labels(one.bundle, one.version, one.labels).set(1)

    def engine_is(self, state: Callable[[], EngineFigures]) -> None:
        """Asks the engine at each scrape for what waits and who works."""
        told: dict[str, tuple[str, Callable[[], float]]] = {
            "queue_tokens": ("Tokens that wait for the model", lambda: state().queued_tokens),
            "queue_windows": ("Windows that wait for the model", lambda: state().queued_windows),
            "jobs": ("Requests with windows that are not scored yet", lambda: state().waiting_jobs),
            "workers_alive": ("Worker threads at work or idle", lambda: state().alive),
            "workers_stuck": ("Worker threads that hang in a window", lambda: state().stuck),
            "tokens_per_second": (
                "Measured speed of the model, all workers together",
                lambda: state().tokens_per_second,
            ),
        }
        for name, (help_text, value) in told.items():
            Gauge(f"huibao_{name}", help_text, registry=self.registry).set_function(value)

    def text(self) -> bytes:
        """All figures in Prometheus' text form, of type `CONTENT_TYPE`."""
        return generate_latest(self.registry)

    def _add_requests(self) -> None:
        registry = self.registry
        self._requests = Counter(
            "huibao_requests", "Answered requests", ("route", "method", "status"), registry=registry
        )
        self._seconds = Histogram(
            "huibao_request_seconds",
            "Seconds from request to answer",
            ("route",),
            buckets=_REQUEST_SECONDS,
            registry=registry,
        )
        self._in_flight = Gauge(
            "huibao_requests_in_flight", "Requests being answered", registry=registry
        )
        self._body_bytes = Counter(
            "huibao_request_body_bytes", "Bytes of the bodies of requests", registry=registry
        )
        self._errors = Counter("huibao_errors", "Errors by name", ("name",), registry=registry)

    def _add_work(self) -> None:
        registry = self.registry
        self._window_tokens = Histogram(
            "huibao_window_tokens",
            "Tokens of a scored window; _count is the number of windows",
            buckets=_WINDOW_TOKENS,
            registry=registry,
        )
        self._queued_seconds = Histogram(
            "huibao_window_queued_seconds",
            "Seconds that a window waited for a worker",
            buckets=_REQUEST_SECONDS,
            registry=registry,
        )
        self._model_seconds = Histogram(
            "huibao_window_model_seconds",
            "Seconds that the model took for a window",
            buckets=_WINDOW_SECONDS,
            registry=registry,
        )
        self._refused = Counter(
            "huibao_refused", "Requests the queue did not take", ("reason",), registry=registry
        )
        self._replaced = Counter(
            "huibao_workers_replaced", "Workers that died or hung", ("reason",), registry=registry
        )
