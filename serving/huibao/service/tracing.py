"""Traces of requests by OpenTelemetry, where its packages are installed and an address is given.

Nothing is sent anywhere by default: spans are made only when the usual `OTEL_*` variables name an
exporter. A span has the route, sizes and times of a request, and of an error only its type.
"""

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from huibao import __version__
from huibao.errors import MissingExtraError
from huibao.service.logs import log_event

_ADDRESSES = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_EXPORTER = "OTEL_TRACES_EXPORTER"
_OFF = "OTEL_SDK_DISABLED"
_SERVICE = "huibao"

Attribute = str | int | float | bool


class Span(Protocol):
    """One stretch of work in a trace."""

    def tell(self, **attributes: Attribute) -> None:
        """Adds attributes; their dots are written as `__` (`http__route` is `http.route`)."""
        ...


class Tracing(Protocol):
    """Makes spans: one a request, and inside it one a step."""

    def request(self, name: str, headers: Mapping[str, str]) -> AbstractContextManager[Span]:
        """The span of a request; it continues the caller's trace when `headers` have one."""
        ...

    def step(self, name: str) -> AbstractContextManager[Span]:
        """A span inside the current one."""
        ...

    def stop(self) -> None:
        """Sends what is not sent yet."""
        ...


class NoTracing:
    """Makes no spans."""

    def request(self, name: str, headers: Mapping[str, str]) -> AbstractContextManager[Span]:
        """As in `Tracing`."""
        return _nothing()

    def step(self, name: str) -> AbstractContextManager[Span]:
        """As in `Tracing`."""
        return _nothing()

    def stop(self) -> None:
        """As in `Tracing`."""


def tracing_in_force(environment: Mapping[str, str] = os.environ) -> Tracing:
    """Spans to where the `OTEL_*` variables say, none where they say nothing or the extra is absent.

    `OTEL_TRACES_EXPORTER=console` writes spans to the standard error stream.
    """
    exporter = environment.get(_EXPORTER, "").lower()
    asked = exporter in {"otlp", "console"} or any(environment.get(name) for name in _ADDRESSES)
    if not asked or exporter == "none" or environment.get(_OFF, "").lower() == "true":
        return NoTracing()
    try:
        return _OpenTelemetry(console=exporter == "console")
    except ImportError:
        log_event(
            "no traces",
            logging.WARNING,
            reason=str(MissingExtraError("OpenTelemetry", "telemetry")),
        )
        return NoTracing()


class _OpenTelemetry:
    """Spans by the SDK, sent in batches by a thread of its own."""

    def __init__(self, *, console: bool) -> None:
        from opentelemetry.propagate import extract
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.trace import SpanKind

        name = {"service.name": os.environ.get("OTEL_SERVICE_NAME", _SERVICE)}
        self._provider = TracerProvider(resource=Resource.create(name))
        self._provider.add_span_processor(BatchSpanProcessor(_exporter(console=console)))
        self._tracer = self._provider.get_tracer(_SERVICE, __version__)
        self._extract, self._server = extract, SpanKind.SERVER

    @contextmanager
    def request(self, name: str, headers: Mapping[str, str]) -> Iterator[Span]:
        context = self._extract(headers)
        with self._span(name, context=context, kind=self._server) as span:
            yield span

    @contextmanager
    def step(self, name: str) -> Iterator[Span]:
        with self._span(name) as span:
            yield span

    def stop(self) -> None:
        self._provider.shutdown()

    @contextmanager
    def _span(self, name: str, **more: Any) -> Iterator[Span]:  # noqa: ANN401 (OpenTelemetry's own)
        # An exception's words may quote a document, so the SDK must not record them.
        quiet = {"record_exception": False, "set_status_on_exception": False}
        with self._tracer.start_as_current_span(name, **quiet, **more) as raw:
            span = _Told(raw)
            try:
                yield span
            except BaseException as error:
                span.tell(error__type=type(error).__name__)
                raise


class _Told:
    """A span of the SDK."""

    def __init__(self, span: Any) -> None:  # noqa: ANN401 (the SDK may be absent)
        self._span = span

    def tell(self, **attributes: Attribute) -> None:
        for name, value in attributes.items():
            self._span.set_attribute(name.replace("__", "."), value)


class _Untold:
    def tell(self, **attributes: Attribute) -> None:
        """Drops them."""


@contextmanager
def _nothing() -> Iterator[Span]:
    yield _Untold()


def _exporter(*, console: bool) -> Any:  # noqa: ANN401 (the SDK may be absent)
    if console:
        import sys

        from opentelemetry.sdk.trace.export import ConsoleSpanExporter

        return ConsoleSpanExporter(out=sys.stderr)
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter()
