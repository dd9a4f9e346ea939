"""From somebody's own checkpoint to a bundle that reads, by the commands of the README."""

import json
from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertForMaskedLM, ElectraConfig, ElectraForPreTraining

from huibao.inference.bundle import Bundle, read_bundle
from huibao.inference.vocabulary import BLANK
from huibao.reader import load_reader
from huibao_training import release
from huibao_training.cli import main

pytestmark = pytest.mark.slow

REPORT = "云汀县工作总结\n一、主要做法\n投入20万元，举办ABC培训XX期。\n"
SIGNS = dict.fromkeys("，。、（）0123456789abcxyz" + REPORT.replace("\n", "").lower())
TOKENS = (
    "[PAD]", *(f"[unused{place}]" for place in range(1, 12)),
    "[UNK]", "[CLS]", "[SEP]", "[MASK]", *SIGNS,
    *(sign for sign in map(chr, range(0x4E00, 0x4F00)) if sign not in SIGNS), "##县", "ing",
)  # fmt: skip
SHAPE = {
    "vocab_size": len(TOKENS),
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 48,
    "max_position_embeddings": 96,
}
CONFIG = """
name = "{kind}"
version = "0.0.0"
encoder = "not given"
folds = 0
threads = 1
[sources]
most = 8
[window]
size = {window}
overlap = 16
path = 24
[warm_up]
epochs = 1
[fold]
epochs = 1
[joint]
epochs = 1
"""


def _write_checkpoint(kind: str, folder: Path) -> None:
    """A random checkpoint: a BERT in safetensors, an ELECTRA as a pickle of the older kind."""
    torch.manual_seed(5)
    if kind == "bert":
        BertForMaskedLM(BertConfig(**SHAPE)).save_pretrained(folder)
    else:
        model = ElectraForPreTraining(ElectraConfig(**SHAPE, embedding_size=16))
        model.save_pretrained(folder)
        (folder / "model.safetensors").unlink()
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
    (folder / "vocab.txt").write_text("\n".join(TOKENS) + "\n", "utf-8")


@pytest.fixture(scope="module", params=["bert", "electra"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a checkpoint, its run and its bundle; figures are told of one report only."""
    kind: str = request.param
    folder = tmp_path_factory.mktemp(kind)
    _write_checkpoint(kind, folder / kind)
    pages = release.written_pages
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(release, "written_pages", lambda path, part: pages(path, part)[:1])
        config = CONFIG.format(kind=kind, window=64)
        Path("config.toml").write_text(config, "utf-8")
        assert main(["finetune", "config.toml", "--encoder", kind, "--out", "run"]) == 0
        Path(kind).rename("moved")  # a finished run has all that the export needs
        assert main(["export", "config.toml", "--run", "run", "--bundle", "bundle"]) == 0
        Path("moved").rename(kind)
    return folder


@pytest.fixture(scope="module")
def bundle(folder: Path) -> Bundle:
    return read_bundle(folder / "bundle")


def test_the_vocabulary_of_the_checkpoint_is_kept_in_the_bundle(folder: Path, bundle: Bundle):
    lines = (folder / "bundle" / "vocab.txt").read_text("utf-8").splitlines()
    assert tuple(lines[: len(TOKENS)]) == TOKENS
    tokens = bundle.vocabulary.encode(REPORT).ids
    assert "[UNK]" not in {bundle.vocabulary.tokens[token] for token in tokens}
    assert bundle.vocabulary.id_of(BLANK) in tokens


def test_torch_and_both_graphs_agree(bundle: Bundle):
    assert bundle.card["parity_fp32"]["largest"] <= 1e-4
    assert bundle.card["parity_fp32"]["same_tags"] == 1.0
    assert bundle.card["parity_int8"]["largest"] < 0.5


def test_the_bundle_reads_a_report(folder: Path, bundle: Bundle):
    page = load_reader(folder / "bundle").read(REPORT, name="a.txt")
    (annotation,) = page.annotations
    assert page.annotator.name == bundle.name
    assert annotation.report.blocks[2].text == "投入20万元，举办ABC培训XX期。"
    assert {block.role.label for block in annotation.blocks} <= set(bundle.roles)
    assert "MONEY" in {entity.type for entity in annotation.blocks[2].entities}


def test_the_bundle_tells_where_it_began(folder: Path, bundle: Bundle):
    kind = bundle.name
    told = bundle.card["encoder"]
    assert (told["name"], told["type"], told["layers"], told["hidden"]) == (kind, kind, 2, 32)
    card = (folder / "bundle" / "README.md").read_text("utf-8")
    assert f"Fine-tuned from the checkpoint `{kind}`" in card
    assert str(folder) not in card + json.dumps(dict(bundle.card))


def test_a_run_goes_on_from_a_copy_but_not_from_another_checkpoint(
    folder: Path, bundle: Bundle, tmp_path: Path, monkeypatch, capsys
):
    monkeypatch.chdir(folder)
    again = ["finetune", "config.toml", "--out", "run", "--encoder"]
    _write_checkpoint(bundle.name, tmp_path / "copy")
    assert main([*again, str(tmp_path / "copy")]) == 0
    _write_checkpoint("bert" if bundle.name == "electra" else "electra", tmp_path / "other")
    assert main([*again, str(tmp_path / "other")]) == 1
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.startswith(f"huibao_training: run holds a run begun from {bundle.name} (")
    assert told.endswith("name another folder with --out")


@pytest.mark.parametrize(
    ("window", "encoder", "fault"),
    [
        (128, "checkpoint", "window size = 128, but checkpoint reads 96 tokens at most"),
        (64, "hfl/rbt3", "no checkpoint folder hfl/rbt3"),
    ],
)
def test_a_start_that_cannot_be_is_told_in_one_line(
    window: int, encoder: str, fault: str, tmp_path: Path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    _write_checkpoint("bert", tmp_path / "checkpoint")
    Path("config.toml").write_text(CONFIG.format(kind="a", window=window), "utf-8")
    capsys.readouterr()
    assert main(["finetune", "config.toml", "--encoder", encoder, "--out", "run"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("huibao_training: ")
    assert fault in told
    assert told.count("\n") == 1
    assert not Path("run").exists()


def test_a_folder_without_a_run_cannot_be_exported(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["export", "smoke", "--run", "run", "--bundle", "bundle"]) == 1
    assert capsys.readouterr().err.startswith("huibao_training: ")
