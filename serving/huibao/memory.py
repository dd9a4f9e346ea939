"""The memory that this process holds, and giving back what it has freed."""

import asyncio
import ctypes
import os
from collections.abc import Callable
from pathlib import Path

_STATM = Path("/proc/self/statm")
_LOOK_SECONDS = 2.0
_GROWN_BYTES = 16 * 2**20


def resident_bytes() -> int:
    """The memory of this process that is in use, 0 where the system does not tell."""
    if not _STATM.exists():
        return 0
    return int(_STATM.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def give_back_freed_memory() -> None:
    """Has the C library give freed memory back, each time the process has grown; ends when cancelled.

    glibc keeps what many threads have freed for each of them: a service that was overloaded for a
    minute holds a sixth more than it uses. Asking takes some milliseconds, and no answer waits for it
    while the memory stays as it is. Other C libraries give back of their own accord.
    """
    trim = _trim()
    if trim is None:
        return
    held = resident_bytes()
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        if resident_bytes() > held + _GROWN_BYTES:
            await asyncio.to_thread(trim, 0)
            held = resident_bytes()


def _trim() -> Callable[[int], int] | None:
    try:
        trim: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # no glibc; Windows refuses None with a TypeError
        return None
    return trim
