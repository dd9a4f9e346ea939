"""Any file comes in; a page or a named error comes out."""

import hashlib
import io
import zipfile

import pytest

from huibao.errors import FileError
from huibao.text import files, limits
from huibao.text.file_types import is_plain_text
from huibao.text.files import read_page
from huibao.text.formats import archive

REPORT = (
    "清河镇工作总结\r\n\r\n　　一、加强领导。成立小组，落实责任。\n二、开展宣传。\r附件：统计表 \n"
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
WORD = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:body>%s</w:body></w:document>"
)
PARAGRAPH = "<w:p><w:r><w:t>%s</w:t></w:r></w:p>"


def packed(parts: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as opened:
        for name, content in parts.items():
            opened.writestr(name, content)
    return file.getvalue()


def docx(text: str = "工作总结") -> bytes:
    return packed({"word/document.xml": WORD % (PARAGRAPH % text)})


def reason_of(file: bytes | str, name: str = "report") -> str:
    with pytest.raises(FileError) as caught:
        read_page(file, name)
    assert "\n" not in str(caught.value)
    assert str(caught.value)
    return caught.value.reason


def test_plain_text_is_kept_as_it_is_and_cut_at_its_own_breaks() -> None:
    file = REPORT.encode("gb18030")
    page = read_page(file, "总结.txt")
    assert page.text == REPORT
    assert [page.text[line.span.start : line.span.end] for line in page.lines] == [
        "清河镇工作总结",
        "　　一、加强领导。成立小组，落实责任。",
        "二、开展宣传。",
        "附件：统计表 ",
    ]
    assert (page.name, page.media_type, page.encoding) == ("总结.txt", "text/plain", "gb18030")
    assert page.sha256 == hashlib.sha256(file).hexdigest()
    assert page.warnings == ()


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    page = read_page(b"\xef\xbb\xbf" + REPORT.encode())
    assert page.text == REPORT
    assert page.lines[0].span.start == 0


def test_text_that_is_already_decoded_is_read_as_it_is() -> None:
    page = read_page(REPORT)
    assert (page.text, page.encoding, page.media_type) == (REPORT, None, "text/plain")


def test_decoded_text_that_looks_like_a_web_page_is_kept_and_told() -> None:
    page = read_page("<html><body><p>总结</p></body></html>", "a.html")
    assert page.text.startswith("<html>")
    assert "web page" in page.warnings[0]


@pytest.mark.parametrize(
    ("file", "plain"),
    [
        (REPORT.encode(), True),
        (REPORT.encode("gb18030"), True),
        (b"\xef\xbb\xbf" + REPORT.encode(), True),
        (REPORT.encode("utf-16"), False),
        (b"<html><body>a</body></html>", False),
        ("一、加强领导<br>".encode(), False),
        (docx(), False),
        (OLE, False),
        (b"%PDF-1.7 trailer", False),
        (b"{\\rtf1 a}", False),
        (b"Rar!\x1a\x07", False),
        (b"\xff\xd8\xff\xe0" + b"a" * 50, False),
        (b"From: a@b.example\r\nTo: c@d.example\r\nSubject: e\r\n\r\nf", False),
    ],
)
def test_only_what_no_parser_has_to_read_is_surely_plain(file: bytes, plain: bool) -> None:
    assert is_plain_text(file) == plain


def test_a_forced_encoding_is_used() -> None:
    assert read_page("總結".encode("big5"), encoding="big5").text == "總結"


@pytest.mark.parametrize(
    ("file", "name", "media_type", "warned"),
    [
        (docx(), "总结.docx", "wordprocessingml", False),
        (docx(), "总结", "wordprocessingml", False),
        (docx(), "总结.doc", "wordprocessingml", True),
        (docx(), "总结.zip", "wordprocessingml", True),
        (b"<html><body><p>\xe6\x80\xbb\xe7\xbb\x93</p></body></html>", "总结.doc", "html", True),
        (b"<p>\xe6\x80\xbb\xe7\xbb\x93</p>", "http://a.example/b.html?id=1.doc", "html", False),
        (b"<p>\xe6\x80\xbb\xe7\xbb\x93</p>", "总结.txt", "text/plain", False),
        ("总结".encode(), "总结.docx", "text/plain", True),
        ("总结".encode(), "总结.pdf", "text/plain", True),
    ],
)
def test_the_content_decides_and_a_name_that_says_otherwise_is_told(
    file: bytes, name: str, media_type: str, warned: bool
) -> None:
    page = read_page(file, name)
    assert media_type in page.media_type
    assert any(name[-4:].strip(".") in warning for warning in page.warnings) == warned


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (OLE + "Workbook".encode("utf-16-le"), "corrupt"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (OLE, "corrupt"),
        (packed({"OFD.xml": "<ofd/>"}), "corrupt"),
        (packed({"xl/workbook.xml": "<workbook/>"}), "empty_text"),
        (packed({"a.txt": "总结", "b.txt": "总结"}), "unsupported_type"),
        (b"Rar!\x1a\x07\x00abc", "unsupported_type"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "needs_ocr"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "needs_ocr"),
        (b"BM" + (60).to_bytes(4, "little") + bytes(54), "needs_ocr"),
        (bytes(range(256)) * 8, "unsupported_type"),
    ],
)
def test_a_file_that_is_not_read_is_refused_by_name(file: bytes, reason: str) -> None:
    assert reason_of(file) == reason


@pytest.mark.parametrize("file", [b"", b" \r\n\t", b"\x00\x00", "", "\n　\n", b"\xef\xbb\xbf \n"])
def test_a_file_without_text_is_refused(file: bytes | str) -> None:
    assert reason_of(file) == "empty_text"


@pytest.mark.parametrize("keep", [1, 3, 10, 60, 200])
def test_a_cut_off_word_file_is_corrupt_or_no_text(keep: int) -> None:
    assert reason_of(docx()[:keep] + bytes(3)) in ("corrupt", "unsupported_type")


def test_a_word_file_cut_off_before_its_end_is_corrupt() -> None:
    assert reason_of(docx()[:-30]) == "corrupt"


def test_a_part_whose_check_sum_is_wrong_is_corrupt() -> None:
    file = bytearray(packed({"word/document.xml": WORD % PARAGRAPH}, zipfile.ZIP_STORED))
    file[120] ^= 1
    assert reason_of(bytes(file)) == "corrupt"


def test_a_part_packed_with_strong_encryption_is_refused() -> None:
    file = bytearray(docx())
    central = file.index(b"PK\x01\x02")
    file[central + 8] |= 0x40
    assert reason_of(bytes(file)) == "corrupt"


def test_a_zip_bomb_is_stopped_by_what_comes_out_of_it() -> None:
    bomb = packed({"word/document.xml": WORD % (PARAGRAPH % ("总结" * 2_000_000))})
    assert len(bomb) < 100_000
    assert reason_of(bomb) == "too_large"


def test_small_parts_may_pack_well() -> None:
    assert read_page(docx("总结" * 10_000)).text == "总结" * 10_000


def test_many_parts_together_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_ARCHIVE_BYTES", 1000)
    file = packed(
        {
            "word/document.xml": WORD % (PARAGRAPH % "总结"),
            "_rels/.rels": "<a>" + " " * 900 + "</a>",
        }
    )
    assert reason_of(file) == "too_large"


def test_more_parts_than_an_office_file_has_are_refused() -> None:
    assert reason_of(packed({f"word/{n}.xml": "" for n in range(501)})) == "too_large"


@pytest.mark.parametrize("name", ["../word/a.xml", "/word/a.xml", "C:/word/a.xml", "word/../../a"])
def test_parts_that_point_outside_are_refused(name: str) -> None:
    assert reason_of(packed({"word/document.xml": WORD % PARAGRAPH, name: "x"})) == "corrupt"


def test_a_file_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 10)
    assert reason_of("工作总结报告".encode()) == "too_large"


def test_a_text_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_CHARACTERS", 10)
    assert reason_of("工作总结\n" * 3) == "too_large"
    assert reason_of(docx("工作总结" * 3)) == "too_large"


def test_a_line_over_the_limit_is_refused() -> None:
    assert reason_of("总" * 200_001) == "too_large"


def test_a_web_archive_named_doc_is_read() -> None:
    file = (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\n'
        b'Content-Type: text/html; charset="gb2312"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
        + "<html><body><p>一、加强领导，朱镕村落实责任。</p></body></html>".encode("gb18030")
        + b"\r\n--b\r\nContent-Type: image/png\r\n\r\nxx\r\n--b--\r\n"
    )
    page = read_page(file, "总结.doc")
    assert page.text == "一、加强领导，朱镕村落实责任。"
    assert (page.media_type, page.encoding) == ("multipart/related", "gb18030")
    assert "content as mht" in page.warnings[0]


def test_a_web_archive_of_a_million_parts_is_refused_before_they_are_taken_apart() -> None:
    head = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=a\n\n"
    assert reason_of(head + b"--a\n\n" * 1_000_000) == "too_large"


def test_a_web_archive_without_a_page_is_corrupt() -> None:
    file = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b--\r\n"
    assert reason_of(file) == "corrupt"


def test_nesting_beyond_reason_is_corrupt_not_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def deep(*_: object, **__: object) -> None:
        raise RecursionError

    monkeypatch.setattr(files, "binary_type", deep)
    assert reason_of(b"abc") == "corrupt"
