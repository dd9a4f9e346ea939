"""Fine-tuning in two stages: entity warm-up on public data, then all three heads on reports."""

import json
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from huibao.inference.scores import BlockScores, by_block
from huibao.inference.windows import Window
from huibao_training.batches import Batch, Batcher, Noise
from huibao_training.examples import Example
from huibao_training.labeller import Labeller, torch_scores
from huibao_training.pretrain import triangle
from huibao_training.weights import MasterWeights


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of fine-tuning.

    Args:
        epochs: Passes over the rows.
        seconds: Wall-clock budget; the stage stops there with the reason `budget`.
        rate: Peak learning rate of the encoder.
        heads: Factor on it for the heads.
        tokens: Padded tokens a batch.
        average: Decay of the moving average of the weights.
        replay: Entity-only rows drawn into each epoch, so that names once learned stay.
    """

    epochs: int
    seconds: float = 3600.0
    rate: float = 3e-4
    heads: float = 3.0
    tokens: int = 3072
    warm_up: float = 0.1
    weight_decay: float = 0.01
    clip: float = 1.0
    average: float = 0.0
    replay: int = 0
    role_weight: float = 1.0
    category_weight: float = 10.0  # a mean over 18 labels, mostly absent: small by itself
    tag_weight: float = 1.0


@dataclass(frozen=True, slots=True)
class StageData:
    """The rows of a stage; `replayed` are those that `Stage.replay` draws from."""

    rows: Sequence[Example]
    replayed: Sequence[Example] = field(default=())
    noise: Noise = field(default_factory=Noise)


def train_stage(
    model: Labeller, batcher: Batcher, data: StageData, stage: Stage, folder: Path, *, seed: int
) -> Iterator[dict[str, Any]]:
    """Trains one stage, resuming from `folder/checkpoint.pt`; yields a record an epoch.

    The model ends in fp32 with the final (averaged) weights. The last record names the stop reason:
    `done` or `budget`.

    Raises:
        ValueError: when there are no rows.
    """
    if not data.rows:
        raise ValueError(f"stage {folder.name} has no rows to learn from")
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = folder / "checkpoint.pt"
    weights = MasterWeights(
        model,
        rate=stage.rate,
        decay=stage.weight_decay,
        clip=stage.clip,
        faster=lambda name: 1.0 if name.startswith("encoder.") else stage.heads,
        average=stage.average,
    )
    first, spent = _resumed(weights, checkpoint)
    importance = role_importance(data.rows, batcher.targets.roles)
    stop = ""
    for epoch in range(first, stage.epochs):
        begun = time.monotonic()
        losses: Counter[str] = Counter()
        batches = _epoch_batches(batcher, data, stage, random.Random(seed * 1000 + epoch))
        torch.manual_seed(seed * 1000 + epoch)
        model.train()
        for place, batch in enumerate(batches):
            parts = _losses(model, batch, stage, importance)
            if not parts:  # every token of every row belongs to an entity that the windows cut
                continue
            torch.stack(list(parts.values())).sum().backward()  # type: ignore[no-untyped-call]
            weights.step(triangle((epoch + place / len(batches)) / stage.epochs, stage.warm_up))
            losses.update({name: part.item() for name, part in parts.items()})
            if spent + time.monotonic() - begun > stage.seconds:
                stop = "budget"
                break
        spent += time.monotonic() - begun
        _save(weights, checkpoint, epoch + 1, spent)
        stop = stop or ("done" if epoch + 1 == stage.epochs else "")
        means = {name: round(total / max(1, place + 1), 4) for name, total in losses.items()}
        yield {"epoch": epoch + 1, "seconds": round(spent), "stop": stop, "loss": means}
        if stop:
            break
    model.float()
    model.load_state_dict(weights.final())
    model.eval()


def scored(model: Labeller, batcher: Batcher, examples: Sequence[Example]) -> list[BlockScores]:
    """Scores of examples in their own context, one window a run, joined as serving joins them."""
    windows: list[Window] = []
    for place, example in enumerate(examples):
        windows.extend(_numbered(window, place) for window in batcher.windows(example))
    joined = by_block(windows, torch_scores(model, windows))
    return [joined[0, place] for place in range(len(examples))]


def role_importance(rows: Sequence[Example], roles: Sequence[str]) -> Tensor:
    """Weights of the roles in the loss: the root of the inverse frequency, within 0.5 and 3."""
    counts = Counter(row.role for row in rows if row.role)
    usual = float(np.median([counts[role] for role in roles if counts[role]] or [1]))
    return torch.tensor(
        [min(3.0, max(0.5, (usual / max(1, counts[role])) ** 0.5)) for role in roles]
    )


def _epoch_batches(
    batcher: Batcher, data: StageData, stage: Stage, rng: random.Random
) -> list[Batch]:
    rows = list(data.rows)
    if stage.replay and data.replayed:
        rows += rng.sample(list(data.replayed), min(stage.replay, len(data.replayed)))
    windows: list[tuple[Example, Window]] = []
    for row in rows:
        example, cut = batcher.noisy(row, data.noise, rng)
        windows.extend((example, window) for window in cut)
    return list(batcher.batches(windows, tokens=stage.tokens, rng=rng))


def _losses(model: Labeller, batch: Batch, stage: Stage, importance: Tensor) -> dict[str, Tensor]:
    role, category, tags = model(batch.ids, batch.segments, batch.mask.to(torch.bfloat16))
    parts = {}
    if (batch.roles >= 0).any():
        parts["role"] = stage.role_weight * functional.cross_entropy(
            role.float(), batch.roles, weight=importance
        )
    judged = ~batch.categories.isnan()
    if judged.any() and stage.category_weight:
        parts["category"] = stage.category_weight * functional.binary_cross_entropy_with_logits(
            category.float()[judged], batch.categories[judged]
        )
    if (batch.tags >= 0).any():
        logits = tags.float() + batch.tag_mask[:, None, :]
        parts["tags"] = stage.tag_weight * functional.cross_entropy(
            logits.flatten(0, 1), batch.tags.flatten()
        )
    return parts


def _numbered(window: Window, block: int) -> Window:
    return replace(window, report=0, block=block)


def _save(weights: MasterWeights, path: Path, epoch: int, spent: float) -> None:
    state = {"weights": weights.state(), "epoch": epoch, "spent": spent}
    torch.save(state, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


def _resumed(weights: MasterWeights, path: Path) -> tuple[int, float]:
    if not path.exists():
        return 0, 0.0
    state = torch.load(path, weights_only=True)
    weights.restore(state["weights"])
    return state["epoch"], state["spent"]


def log_record(record: dict[str, Any], path: Path) -> None:
    """Appends a record to a JSON-lines log."""
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(record, ensure_ascii=False) + "\n")
