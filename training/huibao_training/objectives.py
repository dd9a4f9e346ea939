"""What pretraining asks of a model: guess hidden tokens, or find the tokens that another model guessed."""

from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertForMaskedLM

from huibao.inference.vocabulary import Vocabulary
from huibao_training.encoder import EncoderShape, new_encoder
from huibao_training.masking import MaskedRows

_GENERATOR = EncoderShape(layers=3, hidden=128)  # a quarter to a half of the encoder (ELECTRA, 3.2)
_FINDING = (
    50.0  # weight of finding against guessing: a yes or no has a small loss (ELECTRA, app. A)
)


class Guesser(nn.Module):
    """A masked language model: the encoder and its head."""

    def __init__(self, model: BertForMaskedLM) -> None:
        super().__init__()
        self.bert, self.cls = model.bert, model.cls

    def loss(self, rows: MaskedRows, positions: Tensor) -> Tensor:
        """Cross-entropy of the hidden tokens."""
        scores, targets = self.guesses(rows, positions)
        return functional.cross_entropy(scores.float(), targets)

    def guesses(self, rows: MaskedRows, positions: Tensor) -> tuple[Tensor, Tensor]:
        """Scores of shape (hidden tokens, vocabulary) and the tokens that were there."""
        place = positions.device
        states = self.bert(
            torch.from_numpy(rows.inputs).to(place), position_ids=positions
        ).last_hidden_state
        chosen = torch.from_numpy(rows.chosen).to(place)
        return cast(Any, self.cls)(states[chosen]), torch.from_numpy(rows.targets).to(place)[chosen]


class Finder(nn.Module):
    """Replaced-token detection: a small generator fills the gaps, the encoder finds what it filled.

    Source: Clark et al. 2020 (ELECTRA). The generator has its own embeddings and is thrown away.
    """

    def __init__(self, model: BertForMaskedLM, vocabulary: Vocabulary, *, seed: int) -> None:
        super().__init__()
        self.bert = model.bert
        self.generator = Guesser(new_encoder(_GENERATOR, vocabulary, seed=seed))
        self.found = nn.Linear(model.config.hidden_size, 1)

    def loss(self, rows: MaskedRows, positions: Tensor) -> Tensor:
        """The generator's loss and the weighted one of finding its tokens, over all tokens."""
        scores, targets = self.generator.guesses(rows, positions)
        guessing = functional.cross_entropy(scores.float(), targets)
        true = torch.from_numpy(rows.targets).to(positions.device)
        filled = true.clone()
        filled[torch.from_numpy(rows.chosen)] = _drawn(scores)
        states = self.bert(filled, position_ids=positions).last_hidden_state
        finding = functional.binary_cross_entropy_with_logits(
            self.found(states).squeeze(-1).float(), (filled != true).float()
        )
        return guessing + _FINDING * finding

    def guesses(self, rows: MaskedRows, positions: Tensor) -> tuple[Tensor, Tensor]:
        """Those of the generator: the encoder itself guesses nothing."""
        return self.generator.guesses(rows, positions)


OBJECTIVES = ("masked", "replaced")


def learner(
    objective: str, model: BertForMaskedLM, vocabulary: Vocabulary, *, seed: int
) -> Guesser | Finder:
    """The model with its objective; its parameters `bert.…` are the encoder's in both.

    Raises:
        ValueError: for an objective that is not known.
    """
    if objective not in OBJECTIVES:
        raise ValueError(f"objective {objective!r}, known: {', '.join(OBJECTIVES)}")
    return Guesser(model) if objective == "masked" else Finder(model, vocabulary, seed=seed)


@torch.no_grad()
def _drawn(scores: Tensor) -> Tensor:
    """A token for each gap, drawn from the generator's distribution (Gumbel noise)."""
    noise = -torch.empty_like(scores, dtype=torch.float32).exponential_().log()
    return (scores.float() + noise).argmax(-1)
