"""Entity F1 of an encoder on public sets by their own labels, so that others can compare it."""

import json
import random
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import torch

from huibao.inference.tagging import spans_of
from huibao.inference.vocabulary import Vocabulary
from huibao.inference.windows import WindowShape
from huibao_training.augment import Variation
from huibao_training.batches import Batcher, Noise, Targets
from huibao_training.encoder import Body, EncoderShape, new_body, new_encoder, read_body
from huibao_training.finetune import Stage, StageData, scored, train_stage
from huibao_training.labeller import HeadSizes, Labeller, new_labeller
from huibao_training.metrics import Counts, Tally
from huibao_training.public_sets import LABEL_SETS, Key, Sentence, read_sentences

Say = Callable[[str], None]
_AXIS = "entity"
_NO_LABEL = ("none",)  # the role and category heads are there, but no row teaches them


@dataclass(frozen=True, slots=True)
class StandardConfig:
    """How an encoder is fine-tuned and scored on public sets.

    Args:
        encoder: A folder that `read_body` reads, of a BERT or an ELECTRA.
        data: Folder of entity data, `NAME.train.jsonl.xz` and `NAME.dev.jsonl.xz`.
        sets: The names of the sets.
        rows: Rows of each train part at the most, drawn by `seed`; 0 for all.
        hidden_tokens: Share of the tokens hidden in training.
        random: Whether to begin from a new encoder of the same shape and vocabulary.
    """

    train: Stage
    encoder: str = "models/encoder-small"
    data: str = "../shared/data/ner"
    sets: tuple[str, ...] = tuple(LABEL_SETS)
    rows: int = 0
    hidden_tokens: float = 0.03
    random: bool = False
    window: WindowShape = field(default_factory=WindowShape)
    dropout: float = 0.1
    seed: int = 11
    threads: int = 2


def standard_figures(config: StandardConfig, say: Say) -> list[dict[str, Any]]:
    """Fine-tunes the encoder with a tag head on each set and scores it on the set's dev part.

    Entities are right when type and exact span of the source text agree. Vague dates (目前, 上午) of
    pd98 are dates to its annotators, not to us: their tokens are not learned from, no miss is
    counted, and whatever is predicted over one of them is not counted either. What the canonical text or
    a flat sequence of tags cannot hold (the inner one of nested entities) is a miss. `ignore` in the
    data marks where our rules would say more than the source does; here the source is right.

    Returns:
        One JSON object a set.

    Raises:
        DataMissingError: when a file of a set is not there.
        BundleError: when the encoder cannot be read.
    """
    torch.set_num_threads(config.threads)
    return [_figures(config, name, say) for name in config.sets]


def figures_table(figures: Sequence[Mapping[str, Any]]) -> str:
    """The figures as text, a line a type."""
    lines = [f"{'set':<10}{'type':<14}{'P':>7}{'R':>7}{'F1':>7}{'gold':>7}"]
    for one in figures:
        for kind, figure in {"all": one, **one["types"]}.items():
            cells = "".join(f"{figure[name]:>7.4f}" for name in ("precision", "recall", "f1"))
            lines.append(f"{one['set']:<10}{kind:<14}{cells}{figure['support']:>7}")
    return "\n".join(lines)


def random_twin(body: Body, vocabulary: Vocabulary, *, seed: int) -> Body:
    """A new encoder of the same shape; where the shape is one of ours, it begins as ours begin."""
    told = body.config
    inner = (told.num_attention_heads * 64, told.intermediate_size)
    if told.model_type == "bert" and inner == (told.hidden_size, 4 * told.hidden_size):
        shape = EncoderShape(told.num_hidden_layers, told.hidden_size, told.hidden_act)
        return cast(Body, new_encoder(shape, vocabulary, seed=seed).bert)
    torch.manual_seed(seed)
    return new_body(told.to_dict())


def dev_tally(sentences: Sequence[Sentence], said: Sequence[frozenset[Key]]) -> Tally:
    """The counts of all types on the axis `entity`; `said` as `Sentence.said` gives it."""
    tally = Tally()
    for sentence, given in zip(sentences, said, strict=True):
        for key in sentence.gold | given:
            right = key in sentence.gold and key in given
            tally.add(
                _AXIS, key[2], right=right, added=key not in sentence.gold, missed=key not in given
            )
    return tally


def _figures(config: StandardConfig, name: str, say: Say) -> dict[str, Any]:
    types, train, dev = read_sentences(Path(config.data), name)
    rows = [sentence.example for sentence in train]
    if config.rows:
        rows = random.Random(config.seed).sample(rows, min(config.rows, len(rows)))
    model, batcher = _new_model(config, Targets(_NO_LABEL, _NO_LABEL, types))
    noise = Noise(0.0, 0.0, 0.0, config.hidden_tokens, Variation(masked=0.0, renamed=0.0))
    record: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:  # judged anew each time: nothing to resume
        data = StageData(rows, noise=noise)
        for record in train_stage(
            model, batcher, data, config.train, Path(folder), seed=config.seed
        ):
            say(f"{name}: {json.dumps(record)}")
    tally = dev_tally(dev, _predicted(model, batcher, dev))
    return {
        "set": name,
        "split": "dev",
        "encoder": config.encoder,
        "random": config.random,
        "train_rows": len(rows),
        "dev_rows": len(dev),
        "epochs": record["epoch"],
        "seconds": record["seconds"],
        "stop": record["stop"],
        "seed": config.seed,
        **_told(tally.micro(_AXIS)),
        "types": {kind: _told(tally.label(_AXIS, kind)) for kind in types},
    }


def _predicted(
    model: Labeller, batcher: Batcher, sentences: Sequence[Sentence]
) -> list[frozenset[Key]]:
    """The entities of each sentence by the best legal tag sequence, as in service."""
    scores = scored(model, batcher, [sentence.example for sentence in sentences])
    found = spans_of(scores, batcher.targets.types)
    return [
        sentence.said([(one.start, one.end, one.type) for one in spans])
        for sentence, spans in zip(sentences, found, strict=True)
    ]


def _new_model(config: StandardConfig, targets: Targets) -> tuple[Labeller, Batcher]:
    body, vocabulary = read_body(Path(config.encoder))
    if config.random:
        body = random_twin(body, vocabulary, seed=config.seed)
    sizes = HeadSizes(len(targets.roles), len(targets.categories), len(targets.tags))
    model = new_labeller(body, sizes, dropout=config.dropout, seed=config.seed)
    return model, Batcher(targets, vocabulary, config.window)


def _told(counts: Counts) -> dict[str, Any]:
    return {
        "precision": round(counts.precision, 4),
        "recall": round(counts.recall, 4),
        "f1": round(counts.f1, 4),
        "support": counts.support,
    }
