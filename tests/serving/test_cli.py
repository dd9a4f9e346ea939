"""`huibao` on the command line: what it prints, writes and returns."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import huibao
from huibao.cli import main

SOURCES = Path(huibao.__file__).resolve().parents[1]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(SOURCES), "PYTHONIOENCODING": "utf-8"}


def run(*arguments: object, code: str = "", **more: object) -> "subprocess.CompletedProcess[bytes]":
    """Runs the command, or other code, in a process of its own."""
    call = code or "import sys; from huibao.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", call, *map(str, arguments)]
    return subprocess.run(command, env=ENVIRONMENT, capture_output=True, check=False, **more)  # type: ignore[call-overload,no-any-return]


@pytest.fixture
def read(bundle_folder: Path) -> Callable[..., int]:
    """Runs `huibao read` with the small bundle of the tests."""

    def called(*arguments: object) -> int:
        return main(["read", "--bundle", str(bundle_folder), *map(str, arguments)])

    return called


def test_a_table_shows_roles_categories_and_values(read, report_file, capsys) -> None:
    assert read(report_file()) == 0
    out = capsys.readouterr().out
    for shown in (
        "云溪县2023年民族工作总结",
        "存在问题与原因",
        "20万元 (200,000元)",
        "xx万元 (缺)",
    ):
        assert shown in out
    assert "\x1b" not in out


def test_json_is_the_public_object(read, report_file, capsys) -> None:
    assert read(report_file(), "--format", "json") == 0
    entries = json.loads(capsys.readouterr().out)
    assert entries["schema"] == "huibao/1"
    assert entries["text"] == report_file().read_text("utf-8")
    assert entries["annotator"]["name"] == "stand-in"


def test_html_is_one_file_without_any_address(read, report_file, capsys) -> None:
    assert read(report_file(), "--format", "html") == 0
    out = capsys.readouterr().out
    assert out.startswith("<!doctype html>")
    assert "http" not in out
    assert "src=" not in out


def test_several_pages_as_json_are_one_a_line(read, report_file, capsys) -> None:
    assert read(report_file("a.txt"), report_file("b.txt"), "--format", "json") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["file"]["name"] for line in lines] == ["a.txt", "b.txt"]


def test_several_pages_as_html_need_a_folder(read, report_file, capsys) -> None:
    assert read(report_file("a.txt"), report_file("b.txt"), "--format", "html") == 2
    assert "--out" in capsys.readouterr().err


def test_a_workbook_is_written_into_a_file_or_a_folder(read, report_file, tmp_path: Path) -> None:
    one, folder = tmp_path / "page.xlsx", tmp_path / "out"
    assert read(report_file(), "--format", "xlsx", "--out", one) == 0
    assert (
        read(report_file("a.txt"), report_file("b.txt"), "--format", "xlsx", "--out", folder) == 0
    )
    written = [one, *sorted(folder.iterdir())]
    assert [path.name for path in written] == ["page.xlsx", "a.txt.xlsx", "b.txt.xlsx"]
    assert all(path.read_bytes().startswith(b"PK") for path in written)


def test_a_workbook_is_not_written_to_a_terminal(read, report_file, capsys) -> None:
    assert read(report_file(), "--format", "xlsx") == 2
    assert "--out" in capsys.readouterr().err


def test_a_page_is_written_into_a_file(read, report_file, tmp_path: Path) -> None:
    assert read(report_file(), "--format", "json", "--out", tmp_path / "page.json") == 0
    assert json.loads((tmp_path / "page.json").read_text("utf-8"))["schema"] == "huibao/1"


def test_pages_of_the_same_name_do_not_overwrite_each_other(
    read, report_file, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    files = report_file("a.txt"), report_file("other/a.txt", "柳湾村工作总结\n一、做法\n种树。\n")
    assert read(*files, "--format", "json", "--out", tmp_path / "out") == 0
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == ["a.txt.2.json", "a.txt.json"]


def test_a_folder_that_is_not_there_is_a_fault_in_a_sentence(
    read, report_file, tmp_path: Path, capsys
) -> None:
    assert read(report_file(), "--out", tmp_path / "no" / "page.txt") == 1
    assert capsys.readouterr().err.startswith("huibao: ")


def test_a_file_that_cannot_be_read_is_named_with_its_reason(read, report_file, capsys) -> None:
    assert read(report_file("empty.txt", " \n")) == 1
    assert "empty.txt: empty_text: " in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(read, tmp_path: Path, capsys) -> None:
    assert read(tmp_path / "nowhere.txt") == 1
    assert "cannot be opened" in capsys.readouterr().err


def test_when_only_some_files_fail_the_others_are_read(read, report_file, capsys) -> None:
    assert read(report_file("empty.txt", ""), report_file()) == 3
    shown = capsys.readouterr()
    assert "云溪县" in shown.out
    assert "empty_text" in shown.err


def test_a_bundle_that_is_not_there_is_a_fault_in_a_sentence(report_file, capsys) -> None:
    assert main(["read", "--bundle", "no-such-bundle", str(report_file())]) == 1
    err = capsys.readouterr().err
    assert err.startswith("huibao: ")
    assert "no-such-bundle" in err


@pytest.mark.parametrize("arguments", [[], ["read"], ["write"], ["read", "a", "--format", "xml"]])
def test_a_wrong_call_is_a_usage_fault(arguments: list[str], capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: huibao" in capsys.readouterr().err


def test_two_runs_give_the_same_bytes_also_from_standard_input(bundle_folder, report_file) -> None:
    arguments = ("read", "--bundle", bundle_folder, "--format", "json")
    content = report_file("-").read_bytes()
    runs = [run(*arguments, "-", input=content) for _ in range(2)]
    assert [one.returncode for one in runs] == [0, 0]
    assert runs[0].stdout == runs[1].stdout
    assert json.loads(runs[0].stdout)["text"].encode() == content


def test_a_reader_of_a_pipe_may_stop_early(bundle_folder, report_file) -> None:
    code = (
        "import os, sys; from huibao.cli import main; "
        "reading, writing = os.pipe(); os.close(reading); os.dup2(writing, 1); sys.exit(main())"
    )
    done = run("read", "--bundle", bundle_folder, report_file(), code=code)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("module", ["huibao", "huibao.cli"])
def test_an_import_loads_neither_models_nor_the_service(module: str) -> None:
    heavy = ("onnxruntime", "fastapi", "torch", "numpy", "lxml", "pypdfium2", "opencc", "yaml")
    code = f"import sys, {module}; print([name for name in {heavy} if name in sys.modules])"
    done = run(code=code)
    assert done.stdout.decode().strip() == "[]", done.stderr.decode()


def test_reading_loads_no_training_package(bundle_folder, report_file) -> None:
    code = (
        "import sys; from huibao.cli import main; main(); "
        "found = [name for name in ('torch', 'transformers', 'datasets', 'spacy', 'fastapi')"
        " if name in sys.modules]; sys.exit(str(found) if found else 0)"
    )
    done = run("read", "--bundle", bundle_folder, report_file(), code=code)
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_public_names_are_found_when_they_are_used() -> None:
    assert huibao.Reader.__name__ == "Reader"
    assert huibao.page_json.__name__ == "page_json"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = huibao.nothing


def test_an_archive_gives_its_files(read, report_file, tmp_path, capsys) -> None:
    packed, text = tmp_path / "a.zip", report_file().read_bytes()
    with zipfile.ZipFile(packed, "w") as opened:
        for name in ("一.txt", "二.txt", "../evil.txt"):
            opened.writestr(name, text)
    assert read(packed, "--format", "json") == 3
    told = capsys.readouterr()
    lines = [json.loads(line) for line in told.out.splitlines()]
    assert [line["file"]["name"] for line in lines] == ["一.txt", "二.txt"]
    assert "evil.txt: corrupt: the archive packs an entry with a forbidden name" in told.err
    assert read(packed, "--format", "json", "--out", tmp_path / "out") == 3
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "一.txt.json",
        "二.txt.json",
    ]
