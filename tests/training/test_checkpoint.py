"""Checkpoint folders as others leave them: every head and file format is read, the rest refused."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertForPreTraining,
    BertModel,
    ElectraConfig,
    ElectraForPreTraining,
    ElectraModel,
    PreTrainedModel,
)

from huibao.errors import BundleError
from huibao_training.checkpoint import checkpoint_tokens, fingerprint
from huibao_training.encoder import new_body, read_body, read_encoder

TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *map(chr, range(0x4E00, 0x4E40)))
SHAPE = {
    "vocab_size": len(TOKENS),
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 48,
    "max_position_embeddings": 64,
}
CLASSES: dict[str, Callable[[], PreTrainedModel]] = {
    "BertModel": lambda: BertModel(BertConfig(**SHAPE)),
    "BertModel without pooler": lambda: BertModel(BertConfig(**SHAPE), add_pooling_layer=False),
    "BertForMaskedLM": lambda: BertForMaskedLM(BertConfig(**SHAPE)),
    "BertForPreTraining": lambda: BertForPreTraining(BertConfig(**SHAPE)),
    "ElectraModel": lambda: ElectraModel(ElectraConfig(**SHAPE, embedding_size=32)),
    "ElectraForPreTraining": lambda: ElectraForPreTraining(
        ElectraConfig(**SHAPE, embedding_size=16)
    ),
}


def _as_one_file(model: PreTrainedModel, folder: Path) -> None:
    model.save_pretrained(folder)


def _as_shards(model: PreTrainedModel, folder: Path) -> None:
    model.save_pretrained(folder, max_shard_size="20KB")
    assert (folder / "model.safetensors.index.json").is_file()


def _as_bin(model: PreTrainedModel, folder: Path) -> None:
    model.save_pretrained(folder)
    (folder / "model.safetensors").unlink()
    torch.save(model.state_dict(), folder / "pytorch_model.bin")


def _as_old_bin(model: PreTrainedModel, folder: Path) -> None:
    """As converted from TensorFlow years ago: layer norms have a gamma and a beta."""
    model.save_pretrained(folder)
    (folder / "model.safetensors").unlink()
    weights = {
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace(
            "LayerNorm.bias", "LayerNorm.beta"
        ): weight
        for name, weight in model.state_dict().items()
    }
    torch.save(weights, folder / "pytorch_model.bin")


def _saved(kind: str, save: Callable[[PreTrainedModel, Path], None], folder: Path) -> dict:
    """Writes a random model; returns the weights of its encoder by name."""
    torch.manual_seed(3)
    model = CLASSES[kind]()
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.1 * torch.randn_like(weight))
    save(model, folder)
    (folder / "vocab.txt").write_text("\n".join(TOKENS) + "\n", "utf-8")
    return model.base_model.state_dict()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    _saved("BertModel", _as_one_file, tmp_path)
    return tmp_path


def _edit(folder: Path, **settings: object) -> None:
    file = folder / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | settings), "utf-8")


@pytest.mark.parametrize("save", [_as_one_file, _as_shards, _as_bin, _as_old_bin])
@pytest.mark.parametrize("kind", CLASSES)
def test_every_weight_of_the_encoder_is_read(kind: str, save: Callable, tmp_path: Path):
    wanted = _saved(kind, save, tmp_path)
    body, vocabulary = read_body(tmp_path)
    assert tuple(vocabulary.tokens[: len(TOKENS)]) == TOKENS
    for name, weight in body.state_dict().items():
        if name == "embeddings.word_embeddings.weight":
            weight = weight[: len(TOKENS)]
        assert weight.dtype == torch.float32
        assert torch.equal(weight, wanted[name]), name


@pytest.mark.parametrize("kind", ["BertForPreTraining", "ElectraForPreTraining"])
def test_dropout_inside_the_encoder_is_ours_and_a_copy_of_its_shape_takes_its_weights(
    kind: str, tmp_path: Path
):
    _saved(kind, _as_bin, tmp_path)
    body, _ = read_body(tmp_path)
    other = new_body(json.loads(json.dumps(body.config.to_dict())))
    other.load_state_dict(body.state_dict())
    for model in (body, other):
        rates = {module.p for module in model.modules() if isinstance(module, torch.nn.Dropout)}
        assert rates == {0.0}
        assert model.config.attention_probs_dropout_prob == 0.0


def test_a_config_that_names_no_type_is_that_of_a_bert(folder: Path):
    entries = json.loads((folder / "config.json").read_text("utf-8"))
    del entries["model_type"], entries["architectures"]
    (folder / "config.json").write_text(json.dumps(entries), "utf-8")
    assert isinstance(read_body(folder)[0], BertModel)


def test_tokens_are_read_from_a_tokenizer_file_where_there_is_no_vocabulary(folder: Path):
    (folder / "vocab.txt").unlink()
    pieces = {token: place for place, token in reversed(list(enumerate(TOKENS)))}
    added = [{"id": len(TOKENS), "content": "[extra]"}, {"id": 0, "content": "[PAD]"}]
    tokenizer = {"model": {"type": "WordPiece", "vocab": pieces}, "added_tokens": added}
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")
    assert checkpoint_tokens(folder) == (*TOKENS, "[extra]")


def test_a_copy_of_a_folder_has_its_fingerprint_and_another_model_has_another(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
):
    copy = tmp_path_factory.mktemp("copy")
    shutil.copytree(folder, copy, dirs_exist_ok=True)
    (copy / "README.md").write_text("a note", "utf-8")
    assert fingerprint(copy) == fingerprint(folder)
    (copy / "vocab.txt").write_text("\n".join((*TOKENS[:-1], "县")), "utf-8")
    assert fingerprint(copy) != fingerprint(folder)


def _without(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def _with(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(content) and None


def _cut(folder: Path) -> None:
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:5000])


def _pickled(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    torch.save(CLASSES["BertModel"](), folder / "pytorch_model.bin")


def _of_other_model(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    torch.save({"layer.weight": torch.ones(2)}, folder / "pytorch_model.bin")


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (lambda folder: shutil.rmtree(folder), "there is no checkpoint folder"),
        (_without("config.json"), "config.json cannot be read"),
        (_with("config.json", b"[]"), "config.json is no JSON object"),
        (_with("config.json", b"{"), "config.json cannot be read"),
        (lambda f: _edit(f, model_type="roberta"), "type roberta, types that are read: bert, elec"),
        (lambda f: _edit(f, position_embedding_type="relative_key"), "has relative_key positions"),
        (lambda f: _edit(f, num_hidden_layers=1), "has one layer"),
        (lambda f: _edit(f, num_hidden_layers=3), "lack encoder.layer.2.*and 15 others"),
        (lambda f: _edit(f, hidden_size=64), "cannot be read"),
        (_without("model.safetensors"), "neither model.safetensors nor pytorch_model.bin"),
        (_cut, "cannot be read"),
        (_with("model.safetensors", b""), "cannot be read"),
        (_pickled, "cannot be read: Weights only load failed"),
        (_of_other_model, "lack embeddings"),
    ],
)  # fmt: skip
def test_a_folder_that_cannot_be_read_is_refused_in_one_sentence(
    folder: Path, damage: Callable[[Path], None], fault: str
):
    damage(folder)
    with pytest.raises(BundleError, match=fault) as caught:
        read_body(folder)
    assert "\n" not in str(caught.value)


def test_pretraining_goes_on_with_a_bert_only(tmp_path: Path):
    _saved("ElectraModel", _as_one_file, tmp_path)
    with pytest.raises(BundleError, match="holds no BERT"):
        read_encoder(tmp_path)
