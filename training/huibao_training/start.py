"""The checkpoint that a fine-tuning run began from, noted in the run's folder, so that runs do not mix."""

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
    """Name and fingerprint of a checkpoint folder, and the settings of its encoder as adopted."""

    name: str
    fingerprint: str
    settings: dict[str, Any]

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


def begun(folder: Path, encoder: Path, *, window: int) -> Start:
    """Notes in a run's folder that it begins from `encoder`, or finds that it did.

    Args:
        folder: The run's.
        encoder: A checkpoint folder.
        window: The most tokens that the run lets the encoder read at once.

    Raises:
        ConfigError: when the run began from another checkpoint, or windows are too long for this one.
        BundleError: when the checkpoint cannot be read.
    """
    body, _ = read_body(encoder)
    positions = body.config.max_position_embeddings
    if window > positions:
        raise ConfigError(f"window size = {window}, but {encoder} reads {positions} tokens at most")
    settings = body.config.to_dict()
    settings.pop("_name_or_path", None)
    now = Start(encoder.resolve().name, fingerprint(encoder), settings)
    if (folder / FILE).exists():
        before = read_start(folder)
        if before.fingerprint != now.fingerprint:
            raise ConfigError(
                f"{folder} holds a run begun from {before.name} ({before.fingerprint}), not from "
                f"{encoder} ({now.fingerprint}): name another folder with --out"
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
