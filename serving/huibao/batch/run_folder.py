"""The folder of a run: `reports.jsonl` with a page a line, `runs.jsonl` with a row a file.

While a run writes, the pages lie in `reports.<generation>.part` and `runs.jsonl` is a journal: a row
is added when its page is safe on the disk, so whatever the rows do not tell of never happened. A run
that ends well names the pages `reports.jsonl`; the first line of `runs.jsonl` tells their generation,
so that pages and rows are replaced together.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from huibao.batch.durable import AppendedFile, ReplacedFile, failed_write, sync_folder
from huibao.batch.results import FileResult, result_of
from huibao.errors import HuibaoError

SCHEMA = "huibao-run/1"
PAGES, ROWS = "reports.jsonl", "runs.jsonl"
_LOCK = ".lock"
_SYNC_SECONDS = 0.5
_SYNC_BYTES = 8 * 2**20


class RunFolder:
    """What a run has finished, kept on the disk; one process at a time writes to a folder."""

    def __init__(self, folder: Path) -> None:
        """Takes the folder; `open` reads it."""
        self.folder = folder
        self.results: dict[str, FileResult] = {}
        self._generation = 1
        self._pages: AppendedFile | None = None
        self._rows: AppendedFile | None = None
        self._lock: BinaryIO | None = None
        self._waiting: list[FileResult] = []
        self._page_bytes = self._row_bytes = self._unsynced = 0
        self._synced = time.monotonic()
        self._is_stale = self._is_torn = False

    def open(self) -> None:
        """Locks the folder, reads what earlier runs have finished, and drops what they had not.

        Raises:
            HuibaoError: when another run writes to it, or its pages are not those of its rows.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = (self.folder / _LOCK).open("wb")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._heal()
        except BlockingIOError:
            self._unlock()
            raise HuibaoError(f"{self.folder}: another run is writing to this folder") from None
        except OSError as error:
            self._unlock()
            raise failed_write(self.folder, error) from error
        except HuibaoError:
            self._unlock()
            raise

    def close(self) -> None:
        """Makes safe what was added and unlocks the folder."""
        try:
            self.flush()
        finally:
            for file in (self._pages, self._rows):
                if file is not None:
                    file.close()
            self._pages = self._rows = None
            self._unlock()

    @property
    def is_finished(self) -> bool:
        """Whether the pages lie under their own name."""
        return self._sealed.exists() or not self._page_bytes

    def add(self, result: FileResult, page: bytes | None) -> None:
        """Keeps the result of a file with its page, in place of an earlier one of the same source.

        Raises:
            HuibaoError: when the disk is full or fails; what was added before is kept.
        """
        self._begin()
        if page is not None and self._pages is not None:
            result = replace(result, offset=self._pages.size, size=len(page))
            self._pages.append(page + b"\n")
            self._unsynced += len(page)
        self._is_stale |= result.source in self.results
        self.results[result.source] = result
        self._waiting.append(result)
        self.flush_if_due()

    def flush_if_due(self) -> None:
        """Makes safe what has waited for half a second, or is much."""
        waited = time.monotonic() - self._synced
        if waited > _SYNC_SECONDS or self._unsynced > _SYNC_BYTES:
            self.flush()

    def flush(self) -> None:
        """Returns when all that was added is safe: the pages first, then the rows that tell of them."""
        if self._waiting and self._pages is not None and self._rows is not None:
            self._pages.sync()
            rows, self._waiting = self._waiting, []
            self._rows.append(b"".join(_line(row.as_row()) for row in rows))
            self._rows.sync()
            self._page_bytes, self._row_bytes = self._pages.size, self._rows.size
        self._synced, self._unsynced = time.monotonic(), 0

    def page(self, source: str) -> bytes | None:
        """The page of a source, None where it has none."""
        result = self.results.get(source)
        if result is None or result.offset is None:
            return None
        with self._pages_path.open("rb") as stream:
            stream.seek(result.offset)
            return stream.read(result.size)

    def pages(self) -> Iterator[tuple[FileResult, bytes | None]]:
        """Each result with its page, in the order of the rows."""
        self.flush()
        if not self._pages_path.exists():
            yield from ((result, None) for result in self.results.values())
            return
        with self._pages_path.open("rb") as stream:
            for result in self.results.values():
                if result.offset is None:
                    yield result, None
                else:
                    stream.seek(result.offset)
                    yield result, stream.read(result.size)

    def finish(self, order: Sequence[str] = ()) -> None:
        """Names the pages `reports.jsonl`: each current one once, those of `order` in that order.

        Sources that are not in `order` were read by earlier runs and stand first.
        """
        if self._is_torn:
            self._begin()
        self.flush()
        places = {source: place for place, source in enumerate(order)}
        known = [places[source] for source in self.results if source in places]
        if self._is_stale or known != sorted(known):
            self._rewrite(sorted(self.results, key=lambda source: places.get(source, -1)))
        if self._pages is not None:
            self._pages.close()
            self._pages = None
        if self._part.exists():
            self._part.replace(self._sealed)
            sync_folder(self.folder)

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @property
    def _sealed(self) -> Path:
        return self.folder / PAGES

    @property
    def _part(self) -> Path:
        return self.folder / f"reports.{self._generation}.part"

    @property
    def _pages_path(self) -> Path:
        return self._part if self._part.exists() else self._sealed

    @property
    def _rows_path(self) -> Path:
        return self.folder / ROWS

    def _heal(self) -> None:
        """Reads the rows up to the first that is torn or tells of a page that is not there."""
        if not self._rows_path.exists():
            if self._sealed.exists():
                message = f"holds a {PAGES} that no run has written; choose another folder"
                raise HuibaoError(f"{self.folder}: {message}")
            with ReplacedFile(self._rows_path) as file:
                file.write(_line({"schema": SCHEMA, "generation": self._generation}))
        with self._rows_path.open("rb") as stream:
            self._row_bytes = self._read_head(stream.readline())
            size = self._pages_path.stat().st_size if self._pages_path.exists() else 0
            for line in stream:
                result = _read_row(line)
                end = 0 if result is None else _page_end(result)
                if result is None or end > size:
                    break
                self._is_stale |= result.source in self.results
                self.results[result.source] = result
                self._row_bytes += len(line)
                self._page_bytes = max(self._page_bytes, end)
            whole = self._row_bytes, self._page_bytes
            self._is_torn = whole != (os.fstat(stream.fileno()).st_size, size)
        for left in self.folder.glob("reports.*.part*"):
            if left != self._part:
                left.unlink()

    def _read_head(self, line: bytes) -> int:
        try:
            head = json.loads(line)
            if head["schema"] != SCHEMA:
                raise ValueError
            self._generation = int(head["generation"])
        except (ValueError, KeyError, TypeError):
            raise HuibaoError(f"{self._rows_path}: not the rows of a run ({SCHEMA})") from None
        return len(line)

    def _begin(self) -> None:
        """Opens both files to write on, the pages under their working name."""
        if self._pages is None:
            if self._sealed.exists() and not self._part.exists():
                self._sealed.replace(self._part)
            self._pages = AppendedFile(self._part, self._page_bytes)
            sync_folder(self.folder)
        if self._rows is None:
            self._rows = AppendedFile(self._rows_path, self._row_bytes)
        self._is_torn = False

    def _rewrite(self, sources: Sequence[str]) -> None:
        """Writes pages and rows anew, the next generation; the rename of the rows makes it so."""
        old, offset = self._pages_path, 0
        results: dict[str, FileResult] = {}
        pages = AppendedFile(self.folder / f"reports.{self._generation + 1}.part", 0)
        for source in sources:
            result, page = self.results[source], self.page(source)
            if page is not None:
                result = replace(result, offset=offset)
                pages.append(page + b"\n")
                offset += len(page) + 1
            results[source] = result
        pages.sync()
        with ReplacedFile(self._rows_path) as file:
            file.write(_line({"schema": SCHEMA, "generation": self._generation + 1}))
            for result in results.values():
                file.write(_line(result.as_row()))
        for open_file in (self._pages, self._rows):
            if open_file is not None:
                open_file.close()
        self._generation += 1
        self.results, self._pages, self._rows = results, pages, None
        self._page_bytes, self._row_bytes = offset, self._rows_path.stat().st_size
        self._is_stale = False
        if old != self._part:
            old.unlink(missing_ok=True)


def _page_end(result: FileResult) -> int:
    """Where the line of a page ends, its break included; 0 where there is no page."""
    return 0 if result.offset is None else result.offset + result.size + 1


def _line(row: object) -> bytes:
    return (
        json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        + b"\n"
    )


def _read_row(line: bytes) -> FileResult | None:
    """The result of a row, None where it is torn."""
    if not line.endswith(b"\n"):
        return None
    try:
        return result_of(json.loads(line.decode("utf-8", "surrogatepass")))
    except ValueError:
        return None
