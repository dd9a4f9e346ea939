"""The overview of a run: its numbers are those of the lines, its text is text, anyone can read it."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import NEEDED, chromium, kept
from playwright.sync_api import Browser

from huibao.batch.findings import Findings
from huibao.batch.names import flag_names, reason_names
from huibao.batch.overview.charts import Part, Row, bars, clean, month_columns
from huibao.batch.overview.counting import overview_counts
from huibao.batch.overview.counts import OverviewCounts
from huibao.batch.overview.page import overview_html
from huibao.batch.overview.words import share_words, words, yuan_words
from huibao.batch.results import FileResult, Reason
from huibao.batch.run_folder import RunFolder
from huibao.batch.sinks import sink_of, write_tables
from huibao.flags import FLAG_IDS
from huibao.jsonl import dumped, page_json
from huibao.label_files import load_indicator_profiles
from huibao.labels import LabelSets
from huibao.reader import Reader
from huibao.view_words import STATUSES

EVIL = "</style></script><img src=x onerror=alert(1)>县2023年民族工作总结"
FIRST = """云溪县2023年民族工作总结
一、主要做法
县财政投入20万元，举办培训班5期，发放宣传册xx册。
组织干部轮训，投入5万元至8万元，人均补助300元/人。
二、存在的问题
经费不足，问题不少，缺口3万元。
三、下一步打算
2024年6月底前打算投入1.2亿元。
云溪县民族宗教事务局
2023年12月20日
"""
SECOND = """长桥乡2023年民族工作总结
一、主要做法
累计投入30万元，其中帮扶资金10万元，投入xx万元。
长桥村修建文化广场一处，组织各族群众参加联欢，干部入户走访，听取意见，讲解政策，登记困难事项，
逐户建立台账，安排专人负责办理，村里的老人都说这样的活动办得好，明年还要来。
长桥乡人民政府
2024年1月
"""
COPY = SECOND.replace("30", "xx").replace("2024年1月", "2024年3月")


@pytest.fixture
def finished(tmp_path: Path, label_sets: LabelSets, bundle, fixed_model) -> Iterator[RunFolder]:
    """A run of three reports, an identical file, and two that could not be read."""
    model = fixed_model(
        bundle,
        roles={(0, 5): "problems", (0, 7): "plan"},
        categories={
            (0, 2): ["team_funding", "cadre_study"],
            (0, 3): ["cadre_study"],
            (0, 7): ["economic_development"],
        },
    )
    reader = Reader(bundle, model, label_sets)
    findings = Findings(label_sets, load_indicator_profiles().values())
    run = RunFolder(tmp_path / "out")
    run.open()
    for name, text in (("a.txt", FIRST), ("<b>.txt", SECOND), ("c.txt", COPY), ("d.txt", FIRST)):
        page = reader.read(text, name=name)
        entries = findings.added(page_json(page), page)
        if name == "<b>.txt":
            entries["reports"][0]["title"] = EVIL
        line = dumped(entries).encode()
        same = "a.txt" if name == "d.txt" else None
        run.add(FileResult(name, "done", reports=1, size=len(line), same_as=same), line)
    run.add(FileResult("bad.pdf", "failed", "corrupt", "the PDF file is damaged"), None)
    run.add(FileResult("scan.pdf", "failed", "needs_ocr", "no <text>"), None)
    run.finish()
    yield run
    run.close()


@pytest.fixture
def counts(finished: RunFolder, label_sets: LabelSets) -> OverviewCounts:
    parents = {label.id: label.parent for label in label_sets.categories if label.parent}
    return overview_counts(finished.pages(), parents)


@pytest.fixture
def overview(finished: RunFolder, label_sets: LabelSets) -> Path:
    write_tables(finished, label_sets, [sink_of("html")])
    return finished.folder / "html" / "overview.html"


@pytest.fixture
def reports(finished: RunFolder) -> list[dict[str, Any]]:
    """The reports of the lines, identical files once."""
    pages = {}
    for line in (finished.folder / "reports.jsonl").read_bytes().splitlines():
        page = json.loads(line)
        pages.setdefault(page["file"]["sha256"], page)
    return [report for page in pages.values() for report in page["reports"]]


class Tables(HTMLParser):
    """The tables of a page by their captions, as rows of words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self._rows: list[list[str]] = []
        self._in: str | None = None
        self._caption = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._rows, self._caption = [], ""
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th", "caption"):
            self._in = tag
            if tag != "caption":
                self._rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self._in == "caption":
            self._caption += data
        elif self._in:
            self._rows[-1][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self.tables[self._caption] = self._rows
        elif tag == self._in:
            self._in = None


@pytest.fixture
def tables(overview: Path) -> dict[str, list[list[str]]]:
    return Tables(overview.read_text("utf-8")).tables


def rows_of(tables: dict[str, list[list[str]]], start: str) -> list[list[str]]:
    (found,) = (rows for caption, rows in tables.items() if caption.startswith(start))
    return found[1:]


def body_of(report: dict[str, Any]) -> list[dict[str, Any]]:
    kinds = ("paragraph", "item", "table")
    return [one for one in report["blocks"] if one["kind"] in kinds and one["duplicate_of"] is None]


def test_roles_are_those_of_the_lines(tables, reports, label_sets: LabelSets):
    blocks = Counter(one["role"]["id"] for report in reports for one in body_of(report))
    among = Counter(
        role for report in reports for role in {one["role"]["id"] for one in body_of(report)}
    )
    told = {row[0]: (int(row[1]), int(row[3])) for row in rows_of(tables, "段落作用")}
    assert told == {one.name: (blocks[one.id], among[one.id]) for one in label_sets.roles}
    assert blocks["work_done"] >= 4
    assert blocks["plan"] == 1


def test_categories_are_those_of_the_lines_done_apart_from_ahead(tables, label_sets: LabelSets):
    told = {row[0].removeprefix("– "): row[1:] for row in rows_of(tables, "活动类别")}
    name = label_sets.categories
    # the fixed model says the same of the first report of each of the three pages
    assert told[name["team_funding"].name] == ["3", "0", "0", "3"]
    assert told[name["cadre_study"].name][0] == "6"
    assert told[name.groups[0].name] == ["6", "0", "0", "3"]
    assert told[name["economic_development"].name][:2] == ["0", "1"]


def test_evidence_is_that_of_the_lines(tables, reports):
    for profile in load_indicator_profiles().values():
        rows = rows_of(tables, f"{profile.name}：各指标")
        for row, line in zip(rows, profile.indicators, strict=True):
            cells = [
                one
                for report in reports
                for matrix in report["evidence"]
                if matrix["profile"] == profile.id
                for one in matrix["indicators"]
                if one["id"] == line.id
            ]
            shown = sum(one["blocks"] > 0 for one in cells)
            only = sum(not one["blocks"] and one["ahead"] > 0 for one in cells)
            expected = [shown, only, len(reports) - shown - only]
            assert row == [line.id, line.name, *map(str, expected)]


def test_each_report_has_its_row_of_evidence(tables, reports):
    rows = rows_of(tables, "全国民族团结进步创建测评指标（2023年试行）一级指标：每篇")
    assert len(rows) == len(reports) == 3
    for row, report in zip(rows, reports, strict=True):
        (matrix,) = (one for one in report["evidence"] if one["profile"] == "national_2023_level1")
        told = [
            str(one["blocks"]) if one["blocks"] else f"拟{one['ahead']}" if one["ahead"] else "无"
            for one in matrix["indicators"]
        ]
        assert row[1:] == told


def test_money_is_summed_by_status_and_never_across(tables, reports):
    expected: dict[str, list[Decimal]] = {}
    for fact in (one for report in reports for one in report["facts"] if one["type"] == "MONEY"):
        sums = expected.setdefault(STATUSES[fact["status"]], [])
        plain = fact["unit"] == "元" and fact["upper"] is None and fact["part_of"] is None
        if plain and fact["value"] is not None:
            sums.append(Decimal(fact["value"]))
    rows = rows_of(tables, "金额")
    told: dict[str, Decimal] = {}
    for row in rows:
        told[row[1]] = told.get(row[1], Decimal(0)) + Decimal(row[2].replace(",", ""))
    assert told == {status: sum(sums, Decimal(0)) for status, sums in expected.items()}
    assert told["计划"] == Decimal(120_000_000)
    assert sum(int(row[6]) for row in rows) >= 2, "masked amounts are counted, not summed"
    assert sum(int(row[7]) for row in rows) == 1, "a range is no number to add"
    assert sum(int(row[8]) for row in rows) == 1, "yuan a person are no yuan"


def test_an_identical_file_is_counted_once(counts: OverviewCounts, overview: Path):
    assert (counts.files["done"], counts.reports, counts.same) == (4, 3, 1)
    assert "另有1个文件与别的文件内容完全相同" in overview.read_text("utf-8")


def test_reports_stand_in_the_month_of_their_signature(tables):
    told = {(row[0], row[1]): row[2] for row in rows_of(tables, "成文时间")}
    assert told == {("2023年", "12月"): "1", ("2024年", "1月"): "1", ("2024年", "3月"): "1"}


def test_a_file_that_failed_is_told_with_its_reason(tables):
    assert rows_of(tables, "未能完整读取的文件") == [
        ["bad.pdf", "失败", "文件损坏或不完整", "the PDF file is damaged"],
        ["scan.pdf", "失败", "扫描件或图片，没有文字层", "no <text>"],
    ]


def test_copies_stand_under_the_earliest_report(tables):
    rows = rows_of(tables, "近似重复的报告")
    assert [(row[1], row[3]) for row in rows] == [("最早的一篇", "<b>.txt"), ("相近", "c.txt")]


def test_flags_are_those_of_the_lines(tables, reports, label_sets: LabelSets, counts):
    flags = Counter(one["id"] for report in reports for one in report["flags"])
    assert counts.flags == flags
    told = {row[0]: int(row[1]) for row in rows_of(tables, "质量提示")} if flags else {}
    assert told == {flag_names()[one]: number for one, number in flags.items()}


def test_a_hostile_title_is_text(overview: Path):
    text = overview.read_text("utf-8")
    assert "<img" not in text
    assert "<script" not in text
    assert text.count("</style>") == 1
    assert "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a<b>&\"'", "a&lt;b&gt;&amp;&quot;&#x27;"),
        ("一\n二\t三", "一 二 三"),
        ("\x00\u202e\ud800", "\ufffd\ufffd\ufffd"),
    ],
)
def test_any_text_may_stand_in_the_page(text: str, shown: str):
    assert clean(text) == shown


def test_nothing_is_asked_of_any_address(overview: Path):
    text = overview.read_text("utf-8")
    assert not re.search(
        r"https?:|//[a-z]+\.[a-z]|@import|\burl\(|src=", text.replace(clean(EVIL), "")
    )
    assert "default-src 'none'" in text


def test_the_same_lines_give_the_same_bytes(overview: Path, finished: RunFolder, label_sets):
    before = overview.read_bytes()
    (finished.folder / "tables.json").unlink()
    write_tables(finished, label_sets, [sink_of("html")])
    assert overview.read_bytes() == before


def test_more_reports_than_rows_are_told_in_a_sentence(finished: RunFolder, label_sets):
    pages = [json.loads(line) for _, line in finished.pages() if line]

    def many() -> Iterator[tuple[FileResult, bytes]]:
        for number in range(230):
            page = pages[0] | {"file": pages[0]["file"] | {"sha256": str(number)}}
            line = dumped(page).encode()
            yield FileResult(f"{number}.txt", "done", size=len(line)), line

    counts = overview_counts(many(), {})
    assert len(counts.lines) == 200
    text = overview_html(counts, label_sets, tuple(load_indicator_profiles().values()))
    assert "这里只列前200篇（共230篇）" in text
    assert len(Tables(text).tables) > 5
    assert len(text) < 600_000


def test_a_run_of_nothing_says_so(label_sets: LabelSets):
    text = overview_html(overview_counts((), {}), label_sets, ())
    assert "没有指标佐证" in text
    assert text.count("没有可显示的内容") == 4


def test_lines_without_findings_are_told(finished: RunFolder, label_sets):
    def bare() -> Iterator[tuple[FileResult, bytes | None]]:
        for result, line in finished.pages():
            if line is not None:
                page = json.loads(line)
                for report in page["reports"]:
                    for key in ("facts", "flags", "evidence", "sketch"):
                        report.pop(key)
                line = dumped(page).encode()
            yield result, line

    text = overview_html(overview_counts(bare(), {}), label_sets, ())
    assert "3篇报告由旧版读出" in text


def test_every_flag_reason_and_status_has_its_words():
    reasons = {one for part in get_args(Reason) for one in (get_args(part) or (part,))}
    assert set(flag_names()) == set(FLAG_IDS)
    assert set(reason_names()) == reasons - {"finished"}
    assert set(words().tenses) == set(STATUSES) - {"part_of"}


@pytest.mark.parametrize(
    ("yuan", "told"),
    [
        ("0", "0元"),
        ("300", "300元"),
        ("12.5", "12.5元"),
        ("200000", "20万元"),
        ("12345678", "1,234.57万元"),
        ("120000000", "1.2亿元"),
    ],
)
def test_a_sum_is_written_as_people_say_it(yuan: str, told: str):
    assert yuan_words(Decimal(yuan)) == told


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [(0, 10, "0%"), (1, 1000, "<1%"), (999, 1000, "99%"), (10, 10, "100%"), (0, 0, "—")],
)
def test_a_small_share_is_not_called_nothing(part: int, whole: int, told: str):
    assert share_words(part, whole) == told


def test_the_longest_bar_fills_its_place_and_others_are_in_proportion():
    drawn = bars(
        [
            Row("甲", (Part(30, "past"), Part(10, "ahead")), "40"),
            Row("乙", (Part(20, "past"),), "20"),
        ]
    )
    assert re.findall(r'class="(\w+)" x="([\d.]+)" y="0" width="([\d.]+)"', drawn) == [
        ("past", "0.00", "75.00"),
        ("ahead", "75.00", "25.00"),
        ("past", "0.00", "50.00"),
    ]


def test_a_year_has_twelve_columns_and_a_place_for_what_has_no_month():
    drawn = month_columns([("2023年", [0] * 11 + [4], 9)])
    assert drawn.count("<td>") == 13
    assert drawn.count("<svg") == 1


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@NEEDED
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1366, 390])
def test_it_is_readable_by_anyone(browser: Browser, overview: Path, width: int, scheme: str):
    context = browser.new_context(
        viewport={"width": width, "height": 768}, color_scheme=scheme, locale="zh-CN"
    )
    asked: list[str] = []
    said: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.goto(overview.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == []
    kept(page, f"overview-{width}-{scheme}", whole=True)
    context.close()
    assert asked == [overview.as_uri()]
    assert said == []
