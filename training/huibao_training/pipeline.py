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
from huibao.label_changes import History, load_history
from huibao.label_files import load_label_sets
from huibao_training.adopt import adopted_vocabulary
from huibao_training.augment import Variation
from huibao_training.batches import Batcher, Noise, Targets
from huibao_training.calibrate import Judged, decisions_of
from huibao_training.checkpoint import checkpoint_tokens
from huibao_training.config import ConfigError
from huibao_training.encoder import new_body, read_body
from huibao_training.examples import Example, example_of, table_of
from huibao_training.finetune import Stage, StageData, log_record, scored, train_stage
from huibao_training.heirs import heirs_of
from huibao_training.labeller import HeadSizes, Labeller, new_labeller
from huibao_training.pretrain import SUMMARY_FILE
from huibao_training.sources import (
    Sources,
    label_folder,
    places,
    real_examples,
    warm_up_examples,
    written_examples,
)
from huibao_training.start import Start, begun, checkpoint_start, read_start
from huibao_training.trained import Trained, read_trained

# A model learns these too, but rules find them better and know their values.
RULE_TYPES = frozenset({"DATE", "MONEY", "QUANT", "DOC_TITLE", "DOC_NO", "ETHNIC"})
Say = Callable[[str], None]
Weights = dict[str, torch.Tensor]


@dataclass(frozen=True, slots=True)
class FinetuneConfig:
    """A whole fine-tuning run, as its TOML file gives it.

    A run from a bundle (`start_from`) has the last stage only: it takes over the bundle's window and
    decision numbers, since out-of-fold scores of weights that saw every report would flatter.

    Args:
        name: Of the bundle.
        version: Of the bundle.
        joint: The stage on all reports.
        encoder: Folder of a checkpoint to begin from.
        start_from: Folder of a bundle to begin from instead.
        warm_up: The stage on entity data before, skipped without such data.
        fold: The stage of each fold.
        sources: Where the data lies.
        window: How blocks are cut.
        folds: How many parts score each other; 0 keeps the plain decision numbers.
        dropout: In the heads.
        seed: Of everything drawn.
        threads: Of torch.
    """

    name: str
    version: str
    joint: Stage
    encoder: str = ""
    start_from: str = ""
    warm_up: Stage = field(default_factory=lambda: Stage(epochs=1))
    fold: Stage = field(default_factory=lambda: Stage(epochs=1))
    sources: Sources = field(default_factory=Sources)
    window: WindowShape = field(default_factory=WindowShape)
    folds: int = 3
    dropout: float = 0.1
    seed: int = 11
    threads: int = 2


def targets_of(folder: Path | None = None) -> tuple[Targets, str]:
    """The labels in force in a label folder, by default the shipped one, and their fingerprint."""
    labels = load_label_sets(folder)
    return Targets(labels.roles.ids, labels.categories.ids, labels.entities.ids), labels.fingerprint


def finetune(config: FinetuneConfig, folder: Path, say: Say) -> Bundle:
    """Runs all stages in `folder`, resuming what is there; `say` gets one line an epoch.

    Returns:
        The bundle, also written to `folder/bundle`; its weights are those that `trained` reads.

    Raises:
        ConfigError: when the config begins from nothing, or the folder holds another run.
    """
    torch.set_num_threads(config.threads)
    run = _run(config, folder, say)
    rows = _rows(config, run.batcher.targets, folder)
    noise = Noise(variation=Variation(places=places(config.sources)))
    errors: dict[str, float] = {}
    first: Weights | None
    if run.teacher is not None:
        heirs = heirs_of(run.teacher.bundle, run.batcher.targets, run.history)
        first = heirs.weights(run.teacher.weights, run.new_model().state_dict())
        decisions = heirs.decisions(run.teacher.bundle.decisions)
    else:
        first = _warmed(run, rows["entities"])
        decisions, errors = _out_of_fold(run, rows, noise, first)
    data = StageData(rows["reports"], rows["entities"], noise)
    _trained(run, data, config.joint, "joint", first)
    targets = run.batcher.targets
    bundle = Bundle(
        name=config.name,
        version=config.version,
        labels=run.start.labels,
        roles=targets.roles,
        categories=targets.categories,
        types=targets.types,
        window=run.batcher.shape,
        decisions=decisions,
        vocabulary=run.batcher.vocabulary,
        card=_card(run, rows, errors),
    )
    write_bundle(bundle, folder / "bundle")
    return bundle


@dataclass(frozen=True, slots=True)
class _Run:
    """What all stages of a run share; `teacher` is the bundle that it begins from, if it does."""

    config: FinetuneConfig
    folder: Path
    start: Start
    batcher: Batcher
    history: History
    teacher: Trained | None
    say: Say

    def new_model(self) -> Labeller:
        """A labeller with fresh heads, on the checkpoint's encoder where there is one."""
        sizes = _sizes(self.batcher.targets)
        if self.teacher is None:
            body, _ = read_body(Path(self.config.encoder))
        else:
            body = new_body(self.start.settings)
        return new_labeller(body, sizes, dropout=self.config.dropout, seed=self.config.seed)


def _run(config: FinetuneConfig, folder: Path, say: Say) -> _Run:
    targets, labels = targets_of(label_folder(config.sources))
    history = load_history(label_folder(config.sources))
    if config.start_from:
        teacher = read_trained(Path(config.start_from))
        start = begun(folder, teacher.start(labels))
        batcher = Batcher(targets, teacher.bundle.vocabulary, teacher.bundle.window)
        return _Run(config, folder, start, batcher, history, teacher, say)
    if not config.encoder:
        raise ConfigError("name an encoder or a bundle in start_from to begin from")
    encoder = Path(config.encoder)
    told = checkpoint_start(encoder, window=config.window.size, labels=labels)
    start = begun(folder, told)
    batcher = Batcher(targets, adopted_vocabulary(checkpoint_tokens(encoder)), config.window)
    return _Run(config, folder, start, batcher, history, None, say)


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
    reports = written_examples(config.sources, "train", targets.types, targets.categories)
    reports += real_examples(config.sources, targets.types)
    rows = {"reports": reports, "entities": warm_up_examples(config.sources)}
    for name, examples in rows.items():
        if examples:
            table = table_of(examples)
            table.save_to_disk(str(folder / "data" / name))
            rows[name] = [example_of(row) for row in table]
    return rows


def _warmed(run: _Run, rows: Sequence[Example]) -> Weights | None:
    if not rows:
        return None
    data = StageData(rows, noise=Noise(variation=Variation(masked=0.05, renamed=0.0)))
    return _trained(run, data, run.config.warm_up, "warm_up", None).state_dict()


def _out_of_fold(
    run: _Run,
    rows: dict[str, list[Example]],
    noise: Noise,
    first: Weights | None,
) -> tuple[Decisions, dict[str, float]]:
    """Decision numbers from scores by models that never saw the report, and calibration errors."""
    folds, judged = run.config.folds, list[Judged]()
    for fold in range(folds):
        kept = [row for row in rows["reports"] if fold_of(row.group, folds) != fold]
        held = [row for row in rows["reports"] if fold_of(row.group, folds) == fold]
        data = StageData(kept, rows["entities"], noise)
        model = _trained(run, data, run.config.fold, f"fold{fold}", first)
        judged += map(Judged, held, scored(model, run.batcher, held))
    if not judged:
        return Decisions(), {}
    targets = run.batcher.targets
    types = tuple(kind for kind in targets.types if kind not in RULE_TYPES)
    labels = load_label_sets(label_folder(run.config.sources))
    decisions, errors = decisions_of(judged, targets, model_types=types, labels=labels)
    run.say(f"calibration {errors}")
    return decisions, errors


def _trained(
    run: _Run,
    data: StageData,
    stage: Stage,
    name: str,
    first: Weights | None,
) -> Labeller:
    """A model after one stage; read from the stage's folder where it is already finished."""
    model, folder = run.new_model(), run.folder / name
    done = folder / "labeller.pt"
    if done.exists():
        model.load_state_dict(torch.load(done, weights_only=True))
        return model.eval()
    if first is not None:
        model.load_state_dict(first)
    for record in train_stage(model, run.batcher, data, stage, folder, seed=run.config.seed):
        log_record(record, folder / "log.jsonl")
        run.say(f"{name}: {json.dumps(record)}")
    torch.save(model.state_dict(), done)
    return model


def _sizes(targets: Targets) -> HeadSizes:
    return HeadSizes(len(targets.roles), len(targets.categories), len(targets.tags))


def _card(run: _Run, rows: dict[str, list[Example]], errors: dict[str, float]) -> dict[str, Any]:
    """What the bundle tells of its making."""
    sources: dict[str, int] = {}
    for examples in rows.values():
        for row in examples:
            sources[row.source] = sources.get(row.source, 0) + 1
    config = run.config
    card = {
        "rows": sources,
        "calibration": errors,
        "label_version": run.history.number,
        "seed": config.seed,
        "encoder": run.start.told,
    }
    if run.teacher is not None:
        before = run.teacher.bundle
        return card | {
            "stages": {"joint": asdict(config.joint)},
            "teacher": {"rows": before.card.get("rows", {}), "labels": before.labels},
            "pretraining": before.card.get("pretraining"),
        }
    pretraining = Path(config.encoder) / SUMMARY_FILE
    return card | {
        "stages": {name: asdict(getattr(config, name)) for name in ("warm_up", "fold", "joint")},
        "pretraining": json.loads(pretraining.read_text("utf-8")) if pretraining.exists() else None,
    }
