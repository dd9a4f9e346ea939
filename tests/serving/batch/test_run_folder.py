"""A run's folder keeps what was added and nothing else, wherever a run was cut off."""

import errno
import json
import os
from pathlib import Path

import pytest

from huibao.batch import durable
from huibao.batch.results import FileResult
from huibao.batch.run_folder import RunFolder
from huibao.errors import HuibaoError


def opened(folder: Path) -> RunFolder:
    run = RunFolder(folder)
    run.open()
    return run


def add(run: RunFolder, source: str, page: bytes | None) -> None:
    status = "failed" if page is None else "done"
    run.add(FileResult(source, status, sha256=source, key="k", size=len(page or b"")), page)


def filled(folder: Path, *pages: tuple[str, bytes | None]) -> RunFolder:
    run = opened(folder)
    for source, page in pages:
        add(run, source, page)
    return run


def test_what_was_added_is_there_for_the_next_run(tmp_path: Path):
    run = filled(tmp_path, ("a", b'{"a":1}'), ("b", None), ("c", b'{"c":3}'))
    run.finish()
    run.close()
    again = opened(tmp_path)
    assert [(result.source, page) for result, page in again.pages()] == [
        ("a", b'{"a":1}'),
        ("b", None),
        ("c", b'{"c":3}'),
    ]
    assert (tmp_path / "reports.jsonl").read_bytes() == b'{"a":1}\n{"c":3}\n'
    again.close()


def test_pages_have_their_final_name_only_when_the_run_has_ended(tmp_path: Path):
    run = filled(tmp_path, ("a", b"{}"))
    run.flush()
    assert not (tmp_path / "reports.jsonl").exists()
    run.finish()
    assert (tmp_path / "reports.jsonl").exists()
    add(run, "b", b"[]")
    assert not (tmp_path / "reports.jsonl").exists()
    run.finish()
    run.close()
    assert (tmp_path / "reports.jsonl").read_bytes() == b"{}\n[]\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".lock",
        "reports.jsonl",
        "runs.jsonl",
    ]


@pytest.mark.parametrize("rows_cut", [0, 1, 30, 10_000])
@pytest.mark.parametrize("pages_cut", [0, 1, 9, 12])
def test_a_torn_end_is_cut_off_and_the_rest_kept(tmp_path: Path, rows_cut: int, pages_cut: int):
    run = filled(tmp_path, *((name, b'{"of":"%s"}' % name.encode()) for name in "abc"))
    run.close()
    part, rows = tmp_path / "reports.1.part", tmp_path / "runs.jsonl"
    os.truncate(part, part.stat().st_size - pages_cut)
    head = rows.read_bytes().index(b"\n") + 1
    os.truncate(rows, max(head, rows.stat().st_size - rows_cut))
    again = opened(tmp_path)
    kept = list(again.results)
    assert kept == list("abc")[: len(kept)]
    assert (len(kept) == 3) == (rows_cut == 0 and pages_cut == 0)
    for name in "abc":
        if name not in kept:
            add(again, name, b'{"of":"%s"}' % name.encode())
    again.finish()
    again.close()
    assert (tmp_path / "reports.jsonl").read_bytes() == b'{"of":"a"}\n{"of":"b"}\n{"of":"c"}\n'


def test_pages_without_rows_are_forgotten(tmp_path: Path):
    run = filled(tmp_path, ("a", b"{}"))
    run.close()
    with (tmp_path / "reports.1.part").open("ab") as stream:
        stream.write(b'{"never":"told"}\n{"to')
    again = opened(tmp_path)
    add(again, "b", b"[]")
    again.finish()
    again.close()
    assert (tmp_path / "reports.jsonl").read_bytes() == b"{}\n[]\n"


def test_a_file_read_again_replaces_its_page(tmp_path: Path):
    run = filled(tmp_path, ("a", b"[1]"), ("b", b"[2]"))
    run.finish()
    add(run, "a", b"[3]")
    run.finish()
    assert (tmp_path / "reports.jsonl").read_bytes() == b"[3]\n[2]\n"
    assert run.page("a") == b"[3]"
    run.close()
    assert len((tmp_path / "runs.jsonl").read_bytes().splitlines()) == 3


def test_pages_stand_in_the_order_of_the_sources(tmp_path: Path):
    run = filled(tmp_path, ("old", b"[0]"), ("b", b"[2]"), ("a", b"[1]"))
    run.finish(["a", "b", "none"])
    run.close()
    assert (tmp_path / "reports.jsonl").read_bytes() == b"[0]\n[1]\n[2]\n"


def test_an_interrupted_rewriting_ends_with_old_or_new_pages(tmp_path: Path, monkeypatch):
    for step in ("rows", "pages"):
        folder = tmp_path / step
        run = filled(folder, ("b", b"[2]"), ("a", b"[1]"))
        with monkeypatch.context() as patch:
            if step == "rows":
                patch.setattr(durable.os, "fsync", _breaking(after=2))
            else:
                patch.setattr(Path, "unlink", _breaking(after=0))
            with pytest.raises((HuibaoError, OSError)):
                run.finish(["a", "b"])
        run.close()
        again = opened(folder)
        assert {result.source: page for result, page in again.pages()} == {
            "a": b"[1]",
            "b": b"[2]",
        }
        again.finish(["a", "b"])
        again.close()
        assert (folder / "reports.jsonl").read_bytes() == b"[1]\n[2]\n"


def test_a_full_disk_keeps_what_was_finished(tmp_path: Path, monkeypatch):
    run = filled(tmp_path, ("a", b"[1]"))
    run.flush()
    real = os.pwrite

    def half(descriptor: int, data: bytes, place: int) -> int:
        if len(data) > 2:
            return real(descriptor, bytes(data)[:2], place)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(durable.os, "pwrite", half)
        with pytest.raises(HuibaoError, match="disk is full"):
            add(run, "b", b"[22222222]")
        assert (tmp_path / "reports.1.part").read_bytes() == b"[1]\n"
    run.close()
    again = opened(tmp_path)
    assert list(again.results) == ["a"]
    add(again, "b", b"[2]")
    again.finish()
    again.close()
    assert (tmp_path / "reports.jsonl").read_bytes() == b"[1]\n[2]\n"


def test_two_runs_never_write_to_one_folder(tmp_path: Path):
    run = opened(tmp_path)
    with pytest.raises(HuibaoError, match="another run"):
        opened(tmp_path)
    run.close()
    opened(tmp_path).close()


def test_a_folder_with_foreign_pages_is_refused(tmp_path: Path):
    (tmp_path / "reports.jsonl").write_text("{}\n")
    with pytest.raises(HuibaoError, match="no run has written"):
        opened(tmp_path)
    assert (tmp_path / "reports.jsonl").read_text() == "{}\n"


def test_rows_of_something_else_are_refused(tmp_path: Path):
    (tmp_path / "runs.jsonl").write_text(json.dumps({"schema": "other"}) + "\n")
    with pytest.raises(HuibaoError, match="not the rows of a run"):
        opened(tmp_path)


def _breaking(*, after: int):
    calls = []

    def broken(*_: object, **__: object) -> None:
        calls.append(1)
        if len(calls) > after:
            raise OSError(errno.EIO, "the disk is gone")

    return broken
