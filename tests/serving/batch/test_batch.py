"""`huibao batch` as an office runs it: stopped at any moment, full of bad files, on a full disk."""

import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import huibao
from huibao.batch.findings import Findings
from huibao.batch.worker import WorkerOptions
from huibao.batch.workers import Workers
from huibao.jsonl import dumped, page_json
from huibao.label_files import load_indicator_profiles
from huibao.reader import load_reader

SOURCES = Path(huibao.__file__).resolve().parents[1]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(SOURCES), "PYTHONIOENCODING": "utf-8"}
CODE = "import sys; from huibao.cli import main; sys.exit(main())"
PLACES = ["云溪县", "青禾县", "白石县", "长桥县", "南屏县", "双河县", "东岭县", "新渡县"]
# Where memory ends in C code the process ends, where it ends in Python the file or a report of it does.
MEMORY_SHORT = {("failed", "too_large"), ("failed", "reader_ended"), ("partial", "report_failed")}
Ran = "subprocess.CompletedProcess[str]"


def report_text(number: int) -> str:
    """A short report of its own for each number."""
    place, year = PLACES[number % len(PLACES)], 2016 + number % 8
    return (
        f"{place}{year}年民族工作总结（{number}）\n"
        f"一、主要做法\n投入{number + 3}万元，举办培训班{number % 9 + 1}期。\n"
        f"二、存在的问题\n经费不足，有{number % 5 + 2}个村重视不够。\n"
        f"三、下一步打算\n{year + 1}年6月底前完成xx万元的采购。\n"
        f"{place}民族宗教事务局\n{year}年12月20日\n"
    )


@pytest.fixture
def inbox(tmp_path: Path) -> Callable[[int], Path]:
    """A folder of so many reports."""

    def filled(count: int) -> Path:
        folder = tmp_path / "in"
        folder.mkdir(exist_ok=True)
        for number in range(count):
            (folder / f"{number:03}.txt").write_text(report_text(number), "utf-8")
        return folder

    return filled


@pytest.fixture
def call(bundle_folder: Path) -> Callable[..., list[str]]:
    """The command line of a batch with the stand-in bundle."""

    def line(*arguments: object) -> list[str]:
        return [
            sys.executable,
            "-c",
            CODE,
            "batch",
            *map(str, arguments),
            "--bundle",
            str(bundle_folder),
        ]

    return line


@pytest.fixture
def batch(tmp_path: Path, call: Callable[..., list[str]]) -> Callable[..., Ran]:
    """Runs `huibao batch` in `tmp_path`."""

    def ran(*arguments: object, stdin: str = "", before: Callable[[], None] | None = None) -> Ran:
        return subprocess.run(
            call(*arguments),
            cwd=tmp_path,
            env=ENVIRONMENT,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            preexec_fn=before,
        )

    return ran


def rows_of(out: Path) -> dict[str, dict[str, object]]:
    """The rows of a run by source; each source once."""
    head, *lines = (out / "runs.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert json.loads(head)["schema"] == "huibao-run/1"
    assert len({row["source"] for row in rows}) == len(rows)
    return {row["source"]: row for row in rows}


def test_pages_are_those_of_the_reader_with_findings_in_the_order_of_the_files(
    batch, inbox, tmp_path, bundle_folder
):
    inbox(12)
    ran = batch("in", "--out", "out")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "12 done" in ran.stdout
    reader = load_reader(bundle_folder, threads=1)
    findings = Findings(reader.labels, load_indicator_profiles().values())
    pages = [
        reader.read(path.read_bytes(), name=f"in/{path.name}")
        for path in sorted((tmp_path / "in").iterdir())
    ]
    expected = [dumped(findings.added(page_json(page), page)) for page in pages]
    assert (tmp_path / "out" / "reports.jsonl").read_text("utf-8").splitlines() == expected
    assert (tmp_path / "out" / "csv" / "entities.csv").exists()


def test_a_run_that_is_killed_again_and_again_ends_like_an_undisturbed_one(
    batch, call, inbox, tmp_path
):
    inbox(60)
    assert batch("in", "--out", "whole").returncode == 0
    chance = random.Random(5)
    kills = 0
    rows = tmp_path / "cut" / "runs.jsonl"
    while kills < 6:
        before = rows.read_bytes().count(b"\n") if rows.exists() else 0
        process = subprocess.Popen(
            call("in", "--out", "cut"),
            cwd=tmp_path,
            env=ENVIRONMENT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        more = chance.choice((0, 1, 1, 2, 8))
        while process.poll() is None:
            if rows.exists() and rows.read_bytes().count(b"\n") >= before + more:
                break
            time.sleep(0.01)
        time.sleep(chance.uniform(0.0, 0.6))
        process.kill()
        process.wait()
        kills += 1
    assert batch("in", "--out", "cut").returncode == 0
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    assert (cut / "reports.jsonl").read_bytes() == (whole / "reports.jsonl").read_bytes()
    assert list(rows_of(cut)) == list(rows_of(whole))
    assert (cut / "csv" / "blocks.csv").read_bytes() == (whole / "csv" / "blocks.csv").read_bytes()
    assert not list(cut.glob("*.part")) + list(cut.glob("*.tmp")) + list(cut.glob("*.old"))


def test_damaged_files_among_good_ones_are_named_and_harm_nobody(batch, inbox, tmp_path):
    folder = inbox(10)
    damaged = {
        "a.docx": (b"PK\x03\x04 cut off", "corrupt"),
        "b.pdf": (b"%PDF-1.7 no more", "corrupt"),
        "c.txt": (b"", "empty_text"),
        "d.txt": (b" \n\t", "empty_text"),
        "e.jpg": (b"\xff\xd8\xff\xe0 picture", "needs_ocr"),
        "f.7z": (b"7z\xbc\xaf\x27\x1c x", "unsupported_type"),
        "g.rar": (b"Rar!\x1a\x07 x", "unsupported_type"),
        "h.zip": (b"PK\x03\x04 cut off", "corrupt"),
        "i.jsonl": (b"no json\n", "corrupt"),
    }
    for name, (content, _) in damaged.items():
        (folder / name).write_bytes(content)
    with zipfile.ZipFile(folder / "z.zip", "w") as archive:
        archive.writestr("好/1.txt", report_text(77))
        archive.writestr("../2.txt", report_text(78))
    ran = batch("in", "gone.txt", "--out", "out")
    rows = rows_of(tmp_path / "out")
    assert ran.returncode == 3
    assert {
        name: rows[f"in/{name}" + ("#1" if name == "i.jsonl" else "")]["reason"] for name in damaged
    } == {name: reason for name, (_, reason) in damaged.items()}
    assert rows["in/z.zip/好/1.txt"]["status"] == "done"
    assert rows["in/z.zip/../2.txt"]["reason"] == "forbidden_name"
    assert rows["gone.txt"]["reason"] == "not_found"
    assert sum(row["status"] == "done" for row in rows.values()) == 11
    assert ran.stderr.count("\n") == len(damaged) + 2
    assert "Traceback" not in ran.stderr


def test_a_run_with_nothing_but_bad_files_fails(batch, tmp_path):
    (tmp_path / "a.txt").write_bytes(b"")
    assert batch("a.txt", "--out", "out").returncode == 1
    assert batch("a.txt", "--out", "out").returncode == 1
    assert (tmp_path / "out" / "csv" / "files.csv").exists()


def test_failed_files_are_read_again_when_asked(batch, inbox, tmp_path):
    folder = inbox(2)
    (folder / "bad.txt").write_bytes(b"")
    first = batch("in", "--out", "out", "--log-json")
    second = batch("in", "--out", "out", "--log-json", "--retry", "failed")
    lines = [json.loads(line) for line in second.stderr.splitlines()]
    told = {line["source"]: line["status"] for line in lines if line["event"] == "file"}
    assert (first.returncode, second.returncode) == (3, 3)
    assert (first.stdout, second.stdout) == ("", "")
    assert told == {"in/000.txt": "skipped", "in/001.txt": "skipped", "in/bad.txt": "failed"}
    assert lines[-1]["event"] == "end"
    assert (lines[-1]["skipped"], lines[-1]["failed"]) == (2, 1)


def test_a_full_disk_ends_the_run_and_the_next_one_goes_on(batch, inbox, tmp_path):
    inbox(30)

    def small_disk() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, resource.RLIM_INFINITY))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    ran = batch("in", "--out", "out", before=small_disk)
    assert ran.returncode == 1
    assert "the disk is full" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert rows_of(tmp_path / "out")
    again = batch("in", "--out", "out", "--log-json")
    assert again.returncode == 0
    assert json.loads(again.stderr.splitlines()[-1])["skipped"] > 0
    assert batch("in", "--out", "whole").returncode == 0
    out, whole = (tmp_path / name / "reports.jsonl" for name in ("out", "whole"))
    assert out.read_bytes() == whole.read_bytes()


def test_an_interrupted_run_says_how_to_go_on(call, inbox, tmp_path):
    inbox(200)
    process = subprocess.Popen(
        call("in", "--out", "out"),
        cwd=tmp_path,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 30
    while not (tmp_path / "out" / "reports.1.part").exists() and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "the same command goes on" in told
    assert "Traceback" not in told


def test_texts_and_lists_of_paths_are_read(batch, inbox, tmp_path):
    inbox(2)
    lines = [json.dumps({"text": report_text(number), "id": f"t{number}"}) for number in range(3)]
    (tmp_path / "t.jsonl").write_text("\n".join(lines), "utf-8")
    ran = batch("-", "t.jsonl", "--out", "out", stdin="in/001.txt\nin/000.txt\n")
    assert ran.returncode == 0
    assert list(rows_of(tmp_path / "out")) == [
        "in/001.txt",
        "in/000.txt",
        "t.jsonl#1:t0",
        "t.jsonl#2:t1",
        "t.jsonl#3:t2",
    ]


def test_names_of_persons_stay_out_unless_asked_for(batch, tmp_path):
    (tmp_path / "a.txt").write_text(report_text(1), "utf-8")
    batch("a.txt", "--out", "out")
    key = rows_of(tmp_path / "out")["a.txt"]["key"]
    batch("a.txt", "--out", "out", "--with-persons")
    assert rows_of(tmp_path / "out")["a.txt"]["key"] != key


def test_a_watched_inbox_is_read_as_files_come(call, inbox, tmp_path):
    folder = inbox(2)
    process = subprocess.Popen(
        call("in", "--out", "out", "--watch", "0.1"),
        cwd=tmp_path,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

    def wait_for(count: int) -> None:
        until = time.monotonic() + 60
        files = tmp_path / "out" / "csv" / "files.csv"
        while time.monotonic() < until and process.poll() is None:
            if files.exists() and files.read_bytes().count(b"\r\n") == count + 2:
                return
            time.sleep(0.05)
        raise AssertionError(f"{count} files were not read")

    wait_for(2)
    (folder / "new.txt").write_text(report_text(9), "utf-8")
    wait_for(3)
    process.send_signal(signal.SIGINT)
    told, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "3 done" in told
    assert len((tmp_path / "out" / "reports.jsonl").read_bytes().splitlines()) == 3


def test_a_worker_that_is_killed_is_replaced_and_its_file_read(bundle_folder: Path):
    with Workers(1, WorkerOptions(str(bundle_folder))) as workers:
        assert workers.answer("a.txt", report_text(1).encode()).status == "done"
        (pid,) = workers.pids
        os.kill(pid, signal.SIGKILL)
        assert workers.answer("b.txt", report_text(2).encode()).status == "done"
        assert workers.pids
        assert pid not in workers.pids


def test_a_fork_server_that_is_killed_is_replaced_when_a_worker_is_wanted(bundle_folder: Path):
    with Workers(1, WorkerOptions(str(bundle_folder))) as workers:
        assert workers.answer("a.txt", report_text(1).encode()).status == "done"
        (worker,) = workers.pids
        server = _parent(worker)
        os.kill(server, signal.SIGKILL)
        assert workers.answer("b.txt", report_text(2).encode()).status == "done"
        assert workers.pids == {worker}
        os.kill(worker, signal.SIGKILL)
        assert workers.answer("c.txt", report_text(3).encode()).status == "done"
        (other,) = workers.pids
        assert _parent(other) not in (server, _parent(os.getpid()))


def test_all_workers_are_forked_from_one_process(bundle_folder: Path):
    with Workers(2, WorkerOptions(str(bundle_folder))) as workers:
        answers = [workers.asked(f"{n}.txt", report_text(n).encode()) for n in range(4)]
        assert [answer.result(60).status for answer in answers] == ["done"] * 4
        assert len(workers.pids) == 2
        assert len({_parent(pid) for pid in workers.pids}) == 1


def test_a_file_that_takes_too_long_has_its_error(bundle_folder: Path):
    with Workers(1, WorkerOptions(str(bundle_folder))) as workers:
        assert workers.answer("a.txt", report_text(1).encode()).status == "done"
    with Workers(1, WorkerOptions(str(bundle_folder)), seconds=0.001) as workers:
        assert workers.answer("b.txt", report_text(2).encode()).reason == "timeout"


def test_a_file_that_takes_too_much_memory_has_its_error(bundle_folder: Path):
    given = WorkerOptions(str(bundle_folder), worker_bytes=300 * 2**20)
    text = "".join(report_text(number) for number in range(4000))
    with Workers(1, given, seconds=240.0) as workers:
        assert workers.answer("a.txt", report_text(1).encode()).status == "done"
        answer = workers.answer("b.txt", text)
        assert (answer.status, answer.reason) in MEMORY_SHORT
        assert workers.answer("c.txt", report_text(2).encode()).status == "done"


def test_nothing_is_left_running_when_a_run_is_killed(call, inbox, tmp_path):
    inbox(100)
    process = subprocess.Popen(
        call("in", "--out", "out", "--workers", 2),
        cwd=tmp_path,
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    below: set[int] = set()
    until = time.monotonic() + 30
    while len(below) < 3 and time.monotonic() < until:  # two workers and what they are forked from
        below = set(_below(process.pid))
        time.sleep(0.05)
    process.kill()
    process.wait()
    while any(map(_is_running, below)) and time.monotonic() < until:
        time.sleep(0.05)
    assert len(below) >= 3
    assert not any(map(_is_running, below))


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def _below(pid: int) -> list[int]:
    children = _children(pid)
    return [*children, *itertools.chain(*map(_below, children))]


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
