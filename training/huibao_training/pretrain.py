"""Pretraining on one CPU or accelerator, budgeted by the clock, in resumable legs."""

import json
import math
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, cast

import numpy as np
import torch
from torch import nn
from transformers import BertForMaskedLM

from huibao_training.config import ConfigError
from huibao_training.encoder import EncoderShape, new_encoder, read_encoder, write_encoder
from huibao_training.masking import MaskedRows, masked
from huibao_training.objectives import learner
from huibao_training.packing import PackedCorpus, PackedText
from huibao_training.sources import CorpusSources
from huibao_training.weights import MasterWeights

SUMMARY_FILE = "pretraining.json"  # beside an encoder: how it was made
MEASURING_RATE = 0.15  # held-out accuracy is always told at 15 % masking, as in the literature


@dataclass(frozen=True, slots=True)
class PretrainConfig:
    """How a pretraining run goes; times in seconds, lengths in tokens."""

    shape: EncoderShape
    seconds: float = 0.0
    tokens: int = 0  # a budget in tokens instead of seconds, to compare recipes on equal ones
    length: int = 128  # attention is cheap and every row is full; positions are shifted at random
    rows: int = 32
    peak_rate: float = 7e-4
    warm_up: float = 0.06
    weight_decay: float = 0.01
    clip: float = 1.0
    masking_first: float = 0.20
    masking_last: float = 0.15
    objective: str = "masked"  # or "replaced": find the tokens that a small generator filled in
    whole_words: float = 0.8  # ChpoBERT gains 1.6 F1 by them; a fifth of single characters is safe
    whole_words_from: float = 0.3  # share of the run until that is reached, single characters first
    seed: int = 7
    threads: int = 2
    device: str = "cpu"
    checkpoint_every: float = 300.0
    start_from: str = ""  # a Hugging Face BERT checkpoint folder to continue


@dataclass(frozen=True, slots=True)
class PretrainRun:
    """A pretraining configuration: how the run goes, and on which text."""

    training: PretrainConfig
    corpus: CorpusSources = field(default_factory=CorpusSources)


@dataclass(slots=True)
class Progress:
    """How far a run has come."""

    step: int = 0
    tokens: int = 0
    seconds: float = 0.0
    stop: str = ""


def pretrain(
    corpus: PackedCorpus, config: PretrainConfig, folder: Path
) -> Iterator[dict[str, Any]]:
    """Trains until the budget is spent or the process is asked to stop; yields a record every 100 steps.

    `folder` holds the checkpoint (resumed when it is there), `log.jsonl` and, at the end, `encoder/`.
    The last record names the stop reason: `budget` or `interrupted`.

    Raises:
        ConfigError: when the configuration gives no budget.
    """
    if not (config.seconds or config.tokens):
        raise ConfigError("pretraining needs a budget: seconds or tokens")
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(config.threads)
    model, vocabulary = _first_model(corpus, config)
    if vocabulary.tokens != corpus.vocabulary.tokens:
        raise ValueError("the checkpoint to continue has another vocabulary than the packed corpus")
    weights = MasterWeights(
        learner(config.objective, model, vocabulary, seed=config.seed).to(config.device),
        rate=config.peak_rate,
        decay=config.weight_decay,
        clip=config.clip,
    )
    progress = _resume(weights, folder / "checkpoint.pt")
    saved_at = begun = time.monotonic() - progress.seconds
    with _asked_to_stop() as stopped, (folder / "log.jsonl").open("a", encoding="utf-8") as log:
        while not progress.stop:
            share = _share_spent(progress, config)
            loss = _train_step(weights, corpus, config, progress, share)
            progress.seconds = time.monotonic() - begun
            progress.stop = _stop_reason(progress, config, stopped)
            if progress.step % 100 == 0 or progress.stop:
                record = _record(progress, loss, weights, corpus, config)
                log.write(json.dumps(record) + "\n")
                log.flush()
                yield record
            if time.monotonic() - saved_at > config.checkpoint_every or progress.stop:
                _save(weights, progress, folder / "checkpoint.pt")
                saved_at = time.monotonic()
    final, _ = _first_model(corpus, config)
    final.load_state_dict(
        weights.final(), strict=False
    )  # the output layer is tied to the embedding
    write_encoder(final, vocabulary, folder / "encoder")
    summary = asdict(config) | asdict(progress) | {"held_out": record.get("held_out_accuracy")}
    summary["legs"] = [
        *earlier_legs(config),
        {"tokens": progress.tokens, "seconds": progress.seconds},
    ]
    (folder / "encoder" / SUMMARY_FILE).write_text(json.dumps(summary, indent=1) + "\n", "utf-8")


def earlier_legs(config: PretrainConfig) -> list[dict[str, float]]:
    """Tokens and seconds of the legs that made the checkpoint to go on from, as far as it tells them."""
    file = Path(config.start_from) / SUMMARY_FILE
    if not config.start_from or not file.is_file():
        return []
    before = json.loads(file.read_text("utf-8"))
    last = {"tokens": before["tokens"], "seconds": before["seconds"]}
    return list(before.get("legs", [last]))


def triangle(share: float, warm_up: float) -> float:
    """The scale of the learning rate at a share (0 to 1) of the run: up in the warm-up, then down to 0."""
    if share < warm_up:
        return share / warm_up
    return max(0.0, (1 - share) / (1 - warm_up))


def held_out_accuracy(model: nn.Module, corpus: PackedCorpus, config: PretrainConfig) -> float:
    """Share of hidden tokens guessed right on held-out documents, always on the same rows."""
    rng = np.random.default_rng(0)
    right = total = 0
    for _ in range(4):
        rows = _drawn(corpus.held_out, corpus, config, MEASURING_RATE, config.whole_words, rng)
        with torch.inference_mode():
            scores, targets = cast(Any, model).guesses(rows, _positions(config, rng))
            right += int((scores.argmax(-1) == targets).sum())
            total += len(targets)
    return right / max(1, total)


def _train_step(
    weights: MasterWeights,
    corpus: PackedCorpus,
    config: PretrainConfig,
    progress: Progress,
    share: float,
) -> float:
    rng = np.random.default_rng((config.seed, progress.step))  # a resumed run sees the same rows
    rate = config.masking_first + share * (config.masking_last - config.masking_first)
    words = config.whole_words * min(1.0, share / max(1e-9, config.whole_words_from))
    rows = _drawn(corpus.train, corpus, config, rate, words, rng)
    loss: torch.Tensor = cast(Any, weights.model).loss(rows, _positions(config, rng))
    loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    weights.step(triangle(share, config.warm_up))
    progress.step += 1
    progress.tokens += rows.inputs.size
    return loss.item()


def _drawn(
    text: PackedText,
    corpus: PackedCorpus,
    config: PretrainConfig,
    rate: float,
    whole_words: float,
    rng: np.random.Generator,
) -> MaskedRows:
    starts = rng.integers(0, max(1, len(text) - config.length), config.rows)
    ids, word_starts = text.rows(starts, config.length)
    return masked(
        ids, word_starts, rate=rate, whole_words=whole_words, vocabulary=corpus.vocabulary, rng=rng
    )


def _positions(config: PretrainConfig, rng: np.random.Generator) -> torch.Tensor:
    """Positions of the rows, each from a place of its own, so that all 512 are trained."""
    shift = rng.integers(0, 512 - config.length + 1, (config.rows, 1))
    return torch.from_numpy(shift + np.arange(config.length)[None, :]).to(config.device)


def _record(
    progress: Progress,
    loss: float,
    weights: MasterWeights,
    corpus: PackedCorpus,
    config: PretrainConfig,
) -> dict[str, Any]:
    if not math.isfinite(loss):
        raise FloatingPointError(f"loss is {loss} at step {progress.step}: lower peak_rate")
    record = asdict(progress) | {
        "loss": round(loss, 4),
        "tokens_per_second": round(progress.tokens / progress.seconds),
    }
    if progress.step % 1000 == 0 or progress.stop:
        record["held_out_accuracy"] = round(held_out_accuracy(weights.model, corpus, config), 4)
    return record


def _share_spent(progress: Progress, config: PretrainConfig) -> float:
    """How much of the budget is spent, 0 to 1: of the time, or of the tokens where they are given."""
    if config.tokens:
        return min(1.0, progress.tokens / config.tokens)
    return min(1.0, progress.seconds / config.seconds)


def _stop_reason(progress: Progress, config: PretrainConfig, stopped: list[int]) -> str:
    if _share_spent(progress, config) >= 1.0:
        return "budget"
    return "interrupted" if stopped else ""


def _first_model(corpus: PackedCorpus, config: PretrainConfig) -> tuple[BertForMaskedLM, Any]:
    if config.start_from:
        return read_encoder(Path(config.start_from))
    return new_encoder(config.shape, corpus.vocabulary, seed=config.seed), corpus.vocabulary


def _save(weights: MasterWeights, progress: Progress, path: Path) -> None:
    torch.save({"weights": weights.state(), "progress": asdict(progress)}, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


def _resume(weights: MasterWeights, path: Path) -> Progress:
    if not path.exists():
        return Progress()
    state = torch.load(path, weights_only=True)
    weights.restore(state["weights"])
    return Progress(**state["progress"] | {"stop": ""})


@contextmanager
def _asked_to_stop() -> Iterator[list[int]]:
    """A list that fills when SIGTERM or Ctrl-C asks the run to save and stop."""
    asked: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
