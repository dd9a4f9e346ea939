"""Word documents saved as one XML file: read like a .docx, whatever their name."""

import pytest
from office_report import BLOCKS, office_report
from whole_files import flat_package

from huibao.errors import FileError
from huibao.report import Page
from huibao.text.files import read_page

OLD = (
    '<?xml version="1.0" encoding="{}" standalone="yes"?><?mso-application progid="Word.Document"?>'
    '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" '
    'xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint" '
    'xmlns:aml="http://schemas.microsoft.com/aml/2001/core" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:st1="urn:schemas-microsoft-com:office:smarttags">'
    "{}<w:body><wx:sect>{}</wx:sect></w:body></w:wordDocument>"
)
LISTS = (
    '<w:lists><w:listDef w:listDefId="3"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    '<w:nfc w:val="39"/><w:lvlText w:val="%1、"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/>'
    '<w:nfc w:val="18"/><w:lvlText w:val="%2"/></w:lvl></w:listDef>'
    '<w:list w:ilfo="1"><w:ilst w:val="3"/></w:list></w:lists>'
)
STYLES = (
    '<w:styles><w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:pPr>'
    '<w:listPr><w:ilfo w:val="1"/></w:listPr><w:outlineLvl w:val="0"/></w:pPr></w:style></w:styles>'
)


def p(text: str, properties: str = "", inner: str = "") -> str:
    run = f"<w:r><w:t>{text}</w:t></w:r>" if text else ""
    return f"<w:p><w:pPr>{properties}</w:pPr>{run}{inner}</w:p>"


def listed(text: str, level: int) -> str:
    return p(text, f'<w:listPr><w:ilvl w:val="{level}"/><w:ilfo w:val="1"/></w:listPr>')


def page_of(body: str, before: str = "", encoding: str = "UTF-8") -> Page:
    return read_page(OLD.format(encoding, before, body).encode(encoding), "总结.doc")


def lines_of(page: Page) -> list[tuple[str, str]]:
    return [(line.kind, page.text[line.span.start : line.span.end]) for line in page.lines]


def test_a_docx_in_one_xml_file_reads_like_a_docx() -> None:
    page = read_page(flat_package(office_report()), "总结.xml")
    assert lines_of(page) == list(BLOCKS)
    assert page.media_type == "application/xml"


@pytest.mark.parametrize("encoding", ["UTF-8", "GB2312"])
def test_numbers_layout_and_tables_of_word_2003_are_read(encoding: str) -> None:
    cells = "".join(
        f"<w:tr>{''.join(f'<w:tc>{p(text)}</w:tc>' for text in row)}</w:tr>"
        for row in (("村名", "户数"), ("东沟村", "12"))
    )
    page = page_of(
        p("工作总结", '<w:jc w:val="center"/>')
        + p("主要做法", '<w:pStyle w:val="1"/>')
        + listed("宣传到户", 1)
        + listed("发放资料", 1)
        + p("存在问题", '<w:pStyle w:val="1"/>')
        + p("人手不足。", '<w:ind w:first-line="420" w:first-line-chars="200"/>')
        + f"<w:tbl>{cells}</w:tbl>",
        LISTS + STYLES,
        encoding,
    )
    assert lines_of(page) == [
        ("text", "工作总结"),
        ("text", "一、主要做法"),
        ("text", "① 宣传到户"),
        ("text", "② 发放资料"),
        ("text", "二、存在问题"),
        ("text", "人手不足。"),
        ("table", "村名 | 户数\n东沟村 | 12"),
    ]
    assert page.lines[0].centred
    assert (page.lines[1].outline, page.lines[5].indent) == (1, 2.0)
    assert "content as wordxml" in page.warnings[0]


def test_changes_notes_boxes_and_headers_of_word_2003_are_told_apart() -> None:
    added = '<aml:annotation w:type="Word.Insertion"><aml:content><w:r><w:t>12</w:t></w:r></aml:content></aml:annotation>'
    gone = '<aml:annotation w:type="Word.Deletion"><aml:content><w:r><w:delText>10</w:delText></w:r></aml:content></aml:annotation>'
    said = f'<w:r><aml:annotation w:type="Word.Comment"><aml:content>{p("再核实")}</aml:content></aml:annotation></w:r>'
    place = "<st1:place><w:r><w:t>清河镇</w:t></w:r></st1:place>"
    note = f"<w:r><w:footnote>{p('据统计局。')}</w:footnote></w:r>"
    box = f"<w:r><w:pict><v:textbox><w:txbxContent>{p('红头')}</w:txbxContent></v:textbox></w:pict></w:r>"
    header = f'<w:sectPr><w:hdr w:type="odd">{p("内部资料")}</w:hdr></w:sectPr>'
    page = page_of(p("培训", inner=added + gone + said + place + note + box) + header)
    assert lines_of(page) == [("box", "红头"), ("text", "培训12清河镇"), ("note", "据统计局。")]
    assert page.warnings[1:] == (
        "left out: 1 deleted passages",
        "left out: 1 lines of page headers and footers (内部资料 …)",
        "left out: 1 comments",
    )


def test_a_large_picture_in_letters_is_passed_over() -> None:
    data = f'<w:r><w:pict><w:binData w:name="a.png">{"A" * 12_000_000}</w:binData></w:pict></w:r>'
    assert page_of(p("总结", inner=data)).text == "总结"
    with pytest.raises(FileError) as caught:
        page_of(p("", inner=data))
    assert caught.value.reason == "needs_ocr"


@pytest.mark.parametrize("share", range(10, 100, 10))
def test_a_word_document_in_xml_that_is_cut_off_is_corrupt(share: int) -> None:
    file = flat_package(office_report())
    with pytest.raises(FileError) as caught:
        read_page(file[: len(file) * share // 100], "总结.xml")
    assert caught.value.reason == "corrupt"


@pytest.mark.parametrize(
    "file",
    [
        OLD.format("UTF-8", "", "").replace("<w:body>", "").replace("</w:body>", ""),
        OLD.format("UTF-8", "", p("&b;")).replace(
            "<w:wordDocument", '<!DOCTYPE x [<!ENTITY b "哈">]><w:wordDocument', 1
        ),
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?><pkg:package '
        'xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"><pkg:part '
        'pkg:name="/../a.xml"><pkg:xmlData><a/></pkg:xmlData></pkg:part></pkg:package>',
    ],
    ids=["no body", "an entity", "a part outside"],
)
def test_a_harmful_word_document_in_xml_is_corrupt(file: str) -> None:
    with pytest.raises(FileError) as caught:
        read_page(file.encode(), "总结.doc")
    assert caught.value.reason == "corrupt"
