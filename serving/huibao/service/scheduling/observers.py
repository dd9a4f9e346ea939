"""Who is told what happens in the engine, and that it cannot do harm."""

import contextlib
import logging
from collections.abc import Iterator
from typing import Literal, Protocol

LOG = logging.getLogger(__name__)

Replaced = Literal["died", "stuck"]


class Observer(Protocol):
    """Is told what happens in the engine, from any thread."""

    def window_done(self, tokens: int, queued_seconds: float, model_seconds: float) -> None:
        """A window was scored; its job had waited `queued_seconds` for this turn."""
        ...

    def job_refused(self, reason: str) -> None:
        """A job was not accepted."""
        ...

    def worker_replaced(self, reason: Replaced) -> None:
        """A worker was given up."""
        ...


class CarefulObserver:
    """Passes on to an observer, if there is one; its faults are logged and go no further."""

    def __init__(self, observer: Observer | None) -> None:
        self._observer = observer

    def window_done(self, tokens: int, queued_seconds: float, model_seconds: float) -> None:
        """As in `Observer`."""
        with _harmless():
            if self._observer is not None:
                self._observer.window_done(tokens, queued_seconds, model_seconds)

    def job_refused(self, reason: str) -> None:
        """As in `Observer`."""
        with _harmless():
            if self._observer is not None:
                self._observer.job_refused(reason)

    def worker_replaced(self, reason: Replaced) -> None:
        """As in `Observer`."""
        with _harmless():
            if self._observer is not None:
                self._observer.worker_replaced(reason)


@contextlib.contextmanager
def _harmless() -> Iterator[None]:
    try:
        yield
    except Exception:
        LOG.exception("an observer failed")
