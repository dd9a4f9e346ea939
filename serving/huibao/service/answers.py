"""The way of pages: read in a process or a thread, scored by the engine, decided in a thread."""

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from huibao.annotation import PageAnnotation
from huibao.errors import FileError
from huibao.inference.scores import WindowScores
from huibao.inference.windows import Window
from huibao.reader import Reader
from huibao.reading_process import ReadingProcesses
from huibao.report import PageReports
from huibao.service.cache import AnswerCache, Key
from huibao.service.items import Sent, checked_text, made_or_problem
from huibao.service.problems import Problem
from huibao.service.record import RequestRecord
from huibao.service.scoring import Scoring
from huibao.service.settings import Settings
from huibao.service.threads import Threads
from huibao.text.files import read_page
from huibao.text.segmentation import split_reports

Result = TypeVar("Result")
Scores = list[WindowScores]


@dataclass(frozen=True, slots=True)
class Answer:
    """A page that was read, through so many windows."""

    page: PageAnnotation
    windows: int


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A page cut into reports and windows; `key` where its answer is to be kept."""

    source: PageReports
    windows: Sequence[Window]
    key: Key | None


class Answers:
    """Reads pages as `Reader.read` does, with the same answer for the same bytes."""

    def __init__(
        self,
        scoring: Scoring,
        processes: ReadingProcesses,
        threads: Threads,
        settings: Settings,
    ) -> None:
        """Takes the engine's door, reading processes and threads that others start and end."""
        self._scoring, self._processes, self._threads = scoring, processes, threads
        self._most = settings.text_characters
        self._cache = AnswerCache(settings.cache_characters)

    async def read(
        self,
        reader: Reader,
        sent: Sequence[Sent],
        record: RequestRecord,
        render: Callable[[list[Answer | Problem]], Result],
        *,
        keep: bool = False,
    ) -> Result:
        """Reads the items; `render` gets an answer or problem for each, in a thread.

        Args:
            reader: Of the bundle that was asked for.
            sent: The items, all texts or all files.
            record: Of the request.
            render: Makes the result of them.
            keep: Whether the same bytes may soon be asked for again, in another format.

        Raises:
            Problem: when the request as a whole is not answered.
        """
        record.items = len(sent)
        with record.timed("read"):
            read = await self._read(reader, sent, keep)
        waiting = [one for one in read if isinstance(one, _Prepared)]
        scores = await self._scoring.scored(reader, [one.windows for one in waiting], record)
        characters = sum(len(one.source.page.text) for one in waiting)

        def rendered() -> Result:
            rest = iter(scores)
            return render([self._answer(reader, one, rest, len(read)) for one in read])

        with record.timed("decide"):
            return await self._threads.for_text(characters, rendered)

    async def _read(
        self, reader: Reader, sent: Sequence[Sent], keep: bool
    ) -> list[_Prepared | Answer | Problem]:
        def one(item: Sent) -> _Prepared | Answer | Problem:
            return made_or_problem(lambda: self._prepared(reader, item, keep), alone=len(sent) == 1)

        texts = [item.content for item in sent if isinstance(item.content, str)]
        if len(texts) == len(sent):
            characters = sum(map(len, texts))
            return await self._threads.for_text(characters, lambda: [one(item) for item in sent])
        read = (self._threads.for_file(partial(one, item)) for item in sent)
        return await asyncio.gather(*read)

    def _prepared(self, reader: Reader, item: Sent, keep: bool) -> _Prepared | Answer:
        content = item.content
        if isinstance(content, FileError):
            raise content
        if isinstance(content, str):
            checked_text(content, self._most)
        key = self._key(reader, item, content) if keep else None
        if key is not None and (kept := self._cache.get(key)) is not None:
            return Answer(*kept)
        source = self._source(item, content)
        return _Prepared(source, reader.windows(source.reports), key)

    def _source(self, item: Sent, content: bytes | str) -> PageReports:
        if isinstance(content, str):
            return split_reports(read_page(content, item.name))
        return self._processes.read(content, name=item.name, encoding=item.encoding)

    def _key(self, reader: Reader, item: Sent, content: bytes | str) -> Key:
        is_text = isinstance(content, str)
        data = content.encode() if isinstance(content, str) else content
        digest = hashlib.sha256(data).hexdigest()
        return self._cache.key(reader, digest, item.name, item.encoding, is_text=is_text)

    def _answer(
        self,
        reader: Reader,
        one: _Prepared | Answer | Problem,
        rest: Iterator[Scores | Problem],
        items: int,
    ) -> Answer | Problem:
        if not isinstance(one, _Prepared):
            return one
        scores = next(rest)
        if isinstance(scores, Problem):
            return scores
        return made_or_problem(lambda: self._decided(reader, one, scores), alone=items == 1)

    def _decided(self, reader: Reader, one: _Prepared, scores: Scores) -> Answer:
        said = reader.decided(one.source.reports, one.windows, scores)
        page = PageAnnotation(one.source, said, reader.bundle.annotator)
        if one.key is not None:
            self._cache.put(one.key, page, len(one.windows))
        return Answer(page, len(one.windows))
