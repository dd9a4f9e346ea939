"""Where the tables of a finished run go: a folder a format, put in place whole, made anew when old."""

import csv
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Protocol, runtime_checkable

from huibao import __version__
from huibao.batch.durable import ReplacedFile, mended_folder, replaced_folder
from huibao.batch.results import FileResult
from huibao.batch.run_folder import ROWS, RunFolder
from huibao.batch.tables import TABLES, Cell, TableColumn, TableRow, plain_cell, rows_of
from huibao.labels import LabelSets

FORMATS = ("csv", "xlsx", "html", "parquet")
_STAMPS = "tables.json"
_STARTS_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_PLAIN_NUMBER = re.compile(r"-?\d{1,40}(?:\.\d{1,40})?")


class RowSink(Protocol):
    """A format that is made from the rows of all tables; `name` is the folder it is written to."""

    name: str

    def write(self, folder: Path, rows: Iterable[TableRow]) -> None:
        """Writes all tables into a folder that exists and is empty."""


@runtime_checkable
class PageSink(Protocol):
    """A format that is made from the pages themselves, not from rows of tables."""

    name: str

    def write_pages(
        self, folder: Path, pages: Iterable[tuple[FileResult, bytes | None]], labels: LabelSets
    ) -> None:
        """Writes its files into a folder that exists and is empty."""


Sink = RowSink | PageSink


class CsvSink:
    """A file a table for spreadsheet programs: Chinese names in the first line, ids in the second."""

    name = "csv"

    def write(self, folder: Path, rows: Iterable[TableRow]) -> None:
        """Writes `<table>.csv` in UTF-8 with the mark by which Excel knows it."""
        with ExitStack() as stack:
            writers = {}
            for table in TABLES:
                path = folder / f"{table.id}.csv"
                stream = stack.enter_context(path.open("w", encoding="utf-8-sig", newline=""))
                writers[table.id] = csv.writer(stream)
                writers[table.id].writerow([column.name for column in table.columns])
                writers[table.id].writerow([column.id for column in table.columns])
            for table, _, row in rows:
                writers[table.id].writerow(
                    [csv_cell(one, row.get(one.id)) for one in table.columns]
                )


def csv_cell(column: TableColumn, cell: Cell) -> str:
    """A cell as text that no spreadsheet program runs: what would be a formula begins with '."""
    plain = plain_cell(column, cell)
    if plain is None:
        return ""
    text = str(plain).encode("utf-8", "replace").decode()
    if _STARTS_FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def sink_of(name: str) -> Sink:
    """The sink of a format.

    Raises:
        MissingExtraError: when its package is not installed.
    """
    if name == "csv":
        return CsvSink()
    if name == "parquet":
        from huibao.batch.parquet import ParquetSink

        return ParquetSink()
    if name == "xlsx":
        from huibao.batch.book import BookSink

        return BookSink()
    if name == "html":
        from huibao.batch.overview.sink import OverviewSink

        return OverviewSink()
    raise ValueError(f"format {name!r}, expected one of {', '.join(FORMATS)}")


def write_tables(run: RunFolder, labels: LabelSets, sinks: Sequence[Sink]) -> list[Path]:
    """Has each sink write the tables of a finished run; the folders that were made anew.

    A folder that this version made from the same results is left as it is.

    Raises:
        HuibaoError: when the disk is full or fails; older tables are kept then.
    """
    made = []
    stamp = f"{__version__} {_digest(run.folder / ROWS)}"
    for sink in sinks:
        folder = run.folder / sink.name
        mended_folder(folder)
        stamps = _stamps(run.folder)
        if stamps.get(sink.name) == stamp and folder.is_dir():
            continue
        if isinstance(sink, PageSink):
            written = partial(sink.write_pages, pages=run.pages(), labels=labels)
        else:
            written = partial(sink.write, rows=rows_of(run, labels))
        replaced_folder(folder, written)
        with ReplacedFile(run.folder / _STAMPS) as file:
            file.write(json.dumps(stamps | {sink.name: stamp}, indent=1).encode() + b"\n")
        made.append(folder)
    return made


def _stamps(folder: Path) -> dict[str, str]:
    try:
        stamps = json.loads((folder / _STAMPS).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
