"""The encoder: a compact Chinese BERT made new, any BERT or ELECTRA read, ours written as fp16."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from transformers import BertConfig, BertForMaskedLM, BertModel, ElectraConfig, ElectraModel

from huibao.errors import BundleError
from huibao.inference.vocabulary import Vocabulary, write_vocabulary
from huibao_training.adopt import adopt, adopted_vocabulary
from huibao_training.checkpoint import checkpoint_tokens, loaded, model_type

Body = BertModel | ElectraModel  # an encoder without the head it was pretrained with
MOST_TOKENS = 65_000  # packed ids have 16 bits; a multilingual BERT has twice as many tokens
_FIRST_OFFSETS = ((-1, 1, -2, 2), (-3, 3, -4, 4))  # where the heads of the first two layers look


@dataclass(frozen=True, slots=True)
class EncoderShape:
    """Size of an encoder; attention heads are 64 wide, the inner layer four times the hidden one."""

    layers: int
    hidden: int
    activation: str = "relu"  # a fifth faster than erf-gelu on a CPU, in training and in serving


def new_encoder(shape: EncoderShape, vocabulary: Vocabulary, *, seed: int) -> BertForMaskedLM:
    """An untrained encoder with its masked-language head."""
    torch.manual_seed(seed)
    model = BertForMaskedLM(
        BertConfig(  # type: ignore[call-arg]  # the attention kind is a keyword of the parent class
            vocab_size=len(vocabulary),
            hidden_size=shape.hidden,
            num_hidden_layers=shape.layers,
            num_attention_heads=shape.hidden // 64,
            intermediate_size=4 * shape.hidden,
            hidden_act=shape.activation,
            max_position_embeddings=512,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            attn_implementation="eager",
        )
    )
    _start_from_waves(model.bert)
    return model


def read_encoder(folder: Path) -> tuple[BertForMaskedLM, Vocabulary]:
    """A BERT with its masked-language head, to be pretrained further, and its adopted vocabulary.

    Raises:
        BundleError: when the folder holds no BERT.
    """
    if model_type(folder) != "bert":
        raise BundleError(f"{folder} holds no BERT: pretraining goes on with nothing else")
    tokens = checkpoint_tokens(folder)
    if len(tokens) > MOST_TOKENS:
        raise BundleError(f"{folder} has {len(tokens)} tokens, packed text holds {MOST_TOKENS}")
    model = loaded(folder, BertForMaskedLM, optional="cls.")
    adopt(model, tokens)
    return model, adopted_vocabulary(tokens)


def read_body(folder: Path) -> tuple[Body, Vocabulary]:
    """A BERT or ELECTRA without its pretraining head, in fp32, and its adopted vocabulary.

    Args:
        folder: A Hugging Face checkpoint of `BertModel`, `ElectraModel` or any model around one.

    Raises:
        BundleError: when it holds neither, is damaged, or has fewer than two layers.
    """
    kind = model_type(folder)
    tokens = checkpoint_tokens(folder)
    model: Body
    if kind == "electra":
        model = loaded(folder, ElectraModel)
    else:
        model = loaded(folder, BertModel, add_pooling_layer=False)
    if model.config.num_hidden_layers < 2:
        raise BundleError(f"{folder} has one layer: the heads read the outputs of two and more")
    adopt(model, tokens)
    return model, adopted_vocabulary(tokens)


def new_body(settings: dict[str, Any]) -> Body:
    """An untrained body of the shape that `read_body(...)[0].config.to_dict()` told."""
    settings = settings | {"attn_implementation": "eager"}
    if settings["model_type"] == "electra":
        return ElectraModel(ElectraConfig(**settings))
    return BertModel(BertConfig(**settings), add_pooling_layer=False)


@torch.no_grad()
def _start_from_waves(model: BertModel) -> None:
    """Positions begin as sine waves, and the heads of the first layers look at near neighbours.

    From random positions and flat attention a small model stays at the unigram loss for thousands of
    steps before a head finds its neighbour. A sine position turned by an angle is another position:
    a query turned by the offset and a plain key meet at exactly that neighbour.
    """
    positions = model.embeddings.position_embeddings.weight
    count, hidden = positions.shape
    speeds = 10_000.0 ** -(torch.arange(0, hidden, 2) / hidden)
    angles = torch.arange(count)[:, None] * speeds[None, :]
    positions[:, 0::2], positions[:, 1::2] = angles.sin(), angles.cos()
    positions *= 0.02 / positions.std()
    for layer, offsets in enumerate(_FIRST_OFFSETS):
        attention = cast(Any, model.encoder.layer[layer]).attention.self
        for head in range(model.config.num_attention_heads):
            rows = slice(64 * head, 64 * (head + 1))
            turned = _turned(speeds[:32], offsets[head % len(offsets)])
            attention.query.weight[rows, :64] += turned
            attention.key.weight[rows, :64] += torch.eye(64)


def _turned(speeds: torch.Tensor, offset: int) -> torch.Tensor:
    """The matrix that turns the fastest waves of a position into those `offset` places on."""
    matrix = torch.zeros(64, 64)
    for pair, angle in enumerate(offset * speeds):
        place = 2 * pair
        matrix[place, place] = matrix[place + 1, place + 1] = angle.cos()
        matrix[place, place + 1], matrix[place + 1, place] = angle.sin(), -angle.sin()
    return matrix


def write_encoder(model: BertForMaskedLM, vocabulary: Vocabulary, folder: Path) -> None:
    """Writes a Hugging Face checkpoint folder in fp16."""
    folder.mkdir(parents=True, exist_ok=True)
    half = cast(Any, BertForMaskedLM(model.config)).half()
    half.load_state_dict(model.state_dict())
    half.save_pretrained(folder)
    write_vocabulary(vocabulary, folder / "vocab.txt")
