"""PDF files: paragraphs are put together from where their lines stand."""

import threading

import pytest
from pdf_pages import FONT, HEIGHT, WIDTH, Report
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader

from huibao.errors import FileError
from huibao.report import Page
from huibao.text.files import read_page
from huibao.text.formats import laid_pages, pdf

TITLE = "清河镇2023年工作总结"
BODY = [
    "2023年，清河镇认真落实上级部署，扎实推进各项工作，取得明显成效，现将主要工作情况总结如下：",
    "一、主要做法",
    "（一）加强领导。成立工作领导小组，先后召开专题会议3次，研究部署全年工作，层层落实责任，形成工作合力。",
    "（二）抓好宣传。组织干部走村入户，发放资料2000份，覆盖全镇群众，反响良好，群众知晓率明显提高",
    "1．开展集中宣传活动12场次，悬挂横幅60条，张贴标语300余张，受教育群众达到4500余人次。",
    "二、存在问题",
    "人手不足，经费紧张，个别村组重视不够，有待加强。",
]


def texts_of(page: Page) -> list[str]:
    return [page.text[line.span.start : line.span.end] for line in page.lines]


def reason_of(file: bytes) -> str:
    with pytest.raises(FileError) as caught:
        read_page(file, "a.pdf")
    return caught.value.reason


def test_lines_become_paragraphs_again() -> None:
    report = Report()
    report.centred(TITLE)
    for text in BODY:
        report.paragraph(text)
    page = read_page(report.data(), "a.pdf")
    assert texts_of(page) == [TITLE, *BODY]
    assert (page.media_type, page.encoding) == ("application/pdf", None)
    assert [line.centred for line in page.lines] == [True] + [False] * len(BODY)
    assert [line.indent for line in page.lines][1:] == [2.0] * len(BODY)


def test_paragraphs_run_on_across_pages() -> None:
    report = Report(head="清河镇人民政府文件")
    for _ in range(12):
        for text in BODY:
            report.paragraph(text)
    page = read_page(report.data())
    assert report.page > 6
    assert texts_of(page) == BODY * 12
    assert f"left out: {2 * (report.page - 1)} page headers" in page.warnings[0]


@pytest.mark.parametrize("number", ["{}", "- {} -", "— {} —", "第{}页", "第 {} 页 共 9 页", "{}/9"])
def test_page_numbers_are_no_text(number: str) -> None:
    report = Report(number=number)
    report.paragraph(BODY[0])
    assert texts_of(read_page(report.data())) == [BODY[0]]


def test_a_number_in_the_middle_of_a_page_is_text() -> None:
    report = Report()
    report.paragraph(BODY[0])
    report.line("2023", 2)
    assert texts_of(read_page(report.data()))[-1] == "2023"


def test_items_with_a_hanging_indent_stay_whole() -> None:
    report = Report()
    report.paragraph(BODY[0])
    for text in BODY[2:5]:
        report.paragraph(text, first=2, further=4)
    assert texts_of(read_page(report.data())) == [BODY[0], *BODY[2:5]]


def test_paragraphs_without_indent_are_told_by_short_last_lines_and_numbers() -> None:
    report = Report()
    texts = [text for text in BODY if text.endswith("。")] * 2
    for text in texts:
        report.paragraph(text, first=0)
    assert texts_of(read_page(report.data())) == texts


def test_words_of_letters_keep_their_space_at_a_line_end() -> None:
    report = Report()
    report.line("  全镇推广使用办公系统OA and the", 2)
    report.line("new tools。")
    assert "and the new tools" in read_page(report.data()).text


def test_short_cells_side_by_side_are_a_table_and_told() -> None:
    report = Report()
    report.paragraph(BODY[0])
    for row in (("村名", "户数", "人口"), ("东沟村", "12", "40"), ("西坡村", "9", "31")):
        report.cells(row)
    report.paragraph(BODY[6])
    page = read_page(report.data())
    assert [line.kind for line in page.lines] == ["text", "table", "text"]
    assert texts_of(page)[1] == "村名 | 户数 | 人口\n东沟村 | 12 | 40\n西坡村 | 9 | 31"
    assert any("tables" in warning for warning in page.warnings)


def test_a_number_far_from_its_text_is_no_table() -> None:
    report = Report()
    report.cells(("1.", "开展宣传。"))
    report.cells(("2.", "加强领导。"))
    page = read_page(report.data())
    assert texts_of(page) == ["1. 开展宣传。", "2. 加强领导。"]


def test_two_columns_are_read_one_after_the_other() -> None:
    report = Report(number="")
    left = [f"左栏第{n}行的文字内容共计十六个字。"[:17] for n in range(14)]
    right = [f"右栏第{n}行的文字内容共计十六个字。"[:17] for n in range(14)]
    for first, second in zip(left, right, strict=True):
        report.canvas.setFont(FONT, 11)
        report.canvas.drawString(60, report.top, first)
        report.canvas.drawString(320, report.top, second)
        report.row += 1
    text = read_page(report.data()).text
    assert text.index("左栏第13行") < text.index("右栏第0行")


def test_a_slanted_watermark_is_left_out_and_told() -> None:
    report = Report()
    report.canvas.saveState()
    report.canvas.translate(200, 300)
    report.canvas.rotate(40)
    report.canvas.setFont(FONT, 40)
    report.canvas.drawString(0, 0, "内部资料")
    report.canvas.restoreState()
    report.paragraph(BODY[0])
    page = read_page(report.data())
    assert texts_of(page) == [BODY[0]]
    assert any("watermark" in warning for warning in page.warnings)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_set_sideways_is_turned_upright(turn: int) -> None:
    report = Report(number="")
    width, height = (HEIGHT, WIDTH) if turn != 180 else (WIDTH, HEIGHT)
    report.canvas.setPageSize((width, height))
    report.canvas.translate(*{90: (width, 0), 180: (width, height), 270: (0, height)}[turn])
    report.canvas.rotate(turn)
    # A font that is not embedded has no height for Han characters, and PDFium passes over text
    # without height on its side: every line here holds a digit.
    texts = [f"{n}．2023年开展宣传活动{n}场次。" for n in range(1, 6)]
    report.centred(TITLE)
    for text in texts:
        report.paragraph(text)
    report.cells(("第1村", "12"))
    report.cells(("第2村", "9"))
    page = read_page(report.data())
    assert texts_of(page) == [TITLE, *texts, "第1村 | 12\n第2村 | 9"]


def picture() -> ImageReader:
    from PIL import Image

    return ImageReader(Image.new("RGB", (60, 80), "white"))


def test_a_scan_needs_recognition() -> None:
    report = Report()
    report.canvas.drawImage(picture(), 0, 0, WIDTH, HEIGHT)
    report.canvas.showPage()
    assert reason_of(report.data()) == "needs_ocr"


def test_text_drawn_as_outlines_needs_recognition() -> None:
    report = Report()
    for n in range(20):
        report.canvas.line(n, n, 100, n * 2)
    report.canvas.showPage()
    assert reason_of(report.data()) == "needs_ocr"


def test_a_scanned_page_among_others_is_told() -> None:
    report = Report()
    report.paragraph(BODY[0])
    report.end_page()
    report.canvas.drawImage(picture(), 0, 0, WIDTH, HEIGHT)
    report.end_page()
    page = read_page(report.data())
    assert texts_of(page) == [BODY[0]]
    assert any("not read: page 2 " in warning for warning in page.warnings)


def test_an_empty_page_is_no_scan() -> None:
    report = Report()
    report.canvas.showPage()
    assert reason_of(report.data()) == "empty_text"


def test_a_file_with_a_password_is_encrypted() -> None:
    report = Report(encrypt=StandardEncryption("secret"))
    report.paragraph(BODY[0])
    assert reason_of(report.data()) == "encrypted"


def test_a_file_that_only_forbids_changes_is_read() -> None:
    report = Report(encrypt=StandardEncryption("", ownerPassword="secret", canModify=0))
    report.paragraph(BODY[0])
    assert texts_of(read_page(report.data())) == [BODY[0]]


def test_cut_off_and_false_files_are_corrupt() -> None:
    report = Report()
    report.paragraph(BODY[0])
    file = report.data()
    assert reason_of(file[:200]) == "corrupt"
    assert reason_of(b"%PDF-1.4\n" + bytes(range(256))) == "corrupt"


def test_limits_hold_for_pages_and_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    report = Report()
    for text in BODY * 5:
        report.paragraph(text)
    file = report.data()
    for module, name, value, reason in (
        (pdf, "MAX_PDF_PAGES", 1, "too_large"),
        (laid_pages, "MAX_PDF_PAGE_CHARACTERS", 100, "too_large"),
        (pdf, "MAX_PDF_SECONDS", -1.0, "timeout"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(module, name, value)
            assert reason_of(file) == reason


def test_threads_read_one_after_the_other() -> None:
    report = Report()
    for text in BODY:
        report.paragraph(text)
    file = report.data()
    results: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: results.append(texts_of(read_page(file)))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [BODY] * 4
