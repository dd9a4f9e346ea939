"""From an encoder to a bundle: warm-up, out-of-fold scores, decisions, the final model, its graphs."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from huibao.inference.bundle import Bundle, Decisions, write_bundle
from huibao.inference.windows import WindowShape
from huibao.label_files import load_label_sets
from huibao_training.adopt import adopted_vocabulary
from huibao_training.augment import Variation
from huibao_training.batches import Batcher, Noise, Targets
from huibao_training.calibrate import Judged, decisions_of
from huibao_training.checkpoint import checkpoint_tokens
from huibao_training.encoder import read_body
from huibao_training.examples import Example, example_of, table_of
from huibao_training.finetune import Stage, StageData, log_record, scored, train_stage
from huibao_training.labeller import HeadSizes, Labeller, new_labeller
from huibao_training.pretrain import SUMMARY_FILE
from huibao_training.sources import (
    Sources,
    places,
    real_examples,
    warm_up_examples,
    written_examples,
)
from huibao_training.start import Start, begun, read_start

MODEL_TYPES = ("ORG", "LOC", "EVENT", "HONOR", "PERSON")  # rules find the other types better
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class FinetuneConfig:
    """A whole fine-tuning run, as its TOML file gives it."""

    name: str
    version: str
    encoder: str
    warm_up: Stage
    joint: Stage
    fold: Stage
    sources: Sources = field(default_factory=Sources)
    window: WindowShape = field(default_factory=WindowShape)
    folds: int = 3
    dropout: float = 0.1
    seed: int = 11
    threads: int = 2


def targets_of() -> tuple[Targets, str]:
    """The labels of the label sets in force, and their fingerprint."""
    labels = load_label_sets()
    return Targets(labels.roles.ids, labels.categories.ids, labels.entities.ids), labels.fingerprint


def finetune(config: FinetuneConfig, folder: Path, say: Say) -> Bundle:
    """Runs all stages in `folder`, resuming what is there; `say` gets one line an epoch.

    Returns:
        The bundle, also written to `folder/bundle`; its weights are those that `trained` reads.
    """
    torch.set_num_threads(config.threads)
    targets, fingerprint = targets_of()
    start = begun(folder, Path(config.encoder), window=config.window.size)
    vocabulary = adopted_vocabulary(checkpoint_tokens(Path(config.encoder)))
    batcher = Batcher(targets, vocabulary, config.window)
    rows = _rows(config, targets, folder)
    noise = Noise(variation=Variation(places=places(config.sources)))
    warm = _warmed(config, batcher, rows["entities"], folder, say)

    judged: list[Judged] = []
    for fold in range(config.folds):
        kept = [row for row in rows["reports"] if fold_of(row.group, config.folds) != fold]
        held = [row for row in rows["reports"] if fold_of(row.group, config.folds) == fold]
        data = StageData(kept, rows["entities"], noise)
        model = _trained(config, batcher, data, config.fold, folder / f"fold{fold}", warm, say)
        judged += [
            Judged(row, score)
            for row, score in zip(held, scored(model, batcher, held), strict=True)
        ]
    decisions = Decisions()
    errors: dict[str, float] = {}
    if judged:
        decisions, errors = decisions_of(judged, targets, model_types=MODEL_TYPES)
        say(f"calibration {errors}")
    data = StageData(rows["reports"], rows["entities"], noise)
    _trained(config, batcher, data, config.joint, folder / "joint", warm, say)
    bundle = Bundle(
        name=config.name,
        version=config.version,
        labels=fingerprint,
        roles=targets.roles,
        categories=targets.categories,
        types=targets.types,
        window=config.window,
        decisions=decisions,
        vocabulary=vocabulary,
        card=_card(config, start, rows, errors),
    )
    write_bundle(bundle, folder / "bundle")
    return bundle


def trained(config: FinetuneConfig, folder: Path, bundle: Bundle) -> Labeller:
    """The final model of a finished run, read from its folder; the checkpoint is not needed."""
    sizes = _sizes(Targets(bundle.roles, bundle.categories, bundle.types))
    model = read_start(folder).labeller(sizes, dropout=config.dropout)
    model.load_state_dict(torch.load(folder / "joint" / "labeller.pt", weights_only=True))
    return model.eval()


def fold_of(group: str, folds: int) -> int:
    """The fold of a report, by a hash of its name: the same in every run."""
    return int(hashlib.sha256(group.encode()).hexdigest()[:8], 16) % folds


def _rows(config: FinetuneConfig, targets: Targets, folder: Path) -> dict[str, list[Example]]:
    """The rows of the run, kept as `datasets` tables in its folder."""
    reports = written_examples(config.sources, "train", targets.types)
    reports += real_examples(config.sources, targets.types)
    rows = {"reports": reports, "entities": warm_up_examples(config.sources)}
    for name, examples in rows.items():
        if examples:
            table = table_of(examples)
            table.save_to_disk(str(folder / "data" / name))
            rows[name] = [example_of(row) for row in table]
    return rows


def _warmed(
    config: FinetuneConfig, batcher: Batcher, rows: Sequence[Example], folder: Path, say: Say
) -> dict[str, torch.Tensor] | None:
    if not rows:
        return None
    data = StageData(rows, noise=Noise(variation=Variation(masked=0.05, renamed=0.0)))
    model = _trained(config, batcher, data, config.warm_up, folder / "warm_up", None, say)
    return model.state_dict()


def _trained(
    config: FinetuneConfig,
    batcher: Batcher,
    data: StageData,
    stage: Stage,
    folder: Path,
    start: dict[str, torch.Tensor] | None,
    say: Say,
) -> Labeller:
    """A model after one stage; read from the folder where the stage is already finished."""
    model = _new_model(config, batcher.targets)
    done = folder / "labeller.pt"
    if done.exists():
        model.load_state_dict(torch.load(done, weights_only=True))
        return model.eval()
    if start is not None:
        model.load_state_dict(start)
    for record in train_stage(model, batcher, data, stage, folder, seed=config.seed):
        log_record(record, folder / "log.jsonl")
        say(f"{folder.name}: {json.dumps(record)}")
    torch.save(model.state_dict(), done)
    return model


def _new_model(config: FinetuneConfig, targets: Targets) -> Labeller:
    body, _ = read_body(Path(config.encoder))
    return new_labeller(body, _sizes(targets), dropout=config.dropout, seed=config.seed)


def _sizes(targets: Targets) -> HeadSizes:
    return HeadSizes(len(targets.roles), len(targets.categories), len(targets.tags))


def _card(
    config: FinetuneConfig, start: Start, rows: dict[str, list[Example]], errors: dict[str, float]
) -> dict[str, Any]:
    """What the bundle tells of its making."""
    sources: dict[str, int] = {}
    for examples in rows.values():
        for row in examples:
            sources[row.source] = sources.get(row.source, 0) + 1
    stages = {name: asdict(getattr(config, name)) for name in ("warm_up", "fold", "joint")}
    pretraining = Path(config.encoder) / SUMMARY_FILE
    return {
        "rows": sources,
        "calibration": errors,
        "stages": stages,
        "seed": config.seed,
        "encoder": start.told,
        "pretraining": json.loads(pretraining.read_text("utf-8")) if pretraining.exists() else None,
    }
