"""Continuing another BERT: its vocabulary is kept, what ours needs comes behind it."""

import string
from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertForMaskedLM

from huibao.errors import BundleError
from huibao.inference.vocabulary import SPECIAL
from huibao_training.encoder import read_body, read_encoder, write_encoder

TOKENS = (
    "[PAD]", "[unused1]", "[unused2]", "[UNK]", "[CLS]", "[SEP]", "[MASK]",
    "县", "委", "a", "b", "##县", "ing", "，", "“",
)  # fmt: skip


def _write(folder: Path, **settings: int) -> BertForMaskedLM:
    torch.manual_seed(0)
    shape = {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 1}
    model = BertForMaskedLM(
        BertConfig(**{"vocab_size": len(TOKENS), "intermediate_size": 64} | shape | settings)
    )
    with torch.no_grad():
        model.cls.predictions.bias.normal_()
    model.save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(TOKENS) + "\n", "utf-8")
    return model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    _write(tmp_path)
    return tmp_path


def test_the_tokens_of_the_checkpoint_stay_in_their_places(folder: Path):
    _, vocabulary = read_body(folder)
    assert tuple(vocabulary.tokens[: len(TOKENS)]) == TOKENS
    added = [*(token for token in SPECIAL if token not in TOKENS), *string.ascii_uppercase]
    assert list(vocabulary.tokens[len(TOKENS) :]) == [*added, *"”‘’…—·"]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("县", "县"),
        ("[MASK]", "[MASK]"),
        ("##县", "##县"),
        ("A", "a"),
        ("C", "[UNK]"),
        ("”", "[UNK]"),
        ("[BLK]", "[unused1]"),
        ("[P0]", "[unused2]"),
        ("[P1]", "[UNK]"),
    ],
)
def test_a_token_keeps_its_vector_and_a_new_one_takes_a_fitting_one(
    folder: Path, ours: str, theirs: str
):
    before = BertForMaskedLM.from_pretrained(folder)
    model, vocabulary = read_body(folder)
    old, new = (m.get_input_embeddings().weight for m in (before, model))
    assert torch.equal(new[vocabulary.id_of(ours)], old[TOKENS.index(theirs)])


def test_an_uncased_vocabulary_reads_capitals_quotes_and_masks(folder: Path):
    _, vocabulary = read_body(folder)
    read = [vocabulary.tokens[token] for token in vocabulary.encode("“AB县”XX，").ids]
    assert read == ["“", "A", "B", "县", "”", "[BLK]", "，"]


def test_rows_that_no_token_names_are_left_behind(tmp_path: Path):
    _write(tmp_path, vocab_size=len(TOKENS) + 40)
    model, vocabulary = read_body(tmp_path)
    assert len(model.get_input_embeddings().weight) == model.config.vocab_size == len(vocabulary)


def test_a_model_of_single_sentences_gets_a_second_segment_like_the_first(tmp_path: Path):
    before = _write(tmp_path, type_vocab_size=1).eval()
    model, vocabulary = read_body(tmp_path)
    ids = torch.tensor([[vocabulary.id_of(word) for word in ("[CLS]", "县", "[SEP]")]])
    ours = model.eval()(ids, token_type_ids=torch.tensor([[0, 1, 1]])).last_hidden_state
    assert torch.allclose(ours, before.bert(ids).last_hidden_state, atol=1e-5)


def test_a_sentence_of_known_characters_scores_as_before(folder: Path):
    before = BertForMaskedLM.from_pretrained(folder).eval()
    model, vocabulary = read_encoder(folder)
    words = ["[CLS]", "县", "[MASK]", "，", "[SEP]"]
    theirs = before(torch.tensor([[TOKENS.index(word) for word in words]])).logits[0, 2]
    ours = model.eval()(torch.tensor([[vocabulary.id_of(word) for word in words]])).logits[0, 2]
    assert torch.allclose(ours[: len(TOKENS)], theirs, atol=1e-5)


def test_an_adopted_encoder_is_ours_when_it_is_read_again(folder: Path, tmp_path: Path):
    model, vocabulary = read_encoder(folder)
    write_encoder(model, vocabulary, tmp_path / "again")
    again, same = read_encoder(tmp_path / "again")
    assert same.tokens == vocabulary.tokens
    assert again.config.vocab_size == len(vocabulary)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (None, "has no vocab.txt"),
        ("[PAD]\n县\n", r"lacks \[UNK\]"),
        ("\n".join((*TOKENS, "县")), "names the token '县' twice"),
        ("\n".join((*TOKENS, "省", "市")), "the vocabulary has 17 tokens, the checkpoint 15"),
    ],
)
def test_a_vocabulary_that_does_not_fit_is_refused_in_one_sentence(
    folder: Path, content: str | None, fault: str
):
    (folder / "vocab.txt").unlink()
    if content:
        (folder / "vocab.txt").write_text(content, "utf-8")
    with pytest.raises(BundleError, match=fault):
        read_body(folder)
