"""Word files: what stands on the page, also where no run of text holds it."""

import io
import time
import zipfile

import pytest

from huibao.errors import FileError
from huibao.report import Page
from huibao.text.files import read_page
from huibao.text.formats.number_formats import formatted_number

TRANSITIONAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
LONG = "我镇组织干部走村入户开展宣传，发放资料，接待群众来访，办结各类事项，群众满意度提高。" * 3


def p(text: str = "", properties: str = "", inner: str = "") -> str:
    run = f"<w:r><w:t>{text}</w:t></w:r>" if text else ""
    return f"<w:p><w:pPr>{properties}</w:pPr>{run}{inner}</w:p>"


def numbered(text: str, number: int = 1, level: int = 0) -> str:
    place = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return p(text, place)


def lvl(level: int, number_format: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{number_format}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def abstract(*levels: str, name: int = 0) -> str:
    return f'<w:abstractNum w:abstractNumId="{name}">{"".join(levels)}</w:abstractNum>'


def num(number: int = 1, name: int = 0, inner: str = "") -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{name}"/>{inner}</w:num>'


def style(name: str, properties: str = "", based_on: str = "", more: str = "") -> str:
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name}"/>{base}{more}'
        f"<w:pPr>{properties}</w:pPr></w:style>"
    )


def styled(name: str) -> str:
    return f'<w:pStyle w:val="{name}"/>'


def docx(body: str, namespace: str = TRANSITIONAL, **parts: str) -> bytes:
    """A Word file; `parts` are styles, numbering, footnotes … by the name of their relation."""
    file = io.BytesIO()
    roots = {"header1": "hdr", "header2": "hdr", "footer1": "ftr"}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:

        def write(part: str, root: str, inner: str) -> None:
            names = f'xmlns:w="{namespace}" xmlns:mc="{COMPATIBILITY}"'
            opened.writestr(f"word/{part}.xml", f"<w:{root} {names}>{inner}</w:{root}>")

        write("document", "document", f"<w:body>{body}</w:body>")
        relations = ""
        for part, inner in parts.items():
            write(part, roots.get(part, part), inner)
            kind = part.rstrip("12")
            relations += (
                f'<Relationship Id="{part}" Type="{RELATIONS}/{kind}" Target="{part}.xml"/>'
            )
        opened.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>',
        )
    return file.getvalue()


def page_of(body: str, namespace: str = TRANSITIONAL, **parts: str) -> Page:
    return read_page(docx(body, namespace, **parts))


def lines_of(page: Page) -> list[tuple[str, str]]:
    return [(line.kind, page.text[line.span.start : line.span.end]) for line in page.lines]


def texts_of(page: Page) -> list[str]:
    return [text for _, text in lines_of(page)]


# ---- numbering


OUTLINE = abstract(
    lvl(0, "chineseCounting", "%1、"),
    lvl(1, "chineseCounting", "（%2）"),
    lvl(2, "decimal", "%3."),
    lvl(3, "decimalEnclosedCircle", "%4"),
)


def test_the_outline_of_a_report_is_counted() -> None:
    page = page_of(
        numbered("主要做法")
        + numbered("加强领导。", level=1)
        + numbered("抓好宣传。", level=1)
        + numbered("2023年发放资料。", level=2)
        + numbered("入户走访。", level=2)
        + numbered("存在问题")
        + numbered("人手不足。", level=1),
        numbering=OUTLINE + num(),
    )
    assert texts_of(page) == [
        "一、主要做法",
        "（一）加强领导。",
        "（二）抓好宣传。",
        "1. 2023年发放资料。",
        "2. 入户走访。",
        "二、存在问题",
        "（一）人手不足。",
    ]
    assert page.text == "\n".join(texts_of(page))


@pytest.mark.parametrize(
    ("number_format", "labels"),
    [
        ("decimal", {1: "1", 10: "10", 101: "101"}),
        ("decimalZero", {1: "01", 10: "10"}),
        ("decimalFullWidth", {1: "１", 10: "１０"}),
        ("decimalEnclosedCircle", {1: "①", 20: "⑳", 21: "21"}),
        ("decimalEnclosedCircleChinese", {3: "③"}),
        ("decimalEnclosedParen", {2: "⑵"}),
        ("decimalEnclosedFullstop", {2: "⒉"}),
        ("chineseCounting", {1: "一", 10: "十", 11: "十一", 20: "二十", 101: "一○一"}),
        ("chineseCountingThousand", {10: "十", 19: "十九", 101: "一百〇一", 110: "一百一十"}),
        ("taiwaneseCountingThousand", {1: "一", 12: "十二", 101: "一百零一"}),
        ("taiwaneseCounting", {15: "十五"}),
        ("japaneseCounting", {11: "十一", 101: "百一", 1000: "千"}),
        ("ideographDigital", {10: "一〇", 21: "二一"}),
        ("ideographTraditional", {1: "甲", 10: "癸", 11: "11"}),
        ("ideographZodiac", {1: "子", 12: "亥", 13: "13"}),
        ("chineseLegalSimplified", {1: "壹", 10: "壹拾", 11: "壹拾壹", 101: "壹佰零壹"}),
        ("ideographLegalTraditional", {3: "參", 10: "壹拾"}),
        ("upperLetter", {1: "A", 26: "Z", 27: "AA", 28: "BB"}),
        ("lowerLetter", {2: "b"}),
        ("upperRoman", {4: "IV", 1999: "MCMXCIX"}),
        ("lowerRoman", {9: "ix"}),
        ("ordinal", {1: "1st", 12: "12th", 23: "23rd"}),
        ("none", {1: ""}),
        ("someFutureFormat", {7: "7"}),
    ],
)
def test_numbers_look_as_word_writes_them(number_format: str, labels: dict[int, str]) -> None:
    assert {n: formatted_number(n, number_format) for n in labels} == labels


def test_a_number_out_of_all_bounds_falls_to_decimals() -> None:
    assert formatted_number(10**9, "chineseCountingThousand") == "1000000000"


def test_a_list_may_hang_on_the_style_and_the_style_it_is_based_on() -> None:
    styles = style("Top", '<w:numPr><w:numId w:val="1"/></w:numPr>') + style(
        "Below", '<w:numPr><w:ilvl w:val="1"/></w:numPr>', based_on="Top"
    )
    page = page_of(
        p("做法", styled("Top")) + p("领导", styled("Below")) + p("宣传", styled("Below")),
        styles=styles,
        numbering=OUTLINE + num(),
    )
    assert texts_of(page) == ["一、做法", "（一）领导", "（二）宣传"]


def test_a_level_may_name_the_style_it_belongs_to() -> None:
    levels = abstract(
        lvl(0, "chineseCounting", "%1、", styled("H1")),
        lvl(1, "chineseCounting", "（%2）", styled("H2")),
    )
    number = '<w:numPr><w:numId w:val="1"/></w:numPr>'
    page = page_of(
        p("做法", styled("H1")) + p("领导", styled("H2")),
        styles=style("H1", number) + style("H2", number),
        numbering=levels + num(),
    )
    assert texts_of(page) == ["一、做法", "（一）领导"]


def test_number_zero_takes_the_list_of_the_style_away() -> None:
    page = page_of(
        p("做法", styled("H1"))
        + p("附注", styled("H1") + '<w:numPr><w:numId w:val="0"/></w:numPr>')
        + p("问题", styled("H1")),
        styles=style("H1", '<w:numPr><w:numId w:val="1"/></w:numPr>'),
        numbering=OUTLINE + num(),
    )
    assert texts_of(page) == ["一、做法", "附注", "二、问题"]


def test_two_numbers_of_one_list_count_on_and_an_override_starts_anew_once() -> None:
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    page = page_of(
        numbered("甲", 1) + numbered("乙", 2) + numbered("丙", 3) + numbered("丁", 3),
        numbering=OUTLINE + num(1) + num(2) + num(3, inner=anew),
    )
    assert texts_of(page) == ["一、甲", "二、乙", "一、丙", "二、丁"]


def test_an_override_may_bring_its_own_level() -> None:
    own = f'<w:lvlOverride w:ilvl="0">{lvl(0, "decimal", "第%1项 ", "")}</w:lvlOverride>'
    page = page_of(numbered("甲", 2), numbering=OUTLINE + num(1) + num(2, inner=own))
    assert texts_of(page) == ["第1项  甲"]


def test_legal_numbering_turns_chinese_parents_into_digits() -> None:
    levels = abstract(lvl(0, "chineseCounting", "第%1章"), lvl(1, "decimal", "%1.%2", "<w:isLgl/>"))
    page = page_of(numbered("总则") + numbered("范围", level=1), numbering=levels + num())
    assert texts_of(page) == ["第一章 总则", "1.1 范围"]


def test_a_level_may_count_on_across_its_parents() -> None:
    levels = abstract(
        lvl(0, "chineseCounting", "%1、"), lvl(1, "decimal", "%2.", '<w:lvlRestart w:val="0"/>')
    )
    body = numbered("甲") + numbered("子", level=1) + numbered("乙") + numbered("丑", level=1)
    page = page_of(body, numbering=levels + num())
    assert texts_of(page) == ["一、甲", "1. 子", "二、乙", "2. 丑"]


def test_a_list_may_point_to_the_list_of_a_style() -> None:
    link = '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="S"/></w:abstractNum>'
    page = page_of(
        numbered("甲", 2),
        styles=style("S", '<w:numPr><w:numId w:val="1"/></w:numPr>'),
        numbering=OUTLINE + link + num(1, 0) + num(2, 1),
    )
    assert texts_of(page) == ["一、甲"]


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (lvl(0, "bullet", "\uf06c"), "● 甲"),
        (lvl(0, "bullet", "■"), "■ 甲"),
        (lvl(0, "bullet", "\uf123"), "• 甲"),
        (lvl(0, "none", "%1"), "甲"),
        (lvl(0, "none", ""), "甲"),
        (lvl(0, "decimal", "%1、", '<w:suff w:val="nothing"/>'), "1、甲"),
        (lvl(0, "decimal", "%1.", '<w:suff w:val="nothing"/>'), "1.甲"),
        (lvl(0, "decimal", "（%1）", '<w:suff w:val="space"/>'), "（1）甲"),
        (
            '<w:lvl w:ilvl="0"><mc:AlternateContent><mc:Choice><w:numFmt w:val="custom"/>'
            '</mc:Choice><mc:Fallback><w:numFmt w:val="decimalZero"/></mc:Fallback>'
            '</mc:AlternateContent><w:lvlText w:val="%1、"/></w:lvl>',
            "01、甲",
        ),
    ],
)
def test_labels_of_one_level(level: str, expected: str) -> None:
    assert texts_of(page_of(numbered("甲"), numbering=abstract(level) + num())) == [expected]


def test_an_empty_entry_counts_and_a_deleted_one_does_not() -> None:
    mark = '<w:rPr><w:del w:id="1"/></w:rPr>'
    place = '<w:numPr><w:numId w:val="1"/></w:numPr>'
    gone = p("", place + mark, "<w:del><w:r><w:delText>乙</w:delText></w:r></w:del>")
    body = numbered("甲") + numbered("") + gone + numbered("丙")
    assert texts_of(page_of(body, numbering=OUTLINE + num())) == ["一、甲", "三、丙"]


def test_broken_numbering_gives_text_without_labels() -> None:
    looped = style("A", "", "B") + style("B", "", "A")
    strange = abstract(lvl(0, "decimal", "%1.").replace('w:val="1"', 'w:val="99999999999999"'))
    body = numbered("甲", 7) + p("乙", styled("A"))
    assert texts_of(page_of(body, styles=looped, numbering=strange + num())) == ["甲", "乙"]


# ---- changes, wrappers, hidden text


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<w:ins><w:r><w:t>12</w:t></w:r></w:ins><w:r><w:t>期</w:t></w:r>", "培训12期"),
        ("<w:del><w:r><w:delText>10</w:delText></w:r></w:del><w:r><w:t>期</w:t></w:r>", "培训期"),
        ("<w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom>", "培训"),
        ("<w:moveTo><w:r><w:t>新</w:t></w:r></w:moveTo>", "培训新"),
        ("<w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink>", "培训链接"),
        (
            "<w:smartTag><w:smartTag><w:r><w:t>地名</w:t></w:r></w:smartTag></w:smartTag>",
            "培训地名",
        ),
        ("<w:customXml><w:r><w:t>甲</w:t></w:r></w:customXml>", "培训甲"),
        ("<w:sdt><w:sdtContent><w:r><w:t>控件</w:t></w:r></w:sdtContent></w:sdt>", "培训控件"),
        (
            "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>单击此处</w:t></w:r>"
            "</w:sdtContent></w:sdt>",
            "培训",
        ),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>", "培训"),
        ('<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>可见</w:t></w:r>', "培训可见"),
        ("<w:r><w:instrText> PAGE </w:instrText></w:r><w:r><w:t>3</w:t></w:r>", "培训3"),
        ("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t></w:r>", "培训甲\t乙"),
        ('<w:r><w:br w:type="page"/><w:t>甲</w:t></w:r>', "培训甲"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', "培训☑"),
        (
            "<w:r><w:ruby><w:rt><w:r><w:t>yi</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>彝</w:t></w:r>"
            "</w:rubyBase></w:ruby></w:r>",
            "培训彝",
        ),
    ],
)
def test_a_paragraph_reads_as_its_final_form(inner: str, expected: str) -> None:
    assert texts_of(page_of(p("培训", inner=inner))) == [expected]


def test_what_is_left_out_is_counted() -> None:
    deleted = "<w:del><w:r><w:delText>旧</w:delText></w:r></w:del>"
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>密</w:t></w:r>"
    page = page_of(p("培训", inner=deleted + hidden))
    assert "left out: 1 deleted passages" in page.warnings
    assert "left out: 1 hidden passages" in page.warnings


def test_text_may_be_hidden_by_its_style() -> None:
    hidden = (
        '<w:style w:type="paragraph" w:styleId="X"><w:name w:val="X"/><w:rPr><w:vanish/></w:rPr>'
        "</w:style>"
    )
    assert texts_of(page_of(p("密", styled("X")) + p("总结"), styles=hidden)) == ["总结"]


def test_a_deleted_paragraph_end_joins_two_paragraphs() -> None:
    body = p("加强", '<w:rPr><w:del w:id="1"/></w:rPr>') + p("领导")
    assert texts_of(page_of(body)) == ["加强领导"]


def test_a_table_of_contents_is_left_out_and_told() -> None:
    body = p("一、做法\t3", styled("TOC1")) + p("一、做法")
    toc = '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>'
    page = page_of(body, styles=toc)
    assert texts_of(page) == ["一、做法"]
    assert "left out: 1 lines of the table of contents" in page.warnings


def test_page_headers_and_comments_are_left_out_and_told() -> None:
    page = page_of(
        p("总结"),
        header1=p("清河镇人民政府文件"),
        footer1=p("第1页"),
        comments=f'<w:comment w:id="0">{p("再核实")}</w:comment>',
    )
    assert texts_of(page) == ["总结"]
    assert any("headers" in warning and "清河镇" in warning for warning in page.warnings)
    assert "left out: 1 comments" in page.warnings


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (["总结如下：", "一是加强领导"], ["总结如下：", "一是加强领导"]),
        (["关于加强基层", "治理的报告"], ["关于加强基层\n治理的报告"]),
        (["做法", "　　（一）领导"], ["做法", "　　（一）领导"]),
        (["做法", "2.宣传"], ["做法", "2.宣传"]),
    ],
)
def test_a_soft_break_parts_paragraphs_where_one_has_ended(
    pieces: list[str], expected: list[str]
) -> None:
    run = "<w:br/>".join(f"<w:t>{piece}</w:t>" for piece in pieces)
    assert texts_of(page_of(p(inner=f"<w:r>{run}</w:r>"))) == expected


# ---- boxes, tables, notes


def box(text: str) -> str:
    inner = f"<w:txbxContent>{p(text)}</w:txbxContent>"
    return (
        f"<w:r><mc:AlternateContent><mc:Choice><w:drawing>{inner}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{inner}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def tc(*texts: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(map(p, texts))}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def test_a_text_box_stands_once_before_its_paragraph() -> None:
    page = page_of(p("工作总结", inner=box("清河镇文件")))
    assert lines_of(page) == [("box", "清河镇文件"), ("text", "工作总结")]


def test_an_old_picture_box_is_read_too() -> None:
    old = f"<w:r><w:pict><w:txbxContent>{p('机密')}</w:txbxContent></w:pict></w:r>"
    assert lines_of(page_of(p("总结", inner=old))) == [("box", "机密"), ("text", "总结")]


def test_text_art_of_old_word_files_is_a_box() -> None:
    art = '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textpath string="%s"/></v:shape></w:pict></w:r>'
    page = page_of(p("总结", inner=art % "清河镇文件"))
    assert lines_of(page) == [("box", "清河镇文件"), ("text", "总结")]


def test_of_several_choices_the_first_is_shown_and_a_fallback_alone_counts() -> None:
    run = "<w:r><w:t>{}</w:t></w:r>"
    both = "<mc:Choice>甲</mc:Choice><mc:Choice>乙</mc:Choice><mc:Fallback>丙</mc:Fallback>"
    for sign in "甲乙丙":
        both = both.replace(f">{sign}<", f">{run.format(sign)}<")
    alone = f"<mc:Fallback>{run.format('丁')}</mc:Fallback>"
    page = page_of(
        p(inner=f"<mc:AlternateContent>{both}</mc:AlternateContent>")
        + p(inner=f"<mc:AlternateContent>{alone}</mc:AlternateContent>")
    )
    assert texts_of(page) == ["甲", "丁"]


def test_the_red_head_in_a_box_of_the_page_header_is_read_once_and_first() -> None:
    page = page_of(
        p("工作总结"),
        header1=p("", inner=box("云溪县人民政府文件")) + p("", inner=box("— 1 —")),
        header2=p("内部资料", inner=box("云溪县人民政府文件")),
        footer1=p("", inner=box("第 1 页 共 3 页")) + p("", inner=box("云溪县政府办印发")),
    )
    assert lines_of(page) == [("box", "云溪县人民政府文件"), ("text", "工作总结")]
    assert page.warnings == ("left out: 2 lines of page headers and footers (内部资料 …)",)


def test_diagrams_charts_and_embedded_files_are_told() -> None:
    file = io.BytesIO(docx(p("总结"), diagramData="", chart="", package=""))
    page = read_page(file.getvalue())
    assert page.warnings == (
        "left out: 1 diagrams",
        "left out: 1 charts",
        "left out: 1 embedded files",
    )


def test_a_table_is_one_line_with_a_row_per_line() -> None:
    page = page_of(
        p("统计如下：")
        + tbl(tr(tc("村名"), tc("户数")), tr(tc("东沟村"), tc("12", "户")), tr(tc(""), tc("")))
        + p("完毕。")
    )
    assert lines_of(page) == [
        ("text", "统计如下："),
        ("table", "村名 | 户数\n东沟村 | 12 户"),
        ("text", "完毕。"),
    ]


def test_merged_cells_keep_the_columns_in_place() -> None:
    page = page_of(
        tbl(
            tr(tc("合计", properties='<w:gridSpan w:val="2"/>'), tc("30")),
            tr(tc("东沟村", properties='<w:vMerge w:val="restart"/>'), tc("男"), tc("10")),
            tr(tc("", properties="<w:vMerge/>"), tc("女"), tc("20")),
        )
    )
    assert texts_of(page) == ["合计 |  | 30\n东沟村 | 男 | 10\n | 女 | 20"]


def test_a_caption_row_stands_before_its_table() -> None:
    page = page_of(tbl(tr(tc("户数统计表")), tr(tc("村名"), tc("户数"))))
    assert lines_of(page) == [("text", "户数统计表"), ("table", "村名 | 户数")]


def test_a_cell_that_holds_the_report_gives_its_paragraphs() -> None:
    page = page_of(
        tbl(tr(tc("单位"), tc("清河镇")), tr(tc("内容"), tc("一、做法", LONG, "二、问题", LONG)))
    )
    assert lines_of(page) == [
        ("table", "单位 | 清河镇"),
        ("table", "内容"),
        ("text", "一、做法"),
        ("text", LONG),
        ("text", "二、问题"),
        ("text", LONG),
    ]


def test_a_table_in_a_cell_that_lays_out_the_page_stands_alone() -> None:
    inner = tbl(tr(tc("村名"), tc("户数")), tr(tc("东沟村"), tc("12")))
    holder = f"<w:tc>{p('如下表')}{inner}{p()}</w:tc>"
    page = page_of(tbl(tr(tc("单位"), tc("清河镇")), tr(tc("成效"), holder), tr(holder)))
    assert lines_of(page) == [
        ("table", "单位 | 清河镇"),
        ("table", "成效"),
        ("text", "如下表"),
        ("table", "村名 | 户数\n东沟村 | 12"),
        ("text", "如下表"),
        ("table", "村名 | 户数\n东沟村 | 12"),
    ]


def test_a_table_of_one_row_in_a_cell_stays_in_its_row() -> None:
    holder = f"<w:tc>{tbl(tr(tc('□是'), tc('□否')))}{p()}</w:tc>"
    page = page_of(tbl(tr(tc("单位"), tc("清河镇")), tr(tc("达标"), holder)))
    assert texts_of(page) == ["单位 | 清河镇\n达标 | □是 | □否"]


def test_deleted_rows_are_gone_and_wrapped_rows_and_cells_are_read() -> None:
    wrapped_cell = f"<w:sdt><w:sdtContent>{tc('12')}</w:sdtContent></w:sdt>"
    wrapped_row = f"<w:sdt><w:sdtContent>{tr(tc('东沟村'), wrapped_cell)}</w:sdtContent></w:sdt>"
    page = page_of(
        tbl(tr(tc("旧村"), tc("1"), properties="<w:del/>"), wrapped_row, tr(tc("合计"), tc("12")))
    )
    assert texts_of(page) == ["东沟村 | 12\n合计 | 12"]


def test_notes_stand_at_the_end_in_the_order_of_their_signs() -> None:
    footnotes = "".join(
        f'<w:footnote w:id="{n}">{p(text)}</w:footnote>'
        for n, text in ((1, " 据统计局。"), (2, "未引用。"), (3, "据民政局。"))
    )
    sign = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    page = page_of(
        p("甲", inner=sign.format(3)) + p("乙", inner=sign.format(1)), footnotes=footnotes
    )
    assert lines_of(page) == [
        ("text", "甲"),
        ("text", "乙"),
        ("note", "据民政局。"),
        ("note", "据统计局。"),
    ]


# ---- layout


@pytest.mark.parametrize(
    ("properties", "outline", "centred", "indent"),
    [
        ("", None, False, 0.0),
        ('<w:jc w:val="center"/>', None, True, 0.0),
        ('<w:outlineLvl w:val="1"/>', 2, False, 0.0),
        ('<w:outlineLvl w:val="9"/>', None, False, 0.0),
        ('<w:ind w:firstLineChars="200" w:firstLine="640"/>', None, False, 2.0),
        ('<w:ind w:firstLine="420"/>', None, False, 2.0),
        ('<w:ind w:left="840" w:hanging="420"/>', None, False, 2.0),
        ('<w:ind w:firstLine="21pt"/>', None, False, 2.0),
        ('<w:ind w:left="1.5cm"/>', None, False, 4.05),
        ('<w:ind w:left="2ems"/>', None, False, 0.0),
        (styled("H"), 1, True, 2.0),
        (styled("H") + '<w:jc w:val="left"/>', 1, False, 2.0),
        (styled("heading 3"), 3, False, 0.0),
    ],
)
def test_layout_comes_from_the_paragraph_or_its_style(
    properties: str, outline: int | None, centred: bool, indent: float
) -> None:
    layout = '<w:outlineLvl w:val="0"/><w:jc w:val="center"/><w:ind w:firstLineChars="200"/>'
    page = page_of(p("总结", properties), styles=style("H", layout) + style("heading 3"))
    line = page.lines[0]
    assert (line.outline, line.centred, line.indent) == (outline, centred, indent)


def test_typed_blanks_count_as_indent_and_stay_in_the_text() -> None:
    page = page_of(p("　　总结"))
    assert (page.text, page.lines[0].indent) == ("　　总结", 2.0)


def test_a_size_with_a_unit_measures_a_character_too() -> None:
    run = '<w:r><w:rPr><w:sz w:val="16pt"/></w:rPr><w:t>总结</w:t></w:r>'
    page = page_of(p(properties='<w:ind w:firstLine="32pt"/>', inner=run))
    assert page.lines[0].indent == 2.0


def test_strict_files_are_read_like_others() -> None:
    page = page_of(numbered("做法"), STRICT, numbering=OUTLINE + num())
    assert texts_of(page) == ["一、做法"]


# ---- files that are damaged or made to harm


def reason_of(file: bytes) -> str:
    with pytest.raises(FileError) as caught:
        read_page(file, "总结.docx")
    return caught.value.reason


def packed(**parts: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        for name, content in parts.items():
            opened.writestr(f"word/{name}", content)
    return file.getvalue()


ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "哈哈哈哈"><!ENTITY b "&a;&a;&a;&a;">]>'
    f'<w:document xmlns:w="{TRANSITIONAL}"><w:body>{p("&b;")}</w:body></w:document>'
)


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (packed(**{"document.xml": ENTITIES}), "corrupt"),
        (packed(**{"document.xml": "<w:document"}), "corrupt"),
        (packed(**{"document.xml": ""}), "corrupt"),
        (packed(**{"document.xml": f'<w:document xmlns:w="{TRANSITIONAL}"/>'}), "corrupt"),
        (packed(**{"other.xml": "<a/>"}), "corrupt"),
        (docx(""), "empty_text"),
        (docx(p("　")), "empty_text"),
        (docx("<w:tbl><w:tr><w:tc>" * 200 + "</w:tc></w:tr></w:tbl>" * 200), "corrupt"),
    ],
)
def test_a_damaged_word_file_is_refused_by_name(file: bytes, reason: str) -> None:
    assert reason_of(file) == reason


def test_an_entity_in_another_encoding_is_refused_too() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr("word/document.xml", ENTITIES.encode("utf-16"))
    assert reason_of(file.getvalue()) == "corrupt"


def test_a_chain_of_thousands_of_styles_takes_no_time_to_follow() -> None:
    names = range(4000)
    body = "".join(p("做", styled(f"s{name}")) for name in names)
    styles = "".join(style(f"s{name}", based_on=f"s{name + 1}") for name in names)
    started = time.process_time()
    assert texts_of(page_of(body, styles=styles)) == ["做"] * len(names)
    assert time.process_time() - started < 20


def test_a_part_that_many_relations_name_is_read_once() -> None:
    relation = f'<Relationship Id="r" Type="{RELATIONS}/comments" Target="comments.xml"/>'
    file = packed(
        **{
            "document.xml": f'<w:document xmlns:w="{TRANSITIONAL}"><w:body>{p("总结")}</w:body></w:document>',
            "comments.xml": f'<w:comments xmlns:w="{TRANSITIONAL}"><w:comment w:id="1"/></w:comments>',
            "_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}">{relation * 2000}</Relationships>',
        }
    )
    assert read_page(file).warnings == ("left out: 1 comments",)


def test_a_file_of_pictures_needs_recognition() -> None:
    file = io.BytesIO(docx(""))
    with zipfile.ZipFile(file, "a") as opened:
        opened.writestr("word/media/image1.png", b"\x89PNG")
    assert reason_of(file.getvalue()) == "needs_ocr"
