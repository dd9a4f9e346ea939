"""OFD files: pages of fixed layout as offices exchange them, however their writer named the parts."""

import pytest
from ofd_files import Text, content, document, laid_out, ofd, packed, start, text_object

from huibao.errors import FileError
from huibao.report import Page
from huibao.text.files import read_page
from huibao.text.formats import laid_pages, ofd_package
from huibao.text.formats import ofd as ofd_reader

TITLE = "青石镇便民服务工作总结"
BODY = [
    "去年以来，青石镇按照县里部署，把便民服务摆在突出位置，组织各村干部走访群众，办理了一批实事，现将情况总结如下：",
    "一、主要做法",
    "（一）健全机制。镇里成立专班，明确任务分工，每月召开一次调度会，逐项销号，做到事事有人管、件件有着落。",
    "（二）改善设施。新修村道12公里，安装路灯300盏，群众出行更加方便，满意度明显提高",
    "1．窗口集中办公，把分散在各站所的事项集中到一个大厅，群众进一扇门、办所有事，平均少跑两趟路。",
    "二、存在的问题",
    "人手不足，个别村的代办点还没有固定场所，有待改进。",
]
PAGES = laid_out(TITLE, BODY * 3)
LINE = Text("青石镇工作总结", 60, 40)


def texts(page: Page) -> list[str]:
    return [page.text[line.span.start : line.span.end] for line in page.lines]


def one_page(objects: str, *, place: str = "Doc_0/Pages/Page_0/Content.xml", **more: str) -> bytes:
    return packed(
        {
            "OFD.xml": start(),
            "Doc_0/Document.xml": document(["Pages/Page_0/Content.xml"]),
            place: content(objects),
            **more,
        }
    )


def reason_of(file: bytes) -> str:
    with pytest.raises(FileError) as caught:
        read_page(file, "总结.ofd")
    assert "\n" not in str(caught.value)
    return caught.value.reason


@pytest.mark.parametrize(
    ("cut", "steps"), [(0, "list"), (0, "group"), (1, "none"), (3, "list"), (9, "group")]
)
def test_paragraphs_are_put_together_from_fragments_of_any_length(cut: int, steps: str) -> None:
    page = read_page(ofd(PAGES, cut=cut, steps=steps), "总结.ofd")
    assert texts(page) == [TITLE, *BODY * 3]
    assert page.media_type == "application/ofd"
    assert page.lines[0].centred
    assert [line.indent for line in page.lines[1:8]] == [2.0] * 7
    assert page.warnings == ("left out: 2 page headers, footers and page numbers",)


def test_characters_whose_way_is_not_told_follow_each_other() -> None:
    objects = text_object(LINE, steps="none") + text_object(Text("（镇长）", 60 + 7 * 5.6, 40))
    assert read_page(one_page(objects)).text == "青石镇工作总结（镇长）"


@pytest.mark.parametrize(
    ("root", "place", "folder"),
    [
        ("Doc_0/Document.xml", "Pages/Page_0/Content.xml", "Doc_0/Pages/Page_0"),
        ("/Doc_0/Document.xml", "/Doc_0/Pages/Page_0/Content.xml", "Doc_0/Pages/Page_0"),
        ("Doc_0\\Document.xml", "Pages\\Page_0\\Content.xml", "Doc_0/Pages/Page_0"),
        ("doc_0/DOCUMENT.xml", "pages/page_0/content.XML", "Doc_0/Pages/Page_0"),
        ("Doc_0/Document.xml", "Doc_0/Pages/Page_0/Content.xml", "Doc_0/Pages/Page_0"),
        ("./Doc_0/./Document.xml", "../Doc_0/Pages/Page_0/Content.xml", "Doc_0/Pages/Page_0"),
        ("Doc_0/Document.xml", "正文/第1页/Content.xml", "Doc_0/正文/第1页"),
        ("Doc_0/Document.xml", "Page_0/Content.xml", "Doc_0/Elsewhere/Page_0"),
    ],
)
@pytest.mark.parametrize("prefix", ["ofd:", "", "o:"])
def test_paths_are_followed_however_they_are_written(
    root: str, place: str, folder: str, prefix: str
) -> None:
    parts: dict[str, str | bytes] = {
        "OFD.xml": start(root, prefix=prefix),
        "Doc_0/Document.xml": document([place], prefix=prefix),
        f"{folder}/Content.xml": content(text_object(LINE, prefix=prefix), prefix=prefix),
    }
    assert read_page(packed(parts)).text == LINE.text


def test_a_file_packed_inside_a_folder_is_read() -> None:
    parts: dict[str, str | bytes] = {
        "总结/OFD.xml": start(),
        "总结/Doc_0/Document.xml": document(["Pages/Page_0/Content.xml"]),
        "总结/Doc_0/Pages/Page_0/Content.xml": content(text_object(LINE)),
    }
    assert read_page(packed(parts)).text == LINE.text


def test_folders_named_in_gbk_are_found() -> None:
    parts: dict[str, str | bytes] = {
        "OFD.xml": start(),
        "Doc_0/Document.xml": document(["正文__/Content.xml"]),
        "Doc_0/正文/Content.xml": content(text_object(LINE)),
    }
    assert read_page(packed(parts, gbk=True)).text == LINE.text


def test_the_list_of_pages_gives_their_order_and_all_documents_are_read() -> None:
    lines = [Text(f"{sign}、第{sign}页说的事情。", 60, 40) for sign in "一二三"]
    body = "<ofd:DocBody><ofd:DocRoot>Doc_1/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    parts: dict[str, str | bytes] = {
        "OFD.xml": start().replace("</ofd:OFD>", body),
        "Doc_0/Document.xml": document(["Pages/Page_1/Content.xml", "Pages/Page_0/Content.xml"]),
        "Doc_1/Document.xml": document(["Pages/Page_0/Content.xml"]),
        "Doc_0/Pages/Page_0/Content.xml": content(text_object(lines[1])),
        "Doc_0/Pages/Page_1/Content.xml": content(text_object(lines[0])),
        "Doc_1/Pages/Page_0/Content.xml": content(text_object(lines[2])),
    }
    assert texts(read_page(packed(parts))) == [line.text for line in lines]


def test_pages_without_a_list_are_read_in_the_order_of_their_numbers() -> None:
    parts: dict[str, str | bytes] = {"OFD.xml": start("Doc_9/Document.xml")}
    for number in (10, 2):
        line = Text(f"{number}、这一页说的事情。", 60, 40)
        parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = content(text_object(line))
    assert texts(read_page(packed(parts))) == ["2、这一页说的事情。", "10、这一页说的事情。"]


def test_a_page_that_the_file_lacks_is_told() -> None:
    parts: dict[str, str | bytes] = {
        "OFD.xml": start(),
        "Doc_0/Document.xml": document(["Pages/Page_0/Content.xml", "Pages/Page_1/Content.xml"]),
        "Doc_0/Pages/Page_0/Content.xml": content(text_object(LINE)),
    }
    page = read_page(packed(parts))
    assert page.text == LINE.text
    assert page.warnings == ("missing in the file: page 2",)


def test_text_of_a_template_belongs_to_its_page_and_repeated_heads_are_left_out() -> None:
    places = [f"Pages/Page_{number}/Content.xml" for number in range(3)]
    templates = '<ofd:TemplatePage ID="7" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
    head = text_object(Text("青石镇人民政府", 60, 20)) + text_object(Text("附件：", 30, 60))
    parts: dict[str, str | bytes] = {
        "OFD.xml": start(),
        "Doc_0/Document.xml": document(places, templates=templates),
        "Doc_0/Tpls/Tpl_0/Content.xml": content(head),
    }
    for number, place in enumerate(places, 1):
        line = text_object(Text(f"〔{number}〕号。", 30 + 3 * 5.6, 60))
        parts[f"Doc_0/{place}"] = content(line, template="7")
    page = read_page(packed(parts))
    assert texts(page) == [f"附件：〔{number}〕号。" for number in (1, 2, 3)]
    assert page.warnings == ("left out: 3 page headers, footers and page numbers",)


@pytest.mark.parametrize(
    "matrix", ["1 0 0 1 0 0", "2 0 0 2 0 0", "0 0 0 0 0 0", "1 0 0", "nan 0 0 1 0 0"]
)
def test_a_matrix_places_text_and_a_broken_one_is_passed_over(matrix: str) -> None:
    assert read_page(one_page(text_object(LINE, matrix=matrix))).text == LINE.text


def test_a_page_set_sideways_is_turned_upright() -> None:
    lines = ["一、加强领导，落实责任。", "二、改善设施，方便群众。"]
    objects = "".join(
        text_object(Text(line, 150 - 20 * row, 40), matrix="0 1 -1 0 0 0")
        for row, line in enumerate(lines)
    )
    assert texts(read_page(one_page(objects))) == lines


def test_slanted_text_is_a_watermark_and_named() -> None:
    mark = text_object(Text("内部资料", 60, 150), matrix="0.7 0.7 -0.7 0.7 0 0")
    page = read_page(one_page(text_object(LINE) + mark))
    assert page.text == LINE.text
    assert page.warnings == ("left out: 1 slanted passages (watermarks)",)


def test_rows_of_a_table_stay_rows() -> None:
    rows = [("村名", "户数", "经费"), ("上河村", "120", "3万元"), ("下河村", "98", "2万元")]
    objects = "".join(
        text_object(Text(cell, 30 + 50 * column, 60 + 10 * row))
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
    )
    page = read_page(one_page(objects))
    assert page.text == "村名 | 户数 | 经费\n上河村 | 120 | 3万元\n下河村 | 98 | 2万元"
    assert page.lines[0].kind == "table"


def test_attachments_and_annotations_are_named() -> None:
    more = (
        "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>"
        "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>"
    )
    parts: dict[str, str | bytes] = {
        "OFD.xml": start(),
        "Doc_0/Document.xml": document(["Pages/Page_0/Content.xml"], more=more),
        "Doc_0/Pages/Page_0/Content.xml": content(text_object(LINE)),
        "Doc_0/Attachs/Attachments.xml": '<a><Attachment Name="统计表.xlsx"/></a>',
        "Doc_0/Annots/Annotations.xml": "<a><Page><FileLoc>Page_0/A.xml</FileLoc></Page></a>",
    }
    assert read_page(packed(parts)).warnings == (
        "left out: 1 attached files (统计表.xlsx)",
        "left out: annotations on 1 pages",
    )


IMAGE = '<ofd:ImageObject Boundary="0 0 210 297"/>'
SECRET = {"Encryptions.xml": "<x/>", "decryptseed.dat": "x"}
DTD = '<!DOCTYPE x [<!ENTITY a "哈">]><x/>'


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (one_page(IMAGE), "needs_ocr"),
        (one_page(IMAGE + text_object(Text("— 1 —", 100, 280))), "empty_text"),
        (one_page('<ofd:PathObject Boundary="1 1 2 2"/>' * 9), "needs_ocr"),
        (one_page(text_object(Text("\ue001\ue002\ue003\ue004", 60, 40))), "needs_ocr"),
        (one_page(""), "empty_text"),
        (one_page("", place="Doc_0/x.xml"), "corrupt"),
        (one_page(text_object(LINE), **SECRET), "encrypted"),
        (packed({"OFD.xml": start()}), "corrupt"),
        (packed({"OFD.xml": DTD}), "corrupt"),
        (packed({"OFD.xml": "<"}), "corrupt"),
        (packed({"OFD.xml": b""}), "corrupt"),
        (one_page("<ofd:PageBlock>" * 5000), "corrupt"),
        (one_page(text_object(Text("哈" * 50_001, 0, 40), steps="none")), "too_large"),
        (one_page(text_object(LINE), **{f"x{n}": "" for n in range(10_000)}), "too_large"),
        (one_page(text_object(LINE), **{"../x": ""}), "corrupt"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(file: bytes, reason: str) -> None:
    assert reason_of(file) == reason


@pytest.mark.parametrize("share", range(10, 100, 10))
def test_a_file_cut_off_anywhere_is_corrupt(share: int) -> None:
    file = ofd(PAGES)
    assert reason_of(file[: len(file) * share // 100]) == "corrupt"


def test_pages_that_use_each_other_as_templates_end(monkeypatch: pytest.MonkeyPatch) -> None:
    templates = '<ofd:TemplatePage ID="7" BaseLoc="Pages/Page_0/Content.xml"/>'
    parts: dict[str, str | bytes] = {
        "OFD.xml": start(),
        "Doc_0/Document.xml": document(["Pages/Page_0/Content.xml"] * 3, templates=templates),
        "Doc_0/Pages/Page_0/Content.xml": content(text_object(LINE), template="7"),
    }
    assert set(read_page(packed(parts)).text) <= set(LINE.text + "\n |")


def test_limits_hold_for_pages_characters_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    file = ofd(PAGES)
    for module, name, value, reason in (
        (ofd_reader, "MAX_PDF_PAGES", 1, "too_large"),
        (laid_pages, "MAX_PDF_PAGE_CHARACTERS", 100, "too_large"),
        (ofd_reader, "MAX_PDF_SECONDS", -1.0, "timeout"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(module, name, value)
            assert reason_of(file) == reason


def test_steps_of_a_thousand_million_characters_cost_nothing() -> None:
    objects = text_object(LINE).replace(
        'DeltaX="5.6 5.6 5.6 5.6 5.6 5.6"', 'DeltaX="g 999999999 5.6"'
    )
    assert "g 999999999" in objects
    assert read_page(one_page(objects)).text == LINE.text
    assert ofd_package.numbers_of("1e400 x -3") == [-3.0]
