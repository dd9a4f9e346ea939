"""The Excel file of a page, read back from its XML as a program that is not Excel would read it.

The file is unzipped and parsed here rather than by a library: what counts is what stands in the XML
(no formula, no link, nothing that Excel would repair), and a library would hide that.
"""

import io
import re
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from huibao import spreadsheet
from huibao.annotation import Annotation, Annotator, BlockAnnotation, Entity, PageAnnotation, Tag
from huibao.errors import FileError
from huibao.labels import LabelSets
from huibao.report import Block, BlockKind, Furniture, Page, PageReports, Report, Span
from huibao.spreadsheet import CELL_CHARACTERS, Column, Sheet, spreadsheet_bytes
from huibao.values.rules import value_of
from huibao.workbook import workbook_bytes

SPACES = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
REPORT = [
    ("title", "云溪县2023年总结", "title_meta", ()),
    ("heading", "一、做法", "work_done", ()),
    ("paragraph", "由张三投入20万元，每人补助500元，举办培训5期，惠及xx人。", "work_done", ("team_funding",)),
    ("item", "=SUM(A1)是文中的字，2023年5月12日起，印发《方案》。", "work_done", ("publicity_education",)),
    ("paragraph", "xx年x月投入___万元。", "plan", ()),
]  # fmt: skip
FOUND = {
    2: [("PERSON", "张三"), ("MONEY", "20万元"), ("MONEY", "500元"), ("QUANT", "5期"), ("QUANT", "xx人")],
    3: [("DATE", "2023年5月12日"), ("DOC_TITLE", "《方案》")],
    4: [("DATE", "xx年x月"), ("MONEY", "___万元")],
}  # fmt: skip


def page_of(report: list[Any], name: str = "县.txt") -> PageAnnotation:
    """A page whose source text is already canonical, a block a line."""
    text, blocks, said = "首页\n", [], []
    for index, (kind, words, role, categories) in enumerate(report):
        start = len(text)
        origin = tuple(range(start, start + len(words)))
        parent = 1 if index > 1 else None
        span = Span(start, start + len(words))
        blocks.append(Block(index, _kind(kind), min(index, 1), parent, span, words, origin))
        entities = []
        for entity, found in FOUND.get(index, ()) if report is REPORT else ():
            at = words.index(found)
            value = value_of(entity, words, at, at + len(found))
            place = Span(start + at, start + at + len(found))
            entities.append(Entity(entity, place, found, 0.9, value))
        tags = tuple(Tag(label, 0.8) for label in categories)
        role_tag, others = Tag(role, 0.55), (Tag("results", 0.4),)
        said.append(BlockAnnotation(role_tag, others, tags, (Tag("school"),), tuple(entities)))
        text += words + "\n"
    by = Annotator("model", "stand-in", "0", "0123456789ab")
    one = Report(0, Span(3, len(text)), "总结", tuple(blocks))
    source = Page(name, "00", "text/plain", "utf-8", text, (), ("one odd byte",))
    reports = PageReports(source, (one,), (Furniture(Span(0, 2), "menu"),))
    fields = {"year": 2023, "place": "云溪县"}
    return PageAnnotation(reports, (Annotation(one, tuple(said), by, "work_summary", fields),), by)


def _kind(name: str) -> BlockKind:
    return name  # type: ignore[return-value]  # a table of the test, not data from outside


class Book:
    """The cells of a file: sheet name → rows, each a map from column letters to text or number."""

    def __init__(self, content: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(content))
        assert self.archive.testzip() is None
        main = etree.fromstring(self.archive.read("xl/workbook.xml"))
        self.names = [sheet.get("name") for sheet in main.iterfind("m:sheets/m:sheet", SPACES)]
        self.xml = {
            name: etree.fromstring(self.archive.read(f"xl/worksheets/sheet{place}.xml"))
            for place, name in enumerate(self.names, start=1)
        }

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows below the two headers by column id."""
        found = [
            {re.sub(r"\d", "", cell.get("r")): _content(cell) for cell in row}
            for row in self.xml[name].iterfind("m:sheetData/m:row", SPACES)
        ]
        ids = found[1]
        return [{ids[letter]: cell for letter, cell in row.items()} for row in found[2:]]

    def headers(self, name: str) -> list[tuple[str, str]]:
        """Chinese name and id of each column."""
        first, second = self.xml[name].findall("m:sheetData/m:row", SPACES)[:2]
        return [(str(_content(a)), str(_content(b))) for a, b in zip(first, second, strict=True)]


def _content(cell: Any) -> str | Decimal:
    kind = cell.get("t")
    if kind == "inlineStr":
        return "".join(cell.itertext())
    assert kind is None
    return Decimal(cell.findtext("m:v", namespaces=SPACES))


def entity(book: Book, text: str) -> dict[str, Any]:
    (row,) = [row for row in book.rows("实体") if row["text"] == text]
    return row


@pytest.fixture(scope="module")
def book(label_sets: LabelSets) -> Book:
    """The file of the small report above."""
    return Book(workbook_bytes(page_of(REPORT), label_sets))


def test_there_are_four_sheets_each_with_names_over_stable_ids(book) -> None:
    assert book.names == ["概况", "段落", "实体", "佐证"]
    for name in book.names:
        headers = book.headers(name)
        assert all(re.search("[\u4e00-\u9fff]", chinese) for chinese, _ in headers)
        assert all(re.fullmatch("[a-z][a-z0-9_]*", column) for _, column in headers)
        assert len({column for _, column in headers}) == len(headers)


@pytest.mark.parametrize("name", ["概况", "段落", "实体", "佐证"])
def test_headers_stay_in_sight_and_every_column_has_a_filter_and_a_width(book, name: str) -> None:
    sheet = book.xml[name]
    pane = sheet.find("m:sheetViews/m:sheetView/m:pane", SPACES)
    assert (pane.get("state"), pane.get("ySplit")) == ("frozen", "2")
    columns = len(book.headers(name))
    last = chr(ord("A") + columns - 1)
    assert re.fullmatch(rf"A2:{last}\d+", sheet.find("m:autoFilter", SPACES).get("ref"))
    ends = [int(column.get("max")) for column in sheet.iterfind("m:cols/m:col", SPACES)]
    assert max(ends) == columns


def test_the_overview_tells_file_annotator_and_what_a_report_is(book) -> None:
    told = {row["item"]: row.get("content") for row in book.rows("概况")}
    assert told["file_name"] == "县.txt"
    assert told["annotator"] == "stand-in 0"
    assert told["annotator_kind"] == "机器标注，请人工核对"
    assert told["warning"] == "one odd byte"
    assert told["furniture"] == "网页杂项 1 处，共 2 字，未标注"
    assert (told["genre"], told["year"], told["place"]) == ("工作总结", 2023, "云溪县")
    assert (told["block_count"], told["entities.MONEY"]) == (5, 3)
    assert (told["evidence.party_leadership"], told["evidence.practice_innovation"]) == (1, 0)


def test_every_block_stands_in_order_with_its_labels_by_name_and_id(book) -> None:
    rows = book.rows("段落")
    assert [row["block_number"] for row in rows] == [1, 2, 3, 4, 5]
    assert [row["text"] for row in rows] == [words for _, words, _, _ in REPORT]
    assert rows[2]["heading_path"] == "一、做法"
    assert (rows[2]["role_name"], rows[2]["role"], rows[2]["unsure"]) == (
        "主要做法",
        "work_done",
        "是",
    )
    assert (rows[2]["category_names"], rows[2]["categories"]) == (
        "队伍、经费与阵地保障 80%",
        "team_funding",
    )
    assert (rows[2]["arena_names"], rows[2]["alternatives"]) == ("学校与幼儿园", "成效与荣誉 40%")


def test_a_span_leads_back_to_the_source_text(book) -> None:
    source = page_of(REPORT).page.text
    for row in book.rows("实体"):
        assert source[int(row["start"]) : int(row["end"])] == row["text"]


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [("20万元", 200000, "元"), ("500元", 500, "元/人"), ("5期", 5, "期")],
)
def test_an_amount_is_a_number_that_can_be_summed(book, text: str, number: int, unit: str) -> None:
    row = entity(book, text)
    assert (row["number"], row["unit"]) == (number, unit)
    assert "masked" not in row


def test_a_date_is_a_day_that_can_be_sorted(book) -> None:
    row = entity(book, "2023年5月12日")
    assert date(1899, 12, 30) + timedelta(days=int(row["from"])) == date(2023, 5, 12)


def test_a_document_has_its_name(book) -> None:
    assert entity(book, "《方案》")["canonical"] == "方案"


@pytest.mark.parametrize("text", ["xx人", "___万元", "xx年x月"])
def test_a_masked_value_stays_empty_and_says_so(book, text: str) -> None:
    row = entity(book, text)
    assert row["masked"] == "是"
    values = {"value", "number", "upper", "approx", "from", "to", "canonical"}
    assert not values & row.keys()


def test_an_entity_stands_in_its_context(book) -> None:
    assert entity(book, "5期")["context"] == REPORT[2][1]


def test_a_person_is_left_out_unless_asked_for(label_sets: LabelSets) -> None:
    page = page_of(REPORT)
    shown = Book(workbook_bytes(page, label_sets, with_persons=True))
    hidden = Book(workbook_bytes(page, label_sets))
    assert "PERSON" in [row["type"] for row in shown.rows("实体")]
    assert "PERSON" not in [row["type"] for row in hidden.rows("实体")]
    assert "entities.PERSON" not in [row["item"] for row in hidden.rows("概况")]
    counts = [Book(file).rows("段落")[2]["entity_count"] for file in (
        workbook_bytes(page, label_sets, with_persons=True), workbook_bytes(page, label_sets)
    )]  # fmt: skip
    assert counts == [5, 4]


def test_every_category_of_every_dimension_has_its_evidence_or_none(book, label_sets) -> None:
    rows = book.rows("佐证")
    assert [row["category"] for row in rows] == list(label_sets.categories.ids)
    dimensions = [group.id for group in label_sets.categories.groups]
    assert list(dict.fromkeys(row["dimension"] for row in rows)) == dimensions
    told = [(row["category"], row["block_number"]) for row in rows if row["evidence"] == "有"]
    assert told == [("team_funding", 3), ("publicity_education", 4)]
    assert {row["evidence"] for row in rows} == {"有", "无"}


def test_labels_of_other_label_sets_are_kept_under_their_ids(label_sets: LabelSets) -> None:
    strange = [("paragraph", "栽树。", "unheard_role", ("unheard_category",))]
    book = Book(workbook_bytes(page_of(strange), label_sets))
    assert book.rows("段落")[0]["role_name"] == "unheard_role"
    assert book.rows("佐证")[-1]["category"] == "unheard_category"
    assert book.rows("佐证")[-1]["text"] == "栽树。"


def test_the_same_page_gives_the_same_bytes_at_any_time_and_place(
    label_sets, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    first = workbook_bytes(page_of(REPORT), label_sets)
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        assert workbook_bytes(page_of(REPORT), label_sets) == first
    finally:
        monkeypatch.undo()
        time.tzset()
    dates = {member.date_time for member in Book(first).archive.infolist()}
    assert {when[0] for when in dates} == {1980}


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+86", "-1", "@SUM(A1)", "＝1", '=HYPERLINK("http://a")', "http://a", "{=1}", "007", "#N/A"],
)  # fmt: skip
def test_no_text_becomes_a_formula_a_link_or_a_number(label_sets: LabelSets, text: str) -> None:
    book = Book(workbook_bytes(page_of([("title", text, "title_meta", ())], text), label_sets))
    assert book.rows("段落")[0]["text"] == text
    for sheet in book.xml.values():
        assert sheet.find(".//m:f", SPACES) is None
        assert sheet.find(".//m:hyperlink", SPACES) is None
    assert not [name for name in book.archive.namelist() if "sheet1.xml.rels" in name]


def test_a_text_like_a_formula_stays_text_when_it_is_edited(book) -> None:
    styles = etree.fromstring(book.archive.read("xl/styles.xml"))
    forms = styles.findall("m:cellXfs/m:xf", SPACES)
    cells = book.xml["段落"].iterfind("m:sheetData/m:row/m:c", SPACES)
    (formula,) = [cell for cell in cells if str(_content(cell)).startswith("=")]
    assert forms[int(formula.get("s"))].get("quotePrefix") == "1"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("甲\x00乙\x0b丙", "甲\ufffd乙\ufffd丙"),
        ("甲\ud800乙\uffff", "甲\ufffd乙\ufffd"),
        ("_x0041_甲", "_x005F_x0041_甲"),  # Excel reads this as it stood
        ("𠮷野家😀", "𠮷野家😀"),
        (" 甲\n乙 ", " 甲\n乙 "),
        ("<甲 & 乙>", "<甲 & 乙>"),
    ],
)
def test_any_character_can_be_written(text: str, written: str) -> None:
    (row,) = Book(spreadsheet_bytes(text, [sheet_of([text])])).rows("表")
    assert row["text"] == written


def sheet_of(texts: list[str]) -> Sheet:
    return Sheet("表", (Column("text", "文字", 9), Column("amount", "数", 9, "amount")), ({"text": text} for text in texts))  # fmt: skip


def test_a_text_longer_than_a_cell_goes_on_in_the_next_rows(label_sets: LabelSets) -> None:
    text = "甲乙😀" * CELL_CHARACTERS
    book = Book(workbook_bytes(page_of([("paragraph", text, "plan", ())]), label_sets))
    rows = book.rows("段落")
    assert "".join(str(row["text"]) for row in rows) == text
    assert [row["kind"] for row in rows] == ["paragraph", "continued", "continued"]
    assert {row["block_number"] for row in rows} == {1}


def test_any_other_text_longer_than_a_cell_says_what_is_left_out() -> None:
    (row,) = Book(spreadsheet_bytes("表", [sheet_of(["甲" * 20_000])])).rows("表")
    assert row["text"].endswith("……（余 4,020 字）")
    assert len(row["text"]) < CELL_CHARACTERS


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("0.1", Decimal("0.1")),
        ("200000", Decimal(200000)),
        ("123456789012345", Decimal(123456789012345)),
        ("1234567890123456789", "1234567890123456789"),  # Excel would round it
        ("1e400", "1e400"),
        ("NaN", "NaN"),
        ("多", "多"),
    ],
)
def test_a_number_is_written_only_when_excel_keeps_all_its_digits(
    amount: str, written: Any
) -> None:
    rows = [{"amount": amount}]
    sheet = Sheet("表", (Column("amount", "数", 9, "amount"),), rows)
    assert Book(spreadsheet_bytes("表", [sheet])).rows("表") == [{"amount": written}]


@pytest.mark.parametrize(
    ("day", "written"),
    [
        ("2023-05-12", Decimal(45058)),
        ("1899-12-31", "1899-12-31"),
        ("XXXX-08-21", "XXXX-08-21"),
        ("2023-02-30", "2023-02-30"),
    ],
)
def test_a_day_that_excel_does_not_know_stays_text(day: str, written: Any) -> None:
    sheet = Sheet("表", (Column("day", "日", 9, "date"),), [{"day": day}])
    assert Book(spreadsheet_bytes("表", [sheet])).rows("表") == [{"day": written}]


def test_more_rows_than_a_sheet_holds_are_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(spreadsheet, "_ROWS", 4)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert len(Book(spreadsheet_bytes("表", [sheet_of(["甲"] * 2)])).rows("表")) == 2
    with pytest.raises(FileError) as caught:
        spreadsheet_bytes("表", [sheet_of(["甲"] * 3)])
    assert caught.value.reason == "too_large"
    assert list(tmp_path.iterdir()) == []


def test_a_page_without_any_report_is_a_sound_file(label_sets: LabelSets) -> None:
    by = Annotator("rule", "stand-in", "0", "0123456789ab")
    page = PageAnnotation(PageReports(Page("空", "00", "t", None, "", ()), (), ()), (), by)
    book = Book(workbook_bytes(page, label_sets))
    assert book.rows("段落") == book.rows("实体") == []
    assert {row["evidence"] for row in book.rows("佐证")} == {"无"}
