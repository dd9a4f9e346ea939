"""Packed text and what is hidden of it: whole words together, specials never."""

from pathlib import Path

import numpy as np
import pytest

from huibao.inference.vocabulary import BLANK, MASK, SEPARATOR, SPECIAL, Vocabulary
from huibao_training.corpus import Document
from huibao_training.masking import masked
from huibao_training.packing import PackedText, pack, read_packed

TEXTS = ("民族团结进步创建工作", "投入资金20万元，建设文化广场3个。", "2023年 12月完成xx万元")


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("packed")
    documents = [Document("a", (f"第{place}篇", *TEXTS)) for place in range(10)]
    counts = pack(documents, folder, least_count=2, held_out=0.1, blanked=0.0, seed=1, workers=1)
    return read_packed(folder), counts


def _words(text: PackedText, vocabulary: Vocabulary) -> list[str]:
    words: list[str] = []
    for token, begins in zip(text.ids, text.word_starts, strict=True):
        sign = vocabulary.tokens[token]
        words.append(sign) if begins else words.__setitem__(-1, words[-1] + sign)
    return words


def test_words_documents_and_counts_survive_packing(packed):
    corpus, counts = packed
    words = _words(corpus.held_out, corpus.vocabulary)
    assert words[-1] == SEPARATOR
    assert {"民族团结", "工作", "资金", "文化", "广场", "2023", "年", "12"} <= set(words)
    assert BLANK in words
    assert counts["held_out"] == len(corpus.held_out)
    assert counts["train"] == len(corpus.train)
    assert counts["characters of a"] == 10 * (3 + sum(map(len, TEXTS)))


def test_spaces_have_no_token_and_rare_signs_are_unknown(packed):
    corpus, _ = packed
    tokens = {corpus.vocabulary.tokens[token] for token in corpus.train.ids}
    assert " " not in tokens
    assert "7" not in tokens
    assert "[UNK]" in tokens


def test_packing_twice_gives_the_same_stream(packed, tmp_path: Path):
    corpus, _ = packed
    documents = [Document("a", (f"第{place}篇", *TEXTS)) for place in reversed(range(10))]
    pack(documents, tmp_path, least_count=2, held_out=0.1, blanked=0.0, seed=1, workers=1)
    again = read_packed(tmp_path)
    assert np.array_equal(corpus.train.ids, again.train.ids)
    assert corpus.vocabulary.tokens == again.vocabulary.tokens


def test_a_share_of_the_numbers_is_blotted_out(tmp_path: Path):
    documents = [Document("a", ("投入20万元",)), Document("b", ("投入30万元",))]
    pack(documents, tmp_path, least_count=1, held_out=0.5, blanked=1.0, seed=1, workers=1)
    corpus = read_packed(tmp_path)
    assert _words(corpus.train, corpus.vocabulary) == ["投入", BLANK, "万元", SEPARATOR]


def test_a_row_longer_than_the_text_goes_on_at_its_beginning():
    text = PackedText(np.arange(3, dtype=np.uint16), np.array([True, False, True]))
    ids, starts = text.rows(np.array([1]), 5)
    assert ids.tolist() == [[1, 2, 0, 1, 2]]
    assert starts.tolist() == [[False, True, True, False, True]]


SIZE = (400, 120)


def _masked(vocabulary: Vocabulary, rate: float, whole_words: float):
    rng = np.random.default_rng(3)
    ids = rng.integers(0, len(vocabulary), SIZE)
    ids[:, ::10] = rng.integers(0, len(SPECIAL), ids[:, ::10].shape)
    starts = rng.random(SIZE) < 0.5
    rows = masked(ids, starts, rate=rate, whole_words=whole_words, vocabulary=vocabulary, rng=rng)
    return ids, starts, rows


def test_the_tokens_of_a_word_are_hidden_together(vocabulary: Vocabulary):
    ids, starts, rows = _masked(vocabulary, 0.3, 1.0)
    usual = ids >= len(SPECIAL)
    same_word = ~starts[:, 1:] & usual[:, 1:] & usual[:, :-1]
    assert np.array_equal(rows.chosen[:, 1:][same_word], rows.chosen[:, :-1][same_word])


def test_single_characters_are_hidden_each_by_itself(vocabulary: Vocabulary):
    ids, starts, rows = _masked(vocabulary, 0.3, 0.0)
    usual = ids >= len(SPECIAL)
    same_word = ~starts[:, 1:] & usual[:, 1:] & usual[:, :-1]
    parted = rows.chosen[:, 1:][same_word] != rows.chosen[:, :-1][same_word]
    assert parted.mean() == pytest.approx(2 * 0.3 * 0.7, abs=0.02)


@pytest.mark.parametrize("whole_words", [0.0, 0.8, 1.0])
@pytest.mark.parametrize("rate", [0.15, 0.3])
def test_the_rate_is_kept_and_specials_are_never_hidden(
    vocabulary: Vocabulary, rate: float, whole_words: float
):
    ids, _, rows = _masked(vocabulary, rate, whole_words)
    usual = ids >= len(SPECIAL)
    assert rows.chosen[usual].mean() == pytest.approx(rate, abs=0.015)
    assert not rows.chosen[~usual].any()


def test_of_the_hidden_tokens_eight_in_ten_are_masks_and_one_stays(vocabulary: Vocabulary):
    ids, _, rows = _masked(vocabulary, 0.3, 0.8)
    shown, wanted = rows.inputs[rows.chosen], ids[rows.chosen]
    assert (shown == vocabulary.id_of(MASK)).mean() == pytest.approx(0.8, abs=0.02)
    assert (shown == wanted).mean() == pytest.approx(0.1, abs=0.02)
    assert (shown >= len(SPECIAL)).sum() + (shown == vocabulary.id_of(MASK)).sum() == len(shown)
    assert np.array_equal(rows.inputs[~rows.chosen], ids[~rows.chosen])
    assert np.array_equal(rows.targets, ids)
