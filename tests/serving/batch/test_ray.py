"""A batch on a Ray cluster ends with the bytes of a local one, whatever dies on the way.

Ray takes a while to start, so these tests stand apart: `make test-ray`.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("ray", reason="needs the extra `batch`: make test-ray")
if not os.environ.get("HUIBAO_TEST_RAY"):
    pytest.skip("Ray takes a minute: make test-ray", allow_module_level=True)

import huibao
from huibao.batch.engine import Answer
from huibao.batch.identity import identity_of
from huibao.batch.ray_engine import RayEngine
from huibao.batch.worker import WorkerOptions
from huibao.errors import HuibaoError

pytestmark = pytest.mark.filterwarnings("default")
SOURCES = Path(huibao.__file__).resolve().parents[1]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(SOURCES), "PYTHONIOENCODING": "utf-8"}
CODE = "import sys; from huibao.cli import main; sys.exit(main())"
PATIENCE = 400


def report_text(number: int) -> str:
    """A short report of its own for each number."""
    year = 2016 + number % 8
    return (
        f"白石县{year}年民族工作总结（{number}）\n一、主要做法\n投入{number + 3}万元。\n"
        f"二、存在的问题\n经费不足，有{number % 5 + 2}个村重视不够。\n{year}年12月20日\n"
    )


@pytest.fixture
def batch(tmp_path: Path, bundle_folder: Path) -> Callable[..., "subprocess.Popen[str]"]:
    """Starts `huibao batch` in `tmp_path` over a folder of reports, some of them bad."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number:03}.txt").write_text(report_text(number), "utf-8")
    (folder / "copy.txt").write_text(report_text(3), "utf-8")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "cut.docx").write_bytes(b"PK\x03\x04 cut off")

    def started(*arguments: object) -> "subprocess.Popen[str]":
        call = [sys.executable, "-c", CODE, "batch", "in", "--bundle", str(bundle_folder)]
        return subprocess.Popen(
            [*call, *map(str, arguments)],
            cwd=tmp_path,
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return started


@pytest.fixture
def engine(bundle_folder: Path) -> Iterator[RayEngine]:
    """An engine of two actors."""
    key = identity_of(bundle_folder).key
    given = WorkerOptions(str(bundle_folder))
    with RayEngine(given, key, _Here(bundle_folder), count=2, seconds=60.0) as started:
        yield started


class _Here:
    """The identity on the machine where it is called."""

    def __init__(self, bundle: Path, encoding: str | None = None) -> None:
        self.bundle, self.encoding = bundle, encoding

    def __call__(self):
        return identity_of(self.bundle, encoding=self.encoding)


def files_of(out: Path) -> dict[str, bytes]:
    """All tables and pages of a run."""
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.suffix in (".csv", ".jsonl") and path.name != "runs.jsonl"
    }


def rows_of(out: Path) -> list[dict[str, object]]:
    """The rows of a run without their times."""
    rows = [json.loads(line) for line in (out / "runs.jsonl").read_text("utf-8").splitlines()]
    return [{name: cell for name, cell in row.items() if name != "seconds"} for row in rows]


def test_ray_and_local_outputs_are_equal_and_finished_files_are_passed_over(batch, tmp_path):
    local = batch("--out", "local")
    local.communicate(timeout=PATIENCE)
    ray = batch("--out", "ray", "--engine", "ray", "--workers", 2)
    told, complaints = ray.communicate(timeout=PATIENCE)
    assert (local.returncode, ray.returncode) == (3, 3), complaints
    assert files_of(tmp_path / "ray") == files_of(tmp_path / "local")
    assert rows_of(tmp_path / "ray") == rows_of(tmp_path / "local")
    assert "31 done, 0 partial, 2 failed" in told
    assert "ray" not in complaints.lower()
    again = batch("--out", "ray", "--engine", "ray")
    begun = time.monotonic()
    assert "33 skipped" in again.communicate(timeout=PATIENCE)[0]
    assert time.monotonic() - begun < 60  # without a cluster


def test_actors_and_workers_that_are_killed_lose_no_file(engine):
    answers = [engine.asked(f"{n}.txt", report_text(n).encode()) for n in range(4)]
    assert [answer.result(PATIENCE).status for answer in answers] == ["done"] * 4
    killed: set[int] = set()

    def kill() -> None:
        for kind in ("ray::MapWorker", "huibao.batch.fork_server", "ray::MapWorker"):
            time.sleep(0.3)
            found = [pid for pid in _below(os.getpid()) if kind in _command(pid)]
            if found:
                os.kill(found[0], signal.SIGKILL)
                killed.add(found[0])

    killer = threading.Thread(target=kill)
    killer.start()
    answers = [engine.asked(f"{n}.txt", report_text(n).encode()) for n in range(4, 60)]
    pages = [json.loads(answer.result(PATIENCE).page) for answer in answers]
    killer.join()
    assert killed
    assert [page["file"]["name"] for page in pages] == [f"{n}.txt" for n in range(4, 60)]


def test_a_machine_with_another_bundle_is_refused(bundle_folder):
    given = WorkerOptions(str(bundle_folder))
    key = identity_of(bundle_folder).key
    other = _Here(bundle_folder, encoding="gb18030")
    with RayEngine(given, key, other, count=1) as engine:
        answer = engine.asked("a.txt", report_text(1).encode())
        with pytest.raises(HuibaoError, match="has another huibao, bundle or label set"):
            assert isinstance(answer.result(PATIENCE), Answer)


def test_a_cluster_that_is_not_there_is_one_sentence(batch):
    ran = batch("--out", "out", "--engine", "ray", "--address", "127.0.0.1:9")
    _, told = ran.communicate(timeout=PATIENCE)
    assert ran.returncode == 1
    assert "no Ray cluster 127.0.0.1:9" in told
    assert "Traceback" not in told


def _below(pid: int) -> list[int]:
    """The processes below one, and those that Ray has put beside them."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _parents(int(entry.name)) & {pid}:
            found.append(int(entry.name))
    return found


def _parents(pid: int) -> set[int]:
    parents: set[int] = set()
    while pid > 1:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            break
        pid = int(fields[1])
        parents.add(pid)
    return parents


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
