"""`huibao labels import`, `export` and `labelstudio-config`: decisions to and from other tools."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from huibao.cli.console import say, warn
from huibao.cli.exits import EXIT_FAULT, EXIT_OK, EXIT_SOME_FAILED, EXIT_USAGE

if TYPE_CHECKING:
    from huibao.exchange.files import LabelFolder
    from huibao.exchange.importing import ImportPlan

_READ = ("labelstudio", "doccano", "prodigy", "jsonl")
_WRITTEN = (*_READ, "docbin", "datasets")  # the last two need more packages


def add_exchange(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Gives `huibao labels` the actions."""
    taken = actions.add_parser("import", help="take decisions over from another tool")
    taken.add_argument("file", type=Path, metavar="FILE", help="as the tool exports it")
    taken.add_argument("--from", dest="tool", choices=_READ, required=True)
    taken.add_argument("--map", type=Path, metavar="FILE", help="YAML: its words, our labels")
    taken.add_argument("--dry-run", action="store_true", help="say what it would do, store nothing")
    taken.add_argument("--by", metavar="NAME", help="who decided, where the file does not tell")
    taken.add_argument("--at", type=int, metavar="N", help="change it was made under, if not told")
    taken.set_defaults(run=_import)
    given = actions.add_parser("export", help="write blocks and decisions for another tool")
    given.add_argument("--to", dest="tool", choices=_WRITTEN, required=True)
    given.add_argument("--out", type=Path, metavar="PATH", help="file, of datasets a folder")
    given.add_argument("--at", type=int, metavar="N", help="as it was after change N")
    given.add_argument("--pages", nargs="+", metavar="NAME", help="only these pages")
    given.set_defaults(run=_export)
    config = actions.add_parser("labelstudio-config", help="write the XML of a project")
    config.add_argument("--out", type=Path, metavar="FILE", help="else standard output")
    config.set_defaults(run=_config)
    for command in (given, config):
        command.add_argument("--sets", nargs="+", metavar="SET", help="ask about these sets only")
    for command in (taken, given, config):
        command.add_argument("--labels", type=Path, help="another label folder")


def _import(options: argparse.Namespace) -> int:
    from huibao.decisions import DecisionStore
    from huibao.decisions.proposals import DECISION_FOLDER
    from huibao.exchange.label_map import read_label_map

    folder = _folder(options)
    written = read_label_map(options.map) if options.map else None
    plan = folder.import_plan(
        options.file, options.tool, written=written, by=options.by, at=options.at
    )
    say(*plan.lines())
    if plan.unknown:
        _tell_map(folder, plan, options)
        return EXIT_FAULT
    if options.dry_run:
        say("nothing was stored: the same without --dry-run does it")
    else:
        path = folder.folder / DECISION_FOLDER / f"import-{options.tool}.jsonl"
        say(f"{len(DecisionStore(path).append(plan.decisions))} decisions stored in {path}")
    return EXIT_SOME_FAILED if plan.refused else EXIT_OK


def _tell_map(folder: "LabelFolder", plan: "ImportPlan", options: argparse.Namespace) -> None:
    """Writes a map to fill in, beside the file; one that is there already is not touched."""
    from huibao.exchange.label_map import label_map_text

    path = options.file.with_name(f"{options.file.name}.map.yaml")
    if options.map or path.exists():
        warn("huibao: nothing was stored: the map does not say what these labels are")
        return
    path.write_text(label_map_text(plan.unknown, folder.labels(), plan.people), "utf-8")
    warn(f"huibao: nothing was stored: fill in {path}, then add --map {path}")


def _export(options: argparse.Namespace) -> int:
    from huibao.exchange.files import EXTRAS, installed_writer, lines_text

    folder = _folder(options)
    asked = (options.sets, options.at, options.pages)
    if options.tool in EXTRAS:
        if not options.out:
            warn(f"huibao: an export to {options.tool} needs --out PATH")
            return EXIT_USAGE
        writer = installed_writer(options.tool)
        count = writer(folder.answers(*asked), folder.sets, options.out)
        say(f"{count} blocks in {options.out}")
    elif options.tool == "jsonl":
        _put(lines_text(folder.stored_lines(*asked)), options.out)
    else:
        _put(folder.written(folder.answers(*asked), options.tool), options.out)
    return EXIT_OK


def _config(options: argparse.Namespace) -> int:
    _put(_folder(options).project_config(options.sets), options.out)
    return EXIT_OK


def _folder(options: argparse.Namespace) -> "LabelFolder":
    from huibao.exchange.files import LabelFolder
    from huibao.label_changes import mend_folder
    from huibao.resources import resource_folder

    folder = options.labels or resource_folder("labels")
    mend_folder(folder)
    return LabelFolder(folder)


def _put(text: str, path: Path | None) -> None:
    if path is None:
        sys.stdout.write(text)
    else:
        path.write_text(text, "utf-8", newline="\n")
