"""What a run asks of whoever reads its files, on this machine or on many."""

from concurrent.futures import Future
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Protocol, Self

from huibao.batch.results import Reason, Status

EngineName = Literal["local", "ray"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker says of one file; `page` is its JSON, empty where there is none."""

    status: Status
    reason: Reason | None = None
    message: str | None = None
    reports: int = 0
    blocks: int = 0
    characters: int = 0
    warnings: int = 0
    seconds: float = 0.0
    page: bytes = b""


class Engine(Protocol):
    """Whoever reads files; nothing is started before the first one."""

    @property
    def count(self) -> int:
        """How many files are read at a time, as far as is known."""

    def asked(self, name: str, content: bytes | str) -> Future[Answer]:
        """The answer to come for a file.

        Raises:
            HuibaoError: when the engine does not come up; the future may raise it too.
        """

    def stop(self) -> None:
        """Gives up what is being read."""

    def __enter__(self) -> Self:
        """Starts nothing yet."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ends all that was started."""
