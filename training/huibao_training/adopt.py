"""Another BERT's checkpoint made ours: its characters keep their vectors, our own tokens get some."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import torch
from transformers import BertForMaskedLM

from huibao.errors import BundleError
from huibao.inference.vocabulary import SPECIAL, UNKNOWN, Vocabulary

_SHARED = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def checkpoint_tokens(folder: Path) -> tuple[str, ...]:
    """The tokens of a Hugging Face BERT checkpoint, from its `vocab.txt`.

    Raises:
        BundleError: when there is none, or it is not that of a BERT.
    """
    file = folder / "vocab.txt"
    if not file.is_file():
        raise BundleError(f"{folder} has no vocab.txt: not a BERT checkpoint folder")
    tokens = tuple(file.read_text("utf-8").removesuffix("\n").split("\n"))
    missing = [token for token in _SHARED if token not in tokens]
    if missing:
        raise BundleError(f"{file} lacks {missing[0]}: not the vocabulary of a BERT")
    return tokens


def is_ours(tokens: Sequence[str]) -> bool:
    """Whether the vocabulary is one of huibao's."""
    return tuple(tokens[: len(SPECIAL)]) == SPECIAL


def adopted(model: BertForMaskedLM, tokens: Sequence[str]) -> tuple[BertForMaskedLM, Vocabulary]:
    """The model with a character vocabulary of ours; word pieces are left behind.

    A character keeps its vector; a capital that an uncased model lacks takes that of its small
    letter; our own tokens (place in the report, kind of block, masks) take unused ones.
    """
    place_of = {token: place for place, token in enumerate(tokens)}
    signs = [token for token in tokens if len(token) == 1 and not token.isspace()]
    capitals = [sign.upper() for sign in signs if sign.isascii() and sign.islower()]
    signs += [sign for sign in capitals if sign not in place_of]
    unused = iter(token for token in tokens if token.startswith("[unused"))
    origins = [token if token in place_of else next(unused, UNKNOWN) for token in SPECIAL] + [
        sign if sign in place_of else sign.lower() for sign in signs
    ]
    rows = torch.tensor([place_of[origin] for origin in origins])
    embeddings = cast(Any, model).get_input_embeddings().weight.detach()[rows].clone()
    bias = cast(Any, model).cls.predictions.bias.detach()[rows].clone()
    model.resize_token_embeddings(len(rows), mean_resizing=False)
    with torch.no_grad():
        cast(Any, model).get_input_embeddings().weight.copy_(embeddings)
        cast(Any, model).cls.predictions.bias.copy_(bias)
    return model, Vocabulary((*SPECIAL, *signs))
