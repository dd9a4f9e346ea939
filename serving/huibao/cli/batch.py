"""`huibao batch`: folders of reports to tables, begun again wherever it was stopped."""

import argparse
import shutil
import sys
from pathlib import Path

from huibao.cli.console import say, warn
from huibao.cli.exits import EXIT_FAULT, EXIT_USAGE, exit_of
from huibao.cli.words import BUNDLE, ENCODING, GAZETTEER


def add_batch(batch: argparse.ArgumentParser) -> None:
    """Gives the command its arguments."""
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
    batch.add_argument("--encoding", help=ENCODING)
    batch.add_argument("--ocr", action="store_true", help="recognise scans too, seconds a page")
    batch.add_argument("--bundle", help=BUNDLE)
    batch.add_argument("--gazetteer", metavar="FILE", help=GAZETTEER)
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
        warn("huibao: --address needs --engine ray")
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
        ocr=options.ocr,
    )
    summary = run_batch(asked, told)
    if not options.log_json:
        say(*summary.lines())
    if summary.stopped:
        warn("huibao: stopped; the same command goes on where it was")
        return EXIT_FAULT
    return exit_of(summary.failed, summary.files)
