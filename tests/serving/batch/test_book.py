"""汇总.xlsx as an office opens it: its sheets, its totals, and its picture in a real LibreOffice."""

import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from huibao import spreadsheet
from huibao.batch.book import FILE, BookSink
from huibao.batch.tables import FACTS, FLAGS, PROBLEMS, SUMMARY, TABLES, UNITS, TableRow

SHEETS = [
    "汇总表",
    "活动清单",
    "金额",
    "数量",
    "单位",
    "荣誉",
    "问题",
    "打算",
    "指标佐证",
    "质量提示",
]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def summary(source: str, **cells: Any) -> TableRow:
    return SUMMARY, 2023, {"source": source, "report_number": 1, "status_name": "已读", **cells}


def fact(kind: str, **cells: Any) -> TableRow:
    return FACTS, 2023, {"source": "a.txt", "report_number": 1, "type": kind, **cells}


ROWS: list[TableRow] = [
    summary("a.txt", title="=HYPERLINK(1)", invested="200000", invested_planned="900000"),
    summary("b.txt", invested="200000", same_as="a.txt"),
    summary("c.txt", invested="0.5", meetings="3", masked=True),
    fact("MONEY", value="200000", unit="元", status_name="已完成"),
    fact("MONEY", value=None, unit="元", masked=True),
    fact("QUANT", value="3", unit="次", category_names=["组织领导", "宣传教育"]),
    (UNITS, None, {"name": "云溪县民族宗教事务局", "report_count": 2}),
    (PROBLEMS, 2023, {"source": "a.txt", "text": "经费不足" * 30}),
    (FLAGS, 2023, {"source": "a.txt", "flag_name": "年份互相矛盾", "blocks": ["1", "2"]}),
]


def made(folder: Path, rows: list[TableRow]) -> Path:
    folder.mkdir(exist_ok=True)
    BookSink().write(folder, rows)
    return folder / FILE


def cells_of(path: Path) -> dict[str, list[list[Any]]]:
    """The cells of each sheet by rows; numbers as numbers."""
    with zipfile.ZipFile(path) as book:
        names = [
            sheet.get("name")
            for sheet in etree.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
        ]
        assert not any(b"<f>" in book.read(name) for name in book.namelist())
        return {
            name: _rows(etree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml")))
            for number, name in enumerate(names, 1)
        }


def _rows(sheet: Any) -> list[list[Any]]:
    rows = []
    for row in sheet.iter(f"{MAIN}row"):
        cells: dict[int, Any] = {}
        for cell in row:
            letters = re.match("[A-Z]+", cell.get("r"))[0]
            place = 0
            for letter in letters:
                place = place * 26 + ord(letter) - 64
            text = "".join(cell.itertext())
            cells[place] = text if cell.get("t") == "inlineStr" else float(text)
        rows.append([cells.get(place) for place in range(1, max(cells, default=0) + 1)])
    return rows


def by_id(rows: list[list[Any]]) -> list[dict[str, Any]]:
    _, ids, *rest = rows
    return [dict(zip(ids, row, strict=False)) for row in rest]


def test_the_sheets_are_those_an_office_knows(tmp_path: Path):
    book = cells_of(made(tmp_path / "x", ROWS))
    assert list(book) == SHEETS
    assert book["汇总表"][0][:3] == ["文件", "篇", "标题"]
    assert book["汇总表"][1][:3] == ["source", "report_number", "title"]


def test_plans_are_not_added_up_nor_the_same_content_twice(tmp_path: Path):
    *rows, total = by_id(cells_of(made(tmp_path / "x", ROWS))["汇总表"])
    assert [row.get("invested") for row in rows] == [200000, 200000, 0.5]
    assert (total["source"][:2], total["invested"], total["meetings"]) == ("合计", 200000.5, 3)
    assert total.get("invested_planned") is None


def test_sums_and_quantities_stand_on_sheets_of_their_own(tmp_path: Path):
    book = cells_of(made(tmp_path / "x", ROWS))
    money = by_id(book["金额"])
    assert [(row.get("value"), row.get("masked")) for row in money] == [
        (200000, None),
        (None, "是"),
    ]
    (quantity,) = by_id(book["数量"])
    assert (quantity["value"], quantity["category_names"]) == (3, "组织领导、宣传教育")


def test_a_formula_is_text(tmp_path: Path):
    first = by_id(cells_of(made(tmp_path / "x", ROWS))["汇总表"])[0]
    assert first["title"] == "=HYPERLINK(1)"


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(spreadsheet, "_ROWS", 5)
    rows = [fact("MONEY", value=str(number)) for number in range(1, 8)]
    book = cells_of(made(tmp_path / "x", rows))
    assert list(book) == [*SHEETS, "金额 (2)", "金额 (3)"]
    told = [row["value"] for name in ("金额", "金额 (2)", "金额 (3)") for row in by_id(book[name])]
    assert told == [1, 2, 3, 4, 5, 6, 7]


def test_a_run_without_reports_is_a_sound_file(tmp_path: Path):
    book = cells_of(made(tmp_path / "x", []))
    assert list(book) == SHEETS


def test_the_same_rows_give_the_same_bytes(tmp_path: Path):
    assert made(tmp_path / "x", ROWS).read_bytes() == made(tmp_path / "y", ROWS).read_bytes()


def test_no_sheet_has_a_column_for_persons():
    assert not [one.id for table in TABLES for one in table.columns if "person" in one.id]


@pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftoppm")),
    reason="needs LibreOffice Calc and pdftoppm: sh tests/install_office.sh",
)
def test_libreoffice_shows_every_sheet(tmp_path: Path):
    book = made(tmp_path / "x", ROWS)
    ran = subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(tmp_path),
            str(book),
        ],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    pdf = tmp_path / FILE.replace(".xlsx", ".pdf")
    if not pdf.exists() and "source file could not be loaded" in ran.stderr:
        pytest.skip("LibreOffice is here without Calc: sh tests/install_office.sh")
    assert pdf.exists(), ran.stderr
    assert "rror" not in ran.stderr
    subprocess.run(["pdftoppm", "-r", "40", "-gray", str(pdf), str(tmp_path / "p")], check=True)
    pictures = sorted(tmp_path.glob("p-*.pgm"))
    assert len(pictures) >= len(SHEETS)
    for picture in pictures:
        ink = sum(value < 128 for value in picture.read_bytes()[20:])
        assert ink > 20, f"{picture.name} is blank"
