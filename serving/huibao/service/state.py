"""The parts of one running service, how they start, and whether it is ready."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Protocol

from huibao.errors import BundleError
from huibao.memory import give_back_freed_memory
from huibao.reader import EXAMPLE, Reader
from huibao.reading_process import ReadingProcesses
from huibao.service.answers import Answer, Answers
from huibao.service.items import Sent
from huibao.service.keys import Keys
from huibao.service.metrics import Metrics
from huibao.service.problems import Problem
from huibao.service.record import RequestRecord
from huibao.service.scheduling.engine import Engine
from huibao.service.settings import Settings
from huibao.service.short_answers import ShortAnswers
from huibao.service.threads import Threads

_WARM_SECONDS = 60.0


class Readers(Protocol):
    """The bundles in service; `LoadedBundles` is one."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the bundles, the default first."""
        ...

    def reader(self, name: str | None = None) -> Reader:
        """The reader of a bundle, or BundleError."""
        ...

    def reload(self, name: str | None = None) -> Reader:
        """Puts a new version in place, or BundleError."""
        ...

    def renew(self) -> None:
        """Loads all again for label sets that have changed, or BundleError."""
        ...


class OneReader:
    """A reader that was handed over ready made, in place of loaded bundles."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.names = (reader.bundle.name,)

    def reader(self, name: str | None = None) -> Reader:
        """The reader."""
        if name not in (None, *self.names):
            raise BundleError(f"no such bundle is loaded, there is {self.names[0]}")
        return self._reader

    def reload(self, name: str | None = None) -> Reader:
        """Refuses: there is no folder to load from."""
        raise BundleError(f"bundle {self.reader(name).bundle.name} was not loaded from a folder")

    def renew(self) -> None:
        """Leaves the reader as it is: whoever made it gave it its label sets."""


@dataclass(slots=True)
class Service:
    """All that the endpoints work with."""

    settings: Settings
    bundles: Readers
    keys: Keys
    metrics: Metrics
    engine: Engine
    processes: ReadingProcesses
    threads: Threads
    answers: Answers
    short_answers: ShortAnswers
    warm: bool = field(default=False, init=False)
    _upkeep: asyncio.Task[None] | None = field(default=None, init=False)
    ended: bool = field(default=False, init=False)

    def reader(self, name: str | None) -> Reader:
        """The reader of a bundle, of the default one when none is named.

        Raises:
            Problem: not_found.
        """
        try:
            return self.bundles.reader(name)
        except BundleError:
            known = ", ".join(self.bundles.names)
            raise Problem("not_found", f"No such bundle is loaded, there is {known}.") from None

    def readiness(self) -> tuple[bool, str]:
        """Whether requests should be sent here, and why not."""
        if self.ended:
            return False, "the service is ending"
        if not self.warm:
            return False, "the service is starting"
        return self.engine.healthy()

    async def start(self) -> None:
        """Starts threads and processes and answers a first text and a first file with every bundle."""
        self.engine.start()
        started = asyncio.to_thread(self.processes.start)
        await asyncio.gather(started, self._warm(EXAMPLE))
        await self._warm(EXAMPLE.encode())
        self._upkeep = asyncio.create_task(give_back_freed_memory())
        self.warm = True

    async def _warm(self, content: bytes | str) -> None:
        for name in self.bundles.names:
            now = time.monotonic()
            record = RequestRecord("warm-up", "", "", now, now + _WARM_SECONDS)
            sent = [Sent(content)]
            await self.answers.read(self.bundles.reader(name), sent, record, _raise_problems)

    async def stop(self) -> None:
        """Ends all threads and processes; callers are finished by whoever shuts down in good order."""
        self.ended = True
        if self._upkeep is not None:
            self._upkeep.cancel()
        await asyncio.to_thread(self.engine.stop)
        await asyncio.to_thread(self.processes.stop)
        await asyncio.to_thread(self.threads.close)


def _raise_problems(outcomes: list[Answer | Problem]) -> None:
    for outcome in outcomes:
        if isinstance(outcome, Problem):
            raise outcome
