"""Old Word and WPS files, rich text and OpenDocument text: read as LibreOffice would show them."""

import http.server
import io
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from libreoffice import missing_writer, saved_as
from office_report import BLOCKS, office_report
from old_documents import (
    locked_doc,
    odt,
    odt_paragraph,
    odt_with_links,
    odt_with_macro,
    rtf,
    rtf_with_links,
)
from PIL import Image

from huibao.errors import FileError
from huibao.reading_process import ReadingProcesses
from huibao.report import Page
from huibao.text.conversion import libreoffice, program
from huibao.text.conversion.home import remove_abandoned
from huibao.text.conversion.libreoffice import converted, converted_files
from huibao.text.files import read_page
from huibao.text.formats.archive import Archive
from huibao.text.formats.compound import SIGNATURE, compound_kind, has_macros
from huibao.text.formats.docx import read_docx
from huibao.text.formats.rtf_labels import with_whole_labels
from huibao.text.limits import MAX_LINE_CHARACTERS

needs_writer = pytest.mark.skipif(bool(missing_writer()), reason=missing_writer())
SHARES = range(10, 100, 10)
LAUGHS = '<!DOCTYPE x [<!ENTITY a "哈"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def lines_of(page: Page) -> list[tuple[str, str]]:
    return [(line.kind, page.text[line.span.start : line.span.end]) for line in page.lines]


def reason_of(file: bytes, name: str = "总结.doc") -> str:
    with pytest.raises(FileError) as caught:
        read_page(file, name)
    assert "\n" not in str(caught.value)
    return caught.value.reason


# ---- what is kept


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return saved_as(office_report(), tmp_path_factory.mktemp("saved"), "doc", "rtf", "odt", "docx")


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("wps_habits", [False, True])
def test_the_report_of_28_blocks_reads_as_its_reader_sees_it(
    wps_habits: bool, strict: bool
) -> None:
    assert len(BLOCKS) == 28
    page = read_page(office_report(wps_habits=wps_habits, strict=strict))
    assert lines_of(page) == list(BLOCKS)


@needs_writer
@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("doc", "application/msword"),
        ("rtf", "application/rtf"),
        ("odt", "application/vnd.oasis.opendocument.text"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_what_libreoffice_saves_reads_the_same_in_every_kind(
    saved: dict[str, bytes], kind: str, media_type: str
) -> None:
    page = read_page(saved[kind], f"总结.{kind}")
    assert lines_of(page) == list(BLOCKS)
    assert page.media_type == media_type
    assert page.warnings == (
        "left out: 1 deleted passages",
        "left out: 1 hidden passages",
        "left out: 1 lines of page headers and footers (内部资料 …)",
    )


@needs_writer
@pytest.mark.parametrize(
    ("file", "name", "media_type", "warned"),
    [
        (rtf("一、做法\\par 镕"), "总结.rtf", "application/rtf", False),
        (rtf("一、做法\\par 镕"), "总结.doc", "application/rtf", True),
        (odt(odt_paragraph("一、做法") + odt_paragraph("镕")), "总结.odt", "opendocument", False),
        (odt(odt_paragraph("一、做法") + odt_paragraph("镕")), "总结.docx", "opendocument", True),
    ],
)
def test_the_content_decides_what_an_old_document_is(
    file: bytes, name: str, media_type: str, warned: bool
) -> None:
    page = read_page(file, name)
    assert page.text == "一、做法\n镕"
    assert media_type in page.media_type
    assert bool(page.warnings) == warned


@needs_writer
def test_a_wps_file_and_a_word_file_named_docx_are_old_documents(saved: dict[str, bytes]) -> None:
    assert read_page(saved["doc"], "总结.wps").warnings == read_page(saved["doc"], "a.doc").warnings
    assert "content as doc" in read_page(saved["doc"], "总结.docx").warnings[0]


@needs_writer
def test_a_reading_process_reads_an_old_document_under_its_own_limits(
    saved: dict[str, bytes],
) -> None:
    with ReadingProcesses(seconds=120, memory_bytes=256 * 2**20) as processes:
        for _ in range(2):
            page = processes.read(saved["doc"], name="总结.doc").page
            assert lines_of(page) == list(BLOCKS)


# ---- list labels in rich text that LibreOffice has written


def written(pattern: str, label: str, entry: str = "\\ls1\\ilvl0 ") -> bytes:
    lists = f"{{\\list{{\\listlevel{{\\leveltext {pattern};}}}}\\listid9}}"
    override = "{\\listoverride\\listid9\\listoverridecount0\\ls1}"
    by = "{\\*\\generator LibreOffice/7.4}"
    text = f"{{\\listtext\\pard\\plain {label}\\tab}}{entry}"
    return f"{{\\rtf1{lists}{override}{by}{text}x}}".encode()


@pytest.mark.parametrize(
    ("pattern", "label", "expected"),
    [
        (r"\'02\'00\'3f", r"\u19968\'3f\u12289\'3f", r"\'02\'00\u12289\'3f"),
        (r"\'03\'28\'00\'29", r"\u-248\'281\u-247\'29", r"\'03\u-248\'3f\'00\u-247\'3f"),
        (r"\'02\'00.", "1.", r"\'02\'00."),
        (r"\'02\'00.", r"1\u12289\'3f", r"\'02\'00."),
        (r"\'02\'00\'3f", "", r"\'02\'00\'3f"),
        (r"\'00", "1", r"\'00"),
        (r"\'04\'00.\'01\'3f", r"1.12\u12289\'3f", r"\'04\'00.\'01\u12289\'3f"),
    ],
)
def test_a_lost_sign_of_a_label_comes_back_from_its_entry(
    pattern: str, label: str, expected: str
) -> None:
    assert with_whole_labels(written(pattern, label)) == written(expected, label)


def test_rich_text_of_other_programs_is_left_alone() -> None:
    file = written(r"\'02\'00\'3f", r"\u19968\'3f\u12289\'3f").replace(b"LibreOffice", b"Word")
    assert with_whole_labels(file) == file


# ---- how the converter is run


FAKE = """#!/bin/sh
echo "$@" >> "{log}"
while [ "$1" != --outdir ]; do shift; done
out=$2; shift 2
[ -e "{log}.set_up" ] || {{ touch "{log}.set_up"; exit 81; }}
for file in "$@"; do
    case "$(cat "$file")" in
        bad) ;;
        crash) kill -SEGV $$ ;;
        hang) sleep 600 & sleep 600 ;;
        env) env > "$out/$(basename "${{file%.*}}").docx" ;;
        *) cp "$file" "$out/$(basename "${{file%.*}}").docx" ;;
    esac
done
"""


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in LibreOffice's place, and the file where it notes how it was called."""
    log = tmp_path / "calls"
    fake = tmp_path / "soffice"
    fake.write_text(FAKE.format(log=log), "utf-8")
    fake.chmod(0o755)
    monkeypatch.setattr(libreoffice, "writer_program", lambda what: fake)
    return log


def told(outcomes: list[bytes | FileError]) -> list[str]:
    return [one.reason if isinstance(one, FileError) else one.decode() for one in outcomes]


def test_a_fresh_profile_that_ends_the_first_run_costs_nothing(runs: Path) -> None:
    assert converted(b"one", ".doc", "a document") == b"one"
    assert len(runs.read_text().splitlines()) == 2


def test_one_run_converts_many_files_and_a_bad_one_costs_no_other(runs: Path) -> None:
    files = [(content, ".doc") for content in (b"one", b"bad", b"two", b"crash", b"three")]
    assert told(converted_files(files)) == ["one", "corrupt", "two", "corrupt", "three"]


def test_the_folder_of_a_killed_process_is_removed_and_that_of_a_living_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    code = (
        "from huibao.text.conversion.home import own_home; print(own_home(), flush=True); input()"
    )
    environment = {"TMPDIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", code]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        folder = Path(process.stdout.readline().strip())
        (folder / "总结.doc").write_text("秘密", "utf-8")
        remove_abandoned()
        assert folder.exists()
        process.kill()
    remove_abandoned()
    assert not folder.exists()


def test_no_files_are_converted_without_a_run(runs: Path) -> None:
    assert converted_files([]) == []
    assert not runs.exists()


def command_of(process: Path) -> str:
    try:
        return process.joinpath("cmdline").read_text().replace("\0", " ").strip()
    except OSError:
        return ""


def test_a_converter_that_hangs_is_ended_with_all_that_it_started(runs: Path) -> None:
    files = [(b"one", ".doc"), (b"hang", ".rtf"), (b"two", ".odt")]
    assert told(converted_files(files, seconds=1)) == ["one", "timeout", "two"]
    assert not [own for own in Path("/proc").glob("[0-9]*") if command_of(own) == "sleep 600"]


def test_the_converter_gets_no_keys_and_its_own_home(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUIBAO_API_KEYS", "secret")
    said = converted(b"env", ".doc", "a document").decode()
    assert "secret" not in said
    assert f"HOME={os.environ.get('HOME')}\n" not in said
    assert "http_proxy=http://127.0.0.1:9" in said


TRIES = """
import os, resource, socket
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
    try:
        socket.socket(family).close()
        print(family.name, "opened")
    except OSError as error:
        print(family.name, error.strerror)
for limit in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_CPU, resource.RLIMIT_CORE):
    print(*resource.getrlimit(limit))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limits are those of Linux")
def test_the_converter_runs_without_network_and_with_limits_that_it_cannot_lift() -> None:
    limits = ["7", str(2**30), "4096"]
    command = [sys.executable, "-I", "-S", str(libreoffice._LAUNCH), *limits]
    tried = subprocess.run(
        [*command, sys.executable, "-I", "-c", TRIES], capture_output=True, text=True, check=True
    )
    assert tried.stdout.splitlines() == [
        "AF_INET Permission denied",
        "AF_INET6 Permission denied",
        "AF_UNIX opened",
        f"{2**30} {2**30}",
        "4096 4096",
        "7 7",
        "0 0",
    ]


def test_without_libreoffice_the_package_to_install_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(program, "_found_program", lambda: None)
    for file in (rtf("总结"), odt(odt_paragraph("总结"))):
        with pytest.raises(FileError, match="libreoffice-writer-nogui") as caught:
            read_page(file)
        assert caught.value.reason == "converter_missing"


# ---- files that are damaged, locked or made to harm


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (odt("", locked=True), "encrypted"),
        (odt(odt_paragraph("0" * 50_000_000)), "too_large"),
        (odt(odt_paragraph("&b;"), before=LAUGHS), "corrupt"),
        (odt("<text:p>"), "corrupt"),
        (odt("", Object__content_dot_xml="0" * 20_000_000), "too_large"),
        (b"{\\rtf1" + b"{" * 100_000, "corrupt"),
        (b"{\\rtf1" + b"{\\list{\\listlevel" * 5000 + b"x}", "corrupt"),
        (b"{\\rtf1 " + b"a" * 200_001 + b"}", "too_large"),
        (rtf("总结{\\pict\\bin2147483647 "), "corrupt"),
        (rtf("\\row " * 4_001), "too_large"),
        (rtf("\\par " * 50_001), "too_large"),
        (odt("<text:p/>" * 50_001), "too_large"),
        *((odt(odt_paragraph("总结" * 99))[:-cut], "corrupt") for cut in (1, 30, 200, 400, 700)),
    ],
)
def test_a_harmful_file_never_reaches_the_converter(
    monkeypatch: pytest.MonkeyPatch, file: bytes, reason: str
) -> None:
    monkeypatch.setattr(program, "_found_program", lambda: pytest.fail("it was asked for"))
    assert reason_of(file) == reason


@needs_writer
@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (SIGNATURE + bytes(504) + "WordDocument".encode("utf-16-le"), "corrupt"),
        (b"{\\rtf1", "empty_text"),
        (b"{\\rtf1 {\\pict\\bin2147483647 ", "empty_text"),
    ],
    ids=["no Word stream", "no end", "long picture"],
)
def test_an_old_document_without_text_is_refused_by_name(file: bytes, reason: str) -> None:
    assert reason_of(file) in (reason, "corrupt")


@needs_writer
def test_a_picture_in_letters_is_no_line_without_end() -> None:
    png = io.BytesIO()
    Image.effect_noise((400, 400), 50).save(png, "PNG")
    picture = b"{\\pict\\pngblip " + png.getvalue().hex().encode() + b"}"
    assert len(picture) > MAX_LINE_CHARACTERS
    assert read_page(rtf("总结")[:-1] + picture + b"}").text == "总结"


@needs_writer
def test_braces_in_the_text_of_rich_text_are_no_groups() -> None:
    assert read_page(rtf("总结" + "\\{" * 600 + "\\\\" + "{\\b }" * 600)).text == (
        "总结" + "{" * 600 + "\\"
    )


@needs_writer
def test_a_locked_word_file_is_encrypted(saved: dict[str, bytes]) -> None:
    assert reason_of(locked_doc(saved["doc"])) == "encrypted"


@needs_writer
def test_files_cut_off_anywhere_are_read_or_refused_by_name(saved: dict[str, bytes]) -> None:
    cut = [
        (saved[kind][: len(saved[kind]) * share // 100], f".{kind}")
        for kind in ("doc", "rtf", "odt")
        for share in SHARES
    ]
    reasons = set()
    for outcome in converted_files(cut):
        try:
            if isinstance(outcome, FileError):
                raise outcome
            assert read_docx(Archive(outcome)).paragraphs
        except FileError as error:
            reasons.add(error.reason)
    assert reasons <= {"corrupt", "empty_text"}


@pytest.fixture
def web() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine, and the paths that anybody has asked it for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


@needs_writer
@pytest.mark.parametrize("make", [odt_with_links, rtf_with_links])
def test_a_document_brings_in_nothing_from_outside(
    make: object, web: tuple[str, list[str]], tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("秘密", "utf-8")
    address, asked = web
    assert callable(make)
    page = read_page(make(str(secret), address))
    assert "总结" in page.text
    assert "秘密" not in page.text
    assert asked == []


@needs_writer
def test_a_macro_is_never_run_and_is_told(tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    page = read_page(odt_with_macro(str(touched)))
    assert page.text == "总结"
    assert page.warnings == ("left out: macros, which are never run",)
    assert not touched.exists()


@given(st.binary(max_size=3000), st.integers(0, 511), st.integers(0, 255))
def test_a_compound_file_of_any_bytes_gets_a_kind(tail: bytes, place: int, value: int) -> None:
    head = bytearray(SIGNATURE + bytes(504))
    head[30], head[48], head[68] = 9, 0, 1
    head[max(8, place)] = value
    kinds = ("word", "sheet", "encrypted", "other", "damaged")
    assert compound_kind(bytes(head) + tail) in kinds
    assert has_macros(bytes(head) + tail) in (True, False)


@given(st.text("\\{}'0129aflistextvu;: \n", max_size=400))
def test_rich_text_of_any_signs_is_repaired_or_left(body: str) -> None:
    file = b"{\\rtf1{\\*\\generator LibreOffice}" + body.encode()
    assert with_whole_labels(file).startswith(b"{\\rtf1")
