"""Another BERT's vocabulary made ours: its tokens keep their places, what ours needs comes behind."""

import string
from collections.abc import Sequence
from typing import Any, cast

import torch
from torch import nn
from transformers import BertForMaskedLM, PreTrainedModel

from huibao.errors import BundleError
from huibao.inference.vocabulary import SPECIAL, UNKNOWN, Vocabulary

# Uncased models know no capitals, and most Chinese ones no quotes: names stand between those.
_SIGNS = string.ascii_uppercase + "“”‘’…—·"


def is_ours(tokens: Sequence[str]) -> bool:
    """Whether the vocabulary has huibao's own tokens already."""
    return set(SPECIAL) <= set(tokens)


def adopted_vocabulary(tokens: Sequence[str]) -> Vocabulary:
    """A checkpoint's tokens in their places, behind them those that huibao needs and they lack."""
    return Vocabulary((*tokens, *_added(tokens)))


def adopt(model: PreTrainedModel, tokens: Sequence[str]) -> None:
    """Gives the model vectors for the tokens that `adopted_vocabulary` adds, and two segments.

    A capital takes the vector of its small letter, a missing sign that of [UNK] (as which it was read
    so far); our own tokens (place in the report, kind of block, masks) take those of unused ones.

    Raises:
        BundleError: when the vocabulary names more tokens than the model has.
    """
    old = cast(Any, model).get_input_embeddings().weight.detach()
    if len(old) < len(tokens):
        raise BundleError(f"the vocabulary has {len(tokens)} tokens, the checkpoint {len(old)}")
    rows = torch.tensor([*range(len(tokens)), *_origins(tokens)])
    vectors, bias = old[rows].clone(), _output_bias(model)
    biases = None if bias is None else bias.detach()[rows].clone()
    model.resize_token_embeddings(len(rows), mean_resizing=False)
    with torch.no_grad():
        cast(Any, model).get_input_embeddings().weight.copy_(vectors)
        if biases is not None:
            cast(Any, _output_bias(model)).copy_(biases)
    _give_two_segments(model)


def _output_bias(model: PreTrainedModel) -> torch.Tensor | None:
    """The bias of each token in the masked-language head, where the model has that head."""
    head = cast(Any, model).cls if isinstance(model, BertForMaskedLM) else None
    return None if head is None else cast(torch.Tensor, head.predictions.bias)


def _added(tokens: Sequence[str]) -> list[str]:
    if is_ours(tokens):
        return []
    known = set(tokens)
    return [token for token in (*SPECIAL, *_SIGNS) if token not in known]


def _origins(tokens: Sequence[str]) -> list[int]:
    """Of each added token, the row of the token whose vector it takes."""
    place_of = {token: place for place, token in enumerate(tokens)}
    unused = iter([place for token, place in place_of.items() if token.startswith("[unused")])
    unknown = place_of[UNKNOWN]
    return [
        next(unused, unknown) if token in SPECIAL else place_of.get(token.lower(), unknown)
        for token in _added(tokens)
    ]


def _give_two_segments(model: PreTrainedModel) -> None:
    """A model trained on single sentences may know one segment: the second begins like the first."""
    embeddings = cast(Any, model).base_model.embeddings
    segments = embeddings.token_type_embeddings.weight.detach()
    if len(segments) == 1:
        both = nn.Embedding(2, segments.shape[1])
        both.weight.data.copy_(segments.expand(2, -1))
        embeddings.token_type_embeddings = both
        cast(Any, model).config.type_vocab_size = 2
