"""`huibao`: read reports, serve them, check the label sets and the corpus, write the guide."""

import argparse
import io
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from huibao import __version__
from huibao.errors import FileError, HuibaoError

if TYPE_CHECKING:
    from huibao.annotation import PageAnnotation
    from huibao.labels import LabelSets

    _Named = tuple[Path, Callable[[], bytes]]

_GAZETTEER = "list of divisions with the columns code and name, for region codes"
# What each error means to the shell.
EXIT_OK, EXIT_FAULT, EXIT_USAGE, EXIT_SOME_FAILED = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a console without a rare character
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except HuibaoError as error:
        print(f"huibao: {error}", file=sys.stderr)
        return EXIT_FAULT
    except BrokenPipeError:  # the reader of a pipe has seen enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK
    except OSError as error:
        print(f"huibao: {error.filename}: {error.strerror}", file=sys.stderr)
        return EXIT_FAULT
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="huibao", description="汇报：读懂工作报告")
    parser.add_argument("--version", action="version", version=f"huibao {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    read = commands.add_parser("read", help="read reports and show what they say")
    read.add_argument("files", nargs="+", type=Path, metavar="FILE", help="`-` is standard input")
    read.add_argument("--format", choices=("table", "json", "html", "xlsx"), default="table")
    read.add_argument("--out", type=Path, help="a file, or a folder when there are several FILEs")
    read.add_argument("--encoding", help="force the encoding of text files, for example gb18030")
    read.add_argument("--bundle", help="folder of another bundle, or the name of a shipped one")
    read.add_argument("--gazetteer", metavar="FILE", help=_GAZETTEER)
    read.add_argument("--with-persons", action="store_true", help="show personal names too")
    read.add_argument("--no-colour", action="store_true")
    read.add_argument("--ocr", action="store_true", help="recognise scans too, seconds a page")
    read.set_defaults(run=_read)

    _add_batch(commands.add_parser("batch", help="read many files into one folder of tables"))

    serve = commands.add_parser("serve", help="answer over HTTP and show a page for the browser")
    serve.add_argument("--host", help="address to listen on (127.0.0.1; 0.0.0.0 is all of them)")
    serve.add_argument("--port", type=int, help="port to listen on (8025; 0 takes a free one)")
    serve.add_argument(
        "--bundle", action="append", help="name or folder of a bundle; the first is the default"
    )
    serve.set_defaults(run=_serve)

    labels = commands.add_parser("labels", help="check the label sets, write the annotation guide")
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
    return parser


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


def _add_batch(batch: argparse.ArgumentParser) -> None:
    batch.add_argument(
        "sources",
        nargs="+",
        metavar="SOURCE",
        help="files, folders, patterns, .zip archives, .jsonl files; `-` is a list of paths",
    )
    batch.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the run")
    batch.add_argument(
        "--tables",
        nargs="*",
        choices=("csv", "xlsx", "html", "parquet"),
        default=["csv"],
        help="tables to make of the results (csv)",
    )
    batch.add_argument("--workers", type=_count, help="files read at a time (one a core)")
    batch.add_argument(
        "--engine",
        choices=("local", "ray"),
        default="local",
        help="who reads: this machine's processes (local) or a Ray cluster",
    )
    batch.add_argument(
        "--address",
        help="of a Ray cluster that runs, `auto` for this machine's; else one is started here",
    )
    batch.add_argument(
        "--retry",
        action="append",
        choices=("failed", "partial"),
        default=[],
        help="read again what had this result",
    )
    batch.add_argument(
        "--watch",
        nargs="?",
        type=_seconds,
        const=2.0,
        metavar="SECONDS",
        help="look for new files until stopped, every 2 seconds",
    )
    batch.add_argument("--log-json", action="store_true", help="one JSON object a file on stderr")
    batch.add_argument("--encoding", help="force the encoding of text files, for example gb18030")
    batch.add_argument("--bundle", help="folder of another bundle, or the name of a shipped one")
    batch.add_argument("--gazetteer", metavar="FILE", help=_GAZETTEER)
    batch.add_argument("--with-persons", action="store_true", help="keep personal names too")
    batch.set_defaults(run=_batch)


def _count(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"{number}: expected 1 or more")
    return number


def _seconds(text: str) -> float:
    if not 0 < (number := float(text)) < 1e6:
        raise argparse.ArgumentTypeError(f"{text}: expected seconds above 0")
    return number


def _batch(options: argparse.Namespace) -> int:
    if options.address and options.engine != "ray":
        print("huibao: --address needs --engine ray", file=sys.stderr)
        return EXIT_USAGE
    from huibao.batch.command import BatchOptions, run_batch
    from huibao.batch.progress import Bar, JsonLog, Plain

    terminal = sys.stderr.isatty() and not options.log_json
    width = shutil.get_terminal_size((100, 24)).columns
    shown = Bar(sys.stderr, columns=width) if terminal else Plain(sys.stderr)
    told = JsonLog(sys.stderr) if options.log_json else shown
    asked = BatchOptions(
        tuple(options.sources),
        options.out,
        tables=tuple(options.tables),
        workers=options.workers,
        bundle=options.bundle,
        encoding=options.encoding,
        with_persons=options.with_persons,
        retry=tuple(options.retry),
        watch_seconds=options.watch,
        engine=options.engine,
        address=options.address,
        gazetteer=options.gazetteer,
    )
    summary = run_batch(asked, told)
    if not options.log_json:
        print("\n".join(summary.lines()))
    if summary.stopped:
        print("huibao: stopped; the same command goes on where it was", file=sys.stderr)
        return EXIT_FAULT
    if not summary.failed:
        return EXIT_OK
    return EXIT_SOME_FAILED if summary.failed < summary.files else EXIT_FAULT


def _read(options: argparse.Namespace) -> int:
    from huibao.text.zip_files import files_packed_in

    with ExitStack() as archives:
        named: list[_Named] = []
        for path in options.files:
            named += files_packed_in(path, archives) or [(path, partial(_content, path))]
        return _read_named(named, options)


def _read_named(named: Sequence["_Named"], options: argparse.Namespace) -> int:
    from huibao.reader import load_reader

    several = len(named) > 1
    if several and options.format == "html" and not options.out:
        print("huibao: several pages as HTML need --out FOLDER", file=sys.stderr)
        return EXIT_USAGE
    if options.format == "xlsx" and not options.out:
        print("huibao: an Excel file needs --out FILE, several need a folder", file=sys.stderr)
        return EXIT_USAGE
    reader = load_reader(options.bundle, gazetteer=options.gazetteer)
    targets = _targets(options.out, [name for name, _ in named], options.format)
    failed = 0
    for (path, content), target in zip(named, targets, strict=True):
        try:
            page = reader.read(
                content(), name=path.name, encoding=options.encoding, ocr=options.ocr
            )
            if target and options.format == "xlsx":
                target.write_bytes(_workbook(page, reader.labels, options))
                continue
        except FileError as error:
            failed += 1
            print(f"{path}: {error.reason}: {error}", file=sys.stderr)
            continue
        text = _rendered(page, reader.labels, options, several=several)
        if target:
            target.write_text(text, "utf-8", newline="\n")
        else:
            sys.stdout.write(text)
    if not failed:
        return EXIT_OK
    return EXIT_SOME_FAILED if failed < len(named) else EXIT_FAULT


def _targets(out: Path | None, paths: Sequence[Path], written: str) -> list[Path | None]:
    """Where each page is written: nowhere, into one file, or into a folder under different names."""
    if not out or len(paths) == 1:
        return [out] * len(paths)
    out.mkdir(parents=True, exist_ok=True)
    suffix = {"table": "txt"}.get(written, written)
    targets: list[Path | None] = []
    for path in paths:
        target, count = out / f"{path.name}.{suffix}", 1
        while target in targets:
            count += 1
            target = out / f"{path.name}.{count}.{suffix}"
        targets.append(target)
    return targets


def _content(path: Path) -> bytes:
    if str(path) == "-":
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileError("corrupt", f"cannot be opened: {error.strerror}") from error


def _serve(options: argparse.Namespace) -> int:
    from huibao.service.serve import serve, settings_from

    given = {"host": options.host, "port": options.port, "bundles": options.bundle}
    settings = settings_from({name: value for name, value in given.items() if value is not None})
    for name, value in settings.told().items():
        print(f"HUIBAO_{name.upper()}={_told(value)}")

    def announce(address: str) -> None:
        print(f"汇报: {address}", flush=True)

    return serve(settings, announce)


def _told(value: object) -> str:
    """A setting as a variable would hold it."""
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return "" if value is None else str(value)


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
        print(fault)
    if faults:
        return EXIT_FAULT
    print(f"label sets {load_label_sets(folder).fingerprint}: no fault")
    if reports.is_dir():
        found = corpus_statistics(marked_pages(reports)[0])
        print(f"corpus: {found.reports} reports, {found.blocks} blocks, no fault")
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
    print(
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
    print("\n".join(told.lines()))
    return EXIT_OK


def _apply_change(options: argparse.Namespace) -> int:
    from huibao.decisions.proposals import apply_proposal
    from huibao.label_changes import read_proposal
    from huibao.resources import resource_folder

    folder = options.labels or resource_folder("labels")
    change, told = apply_proposal(folder, read_proposal(options.change))
    print("\n".join(told.lines()))
    print(f"change {change.number} is made: label sets {change.fingerprint}")
    return EXIT_OK


def _undo_change(options: argparse.Namespace) -> int:
    from huibao.decisions.proposals import undo_last
    from huibao.resources import resource_folder

    folder = options.labels or resource_folder("labels")
    change, told = undo_last(folder, why=options.why, by=options.by)
    print("\n".join(told.lines()))
    print(f"change {change.number} undoes {change.undoes}: label sets {change.fingerprint}")
    return EXIT_OK


def _workbook(page: "PageAnnotation", labels: "LabelSets", options: argparse.Namespace) -> bytes:
    from huibao.workbook import workbook_bytes

    return workbook_bytes(page, labels, with_persons=options.with_persons)


def _rendered(
    page: "PageAnnotation", labels: "LabelSets", options: argparse.Namespace, *, several: bool
) -> str:
    if options.format == "json":
        from huibao.jsonl import dumped, page_json

        lines = several and not options.out  # one page a line
        entries = page_json(page, with_persons=options.with_persons)
        return dumped(entries, indent=None if lines else 1) + "\n"
    if options.format == "html":
        from huibao.html_view import HtmlView

        return HtmlView(labels, with_persons=options.with_persons).rendered(page)
    from huibao.table_view import TableView

    terminal = sys.stdout.isatty() and not options.out
    colour = terminal and not options.no_colour and "NO_COLOR" not in os.environ
    width = min(160, shutil.get_terminal_size((120, 40)).columns) if terminal else 120
    view = TableView(labels, colour=colour, with_persons=options.with_persons, width=width)
    return view.rendered(page) + "\n"


if __name__ == "__main__":
    sys.exit(main())
