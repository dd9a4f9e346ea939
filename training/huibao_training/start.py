"""What a fine-tuning run began from, noted in the run's folder, so that runs do not mix."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from huibao_training.checkpoint import fingerprint
from huibao_training.config import ConfigError
from huibao_training.encoder import new_body, read_body
from huibao_training.labeller import HeadSizes, Labeller

FILE = "start.json"


@dataclass(frozen=True, slots=True)
class Start:
    """What a run begins from.

    Args:
        name: Of a checkpoint folder, or of a bundle with its version.
        fingerprint: Of the weights.
        settings: Of the encoder, as adopted.
        labels: Fingerprint of the label sets that are learned; empty in runs of before they changed.
    """

    name: str
    fingerprint: str
    settings: dict[str, Any]
    labels: str = ""

    def labeller(self, sizes: HeadSizes, *, dropout: float) -> Labeller:
        """An untrained labeller of the run's shape, for weights that were trained in it."""
        return Labeller(new_body(self.settings), sizes, dropout=dropout)

    @property
    def told(self) -> dict[str, Any]:
        """What a model card says of it."""
        shape = {"type": "model_type", "layers": "num_hidden_layers", "hidden": "hidden_size"}
        return {"name": self.name, "fingerprint": self.fingerprint} | {
            name: self.settings[key] for name, key in shape.items()
        }


def checkpoint_start(encoder: Path, *, window: int, labels: str) -> Start:
    """The beginning of a run from a checkpoint folder.

    Args:
        encoder: The folder.
        window: The most tokens that the run lets the encoder read at once.
        labels: Fingerprint of the label sets.

    Raises:
        ConfigError: when windows are too long for it.
        BundleError: when the checkpoint cannot be read.
    """
    body, _ = read_body(encoder)
    positions = body.config.max_position_embeddings
    if window > positions:
        raise ConfigError(f"window size = {window}, but {encoder} reads {positions} tokens at most")
    settings = body.config.to_dict()
    settings.pop("_name_or_path", None)
    return Start(encoder.resolve().name, fingerprint(encoder), settings, labels)


def begun(folder: Path, now: Start) -> Start:
    """Notes in a run's folder what it begins from, or finds that it did.

    Raises:
        ConfigError: when the run began from something else or for other label sets.
    """
    if (folder / FILE).exists():
        before = read_start(folder)
        if before.fingerprint != now.fingerprint:
            raise ConfigError(
                f"{folder} holds a run begun from {before.name} ({before.fingerprint}), not from "
                f"{now.name} ({now.fingerprint}): name another folder with --out"
            )
        if before.labels and before.labels != now.labels:
            raise ConfigError(
                f"{folder} holds a run for label sets {before.labels}, in force are {now.labels}: "
                "name another folder with --out"
            )
        return before
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(now), ensure_ascii=False, indent=1, sort_keys=True)
    (folder / FILE).write_text(text + "\n", "utf-8")
    return now


def read_start(folder: Path) -> Start:
    """What `begun` noted in a run's folder.

    Raises:
        ConfigError: when there is no run.
    """
    if not (folder / FILE).is_file():
        raise ConfigError(f"{folder} has no {FILE}: run `finetune` with this --out first")
    return Start(**json.loads((folder / FILE).read_text("utf-8")))
