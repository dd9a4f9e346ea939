"""The marked form of the written corpus: what it says, and what cannot be read."""

import pytest

from huibao.errors import LabelError
from huibao.marked import MarkedPage, parse_marked

HEADER = "genre: work_summary\nauthor: town\nyear: 2023\ntraits: fullwidth\n---\n"


def _page(body: str) -> MarkedPage:
    return parse_marked(HEADER + body, "0001-a.txt")


def _texts(page: MarkedPage) -> list[str]:
    return [page.text[block.start : block.end] for block in page.blocks]


def _entities(page: MarkedPage) -> list[tuple[str, str]]:
    return [
        (entity.type, page.text[entity.start : entity.end])
        for block in page.blocks
        for entity in block.entities
    ]


def test_stripping_the_marks_gives_the_text():
    page = _page(
        "#title title_meta\n云汀县{DATE:2023年}工作总结\n\n#p opening\n现将情况总结如下：\n"
        "#h1 work_done\n一、抓宣传。\n#p+ work_done publicity_education\n发资料{QUANT:300份}。\n"
    )
    assert page.text == "云汀县2023年工作总结\n\n现将情况总结如下：\n一、抓宣传。发资料300份。"
    assert _texts(page) == [
        "云汀县2023年工作总结",
        "现将情况总结如下：",
        "一、抓宣传。",
        "发资料300份。",
    ]
    assert _entities(page) == [("DATE", "2023年"), ("QUANT", "300份")]


def test_the_header_is_kept_and_the_byte_order_mark_is_not():
    page = parse_marked("\ufeff" + HEADER + "#p opening\n甲\n")
    assert page.header == {
        "genre": "work_summary",
        "author": "town",
        "year": "2023",
        "traits": "fullwidth",
    }


def test_a_mark_line_names_role_second_role_categories_and_arenas():
    block = _page("#h1 problems/plan team_funding supervision @school @agency\n三、问题\n").blocks[
        0
    ]
    assert (block.kind, block.role, block.also) == ("h1", "problems", "plan")
    assert block.categories == ("team_funding", "supervision")
    assert block.arenas == ("school", "agency")
    assert block.line == 6


def test_a_hard_wrapped_entity_keeps_its_line_break():
    page = _page("#p work_done\n　　印发{DOC_TITLE:《云汀县宣传\n方案》}。\n")
    assert _entities(page) == [("DOC_TITLE", "《云汀县宣传\n方案》")]
    assert _texts(page) == ["印发《云汀县宣传\n方案》。"]


def test_code_points_are_counted_not_16_bit_units():
    page = _page("#p work_done\n😀𠮷村发资料{QUANT:3份}\n")
    assert page.blocks[0].entities[0].start == 6
    assert _entities(page) == [("QUANT", "3份")]


def test_escaped_braces_and_number_signs_are_text():
    page = _page("#p work_done\n集合\\{甲\\}\n\\#号开头的一行\n")
    assert page.text == "集合{甲}\n#号开头的一行"


def test_furniture_has_a_place_and_no_labels():
    page = _page("#furniture\n首页 > 总结\n#p opening\n甲\n#furniture\n点击下载\n")
    assert [block.kind for block in page.blocks] == ["furniture", "p", "furniture"]
    assert page.blocks[0].role is None


def test_a_further_report_begins_without_text():
    page = _page("#p closing\n甲\n#report speech\n#title title_meta\n乙\n")
    report = page.blocks[1]
    assert (report.kind, report.role, report.start, report.end) == ("report", "speech", 1, 1)
    assert _texts(page)[2] == "乙"


FAULTS = [
    ("no line that ends the header", "genre: speech\n#p opening\n甲\n", "a.txt: no line '---'"),
    ("an unknown header key", "place: 甲\n---\n", "a.txt:1: header line 'place: 甲', expected one"),
    ("a header line without a colon", "speech\n---\n", "a.txt:1: header line 'speech'"),
    ("a header key that stands twice", "year: 2020\nyear: 2021\n---\n",
     "a.txt:2: header key 'year' stands twice"),
    ("text before the first mark", HEADER + "甲\n", "a.txt:6: text before the first mark line"),
    ("an unknown kind of block", HEADER + "#h5 plan\n甲\n", "a.txt:6: '#h5 plan' is no mark line"),
    ("no white space after the kind", HEADER + "#p,plan\n甲\n", "a.txt:6: '#p,plan' is no mark"),
    ("no role", HEADER + "#p\n甲\n", "a.txt:6: #p without a role"),
    ("furniture without text", HEADER + "#furniture\n", "a.txt:6: #furniture without text"),
    ("no text", HEADER + "#p plan\n#p plan\n乙\n", "a.txt:6: #p without text"),
    ("white space only", HEADER + "#p plan\n  \n", "a.txt:6: #p without text"),
    ("a run-in block without a line to go on in", HEADER + "#p+ plan\n甲\n",
     "a.txt:6: '+' needs a block before it"),
    ("furniture with a label", HEADER + "#furniture boilerplate\n甲\n",
     "a.txt:6: furniture has neither labels nor entities"),
    ("furniture with an entity", HEADER + "#furniture\n{DATE:今年}\n",
     "a.txt:6: furniture has neither labels nor entities"),
    ("an entity inside an entity", HEADER + "#p plan\n{ORG:{LOC:甲县}政府}\n",
     "a.txt:6: brace without a type, or an entity inside an entity"),
    ("a brace without a type", HEADER + "#p plan\n{甲}\n", "a.txt:6: brace without a type"),
    ("an empty entity", HEADER + "#p plan\n甲{DATE:}\n", "a.txt:6: '}' closes nothing or an empty"),
    ("a closing brace alone", HEADER + "#p plan\n甲}\n", "a.txt:6: '}' closes nothing"),
    ("an entity that is never closed", HEADER + "#p plan\n{DATE:今年\n#p plan\n乙}\n",
     "a.txt:6: entity DATE is never closed"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "fault"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS]
)
def test_a_mark_that_cannot_be_read_is_told_with_its_line(source: str, fault: str):
    with pytest.raises(LabelError) as told:
        parse_marked(source, "a.txt")
    assert str(told.value).startswith(fault)
