"""The review over HTTP: sessions, the list, saving, undo, and what is refused.

`HUIBAO_TEST_SAVES=500` has each of two browsers save so often; without it 40 times.
"""

import contextlib
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from review_desk import REPORT, write_desk

from huibao.decisions import read_decisions
from huibao.errors import LabelError
from huibao.reader import Reader
from huibao.service.app import create_app
from huibao.service.settings import Settings

PHRASE = "correct horse"
SAVES = int(os.environ.get("HUIBAO_TEST_SAVES", "40"))
Browser = Callable[..., httpx.Client]


@pytest.fixture
def folder(tmp_path: Path, reader: Reader) -> Path:
    return write_desk(tmp_path / "labels", reader, {"a.txt": REPORT}, pass_phrase=PHRASE)


@pytest.fixture
def browser(serve: Callable[..., httpx.Client], folder: Path) -> Iterator[Browser]:
    """Opens further browsers at one service, logged in if a person is named."""
    base = serve(review_folder=folder).base_url
    with contextlib.ExitStack() as stack:

        def opened(person: str | None = None, pass_phrase: str | None = None) -> httpx.Client:
            client = stack.enter_context(httpx.Client(base_url=base, timeout=30))
            if person:
                sent = {"person": person, "pass_phrase": pass_phrase}
                assert client.post("/v1/review/session", json=sent).status_code == 200
            return client

        yield opened


@pytest.fixture
def zhang(browser: Browser) -> httpx.Client:
    return browser("zhang")


def answer(client: httpx.Client, item: dict[str, Any], **said: Any) -> httpx.Response:
    """Saves an answer to an item as the page would."""
    whole = client.get(f"/v1/review/items/{item['id']}").json()
    answers = {key: said.pop(key) for key in ("roles", "categories") if key in said}
    sent = {
        "item": item["id"],
        "place": item["place"],
        "text_sha": whole["block"]["text_sha"],
        "label_version": whole["label_set"]["version"],
        "answers": answers,
    }
    return client.post("/v1/review/decisions", json=sent | said)


def test_a_block_is_asked_answered_and_taken_back(zhang: httpx.Client, folder: Path):
    queue = zhang.get("/v1/review/queue", params={"n": 5}).json()
    assert queue["position"] == 1
    assert queue["of"] == len(queue["items"])
    first = queue["items"][0]
    whole = zhang.get(f"/v1/review/items/{first['id']}").json()
    sent = {
        "item": first["id"],
        "place": first["place"],
        "text_sha": whole["block"]["text_sha"],
        "label_version": whole["label_set"]["version"],
        "answers": {"roles": "plan", "categories": {"yes": [], "no": "rest"}},
        "seconds": 4.0,
    }
    saved = zhang.post("/v1/review/decisions", json=sent).json()
    assert len(saved["stored"]) == 2
    assert saved["next"]["id"] == queue["items"][1]["id"]
    assert (folder / "decisions/zhang.jsonl").read_text("utf-8").count("\n") == 2
    again = zhang.get(f"/v1/review/items/{first['id']}").json()
    assert again["answers"]["roles"]["mine"]["value"] == "plan"
    back = zhang.post("/v1/review/undo", json={}).json()
    assert back["item"]["id"] == first["id"]
    again = zhang.get(f"/v1/review/items/{first['id']}").json()
    assert again["answers"]["roles"]["mine"] is None
    assert zhang.post("/v1/review/undo", json={}).status_code == 409


def test_who_has_not_logged_in_sees_nothing_but_the_names(browser: Browser):
    client = browser()
    people = client.get("/v1/review/people").json()
    assert people == {
        "people": [
            {"id": "zhang", "name": "张三", "head": False},
            {"id": "li", "name": "李四", "head": False},
            {"id": "wang", "name": "王五", "head": True},
        ],
        "head_needs_pass_phrase": True,
    }
    for path in (
        "session",
        "queue",
        "pages",
        "labels",
        "statistics",
        "changes",
        "export",
        "backup",
    ):
        refused = client.get(f"/v1/review/{path}")
        assert (refused.status_code, refused.json()["type"]) == (401, "/problems/no_session")
    client.cookies.set("huibao_review", "made-up")
    assert client.get("/v1/review/queue").status_code == 401


LOGINS = [
    ({"person": "nobody"}, 404, "not_found"),
    ({"person": "wang", "pass_phrase": "wrong one"}, 403, "wrong_pass_phrase"),
    ({"person": "zhang", "pass_phrase": PHRASE}, 403, "wrong_pass_phrase"),
    ({"person": "zhang", "admin": True}, 422, "invalid_request"),
]


@pytest.mark.parametrize(("sent", "status", "problem"), LOGINS)
def test_a_login_that_is_refused(browser: Browser, sent: dict, status: int, problem: str):
    told = browser().post("/v1/review/session", json=sent)
    assert (told.status_code, told.json()["type"]) == (status, f"/problems/{problem}")
    assert "set-cookie" not in told.headers


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(browser: Browser, folder: Path):
    client = browser()
    told = client.post("/v1/review/session", json={"person": "wang", "pass_phrase": PHRASE})
    assert told.json() == {"person": {"id": "wang", "name": "王五", "head": True}, "head": True}
    cookie = told.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=strict", "path=/v1/review"))
    assert client.get("/v1/review/session").json()["head"] is True
    token = client.cookies["huibao_review"]
    assert token not in (folder / "work.sqlite").read_bytes().decode("latin-1")
    for sent in ({"content": "{}"}, {"data": {"why": "x"}}):  # what a form of another site can send
        assert client.post("/v1/review/changes/undo", **sent).status_code == 415
    assert client.delete("/v1/review/session").json() == {"ended": True}
    assert client.get("/v1/review/session").status_code == 401


def test_head_without_the_pass_phrase_is_one_of_many(browser: Browser):
    client = browser()
    assert client.post("/v1/review/session", json={"person": "wang"}).json()["head"] is False
    for path, body in (("changes/apply", {"yaml": "op: add"}), ("changes/undo", {"why": "x"})):
        assert client.post(f"/v1/review/{path}", json=body).status_code == 403
    assert client.get("/v1/review/backup").json()["type"] == "/problems/head_only"


def test_a_blind_block_tells_neither_the_model_s_word_nor_others(
    zhang: httpx.Client, browser: Browser, folder: Path
):
    items = zhang.get("/v1/review/queue").json()["items"]
    blind = next(one for one in items if one["blind"])
    answer(browser("li"), blind, roles="plan")
    whole = zhang.get(f"/v1/review/items/{blind['id']}").json()
    for said in whole["answers"].values():
        assert (said["model"], said["others"], said["gold"]) == (None, [], None)
    (shown,) = [one for one in whole["page"]["blocks"] if one["place"] == blind["place"]]
    assert shown["role"] is None
    other = next(one for one in items if not one["blind"])
    open_ = zhang.get(f"/v1/review/items/{other['id']}").json()
    assert open_["answers"]["roles"]["model"]["value"]
    (shown,) = [one for one in open_["page"]["blocks"] if one["place"] == blind["place"]]
    assert shown["role"] is None  # nor is it told beforehand, beside another block
    saved = answer(zhang, blind, roles="results")  # said to be open, stored as the blind one it was
    assert saved.status_code == 200
    assert '"mode":"blind"' in (folder / "decisions/zhang.jsonl").read_text("utf-8")


def test_what_changed_since_is_told_with_what_is_now(zhang: httpx.Client):
    item = zhang.get("/v1/review/queue").json()["items"][0]
    stale = answer(zhang, item, roles="plan", text_sha="00000000")
    whole = zhang.get(f"/v1/review/items/{item['id']}").json()
    assert (stale.status_code, stale.json()["type"]) == (409, "/problems/text_changed")
    assert stale.json()["errors"] == [
        {"pointer": "#/text_sha", "detail": whole["block"]["text_sha"]}
    ]
    older = answer(zhang, item, roles="plan", label_version=9)
    assert (older.status_code, older.json()["type"]) == (409, "/problems/labels_changed")
    assert older.json()["errors"] == [{"pointer": "#/label_version", "detail": "0"}]
    other = answer(zhang, item, roles="plan", by="li")
    assert other.json()["type"] == "/problems/other_person"
    wrong = answer(zhang, item, roles="no_such")
    assert (wrong.status_code, wrong.json()["type"]) == (422, "/problems/answer_refused")


def test_a_report_is_read_from_block_to_block(zhang: httpx.Client):
    (page,) = zhang.get("/v1/review/pages").json()["pages"]
    item = zhang.get(f"/v1/review/pages/{page['name']}").json()["item"]
    seen = [item["block"]]
    while item:
        item = answer(zhang, item, roles="plan").json()["next"]
        seen += [item["block"]] if item else []
    assert seen == list(range(page["blocks"]))
    (page,) = zhang.get("/v1/review/pages").json()["pages"]
    assert page["decided"] == page["blocks"]


def test_people_who_differ_are_settled_by_a_third(zhang: httpx.Client, browser: Browser):
    item = zhang.get("/v1/review/queue").json()["items"][0]
    li, wang = browser("li"), browser("wang")
    answer(zhang, item, roles="plan")
    answer(li, item, roles="results")
    (dispute,) = li.get("/v1/review/disagreements").json()["disagreements"]
    assert {(one["by"], one["value"]) for one in dispute["answers"]} == {
        ("zhang", "plan"),
        ("li", "results"),
    }
    sent = {key: dispute[key] for key in ("place", "text_sha", "set")}
    sent |= {"value": "plan", "cause": "slip", "note": "看第二句"}
    assert li.post("/v1/review/adjudications", json=sent).status_code == 403
    assert wang.post("/v1/review/adjudications", json=sent).status_code == 200
    assert li.get("/v1/review/disagreements").json() == {"disagreements": []}
    whole = li.get(f"/v1/review/items/{item['id']}").json()
    assert whole["answers"]["roles"]["gold"]["basis"] == "adjudication"
    other = zhang.get("/v1/review/queue").json()["items"][0]
    head = browser("wang", PHRASE)
    answer(head, other, roles="plan")
    answer(li, other, roles="results")
    (dispute,) = li.get("/v1/review/disagreements").json()["disagreements"]
    sent |= {key: dispute[key] for key in ("place", "text_sha", "set")}
    assert browser("wang").post("/v1/review/adjudications", json=sent).status_code == 403
    assert head.post("/v1/review/adjudications", json=sent).status_code == 200


RENAME = """
set: roles
op: rename
id: plan
name: 今后打算
why: 更顺口
by: 王
from_version: "1.0"
"""


def test_the_head_changes_a_label_set_and_takes_it_back(browser: Browser):
    head = browser("wang", PHRASE)
    item = head.get("/v1/review/queue").json()["items"][0]
    answer(head, item, roles="plan")
    told = head.post("/v1/review/changes/preview", json={"yaml": RENAME}).json()
    assert (told["change"]["op"], told["untouched"], told["ask"]) == ("rename", 1, 0)
    assert head.get("/v1/review/changes").json() == {"changes": []}
    made = head.post("/v1/review/changes/apply", json={"yaml": RENAME}).json()
    assert made["change"]["number"] == 1
    labels = head.get("/v1/review/labels").json()
    names = {one["id"]: one["name"] for one in labels["sets"]["roles"]["labels"]}
    assert (labels["version"], names["plan"]) == (1, "今后打算")
    again = head.post("/v1/review/changes/apply", json={"yaml": RENAME})
    assert (again.status_code, again.json()["type"]) == (422, "/problems/change_refused")
    assert "look at the set again" in again.json()["detail"]
    back = head.post("/v1/review/changes/undo", json={"why": "不顺口"}).json()
    assert back["change"]["undoes"] == 1
    assert [one["op"] for one in head.get("/v1/review/changes").json()["changes"]] == [
        "rename",
        "undo",
    ]
    whole = head.get(f"/v1/review/items/{item['id']}").json()
    assert whole["answers"]["roles"]["mine"]["value"] == "plan"
    nonsense = head.post("/v1/review/changes/preview", json={"yaml": "a: [1"})
    assert nonsense.status_code == 422


def test_figures_export_and_backup(zhang: httpx.Client, browser: Browser, folder: Path):
    item = zhang.get("/v1/review/queue").json()["items"][0]
    answer(zhang, item, roles="plan")
    told = zhang.get("/v1/review/statistics").json()
    counts = {(one["set"], one["id"]): one for one in told["labels"]}
    assert counts["roles", "plan"]["people"] == {"zhang": 1}
    assert told["progress"]["people"] == {"zhang": 1}
    exported = zhang.get("/v1/review/export", params={"to": "jsonl"})
    assert exported.headers["content-disposition"] == 'attachment; filename="decisions.jsonl"'
    assert json.loads(exported.text)["value"] == "plan"
    for tool in ("labelstudio", "doccano", "prodigy"):
        told = zhang.get("/v1/review/export", params={"to": tool})
        assert (told.status_code, REPORT.split()[2] in told.text) == (200, True)
    backup = browser("wang", PHRASE).get("/v1/review/backup")
    with zipfile.ZipFile(io.BytesIO(backup.content)) as archive:
        assert set(archive.namelist()) == {"work.sqlite", "decisions/zhang.jsonl"}
        stored = (folder / "decisions/zhang.jsonl").read_bytes()
        assert archive.read("decisions/zhang.jsonl") == stored


def test_two_browsers_at_once_lose_no_save(browser: Browser, folder: Path):
    people = [browser("zhang"), browser("li")]
    item = people[0].get("/v1/review/queue").json()["items"][0]

    def work(client: httpx.Client) -> set[str]:
        return {
            id_
            for n in range(SAVES)
            for id_ in answer(client, item, roles=("plan", "results")[n % 2]).json()["stored"]
        }

    with ThreadPoolExecutor(2) as both:
        told = [ids for found in both.map(work, people) for ids in found]
    stored = [one.id for one in read_decisions(folder / "decisions") if one.kind == "person"]
    assert len(told) == 2 * SAVES
    assert sorted(told) == sorted(stored)


def test_a_service_without_a_folder_says_how_to_turn_the_review_on(client: httpx.Client):
    for asked in (client.get("/v1/review/queue"), client.post("/v1/review/session", json={})):
        assert asked.status_code == 404
        assert "--review FOLDER" in asked.json()["detail"]


def test_a_folder_without_label_sets_ends_the_start(reader: Reader, tmp_path: Path):
    with pytest.raises(LabelError, match="missing"):
        create_app(reader, Settings(review_folder=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_no_word_of_a_document_or_note_is_logged(
    zhang: httpx.Client, caplog: pytest.LogCaptureFixture
):
    item = zhang.get("/v1/review/queue").json()["items"][0]
    with caplog.at_level("DEBUG"):
        answer(zhang, item, roles="plan", note="秘密的话")
        answer(zhang, item, roles="秘密的话")
        zhang.get("/v1/review/pages/秘密的话")
    lines = [str(vars(one)) for one in caplog.records if one.name.startswith("huibao")]
    assert lines
    assert not any("秘密的话" in one or "云溪" in one or PHRASE in one for one in lines)


def test_all_that_an_address_takes_is_told_where_another_method_is_tried(zhang: httpx.Client):
    refused = zhang.put("/v1/review/session", json={})
    assert (refused.status_code, refused.headers["allow"]) == (405, "DELETE, GET, POST")
