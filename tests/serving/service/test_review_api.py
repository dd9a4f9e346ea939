"""The review over HTTP: sessions, the list, saving, undo, and what is refused."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from review_desk import REPORT, write_desk

from huibao.reader import Reader

PHRASE = "correct horse"


@pytest.fixture
def folder(tmp_path: Path, reader: Reader) -> Path:
    return write_desk(tmp_path / "labels", reader, {"a.txt": REPORT}, pass_phrase=PHRASE)


@pytest.fixture
def zhang(serve: Callable[..., httpx.Client], folder: Path) -> Iterator[httpx.Client]:
    client = serve(review_folder=folder)
    told = client.post("/v1/review/session", json={"person": "zhang"})
    assert told.status_code == 200, told.text
    return client


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
