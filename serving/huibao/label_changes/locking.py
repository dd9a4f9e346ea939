"""One writer at a time: a lock on a file that the system takes back when its holder dies."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """Holds a file, made if need be, for this process alone; others wait.

    Returns:
        The descriptor of the file, open for reading and writing at the end.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        _take(descriptor)
        yield descriptor
    finally:
        os.close(descriptor)  # which gives the lock back


def _take(descriptor: int) -> None:
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_EX)
