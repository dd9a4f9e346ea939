"""One reading process as its parent sees it: started, asked, watched, ended."""

import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from huibao.errors import HuibaoError
from huibao.reading_process.messages import received, send

_CHILD = "huibao.reading_process.child"
_START_SECONDS = 60.0
_FILES_EACH = 1000
# Warm, a process holds some 40 MB; one that large files have grown is replaced by a fresh one.
_GROWN_BYTES = 256 * 2**20
# The rest of the environment may hold keys, which no reader of hostile files needs.
_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR", "TZ", "VIRTUAL_ENV")


class Process:
    """A reading process; one thread at a time asks it, any thread may kill it."""

    def __init__(self, arguments: tuple[str, ...]) -> None:
        """Starts it and does not wait.

        Args:
            arguments: those of `child.main` after the first.
        """
        # Linux counts the most that the parent ever held as the child's own, from before its start.
        self._inherited = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        self._channel, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", _CHILD, str(theirs.fileno()), *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env=_environment(),
            )
        self._files = 0
        self._is_ready = False
        self._ended: tuple[int, int] | None = None
        self._ending = threading.Lock()

    @property
    def pid(self) -> int:
        """Its number in the system."""
        return self._process.pid

    def wait_until_ready(self) -> None:
        """Returns when it is warm.

        Raises:
            HuibaoError: when it does not come up.
        """
        if self._is_ready:
            return
        try:
            received(self._channel, until=time.monotonic() + _START_SECONDS)
        except (EOFError, OSError, ValueError) as error:
            code, _ = self.kill()
            raise HuibaoError(f"the reading process did not start (exit code {code})") from error
        self._is_ready = True

    def asked(self, head: object, file: bytes, until: float) -> tuple[object, bytes]:
        """The answer to a file, by `until` (`time.monotonic()`); errors are those of `received`."""
        self._files += 1
        send(self._channel, head, file, until=until)
        return received(self._channel, until=until)

    def is_worn(self) -> bool:
        """Whether a fresh process should take its place."""
        return self._files >= _FILES_EACH or _resident_bytes(self.pid) > _GROWN_BYTES

    def kill(self) -> tuple[int, int]:
        """Ends it, if it has not ended; its exit code (negative: signal) and most resident bytes.

        The bytes are 0 where it never held more than its parent once did: then they cannot be told.
        A thread that waits for an answer gets an EOFError.
        """
        with self._ending:
            if self._ended is None:
                self._ended = self._killed()
            return self._ended

    def close(self) -> None:
        """Ends it and lets go of its channel; nobody may be waiting for an answer."""
        self.kill()
        self._channel.close()
        if self._process.stdin is not None:
            self._process.stdin.close()

    def _killed(self) -> tuple[int, int]:
        # To a process that has ended by itself and waits to be asked how, the signal does nothing.
        os.kill(self.pid, signal.SIGKILL)
        try:
            _, status, usage = os.wait4(self.pid, 0)
            code, held = os.waitstatus_to_exitcode(status), usage.ru_maxrss * 1024
            most_resident = held if held > self._inherited else 0
        except ChildProcessError:
            code, most_resident = -signal.SIGABRT, 0
        self._process.returncode = code
        return code, most_resident


def _environment() -> dict[str, str]:
    """What the process gets of the environment, and where Python finds the same packages."""
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    package = str(Path(__file__).resolve().parents[2])
    paths = dict.fromkeys([path for path in sys.path if path] + [package])
    return kept | {"PYTHONPATH": os.pathsep.join(paths), "MALLOC_ARENA_MAX": "1"}


def _resident_bytes(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/statm").read_text("ascii").split()
    except OSError:
        return 0
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")
