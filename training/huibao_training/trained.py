"""The weights of a trained labeller beside its bundle, from which a changed label set is learned on."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from huibao.errors import BundleError
from huibao.inference.bundle import Bundle, read_bundle
from huibao_training.labeller import Labeller
from huibao_training.start import Start

WEIGHTS = "labeller.safetensors"


@dataclass(frozen=True, slots=True)
class Trained:
    """A bundle, the settings of its encoder, and its weights in fp32 by name."""

    bundle: Bundle
    settings: dict[str, Any]
    weights: dict[str, Tensor]
    fingerprint: str

    def start(self, labels: str) -> Start:
        """The beginning of a run from these weights for the label sets of a fingerprint."""
        name = f"{self.bundle.name} {self.bundle.version}"
        return Start(name, self.fingerprint, self.settings, labels)


def write_trained(labeller: Labeller, settings: dict[str, Any], folder: Path) -> None:
    """Writes the weights as fp16 beside a bundle: half the size, and training soon leaves them."""
    weights = {name: value.half().contiguous() for name, value in labeller.state_dict().items()}
    metadata = {"settings": json.dumps(settings, sort_keys=True)}
    save_file(weights, folder / WEIGHTS, metadata)
    (folder / WEIGHTS).chmod(0o644)  # safetensors writes for its owner only


def read_trained(folder: Path) -> Trained:
    """What `write_trained` wrote beside a bundle.

    Raises:
        BundleError: the bundle is not whole, or has no weights beside it.
    """
    path = folder / WEIGHTS
    if not path.is_file():
        raise BundleError(f"{folder} has no {WEIGHTS}: `export` writes it beside a bundle")
    bundle = read_bundle(folder)
    with safe_open(path, framework="pt") as file:
        settings = json.loads(file.metadata()["settings"])
        weights = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    return Trained(bundle, settings, weights, digest)
