"""A pretraining run: its budget, and the legs that it adds to."""

import json
from pathlib import Path

import numpy as np
import pytest

from huibao.inference.vocabulary import vocabulary_of
from huibao_training.config import ConfigError
from huibao_training.encoder import EncoderShape, new_encoder, write_encoder
from huibao_training.packing import PackedCorpus, PackedText
from huibao_training.pretrain import PretrainConfig, pretrain

SHAPE = EncoderShape(layers=2, hidden=64)
STEP = 2 * 16  # tokens


@pytest.fixture(scope="module")
def corpus() -> PackedCorpus:
    """A text of forty characters over and over."""
    signs = "民族团结进步创建工作总结一二三四五六七八九十县乡村社区学校活动投入"
    vocabulary = vocabulary_of(((sign, 1) for sign in sorted(set(signs))), at_least=1)
    ids = np.tile(np.arange(len(vocabulary) - 30, len(vocabulary), dtype=np.uint16), 20)
    text = PackedText(ids, np.ones(len(ids), dtype=np.bool_))
    return PackedCorpus(text, text, vocabulary)


def _config(**settings: object) -> PretrainConfig:
    return PretrainConfig(SHAPE, length=16, rows=2, threads=1, **settings)


def test_a_run_ends_when_its_tokens_are_read(corpus: PackedCorpus, tmp_path: Path):
    *_, last = pretrain(corpus, _config(tokens=5 * STEP), tmp_path)
    assert (last["step"], last["tokens"], last["stop"]) == (5, 5 * STEP, "budget")


def test_each_leg_tells_of_all_before_it(corpus: PackedCorpus, tmp_path: Path):
    start, legs = "", []
    for name, steps in (("first", 2), ("second", 3)):
        list(pretrain(corpus, _config(tokens=steps * STEP, start_from=start), tmp_path / name))
        start = str(tmp_path / name / "encoder")
        told = json.loads((Path(start) / "pretraining.json").read_text("utf-8"))
        legs.append([leg["tokens"] for leg in told["legs"]])
    assert legs == [[2 * STEP], [2 * STEP, 3 * STEP]]


def test_a_checkpoint_that_tells_nothing_begins_the_count(corpus: PackedCorpus, tmp_path: Path):
    model = new_encoder(SHAPE, corpus.vocabulary, seed=1)
    write_encoder(model, corpus.vocabulary, tmp_path / "given")
    list(pretrain(corpus, _config(tokens=STEP, start_from=str(tmp_path / "given")), tmp_path))
    told = json.loads((tmp_path / "encoder" / "pretraining.json").read_text("utf-8"))
    assert [leg["tokens"] for leg in told["legs"]] == [STEP]


def test_a_run_without_a_budget_is_refused(corpus: PackedCorpus, tmp_path: Path):
    with pytest.raises(ConfigError, match="seconds or tokens"):
        next(pretrain(corpus, _config(), tmp_path))
