"""From a finished run to a bundle folder: graphs, the int8 gate, and the readers to compare."""

import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from huibao.inference.bundle import Bundle, read_bundle, write_bundle
from huibao.inference.onnx import OnnxModel
from huibao.inference.windows import Window, cut_windows
from huibao.label_files import load_label_sets
from huibao.reader import Reader
from huibao_training.baselines import reader_named
from huibao_training.card import card_text
from huibao_training.comparison import reading_json, reading_of
from huibao_training.evaluate import HEADLINES, Evaluation, evaluated
from huibao_training.export import (
    PARITY,
    export_fp32,
    export_int8,
    onnx_scores,
    parity,
)
from huibao_training.labeller import torch_scores
from huibao_training.pipeline import FinetuneConfig, trained
from huibao_training.scoring import released_figures
from huibao_training.sources import DataMissingError, label_folder
from huibao_training.start import read_start
from huibao_training.trained import write_trained
from huibao_training.written import written_pages

EXPERIMENTS_FILE = "EXPERIMENTS.md"  # written by hand: what was tried, with the numbers that lost
_POINTER = f"""
## What was tried

[{EXPERIMENTS_FILE}]({EXPERIMENTS_FILE}) has the recipes compared, the rounds of the corpus and what
pretraining is worth, with the numbers that lost.
"""
MOST_LOST = 0.005  # F1 that int8 may cost on any head before fp32 is shipped instead
_GATED = ("role accuracy", "category micro F1", "entity strict micro F1")


def released(
    config: FinetuneConfig, run: Path, folder: Path, shared: Path | None = None
) -> dict[str, Any]:
    """Writes a bundle folder with its model card and says what the checks found.

    int8 is shipped when no head loses more than half a point of F1 on the written dev reports.

    Args:
        config: The run's configuration.
        run: The folder of a finished fine-tuning run.
        folder: Where the bundle goes.
        shared: Folder of the released scorer and its reports; None leaves its figures out.

    Raises:
        DataMissingError: when there are no dev pages.
        ValueError: when torch and ONNX differ by more than 1e-4 in fp32.
    """
    bundle = read_bundle(run / "bundle")
    labeller = trained(config, run, bundle)
    full, small = run / "model.fp32.onnx", run / "model.int8.onnx"
    export_fp32(labeller, full)
    export_int8(full, small)
    labels = label_folder(config.sources)
    dev = written_pages(labels, "dev")
    if not dev:
        raise DataMissingError(f"{labels} has no page of the part dev to measure int8 on")
    windows = _windows([page.source.reports for page in dev], bundle)
    reference = torch_scores(labeller, windows)
    same = parity(reference, onnx_scores(full, windows))
    if same.largest > PARITY:
        raise ValueError(f"torch and ONNX differ by {same.largest:.1e}, allowed {PARITY:.0e}")
    figures = {
        name: _figures(evaluated(_reader(bundle, graph, labels), dev))
        for name, graph in (("fp32", full), ("int8", small))
    }
    lost = max(figures["fp32"][name] - figures["int8"][name] for name in _GATED)
    precision = "int8" if lost <= MOST_LOST else "fp32"
    card = dict(bundle.card) | {
        "precision": precision,
        "parity_fp32": asdict(same),
        "parity_int8": asdict(parity(reference, onnx_scores(small, windows))),
        "written_dev": figures,
    }
    graph = small if precision == "int8" else full
    reader = _reader(bundle, graph, labels)
    card["written_test"] = reading_json(reading_of(reader, written_pages(labels, "test")))
    if shared is not None:
        card["released"] = released_figures(reader, shared)
        card["released_rules"] = released_figures(reader_named("rules"), shared)
    finished = replace(bundle, card=card)
    write_bundle(finished, folder)
    write_trained(labeller, read_start(run).settings, folder)
    shutil.copyfile(graph, folder / "model.onnx")
    (folder / "README.md").write_text(card_of(finished, folder), "utf-8")
    return card


def card_of(bundle: Bundle, folder: Path) -> str:
    """The card of a bundle in its folder; it points to the experiments where they are told there."""
    tried = (folder / EXPERIMENTS_FILE).is_file()
    return card_text(bundle) + (_POINTER if tried else "")


def _reader(bundle: Bundle, graph: Path, labels: Path) -> Reader:
    return Reader(bundle, OnnxModel(graph), load_label_sets(labels))


def _windows(pages: list[Any], bundle: Bundle) -> list[Window]:
    found: list[Window] = []
    for reports in pages:
        found.extend(cut_windows(reports, bundle.vocabulary, bundle.window))
    return found


def _figures(evaluation: Evaluation) -> dict[str, float]:
    total = evaluation.total
    return {name: round(of(total), 4) for name, of in HEADLINES.items()}
