"""What a worker process does: every core has its own Python, with a reader of one thread.

It takes a file at a time and answers with the page's JSON. Files that need a parser are read in a further
process of its own, which may be killed; while that one reads, this one waits, so that a worker keeps one
core busy. Plain text is read here: a fiftieth of the time is spent on sending its blocks from there.
"""

import contextlib
import os
import resource
import select
import socket
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from huibao.annotation import Annotation, PageAnnotation
from huibao.batch.findings import Findings
from huibao.batch.results import Reason
from huibao.errors import FileError, HuibaoError
from huibao.jsonl import encoded, page_json
from huibao.label_files import load_indicator_profiles
from huibao.memory import resident_bytes
from huibao.reader import Reader
from huibao.reading_process import ReadingProcesses
from huibao.reading_process.messages import received, send
from huibao.report import PageReports
from huibao.text.file_types import is_plain_text
from huibao.text.files import read_page
from huibao.text.segmentation import split_reports

_OOM_SCORE = Path("/proc/self/oom_score_adj")
# A page that was read and has lost something on the way says so in these warnings.
_LOSSES: tuple[tuple[str, Reason], ...] = (
    ("not read: ", "needs_ocr"),
    ("damaged characters on ", "damaged_text"),
    ("missing in the file: ", "damaged_text"),
)


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """What every file of a run is read with.

    `read_seconds` (by the clock) and `read_bytes` (address space) bound the reading of one file,
    `worker_bytes` the memory of the worker itself.
    """

    bundle: str
    encoding: str | None = None
    with_persons: bool = False
    read_seconds: float = 60.0
    read_bytes: int = 3 * 2**29
    worker_bytes: int = 4 * 2**30
    gazetteer: str | None = None
    ocr: bool = False


def serve(channel: socket.socket, reader: Reader, options: WorkerOptions) -> None:
    """Answers the files that come through the channel until its other end is closed.

    Its first message is the number of this process, which is to do nothing else.
    """
    threading.Thread(target=_end_with_parent, args=(channel.fileno(),), daemon=True).start()
    if _OOM_SCORE.exists():
        # When the machine runs out of memory, this process goes and the run stays.
        _OOM_SCORE.write_text("1000")
    resource.setrlimit(resource.RLIMIT_DATA, (options.worker_bytes, options.worker_bytes))
    processes = ReadingProcesses(
        1, seconds=options.read_seconds, memory_bytes=options.read_bytes, ocr=options.ocr
    )
    with contextlib.ExitStack() as stack:
        stack.callback(processes.stop)
        stack.enter_context(contextlib.suppress(EOFError, OSError))  # the parent has closed
        send(channel, os.getpid())
        while True:
            head, file = received(channel)
            said, page = answer(reader, processes, options, head, file)
            send(channel, said | {"resident": resident_bytes()}, page)
            del file, page


def answer(
    reader: Reader,
    processes: ReadingProcesses,
    options: WorkerOptions,
    head: object,
    file: bytes,
) -> tuple[dict[str, Any], bytes]:
    """What is said of a file and the JSON of its page, empty where it has none.

    Args:
        reader: Labels it.
        processes: Read it where it needs a parser; started then.
        options: What every file is read with.
        head: Its name, and whether it is a text that was encoded for the way.
        file: Its bytes.
    """
    name, is_text = cast(tuple[str, bool], head)
    try:
        if is_text:
            source = split_reports(read_page(file.decode("utf-8", "surrogatepass"), name))
        elif is_plain_text(file):
            source = split_reports(read_page(file, name, encoding=options.encoding))
        else:
            processes.start()  # a folder of plain text needs none
            source = processes.read(file, name=name, encoding=options.encoding)
        return _labelled(reader, source, with_persons=options.with_persons)
    except FileError as error:
        return _failed(error.reason, str(error)), b""
    except HuibaoError as error:
        return _failed("reader_failed", str(error)), b""
    except MemoryError:
        most = options.worker_bytes // 2**20
        return _failed("too_large", f"the file takes more than {most} MB of memory to label"), b""
    except Exception as error:
        return _failed("reader_failed", f"the reader has failed: {_kind(error)}"), b""


def _labelled(
    reader: Reader, source: PageReports, *, with_persons: bool
) -> tuple[dict[str, Any], bytes]:
    """The page with its reports, one after the other: a long page never holds all of its scores."""
    annotations: list[Annotation] = []
    fault: Exception | None = None
    for report in source.reports:
        try:
            annotations += reader.annotate((report,))
        except Exception as error:
            fault = error
    if fault is not None and not annotations:
        raise fault
    page = PageAnnotation(source, tuple(annotations), reader.bundle.annotator)
    findings = Findings(reader.labels, load_indicator_profiles().values())
    entries = findings.added(page_json(page, with_persons=with_persons), page)
    said: dict[str, Any] = {
        "status": "done",
        "reason": None,
        "message": None,
        "reports": len(annotations),
        "blocks": sum(len(one.blocks) for one in annotations),
        "characters": len(source.page.text),
        "warnings": len(entries["warnings"]),
    }
    return said | _loss(entries["warnings"], len(source.reports), fault), encoded(entries)


def _loss(warnings: list[str], reports: int, fault: Exception | None) -> dict[str, str]:
    """Why a page is not whole; nothing where it is."""
    reason: Reason | None = None
    message = ""
    if fault is not None:
        reason, message = "report_failed", f"a report could not be labelled: {_kind(fault)}"
    elif not reports:
        reason, message = "no_report", "the page holds no report"
    else:
        for start, name in _LOSSES:
            for warning in warnings:
                if reason is None and warning.startswith(start):
                    reason, message = name, warning
    return {"status": "partial", "reason": reason, "message": message} if reason else {}


def _failed(reason: Reason, message: str) -> dict[str, Any]:
    return {"status": "failed", "reason": reason, "message": message}


def _kind(error: Exception) -> str:
    """An error's type and place; its message may quote the file."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    module = trace.tb_frame.f_globals.get("__name__", "?")
    return f"{type(error).__name__} at {module}:{trace.tb_lineno}"


def _end_with_parent(descriptor: int) -> None:
    """Ends this process when the parent has gone, in whatever work it is then."""
    closed = select.poll()
    closed.register(descriptor, 0)  # hang-up is told without asking
    while not closed.poll():
        pass
    os._exit(1)
