"""What pretraining asks: that both objectives teach the encoder, and only what they should."""

import numpy as np
import pytest
import torch

from huibao.inference.vocabulary import Vocabulary
from huibao_training.encoder import EncoderShape, new_encoder
from huibao_training.masking import masked
from huibao_training.objectives import OBJECTIVES, learner

SHAPE = EncoderShape(layers=2, hidden=64)


@pytest.fixture(scope="module")
def rows(vocabulary: Vocabulary):
    rng = np.random.default_rng(3)
    ids = rng.integers(200, 260, (4, 16))
    starts = np.ones((4, 16), dtype=bool)
    return masked(ids, starts, rate=0.3, whole_words=0.0, vocabulary=vocabulary, rng=rng)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_each_objective_moves_the_encoder(objective: str, vocabulary: Vocabulary, rows):
    model = learner(objective, new_encoder(SHAPE, vocabulary, seed=1), vocabulary, seed=1)
    model.loss(rows, torch.arange(16).expand(4, 16)).backward()
    moved = [
        name
        for name, parameter in model.named_parameters()
        if parameter.grad is not None and parameter.grad.abs().sum() > 0
    ]
    assert "bert.encoder.layer.0.attention.self.value.weight" in moved
    assert "bert.embeddings.word_embeddings.weight" in moved


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_guesses_are_asked_of_the_hidden_tokens_only(objective: str, vocabulary: Vocabulary, rows):
    model = learner(objective, new_encoder(SHAPE, vocabulary, seed=1), vocabulary, seed=1)
    scores, targets = model.guesses(rows, torch.arange(16).expand(4, 16))
    assert scores.shape == (rows.chosen.sum(), len(vocabulary))
    assert targets.tolist() == rows.targets[rows.chosen].tolist()


def test_finding_costs_most_when_nothing_can_be_told_apart(vocabulary: Vocabulary, rows):
    model = learner("replaced", new_encoder(SHAPE, vocabulary, seed=1), vocabulary, seed=1)
    torch.nn.init.zeros_(model.found.weight)
    torch.nn.init.zeros_(model.found.bias)
    loss = model.loss(rows, torch.arange(16).expand(4, 16)).item()
    guessing = np.log(len(vocabulary))
    assert loss == pytest.approx(50 * np.log(2) + guessing, rel=0.05)


def test_an_unknown_objective_is_refused(vocabulary: Vocabulary):
    with pytest.raises(ValueError, match="known: masked, replaced"):
        learner("guessed", new_encoder(SHAPE, vocabulary, seed=1), vocabulary, seed=1)
