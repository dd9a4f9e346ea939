"""The whole of training in small: from the written corpus to a bundle that reads."""

import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from huibao.reader import load_reader
from huibao_training.cli import main

pytestmark = pytest.mark.slow


def _records(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _asks_to_stop_once_begun(log: Path) -> None:
    while not log.exists():  # the run listens to signals before it opens its log
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGTERM)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which all commands of the smoke presets have run."""
    folder = tmp_path_factory.mktemp("smoke")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        run = folder / ".runs" / "pretrain"
        asking = threading.Thread(target=_asks_to_stop_once_begun, args=(run / "log.jsonl",))
        asking.start()
        assert main(["pretrain", "pretrain-smoke"]) == 0
        asking.join()
        assert main(["pretrain", "pretrain-smoke"]) == 0
        assert main(["finetune", "smoke"]) == 0
        assert main(["export", "smoke", "--bundle", "bundle"]) == 0
    return folder


def test_an_interrupted_pretraining_goes_on_where_it_stopped(folder: Path):
    records = _records(folder / ".runs" / "pretrain" / "log.jsonl")
    stops = [record for record in records if record["stop"]]
    assert [record["stop"] for record in stops] == ["interrupted", "budget"]
    assert stops[0]["seconds"] < stops[1]["seconds"]
    assert 0 < stops[0]["step"] < stops[1]["step"]
    assert stops[1]["tokens"] == 16 * 64 * stops[1]["step"]


def test_pretraining_tells_its_accuracy_on_held_out_text(folder: Path):
    encoder = folder / ".runs" / "pretrain" / "encoder"
    told = json.loads((encoder / "pretraining.json").read_text("utf-8"))
    assert told["stop"] == "budget"
    assert 0.0 < told["held_out"] < 1.0
    assert (encoder / "model.safetensors").is_file()


def test_every_stage_of_fine_tuning_names_why_it_stopped(folder: Path):
    for stage in ("fold0", "fold1", "joint"):
        last = _records(folder / ".runs" / "finetune" / stage / "log.jsonl")[-1]
        assert last["stop"] in ("done", "budget"), stage
        assert set(last["loss"]) == {"role", "category", "tags"}


def test_the_bundle_loads_and_reads_a_report(folder: Path):
    reader = load_reader(folder / "bundle")
    page = reader.read("云汀县工作总结\n一、主要做法\n投入20万元，建成广场3个。\n", name="a.txt")
    (annotation,) = page.annotations
    assert page.annotator.name == "smoke"
    assert annotation.report.blocks[2].text == "投入20万元，建成广场3个。"
    assert {block.role.label for block in annotation.blocks} <= set(reader.bundle.roles)
    assert "MONEY" in {entity.type for entity in annotation.blocks[2].entities}


def test_the_bundle_records_parity_precision_and_calibration(folder: Path):
    card = json.loads((folder / "bundle" / "bundle.json").read_text("utf-8"))["card"]
    assert card["parity_fp32"]["largest"] <= 1e-4
    assert card["parity_fp32"]["same_tags"] == card["parity_fp32"]["same_roles"] == 1.0
    assert card["precision"] in ("int8", "fp32")
    assert set(card["written_dev"]) == {"fp32", "int8"}
    assert {"role_ece_before", "role_ece_after"} <= set(card["calibration"])
    assert card["rows"] == {"written": 40}


def test_a_finished_run_is_read_and_not_trained_again(folder: Path, monkeypatch):
    monkeypatch.chdir(folder)
    log = folder / ".runs" / "finetune" / "joint" / "log.jsonl"
    before = log.read_text("utf-8")
    assert main(["finetune", "smoke"]) == 0
    assert log.read_text("utf-8") == before


def test_evaluation_tells_figures_of_the_bundle_and_of_the_rules(folder: Path, capsys):
    for bundle in (str(folder / "bundle"), "rules"):
        assert main(["evaluate", "dev", "--bundle", bundle, "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["reports"] >= 22
        assert told["figures"]["block starts F1"][0] > 0.5
        assert 0.0 <= told["figures"]["role accuracy"][0] <= 1.0


def test_missing_data_and_a_bad_preset_are_told_in_one_line(folder: Path, capsys, monkeypatch):
    monkeypatch.chdir(folder)
    for arguments in (
        ["pretrain", "nonsense"],
        ["pretrain", "pretrain-cpu", "--out", "elsewhere"],
        ["evaluate", "nowhere", "--bundle", "rules"],
    ):
        assert main(arguments) == 1
        told = capsys.readouterr().err
        assert told.startswith("huibao_training: ")
        assert told.count("\n") == 1
