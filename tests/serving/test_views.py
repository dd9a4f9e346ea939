"""What people see of an annotated page: values in words, a table for terminals, a page for browsers."""

import html.parser
import re
import unicodedata
from typing import Any

import pytest

from huibao.annotation import Annotation, Annotator, BlockAnnotation, Entity, PageAnnotation, Tag
from huibao.html_marks import table_cells
from huibao.html_view import HtmlView
from huibao.labels import LabelSets
from huibao.report import Block, BlockKind, Furniture, Page, PageReports, Report, Span
from huibao.table_view import TableView
from huibao.text.canonical import canonical, canonical_characters
from huibao.value_words import value_words
from huibao.values.rules import find_mentions, value_of

TEXT = (
    "返回首页\n云溪县<总结>\n一、做法\n由張三投入20万元，举办&协办培训5期，惠及xx人。\n"
    "项目\t金额\n道路\t3万元\n" + "各乡镇" * 60 + "\n"
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("20万元", "200,000元"),
        ("约1.2亿元", "约120,000,000元"),
        ("xx万元", "缺"),
        ("300元", ""),
        ("186人", ""),
        ("300余份", ""),
        ("1.14万户", "11,400户"),
        ("两种", "2种"),
        ("2015年9月", ""),
        ("2023年5月12日", ""),
        ("“十四五”时期", "2021至2025"),
        ("2021—2025年", ""),
        ("每季度", ""),
        ("20xx年", "缺"),
    ],
)
def test_a_value_is_told_where_it_says_more_than_the_text(text: str, words: str) -> None:
    (mention,) = find_mentions(text)
    value = value_of(mention.type, text, mention.start, mention.end)
    assert value_words(Entity(mention.type, Span(0, len(text)), text, 1.0, value)) == words


@pytest.mark.parametrize(
    ("kind", "text", "value", "words"),
    [
        ("DATE", "8月21日", {"from": "2015-08-21", "to": "2015-08-21"}, "2015-08-21"),
        ("DATE", "去年", {"from": "2014-01-01", "to": "2014-12-31"}, "2014"),
        ("DATE", "上月", {"from": "2014-02-01", "to": "2014-02-28"}, "2014-02"),
        ("DATE", "上半年", {"from": "2014-01-01", "to": "2014-06-30"}, "2014-01-01至2014-06-30"),
        ("DATE", "6月底前", {"from": None, "to": "2014-06-30"}, "2014-06-30止"),
        ("DATE", "年初以来", {"from": "2014-01-01", "to": None}, "2014-01-01起"),
        ("DATE", "8月21日", {"from": "XXXX-08-21", "to": "XXXX-08-21"}, ""),
        ("QUANT", "一两百人", {"value": "100", "upper": "200", "unit": "人"}, "100–200人"),
        ("ORG", "县委", {"canonical": "云溪县委"}, "云溪县委"),
        ("ORG", "云溪县委", {"canonical": "云溪县委"}, ""),
        ("LOC", "云溪县", None, ""),
    ],
)
def test_values_in_words(kind: str, text: str, value: Any, words: str) -> None:
    assert value_words(Entity(kind, Span(0, len(text)), text, 1.0, value)) == words


@pytest.fixture
def page() -> PageAnnotation:
    """A page with a menu, markup signs in its text, a table and a long paragraph."""
    characters = canonical_characters(TEXT)
    kinds: list[tuple[BlockKind, str, int]] = [
        ("title", "云溪县<总结>", 0),
        ("heading", "一、做法", 1),
        ("paragraph", "由張三投入20万元，举办&协办培训5期，惠及xx人。", 1),
        ("table", "项目\t金额\n道路\t3万元", 1),
        ("paragraph", "各乡镇" * 60, 1),
    ]
    blocks = []
    for index, (kind, source, level) in enumerate(kinds):
        start = TEXT.index(source)
        end = start + len(source)
        text, origin = canonical(characters, start, end, keep_breaks=kind == "table")
        parent = 1 if index > 1 else None
        blocks.append(Block(index, kind, level, parent, Span(start, end), text, origin))
    money, person = TEXT.index("20万元"), TEXT.index("張三")
    entities = (
        Entity("PERSON", Span(person, person + 2), "张三", 0.9),
        Entity("MONEY", Span(money, money + 4), "20万元", 0.97, {"cny": "200000"}),
    )
    cost = TEXT.index("3万元")
    in_table = (Entity("MONEY", Span(cost, cost + 3), "3万元", 1.0, {"cny": "30000"}),)
    said = (
        BlockAnnotation(Tag("title_meta")),
        BlockAnnotation(Tag("work_done", 0.9)),
        BlockAnnotation(
            Tag("work_done", 0.55),
            (Tag("results", 0.4),),
            (Tag("team_funding", 0.8),),
            (Tag("school"),),
            entities,
        ),
        BlockAnnotation(Tag("work_done", 0.9), entities=in_table),
        BlockAnnotation(Tag("plan", 0.9)),
    )
    by = Annotator("model", "stand-in", "0", "0123456789ab")
    report = Report(0, Span(5, len(TEXT) - 1), "云溪县<总结>", tuple(blocks))
    source_page = Page("a&b.txt", "00", "text/plain", "utf-8", TEXT, (), ("one <odd> byte",))
    reports = PageReports(source_page, (report,), (Furniture(Span(0, 4), "menu"),))
    annotation = Annotation(report, said, by, "work_summary", {"year": 2023, "place": "云溪县"})
    return PageAnnotation(reports, (annotation,), by)


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)


@pytest.mark.parametrize("width", [80, 100, 120, 160])
def test_a_table_keeps_its_width_and_its_columns(page, label_sets: LabelSets, width: int) -> None:
    lines = TableView(label_sets, colour=False, width=width).rendered(page).splitlines()
    assert all(columns(line) <= width for line in lines)
    shown = [line for line in lines if re.search(r"主要做法 \d", line)]
    assert len({columns(line[: line.index("主要做法")]) for line in shown}) == 1


def test_a_table_tells_labels_values_and_what_is_unsure(page, label_sets: LabelSets) -> None:
    text = TableView(label_sets, colour=False).rendered(page)
    for shown in (
        "文种 工作总结  年度 2023  地点 云溪县  共 5 块",
        "主要做法 55% ?",
        "队伍、经费与阵地保障",
        "@学校与幼儿园",
        "金额: 20万元 (200,000元)",
        "! one <odd> byte",
        "网页杂项 1 处，共 4 字，未标注",
    ):
        assert shown in text
    assert "\x1b" not in text


def test_colours_change_no_letter(page, label_sets: LabelSets) -> None:
    plain = TableView(label_sets, colour=False).rendered(page)
    coloured = TableView(label_sets, colour=True).rendered(page)
    assert coloured != plain
    bare = re.sub("\x1b\\[[0-9]*m", "", coloured)
    assert [line.rstrip() for line in bare.splitlines()] == plain.splitlines()


class Elements(html.parser.HTMLParser):
    """Checks that elements are closed in order and keeps the text and the marks."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.marks: list[str] = []
        self.cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br", "input"):
            self.open.append(tag)
        if tag == "mark":
            self.marks.append(str(dict(attrs)["class"]))
        self.cells += tag == "td"

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def parsed(text: str) -> Elements:
    elements = Elements()
    elements.feed(text)
    assert elements.open == []
    return elements


def test_a_page_is_sound_html_whatever_its_text(page, label_sets: LabelSets) -> None:
    text = HtmlView(label_sets).rendered(page)
    assert parsed(text).cells == 4
    assert "云溪县&lt;总结&gt;" in text
    assert "举办&amp;协办" in text
    assert "one &lt;odd&gt; byte" in text


def test_a_page_shows_values_beside_the_text(page, label_sets: LabelSets) -> None:
    text = HtmlView(label_sets).rendered(page)
    assert "20万元<small>200,000元</small>" in text
    assert "待核" in text
    assert "或 成效与荣誉 40%" in text


def test_personal_names_are_highlighted_only_when_asked_for(page, label_sets: LabelSets) -> None:
    assert "PERSON" not in parsed(HtmlView(label_sets).rendered(page)).marks
    assert "PERSON" in parsed(HtmlView(label_sets, with_persons=True).rendered(page)).marks
    assert "人名" not in TableView(label_sets, colour=False).rendered(page)
    assert "人名: 张三" in TableView(label_sets, colour=False, with_persons=True).rendered(page)


def test_a_page_is_written_the_same_twice(page, label_sets: LabelSets) -> None:
    assert HtmlView(label_sets).rendered(page) == HtmlView(label_sets).rendered(page)


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("项目\t金额\n道路\t20万元", [["项目", "金额"], ["道路", "20万元"]]),
        ("项目|金额\n道路 | 20万元", [["项目", "金额"], ["道路", "20万元"]]),
        ("合计", [["合计"]]),
        ("甲\t\t乙", [["甲", "乙"]]),
    ],
)
def test_the_cells_of_a_table_are_found_again(source: str, rows: list[list[str]]) -> None:
    characters = canonical_characters(source)
    text, origin = canonical(characters, 0, len(source), keep_breaks=True)
    block = Block(0, "table", 0, None, Span(0, len(source)), text, origin)
    found = [[text[cell.start : cell.end] for cell in row] for row in table_cells(block, source)]
    assert found == rows
