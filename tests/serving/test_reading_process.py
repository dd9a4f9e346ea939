"""Files are read in a process of their own: the same pages, and no file that does harm."""

import gc
import json
import os
import resource
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hostile import PARAGRAPH, REPORT, docx, hostile_files, pdf, word

from huibao.errors import FileError, HuibaoError
from huibao.reading_process import ReadingProcesses
from huibao.reading_process import process as one_process
from huibao.reading_process.messages import error_of, page_message, page_of
from huibao.report import PageReports
from huibao.text.files import read_page
from huibao.text.segmentation import split_reports

MEMORY = 512 * 2**20
MARGIN = 50 * 2**20
HARMFUL = """
    import ctypes, os, threading, time
    from huibao.reading_process.child import reports_of

    KEPT = []

    def read(file, name, encoding):
        match name:
            case "hang":
                time.sleep(600)
            case "spin":
                while True:
                    pass
            case "eat":
                while True:
                    KEPT.append(bytearray(2**20))
            case "eat in C":
                chunks = [ctypes.create_string_buffer(2**20) for _ in range(330)]
                for chunk in chunks:
                    ctypes.memset(chunk, 1, 2**20)
                os.abort()
            case "crash":
                ctypes.string_at(0)
            case "leave":
                os._exit(3)
            case "fault":
                raise KeyError("秘密")
            case "print":
                print("秘密", flush=True)
                os.write(2, "秘密".encode())
                os.write(1, "秘密".encode())
            case "grow":
                KEPT.append(b"x" * 300 * 2**20)
            case "keys":
                assert not [name for name in os.environ if "KEY" in name]
        return reports_of(file, name, encoding)
"""


def direct(file: bytes, name: str = "report", encoding: str | None = None) -> PageReports:
    return split_reports(read_page(file, name, encoding=encoding))


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture(scope="module")
def processes() -> Iterator[ReadingProcesses]:
    with ReadingProcesses(seconds=20, memory_bytes=MEMORY) as running:
        yield running


@pytest.fixture
def harmful(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., ReadingProcesses]]:
    """Makes processes that read with functions which do harm, told by the file's name."""
    (tmp_path / "harmful.py").write_text(textwrap.dedent(HARMFUL), "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("HUIBAO_KEYS", "office:secret")
    running: list[ReadingProcesses] = []

    def started(*, count: int = 1, seconds: float = 20.0) -> ReadingProcesses:
        running.append(
            ReadingProcesses(count, seconds=seconds, memory_bytes=MEMORY, reads="harmful:read")
        )
        running[-1].start()
        return running[-1]

    yield started
    for one in running:
        one.stop()


def reason_of(processes: ReadingProcesses, file: bytes, name: str = "report") -> str:
    with pytest.raises(FileError) as caught:
        processes.read(file, name=name)
    assert str(caught.value)
    assert "\n" not in str(caught.value)
    return caught.value.reason


# ---- the same pages


SOUND = {
    "text": (REPORT.encode(), "总结.txt", None),
    "gb18030": (REPORT.replace("經費", "经费").encode("gb18030"), "总结.docx", None),
    "forced": (REPORT.encode("utf-16-le"), "a", "utf-16"),
    "word": (docx(word("".join(PARAGRAPH % line for line in REPORT.splitlines()))), "a.docx", None),
    "table": (
        docx(
            word(
                "<w:tbl>" + f"<w:tr>{f'<w:tc>{PARAGRAPH % 12}</w:tc>' * 3}</w:tr>" * 3 + "</w:tbl>"
            )
        ),
        "a.docx",
        None,
    ),
    "web page": (
        f"<html><title>总结</title><body><p>{REPORT.replace(chr(10), '<p>')}</html>".encode(),
        "http://a.example/b",
        None,
    ),
    "pdf": (pdf(), "a.pdf", None),
    "surrogate": (REPORT.encode() + b"\xed\xa0\x80" + REPORT.encode(), "坏\udc80.txt", None),
    "surrogate in utf-16": ((REPORT * 3).encode("utf-16") + b"\x00\xd8\x0d\x4e", "a", None),
    "outside the first plane": ("一、𠮷野家和𡈽地。\n".encode() * 20, "a", None),
}


@pytest.mark.parametrize("sample", SOUND)
def test_a_page_is_the_same_as_without_a_process(processes: ReadingProcesses, sample: str) -> None:
    file, name, encoding = SOUND[sample]
    assert processes.read(file, name=name, encoding=encoding) == direct(file, name, encoding)


@pytest.mark.parametrize(
    ("file", "encoding"),
    [(b"", None), (b"\x89PNG....", None), (b"PK\x03\x04", None), (REPORT.encode(), "klingon")],
)
def test_an_error_is_the_same_as_without_a_process(
    processes: ReadingProcesses, file: bytes, encoding: str | None
) -> None:
    with pytest.raises(FileError) as expected:
        direct(file, encoding=encoding)
    with pytest.raises(FileError) as caught:
        processes.read(file, encoding=encoding)
    assert (caught.value.reason, str(caught.value)) == (expected.value.reason, str(expected.value))


def test_a_file_over_the_limit_is_not_even_sent(processes: ReadingProcesses) -> None:
    assert reason_of(processes, bytes(33 * 2**20)) == "too_large"


def test_many_threads_share_the_processes() -> None:
    files = [f"{REPORT}三、第{n}件\n".encode() for n in range(12)]
    results: dict[int, PageReports] = {}
    with ReadingProcesses(2) as running:

        def read(number: int) -> None:
            results[number] = running.read(files[number])

        threads = [threading.Thread(target=read, args=(n,)) for n in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert [results[n] for n in range(12)] == [direct(file) for file in files]


# ---- hostile files


def test_no_hostile_file_harms_the_parent_or_the_next_file(processes: ReadingProcesses) -> None:
    hostile = hostile_files()
    expected = direct(REPORT.encode())
    gc.collect()
    before = resident_bytes()
    outcomes = {name: outcome_of(processes, file) for name, (file, _) in hostile.items()}
    gc.collect()
    assert resident_bytes() - before < MARGIN
    assert processes.read(REPORT.encode()) == expected
    unexpected = {name: out for name, out in outcomes.items() if out not in hostile[name][1]}
    assert unexpected == {}


def peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def outcome_of(processes: ReadingProcesses, file: bytes) -> str:
    """The reason for which a file was refused, "" where it was read."""
    try:
        page = processes.read(file)
    except FileError as error:
        return error.reason
    return "read a file of this machine" if "root:" in page.page.text else ""


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        ("hang", "timeout"),
        ("spin", "timeout"),
        ("eat", "too_large"),
        ("crash", "corrupt"),
        ("leave", "corrupt"),
        ("fault", "corrupt"),
    ],
)
def test_a_reader_that_fails_hard_is_replaced(
    harmful: Callable[..., ReadingProcesses], harm: str, reason: str
) -> None:
    running = harmful(seconds=2.0 if reason == "timeout" else 20.0)
    expected = direct(REPORT.encode())
    before = resident_bytes()
    started = time.monotonic()
    assert reason_of(running, REPORT.encode(), harm) == reason
    assert time.monotonic() - started < 15
    assert running.read(REPORT.encode()) == expected
    assert resident_bytes() - before < MARGIN


def test_a_reader_that_dies_of_memory_in_c_is_told_from_a_crash(
    harmful: Callable[..., ReadingProcesses],
) -> None:
    # Only where this process has never held as much: the system counts that as the child's.
    told = {"too_large"} if peak_bytes() < 300 * 2**20 else {"too_large", "corrupt"}
    assert reason_of(harmful(), REPORT.encode(), "eat in C") in told


def test_no_text_of_a_file_reaches_a_log(
    harmful: Callable[..., ReadingProcesses],
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    running = harmful()
    running.read(REPORT.encode(), name="print")
    with pytest.raises(FileError, match=r"its reader fail \(KeyError\)"):
        running.read(REPORT.encode(), name="fault")
    assert "KeyError at harmful:" in caplog.text
    assert "秘密" not in caplog.text + "".join(capfd.readouterr())


def test_the_process_gets_no_keys(harmful: Callable[..., ReadingProcesses]) -> None:
    assert harmful().read(REPORT.encode(), name="keys").reports


def test_a_process_that_has_grown_is_replaced(harmful: Callable[..., ReadingProcesses]) -> None:
    running = harmful()
    (grown,) = running.pids
    running.read(REPORT.encode(), name="grow")
    running.read(REPORT.encode())
    assert grown not in running.pids


def test_a_process_that_has_read_many_files_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_process, "_FILES_EACH", 2)
    with ReadingProcesses() as running:
        seen = set()
        for _ in range(5):
            seen |= running.pids
            running.read(REPORT.encode())
    assert len(seen) == 3


# ---- waiting and ending


def test_a_deadline_ends_the_wait_for_a_process(harmful: Callable[..., ReadingProcesses]) -> None:
    running = harmful()
    busy = threading.Thread(target=reason_of, args=(running, REPORT.encode(), "hang"))
    busy.start()
    time.sleep(0.5)
    with pytest.raises(FileError, match="other files") as caught:
        running.read(REPORT.encode(), deadline=time.monotonic() + 0.3)
    assert caught.value.reason == "timeout"
    started = time.monotonic()
    running.stop()
    busy.join(10)
    assert not busy.is_alive()
    assert time.monotonic() - started < 5


def test_a_deadline_ends_the_reading(harmful: Callable[..., ReadingProcesses]) -> None:
    with pytest.raises(FileError) as caught:
        harmful().read(REPORT.encode(), name="hang", deadline=time.monotonic() + 0.5)
    assert caught.value.reason == "timeout"


def test_nothing_is_read_before_the_start_and_after_the_end() -> None:
    stopped = ReadingProcesses()
    with pytest.raises(HuibaoError, match="not running"):
        stopped.read(REPORT.encode())
    stopped.start()
    pids = stopped.pids
    stopped.stop()
    stopped.stop()
    assert len(pids) == 1
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    with pytest.raises(HuibaoError, match="not running"):
        stopped.read(REPORT.encode())


def test_a_process_that_cannot_start_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(HuibaoError, match="did not start"):
        ReadingProcesses(reads="no_such_module:read").start()
    assert "no_such_module" in capfd.readouterr().err


@pytest.mark.parametrize("options", [{"count": 0}, {"seconds": 0}, {"memory_bytes": 2**20}])
def test_limits_that_let_nothing_through_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="expected"):
        ReadingProcesses(**options)


@pytest.mark.parametrize(
    ("harm", "end"), [("hang", signal.SIGKILL), ("spin", signal.SIGKILL), ("spin", signal.SIGSTOP)]
)
def test_a_process_ends_while_it_reads_when_its_parent_is_killed_or_stuck(
    harmful: Callable[..., ReadingProcesses], tmp_path: Path, harm: str, end: signal.Signals
) -> None:
    parent = (
        "from huibao.reading_process import ReadingProcesses\n"
        "running = ReadingProcesses(seconds=2, reads='harmful:read')\n"
        "running.start()\n"
        "print(*running.pids, flush=True)\n"
        f"running.read(b'x', name='{harm}')\n"
    )
    paths = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    with subprocess.Popen(
        [sys.executable, "-c", parent],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": paths},
    ) as running:
        assert running.stdout is not None
        child = int(running.stdout.readline())
        time.sleep(0.3)
        assert is_alive(child)
        running.send_signal(end)
        until = time.monotonic() + (5 if end == signal.SIGKILL else 30)
        while is_alive(child) and time.monotonic() < until:
            time.sleep(0.05)
        running.kill()
        assert not is_alive(child)


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not asked how does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_a_signal_to_the_whole_group_ends_no_reading(
    harmful: Callable[..., ReadingProcesses],
) -> None:
    running = harmful()
    for pid in running.pids:
        os.kill(pid, signal.SIGTERM)
        os.kill(pid, signal.SIGINT)
    time.sleep(0.2)
    assert running.read(REPORT.encode()).reports


def test_the_process_loads_no_model_and_no_web_framework() -> None:
    code = (
        "import sys, huibao.reading_process.child as child; child._warm_up();"
        "print([n for n in ('onnxruntime', 'numpy', 'fastapi', 'pydantic') if n in sys.modules])"
    )
    env = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[]"


# ---- answers that lie


def said(change: Callable[[dict], object] = lambda head: None) -> tuple[object, bytes]:
    head, body = page_message(direct(REPORT.encode()))
    head = json.loads(json.dumps(head))
    change(head)
    return head, body


def test_a_message_gives_the_page_back() -> None:
    head, body = said()
    page = page_of(head, body, file=REPORT.encode(), name="report")
    assert page == direct(REPORT.encode())


@pytest.mark.parametrize(
    "change",
    [
        lambda head: head.pop("page"),
        lambda head: head["page"].pop(),
        lambda head: head["page"].__setitem__(2, "总"),
        lambda head: head["page"].__setitem__(2, 7),
        lambda head: head["lines"][0].__setitem__(0, 10**9),
        lambda head: head["lines"][0].__setitem__(0, "0"),
        lambda head: head["lines"][0].__setitem__(2, "picture"),
        lambda head: head["lines"][0].__setitem__(5, []),
        lambda head: head["reports"][0].__setitem__(1, 10**9),
        lambda head: head["reports"][0][4][0].__setitem__(0, "poem"),
        lambda head: head["reports"][0][4][0].__setitem__(5, "长" * 100_000),
        lambda head: head["reports"][0][4][1].__setitem__(2, 99),
        lambda head: head["reports"][0][4][1].__setitem__(1, True),
        lambda head: head["reports"][0][4][2].__setitem__(3, 0.5),
        lambda head: head["reports"][0][4].pop(0),
        lambda head: head.__setitem__("furniture", [[0, 10**9, "x"]]),
        lambda head: head.__setitem__("warnings", [1]),
        lambda head: head.__setitem__("reports", 1),
    ],
)
def test_a_message_that_contradicts_itself_is_refused(change: Callable[[dict], object]) -> None:
    head, body = said(change)
    with pytest.raises(ValueError, match=r"\w"):
        page_of(head, body, file=b"", name="a")


@pytest.mark.parametrize("given", [None, ["corrupt"], ["hunger", "x"], [1, 2], {"a": 1}, "corrupt"])
def test_an_error_without_a_known_name_is_refused(given: object) -> None:
    with pytest.raises(ValueError, match="no message"):
        error_of(given)
