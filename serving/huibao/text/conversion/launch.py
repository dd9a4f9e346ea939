"""Becomes LibreOffice after giving up what a converter needs not: network, memory, time, a parent.

Run as a script by a bare Python (`-I -S`), so that nothing is loaded and no thread exists: what is
given up here cannot be had back after the program has taken this process over.
"""

import contextlib
import ctypes
import errno
import os
import platform
import resource
import signal
import socket
import struct
import sys
from pathlib import Path

_NEW_USER, _NEW_NETWORK = 0x1000_0000, 0x4000_0000
_DIE_WITH_PARENT = 1
_NO_NEW_PRIVILEGES = 38
_SECCOMP, _SECCOMP_FILTER = 22, 2
# The kind of machine as the kernel numbers it, and its number for the call `socket`.
_SYSTEMS = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
_LOAD, _IS, _FROM, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000
_OTHER_NUMBERING, _IO_URING_SETUP = 0x40000000, 425
MOST_OPEN_FILES = 512


def main(arguments: list[str]) -> None:
    """Takes seconds of the processor, bytes of memory, bytes of one file, then the command."""
    seconds, memory, file_size = map(int, arguments[:3])
    _give_up_network()
    _call("prctl", _DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    _call("prctl", _NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    _refuse_internet_sockets()
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


def _refuse_internet_sockets() -> None:
    """Has the kernel refuse sockets other than those of this machine, also in a network of its own.

    Where a service manager forbids name spaces, this alone keeps the program off the network.
    Source: the kernel's seccomp_filter.rst; numbers of the system calls in its unistd headers.
    """
    known = _SYSTEMS.get(platform.machine())
    if known is None:
        return
    system, socket_call = known
    refuse, allow = 10, 9
    steps = (
        (_LOAD, 0, 0, 4),  # the kind of machine that the call is made for
        (_IS, 0, refuse - 2, system),
        (_LOAD, 0, 0, 0),  # the number of the call
        (_FROM, refuse - 4, 0, _OTHER_NUMBERING),
        (_IS, refuse - 5, 0, _IO_URING_SETUP),
        (_IS, 0, allow - 6, socket_call),
        (_LOAD, 0, 0, 16),  # the family of the socket
        (_IS, refuse - 8, 0, socket.AF_INET),
        (_IS, refuse - 9, 0, socket.AF_INET6),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE | errno.EACCES),
    )
    program = b"".join(struct.pack("=HBBI", *step) for step in steps)
    held = ctypes.create_string_buffer(program)
    head = struct.pack("@HP", len(steps), ctypes.addressof(held))
    _call("prctl", _SECCOMP, _SECCOMP_FILTER, ctypes.create_string_buffer(head), 0, 0)


def _call(name: str, *arguments: object) -> int:
    """The answer of a function of the C library, -1 where it has none of this name."""
    function = getattr(ctypes.CDLL(None), name, None)
    return -1 if function is None else int(function(*arguments))


if __name__ == "__main__":
    main(sys.argv[1:])
