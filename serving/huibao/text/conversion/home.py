"""The folder that a process converts in, and the end of those whose process was killed."""

import atexit
import contextlib
import fcntl
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

from huibao.text.conversion.profile import fresh_profile

_NAME = "huibao-office-"
_LOCK = "lock"


@cache
def own_home() -> Path:
    """This process's own folder; its lock is held for as long as the process lives.

    Raises:
        OSError: where no temporary file can be written.
    """
    remove_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=_NAME))
    # Kept open on purpose: the system lets go of the lock when the process ends, however it ends.
    fcntl.flock(os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600), fcntl.LOCK_EX)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def own_profile() -> Path:
    """The profile of this process's LibreOffice, made when it is first asked for."""
    folder = own_home() / "profile"
    fresh_profile(folder)
    return folder


def remove_abandoned() -> None:
    """Removes the folders of processes that have ended without doing so: documents lay there."""
    with contextlib.suppress(OSError):
        for folder in Path(tempfile.gettempdir()).glob(f"{_NAME}*"):
            with contextlib.suppress(OSError):
                lock = os.open(folder / _LOCK, os.O_RDWR | os.O_NOFOLLOW)
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)
                finally:
                    os.close(lock)
