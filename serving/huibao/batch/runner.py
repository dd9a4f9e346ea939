"""A run: every item once, over all workers, kept in the order of the sources.

Results are kept in order, so that a run that was stopped any number of times ends with the same bytes
as one that was not. A slow file holds back at most `_AHEAD` files a worker, which are then done again
if the run is killed at that moment.
"""

import hashlib
import threading
import time
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as StillRunning
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from types import TracebackType
from typing import Self

from huibao.batch.engine import Answer, Engine
from huibao.batch.identity import Identity
from huibao.batch.progress import Progress
from huibao.batch.results import FileResult, Status
from huibao.batch.run_folder import RunFolder
from huibao.batch.sources import Item, SourceError
from huibao.errors import FileError
from huibao.jsonl import decoded, encoded

_AHEAD = 32  # files a worker may be ahead of the slowest
_AHEAD_BYTES = 64 * 2**20
_TICK_SECONDS = 0.2

Content = tuple[str, str]


class StoppedError(Exception):
    """The run was asked to stop; what was finished is kept."""


@dataclass(frozen=True, slots=True)
class _Begun:
    """A file on its way: with its answer to come, or with the source that has the same content."""

    result: FileResult
    answer: Future[Answer]
    content: bytes | str | None = None
    copied: str | None = None


class Run:
    """Reads items into a folder; one that was finished before is passed over."""

    def __init__(
        self,
        folder: RunFolder,
        engine: Engine,
        identity: Identity,
        progress: Progress,
        *,
        retry: Iterable[Status] = (),
    ) -> None:
        """Takes the open folder.

        Args:
            folder: Where results are kept.
            engine: Who reads.
            identity: What finished results must have been read with.
            progress: Who is told.
            retry: The statuses of earlier results that are read again.
        """
        self._folder, self._engine, self._progress = folder, engine, progress
        self._key, self._retry = identity.key, frozenset(retry)
        self._stop = threading.Event()
        self._begun: deque[_Begun] = deque()
        self._begun_bytes = 0
        self.order: dict[str, None] = {}
        self._first: dict[Content, str] = {}
        for result in folder.results.values():
            if result.key == self._key and result.sha256 is not None:
                self._first.setdefault((result.sha256, _ending(result.source)), result.source)

    def stop(self) -> None:
        """Ends the run at the next moment; safe to call from a signal handler."""
        self._stop.set()

    def read(self, items: Iterable[Item]) -> None:
        """Returns when every item has a result that is kept.

        Raises:
            StoppedError: when it was asked to.
            HuibaoError: when the disk is full or fails, or no worker comes up.
        """
        for item in items:
            self.order[item.source] = None
            self._begin(item)
            while self._begun and self._is_far_ahead():
                self._keep_next()
            while self._begun and self._begun[0].answer.done():
                self._keep_next()
        while self._begun:
            self._keep_next()

    def wait(self, seconds: float) -> None:
        """Returns after so many seconds.

        Raises:
            StoppedError: when it was asked to.
        """
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._stop.wait(min(left, _TICK_SECONDS))
            self._look_up()

    def __enter__(self) -> Self:
        """Nothing has begun yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """What has begun is given up."""
        self._engine.stop()

    def _is_far_ahead(self) -> bool:
        ahead = _AHEAD * self._engine.count
        return len(self._begun) >= ahead or self._begun_bytes >= _AHEAD_BYTES

    def _begin(self, item: Item) -> None:
        self._look_up()
        result = FileResult(item.source, "failed", key=self._key)
        earlier = self._folder.results.get(item.source)
        try:
            content = item.content()
        except (SourceError, FileError) as error:
            result = replace(result, reason=error.reason, message=str(error))
            if earlier is not None and (earlier.has_page or self._is_known(earlier, result)):
                self._progress.known(earlier)  # what was read once is not lost with its file
                return
            self._put(_Begun(result, _ready(Answer("failed", error.reason, str(error)))))
            return
        result = replace(result, sha256=_digest(content))
        if earlier is not None and self._is_known(earlier, result):
            self._progress.known(earlier)
            return
        first = self._first.setdefault((result.sha256 or "", _ending(item.source)), item.source)
        if first != item.source:
            self._put(_Begun(result, _ready(Answer("failed")), content, copied=first))
        else:
            self._put(_Begun(result, self._engine.asked(item.source, content), content))

    def _is_known(self, earlier: FileResult, result: FileResult) -> bool:
        """Whether an earlier result is of the same content, read the same way, and is to stay."""
        if earlier.status in self._retry or earlier.key != self._key:
            return False
        if earlier.sha256 is None and earlier.reason != result.reason:
            return False
        return earlier.sha256 == result.sha256

    def _put(self, begun: _Begun) -> None:
        self._begun.append(begun)
        self._begun_bytes += len(begun.content or b"")

    def _keep_next(self) -> None:
        begun = self._begun.popleft()
        self._begun_bytes -= len(begun.content or b"")
        if begun.copied is not None and begun.content is not None:
            answer = self._copy(begun.result, begun.copied)
            if answer is None:
                answer = self._waited(self._engine.asked(begun.result.source, begun.content))
            else:
                begun = replace(begun, result=replace(begun.result, same_as=begun.copied))
        else:
            answer = self._waited(begun.answer)
        self._keep(begun.result, answer)

    def _keep(self, result: FileResult, answer: Answer) -> None:
        page = answer.page or None
        result = replace(
            result,
            **{name: getattr(answer, name) for name in _TOLD},
            size=len(answer.page),
        )
        self._folder.add(result, page)
        self._progress.finished(result)

    def _waited(self, answer: Future[Answer]) -> Answer:
        while True:
            self._look_up()
            try:
                return answer.result(_TICK_SECONDS)
            except StillRunning:
                if answer.done():
                    raise

    def _look_up(self) -> None:
        """What has to be done now and then, however long a file takes."""
        if self._stop.is_set():
            raise StoppedError
        self._folder.flush_if_due()
        self._progress.tick()

    def _copy(self, result: FileResult, source: str) -> Answer | None:
        """The answer for a file whose content was read before; None where that is no longer there."""
        first = self._folder.results.get(source)
        if first is None or first.sha256 != result.sha256 or first.key != self._key:
            return None
        page = self._folder.page(source)
        if page is not None:
            entries = decoded(page)
            entries["file"]["name"] = result.source
            page = encoded(entries)
        told = {name: getattr(first, name) for name in _TOLD if name != "seconds"}
        return Answer(**told, page=page or b"")


_TOLD = (
    "status",
    "reason",
    "message",
    "reports",
    "blocks",
    "characters",
    "warnings",
    "seconds",
)


def _digest(content: bytes | str) -> str:
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return hashlib.sha256(data).hexdigest()


def _ending(source: str) -> str:
    """What of a name may decide how a file is read; the lines of a file have none."""
    return "#" if "#" in source else PurePosixPath(source).suffix.lower()


def _ready(answer: Answer) -> Future[Answer]:
    future: Future[Answer] = Future()
    future.set_result(answer)
    return future
