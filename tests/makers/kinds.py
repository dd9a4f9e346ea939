"""The report of 28 blocks in every kind of file, long ones, and what of the blocks a reader keeps."""

import base64
import io
import random
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import docx
from libreoffice import missing_writer, saved_as
from ofd_files import LEADING, LEFT, TOP, Text, laid_out, ofd
from office_report import BLOCKS, office_report
from pdf_pages import Report
from sheet_files import row, text, xls, xlsx
from whole_files import flat_package, parts_of

from huibao.text.files import read_page

COLUMNS = ("numbering", "tables", "merged cells", "notes", "inserted text", "boxes")
_NUMBERS = ("一", "（", "1．", "2．", "①", "②", "二、", "三、", "四、")
_NUMBERED = frozenset(
    shown for kind, shown in BLOCKS if kind == "text" and shown.startswith(_NUMBERS)
)
_ROWS = [
    line.split(" | ") for kind, shown in BLOCKS if kind == "table" for line in shown.split("\n")
]
_TABLE_ROW, _MERGED_ROW = "石桥镇 | 126 | 18.4", "合计 |  | 36"
_NOTE, _BOX = (next(shown for own, shown in BLOCKS if own == kind) for kind in ("note", "box"))
_INSERTED = "全年举办培训班12期，"
_MAIL = (
    "From: a@b.example\r\nTo: c@d.example\r\nDate: Mon, 8 May 2023 09:00:00 +0800\r\n"
    "MIME-Version: 1.0\r\nSubject: =?utf-8?B?%s?=\r\n"
)

# What a kind of file has no way to hold is not asked of it.
WORD, WEB, FIXED = COLUMNS, COLUMNS[:5], (*COLUMNS[:2], COLUMNS[3])


def reports_by_kind(folder: Path) -> dict[str, tuple[bytes, tuple[str, ...]]]:
    """The report by kind, with the columns that the kind can hold; `folder` is for LibreOffice."""
    found: dict[str, tuple[bytes, tuple[str, ...]]] = {
        ".docx": (office_report(), WORD),
        ".docx, strict": (office_report(strict=True), WORD),
        ".docx of WPS": (office_report(wps_habits=True), WORD),
        "Word XML": (flat_package(office_report()), WORD),
    }
    if not missing_writer():
        saved = saved_as(office_report(), _empty(folder), "doc", "rtf", "odt")
        found |= {f".{kind}": (file, WORD) for kind, file in saved.items()}
    web = web_page().encode()
    table = "".join(row(*(text(cell) if cell else "<c/>" for cell in cells)) for cells in _ROWS)
    old = {(y, x): cell for y, cells in enumerate(_ROWS) for x, cell in enumerate(cells) if cell}
    mail = _MAIL % base64.b64encode(BLOCKS[1][1].encode()).decode()
    return found | {
        ".pdf": (pdf(), FIXED),
        ".ofd": (ofd_pages(), FIXED),
        ".html": (web, WEB),
        ".mht": (b"MIME-Version: 1.0\r\n" + parts_of(web, "related"), WEB),
        ".eml": (mail.encode() + parts_of(web, "mixed"), WEB),
        ".xlsx": (xlsx({"救助情况": table}), COLUMNS[1:3]),
        ".xls, .et": (xls({"救助情况": old}), COLUMNS[1:3]),
        ".txt": ("\n".join(shown for _, shown in BLOCKS).encode("gb18030"), FIXED),
    }


def kept(file: bytes, columns: tuple[str, ...]) -> dict[str, str]:
    """What of the report a file gives: "yes", "as text", "no", or "–" where the kind has none."""
    page = read_page(file, "总结")
    lines = [(line.kind, page.text[line.span.start : line.span.end]) for line in page.lines]
    texts = {shown for _, shown in lines}
    tables = "\n".join(shown for kind, shown in lines if kind == "table").split("\n")
    found = {
        "numbering": "yes" if texts >= _NUMBERED else "no",
        "tables": _state(_TABLE_ROW in tables, _TABLE_ROW in page.text),
        "merged cells": _state(_MERGED_ROW in tables, _MERGED_ROW in page.text),
        "notes": _state(("note", _NOTE) in lines, _NOTE in page.text),
        "inserted text": "yes" if _INSERTED in page.text else "no",
        "boxes": _state(("box", _BOX) in lines, _BOX in page.text),
    }
    return {column: found[column] if column in columns else "–" for column in COLUMNS}


def _empty(folder: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=folder))


def _state(as_itself: bool, as_text: bool) -> str:
    return "yes" if as_itself else "as text" if as_text else "no"


def web_page() -> str:
    """The report as an office system shows it, changes still marked."""
    found = ""
    for kind, shown in BLOCKS:
        if kind == "table":
            rows = "".join(f"<tr><td>{'<td>'.join(cells)}" for cells in _ROWS[:-1])
            found += f"<table>{rows}<tr><td colspan=2>合计<td>36</table>"
        else:
            found += f"<p>{shown.replace('班12期', '班<del>10</del><ins>12</ins>期')}</p>"
    return f"<html><head><meta charset=utf-8></head><body><div>{found}</div></body></html>"


def pdf() -> bytes:
    report = Report()
    for kind, shown in BLOCKS:
        if kind == "table":
            for cells in _ROWS:
                report.cells(cells)
        elif kind == "box":
            report.centred(shown)
        else:
            report.paragraph(shown)
    return report.data()


def ofd_pages() -> bytes:
    place = next(n for n, (kind, _) in enumerate(BLOCKS) if kind == "table")
    before, after = (
        [shown for kind, shown in blocks if kind != "box"]
        for blocks in (BLOCKS[1:place], BLOCKS[place + 1 :])
    )
    table = [
        Text(cell, LEFT + 50 * x, TOP + LEADING * y)
        for y, cells in enumerate(_ROWS)
        for x, cell in enumerate(cells)
        if cell
    ]
    return ofd([*laid_out(before[0], before[1:]), table, *laid_out(after[0], after[1:])])


def paragraphs_of(pages: int, seed: int = 0) -> list[str]:
    """The paragraphs of a long report: seven a page, as pages of 22 lines of 28 characters hold."""
    chance = random.Random(seed)
    places = ("石桥镇", "柳湾乡", "青石镇", "东沟村", "西坡村", "云溪县", "河口社区", "北关街道")
    deeds = (
        "走村入户开展宣传",
        "发放资料",
        "举办培训班",
        "办结各类事项",
        "慰问困难群众",
        "调解矛盾纠纷",
    )
    found = []
    for number in range(7 * pages):
        if number % 20 == 0:
            found.append(
                f"（{'一二三四五六七八九十'[number // 20 % 10]}）抓好{chance.choice(deeds)}"
            )
        told = [
            f"{chance.choice(places)}{chance.choice(deeds)}{chance.randrange(2, 4000)}次"
            for _ in range(chance.choice((3, 5, 7)))
        ]
        found.append("，".join(told) + "。")
    return found


def long_pdf(pages: int) -> bytes:
    report = Report(head="云溪县人民政府文件")
    paragraphs = iter(paragraphs_of(2 * pages))
    while report.page <= pages:
        report.paragraph(next(paragraphs))
    return report.data()


def long_docx(pages: int) -> bytes:
    """A Word file as python-docx writes it, styles and all."""
    document = docx.Document()
    for paragraph in paragraphs_of(pages):
        document.add_paragraph(paragraph, style="Heading 2" if paragraph.startswith("（") else None)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def long_files(pages: int, folder: Path) -> Mapping[str, Callable[[], bytes]]:
    """What makes a report of so many pages, by kind."""
    shown = paragraphs_of(pages)
    web = "<html><body><div>" + "".join(f"<p>{one}</p>" for one in shown) + "</div></body></html>"
    rows = [[one[:3], one[3:40], str(n)] for n, one in enumerate("".join(shown).split("。"))][
        : 22 * pages
    ]
    cells = {(y, x): cell for y, own in enumerate(rows) for x, cell in enumerate(own)}
    word = long_docx(pages)
    found: dict[str, Callable[[], bytes]] = {
        ".docx": lambda: word,
        "Word XML": lambda: flat_package(word),
        ".pdf": lambda: long_pdf(pages),
        ".ofd": lambda: ofd(laid_out(shown[0], shown[1:])[:pages]),
        ".html": web.encode,
        ".mht": lambda: b"MIME-Version: 1.0\r\n" + parts_of(web.encode(), "related"),
        ".eml": lambda: (_MAIL % "5oC7").encode() + parts_of(web.encode(), "mixed"),
        ".xlsx": lambda: xlsx({"表": "".join(row(*map(text, own)) for own in rows)}),
        ".xls, .et": lambda: xls({"表": cells}),
        ".txt": "\n".join(shown).encode,
    }
    if not missing_writer():
        found |= {
            f".{kind}": lambda kind=kind: saved_as(word, _empty(folder), kind)[kind]
            for kind in ("doc", "rtf", "odt")
        }
    return found
