"""Under load every request ends: with its answer, or with when to try again."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from huibao.reader import Reader


def longer(lines: int) -> str:
    """A report of so many lines, no two the same."""
    return "".join(f"第{n}期培训班覆盖{n * 7}个乡镇，投入{n}万元。\n" for n in range(lines))


LONG = longer(60)


class Gate:
    """A model that waits until it is let go."""

    def __init__(self, model) -> None:
        self.model, self.opened, self.scored = model, threading.Event(), 0
        self.opened.set()

    def score(self, windows):
        assert self.opened.wait(30)
        self.scored += len(windows)
        return self.model.score(windows)


@pytest.fixture
def gate(reader: Reader) -> Gate:
    made = Gate(reader.model)
    yield made
    made.opened.set()


@pytest.fixture
def gated(serve, reader: Reader, gate: Gate):
    def served(**settings: object) -> httpx.Client:
        client = serve(reader=Reader(reader.bundle, gate, reader.labels), **settings)
        gate.opened.clear()
        gate.scored = 0
        return client

    return served


def test_a_request_that_is_not_done_in_time_is_told_so(gated) -> None:
    client = gated(request_seconds=0.7)
    began = time.monotonic()
    answer = client.post("/v1/classify", json={"text": "经费不足。"})
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/deadline_passed")
    assert int(answer.headers["Retry-After"]) >= 1
    assert time.monotonic() - began < 5


def test_a_full_service_says_when_to_come_again(gated, gate: Gate) -> None:
    client = gated(workers=1, queue_tokens=2_000)
    with ThreadPoolExecutor(12) as pool:
        answers = [pool.submit(client.post, "/v1/read", json={"text": LONG}) for _ in range(12)]
        until = time.monotonic() + 10
        while time.monotonic() < until and not any(one.done() for one in answers):
            time.sleep(0.01)
        gate.opened.set()
        statuses = [one.result().status_code for one in answers]
        refused = [one.result() for one in answers if one.result().status_code != 200]
    assert set(statuses) <= {200, 429, 503}
    assert refused
    for answer in refused:
        assert answer.json()["type"] in ("/problems/overloaded", "/problems/too_much_for_now")
        assert int(answer.headers["Retry-After"]) >= 1
    assert client.post("/v1/read", json={"text": LONG}).status_code == 200


def test_a_request_that_never_could_be_done_in_time_is_too_large(gated, gate: Gate) -> None:
    client = gated(workers=1, request_seconds=2.0)
    answer = client.post("/v1/classify", json={"texts": [longer(10)] * 100})
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too_large")


def test_too_many_windows_are_too_large(serve) -> None:
    answer = serve(windows=10).post("/v1/read", json={"text": LONG})
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too_large")
    assert "at most 10" in answer.json()["detail"]


def test_work_for_a_client_that_has_gone_is_dropped(gated, gate: Gate) -> None:
    client = gated(workers=1)
    with pytest.raises(httpx.ReadTimeout):
        client.post("/v1/read", json={"text": LONG}, timeout=0.5)
    until = time.monotonic() + 5
    while time.monotonic() < until and 'status="499"' not in client.get("/metrics").text:
        time.sleep(0.05)
    gate.opened.set()
    assert client.post("/v1/classify", json={"text": "经费不足。"}).status_code == 200
    assert gate.scored <= 3  # the window in hand, and the one asked for afterwards
    assert "huibao_queue_tokens 0.0" in client.get("/metrics").text


def test_a_short_request_does_not_wait_for_a_long_one(gated, gate: Gate) -> None:
    client = gated(workers=1)
    gate.opened.set()
    with ThreadPoolExecutor(1) as pool:
        long = pool.submit(client.post, "/v1/read", json={"text": longer(180)})
        assert client.post("/v1/classify", json={"text": "经费不足。"}).status_code == 200
        assert long.result().status_code == 200


def test_the_answer_tells_where_the_time_went(client: httpx.Client) -> None:
    told = client.post("/v1/read", json={"text": LONG}).headers["Server-Timing"]
    assert [part.partition(";")[0] for part in told.split(", ")] == [
        "read",
        "queue",
        "model",
        "decide",
    ]


def test_the_log_has_a_line_a_request_and_no_word_of_it(serve, caplog) -> None:
    client = serve(keys="office:s3cret")
    with caplog.at_level("INFO", logger="huibao"):
        client.post(
            "/v1/read",
            files={"file": ("绝密.txt", "绝密文件内容。".encode())},
            headers={"Authorization": "Bearer s3cret", "X-Request-ID": "abc"},
        )
        time.sleep(0.1)
    (line,) = [
        record.said
        for record in caplog.records
        if getattr(record, "said", {}).get("request_id") == "abc"
    ]
    assert (line["route"], line["status"], line["key"], line["windows"]) == (
        "/v1/read",
        200,
        "office",
        1,
    )
    assert line["bytes_in"] > 0
    assert "绝密" not in repr([record.__dict__ for record in caplog.records])
    assert "s3cret" not in repr([record.__dict__ for record in caplog.records])
