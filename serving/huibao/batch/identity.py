"""What a result depends on beside the file: the model, the label sets, the options."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from huibao import __version__
from huibao.annotation import Annotator
from huibao.inference.bundle import read_bundle
from huibao.label_files import load_label_sets
from huibao.reader import DEFAULT_BUNDLE
from huibao.resources import resource_folder

_BUNDLE_FILES = ("bundle.json", "vocab.txt", "model.onnx")
_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Identity:
    """The model in force, where it lies, and the key of all that a result depends on."""

    bundle: Path
    annotator: Annotator
    key: str


def identity_of(
    bundle: str | Path | None, *, encoding: str | None = None, with_persons: bool = False
) -> Identity:
    """The identity of a run with a bundle (folder, name, or None for the default) and its options.

    A bundle counts by its content, so that a model trained anew under an old version is another one.

    Raises:
        BundleError: when the bundle is incomplete or was trained for other label sets.
    """
    folder = Path(bundle) if bundle and Path(bundle).is_dir() else None
    folder = folder or resource_folder("models") / (bundle or DEFAULT_BUNDLE)
    read = read_bundle(folder, labels=load_label_sets().fingerprint)
    content = hashlib.sha256()
    for name in _BUNDLE_FILES:
        path = folder / name
        content.update(hashlib.sha256(path.read_bytes() if path.is_file() else b"").digest())
    parts = [__version__, read.labels, content.hexdigest(), encoding, with_persons]
    key = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:_DIGITS]
    return Identity(folder, read.annotator, key)
