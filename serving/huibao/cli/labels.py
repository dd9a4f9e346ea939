"""`huibao labels`: check the label sets, write the guide, change their structure and take it back."""

import argparse
from pathlib import Path

from huibao.cli.console import say
from huibao.cli.exchange import add_exchange
from huibao.cli.exits import EXIT_FAULT, EXIT_OK
from huibao.cli.label_data import add_build
from huibao.cli.label_review import add_review


def add_labels(labels: argparse.ArgumentParser) -> None:
    """Gives the command its actions and their arguments."""
    actions = labels.add_subparsers(required=True, metavar="ACTION")
    check = actions.add_parser("check", help="check label sets, indicator profiles and the corpus")
    check.add_argument("--labels", type=Path, help="another label folder")
    check.set_defaults(run=_check_labels)
    guide = actions.add_parser("guide", help="write GUIDE.md from the label files")
    guide.add_argument("--labels", type=Path, help="another label folder")
    guide.add_argument(
        "--check", action="store_true", help="only say whether GUIDE.md is up to date"
    )
    guide.set_defaults(run=_write_guide)
    _add_changes(actions)
    add_build(actions)
    add_exchange(actions)
    add_review(actions)


def _add_changes(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    preview = actions.add_parser("preview", help="say what a change would do to old decisions")
    apply = actions.add_parser("apply", help="change a label set, whole or not at all")
    undo = actions.add_parser("undo", help="take the last change back by a further one")
    for command in (preview, apply, undo):
        command.add_argument("--labels", type=Path, help="another label folder")
    for command in (preview, apply):
        command.add_argument("change", type=Path, metavar="CHANGE", help="YAML file of the change")
    undo.add_argument("--why", required=True, help="the reason, for the history")
    undo.add_argument("--by", required=True, help="who takes it back")
    preview.set_defaults(run=_preview_change)
    apply.set_defaults(run=_apply_change)
    undo.set_defaults(run=_undo_change)


def _check_labels(options: argparse.Namespace) -> int:
    from huibao.corpus_check import check_marked_folder, corpus_statistics, marked_pages
    from huibao.label_changes import history_faults, mend_folder
    from huibao.label_files import check_label_folder, load_label_sets
    from huibao.resources import resource_folder

    folder = options.labels or resource_folder("labels")
    mend_folder(folder)
    faults = list(check_label_folder(folder)) or list(history_faults(folder))
    reports = folder / "reports"
    if not faults and reports.is_dir():
        faults += check_marked_folder(reports, load_label_sets(folder))
    for fault in faults:
        say(fault)
    if faults:
        return EXIT_FAULT
    say(f"label sets {load_label_sets(folder).fingerprint}: no fault")
    if reports.is_dir():
        found = corpus_statistics(marked_pages(reports)[0])
        say(f"corpus: {found.reports} reports, {found.blocks} blocks, no fault")
    return EXIT_OK


def _write_guide(options: argparse.Namespace) -> int:
    from huibao.guide import guide_text
    from huibao.resources import resource_folder

    folder = options.labels or resource_folder("labels")
    path, text = folder / "GUIDE.md", guide_text(folder)
    if not options.check:
        path.write_text(text, "utf-8")
        return EXIT_OK
    current = path.is_file() and path.read_text("utf-8") == text
    say(
        f"{path.name} is up to date"
        if current
        else f"{path.name} is old: run `huibao labels guide`"
    )
    return EXIT_OK if current else EXIT_FAULT


def _preview_change(options: argparse.Namespace) -> int:
    from huibao.decisions.proposals import outlook
    from huibao.label_changes import read_proposal
    from huibao.resources import resource_folder

    told = outlook(options.labels or resource_folder("labels"), read_proposal(options.change))
    say(*told.lines())
    return EXIT_OK


def _apply_change(options: argparse.Namespace) -> int:
    from huibao.decisions.proposals import apply_proposal
    from huibao.label_changes import read_proposal
    from huibao.resources import resource_folder

    folder = options.labels or resource_folder("labels")
    change, told = apply_proposal(folder, read_proposal(options.change))
    say(*told.lines())
    say(f"change {change.number} is made: label sets {change.fingerprint}")
    return EXIT_OK


def _undo_change(options: argparse.Namespace) -> int:
    from huibao.decisions.proposals import undo_last
    from huibao.resources import resource_folder

    folder = options.labels or resource_folder("labels")
    change, told = undo_last(folder, why=options.why, by=options.by)
    say(*told.lines())
    say(f"change {change.number} undoes {change.undoes}: label sets {change.fingerprint}")
    return EXIT_OK
