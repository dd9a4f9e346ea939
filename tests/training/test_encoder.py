"""The encoder: how it begins, and that it survives its checkpoint."""

from pathlib import Path

import pytest
import torch

from huibao.inference.vocabulary import SPECIAL, Vocabulary
from huibao_training.encoder import EncoderShape, new_encoder, read_encoder, write_encoder

SMALL = Vocabulary((*SPECIAL, *map(chr, range(0x4E00, 0x4E40))))


@pytest.fixture(scope="module")
def attention() -> list[torch.Tensor]:
    """Of each layer, the mean attention by offset from -8 to 8; shape (heads, 17)."""
    model = new_encoder(EncoderShape(layers=2, hidden=256), SMALL, seed=1).eval()
    generator = torch.Generator().manual_seed(2)
    ids = torch.randint(len(SPECIAL), len(SMALL), (8, 60), generator=generator)
    with torch.inference_mode():
        layers = model.bert(ids, output_attentions=True).attentions
    middle = torch.arange(10, 50)
    return [
        torch.stack(
            [layer.mean(0)[:, middle, middle + offset].mean(-1) for offset in range(-8, 9)], -1
        )
        for layer in layers
    ]


@pytest.mark.parametrize(
    ("layer", "head", "offset"),
    [
        (0, 0, -1), (0, 1, 1), (0, 2, -2), (0, 3, 2),
        (1, 0, -3), (1, 1, 3), (1, 2, -4), (1, 3, 4),
    ],
)  # fmt: skip
def test_a_head_of_the_first_layers_looks_at_its_own_neighbour(
    attention: list[torch.Tensor], layer: int, head: int, offset: int
):
    by_offset = attention[layer][head].clone()
    by_offset[8] = 0.0  # like sees like: every head also looks at its own place
    assert int(by_offset.argmax()) - 8 == offset
    assert by_offset[8 + offset] > 3 * by_offset[8 - offset]


def test_the_same_seed_makes_the_same_encoder():
    first, second, other = (
        new_encoder(EncoderShape(2, 64), SMALL, seed=seed).state_dict() for seed in (1, 1, 2)
    )
    name = "bert.encoder.layer.0.output.dense.weight"
    assert torch.equal(first[name], second[name])
    assert not torch.equal(first[name], other[name])


def test_a_checkpoint_keeps_the_weights_to_half_precision_and_the_vocabulary(tmp_path: Path):
    model = new_encoder(EncoderShape(2, 64), SMALL, seed=1)
    write_encoder(model, SMALL, tmp_path)
    read, vocabulary = read_encoder(tmp_path)
    assert vocabulary.tokens == SMALL.tokens
    wanted = model.state_dict()
    for name, weight in read.state_dict().items():
        assert weight.dtype == torch.float32
        assert torch.allclose(weight, wanted[name], atol=1e-3), name
