"""`labels/REFINING.md`, command by command: from a proposed change to the new bundle in the service."""

import contextlib
import io
import itertools
import json
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import torch
import yaml
from small_labels import label
from transformers import BertConfig, BertForMaskedLM

from huibao.cli import main as huibao
from huibao_training.cli import main as training
from huibao_training.trained import read_trained

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "labels" / "REFINING.md").read_text("utf-8")
SHELL = "\n".join(re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL))
COMMANDS = [line.split("  #")[0].strip() for line in SHELL.splitlines() if line]
SERVE = "huibao serve --review mine --bundle served & PID=$!"
PARTS = {
    "train": ["0249-brief-experience", "0354-month-notice-directive", "0361-street-month-wrapped",
              "0242-street-month", "0255-community-report"],
    "dev": ["0028-xx-zhengwu-application"],
    "test": ["0258-experience-county", "0106-community-odd-scheme"],
}  # fmt: skip
UNDER = {"parent": "exchange_integration"}
SPLIT = {
    "set": "categories",
    "op": "split",
    "id": "embedded_community",
    "into": [
        label("categories", "migrants", "流动人口", "neighbours", **UNDER, code="D4"),
        label("categories", "neighbours", "互嵌", "migrants", **UNDER, code="D5"),
    ],
    "why": "两件事要分开统计",
    "by": "张",
    "from_version": "1.0",
}
CHARACTERS = [chr(sign) for sign in (*range(0x21, 0x7F), *range(0x4E00, 0x9FA6))]
TOKENS = ("[PAD]", *(f"[unused{n}]" for n in range(1, 12)), "[UNK]", "[CLS]", "[SEP]", "[MASK]")
CONFIG = """
name = "first"
version = "0.0.0"
encoder = "checkpoint"
folds = 0
threads = 1
[window]
size = 64
overlap = 16
path = 24
[joint]
epochs = 1
"""


@dataclass
class Walk:
    """What came of the commands, and the service that ran all the while."""

    folder: Path
    told: dict[str, str] = field(default_factory=dict)
    models: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)


def _write_checkpoint(folder: Path) -> None:
    torch.manual_seed(5)
    shape = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    shape |= {"intermediate_size": 48, "max_position_embeddings": 96}
    tokens = (*TOKENS, *CHARACTERS)
    config = BertConfig(vocab_size=len(tokens), **shape)  # type: ignore[call-arg]
    BertForMaskedLM(config).save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(tokens) + "\n", "utf-8")


def _write_checkout(folder: Path) -> None:
    """A label folder with eight reports and a bundle trained on them, where a checkout has them."""
    shutil.copytree(ROOT / "labels", folder / "labels", ignore=shutil.ignore_patterns("reports"))
    reports = folder / "labels" / "reports"
    reports.mkdir()
    for name in itertools.chain.from_iterable(PARTS.values()):
        shutil.copy(ROOT / "labels" / "reports" / f"{name}.txt", reports)
    (reports / "split.yaml").write_text(yaml.safe_dump(PARTS), "utf-8")
    (folder / "split.yaml").write_text(yaml.safe_dump(SPLIT, allow_unicode=True), "utf-8")
    _write_checkpoint(folder / "checkpoint")
    Path("first.toml").write_text(CONFIG, "utf-8")
    bundle = "models/huibao-small"
    assert training(["finetune", "first.toml", "--labels", "labels", "--out", "first"]) == 0
    export = ["export", "first.toml", "--labels", "labels", "--run", "first", "--bundle", bundle]
    assert training(export) == 0


def _decide(client: httpx.Client, walk: Walk) -> None:
    """Answers what the split asks, as the page would, until nothing of it is left."""
    assert client.post("/v1/review/session", json={"person": "zhang"}).status_code == 200
    items = client.get("/v1/review/queue", params={"n": 40}).json()["items"]
    walk.asked = [item for item in items if item["reason"] == "split_pending"]
    for item in walk.asked:
        whole = client.get(f"/v1/review/items/{item['id']}").json()
        sent = {
            "item": item["id"],
            "place": item["place"],
            "text_sha": whole["block"]["text_sha"],
            "label_version": whole["label_set"]["version"],
            "answers": {"categories": {"yes": ["migrants"], "no": "rest"}},
        }
        assert client.post("/v1/review/decisions", json=sent).status_code == 200


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """All commands of the text, in their order."""
    walk = Walk(tmp_path_factory.mktemp("refining"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(walk.folder)
        _write_checkout(walk.folder)
        before = COMMANDS.index(SERVE)
        for command in COMMANDS[:before]:
            _run(command, walk)
        serve = [sys.executable, "-m", "huibao.cli", *SERVE.removesuffix(" & PID=$!").split()[1:]]
        environment = {"PYTHONPATH": str(ROOT / "serving"), "PATH": ""}
        with subprocess.Popen(
            [*serve, "--port", "0"], env=environment, stdout=subprocess.PIPE, text=True
        ) as service:
            try:
                _walk_on(COMMANDS[before + 1 :], service, walk)
            finally:
                service.terminate()
    return walk


def _walk_on(commands: Sequence[str], service: subprocess.Popen[str], walk: Walk) -> None:
    assert service.stdout
    printed = iter(service.stdout.readline, "")
    address = next(line.split()[-1] for line in printed if "http://" in line)
    with httpx.Client(base_url=address, timeout=60) as client:
        for command in commands:
            if command == "kill -HUP $PID":
                walk.models.append(_hung_up(service, client))
            else:
                _run(command, walk)
            if command.startswith("huibao labels queue"):
                _decide(client, walk)


def _hung_up(service: subprocess.Popen[str], client: httpx.Client) -> dict[str, Any]:
    """What the service says of its bundle once a hang-up has made it load again."""
    before = client.get("/v1/model").json()
    service.send_signal(signal.SIGHUP)
    until = time.monotonic() + 60
    while (now := client.get("/v1/model").json()) == before and time.monotonic() < until:
        time.sleep(0.1)
    assert now != before, "nothing was loaded again"
    found: dict[str, Any] = now
    return found


def _run(command: str, walk: Walk) -> None:
    program, *words = shlex.split(command)
    with contextlib.redirect_stdout(io.StringIO()) as told:
        if program == "cp":
            subprocess.run([program, *words], check=True)
        elif program == "huibao":
            assert huibao(words) == 0, command
        else:
            assert words[:2] == ["-m", "huibao_training"], command
            assert training(words[2:]) == 0, command
    walk.told[" ".join(words[:2])] = told.getvalue()


def test_the_preview_promises_what_the_queue_then_asks(walk: Walk):
    asked = re.search(r"must be decided anew: (\d+) blocks", walk.told["labels preview"])
    assert asked
    assert int(asked[1]) == len(walk.asked) > 10
    assert "标签拆分待定：“流动人口/互嵌”" in walk.told["labels queue"]


def test_the_service_answers_in_the_new_labels_before_and_after_training(walk: Walk):
    old, new = walk.models
    assert old["labels"] == new["labels"]
    assert "embedded_community" in old["categories"]
    assert {"migrants", "neighbours"} <= set(new["categories"])
    assert (old["version"], new["version"]) == ("0.0.0", "0.4.1")


def test_the_data_set_has_what_was_decided(walk: Walk):
    about = json.loads((walk.folder / ".runs" / "data" / "data_set.json").read_text("utf-8"))
    counts = about["blocks"]["categories"]
    assert sum(counts["migrants"].values()) == len(walk.asked)
    assert counts["neighbours"] == {}
    assert about["pages"] == {part: len(names) for part, names in PARTS.items()}
    assert walk.models[1]["labels"] == about["fingerprint"]


def test_the_card_names_the_label_sets_and_where_the_run_began(walk: Walk):
    card = (walk.folder / ".runs" / "bundle" / "README.md").read_text("utf-8")
    old, new = (model["card"] for model in walk.models)
    assert f"Label sets `{walk.models[1]['labels']}` (version 1)" in card
    assert "Fine-tuned from the bundle `first 0.0.0`" in card
    assert (old["label_version"], new["label_version"]) == (0, 1)
    assert list(new["rows"]) == ["gold"]


def test_training_went_on_from_the_outputs_that_were_there(walk: Walk):
    weights = read_trained(walk.folder / ".runs" / "bundle")
    old = read_trained(walk.folder / "models" / "huibao-small")
    assert weights.settings == old.settings
    assert len(weights.weights["category.3.bias"]) == len(old.weights["category.3.bias"]) + 1
    log = (walk.folder / ".runs" / "refine" / "joint" / "log.jsonl").read_text("utf-8")
    assert len(log.splitlines()) == 2


def test_a_data_set_of_other_label_sets_is_refused(walk: Walk, capsys, monkeypatch):
    monkeypatch.chdir(walk.folder)
    command = ["finetune", "refine", "--labels", "labels", "--data", ".runs/data", "--out", "other"]
    assert training(command) == 1
    assert "run `huibao labels build` again" in capsys.readouterr().err


def test_a_run_for_other_label_sets_is_not_gone_on_with(walk: Walk, capsys, monkeypatch):
    monkeypatch.chdir(walk.folder)
    assert training(["finetune", "refine", "--labels", "labels", "--out", ".runs/refine"]) == 1
    assert "holds a run for label sets" in capsys.readouterr().err
