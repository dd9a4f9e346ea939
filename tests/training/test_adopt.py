"""Continuing another BERT: what its checkpoint folder holds becomes a model of ours."""

from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertForMaskedLM

from huibao.errors import BundleError
from huibao.inference.vocabulary import SPECIAL
from huibao_training.encoder import read_encoder

TOKENS = [
    "[PAD]", "[unused1]", "[unused2]", "[UNK]", "[CLS]", "[SEP]", "[MASK]",
    "县", "委", "a", "b", "##县", "ing", "，",
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    shape = {"hidden_size": 64, "num_hidden_layers": 1, "num_attention_heads": 1}
    BertForMaskedLM(
        BertConfig(vocab_size=len(TOKENS), intermediate_size=64, **shape)
    ).save_pretrained(tmp_path)
    (tmp_path / "vocab.txt").write_text("\n".join(TOKENS) + "\n", "utf-8")
    return tmp_path


def test_characters_keep_their_vectors_and_word_pieces_stay_behind(folder: Path):
    before = BertForMaskedLM.from_pretrained(folder)
    model, vocabulary = read_encoder(folder)
    assert tuple(vocabulary.tokens) == (*SPECIAL, "县", "委", "a", "b", "，", "A", "B")
    old, new = (m.get_input_embeddings().weight for m in (before, model))
    for ours, theirs in (("县", "县"), ("[MASK]", "[MASK]"), ("A", "a"), ("[BLK]", "[unused1]")):
        assert torch.equal(new[vocabulary.id_of(ours)], old[TOKENS.index(theirs)])


def test_a_sentence_of_known_characters_scores_as_before(folder: Path):
    before = BertForMaskedLM.from_pretrained(folder).eval()
    model, vocabulary = read_encoder(folder)
    words = ["[CLS]", "县", "[MASK]", "，", "[SEP]"]
    theirs = before(torch.tensor([[TOKENS.index(word) for word in words]])).logits[0, 2]
    ours = model.eval()(torch.tensor([[vocabulary.id_of(word) for word in words]])).logits[0, 2]
    assert torch.allclose(ours[vocabulary.id_of("委")], theirs[TOKENS.index("委")], atol=1e-5)


@pytest.mark.parametrize(
    ("content", "fault"), [(None, "no vocab.txt"), ("[PAD]\n县\n", "lacks [UNK]")]
)
def test_a_folder_that_is_no_bert_is_refused_in_one_sentence(
    folder: Path, content: str | None, fault: str
):
    (folder / "vocab.txt").unlink()
    if content:
        (folder / "vocab.txt").write_text(content, "utf-8")
    with pytest.raises(BundleError, match=fault.replace("[", r"\[")):
        read_encoder(folder)
