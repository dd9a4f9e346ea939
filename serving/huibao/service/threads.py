"""Where the processor's work of a request is done: off the event loop, long work apart from short."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Made = TypeVar("Made")

_SMALL_CHARACTERS = 20_000  # longer texts take turns, so that short ones are not kept from a core
_SMALL_THREADS = 4


class Threads:
    """The threads of one service; a cancelled caller takes back what has not begun."""

    def __init__(self, readers: int) -> None:
        """Takes the number of processes that read files: one thread waits for each."""
        self._files = ThreadPoolExecutor(readers, "huibao-file")
        self._small = ThreadPoolExecutor(_SMALL_THREADS, "huibao-text")
        self._large = ThreadPoolExecutor(1, "huibao-long-text")

    async def for_file(self, make: Callable[[], Made]) -> Made:
        """What `make` returns, made where reading processes are waited for."""
        return await asyncio.get_running_loop().run_in_executor(self._files, make)

    async def for_text(self, characters: int, make: Callable[[], Made]) -> Made:
        """What `make` returns, made where texts of this length are worked on."""
        pool = self._small if characters <= _SMALL_CHARACTERS else self._large
        return await asyncio.get_running_loop().run_in_executor(pool, make)

    def close(self) -> None:
        """Ends the threads; what has begun is finished."""
        for pool in (self._files, self._small, self._large):
            pool.shutdown(wait=True, cancel_futures=True)
