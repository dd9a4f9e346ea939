"""A bundle that answers under the label sets in force, be it by folding what it says."""

from dataclasses import replace
from pathlib import Path

from huibao.inference.bundle import Bundle, read_bundle
from huibao.label_changes import ScoreFold, load_history, score_fold
from huibao.labels import LabelSets
from huibao.resources import resource_folder


def fitting_bundle(
    folder: Path, labels: LabelSets, label_folder: Path | None = None
) -> tuple[Bundle, ScoreFold | None]:
    """Reads a bundle, and the fold that it needs where its label sets were changed since.

    Args:
        folder: Of the bundle.
        labels: The label sets in force.
        label_folder: Where they and their changes lie; None is the shipped folder.

    Returns:
        The bundle, `labels` being the fingerprint in force, and None where it was trained for that.

    Raises:
        BundleError: the bundle is damaged, or no known change leads from its label sets to these.
    """
    read, in_force = read_bundle(folder), labels.fingerprint
    if read.labels == in_force:
        return read, None
    history = load_history(label_folder or resource_folder("labels"), labels)
    fold = score_fold(history, read.labels, in_force)
    if fold is None:
        read_bundle(folder, labels=in_force)  # says what does not fit
    return replace(read, labels=in_force), fold
