"""The service as a model of Label Studio's: what it calls, what it gets, what is refused."""

import base64
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from huibao.exchange.labelstudio.config import labelstudio_config
from huibao.exchange.record import ASKED, Stamp
from huibao.reader import Reader

TEXT = "😀全县投入20万元，在𠮷祥县举办培训班5期。"


@pytest.fixture
def config(reader: Reader) -> str:
    """The configuration of a project with all our labels."""
    return labelstudio_config(reader.labels, Stamp(0, reader.labels.fingerprint, ASKED))


@pytest.fixture
def model(serve: Callable[..., httpx.Client]) -> httpx.Client:
    return serve(labelstudio=True)


def setup_of(schema: str, **more: Any) -> dict[str, Any]:
    said = {"hostname": "http://127.0.0.1:8181", "access_token": "t0ken", "extra_params": None}
    return {"project": "1.1795309766", "schema": schema} | said | more


def predict_of(config: str, *texts: str) -> dict[str, Any]:
    tasks = [
        {"id": n, "data": {"text": text, "place": "a@0"}, "meta": {}, "annotations": [{"id": 1}]}
        for n, text in enumerate(texts)
    ]
    params = {"login": None, "password": None, "context": None}
    return {"tasks": tasks, "project": "1.1", "label_config": config, "params": params}


def test_the_routes_are_there_only_where_they_were_asked_for(client: httpx.Client) -> None:
    assert client.get("/labelstudio/health").status_code == 404
    assert not any("labelstudio" in path for path in client.get("/openapi.json").json()["paths"])


def test_a_project_with_our_ids_is_taken_on(model: httpx.Client, config: str, reader: Reader):
    assert model.get("/labelstudio/health").json()["status"] == "UP"
    answer = model.post("/labelstudio/setup", json=setup_of(config))
    version = answer.json()["model_version"]
    assert answer.status_code == 200
    assert reader.labels.fingerprint in version
    assert model.get("/labelstudio/versions").json() == {"versions": [version]}
    told = model.get("/labelstudio/health").json()
    assert told["projects"] == [{"project": "1.1795309766", "refused": None}]


REFUSED = [
    ("an alias that is no id", ("alias=\"plan\"", "alias=\"做法\""), "roles: '做法' is no label in force"),
    ("no alias", (' alias="plan"', ""), "has no alias with one of our ids"),
    ("a control of another name", ('name="roles"', 'name="role"'), "control 'role' is named like none"),
    ("choices for spans", ('<Choices name="roles"', '<Labels name="roles"'), "not XML"),
    ("no XML", ("<View>", "<View"), "not XML"),
    ("entities of its own", ("<View>", '<!DOCTYPE x [<!ENTITY a "b">]><View>'), "document type"),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "told"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_a_configuration_that_stores_other_words_is_refused_with_the_reason(
    model: httpx.Client, config: str, edit: tuple[str, str], told: str, caplog
) -> None:
    assert edit[0] in config
    answer = model.post("/labelstudio/setup", json=setup_of(config.replace(*edit)))
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/config_refused"
    assert told in answer.json()["detail"]
    assert told in model.get("/labelstudio/health").json()["projects"][0]["refused"]
    said = [record.said["reason"] for record in caplog.records if hasattr(record, "said")]
    assert any(told in reason for reason in said)
    assert "t0ken" not in caplog.text
    assert model.post("/labelstudio/predict", json=predict_of(config.replace(*edit), TEXT)).status_code == 422  # fmt: skip


def test_tasks_are_filled_in_as_the_reader_reads_them(
    model: httpx.Client, config: str, reader: Reader
) -> None:
    answer = model.post(
        "/labelstudio/predict", json=predict_of(config, TEXT, " ", "经费不足，问题")
    )
    first, blank, third = answer.json()["results"]
    marks = [one for one in first["result"] if one["type"] == "labels"]
    assert {one["from_name"] for one in first["result"]} == {"roles", "categories", "entities"}
    for mark in marks:
        value = mark["value"]
        assert TEXT[value["start"] : value["end"]] == value["text"]
        assert mark["to_name"] == "text"
    assert [one["value"]["text"] for one in marks if one["value"]["labels"] == ["MONEY"]] == [
        "20万元"
    ]
    assert first["result"][1]["value"]["choices"] == ["cadre_study"]
    assert (blank["score"], blank["result"]) == (0.0, [])
    assert third["result"][0]["value"]["choices"] == ["problems"]
    assert 0 < first["score"] <= 1
    (said,) = reader.read(f"标题\n{TEXT}\n").annotations
    assert {one.text for one in said.blocks[-1].entities} >= {one["value"]["text"] for one in marks}


def test_labels_that_are_not_on_the_screen_are_not_sent(model: httpx.Client, reader: Reader):
    narrow = labelstudio_config(reader.labels, Stamp(0, "x", ("roles", "entities")))
    narrow = "\n".join(line for line in narrow.splitlines() if 'alias="MONEY"' not in line)
    (said,) = model.post("/labelstudio/predict", json=predict_of(narrow, TEXT)).json()["results"]
    assert {one["from_name"] for one in said["result"]} == {"roles", "entities"}
    assert "MONEY" not in json.dumps(said)


def test_the_webhook_notes_that_there_is_news(model: httpx.Client) -> None:
    assert model.get("/labelstudio/health").json()["news"] is None
    event = {"action": "ANNOTATION_CREATED", "annotation": {"id": 1}, "project": {"id": 1}}
    assert model.post("/labelstudio/webhook", json=event).status_code == 200
    assert model.post("/labelstudio/webhook", json=event).status_code == 200
    assert model.get("/labelstudio/health").json()["news"].startswith("20")


def test_a_key_is_the_password_of_basic_authentication(serve, config: str) -> None:
    keyed = serve(labelstudio=True, keys="office:s3cret")
    refused = keyed.get("/labelstudio/health")
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Basic")
    for wrong in (("labelstudio", "guess"), ("s3cret", ""), ("", "office:s3cret")):
        assert keyed.get("/labelstudio/health", auth=wrong).status_code == 401
    for broken in ("Basic ***", "Basic", "Basic " + base64.b64encode(b"\xff:\xfe").decode()):
        assert (
            keyed.get("/labelstudio/health", headers={"Authorization": broken}).status_code == 401
        )
    answer = keyed.post("/labelstudio/setup", json=setup_of(config), auth=("any", "s3cret"))
    assert answer.status_code == 200
    routes = keyed.get("/openapi.json").json()["paths"]
    told = [one for path, each in routes.items() for one in each.values() if "labelstudio" in path]
    assert len(told) == 5
    assert [one["security"] for one in told if "security" in one] == [
        [{"key": []}, {"login": []}]
    ] * 4
    # Label Studio's own hooks send no password.
    assert keyed.post("/labelstudio/webhook", json={"action": "X"}).status_code == 200


def test_each_project_is_remembered_once_and_not_without_end(model: httpx.Client, config: str):
    for number in range(120):
        model.post("/labelstudio/setup", json=setup_of("<View/>", project=f"{number % 110}.1"))
    projects = [one["project"] for one in model.get("/labelstudio/health").json()["projects"]]
    assert len(projects) == len(set(projects)) == 100
    assert projects[-1] == "9.1"
