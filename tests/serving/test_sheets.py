"""Spreadsheets: what each cell shows, as titles, tables and, where a cell holds one, prose."""

import io
from datetime import date, datetime, time

import pytest
import xlsxwriter
from sheet_files import MAIN, STRICT, compound, record, row, text, xls, xlsx

from huibao.errors import FileError
from huibao.report import Page
from huibao.text.files import read_page
from huibao.text.formats import xls as xls_reader
from huibao.text.formats import xlsx as xlsx_reader
from huibao.text.formats.cell_formats import CellValue, shown

LONG = "镇里成立专班，明确任务分工，每月召开一次调度会，逐项销号。" * 8
DAY = 'yyyy"年"m"月"d"日"'


def lines(page: Page) -> list[tuple[str, str]]:
    return [(line.kind, page.text[line.span.start : line.span.end]) for line in page.lines]


def reason_of(file: bytes) -> str:
    with pytest.raises(FileError) as caught:
        read_page(file, "统计表")
    assert "\n" not in str(caught.value)
    return caught.value.reason


def report_book() -> bytes:
    """A county's figures as an office keeps them."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    share, day, money = (
        book.add_format({"num_format": code}) for code in ("0.0%", DAY, "#,##0.00")
    )
    sheet = book.add_worksheet("汇总表")
    sheet.merge_range("A1:E1", "青石镇便民服务统计表")
    sheet.write_row("A2", ["村名", "户数", "完成率", "日期", "经费（元）"])
    sheet.write_row("A3", ["上河村", 120])
    sheet.write("C3", 0.853, share)
    sheet.write_datetime("D3", datetime(2023, 5, 12), day)
    sheet.write("E3", 12345.5, money)
    sheet.write("A4", "合计")
    sheet.write_formula("B4", "=SUM(B3:B3)", None, 120)
    sheet.write_formula("C4", "=D9", None, "")
    hidden = book.add_worksheet("底稿")
    hidden.write("A1", "草稿")
    hidden.hide()
    notes = book.add_worksheet("说明")
    notes.write("A1", f"一、做法\n{LONG}\n二、打算")
    notes.insert_textbox("C5", "注：数据截至年底")
    notes.write_comment("A1", "请核对")
    book.close()
    return file.getvalue()


def test_a_workbook_reads_as_its_office_sees_it() -> None:
    page = read_page(report_book(), "统计表.xlsx")
    assert lines(page) == [
        ("text", "汇总表"),
        ("text", "青石镇便民服务统计表"),
        (
            "table",
            "村名 | 户数 | 完成率 | 日期 | 经费（元）\n"
            "上河村 | 120 | 85.3% | 2023年5月12日 | 12,345.50\n合计 | 120",
        ),
        ("text", "说明"),
        ("text", "一、做法"),
        ("text", LONG),
        ("text", "二、打算"),
        ("box", "注：数据截至年底"),
    ]
    assert page.warnings == (
        "left out: 1 formulas without a stored result",
        "left out: 1 comments",
        "left out: 1 hidden sheets (底稿)",
    )


@pytest.mark.parametrize("name", ["统计表.xls", "统计表.et", "统计表"])
@pytest.mark.parametrize("stream", ["Workbook", "Book"])
def test_an_old_workbook_reads_the_same(name: str, stream: str) -> None:
    cells = {
        (0, 0): "青石镇便民服务统计表",
        (1, 0): "村名",
        (1, 1): "户数",
        (1, 3): "完成率",
        (2, 0): "上河村",
        (2, 1): (120.0, 0),
        (2, 3): (0.853, 1),
        (3, 0): "下河村",
        (3, 3): (45058.0, 2),
    }
    book = {"汇总表": cells, "底稿": {(0, 0): "草稿"}}
    file = xls(book, formats=("0.0%", DAY), hidden=("底稿",), stream=stream)
    page = read_page(file, name)
    assert lines(page) == [
        ("text", "汇总表"),
        ("text", "青石镇便民服务统计表"),
        ("table", "村名 | 户数 | 完成率\n上河村 | 120 | 85.3%\n下河村 |  | 2023年5月12日"),
    ]
    assert page.warnings == ("left out: 1 hidden sheets (底稿)",)
    assert page.media_type == "application/vnd.ms-excel"


def test_cells_far_from_the_corner_keep_their_formats() -> None:
    cells = {(7, 3): "完成率", (7, 5): "日期", (9, 3): (0.5, 1), (9, 5): (45058.0, 2)}
    page = read_page(xls({"Sheet1": cells}, formats=("0%", DAY)), "a.xls")
    assert page.text == "完成率 | 日期\n50% | 2023年5月12日"


def test_a_sheet_that_nobody_named_gives_no_title() -> None:
    file = xlsx(
        {"Sheet1": row(text("村名"), text("户数")) + row(text("上河村"), "<c><v>3</v></c>")}
    )
    assert lines(read_page(file, "a.xlsx")) == [("table", "村名 | 户数\n上河村 | 3")]


@pytest.mark.parametrize("namespace", [MAIN, STRICT])
def test_strings_are_found_however_they_are_kept(namespace: str) -> None:
    strings = '<si><t>村名</t></si><si><r><t>户</t></r><r><rPr/><t>数</t></r><rPh sb="0" eb="1"><t>hu</t></rPh></si>'
    cells = (
        '<row r="2"><c r="B2" t="s"><v>0</v></c><c r="D2" t="s"><v>1</v></c></row>'
        '<row r="5"><c r="B5" t="str"><f>A1</f><v>上河村</v></c><c r="D5" t="b"><v>1</v></c>'
        '<c r="E5" t="e"><v>#REF!</v></c><c r="F5" t="s"><v>99</v></c></row>'
    )
    page = read_page(xlsx({"Sheet1": cells}, strings=strings, namespace=namespace), "a.xlsx")
    assert page.text == "村名 | 户数\n上河村 | TRUE | #REF!"


def test_a_long_list_is_cut_into_tables_that_lose_nothing() -> None:
    rows = [(f"第{number}村", "修路、安灯、办事。" * 5) for number in range(1500)]
    inner = "".join(row(text(name), text(work)) for name, work in rows)
    page = read_page(xlsx({"Sheet1": inner}), "a.xlsx")
    assert {line.kind for line in page.lines} == {"table"}
    assert max(len(line.span) for line in page.lines) < 25_000
    assert page.text == "\n".join(f"{name} | {work}" for name, work in rows)


def test_hidden_rows_are_read_and_told() -> None:
    inner = row(text("村名"), text("户数")) + f'<row hidden="1">{text("上河村")}{text("3")}</row>'
    page = read_page(xlsx({"Sheet1": inner}), "a.xlsx")
    assert page.text == "村名 | 户数\n上河村 | 3"
    assert page.warnings == ("1 hidden rows were read like the others",)


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        (20, "General", "20"),
        (0.1 + 0.2, "General", "0.3"),
        (32012319000, "General", "32012319000"),
        (0.853, "0.0%", "85.3%"),
        (0.853, "0%", "85%"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (12.5, '0.0"万元"', "12.5万元"),
        (5, 'General"户"', "5户"),
        (3, '"第"0"名"', "第3名"),
        (7, "000", "007"),
        (3.1, "0.0#", "3.1"),
        (3, "0.#", "3"),
        (1.005, "0.00", "1.01"),
        (-0.4, "0", "0"),
        (-3, "0_);(0)", "(3)"),
        (-5, "0.0;[Red]-0.0", "-5.0"),
        (-5, "[Red]-0.0;", "-5"),
        (123456, "0.00E+00", "123456"),
        (2.5, "# ?/?", "2.5"),
        (0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
        (1234.5, "_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ", "¥1,234.50"),
        (45058, DAY, "2023年5月12日"),
        (45058, "[$-804]" + DAY + ";@", "2023年5月12日"),
        (45058, "yyyy/m/d", "2023/5/12"),
        (45058.5, "yyyy-mm-dd hh:mm", "2023-05-12 12:00"),
        (45058, "aaaa", "星期五"),
        (1.5, "[h]:mm", "36:00"),
        (-1, "yyyy/m/d", "-1"),
        (datetime(2023, 5, 12), "General", "2023/5/12"),
        (datetime(2023, 5, 12, 9, 30), "General", "2023/5/12 9:30"),
        (date(2023, 5, 12), 'm"月"d"日"', "5月12日"),
        (time(9, 30), "h:mm", "9:30"),
        (5, "", "5"),
        (5, '"', '"5'),
    ],
)
def test_numbers_and_dates_show_as_their_format_says(
    value: CellValue, number_format: str, expected: str
) -> None:
    if number_format == '"':
        assert shown(value, number_format)
    else:
        assert shown(value, number_format) == expected


def test_days_count_from_1904_where_the_file_says_so() -> None:
    assert shown(43596, DAY, since_1904=True) == "2023年5月12日"


DEEP = "<row>" * 5000
FAR = {(0, 0): "总", (65535, 255): "结"}
LOCKED = record(0x2F, b"\0" * 6)


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (xlsx({"Sheet1": ""}), "empty_text"),
        (xlsx({"底稿": row(text("草稿"))}, states={"底稿": "veryHidden"}), "empty_text"),
        (xlsx({"Sheet1": ""}, **{"xl/media/image1.png": "x"}), "needs_ocr"),
        (xlsx({"Sheet1": DEEP}), "corrupt"),
        (xlsx({"Sheet1": row(text("总结" * 3_000_000))}), "too_large"),
        (xlsx({f"表{n}": "" for n in range(201)}), "too_large"),
        (xlsx({"Sheet1": row(text("&x;"))}), "corrupt"),
        (xlsx({"Sheet1": row(text("总"))}, **{"../x": ""}), "corrupt"),
        (xlsx({}, **{"xl/workbook.bin": ""}).replace(b"xl/workbook.xml", b"xl/workbook.xm_"), "unsupported_type"),
        (xls({"汇总表": {}}), "empty_text"),
        (xls({"汇总表": {}}, extra=record(0xFC, b"\xff" * 90)), "empty_text"),
        (xls({f"表{n}": {(0, 0): "总"} for n in range(201)}), "too_large"),
        (xls({"汇总表": {(0, 0): "总"}}, extra=LOCKED), "encrypted"),
        (compound({"Workbook": b""}), "corrupt"),
        (compound({"Workbook": b"\xff" * 9000}), "corrupt"),
        (compound({"Workbook": record(0x85, b"\1")}), "corrupt"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(file: bytes, reason: str) -> None:
    assert reason_of(file) == reason


def test_far_apart_cells_of_a_new_workbook_cost_nothing() -> None:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    assert read_page(xlsx({"Sheet1": cells}), "a.xlsx").text == "1\n2"


def test_far_apart_cells_of_an_old_workbook_cost_nothing() -> None:
    assert read_page(xls({"Sheet1": FAR}), "a.xls").text == "总\n结"


def test_one_long_string_shown_in_many_cells_is_too_large() -> None:
    strings = f"<si><t>{'总结' * 10_000}</t></si>"
    inner = row('<c t="s"><v>0</v></c>' * 9000)
    assert reason_of(xlsx({"Sheet1": inner}, strings=strings)) == "too_large"


@pytest.mark.parametrize("share", range(10, 100, 10))
def test_a_workbook_cut_off_anywhere_is_refused(share: int) -> None:
    new = report_book()
    assert reason_of(new[: len(new) * share // 100]) == "corrupt"
    old = xls({"汇总表": {(n, 0): "上河村" for n in range(400)}})
    with pytest.raises(FileError):
        read_page(old[: len(old) * share // 100], "统计表.xls")


def test_a_circle_of_sectors_ends() -> None:
    file = bytearray(xls({"汇总表": {(n, 0): "上河村" for n in range(400)}}))
    table = len(file) - 512
    file[table + 8 : table + 12] = (0).to_bytes(4, "little")
    with pytest.raises(FileError):
        read_page(bytes(file), "统计表.xls")


def test_limits_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, file in (
        (xlsx_reader, report_book()),
        (xls_reader, xls({"汇总表": {(n, 0): "上河村" for n in range(40)}})),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(module, "MAX_SHEET_CELLS", 5)
            assert reason_of(file) == "too_large"
