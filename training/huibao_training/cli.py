"""`python -m huibao_training`: pretrain, fine-tune, export, evaluate, score."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from huibao.errors import HuibaoError
from huibao_training.config import presets, read_config
from huibao_training.evaluate_command import add_evaluate_options, evaluation_told

if TYPE_CHECKING:
    from huibao.annotation import PageAnnotation

RUNS = Path(".runs")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except HuibaoError as error:
        print(f"huibao_training: {error}", file=sys.stderr)
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m huibao_training", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    known = f"a TOML file or a preset: {', '.join(presets())}"

    pretrain = commands.add_parser("pretrain", help="pack a corpus and train an encoder on it")
    pretrain.add_argument("config", help=known)
    pretrain.add_argument("--out", type=Path, default=RUNS / "pretrain")
    pretrain.add_argument(
        "--encoder", metavar="FOLDER", help="go on from this BERT, not from a new one"
    )
    pretrain.set_defaults(run=_pretrain)

    finetune = commands.add_parser("finetune", help="train the three heads on annotated reports")
    finetune.add_argument("config", help=known)
    finetune.add_argument("--out", type=Path, default=RUNS / "finetune")
    finetune.add_argument(
        "--encoder", metavar="FOLDER", help="start from this BERT or ELECTRA, not the config's"
    )
    finetune.add_argument(
        "--from", dest="start_from", metavar="BUNDLE", help="go on from a bundle's trained weights"
    )
    finetune.add_argument("--labels", metavar="FOLDER", help="label folder with other label sets")
    finetune.add_argument(
        "--data", metavar="FOLDER", help="learn from what `huibao labels build` wrote"
    )
    finetune.set_defaults(run=_finetune)

    export = commands.add_parser("export", help="write a bundle from a finished fine-tuning run")
    export.add_argument("config", help=known)
    export.add_argument("--run", dest="source", type=Path, default=RUNS / "finetune")
    export.add_argument("--bundle", type=Path, required=True)
    export.add_argument("--labels", metavar="FOLDER", help="label folder with other label sets")
    export.add_argument("--shared", type=Path, default=Path("../shared"))
    export.set_defaults(run=_export)

    evaluate = commands.add_parser("evaluate", help="figures of a bundle on gold pages")
    add_evaluate_options(evaluate)
    evaluate.set_defaults(run=_evaluate)

    docbin = commands.add_parser("docbin", help="write gold pages as a spaCy DocBin")
    docbin.add_argument("gold", help="folder of huibao/1 JSON, or a part of the written corpus")
    docbin.add_argument("--out", type=Path, required=True)
    docbin.set_defaults(run=_docbin)

    score = commands.add_parser(
        "score", help="figures of the released scorer, baseline beside them"
    )
    score.add_argument("--shared", type=Path, default=Path("../shared"))
    score.add_argument("--bundle", default=None)
    score.set_defaults(run=_score)
    standard = commands.add_parser("standard", help="entity F1 of an encoder on public sets")
    standard.add_argument("config", nargs="?", default="standard", help=known)
    _add_standard_options(standard)
    standard.set_defaults(run=_standard)
    agreement = commands.add_parser("agreement", help="how far two annotators of a report agree")
    agreement.add_argument("--out", type=Path, default=None, help="default: labels/agreement.yaml")
    agreement.set_defaults(run=_agreement)
    return parser


def _add_standard_options(standard: argparse.ArgumentParser) -> None:
    standard.add_argument("--encoder", help="folder of a BERT checkpoint")
    standard.add_argument("--data", help="folder of NAME.train.jsonl.xz and NAME.dev.jsonl.xz")
    standard.add_argument("--sets", nargs="+", metavar="NAME")
    standard.add_argument("--rows", type=int, help="of each train part, drawn; 0 for all")
    standard.add_argument("--epochs", type=int)
    standard.add_argument("--seconds", type=float, help="of training on each set, at the most")
    standard.add_argument("--seed", type=int)
    standard.add_argument("--threads", type=int)
    standard.add_argument(
        "--random", action="store_true", default=None, help="begin from a new encoder of the shape"
    )
    standard.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")


def _pretrain(options: argparse.Namespace) -> int:
    from huibao_training.encoder import read_encoder
    from huibao_training.packing import pack, read_packed
    from huibao_training.pretrain import PretrainRun, pretrain
    from huibao_training.sources import pretraining_documents

    run = read_config(options.config, PretrainRun)
    if options.encoder:
        run = replace(run, training=replace(run.training, start_from=options.encoder))
    folder: Path = options.out
    if not (folder / "corpus" / "corpus.json").exists():
        sources, start = run.corpus, run.training.start_from
        counts = pack(
            pretraining_documents(sources),
            folder / "corpus",
            least_count=sources.least_count,
            held_out=sources.held_out,
            blanked=sources.blanked,
            seed=sources.seed,
            workers=sources.workers,
            vocabulary=read_encoder(Path(start))[1] if start else None,
        )
        print(json.dumps(counts))
    for record in pretrain(read_packed(folder / "corpus"), run.training, folder):
        print(json.dumps(record), flush=True)
    return 0


def _finetune(options: argparse.Namespace) -> int:
    from huibao_training.pipeline import FinetuneConfig, finetune

    config = read_config(options.config, FinetuneConfig)
    given = {name: getattr(options, name) for name in ("encoder", "start_from")}
    config = replace(config, **{name: value for name, value in given.items() if value})
    named = {name: getattr(options, name) for name in ("data", "labels")}
    sources = replace(config.sources, **{name: value for name, value in named.items() if value})
    config = replace(config, sources=sources)
    finetune(config, options.out, say=lambda line: print(line, flush=True))
    return 0


def _export(options: argparse.Namespace) -> int:
    from huibao_training.pipeline import FinetuneConfig
    from huibao_training.release import released

    config = read_config(options.config, FinetuneConfig)
    if options.labels:
        config = replace(config, sources=replace(config.sources, labels=options.labels))
    shared = options.shared if (options.shared / "score").is_dir() else None
    report = released(config, options.source, options.bundle, shared)
    print(json.dumps(report, indent=1))
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    print(evaluation_told(options, _gold(options.gold, options.labels)))
    return 0


def _docbin(options: argparse.Namespace) -> int:
    from huibao_training.docbin import write_docbin

    print(f"{write_docbin(_gold(options.gold), options.out)} blocks in {options.out}")
    return 0


def _gold(name: str, labels: Path | None = None) -> "list[PageAnnotation]":
    """The gold pages of a folder, or of a part of a label folder's pages."""
    from huibao.gold_pages import PARTS
    from huibao.resources import resource_folder
    from huibao_training.evaluate import gold_pages
    from huibao_training.written import written_pages

    if name in PARTS:
        return written_pages(labels or resource_folder("labels"), name)
    return list(gold_pages(Path(name)))


def _score(options: argparse.Namespace) -> int:
    from huibao_training.baselines import reader_named
    from huibao_training.scoring import released_figures
    from huibao_training.tables import side_by_side

    if not (options.shared / "score" / "score.py").is_file():
        print(
            f"make score needs the released scorer and its reports under {options.shared}, "
            "which are not part of the project: use `python -m huibao_training evaluate dev` instead"
        )
        return 0
    columns = {
        "huibao": released_figures(reader_named(options.bundle), options.shared),
        "rules only": released_figures(reader_named("rules"), options.shared),
    }
    print(side_by_side(columns))
    return 0


def _standard(options: argparse.Namespace) -> int:
    from huibao_training.standard import StandardConfig, figures_table, standard_figures

    given = {name: value for name, value in vars(options).items() if value is not None}
    stage = {name: given[name] for name in ("epochs", "seconds") if name in given}
    names = {"encoder", "data", "sets", "rows", "seed", "threads", "random"} & given.keys()
    config = read_config(options.config, StandardConfig)
    config = replace(
        config,
        train=replace(config.train, **stage),
        **{name: given[name] for name in names},
    )
    figures = standard_figures(config, say=lambda line: print(line, file=sys.stderr, flush=True))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    print(figures_table(figures))
    return 0


def _agreement(options: argparse.Namespace) -> int:
    from huibao.label_files.strict_yaml import AGREEMENT_FILE
    from huibao.resources import resource_folder
    from huibao_training.agreement import (
        agreement,
        agreement_table,
        agreement_yaml,
        pages_marked_twice,
    )

    labels = resource_folder("labels")
    found = agreement(pages_marked_twice(labels / "reports"))
    (options.out or labels / AGREEMENT_FILE).write_text(agreement_yaml(found), "utf-8")
    print(agreement_table(found))
    return 0
