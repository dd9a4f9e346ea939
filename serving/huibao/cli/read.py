"""`huibao read`: files to a table, the public JSON, a web page or a workbook."""

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from huibao.cli.console import warn
from huibao.cli.exits import EXIT_USAGE, exit_of
from huibao.cli.words import BUNDLE, ENCODING, GAZETTEER
from huibao.errors import FileError

if TYPE_CHECKING:
    from huibao.annotation import PageAnnotation
    from huibao.labels import LabelSets

    _Named = tuple[Path, Callable[[], bytes]]


def add_read(read: argparse.ArgumentParser) -> None:
    """Gives the command its arguments."""
    read.add_argument("files", nargs="+", type=Path, metavar="FILE", help="`-` is standard input")
    read.add_argument("--format", choices=("table", "json", "html", "xlsx"), default="table")
    read.add_argument("--out", type=Path, help="a file, or a folder when there are several FILEs")
    read.add_argument("--encoding", help=ENCODING)
    read.add_argument("--bundle", help=BUNDLE)
    read.add_argument("--gazetteer", metavar="FILE", help=GAZETTEER)
    read.add_argument("--with-persons", action="store_true", help="show personal names too")
    read.add_argument("--no-colour", action="store_true")
    read.add_argument("--ocr", action="store_true", help="recognise scans too, seconds a page")
    read.set_defaults(run=_read)


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
        warn("huibao: several pages as HTML need --out FOLDER")
        return EXIT_USAGE
    if options.format == "xlsx" and not options.out:
        warn("huibao: an Excel file needs --out FILE, several need a folder")
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
            warn(f"{path}: {error.reason}: {error}")
            continue
        text = _rendered(page, reader.labels, options, several=several)
        if target:
            target.write_text(text, "utf-8", newline="\n")
        else:
            sys.stdout.write(text)
    return exit_of(failed, len(named))


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
