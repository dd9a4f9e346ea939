"""Every problem has its status, its stable type and the id of its request, and no word of a text."""

import json

import httpx
import pytest

from huibao.errors import FILE_REASONS
from huibao.service.problems import KINDS

JSON = {"Content-Type": "application/json"}
SECRET = "绝密绝密绝密"


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "kind"),
    [
        ("POST", "/v1/read", {"content": b"{", "headers": JSON}, 400, "bad_request"),
        ("POST", "/v1/read", {"content": b"[" * 100_000, "headers": JSON}, 400, "bad_request"),
        ("POST", "/v1/read", {"content": b'{"text": NaN}', "headers": JSON}, 400, "bad_request"),
        ("POST", "/v1/read", {"content": b'{"text": "\xff"}', "headers": JSON}, 400, "bad_request"),
        ("POST", "/v1/read", {"content": b"9" * 5000, "headers": JSON}, 400, "bad_request"),
        ("POST", "/v1/read", {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 400, "bad_request"),
        ("POST", "/v1/read", {"content": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=y"}}, 400, "bad_request"),
        ("POST", "/v1/model/reload", {}, 401, "unauthorized"),
        ("GET", "/v2/read", {}, 404, "not_found"),
        ("GET", "/v1/read/", {}, 404, "not_found"),
        ("GET", "/v1/model?bundle=other", {}, 404, "not_found"),
        ("POST", "/v1/classify?bundle=other", {"json": {"text": "a"}}, 404, "not_found"),
        ("GET", "/problems/other", {}, 404, "not_found"),
        ("GET", "/v1/read", {}, 405, "method_not_allowed"),
        ("POST", "/v1/read", {"json": {"texts": ["a"] * 300}}, 413, "too_large"),
        ("POST", "/v1/read", {"json": {"text": "长" * 2_000_001}}, 413, "too_large"),
        ("POST", "/v1/read", {"files": [("file", ("a", b"a"))] * 17}, 413, "too_large"),
        ("POST", "/v1/read", {"files": [("file", ("a", b"a"))] * 40}, 413, "too_large"),
        ("POST", "/v1/read", {"content": b"x" * 33 * 2**20, "headers": JSON}, 413, "too_large"),
        ("POST", "/v1/read", {"content": b"text"}, 415, "unsupported_media_type"),
        ("POST", "/v1/entities", {"files": {"file": ("a", b"a")}}, 415, "unsupported_media_type"),
        ("POST", "/v1/read", {"files": {"file": ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(99))}}, 422, "needs_ocr"),
        ("POST", "/v1/read", {"files": {"file": ("a.rar", b"Rar!\x1a\x07" + bytes(99))}}, 415, "unsupported_type"),
        ("POST", "/v1/read", {"files": {"file": ("a.txt", b"")}}, 422, "empty_text"),
        ("POST", "/v1/read", {"files": {"other": ("a.txt", b"a")}}, 422, "invalid_request"),
        ("POST", "/v1/read", {"files": {"file": (None, b"a")}}, 422, "invalid_request"),
        ("POST", "/v1/read", {"json": {"text": " \n"}}, 422, "empty_text"),
        ("POST", "/v1/read", {"json": {}}, 422, "invalid_request"),
        ("POST", "/v1/read", {"json": []}, 422, "invalid_request"),
        ("POST", "/v1/read", {"json": {"text": 5}}, 422, "invalid_request"),
        ("POST", "/v1/read", {"json": {"texts": []}}, 422, "invalid_request"),
        ("POST", "/v1/read", {"json": {"text": "a", "texts": ["b"]}}, 422, "invalid_request"),
        ("POST", "/v1/read?persons=perhaps", {"json": {"text": "a"}}, 422, "invalid_request"),
        ("POST", "/v1/read?format=pdf", {"json": {"text": "a"}}, 422, "invalid_request"),
        ("POST", "/v1/read?format=html", {"json": {"texts": ["a"]}}, 422, "invalid_request"),
        ("POST", "/v1/read?format=xlsx&fields=text", {"json": {"text": "a"}}, 422, "invalid_request"),
        ("POST", "/v1/classify", {"json": {"text": "a", "path": "b"}}, 422, "invalid_request"),
    ],
)  # fmt: skip
def test_each_fault_has_its_status_and_its_type(
    client: httpx.Client, method: str, path: str, sent: dict, status: int, kind: str
) -> None:
    answer = client.request(method, path, **sent)
    assert (answer.status_code, answer.headers["Content-Type"]) == (
        status,
        "application/problem+json",
    ), answer.text
    told = answer.json()
    assert told["type"] == f"/problems/{kind}"
    assert told["status"] == status == KINDS[kind].status
    assert told["instance"] == path.partition("?")[0]
    assert told["request_id"] == answer.headers["X-Request-ID"]
    assert told["detail"].endswith(".")


@pytest.mark.parametrize(
    "body",
    [
        {SECRET: 1},
        {"text": [SECRET]},
        {"texts": [{"a": SECRET}]},
        {"text": SECRET, SECRET: 1},
        {"text": SECRET, "texts": [SECRET]},
        {"texts": SECRET},
    ],
)
def test_a_problem_never_repeats_what_was_sent(client: httpx.Client, body: dict) -> None:
    answer = client.post("/v1/read", json=body)
    assert answer.status_code == 422
    assert SECRET not in json.dumps(answer.json(), ensure_ascii=False)


def test_the_faulty_member_is_pointed_at(client: httpx.Client) -> None:
    errors = client.post("/v1/read", json={"texts": ["a", 5]}).json()["errors"]
    assert [error["pointer"] for error in errors] == ["#/texts/1"]


def test_every_problem_has_a_page_that_explains_it(client: httpx.Client) -> None:
    for kind in KINDS.values():
        page = client.get(kind.type)
        assert page.status_code == 200
        assert kind.about.split("`")[0][:20] in page.text


def test_every_reason_of_the_reader_is_a_problem_of_the_same_name() -> None:
    assert set(FILE_REASONS) <= set(KINDS)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("abc-1.2:3_X", True), ("", False), ("a b", False), ("a" * 65, False), ("é", False)],
)
def test_a_request_id_is_kept_when_it_is_plain_and_made_when_not(
    client: httpx.Client, sent: str, kept: bool
) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": sent.encode("latin-1")})
    assert (answer.headers["X-Request-ID"] == sent) is kept
    assert answer.headers["X-Request-ID"]


def test_a_wrong_method_is_told_the_right_ones(client: httpx.Client) -> None:
    assert client.get("/v1/read").headers["Allow"] == "POST"
    assert client.delete("/healthz").headers["Allow"] == "GET"


class Broken:
    """A model that comes up and then fails on some windows and quotes them."""

    def __init__(self, model) -> None:
        self.model, self.is_broken = model, False

    def score(self, windows):
        if self.is_broken and any(len(window.starts) == 7 for window in windows):
            raise RuntimeError(SECRET)
        return self.model.score(windows)


@pytest.fixture
def broken(serve, reader) -> httpx.Client:
    from huibao.reader import Reader

    model = Broken(reader.model)
    client = serve(reader=Reader(reader.bundle, model, reader.labels))
    model.is_broken = True
    return client


def test_a_fault_of_the_service_tells_only_the_request_id(broken: httpx.Client, caplog) -> None:
    answer = broken.post("/v1/entities", json={"text": "七个字符的文本"})
    assert answer.status_code == 500
    assert set(answer.json()) == {"type", "title", "status", "detail", "instance", "request_id"}
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text


def test_a_fault_of_one_item_does_not_fail_its_neighbours(broken: httpx.Client) -> None:
    sent = {"texts": ["经费不足。", "七个字符的文本", "获得表彰"]}
    for path, part in (
        ("/v1/read", "page"),
        ("/v1/classify", "role"),
        ("/v1/entities", "entities"),
    ):
        first, second, third = broken.post(path, json=sent).json()["answers"]
        assert second["problem"]["type"] == "/problems/internal"
        assert part in first
        assert part in third
