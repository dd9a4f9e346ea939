"""The way of short texts: made single blocks in a thread, scored by the engine, labelled in a thread."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from huibao.inference.scores import WindowScores
from huibao.reader import Reader
from huibao.service.items import checked_text, made_or_problem
from huibao.service.problems import Problem
from huibao.service.record import RequestRecord
from huibao.service.scoring import Scoring
from huibao.service.settings import Settings
from huibao.service.threads import Threads
from huibao.short_texts import ShortLabels, ShortText, heading_context, short_labels, short_text

Made = TypeVar("Made")
Result = TypeVar("Result")
Scores = list[WindowScores]

# A millisecond of work at most: handing it to a thread and back takes as long as a paragraph's.
_AT_ONCE_CHARACTERS = 1_000


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """What is said of a short text, read through so many windows."""

    labels: ShortLabels
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
        record.items = len(texts)
        characters = sum(map(len, (*texts, *path)))
        with record.timed("read"):
            read = await self._made(characters, lambda: self._prepared(reader, texts, path))
        waiting = [one.windows for one in read if isinstance(one, ShortText)]
        scores = await self._scoring.scored(reader, waiting, record)

        def rendered() -> Result:
            rest = iter(scores)
            return render([self._answer(reader, one, rest) for one in read])

        with record.timed("decide"):
            return await self._made(characters, rendered)

    async def _made(self, characters: int, make: Callable[[], Made]) -> Made:
        if characters <= _AT_ONCE_CHARACTERS:
            return make()
        return await self._threads.for_text(characters, make)

    def _prepared(
        self, reader: Reader, texts: Sequence[str], path: Sequence[str]
    ) -> list[ShortText | Problem]:
        context = heading_context([checked_text(heading, self._most) for heading in path])

        def prepared(text: str) -> ShortText | Problem:
            return made_or_problem(
                lambda: short_text(checked_text(text, self._most), context, reader),
                alone=len(texts) == 1,
            )

        return [prepared(text) for text in texts]

    def _answer(
        self, reader: Reader, one: ShortText | Problem, rest: Iterator[Scores | Problem]
    ) -> ShortAnswer | Problem:
        if isinstance(one, Problem):
            return one
        scores = next(rest)
        if isinstance(scores, Problem):
            return scores
        return ShortAnswer(short_labels(one, scores, reader), len(one.windows))
