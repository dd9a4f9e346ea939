"""The worker processes and the fork server they come from, as their parent sees them."""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from huibao.batch.worker import WorkerOptions
from huibao.reading_process.messages import received, send

_SERVER = "huibao.batch.fork_server"
_START_SECONDS = 120.0
_END_SECONDS = 5.0


class ForkServer:
    """Makes workers; is started for the first one, and anew when it has ended."""

    def __init__(self, options: WorkerOptions) -> None:
        """Takes what every file is read with."""
        self._options = json.dumps(asdict(options))
        self._process: subprocess.Popen[bytes] | None = None

    def worker(self) -> "WorkerProcess":
        """A worker that is about to start; one thread at a time may ask."""
        ours, theirs = socket.socketpair()
        with theirs:
            if self._process is None or not self._has_taken(theirs):
                self.close()
                self._start()
                self._has_taken(theirs)
        return WorkerProcess(ours)

    def close(self) -> None:
        """Ends it; its workers stay."""
        if self._process is not None:
            self._control.close()
            self._process.kill()
            self._process.wait()
            self._process = None

    def _start(self) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            number = theirs.fileno()
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", _SERVER, str(number), self._options],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(number,),
                env=_environment(),
            )

    def _has_taken(self, channel: socket.socket) -> bool:
        try:
            socket.send_fds(self._control, [b"w"], [channel.fileno()])
        except OSError:
            return False
        return True


class WorkerProcess:
    """One worker; one thread at a time asks it, any thread may kill it."""

    def __init__(self, channel: socket.socket) -> None:
        """Takes this end of the channel that the fork server has the other end of."""
        self._channel = channel
        self.pid: int | None = None  # once it is ready
        self._handle: int | None = None

    def wait_until_ready(self) -> None:
        """Returns when it waits for a file.

        Raises:
            EOFError, OSError, ValueError: when it does not come up.
        """
        if self.pid is None:
            pid, _ = received(self._channel, until=time.monotonic() + _START_SECONDS)
            if not isinstance(pid, int):
                raise ValueError("no number of a worker")
            if hasattr(os, "pidfd_open"):
                self._handle = os.pidfd_open(pid)
            self.pid = pid

    def asked(self, head: object, file: bytes, until: float) -> tuple[dict[str, Any], bytes]:
        """The answer to a file, by `until` (`time.monotonic()`); errors are those of `received`."""
        send(self._channel, head, file, until=until)
        said, page = received(self._channel, until=until)
        if not isinstance(said, dict):
            raise ValueError("no answer of a worker")
        return cast(dict[str, Any], said), page

    def kill(self) -> None:
        """Ends it at once; one that is still starting ends as soon as it is there."""
        with contextlib.suppress(OSError):
            if self._handle is not None:
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)
            elif self.pid is not None:
                os.kill(self.pid, signal.SIGKILL)
            else:
                self._channel.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Ends it and returns when it has gone; nobody may be waiting for an answer."""
        self.kill()
        self._channel.close()
        if self._handle is not None:
            gone = select.poll()
            gone.register(self._handle, select.POLLIN)
            gone.poll(1000 * _END_SECONDS)
            os.close(self._handle)
            self._handle = None


def _environment() -> dict[str, str]:
    """Where Python finds the same packages; one arena of memory, and one thread for numpy.

    With one arena, memory that is free is one piece. Threads of numpy would not outlive a fork.
    """
    package = str(Path(__file__).resolve().parents[2])
    paths = dict.fromkeys([path for path in sys.path if path] + [package])
    return dict(os.environ) | {
        "PYTHONPATH": os.pathsep.join(paths),
        "MALLOC_ARENA_MAX": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
