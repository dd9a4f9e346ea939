"""fp32 weights beside a bf16 model: what an interruption and a rounding may not change."""

from pathlib import Path

import pytest
import torch
from torch import nn

from huibao_training.weights import MasterWeights


def _model() -> nn.Sequential:
    torch.manual_seed(4)
    return nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 3))


def _weights(**settings: float) -> MasterWeights:
    return MasterWeights(_model(), rate=1e-2, decay=0.1, clip=1.0, **settings)


def _train(weights: MasterWeights, steps: range) -> None:
    for step in steps:
        inputs = torch.randn(32, 8, generator=torch.Generator().manual_seed(step))
        outputs = weights.model(inputs.bfloat16()).float()
        nn.functional.cross_entropy(outputs, inputs[:, :3].argmax(-1)).backward()
        weights.step(1 - step / 20)


@pytest.mark.parametrize("average", [0.0, 0.9])
def test_a_resumed_run_ends_with_the_weights_of_an_uninterrupted_one(
    tmp_path: Path, average: float
):
    whole = _weights(average=average)
    _train(whole, range(20))

    before = _weights(average=average)
    _train(before, range(8))
    torch.save(before.state(), tmp_path / "state.pt")
    after = _weights(average=average)
    after.restore(torch.load(tmp_path / "state.pt", weights_only=True))
    _train(after, range(8, 20))

    assert after.steps == whole.steps == 20
    for name, weight in whole.final().items():
        assert torch.equal(weight, after.final()[name]), name


def test_the_model_computes_in_bf16_with_the_rounded_weights():
    weights = _weights()
    _train(weights, range(3))
    for master, parameter in zip(weights.masters, weights.model.parameters(), strict=True):
        assert parameter.dtype == torch.bfloat16
        assert torch.equal(parameter.detach(), master.bfloat16())


def test_steps_too_small_for_bf16_still_add_up():
    weights = MasterWeights(_model(), rate=1e-5, decay=0.0, clip=1.0)
    begun = [master.clone() for master in weights.masters]
    _train(weights, range(5))
    assert all(not torch.equal(old, new) for old, new in zip(begun, weights.masters, strict=True))


def test_heads_may_learn_faster_than_the_encoder():
    weights = MasterWeights(
        _model(), rate=1e-3, decay=0.0, clip=1.0, faster=lambda name: 3.0 if name[0] == "2" else 1.0
    )
    begun = [master.clone() for master in weights.masters]
    _train(weights, range(1))
    moved = [
        (new - old).abs().max().item() for old, new in zip(begun, weights.masters, strict=True)
    ]
    assert moved[2] == pytest.approx(3 * moved[0], rel=0.05)


def test_the_average_lags_behind_the_weights_and_is_what_is_kept():
    weights = _weights(average=0.9)
    _train(weights, range(10))
    kept = weights.final()["0.weight"]
    assert not torch.equal(kept, weights.masters[0])
    assert (kept - weights.masters[0]).abs().mean() < 0.05
