"""The process that reads files: takes one at a time, answers with its page or a named error.

Its limits are its own affair, so that they hold from before
the first file. It loads no model and no web framework.
"""

import fcntl
import gc
import importlib
import math
import os
import resource
import select
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

from huibao.errors import FileError
from huibao.reading_process.messages import page_message, received, send
from huibao.report import PageReports
from huibao.text.conversion.home import remove_abandoned
from huibao.text.conversion.launch import MOST_OPEN_FILES
from huibao.text.conversion.libreoffice import LEAST_MEMORY_BYTES, MOST_OUTPUT_BYTES
from huibao.text.files import read_page
from huibao.text.segmentation import split_reports

# Takes the bytes of a file, its name and its encoding or None.
Reads = Callable[[bytes, str, str | None], PageReports]

_MOST_OPEN_FILES = 64
_OOM_SCORE = Path("/proc/self/oom_score_adj")
_SAMPLE = "清河鎮2023年工作總結\n一、主要做法\n（一）加強領導。\n投入20萬元。\n二、存在的問題\n"
_PAGE = "<html><head><title>总结</title></head><body><p>一、做法，好。</p></body></html>"


def main(arguments: list[str]) -> None:
    """Answers files until the parent closes.

    Args:
        arguments: the number of the channel's descriptor, seconds of the processor for a file,
            bytes of memory, and `module:function` to read with ("" for the readers of huibao).
    """
    descriptor, seconds, memory, reads = arguments
    _end_with_parent()
    channel = socket.socket(fileno=int(descriptor))
    read = _function(reads) if reads else reports_of
    _warm_up()
    _limit(int(memory))
    send(channel, "ready")
    _be_silent()
    while True:
        try:
            asked, file = received(channel)
            _limit_work(float(seconds))
            send(channel, *_answer(read, asked, file))
        except (EOFError, OSError):
            return
        del file


def reports_of(file: bytes, name: str, encoding: str | None) -> PageReports:
    """The page of a file, cut into its reports."""
    return split_reports(read_page(file, name, encoding=encoding))


def recognised_reports_of(file: bytes, name: str, encoding: str | None) -> PageReports:
    """The same, the text of scans and pictures recognised."""
    return split_reports(read_page(file, name, encoding=encoding, ocr=True))


def _answer(read: Reads, asked: object, file: bytes) -> tuple[object, bytes]:
    try:
        name, encoding = cast(tuple[str, str | None], asked)
        return page_message(read(file, name, encoding))
    except FileError as error:
        return {"error": [error.reason, str(error)]}, b""
    except MemoryError:
        return {"fault": "MemoryError"}, b""
    except Exception as error:
        # Its message may quote the file; the place in the code may be told.
        return {"fault": f"{type(error).__name__} at {_place(error)}"}, b""


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "?"
    module = trace.tb_frame.f_globals.get("__name__", "?")
    return f"{module}:{trace.tb_lineno}"


def _end_with_parent() -> None:
    """Has the kernel end this process when the parent ends, wherever it is stuck then.

    The parent holds the other end of standard input and never writes to it; its hang-up raises
    SIGIO. (The usual PR_SET_PDEATHSIG fires when the thread ends that started the process.)
    A service manager that signals the whole group must not end a file that is being read.
    """
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([0], [], [], 0)[0]:
        sys.exit(0)


def _warm_up() -> None:
    """Loads all that reading any file needs, so that no file waits or fails for it."""
    for name in ("docx", "eml", "html", "mht", "ofd", "office", "pdf", "xls", "xlsx"):
        importlib.import_module(f"huibao.text.formats.{name}")
    for sample in (_SAMPLE.encode("gb18030"), _PAGE.encode()):
        reports_of(sample, "sample", None)
    importlib.import_module("pypdfium2").PdfDocument.new().close()
    # The process before this one may have been killed over a document that it was converting.
    remove_abandoned()
    gc.collect()
    gc.freeze()


def _limit(memory: int) -> None:
    if _OOM_SCORE.exists():
        # When the machine runs out of memory, this process goes and the service stays.
        _OOM_SCORE.write_text("1000")
    # The second number is for the program that converts old documents: it writes files and is large.
    resource.setrlimit(resource.RLIMIT_AS, (memory, max(memory, LEAST_MEMORY_BYTES)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, MOST_OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MOST_OPEN_FILES, MOST_OPEN_FILES))


def _limit_work(seconds: float) -> None:
    """The parent ends a file by the clock; this ends it where the parent itself is stuck."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = math.ceil(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


def _be_silent() -> None:
    """The parsers' own messages may quote the file: from here on they go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _function(reads: str) -> Reads:
    module, _, name = reads.partition(":")
    function: Reads = getattr(importlib.import_module(module), name)
    return function


if __name__ == "__main__":
    main(sys.argv[1:])
