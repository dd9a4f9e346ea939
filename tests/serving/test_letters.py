"""What offices put around a report (red head, seal, annexes, page numbers, columns), as blocks."""

import pytest
from hostile import docx, word
from office_report import office_report
from pdf_pages import FONT, Report
from sheet_files import row, text, xlsx
from whole_files import BODY, TITLE, pdf_in_gbk

from huibao.text.files import read_page
from huibao.text.segmentation import split_reports

LEFT_COLUMN = (
    "一、会议听取了县民宗局关于今年",
    "工作情况的汇报，充分肯定了取得",
    "的成绩，对下一步工作提出要求。",
    "（一）提高认识。各成员单位要把",
    "民族团结进步创建工作摆上重要位",
    "置，主要负责同志亲自抓，分管负",
    "责同志具体抓，层层压实责任。",
    "（二）加强协作。各成员单位要加",
    "强沟通，互通信息，形成合力，每",
    "季度报送一次工作进展，年底前全",
    "部完成任务。",
)
RIGHT_COLUMN = (
    "二、会议研究了示范单位推荐名单",
    "，同意推荐石桥镇等3个单位参加",
    "市级评选，由县民宗局按程序办理",
    "上报手续，并做好公示工作，公示",
    "期不少于5个工作日。",
    "三、会议强调，要严格落实工作纪",
    "律，对工作推进不力的单位予以通",
    "报，限期整改，整改情况于月底前",
    "报县民宗局备案，并抄送县纪委监",
    "委派驻纪检监察组，接受监督检查",
    "并于年底通报。",
)


def blocks_of(file: bytes) -> list[tuple[str, int, str]]:
    [report] = split_reports(read_page(file)).reports
    return [(block.kind, block.level, block.text) for block in report.blocks]


def letter() -> bytes:
    report = Report()
    report.centred("云溪县人民政府文件", size=40)
    report.centred("云政发〔2023〕12号", size=16)
    report.centred("云溪县人民政府关于2023年民族团结进步")
    report.centred("创建工作情况的报告")
    report.line("市人民政府：")
    report.paragraph("2023年，我县认真落实上级部署，扎实推进创建工作，现将有关情况报告如下：")
    report.paragraph("一、主要做法")
    report.paragraph(
        "（一）加强组织领导。成立由县长任组长的领导小组，先后召开专题会议4次，印发方案。"
    )
    report.paragraph("二、存在的问题")
    report.paragraph("人手不足，经费紧张，个别乡镇重视不够，工作开展不平衡。")
    report.paragraph("附件：1．云溪县民族团结进步创建工作台账", first=2, further=5)
    report.line("2．云溪县民族团结进步示范单位名单", 5)
    report.line("云溪县人民政府", 18)
    report.line("2023年12月18日", 17)
    report.line("（此件公开发布）", 2)
    report.line("抄送：县委办公室，县人大常委会办公室，县政协办公室。", 1, 14)
    return report.data()


def test_a_letter_has_its_title_below_the_red_head_and_its_annexes_in_no_section() -> None:
    assert blocks_of(letter()) == [
        ("signature", 0, "云溪县人民政府文件"),
        ("paragraph", 0, "云政发〔2023〕12号"),
        ("title", 0, "云溪县人民政府关于2023年民族团结进步创建工作情况的报告"),
        ("paragraph", 0, "市人民政府："),
        ("paragraph", 0, "2023年，我县认真落实上级部署，扎实推进创建工作，现将有关情况报告如下："),
        ("heading", 1, "一、主要做法"),
        ("heading", 2, "（一）加强组织领导。"),
        ("paragraph", 2, "成立由县长任组长的领导小组，先后召开专题会议4次，印发方案。"),
        ("heading", 1, "二、存在的问题"),
        ("paragraph", 1, "人手不足，经费紧张，个别乡镇重视不够，工作开展不平衡。"),
        ("paragraph", 0, "附件："),
        ("item", 1, "1.云溪县民族团结进步创建工作台账"),
        ("item", 1, "2.云溪县民族团结进步示范单位名单"),
        ("signature", 0, "云溪县人民政府"),
        ("signature", 0, "2023年12月18日"),
        ("paragraph", 0, "（此件公开发布）"),
        ("paragraph", 0, "抄送：县委办公室，县人大常委会办公室，县政协办公室。"),
    ]  # fmt: skip


def test_a_title_below_a_red_head_in_a_text_box_is_the_title() -> None:
    [report] = split_reports(read_page(office_report())).reports
    assert report.title == "云溪县民政局2023年工作总结"
    assert [block.kind for block in report.blocks[:4]] == [
        "signature", "title", "paragraph", "heading",
    ]  # fmt: skip


@pytest.mark.parametrize("mark", ["机密★1年", "2023年12月18日收文第12号", "内部资料 注意保存"])
def test_a_mark_in_a_box_above_the_title_ends_no_head(mark: str) -> None:
    box = f"<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>{mark}</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
    lines = "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in (TITLE, *BODY))
    found = blocks_of(docx(word(f"<w:p>{box}</w:p>{lines}")))
    assert [kind for kind, _, _ in found[:3]] == ["paragraph", "title", "paragraph"]


def test_minutes_in_two_columns_are_put_together_column_by_column() -> None:
    report = Report()
    report.centred("云溪县民族工作联席会议纪要")
    for left, right in zip(LEFT_COLUMN, RIGHT_COLUMN, strict=True):
        report.canvas.setFont(FONT, 13)
        report.canvas.drawString(60, report.top, left)
        report.canvas.drawString(320, report.top, right)
        report.row += 1
    assert blocks_of(report.data()) == [
        ("title", 0, "云溪县民族工作联席会议纪要"),
        ("heading", 1, "".join(LEFT_COLUMN[:3])),
        ("heading", 2, "（一）提高认识。"),
        ("paragraph", 2, "".join(LEFT_COLUMN[3:7])[8:]),
        ("heading", 2, "（二）加强协作。"),
        ("paragraph", 2, "".join(LEFT_COLUMN[7:])[8:]),
        ("item", 1, "".join(RIGHT_COLUMN[:5])),
        ("item", 1, "".join(RIGHT_COLUMN[5:])),
    ]


@pytest.mark.parametrize("encoding", [b"GBK-EUC-H", b"GBKp-EUC-H", b"GBK2K-H"])
def test_fonts_that_are_not_embedded_and_tell_no_unicode_are_read(encoding: bytes) -> None:
    page = read_page(pdf_in_gbk().replace(b"GBK-EUC-H", encoding))
    assert page.text.replace("\n", "") == "".join((TITLE, *BODY))


def test_page_numbers_in_a_text_are_in_no_block() -> None:
    pages = "\n".join((TITLE, *BODY[:4], "— 1 —", *BODY[4:7], "— 2 —"))
    found = split_reports(read_page(pages))
    assert not any("— " in block.text for report in found.reports for block in report.blocks)


def test_merged_cells_keep_their_columns_in_the_block() -> None:
    rows = row(text("乡镇"), text("户数"), text("金额")) + row(text("合计"), "<c/>", text("36"))
    file = xlsx({"救助情况": rows + row(text("石桥镇"), text("126"), text("18.4"))})
    assert ("table", 0, "乡镇|户数|金额\n合计| | 36\n石桥镇| 126 | 18.4") in blocks_of(file)


def test_what_follows_the_signature_stands_in_no_section() -> None:
    lines = (TITLE, *BODY, "（联系人：某某某）", "抄送：县政府办公室。")
    found = blocks_of("\n".join(lines).encode())
    assert [(kind, level) for kind, level, _ in found[-4:]] == [
        ("signature", 0), ("signature", 0), ("paragraph", 0), ("paragraph", 0),
    ]  # fmt: skip
