"""The process that loads the reader once and forks the workers from itself, so that they share its memory.

With the weights of the model once a worker, two workers want twice the cache, and the model takes a
twentieth longer. A worker that is forked is also warm at once, whenever one has to be replaced.
"""

import gc
import json
import os
import signal
import socket
import sys

from huibao.batch.worker import WorkerOptions, answer, serve
from huibao.reader import EXAMPLE, Reader, load_reader
from huibao.reading_process import ReadingProcesses


def main(arguments: list[str]) -> None:
    """Forks a worker for each channel that comes, until the parent closes.

    Args:
        arguments: The number of the descriptor through which channels come, and the options as JSON.
    """
    descriptor, given = arguments
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when a run is stopped
    options = WorkerOptions(**json.loads(given))
    reader = _warm_reader(options)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system forgets a worker that has ended
    with socket.socket(fileno=int(descriptor)) as control:
        while True:
            _, channels, _, _ = socket.recv_fds(control, 1, 1)
            if not channels:
                return
            with socket.socket(fileno=channels[0]) as channel:
                if os.fork() == 0:
                    control.close()
                    _work(channel, reader, options)


def _warm_reader(options: WorkerOptions) -> Reader:
    """A reader with all that is loaded for the first report only, and its objects set apart.

    The collector need not look at them again. It is run less often in the workers, where it took a
    twentieth of the time beside the model: the crowd of objects of a page goes all at once.
    """
    reader = load_reader(options.bundle, threads=1, gazetteer=options.gazetteer)
    answer(reader, ReadingProcesses(1), options, ["example", True], EXAMPLE.encode())
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    return reader


def _work(channel: socket.socket, reader: Reader, options: WorkerOptions) -> None:
    """Is a worker for the rest of this process's life."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        serve(channel, reader, options)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
