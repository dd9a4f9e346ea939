"""Becomes LibreOffice after giving up what a converter needs not: network, memory, time, a parent.

Run as a script by a bare Python (`-I -S`), so that nothing is loaded and no thread exists: what is
given up here cannot be had back after the program has taken this process over.
"""

import contextlib
import ctypes
import os
import resource
import signal
import sys
from pathlib import Path

_NEW_USER, _NEW_NETWORK = 0x1000_0000, 0x4000_0000
_DIE_WITH_PARENT = 1
_NO_NEW_PRIVILEGES = 38
MOST_OPEN_FILES = 512


def main(arguments: list[str]) -> None:
    """Takes seconds of the processor, bytes of memory, bytes of one file, then the command."""
    seconds, memory, file_size = map(int, arguments[:3])
    _give_up_network()
    _call("prctl", _DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    _call("prctl", _NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    for limit, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, file_size),
        (resource.RLIMIT_NOFILE, MOST_OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (most, most))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGXFSZ, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    os.execv(arguments[3], arguments[3:])


def _give_up_network() -> None:
    """Moves to a network of its own that has no way out; where the system forbids it, stays.

    The user keeps its number in the new name space: programs look up who they run as.
    """
    user, group = os.getuid(), os.getgid()
    if _call("unshare", _NEW_USER | _NEW_NETWORK) != 0:
        return
    for name, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with contextlib.suppress(OSError):
            Path(f"/proc/self/{name}").write_text(line, "ascii")


def _call(name: str, *arguments: int) -> int:
    """The answer of a function of the C library, -1 where it has none of this name."""
    function = getattr(ctypes.CDLL(None), name, None)
    return -1 if function is None else int(function(*arguments))


if __name__ == "__main__":
    main(sys.argv[1:])
