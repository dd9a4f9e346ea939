"""Web pages of offices: the article is read, the site around it is left out and told."""

import time

import pytest

from huibao.errors import FileError
from huibao.report import Page
from huibao.text import limits
from huibao.text.files import read_page

TITLE = "清河镇2023年工作总结"
BODY = [
    "2023年，清河镇认真落实上级部署，扎实推进各项工作，取得明显成效。现将情况总结如下：",
    "一、主要做法",
    "（一）加强领导。成立领导小组，召开会议3次，研究部署工作，落实责任。",
    "（二）抓好宣传。发放资料2000份，入户走访，覆盖群众，反响良好。",
    "二、存在问题",
    "人手不足，经费紧张，个别村组重视不够，有待加强。",
]
MENU = "".join(f"<li><a href='/{n}'>栏目{n}</a></li>" for n in range(12))
RELATED = "".join(
    f"<li><a href='/n{n}'>东沟村开展第{n}次宣传活动，群众踊跃参加，反响热烈</a></li>"
    for n in range(8)
)
FOOT = "<div>版权所有：清河镇人民政府 <a href='/map'>网站地图</a></div>"
CRUMB = "<div>当前位置：<a href='/'>首页</a> &gt; <a href='/z'>总结</a></div>"


def site(article: str, title: str = f"{TITLE}-清河镇人民政府", head: str = "") -> str:
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title>{head}<style>p{{}}</style></head><body>"
        f"<script>var a='不是正文，不是正文，不是正文。';</script><ul>{MENU}</ul>{CRUMB}{article}"
        f"<ul>{RELATED}</ul>{FOOT}</body></html>"
    )


def page_of(html: str, name: str = "a.html") -> Page:
    return read_page(html.encode(), name)


def texts_of(page: Page) -> list[str]:
    return [page.text[line.span.start : line.span.end] for line in page.lines]


P = "".join(f"<p>{text}</p>" for text in BODY)
BR = "<br/>\n".join(BODY)
DIV = "".join(f"<div><span>{text}</span></div>" for text in BODY)


@pytest.mark.parametrize(
    "article",
    [
        f"<h1>{TITLE}</h1><div class='TRS_Editor'>{P}</div>",
        f"<table><tr><td><ul>{MENU}</ul></td><td><h1>{TITLE}</h1>"
        f"<table><tr><td id='zoom'>{BR}</td></tr></table></td></tr></table>",
        f"<table><tr><td>{TITLE}</td></tr><tr><td>{BR}</td></tr></table>",
        f"<form id='aspnetForm'><div><h1>{TITLE}</h1><div>{DIV}</div></div></form>",
        f"<div id='UCAP-CONTENT'><p>{TITLE}</p>{P}</div>",
        f"<div class='box'><h2>{TITLE}</h2><div class='unknown'>{P}</div></div>",
        f"<article><header><h1>{TITLE}</h1></header><section>{P}</section></article>",
        f"<div>{P}</div>",
    ],
    ids=["trs", "zoom", "table", "aspnet", "ucap", "unknown", "article", "title-tag"],
)
def test_the_article_is_found_in_every_layout(article: str) -> None:
    page = page_of(site(article))
    assert texts_of(page) == [TITLE, *BODY]
    assert page.text == "\n".join([TITLE, *BODY])
    assert (page.media_type, page.encoding) == ("text/html", "utf-8")


def test_what_is_left_out_is_counted() -> None:
    page = page_of(site(f"<h1>{TITLE}</h1><div class='TRS_Editor'>{P}</div>"))
    assert len(page.warnings) == 1
    assert page.warnings[0].startswith("left out: 22 lines of the site")
    assert "栏目0" in page.warnings[0]


def test_a_page_without_a_site_around_it_is_read_whole() -> None:
    page = page_of(f"<html><body><h1>{TITLE}</h1>{P}</body></html>")
    assert texts_of(page) == [TITLE, *BODY]
    assert page.warnings == ()


def test_an_article_in_two_halves_is_kept_whole() -> None:
    rest = "下一步，我镇将加强领导，落实责任，抓好整改。" * 4
    page = page_of(site(f"<h1>{TITLE}</h1><div>{P}</div><div><p>{rest}</p></div>"))
    assert texts_of(page)[: len(BODY) + 2] == [TITLE, *BODY, rest]


@pytest.mark.parametrize(
    ("head", "title", "expected"),
    [
        (f'<meta name="ArticleTitle" content="{TITLE}">', "清河镇", TITLE),
        ("", f"{TITLE}_工作动态_清河镇人民政府网", TITLE),
        ("", TITLE, TITLE),
        ("", "无标题文档", BODY[0]),
        ("", "", BODY[0]),
    ],
)
def test_a_title_outside_the_article_comes_first(head: str, title: str, expected: str) -> None:
    page = page_of(site(f"<div class='TRS_Editor'>{P}</div>", title, head))
    assert texts_of(page)[0] == expected


def test_a_title_that_stands_elsewhere_on_the_page_is_preferred() -> None:
    article = f"<div class='t'>{TITLE}</div><div class='TRS_Editor'>{P}</div>"
    page = page_of(site(article, title=f"清河镇人民政府网站 - {TITLE}"))
    assert texts_of(page)[:2] == [TITLE, BODY[0]]


@pytest.mark.parametrize(
    ("opening", "expected"),
    [
        ("<ol>", ["1. 加强领导", "2. 抓好宣传"]),
        ("<ol start='3'>", ["3. 加强领导", "4. 抓好宣传"]),
        ("<ol type='a'>", ["a. 加强领导", "b. 抓好宣传"]),
        ("<ol type='I'>", ["I. 加强领导", "II. 抓好宣传"]),
        ("<ol style='list-style-type: cjk-ideographic'>", ["一、加强领导", "二、抓好宣传"]),
        ("<ol style='list-style: none'>", ["加强领导", "抓好宣传"]),
        ("<ul>", ["加强领导", "抓好宣传"]),
    ],
)
def test_the_numbers_of_a_list_are_part_of_the_report(opening: str, expected: list[str]) -> None:
    page = page_of(f"<html><body><p>做法</p>{opening}<li>加强领导<li><p>抓好宣传</p></html>")
    assert texts_of(page)[1:] == expected


def test_a_list_counts_on_from_a_given_value() -> None:
    page = page_of("<html><ol><li>甲</li><li value='5'>乙</li><li>丙</li></ol></html>")
    assert texts_of(page) == ["1. 甲", "5. 乙", "6. 丙"]


def test_merged_cells_keep_the_columns_in_place() -> None:
    page = read_page(
        "<html><body><table><tr><th rowspan=3>乡镇<th colspan=2>救助<th>备注<tr><th>户数<th>金额<th>"
        "<tr><td>126<td>18.4<td>无<tr><td>柳湾乡<td>98<td>17.6<td>无<tr><td colspan=99999999>合计</table>".encode()
    )
    assert page.text.split("\n") == [
        "乡镇 | 救助 |  | 备注", " | 户数 | 金额", " | 126 | 18.4 | 无", "柳湾乡 | 98 | 17.6 | 无", "合计",
    ]  # fmt: skip


def test_deleted_text_is_left_out_and_told() -> None:
    page = read_page("<html><body><p>举办培训班<del>10</del><ins>12</ins>期，培训干部。".encode())
    assert page.text == "举办培训班12期，培训干部。"
    assert page.warnings == ("left out: 1 deleted passages",)


def test_a_table_of_data_is_one_line_and_a_table_of_layout_is_none() -> None:
    data = "<tr><th>村名</th><th>户数</th></tr><tr><td>东沟村</td><td>12</td></tr>"
    page = page_of(f"<html><body>{P}<table>{data}</table></body></html>")
    assert page.lines[-1].kind == "table"
    assert texts_of(page)[-1] == "村名 | 户数\n东沟村 | 12"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>加强\n   领导，\r\n落实</p>", ["加强领导，落实"]),
        ("<p>use  of\n words</p>", ["use of words"]),
        ("<p>&nbsp;&nbsp;　　一、做法</p>", ["\u00a0\u00a0　　一、做法"]),
        ("<pre>甲\n乙</pre>", ["甲", "乙"]),
        ("<p>甲<span style='display:none'>广告</span>乙</p>", ["甲乙"]),
        ("<div hidden>广告</div><p>甲</p>", ["甲"]),
        ("<p>甲<!-- 注 -->乙</p>", ["甲乙"]),
        ("<p><![if !supportLists]>一、<![endif]>做法</p>", ["一、做法"]),
        ("<p>请选择<select><option>东沟村</option></select></p>", ["请选择"]),
        ("<p>附件：<a href='a.doc'>统计表.doc</a></p>", ["附件：统计表.doc"]),
        ("甲<p>乙</p>丙", ["甲", "乙", "丙"]),
        ("<p>甲\x00乙</p>", ["甲\ufffd乙"]),
    ],
)
def test_text_reads_as_a_browser_shows_it(html: str, expected: list[str]) -> None:
    assert texts_of(page_of(f"<html><body>{html}</body></html>")) == expected


@pytest.mark.parametrize(
    ("html", "outline", "centred", "indent"),
    [
        ("<p>甲</p>", None, None, None),
        ("<p align='center'>甲</p>", None, True, None),
        ("<center><p>甲</p></center>", None, True, None),
        ("<p style='text-align: left'>甲</p>", None, False, None),
        ("<div style='text-indent:2em'><p>甲</p></div>", None, None, 2.0),
        ("<p style='text-indent: 32px'>　甲</p>", None, None, 3.0),
        ("<h2>甲</h2>", 2, None, None),
        ("<h1>甲</h1>", None, None, None),
    ],
)
def test_layout_is_told_where_the_page_tells_it(
    html: str, outline: int | None, centred: bool | None, indent: float | None
) -> None:
    line = page_of(f"<html><body>{html}</body></html>").lines[0]
    assert (line.outline, line.centred, line.indent) == (outline, centred, indent)


@pytest.mark.parametrize("charset", ["gb2312", "GBK", "gb18030"])
def test_a_page_that_calls_itself_gb2312_is_read_as_gb18030(charset: str) -> None:
    html = f"<html><head><meta charset={charset}></head><body><p>朱镕村，㙍头组。</p></body></html>"
    page = read_page(html.encode("gb18030"))
    assert (page.text, page.encoding) == ("朱镕村，㙍头组。", "gb18030")


@pytest.mark.parametrize(
    "meta",
    [
        "<meta http-equiv='Content-Type' content='text/html; charset=gb2312'>",
        "<meta charset='utf-8'>",
        "<meta charset='iso-8859-1'>",
        "",
    ],
)
def test_a_false_or_missing_charset_does_no_harm(meta: str) -> None:
    html = f"<html><head>{meta}</head><body>{P}</body></html>"
    for codec in ("utf-8", "gb18030"):
        assert texts_of(read_page(html.encode(codec))) == BODY


def test_a_page_in_utf_16_is_read() -> None:
    html = f"<html><head><meta charset=utf-16></head><body>{P}</body></html>"
    assert texts_of(read_page(html.encode("utf-16"))) == BODY
    assert texts_of(read_page(html.encode("utf-16-le"))) == BODY


def test_a_page_that_shows_nothing_is_refused() -> None:
    with pytest.raises(FileError) as caught:
        page_of("<html><head><title>总结</title></head><body><script>x</script></body></html>")
    assert caught.value.reason == "empty_text"


def test_elements_left_open_by_the_hundred_are_read() -> None:
    page = page_of("<html><body>" + "<font><b>" * 500 + P)
    assert texts_of(page) == BODY


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<html>" + "<div>" * 50_000 + "甲", "corrupt"),
        ("<html>" + "<b></b>" * 250_000 + "甲", "too_large"),
    ],
)
def test_a_page_made_to_harm_is_refused_by_name(html: str, reason: str) -> None:
    with pytest.raises(FileError) as caught:
        page_of(html)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "html",
    [
        "<html><ol>" + "<li>甲</li>" * 20_000,
        "<html>" + "<table><tr><td>" * 500 + "甲",
        "<html><div id=zoom>" + "<div id=zoom>甲，乙，丙。" * 600,
        "<html><p>" + "甲 \n" * 50_000,
        "<html><p>甲" + " " * 200_000 + "乙",
    ],
)
def test_a_large_page_is_read_in_time(html: str) -> None:
    started = time.process_time()
    assert page_of(html).lines
    assert time.process_time() - started < 10


def test_a_text_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_CHARACTERS", 100)
    with pytest.raises(FileError) as caught:
        page_of(site(P))
    assert caught.value.reason == "too_large"
