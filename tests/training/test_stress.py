"""A report made harder keeps its labels: headings hidden, script made Traditional."""

import pytest

from huibao.annotation import PageAnnotation
from huibao.gold_pages import annotated
from huibao.marked import parse_marked
from huibao_training.stress import in_traditional, without_headings

HEADER = "genre: work_summary\nauthor: town\nyear: 2023\ntraits: fullwidth\n---\n"
LINES = """#title title_meta
石雁镇工作总结
#h1 work_done org_leadership
一、加强领导
#h2 work_done
（一）{ORG:镇党委}带头
#p work_done org_leadership @agency
　　{ORG:镇党委}开会{QUANT:3次}。
#i work_done
一是{DATE:3月}动员。
#ii work_done
1.到村动员。
#h1 problems/plan
二、问题和打算
#p problems/plan team_funding
　　缺{MONEY:xx万元}，{DATE:明年}补上。
"""
RUN_IN = """#title title_meta
石雁镇工作总结
#h1 work_done
一、做法
#h2 work_done
　　（一）抓宣传。
#p+ work_done publicity_education
发资料{QUANT:300份}。
#h2 work_done
　　（二）抓节庆。
#p+ work_done
演出{QUANT:2场}。
"""
ONE_LINE = """#title title_meta
石雁镇工作总结
#p opening
　现汇报如下：~
#h1+ work_done
一、做法~
#h2+ work_done
(一)抓宣传。
#p+ work_done
发资料{QUANT:300份}。~
#h1+ plan
二、打算~
#p+ plan
再演{QUANT:2场}。
""".replace("~", "　")  # blanks between the parts of the line
WRAPPED = """#title title_meta
石雁镇工作总结
#h1 work_done
一、加强对民族团结进步创建工作的
组织领导

#p work_done
{ORG:镇党委}开会
{QUANT:3次}。
#h1 plan
二、打算
"""
HIDDEN = [
    ("a line each", LINES, "石雁镇工作总结\n　　镇党委开会3次。\n一是3月动员。\n1.到村动员。\n　　缺xx万元，明年补上。"),
    ("text after a heading", RUN_IN, "石雁镇工作总结\n　　发资料300份。\n　　演出2场。"),
    ("all in one line", ONE_LINE, "石雁镇工作总结\n　现汇报如下：\n发资料300份。\n再演2场。"),
    ("over two lines, and at the end", WRAPPED, "石雁镇工作总结\n\n镇党委开会\n3次。\n"),
]  # fmt: skip


def _page(marks: str) -> PageAnnotation:
    return annotated(parse_marked(HEADER + marks, "a"))


def _told(page: PageAnnotation) -> list[tuple[object, ...]]:
    """All that is said of the blocks that are no headings, in words of the page's text."""
    text = page.page.text
    return [
        (
            block.kind,
            text[block.span.start : block.span.end],
            block.text,
            "".join(text[place] for place in block.origin),
            said.role,
            said.also,
            said.categories,
            said.arenas,
            [(one.type, text[one.span.start : one.span.end], one.text) for one in said.entities],
        )
        for annotation in page.annotations
        for block, said in zip(annotation.report.blocks, annotation.blocks, strict=True)
        if block.kind != "heading"
    ]


@pytest.mark.parametrize(("marks", "text"), [row[1:] for row in HIDDEN], ids=[row[0] for row in HIDDEN])  # fmt: skip
def test_hidden_headings_leave_the_text_and_labels_of_all_other_blocks(marks: str, text: str):
    page = _page(marks)
    hidden = without_headings(page)
    assert hidden.page.text == text
    assert _told(hidden) == _told(page)
    assert len(_told(hidden)) == sum(len(one.blocks) for one in hidden.annotations)


def test_what_stood_under_a_heading_counts_its_level_from_the_top():
    blocks = without_headings(_page(LINES)).annotations[0].report.blocks
    assert [(block.kind, block.level, block.parent) for block in blocks] == [
        ("title", 0, None), ("paragraph", 0, None), ("item", 1, None), ("item", 2, 2), ("paragraph", 0, None)
    ]  # fmt: skip


def test_each_report_of_a_page_and_the_furniture_around_them_move_along():
    marks = f"#furniture\n下载文档\n{LINES}#report work_summary\n{RUN_IN}#furniture\n上一篇\n"
    page = _page(marks)
    hidden = without_headings(page)
    assert [len(one.blocks) for one in hidden.annotations] == [5, 3]
    assert _told(hidden) == _told(page)
    spans = [one.span for one in hidden.source.furniture]
    assert [hidden.page.text[span.start : span.end] for span in spans] == ["下载文档", "上一篇"]


def test_a_report_of_headings_alone_is_refused():
    with pytest.raises(ValueError, match="nothing but headings"):
        without_headings(_page("#h1 work_done\n一、做法\n"))


def test_a_page_made_traditional_keeps_its_length_and_its_labels():
    page = _page(LINES)
    found = in_traditional(page)
    assert "石雁鎮工作總結" in found.page.text
    assert len(found.page.text) == len(page.page.text)
    assert found.annotations == page.annotations
