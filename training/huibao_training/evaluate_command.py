"""The command `evaluate`: its options, and what it tells of one reader or of several."""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from huibao.annotation import PageAnnotation
    from huibao_training.evaluate import ReadsPages


def add_evaluate_options(parser: argparse.ArgumentParser) -> None:
    """Declares the options of the command."""
    parser.add_argument(
        "gold", help="folder of huibao/1 JSON, or `dev`, `test` of the written corpus"
    )
    parser.add_argument("--bundle", default=None, help="folder or name; `rules` is the baseline")
    parser.add_argument(
        "--baselines", action="store_true", help="majority, keywords and TF-IDF beside it"
    )
    parser.add_argument(
        "--also",
        action="append",
        default=[],
        metavar="BUNDLE",
        help="a further bundle to compare with, may be repeated",
    )
    parser.add_argument(
        "--real", default="", metavar="FOLDER", help="more training rows for the baselines"
    )
    parser.add_argument(
        "--pictures", type=Path, metavar="FOLDER", help="write roles.png and reliability.png there"
    )
    parser.add_argument("--labels", type=Path, metavar="FOLDER", help="another label folder")
    parser.add_argument("--json", action="store_true")


def evaluation_told(options: argparse.Namespace, gold: "Sequence[PageAnnotation]") -> str:
    """Runs the command on gold pages: tables, or with `--json` one JSON object."""
    from huibao.inference.bundle import DEFAULT_BUNDLE
    from huibao.label_files import load_label_sets
    from huibao_training.baselines import reader_named
    from huibao_training.comparison import comparison_json, reading_of
    from huibao_training.tables import comparison_text, reading_text

    name = _short(options.bundle or DEFAULT_BUNDLE)
    readers = _others(options)
    reading = reading_of(reader_named(options.bundle, options.labels), gold)
    others = {key: reading_of(reader, gold) for key, reader in readers.items()}
    if options.pictures:
        from huibao_training.pictures import write_pictures

        write_pictures(
            reading.evaluation, options.pictures, load_label_sets(options.labels).roles.ids
        )
    if options.json:
        return json.dumps(comparison_json(reading, others), indent=1)
    told = reading_text(reading)
    return f"{told}\n\n{comparison_text(name, reading, others)}" if others else told


def _others(options: argparse.Namespace) -> "Mapping[str, ReadsPages]":
    """The readers to compare with, by the heading of their column."""
    from huibao_training.baselines import reader_named

    readers = _baselines(options.real, options.labels) if options.baselines else {}
    for bundle in options.also:
        short = _short(bundle)
        readers[bundle if short in readers else short] = reader_named(bundle, options.labels)
    return readers


def _baselines(real: str, folder: Path | None) -> "dict[str, ReadsPages]":
    from huibao.label_files import load_label_sets
    from huibao_training.baselines import majority_reader, rule_reader
    from huibao_training.linear import linear_reader
    from huibao_training.sources import Sources, real_examples, written_examples

    labels, sources = load_label_sets(folder), Sources(real=real, labels=str(folder or ""))
    rows = written_examples(sources, "train", labels.entities.ids, labels.categories.ids)
    rows += real_examples(sources, labels.entities.ids)
    return {
        "majority": majority_reader(labels, rows),
        "keywords": rule_reader(labels),
        "TF-IDF": linear_reader(labels, rows),
    }


def _short(bundle: str) -> str:
    return Path(bundle).name or bundle
