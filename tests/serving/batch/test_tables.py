"""Tables of a run: rows of plain cells, no formula, no number where the report has a mask."""

import csv
import json
from pathlib import Path

import pyarrow.parquet
import pytest

from huibao.batch import durable
from huibao.batch.durable import mended_folder, replaced_folder
from huibao.batch.results import FileResult
from huibao.batch.run_folder import RunFolder
from huibao.batch.sinks import csv_cell, sink_of, write_tables
from huibao.batch.tables import TableColumn
from huibao.errors import HuibaoError, MissingExtraError
from huibao.jsonl import dumped, page_json
from huibao.labels import LabelSets
from huibao.reader import Reader

REPORT = "云溪县2023年民族工作总结\n一、做法\n投入20万元，另投入xx万元。\n=1+1，培训5期。\n"
UNDATED = "长桥乡工作汇报\n+86是区号，经费不足。\n"


@pytest.fixture
def finished(tmp_path: Path, label_sets: LabelSets, bundle, fixed_model) -> RunFolder:
    """A run of two reports and a damaged file."""
    reader = Reader(bundle, fixed_model(bundle), label_sets)
    run = RunFolder(tmp_path / "out")
    run.open()
    for name, text in (("a.txt", REPORT), ("=cmd.txt", UNDATED)):
        line = dumped(page_json(reader.read(text, name=name))).encode()
        run.add(FileResult(name, "done", reports=1, size=len(line)), line)
    run.add(FileResult("bad.pdf", "failed", "corrupt", "the PDF file is damaged"), None)
    run.finish()
    yield run
    run.close()


def table(run: RunFolder, name: str) -> list[dict[str, str]]:
    with (run.folder / "csv" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        chinese, ids, *rows = csv.reader(stream)
    assert len(chinese) == len(ids)
    return [dict(zip(ids, row, strict=True)) for row in rows]


def test_every_file_is_a_row_whether_it_was_read_or_not(finished: RunFolder, label_sets):
    write_tables(finished, label_sets, [sink_of("csv")])
    assert [
        (row["source"], row["status_name"], row["reason"]) for row in table(finished, "files")
    ] == [
        ("a.txt", "已读", ""),
        ("'=cmd.txt", "已读", ""),
        ("bad.pdf", "失败", "corrupt"),
    ]


def test_blocks_and_entities_follow_their_reports(finished: RunFolder, label_sets):
    write_tables(finished, label_sets, [sink_of("csv")])
    (first, second) = table(finished, "reports")
    assert (first["title"], first["year"], first["genre_name"]) == (
        "云溪县2023年民族工作总结",
        "2023",
        "工作总结",
    )
    assert second["year"] == ""
    blocks = [row["text"] for row in table(finished, "blocks")]
    assert "投入20万元,另投入xx万元。" in [text.replace("，", ",") for text in blocks]
    money = [row for row in table(finished, "entities") if row["type"] == "MONEY"]
    assert [(row["text"], row["number"], row["masked"]) for row in money] == [
        ("20万元", "200000", ""),
        ("xx万元", "", "是"),
    ]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-2", "-2"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1＋1", "'＝1＋1"),
        ("  =1", "'  =1"),
        ("\t=1", "'\t=1"),
        ("第1项=1", "第1项=1"),
        (None, ""),
        (0, "0"),
        (0.5, "0.5"),
        (True, "是"),
        (False, ""),
        (["a", "b"], "a;b"),
        (["=a"], "'=a"),
    ],
)
def test_no_cell_is_a_formula(cell: object, written: str):
    assert csv_cell(TableColumn("x", "某列"), cell) == written


def test_parquet_reads_back_as_one_data_set(finished: RunFolder, label_sets):
    write_tables(finished, label_sets, [sink_of("parquet")])
    folder = finished.folder / "parquet"
    reports = pyarrow.parquet.read_table(folder / "reports").to_pylist()
    assert [(row["source"], row["year"], row["part_year"]) for row in reports] in (
        [("=cmd.txt", None, 0), ("a.txt", 2023, 2023)],
        [("a.txt", 2023, 2023), ("=cmd.txt", None, 0)],
    )
    files = pyarrow.parquet.read_table(folder / "files")
    assert files.num_rows == 3
    assert files.schema.field("source").metadata[b"name_zh"].decode() == "文件"
    entities = pyarrow.parquet.read_table(folder / "entities").to_pylist()
    masked = [row for row in entities if row["text"] == "xx万元"]
    assert [(row["number"], row["masked"]) for row in masked] == [(None, True)]


def test_tables_without_rows_still_tell_their_columns(tmp_path: Path, label_sets):
    run = RunFolder(tmp_path)
    run.open()
    run.finish()
    write_tables(run, label_sets, [sink_of("csv"), sink_of("parquet")])
    run.close()
    entities = pyarrow.parquet.read_table(tmp_path / "parquet" / "entities")
    assert entities.num_rows == 0
    assert "part_of" in entities.column_names


def test_tables_are_made_anew_only_when_the_results_have_changed(finished: RunFolder, label_sets):
    sinks = [sink_of("csv")]
    assert write_tables(finished, label_sets, sinks) == [finished.folder / "csv"]
    assert write_tables(finished, label_sets, sinks) == []
    finished.add(FileResult("c.txt", "failed", "empty_text", "empty"), None)
    finished.finish()
    assert write_tables(finished, label_sets, sinks) == [finished.folder / "csv"]
    assert len(table(finished, "files")) == 4


def test_the_same_results_give_the_same_bytes(finished: RunFolder, label_sets):
    def made() -> dict[str, bytes]:
        (finished.folder / "tables.json").unlink(missing_ok=True)
        write_tables(finished, label_sets, [sink_of("csv"), sink_of("parquet")])
        return {
            path.relative_to(finished.folder).as_posix(): path.read_bytes()
            for path in finished.folder.glob("*/**/*.*")
            if path.is_file()
        }

    assert made() == made()


def test_tables_that_could_not_be_written_leave_the_old_ones(finished, label_sets, monkeypatch):
    write_tables(finished, label_sets, [sink_of("csv")])
    finished.add(FileResult("c.txt", "failed", "empty_text", "empty"), None)
    finished.finish()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(durable.os, "fsync", full)
        with pytest.raises(HuibaoError, match="disk is full"):
            write_tables(finished, label_sets, [sink_of("csv")])
    assert len(table(finished, "files")) == 3
    assert sorted(path.name for path in finished.folder.iterdir()) == [
        ".lock",
        "csv",
        "reports.jsonl",
        "runs.jsonl",
        "tables.json",
    ]
    write_tables(finished, label_sets, [sink_of("csv")])
    assert len(table(finished, "files")) == 4


@pytest.mark.parametrize("renamed", [0, 1])
def test_a_folder_whose_replacement_was_cut_off_is_mended(tmp_path: Path, renamed: int):
    folder = tmp_path / "t"
    replaced_folder(folder, lambda new: (new / "1").write_text("old"))
    (tmp_path / "t.tmp").mkdir()
    if renamed:
        folder.rename(tmp_path / "t.old")
    mended_folder(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["t"]
    assert (folder / "1").read_text() == "old"


def test_parquet_without_its_package_names_the_command(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'huibao\[batch\]'"):
        sink_of("parquet")


def test_a_page_of_a_run_is_public_json(finished: RunFolder):
    lines = (finished.folder / "reports.jsonl").read_bytes().splitlines()
    assert [json.loads(line)["schema"] for line in lines] == ["huibao/1"] * 2
