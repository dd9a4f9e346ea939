"""One small report in every kind of file that is read: what is cut, altered and measured elsewhere."""

import base64
import io
import re
import zipfile

from hostile import pdf_of
from ofd_files import laid_out, ofd
from office_report import office_report
from old_documents import odt, odt_paragraph, rtf
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from sheet_files import compound, record, row, text, xls, xlsx

TITLE = "云溪县民政局2023年工作总结"
BODY = (
    "2023年，我局办结各类事项1,286件，群众满意率达98.6%。",
    "一、主要做法",
    "（一）抓好宣传。全年举办培训班12期，培训干部460余人次。",
    "1．走村入户发放资料3200份。",
    "2．在石桥镇、柳湾乡设立咨询点6个。",
    "二、存在的问题",
    "一是基层力量不足，有的村重视不够；二是信息系统尚未联通，数据要靠人工汇总。",
    "云溪县民政局",
    "2023年12月18日",
)
REPORT = "\n".join((TITLE, *BODY, ""))
_PACKAGE = "http://schemas.microsoft.com/office/2006/xmlPackage"
_OLD_WORD = "http://schemas.microsoft.com/office/word/2003/wordml"
_HEAD = (
    b"From: office@yunxi.example\r\nTo: county@example\r\nMIME-Version: 1.0\r\n"
    b"Date: Mon, 8 May 2023 09:00:00 +0800\r\nSubject: =?utf-8?B?%s?=\r\n"
)
_PARTS = (
    'Content-Type: multipart/%s; boundary="cut"\r\n\r\n--cut\r\nContent-Type: text/html; '
    "charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n--cut\r\n"
    "Content-Type: image/png\r\nContent-Disposition: attachment; filename=a.png\r\n\r\nx\r\n--cut--\r\n"
)


def one_of_each() -> dict[str, bytes]:
    """The report by kind; old Word files are given as the container that LibreOffice would open."""
    web = page().encode("utf-8")
    return {
        "txt": REPORT.encode("gb18030"),
        "txt, utf-16": REPORT.encode("utf-16"),
        "html": web,
        "mht": b"MIME-Version: 1.0\r\n" + parts_of(web, "related"),
        "eml": _HEAD % base64.b64encode(TITLE.encode()) + parts_of(web, "mixed"),
        "docx": office_report(),
        "docx, strict": office_report(strict=True),
        "xml": flat_package(office_report()),
        "xml, 2003": word_of_2003(),
        "pdf": pdf(),
        "pdf, gbk": pdf_in_gbk(),
        "ofd": ofd(laid_out(TITLE, BODY), cut=5),
        "xlsx": xlsx({"汇总表": sheet()}),
        "xls": old_sheet(),
        "zip": archive(),
        "rtf": rtf("\\par ".join((TITLE, *BODY))),
        "odt": odt("".join(map(odt_paragraph, (TITLE, *BODY)))),
        "doc": compound({"WordDocument": b"\xec\xa5" + bytes(4000), "1Table": bytes(4000)}),
    }


def page() -> str:
    """The report as a web page with a site around it."""
    inner = "".join(f"<p>&emsp;&emsp;{paragraph}</p>" for paragraph in BODY)
    return (
        f"<html><head><meta charset=utf-8><title>{TITLE}_云溪网</title></head><body>"
        f"<ul><li><a href=/>首页</a></li><li><a href=/a>政务</a></li></ul><h1>{TITLE}</h1>"
        f"<div class=TRS_Editor>{inner}<table><tr><td>乡镇<td colspan=2>户数<tr><td>石桥镇<td>126"
        "</table><ol><li>抓宣传<li>抓服务</ol></div><div>版权所有</div></body></html>"
    )


def parts_of(web: bytes, kind: str) -> bytes:
    return (_PARTS % (kind, base64.b64encode(web).decode())).encode()


def flat_package(docx: bytes) -> bytes:
    """A .docx as Word saves it in one XML file."""
    parts = []
    with zipfile.ZipFile(io.BytesIO(docx)) as opened:
        for name in opened.namelist():
            if name.endswith((".xml", ".rels")) and name != "[Content_Types].xml":
                inner = re.sub(r"<\?xml[^>]*\?>", "", opened.read(name).decode())
                parts.append(
                    f'<pkg:part pkg:name="/{name}"><pkg:xmlData>{inner}</pkg:xmlData></pkg:part>'
                )
    parts.append(
        '<pkg:part pkg:name="/word/media/a.png"><pkg:binaryData>AAAA</pkg:binaryData></pkg:part>'
    )
    names = f'xmlns:pkg="{_PACKAGE}"'
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<?mso-application progid="Word.Document"?>\n'
    return f"{head}<pkg:package {names}>{''.join(parts)}</pkg:package>".encode()


def word_of_2003() -> bytes:
    inner = "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in (TITLE, *BODY))
    return (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
        f'<w:wordDocument xmlns:w="{_OLD_WORD}"><w:body>{inner}</w:body></w:wordDocument>'
    ).encode()


def pdf() -> bytes:
    """The report on pages that are not packed, so that a changed byte changes what they say."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    file = io.BytesIO()
    canvas = Canvas(file, pageCompression=0)
    for number, lines in enumerate(((TITLE, *BODY), BODY), 1):
        canvas.setFont("STSong-Light", 16)
        for place, line in enumerate(lines):
            canvas.drawString(80, 740 - 28 * place, line[:28])
        canvas.drawString(290, 40, f"— {number} —")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def pdf_in_gbk() -> bytes:
    """The report in a font that is not embedded and does not tell Unicode, as WPS writes titles."""
    lines = "".join(
        f"1 0 0 1 80 {740 - 28 * place} Tm <{line.encode('gbk').hex()}> Tj "
        for place, line in enumerate((TITLE, *BODY))
    )
    drawn = f"BT /F1 16 Tf {lines}ET"
    return pdf_of(
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 4 0 R>>>>"
        "/Contents 5 0 R>>",
        "<</Type/Font/Subtype/Type0/BaseFont/FZXBSJW--GB1-0/Encoding/GBK-EUC-H"
        "/DescendantFonts[6 0 R]>>",
        f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream",
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/FZXBSJW--GB1-0/FontDescriptor 7 0 R"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000>>",
        "<</Type/FontDescriptor/FontName/FZXBSJW--GB1-0/Flags 6/Ascent 859/Descent -141"
        "/CapHeight 683/ItalicAngle 0/StemV 80/FontBBox[0 -141 1000 859]>>",
    )


def sheet() -> str:
    return row(text("乡镇"), text("户数"), text("金额（万元）")) + "".join(
        row(text(town), f"<c><v>{count}</v></c>", f"<c><v>{count / 8}</v></c>")
        for town, count in (("石桥镇", 126), ("柳湾乡", 98), ("合计", 224))
    )


def old_sheet() -> bytes:
    cells = {(0, 0): "乡镇", (0, 1): "户数", (1, 0): "石桥镇", (1, 1): (126.0, 1), (2, 1): (9.5, 0)}
    strings = record(0xFC, b"\x01\0\0\0\x01\0\0\0\x02\0\x01" + "总结".encode("utf-16-le"))
    return xls({"汇总表": cells}, formats=["yyyy-mm-dd"], extra=strings)


def archive() -> bytes:
    file, inner = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w") as opened:
        opened.writestr("附件/二.txt", REPORT)
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr("一.txt", REPORT.encode("gb18030"))
        opened.writestr("附件.zip", inner.getvalue())
    return file.getvalue()
