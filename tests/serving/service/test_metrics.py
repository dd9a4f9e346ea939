"""The figures of the service in Prometheus' form."""

from types import SimpleNamespace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from huibao.service.metrics import BundleFigures, Metrics


def figures(metrics: Metrics) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """All samples by name and labels."""
    families = text_string_to_metric_families(metrics.text().decode())
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def total(metrics: Metrics, name: str, /, **labels: str) -> float:
    return figures(metrics).get((name, tuple(sorted(labels.items()))), 0.0)


def test_a_request_is_counted_by_route_method_and_status() -> None:
    metrics = Metrics()
    for status in (200, 200, 422):
        metrics.request_begun()
        metrics.request_done("/v1/read", "POST", status, 0.03, body_bytes=10)
    assert (
        total(metrics, "huibao_requests_total", route="/v1/read", method="POST", status="200") == 2
    )
    assert total(metrics, "huibao_request_seconds_count", route="/v1/read") == 3
    assert total(metrics, "huibao_request_seconds_bucket", route="/v1/read", le="0.02") == 0
    assert total(metrics, "huibao_request_seconds_bucket", route="/v1/read", le="0.05") == 3
    assert total(metrics, "huibao_request_body_bytes_total") == 30
    assert total(metrics, "huibao_requests_in_flight") == 0


def test_paths_and_methods_that_do_not_exist_make_no_series_of_their_own() -> None:
    metrics = Metrics()
    before = len(figures(metrics))
    for number in range(50):
        metrics.request_begun()
        metrics.request_done(None, f"METHOD{number}", 404, 0.001)
    assert (
        total(metrics, "huibao_requests_total", route="other", method="other", status="404") == 50
    )
    assert len(figures(metrics)) - before < 30


def test_windows_and_workers_are_counted_as_the_engine_tells_them() -> None:
    metrics = Metrics()
    metrics.window_done(33, 0.004, 0.002)
    metrics.window_done(250, 0.5, 0.012)
    metrics.job_refused("overloaded")
    metrics.worker_replaced("stuck")
    assert total(metrics, "huibao_window_tokens_count") == 2
    assert total(metrics, "huibao_window_tokens_sum") == 283
    assert total(metrics, "huibao_window_model_seconds_sum") == pytest.approx(0.014)
    assert total(metrics, "huibao_window_queued_seconds_bucket", le="0.005") == 1
    assert total(metrics, "huibao_refused_total", reason="overloaded") == 1
    assert total(metrics, "huibao_workers_replaced_total", reason="stuck") == 1


def test_what_waits_is_asked_for_at_each_scrape() -> None:
    metrics, state = (
        Metrics(),
        SimpleNamespace(
            queued_tokens=0,
            queued_windows=0,
            waiting_jobs=0,
            alive=2,
            stuck=0,
            tokens_per_second=9.5,
        ),
    )
    metrics.engine_is(lambda: state)
    state.queued_tokens = 1200
    assert total(metrics, "huibao_queue_tokens") == 1200
    assert total(metrics, "huibao_workers_alive") == 2
    assert total(metrics, "huibao_tokens_per_second") == 9.5


def test_a_new_bundle_takes_the_place_of_the_old_one() -> None:
    metrics = Metrics()
    metrics.bundles_are([BundleFigures("small", "1", "abc")])
    metrics.bundles_are([BundleFigures("small", "2", "abc")])
    metrics.reload_done("done")
    assert total(metrics, "huibao_bundle_info", bundle="small", version="2", labels="abc") == 1
    assert total(metrics, "huibao_bundle_info", bundle="small", version="1", labels="abc") == 0
    assert total(metrics, "huibao_reloads_total", outcome="done") == 1


def test_errors_are_counted_by_name() -> None:
    metrics = Metrics()
    metrics.error("encrypted")
    assert total(metrics, "huibao_errors_total", name="encrypted") == 1


def test_two_apps_in_one_process_do_not_share_their_figures() -> None:
    one, other = Metrics(), Metrics()
    one.error("corrupt")
    assert total(other, "huibao_errors_total", name="corrupt") == 0
    assert b"process_resident_memory_bytes" in other.text()
