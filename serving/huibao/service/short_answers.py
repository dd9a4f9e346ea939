"""The way of short texts: made single blocks in a thread, scored by the engine, labelled in a thread."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from huibao.annotation import BlockAnnotation
from huibao.inference.scores import WindowScores
from huibao.inference.windows import Context
from huibao.reader import Reader
from huibao.service.items import checked_text, made_or_problem
from huibao.service.problems import Problem
from huibao.service.record import RequestRecord
from huibao.service.scoring import Scoring
from huibao.service.settings import Settings
from huibao.service.threads import Threads
from huibao.short_texts import (
    ShortText,
    heading_context,
    short_annotation,
    short_labels,
    short_text,
)

Made = TypeVar("Made")
Result = TypeVar("Result")
Scores = list[WindowScores]

# A millisecond of work at most: handing it to a thread and back takes as long as a paragraph's.
_AT_ONCE_CHARACTERS = 1_000


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """What is said of a short text, read through so many windows."""

    labels: BlockAnnotation
    windows: int


class ShortAnswers:
    """Labels short texts."""

    def __init__(self, scoring: Scoring, threads: Threads, settings: Settings) -> None:
        """Takes the engine's door and threads that others end."""
        self._scoring, self._threads = scoring, threads
        self._most = settings.text_characters

    async def labelled(
        self,
        reader: Reader,
        texts: Sequence[str],
        path: Sequence[str],
        record: RequestRecord,
        render: Callable[[list[ShortAnswer | Problem]], Result],
    ) -> Result:
        """Labels the texts under one heading path; `render` gets an answer or problem a text.

        Raises:
            Problem: when the request as a whole is not answered.
        """

        def answer(text: ShortText, scores: Scores) -> ShortAnswer:
            return ShortAnswer(short_labels(text, scores, reader), len(text.windows))

        sent = _Sent(
            texts,
            lambda: [self._context(path)] * len(texts),
            sum(map(len, path)),
            tags=False,
        )
        return await self._answered(reader, sent, record, answer, render)

    async def annotated(
        self,
        reader: Reader,
        placed: Sequence[tuple[str, Sequence[str]]],
        record: RequestRecord,
        render: Callable[[list[BlockAnnotation | Problem]], Result],
    ) -> Result:
        """Annotates texts, each under its own heading path, with entities too; as `labelled`."""

        def answer(text: ShortText, scores: Scores) -> BlockAnnotation:
            return short_annotation(text, scores, reader)

        sent = _Sent(
            [text for text, _ in placed],
            lambda: [self._context(path) for _, path in placed],
            sum(len(heading) for _, path in placed for heading in path),
            tags=True,
        )
        return await self._answered(reader, sent, record, answer, render)

    async def _answered(
        self,
        reader: Reader,
        sent: "_Sent",
        record: RequestRecord,
        answer: Callable[[ShortText, Scores], Made],
        render: Callable[[list[Made | Problem]], Result],
    ) -> Result:
        record.items = len(sent.texts)
        characters = sum(map(len, sent.texts)) + sent.headings
        with record.timed("read"):
            read = await self._made(characters, lambda: self._prepared(reader, sent))
        waiting = [one.windows for one in read if isinstance(one, ShortText)]
        scores = await self._scoring.scored(reader, waiting, record, tags=sent.tags)

        def rendered() -> Result:
            rest = iter(scores)
            return render([_said(one, rest, answer) for one in read])

        with record.timed("decide"):
            return await self._made(characters, rendered)

    async def _made(self, characters: int, make: Callable[[], Made]) -> Made:
        if characters <= _AT_ONCE_CHARACTERS:
            return make()
        return await self._threads.for_text(characters, make)

    def _prepared(self, reader: Reader, sent: "_Sent") -> list[ShortText | Problem]:
        def prepared(text: str, context: Context) -> ShortText | Problem:
            return made_or_problem(
                lambda: short_text(checked_text(text, self._most), context, reader),
                alone=len(sent.texts) == 1,
            )

        return [prepared(*one) for one in zip(sent.texts, sent.contexts(), strict=True)]

    def _context(self, path: Sequence[str]) -> Context:
        return heading_context([checked_text(heading, self._most) for heading in path])


@dataclass(frozen=True, slots=True)
class _Sent:
    """Texts, how to make the place of each, the characters of all headings, and what is asked for."""

    texts: Sequence[str]
    contexts: Callable[[], Sequence[Context]]
    headings: int
    tags: bool


def _said(
    one: ShortText | Problem,
    rest: Iterator[Scores | Problem],
    answer: Callable[[ShortText, Scores], Made],
) -> Made | Problem:
    if isinstance(one, Problem):
        return one
    scores = next(rest)
    return scores if isinstance(scores, Problem) else answer(one, scores)
