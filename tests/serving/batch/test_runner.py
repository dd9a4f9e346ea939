"""A run: finished files are passed over, order is kept, copies are read once, stopping loses nothing."""

import io
import json
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from huibao.annotation import Annotator
from huibao.batch.engine import Answer
from huibao.batch.identity import Identity
from huibao.batch.progress import Plain
from huibao.batch.results import FileResult
from huibao.batch.run_folder import RunFolder
from huibao.batch.runner import Run, StoppedError
from huibao.batch.sources import Item, SourceError


class SaidEngine:
    """An engine of two threads whose answers are made on the spot."""

    count = 2

    def __init__(self, answers: Callable[[str, bytes], Answer]) -> None:
        self.answers, self.names = answers, []
        self.threads = ThreadPoolExecutor(self.count)

    def asked(self, name: str, content: bytes) -> Future[Answer]:
        return self.threads.submit(self.answer, name, content)

    def answer(self, name: str, content: bytes) -> Answer:
        self.names.append(name)
        return self.answers(name, content)

    def stop(self) -> None:
        self.threads.shutdown(wait=True, cancel_futures=True)


def page(name: str, content: bytes) -> Answer:
    """A page that repeats its content; what says so fails."""
    if content.startswith(b"bad"):
        return Answer("failed", "corrupt", "it is bad")
    told = {"file": {"name": name}, "text": content.decode(), "reports": []}
    return Answer("done", reports=1, page=json.dumps(told, ensure_ascii=False).encode())


def run(
    folder: Path,
    items: Iterable[tuple[str, bytes | Exception]],
    answers: Callable[[str, bytes], Answer] = page,
    *,
    key: str = "k",
    retry: tuple[str, ...] = (),
    at: Callable[[Run], None] = lambda run: None,
) -> list[str]:
    """Runs the items; the names that were read."""
    kept = RunFolder(folder)
    kept.open()
    engine = SaidEngine(answers)
    identity = Identity(folder, Annotator("model", "m", "1", "l"), key)
    try:
        with Run(kept, engine, identity, Plain(io.StringIO()), retry=retry) as one:
            at(one)
            one.read(item(name, content) for name, content in items)
            kept.finish(tuple(one.order))
    finally:
        kept.close()
    return engine.names


def item(name: str, content: bytes | Exception) -> Item:
    def given() -> bytes:
        if isinstance(content, Exception):
            raise content
        return content

    return Item(name, given)


def kept(folder: Path) -> dict[str, FileResult]:
    opened = RunFolder(folder)
    opened.open()
    opened.close()
    return opened.results


def told(folder: Path, key: str) -> list:
    lines = (folder / "reports.jsonl").read_bytes().splitlines()
    return [json.loads(line)[key] for line in lines]


def names(folder: Path) -> list[str]:
    return [file["name"] for file in told(folder, "file")]


MANY = [(f"{number:02}.txt", f"report {number}".encode()) for number in range(40)]


def test_pages_stand_in_the_order_of_the_sources_however_long_each_takes(tmp_path: Path):
    def slow(name: str, content: bytes) -> Answer:
        time.sleep(0.02 if name.endswith(("0.txt", "7.txt")) else 0)
        return page(name, content)

    run(tmp_path, MANY, slow)
    assert names(tmp_path) == [name for name, _ in MANY]


def test_finished_files_are_passed_over(tmp_path: Path):
    assert len(run(tmp_path, MANY)) == 40
    before = (tmp_path / "reports.jsonl").read_bytes()
    assert run(tmp_path, MANY) == []
    assert (tmp_path / "reports.jsonl").read_bytes() == before


@pytest.mark.parametrize("change", ["content", "key"])
def test_another_content_or_model_is_read_again_and_replaces(tmp_path: Path, change: str):
    run(tmp_path, [("a.txt", b"1"), ("b.txt", b"2")])
    if change == "content":
        assert run(tmp_path, [("a.txt", b"1!"), ("b.txt", b"2")]) == ["a.txt"]
        assert b'"1!"' in (tmp_path / "reports.jsonl").read_bytes()
    else:
        assert sorted(run(tmp_path, [("a.txt", b"1"), ("b.txt", b"2")], key="new")) == [
            "a.txt",
            "b.txt",
        ]
    assert names(tmp_path) == ["a.txt", "b.txt"]


def test_new_files_go_where_they_would_have_been(tmp_path: Path):
    run(tmp_path / "late", MANY[5:20])
    run(tmp_path / "late", MANY)
    run(tmp_path / "whole", MANY)
    late, whole = (tmp_path / name / "reports.jsonl" for name in ("late", "whole"))
    assert late.read_bytes() == whole.read_bytes()


def test_failed_files_are_rows_and_are_read_again_only_when_asked(tmp_path: Path):
    items = [("a.txt", b"1"), ("b.txt", b"bad"), ("c.txt", SourceError("unreadable", "no"))]
    assert sorted(run(tmp_path, items)) == ["a.txt", "b.txt"]
    assert [(one.status, one.reason) for one in kept(tmp_path).values()] == [
        ("done", None),
        ("failed", "corrupt"),
        ("failed", "unreadable"),
    ]
    assert run(tmp_path, items) == []
    items[2] = ("c.txt", b"3")
    assert run(tmp_path, items) == ["c.txt"]
    assert run(tmp_path, items, lambda *_: page("b.txt", b"2"), retry=("failed",)) == ["b.txt"]
    assert names(tmp_path) == ["a.txt", "b.txt", "c.txt"]


def test_a_file_that_has_gone_keeps_its_page(tmp_path: Path):
    run(tmp_path, [("a.txt", b"1")])
    assert run(tmp_path, [("a.txt", SourceError("not_found", "gone"))]) == []
    assert names(tmp_path) == ["a.txt"]


def test_the_same_content_is_read_once_and_has_a_page_for_each_name(tmp_path: Path):
    items = [("a.txt", b"1"), ("b.txt", b"1"), ("c.html", b"1"), ("in/d.TXT", b"1")]
    assert sorted(run(tmp_path, items)) == ["a.txt", "c.html"]
    assert names(tmp_path) == ["a.txt", "b.txt", "c.html", "in/d.TXT"]
    found = kept(tmp_path)
    assert [found[name].same_as for name, _ in items] == [None, "a.txt", None, "a.txt"]
    assert run(tmp_path, [("moved.txt", b"1")]) == []
    assert names(tmp_path)[-1] == "moved.txt"


def test_each_copy_of_a_bad_file_fails_by_the_same_name(tmp_path: Path):
    items = [("a.txt", b"bad"), ("b.txt", b"bad"), ("c.txt", b"bad")]
    assert run(tmp_path, items) == ["a.txt"]
    assert {one.reason for one in kept(tmp_path).values()} == {"corrupt"}


def test_a_copy_outlives_the_file_it_was_copied_from(tmp_path: Path):
    run(tmp_path, [("a.txt", b"1"), ("b.txt", b"1")])
    assert run(tmp_path, [("a.txt", b"2"), ("b.txt", b"1")]) == ["a.txt"]
    assert told(tmp_path, "text") == ["2", "1"]


def test_two_files_that_change_places_are_both_right(tmp_path: Path):
    run(tmp_path, [("a.txt", b"1"), ("b.txt", b"2")])
    run(tmp_path, [("a.txt", b"2"), ("b.txt", b"1")])
    assert told(tmp_path, "text") == ["2", "1"]


@pytest.mark.parametrize("after", [0, 1, 7, 23])
def test_a_stopped_run_goes_on_and_ends_the_same(tmp_path: Path, after: int):
    run(tmp_path / "whole", MANY)
    asked: list[str] = []
    running: list[Run] = []

    def stopping(name: str, content: bytes) -> Answer:
        asked.append(name)
        if len(asked) > after:
            running[0].stop()
        return page(name, content)

    with pytest.raises(StoppedError):
        run(tmp_path / "cut", MANY, stopping, at=running.append)
    assert not (tmp_path / "cut" / "reports.jsonl").exists()
    assert len(run(tmp_path / "cut", MANY)) <= 40
    whole, cut = (tmp_path / name / "reports.jsonl" for name in ("whole", "cut"))
    assert cut.read_bytes() == whole.read_bytes()


def test_a_slow_file_holds_back_a_bounded_number_of_others(tmp_path: Path):
    release = threading.Event()
    seen: list[int] = []

    def slow(name: str, content: bytes) -> Answer:
        if name == "00.txt":
            assert release.wait(20)
        return page(name, content)

    def items() -> Iterable[tuple[str, bytes]]:
        for number in range(300):
            seen.append(number)
            yield f"{number:02}.txt", f"{number}".encode()

    watcher = threading.Timer(0.5, release.set)
    watcher.start()
    counts: list[int] = []
    threading.Timer(0.4, lambda: counts.append(len(seen))).start()
    run(tmp_path, items(), slow)
    watcher.join()
    assert counts[0] <= 2 * 32 + 1
    assert len(names(tmp_path)) == 300
