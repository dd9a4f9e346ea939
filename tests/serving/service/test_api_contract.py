"""The documents of the service say what it does: shapes, problems, keys."""

import httpx
import pytest

from huibao.jsonl import page_json
from huibao.reader import Reader
from huibao.service.contract import READ_PROBLEMS
from huibao.service.fields import known_paths
from huibao.service.problems import KINDS

REPORT = "云溪县2023年工作总结\n一、做法\n投入20万元，在学校举办培训班，覆盖3个县。\n"


def paths(entries: object, prefix: str = "") -> set[str]:
    """Every dot path that stands in a JSON value; free mappings are not looked into."""
    if isinstance(entries, list):
        return {path for entry in entries for path in paths(entry, prefix)}
    if not isinstance(entries, dict) or prefix in (
        "reports.fields.",
        "reports.blocks.entities.value.",
    ):
        return set()
    inside = {path for name, entry in entries.items() for path in paths(entry, f"{prefix}{name}.")}
    return inside | {f"{prefix}{name}" for name in entries}


def test_the_described_page_is_the_page_that_is_answered(reader: Reader) -> None:
    page = page_json(reader.read(f"{REPORT}\n\n{REPORT.replace('云溪', '柳湾')}"))
    found = paths(page)
    assert found <= known_paths()
    rare = {"furniture", "split_reason", "also", "alternatives", "coarse"}
    assert {path for path in known_paths() - found if not rare & set(path.split("."))} == set()


@pytest.fixture
def document(client: httpx.Client) -> dict:
    return client.get("/openapi.json").json()


def test_each_problem_of_a_route_stands_under_its_status_with_an_example(document: dict) -> None:
    responses = document["paths"]["/v1/read"]["post"]["responses"]
    told = {
        name: int(status)
        for status, response in responses.items()
        if status != "200"
        for name in response["content"]["application/problem+json"]["examples"]
    }
    assert told == {name: KINDS[name].status for name in READ_PROBLEMS}
    assert {400, 404, 413, 415, 422, 429, 503} <= set(told.values())
    for status in ("429", "503"):
        assert "Retry-After" in responses[status]["headers"]


def test_keys_stand_in_the_contract_only_where_they_are_asked_for(document: dict, serve) -> None:
    asked = {
        path
        for path, routes in document["paths"].items()
        if any("security" in one for one in routes.values())
    }
    assert asked == {"/v1/model/reload"}
    keyed = serve(keys="secret").get("/openapi.json").json()["paths"]
    for path, routes in keyed.items():
        for route in routes.values():
            assert ("security" in route) == path.startswith("/v1/")
            assert ("401" in route["responses"]) == path.startswith("/v1/")


def test_nothing_in_the_service_leads_elsewhere(client: httpx.Client) -> None:
    assert client.get("/docs").status_code == 404
    assert client.get("/redoc").status_code == 404


def test_labels_are_told_with_their_definitions(client: httpx.Client, reader: Reader) -> None:
    told = client.get("/v1/labels").json()
    assert told["fingerprint"] == reader.labels.fingerprint
    for labels in reader.labels:
        assert [one["id"] for one in told["sets"][labels.id]["labels"]] == list(labels.ids)
        assert all(one["definition"] for one in told["sets"][labels.id]["labels"])


def test_the_model_tells_what_it_is(client: httpx.Client, reader: Reader) -> None:
    told = client.get("/v1/model").json()
    assert (told["name"], told["labels"]) == (reader.bundle.name, reader.bundle.labels)
    assert told["window"] == {"size": 64, "overlap": 12, "path": 16}
    assert told["card"] == {"made": "by the tests"}
    assert client.get("/v1/model", params={"bundle": told["name"]}).json() == told


def test_other_origins_are_let_in_only_when_named(client: httpx.Client, serve) -> None:
    asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    assert "access-control-allow-origin" not in client.get("/healthz", headers=asked).headers
    open_to = serve(cors_origins="https://a.example")
    assert open_to.options("/v1/read", headers=asked).status_code == 200
    answer = open_to.get("/healthz", headers=asked)
    assert answer.headers["Access-Control-Allow-Origin"] == "https://a.example"
    other = open_to.get("/healthz", headers={"Origin": "https://b.example"})
    assert "access-control-allow-origin" not in other.headers


def test_metrics_count_routes_problems_and_windows(client: httpx.Client) -> None:
    client.post("/v1/classify", json={"text": "经费不足。"})
    client.post("/v1/classify", json={"texts": [" ", "经费不足。"]})
    client.get("/some/other/path")
    told = client.get("/metrics").text
    assert 'route="/v1/classify",status="200"' in told.replace('method="POST",', "")
    assert 'huibao_errors_total{name="empty_text"}' in told
    assert "/some/other/path" not in told
    assert 'huibao_bundle_info{bundle="stand-in"' in told
