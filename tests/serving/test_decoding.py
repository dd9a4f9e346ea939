"""Text files of Chinese offices come in five encodings, most of them unnamed."""

import pytest

from huibao.errors import FileError
from huibao.text.decoding import decoded_text, encoding_scores

REPORT = (
    "清河镇2023年工作总结\r\n一、加强组织领导。镇党委召开专题会议3次，研究部署全年工作任务，"
    "成立领导小组，明确各村、各部门的责任。\r\n二、开展宣传教育。组织干部走村入户，发放资料800份。\r\n"
)
TRADITIONAL = "清河鎮工作總結。一、加強組織領導，召開會議，研究部署，落實責任；二、開展宣傳教育。"


@pytest.mark.parametrize(
    ("text", "codec", "encoding"),
    [
        (REPORT, "utf-8", "utf-8"),
        (REPORT, "gbk", "gb18030"),
        (REPORT, "gb18030", "gb18030"),
        (REPORT, "utf-16-le", "utf-16-le"),
        (REPORT, "utf-16-be", "utf-16-be"),
        (TRADITIONAL, "big5", "big5hkscs"),
        (TRADITIONAL, "utf-8", "utf-8"),
        ("党委", "gbk", "gb18030"),
        ("一、工作", "utf-16-le", "utf-16-le"),
        ("plain ASCII, nothing else", "ascii", "utf-8"),
    ],
)
def test_an_unnamed_encoding_is_found(text: str, codec: str, encoding: str) -> None:
    decoded = decoded_text(text.encode(codec))
    assert (decoded.text, decoded.encoding, decoded.warnings) == (text, encoding, ())


@pytest.mark.parametrize(
    ("mark", "codec", "encoding"),
    [
        (b"\xef\xbb\xbf", "utf-8", "utf-8"),
        (b"\xff\xfe", "utf-16-le", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be", "utf-16-be"),
        (b"\xff\xfe\x00\x00", "utf-32-le", "utf-32-le"),
        (b"\x84\x31\x95\x33", "gb18030", "gb18030"),
    ],
)
def test_a_byte_order_mark_decides_and_is_no_text(mark: bytes, codec: str, encoding: str) -> None:
    decoded = decoded_text(mark + REPORT.encode(codec))
    assert (decoded.text, decoded.encoding) == (REPORT, encoding)


@pytest.mark.parametrize("declared", ["gb2312", "GBK", "gb_2312-80", "cp936"])
def test_what_calls_itself_gb2312_is_read_as_gb18030(declared: str) -> None:
    text = "参观团到达朱镕村，㙍头组负责接待。"
    decoded = decoded_text(text.encode("gb18030"), declared=declared)
    assert (decoded.text, decoded.encoding) == (text, "gb18030")


def test_a_false_declaration_is_not_believed() -> None:
    assert decoded_text(REPORT.encode("utf-8"), declared="gb2312").text == REPORT
    assert decoded_text(REPORT.encode("gbk"), declared="utf-8").text == REPORT
    assert decoded_text(REPORT.encode("gbk"), declared="no-such-charset").text == REPORT


def test_one_damaged_byte_does_not_change_the_encoding_and_is_told() -> None:
    data = bytearray(REPORT.encode("utf-8"))
    data[40] = 0xFF
    decoded = decoded_text(bytes(data))
    assert decoded.encoding == "utf-8"
    assert "\ufffd" in decoded.text
    assert "damaged" in decoded.warnings[0]


def test_a_cut_last_character_is_told_and_stands_as_replacement() -> None:
    decoded = decoded_text(REPORT.encode("utf-8")[:-4])
    assert decoded.encoding == "utf-8"
    assert decoded.text.endswith("\ufffd")
    assert decoded.warnings


def test_two_encodings_that_fit_alike_give_a_warning() -> None:
    # Rare characters alone: whatever they are read as, none is common.
    decoded = decoded_text("骉骦骧骨骩".encode("gb18030"))
    assert "uncertain" in decoded.warnings[0]


def test_the_caller_may_force_the_encoding() -> None:
    data = TRADITIONAL.encode("big5")
    assert decoded_text(data, forced="gbk").text != TRADITIONAL
    assert decoded_text(data, forced="big5").encoding == "big5hkscs"
    assert decoded_text(b"\xff\xfe" + REPORT.encode("utf-16-le"), forced="utf-16").text == REPORT


@pytest.mark.parametrize("name", ["klingon", "rot13", "zlib", "unicode_escape", ""])
def test_a_forced_encoding_must_be_one_for_text(name: str) -> None:
    with pytest.raises(FileError) as caught:
        decoded_text(b"abc", forced=name)
    assert caught.value.reason == "unsupported_type"


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(FileError) as caught:
        decoded_text(bytes(range(256)) * 20)
    assert caught.value.reason == "unsupported_type"


def test_scores_tell_the_right_encoding_by_far() -> None:
    scores = encoding_scores(REPORT.encode("gb18030"))
    best, second = sorted(scores.values(), reverse=True)[:2]
    assert scores["gb18030"] == best
    assert best - second > 0.3
