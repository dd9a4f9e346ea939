"""What a batch reads: every file once, in order, whatever it lies in, and no entry that does harm."""

import io
import json
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from huibao.batch.inbox import Inbox
from huibao.batch.sources import SourceError, count_of, items_of, places_of
from huibao.errors import FileError
from huibao.text import zip_files


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(*sources: str, listed: str = "", besides: Path | None = None) -> dict[str, object]:
    """The content of each item, or the reason why it has none."""
    places = places_of(sources, listed=io.StringIO(listed), besides=besides)
    items: dict[str, object] = {}
    for item in items_of(places):
        assert item.source not in items
        try:
            items[item.source] = item.content()
        except (SourceError, FileError) as error:
            items[item.source] = error.reason
    assert count_of(places) >= len(items)
    return items


def write(name: str, content: bytes = b"x") -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def zipped(name: str, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> None:
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in entries:
            archive.writestr(entry, content)


def test_a_folder_gives_its_files_in_order_and_no_leftovers():
    for name in (
        "in/b.txt",
        "in/a.txt",
        "in/2023/z.txt",
        "in/~$a.docx",
        "in/.hidden",
        "in/Thumbs.db",
    ):
        write(name)
    assert list(found("in")) == ["in/2023/z.txt", "in/a.txt", "in/b.txt"]
    assert list(found("./in/")) == list(found("in"))


def test_a_file_named_twice_is_read_once():
    write("in/a.txt")
    assert list(found("in", "in/a.txt", "in/*.txt", "./in/../in/a.txt")) == ["in/a.txt"]


def test_patterns_reach_into_folders():
    for name in ("in/1/a.txt", "in/2/b.txt", "in/2/c.pdf"):
        write(name)
    assert list(found("in/**/*.txt")) == ["in/1/a.txt", "in/2/b.txt"]


def test_a_file_with_brackets_in_its_name_is_no_pattern():
    write("报告[1].txt")
    assert list(found("报告[1].txt")) == ["报告[1].txt"]


@pytest.mark.parametrize(("source", "reason"), [("gone.txt", "not_found"), ("*.doc", "not_found")])
def test_what_is_not_there_is_a_row_of_its_own(source: str, reason: str):
    assert found(source) == {source: reason}


def test_what_cannot_be_opened_is_named():
    os.mkfifo("pipe")
    write("large.txt")
    os.truncate("large.txt", 40 * 2**20)
    assert found("pipe", "large.txt") == {"pipe": "unreadable", "large.txt": "too_large"}


def test_a_list_of_paths_comes_by_lines_or_by_zeros():
    write("a.txt", b"1")
    write("in/b c.txt", b"2")
    expected = {"a.txt": b"1", "in/b c.txt": b"2"}
    assert found("-", listed="a.txt\nin/b c.txt\n\n") == expected
    assert found("-", listed="a.txt\0in\0") == expected


def test_the_output_inside_the_input_is_passed_over():
    write("in/a.txt")
    write("in/out/reports.jsonl")
    assert list(found("in", besides=Path("in/out"))) == ["in/a.txt"]


def test_links_to_folders_are_not_followed():
    write("in/a.txt")
    Path("in/loop").symlink_to("..")
    Path("in/b.txt").symlink_to("a.txt")
    assert list(found("in")) == ["in/a.txt", "in/b.txt"]


def test_lines_are_texts_with_their_own_names():
    lines = [
        json.dumps("第一份"),
        "",
        json.dumps({"text": "第二份", "name": "云溪县"}),
        json.dumps({"text": "第三份", "id": 17}),
        json.dumps({"body": "?"}),
        "{broken",
        json.dumps([]),
    ]
    write("t.jsonl", "\n".join(lines).encode())
    assert found("t.jsonl") == {
        "t.jsonl#1": "第一份",
        "t.jsonl#3:云溪县": "第二份",
        "t.jsonl#4:17": "第三份",
        "t.jsonl#5": "corrupt",
        "t.jsonl#6": "corrupt",
        "t.jsonl#7": "corrupt",
    }


def test_entries_of_an_archive_are_items():
    zipped("a.zip", ("b/2.txt", b"2"), ("1.txt", b"1"), ("__MACOSX/1.txt", b"?"), ("d/", b""))
    assert found("a.zip") == {"a.zip/1.txt": b"1", "a.zip/b/2.txt": b"2"}


def test_chinese_names_packed_by_windows_are_read():
    entry = zipfile.ZipInfo("x" * 14)
    zipped("w.zip", (entry, b"1"))
    data = Path("w.zip").read_bytes()
    Path("w.zip").write_bytes(data.replace(b"x" * 14, "云溪县总结.txt".encode("gb18030")))
    assert found("w.zip") == {"w.zip/云溪县总结.txt": b"1"}


@pytest.mark.parametrize("name", ["../up.txt", "/etc/up.txt", "a/../../up.txt", "C:/up.txt"])
def test_an_entry_that_points_outside_is_not_read(name: str):
    zipped("evil.zip", (name, b"1"), ("good.txt", b"2"))
    items = found("evil.zip")
    assert items.pop("evil.zip/good.txt") == b"2"
    assert list(items.values()) == ["forbidden_name"]


def archive_of(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in entries:
            opened.writestr(name, content)
    return file.getvalue()


def test_an_archive_in_an_archive_gives_its_files_and_what_is_deeper_stays_packed():
    deep = archive_of(("3.txt", b"3"))
    inner = archive_of(("2.txt", b"2"), ("deep.zip", deep))
    zipped("a.zip", ("1.txt", b"1"), ("b.zip", inner), ("broken.zip", b"PK"))
    assert found("a.zip") == {
        "a.zip/1.txt": b"1",
        "a.zip/b.zip/2.txt": b"2",
        "a.zip/b.zip/deep.zip": deep,
        "a.zip/broken.zip": b"PK",
    }
    assert count_of(places_of(["a.zip"])) == 4


def test_an_office_file_named_zip_is_one_file():
    zipped("a.zip", ("word/document.xml", b"<a/>"))
    assert list(found("a.zip")) == ["a.zip"]
    zipped("b.zip", ("x.zip", archive_of(("OFD.xml", b"<a/>"))))
    assert list(found("b.zip")) == ["b.zip/x.zip"]


def test_a_symbolic_link_is_not_followed():
    link = zipfile.ZipInfo("passwords.txt")
    link.external_attr = 0o120777 << 16
    zipped("l.zip", (link, b"/etc/passwd"), ("good.txt", b"1"))
    assert found("l.zip") == {"l.zip/good.txt": b"1", "l.zip/passwords.txt": "unsupported_type"}


def test_entries_of_one_name_are_all_read():
    with pytest.warns(UserWarning, match="Duplicate"):
        zipped("two.zip", ("a.txt", b"1"), ("a.txt", b"2"))
    assert found("two.zip") == {"two.zip/a.txt": b"1", "two.zip/a.txt~2": b"2"}


def test_a_bomb_is_stopped_and_its_neighbours_are_read():
    zipped("bomb.zip", ("0.txt", b"\0" * 20_000_000), ("1.txt", b"good"))
    assert found("bomb.zip") == {"bomb.zip/0.txt": "too_large", "bomb.zip/1.txt": b"good"}


def test_a_packed_entry_that_is_damaged_fails_alone():
    zipped("d.zip", ("0.txt", b"some text that is long enough" * 9), ("1.txt", b"good"))
    data = bytearray(Path("d.zip").read_bytes())
    data[40:60] = b"\xff" * 20
    Path("d.zip").write_bytes(data)
    assert found("d.zip") == {"d.zip/0.txt": "corrupt", "d.zip/1.txt": b"good"}


def test_an_entry_with_a_password_is_named():
    zipped("p.zip", ("0.txt", b"x"))
    data = bytearray(Path("p.zip").read_bytes())
    place = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[place + 8] |= 1
    Path("p.zip").write_bytes(data)
    assert found("p.zip") == {"p.zip/0.txt": "encrypted"}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04nonsense", b"not a zip", b"PK\x05\x06" * 9])
def test_a_damaged_archive_is_one_row(content: bytes):
    write("bad.zip", content)
    assert found("bad.zip") == {"bad.zip": "corrupt"}


def test_an_archive_with_an_endless_list_is_not_opened():
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 2**31, 0, 0)
    write("list.zip", end)
    assert found("list.zip") == {"list.zip": "too_large"}


def test_an_archive_with_too_many_entries_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(zip_files, "MOST_ENTRIES", 2)
    zipped("many.zip", *((f"{number}.txt", b"x") for number in range(3)))
    assert found("many.zip") == {"many.zip": "too_large"}


def test_an_inbox_gives_a_file_once_it_has_stopped_growing():
    write("in/a.txt", b"1")
    inbox = Inbox(("in",))

    def names() -> list[str]:
        return [place.path.as_posix() for place in inbox.settled()]

    assert names() == []
    write("in/b.txt", b"begun")
    assert names() == ["in/a.txt"]
    write("in/b.txt", b"begun and more")
    assert names() == []
    assert names() == ["in/b.txt"]
    write("in/a.txt", b"changed")
    assert names() == []
    assert names() == ["in/a.txt"]
    assert names() == []


def test_reading_sources_twice_gives_the_same(here: Path):
    zipped("a.zip", ("b/2.txt", b"2"), ("1.txt", b"1"))
    write("in/t.jsonl", b'"one"\n')
    ask: Callable[[], list[str]] = lambda: list(found("a.zip", "in"))  # noqa: E731
    assert ask() == ask() == ["a.zip/1.txt", "a.zip/b/2.txt", "in/t.jsonl#1"]
