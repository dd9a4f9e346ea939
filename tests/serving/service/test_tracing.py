"""Traces are made only where their packages are and an address is given, and hold no words of errors."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

import huibao
from huibao.service.tracing import NoTracing, tracing_in_force

SOURCES = Path(huibao.__file__).resolve().parents[1]
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
FAILING = f"""
from huibao.service.tracing import tracing_in_force
tracing = tracing_in_force()
try:
    with tracing.request("request", {{"traceparent": "{PARENT}"}}) as span:
        span.tell(http__route="/v1/read", huibao__windows=3)
        with tracing.step("model"):
            raise ValueError("SECRET")
except ValueError:
    pass
tracing.stop()
"""


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"},
    ],
)
def test_nothing_is_traced_unless_an_address_is_given(variables) -> None:
    assert isinstance(tracing_in_force(variables), NoTracing)


def test_without_its_packages_the_service_goes_on_and_names_the_command(
    monkeypatch, caplog
) -> None:
    monkeypatch.setattr(logging.getLogger("huibao"), "propagate", True)
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.resources", None)
    tracing = tracing_in_force({"OTEL_TRACES_EXPORTER": "otlp"})
    assert isinstance(tracing, NoTracing)
    assert "huibao[telemetry]" in caplog.records[0].said["reason"]


def test_where_nothing_is_traced_the_work_is_done_and_its_errors_pass() -> None:
    tracing = NoTracing()

    def failing() -> None:
        with tracing.request("request", {}) as span, tracing.step("model"):
            span.tell(http__route="/v1/read")
            raise ValueError("as it was")

    with pytest.raises(ValueError, match="as it was"):
        failing()
    tracing.stop()


def test_a_trace_continues_the_callers_and_has_the_type_of_an_error_only() -> None:
    pytest.importorskip("opentelemetry.sdk")
    variables = {"PYTHONPATH": str(SOURCES), "OTEL_TRACES_EXPORTER": "console"}
    done = subprocess.run(
        [sys.executable, "-c", FAILING],
        env=os.environ | variables,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    decoder, spans, rest = json.JSONDecoder(), [], done.stderr.strip()
    while rest:
        span, end = decoder.raw_decode(rest)
        spans.append(span)
        rest = rest[end:].strip()
    step, request = spans
    assert request["parent_id"] == "0xb7ad6b7169203331"
    assert step["parent_id"] == request["context"]["span_id"]
    assert request["attributes"] == {
        "http.route": "/v1/read",
        "huibao.windows": 3,
        "error.type": "ValueError",
    }
    assert "SECRET" not in done.stderr
