"""What a result depends on beside the file: the model, the label sets, the options."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from huibao import __version__
from huibao.annotation import Annotator
from huibao.fields import read_gazetteer
from huibao.inference.bundle import BUNDLE_FILES, bundle_folder
from huibao.inference.fitting import fitting_bundle
from huibao.label_files import load_indicator_profiles, load_label_sets

_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Identity:
    """The model in force, where it lies, and the key of all that a result depends on."""

    bundle: Path
    annotator: Annotator
    key: str


def identity_of(
    bundle: str | Path | None,
    *,
    encoding: str | None = None,
    with_persons: bool = False,
    gazetteer: str | Path | None = None,
    ocr: bool = False,
) -> Identity:
    """The identity of a run with a bundle (folder, name, or None for the default) and its options.

    Files count by their content, so that a model trained anew under an old version is another one, as
    is a label with other cues, an indicator profile or a gazetteer that was edited.

    Raises:
        BundleError: when the bundle is incomplete or was trained for other label sets.
        LabelError: when the gazetteer cannot be read.
    """
    folder = bundle_folder(bundle)
    read, _ = fitting_bundle(folder, load_label_sets())
    content = hashlib.sha256()
    for name in BUNDLE_FILES:
        path = folder / name
        content.update(hashlib.sha256(path.read_bytes() if path.is_file() else b"").digest())
    if gazetteer is not None:
        read_gazetteer(Path(gazetteer))  # a wrong one is told of before any work is done
        content.update(hashlib.sha256(Path(gazetteer).read_bytes()).digest())
    words = repr((load_label_sets(), load_indicator_profiles()))
    content.update(hashlib.sha256(words.encode()).digest())
    parts = [__version__, read.labels, content.hexdigest(), encoding, with_persons, ocr]
    key = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:_DIGITS]
    return Identity(folder, read.annotator, key)
