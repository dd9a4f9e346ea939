"""A bundle: the folder with a model's graph, vocabulary, label ids and decision numbers."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from huibao.annotation import Annotator
from huibao.errors import BundleError
from huibao.inference.vocabulary import Vocabulary, read_vocabulary, write_vocabulary
from huibao.inference.windows import WindowShape
from huibao.resources import resource_folder

SCHEMA = "huibao-bundle/1"
DEFAULT_BUNDLE = "huibao-small"
BUNDLE_FILES = ("bundle.json", "vocab.txt", "model.onnx")


@dataclass(frozen=True, slots=True)
class Decisions:
    """The numbers that turn scores into labels, fitted on out-of-fold scores.

    Args:
        temperature: Role logits are divided by it.
        transitions: Log-odds of role j after role i, shape (roles, roles), added between blocks.
        calibration: Per category the slope and offset of its logit (Platt scaling), and what a keyword
            of the category in the block adds.
        thresholds: Per category the calibrated probability from which on it is given.
        entity_thresholds: Per entity type the mean tag probability a model span must have.
    """

    temperature: float = 1.0
    transitions: tuple[tuple[float, ...], ...] = ()
    calibration: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    entity_thresholds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Bundle:
    """What a bundle's `bundle.json` and `vocab.txt` say; the order of ids is that of the outputs."""

    name: str
    version: str
    labels: str
    roles: tuple[str, ...]
    categories: tuple[str, ...]
    types: tuple[str, ...]
    window: WindowShape
    decisions: Decisions
    vocabulary: Vocabulary
    card: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if "title_meta" not in self.roles:
            raise ValueError("roles lack title_meta, which titles and signatures have")
        widths = {len(self.decisions.transitions), *map(len, self.decisions.transitions)}
        if widths not in ({0}, {len(self.roles)}):
            raise ValueError(f"transitions are not {len(self.roles)} by {len(self.roles)}")

    @property
    def annotator(self) -> Annotator:
        """This model as the author of annotations."""
        return Annotator("model", self.name, self.version, self.labels)

    @cached_property
    def curves(self) -> npt.NDArray[np.float32]:
        """The calibration as an array, shape (3, categories)."""
        plain = (1.0, 0.0, 0.0)
        curves = [self.decisions.calibration.get(label, plain) for label in self.categories]
        return np.array(curves, dtype=np.float32).reshape(-1, 3).T

    @cached_property
    def thresholds(self) -> npt.NDArray[np.float32]:
        """The thresholds of the categories as an array, shape (categories,)."""
        least = self.decisions.thresholds
        return np.array([least.get(label, 0.5) for label in self.categories], dtype=np.float32)


def bundle_folder(bundle: Path | str | None = None) -> Path:
    """A bundle's folder: given as one, or by the name of a shipped bundle; None is the default."""
    if bundle and Path(bundle).is_dir():
        return Path(bundle)
    return resource_folder("models") / (bundle or DEFAULT_BUNDLE)


def read_bundle(folder: Path, *, labels: str | None = None) -> Bundle:
    """Reads a bundle folder.

    Args:
        folder: With `bundle.json`, `vocab.txt` and `model.onnx`.
        labels: Fingerprint of the label sets in force; None takes the bundle's own.

    Raises:
        BundleError: when a file is missing or damaged, or the bundle was made for other label sets.
    """
    try:
        entries = json.loads((folder / "bundle.json").read_text("utf-8"))
        if entries.pop("schema") != SCHEMA:
            raise BundleError(f"{folder}/bundle.json: schema is not {SCHEMA}")
        bundle = Bundle(
            **entries
            | {
                "roles": tuple(entries["roles"]),
                "categories": tuple(entries["categories"]),
                "types": tuple(entries["types"]),
                "window": WindowShape(**entries["window"]),
                "decisions": _decisions(entries["decisions"]),
                "vocabulary": read_vocabulary(folder / "vocab.txt"),
            }
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BundleError(f"bundle {folder} cannot be read: {error}") from error
    if labels is not None and labels != bundle.labels:
        raise BundleError(
            f"bundle {bundle.name} was trained for label sets {bundle.labels}, "
            f"the label sets in force are {labels}: train it again or use its own label files"
        )
    return bundle


def write_bundle(bundle: Bundle, folder: Path) -> None:
    """Writes `bundle.json` and `vocab.txt`; the graph is written by the export."""
    folder.mkdir(parents=True, exist_ok=True)
    entries: dict[str, Any] = {"schema": SCHEMA}
    for name in ("name", "version", "labels", "roles", "categories", "types"):
        entries[name] = getattr(bundle, name)
    entries["window"] = asdict(bundle.window)
    entries["decisions"] = asdict(bundle.decisions)
    entries["card"] = dict(bundle.card)
    (folder / "bundle.json").write_text(
        json.dumps(entries, ensure_ascii=False, indent=1) + "\n", "utf-8"
    )
    write_vocabulary(bundle.vocabulary, folder / "vocab.txt")


def _decisions(entries: dict[str, Any]) -> Decisions:
    return Decisions(
        temperature=entries["temperature"],
        transitions=tuple(tuple(row) for row in entries["transitions"]),
        calibration={
            label: (slope, offset, keyword)
            for label, (slope, offset, keyword) in entries["calibration"].items()
        },
        thresholds=entries["thresholds"],
        entity_thresholds=entries["entity_thresholds"],
    )
