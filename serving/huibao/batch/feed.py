"""Files on their way to other machines: given one by one, taken by number, as often as need be."""

import asyncio

# Name, whether it is text, its bytes.
FedFile = tuple[bytes, bool, bytes]


class Feed:
    """The files on their way, numbered from 0; an actor on the machine that asks."""

    def __init__(self) -> None:
        """Has none yet."""
        self._files: dict[int, FedFile] = {}
        self._answered: set[int] = set()
        self._first = 0  # every number below has its answer
        self._end: int | None = None
        self._changed = asyncio.Event()

    async def put(self, number: int, name: bytes, is_text: bool, content: bytes) -> None:
        """Adds a file."""
        self._files[number] = (name, is_text, content)
        self._changed.set()

    async def forget(self, number: int) -> None:
        """Lets go of a file that has its answer."""
        self._files.pop(number, None)
        self._answered.add(number)
        while self._first in self._answered:
            self._answered.remove(self._first)
            self._first += 1

    async def close(self, end: int) -> None:
        """Says that there is no file from this number on."""
        self._end = end
        self._changed.set()

    async def taken(self, number: int) -> tuple[bool, FedFile | None]:
        """Whether there is such a number, and its file; waits until either is known."""
        while True:
            if number in self._files:
                return True, self._files[number]
            if number < self._first or number in self._answered:
                return True, None
            if self._end is not None and number >= self._end:
                return False, None
            self._changed.clear()
            await self._changed.wait()
