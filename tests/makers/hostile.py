"""Files made to harm, and the plain ones that they are made of: our own writing, bytes by bytes."""

import io
import zipfile

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
REPORT = (
    "云溪县2023年工作总结\n一、主要做法\n投入20万元，举办培训班5期。\n二、存在的问题\n經費不足。\n"
)
PARAGRAPH = "<w:p><w:r><w:t>%s</w:t></w:r></w:p>"


def docx(xml: str | bytes, **parts: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("word/document.xml", xml)
        for name, content in parts.items():
            opened.writestr(f"word/{name}.xml", content)
        relations = "".join(
            f'<Relationship Type="x/{name}" Target="{name}.xml"/>' for name in parts
        )
        names = "http://schemas.openxmlformats.org/package/2006/relationships"
        opened.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{names}">{relations}</Relationships>',
        )
    return file.getvalue()


def word(body: str, before: str = "") -> str:
    return f'{before}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'


def pdf() -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.setFont("STSong-Light", 16)
    for row, line in enumerate(REPORT.splitlines()):
        canvas.drawString(80, 700 - 28 * row, line)
    canvas.save()
    return file.getvalue()


def pdf_of(*objects: str) -> bytes:
    """A PDF file of these objects, the first one its catalog."""
    file = b"%PDF-1.4\n"
    places = []
    for number, inner in enumerate(objects, 1):
        places.append(len(file))
        file += f"{number} 0 obj\n{inner}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    count = len(objects) + 1
    end = (
        f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<</Size {count}/Root 1 0 R>>\n"
        f"startxref\n{len(file)}\n%%EOF\n"
    )
    return file + end.encode()


def laughs(levels: int) -> str:
    inner = '<!ENTITY l0 "哈哈">' + "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, levels)
    )
    return f"<!DOCTYPE x [{inner}]>"


def hostile_files() -> dict[str, tuple[bytes, tuple[str, ...]]]:
    """Files made to harm, and the reasons of which each gets one; "" where it is read."""
    entity = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    whole, word_file = pdf(), docx(word(PARAGRAPH % REPORT))
    styled = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="s{n}"/></w:pPr><w:r><w:t>做{n}</w:t></w:r></w:p>'
        for n in range(1500)
    )
    styles = "".join(
        f'<w:style w:styleId="s{n}"><w:name w:val="n{n}"/><w:basedOn w:val="s{n + 1}"/></w:style>'
        for n in range(1500)
    )
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    catalog = "<</Type/Catalog/Pages 2 0 R>>"
    return {
        "zip bomb": (docx(word(PARAGRAPH % ("0" * 50_000_000))), ("too_large",)),
        "billion laughs": (docx(word(PARAGRAPH % "&l9;", laughs(10))), ("corrupt",)),
        "quadratic entity": (
            docx(word(PARAGRAPH % ("&a;" * 9000), f'<!DOCTYPE x [<!ENTITY a "{"哈" * 9000}">]>')),
            ("corrupt", "too_large"),
        ),
        "laughs in a web page": (f"{laughs(10)}<html><body><p>总结&l9;".encode(), ("",)),
        "outer entity": (docx(word(PARAGRAPH % "&a;", entity)), ("corrupt",)),
        "outer entity, utf-16": (
            docx(word(PARAGRAPH % "&a;", entity).encode("utf-16")),
            ("corrupt",),
        ),
        "outer entity in a web page": (
            f"{entity.replace('x', 'html', 1)}<html><body><p>总结&a;".encode(),
            ("",),
        ),
        "deep xml": (docx(word("<w:tbl><w:tr><w:tc>" * 300)), ("corrupt",)),
        "deep web page": (b"<html><body>" + b"<div>" * 100_000 + b"x", ("corrupt",)),
        "chain of styles": (docx(word(styled), styles=f'<w:styles xmlns:w="{W}">{styles}</w:styles>'), ("",)),
        "one character": (b"a" * 10_000_000, ("too_large",)),
        "lone surrogate": (REPORT.encode() * 20 + b"\xed\xa0\x80" * 20, ("",)),
        "surrogate in xml": (docx(word(PARAGRAPH % "&#xD800;")), ("corrupt",)),
        "random bytes": (b"\x7fELF" + bytes(range(256)) * 400, ("unsupported_type",)),
        "picture named docx": (b"\x89PNG\r\n\x1a\n" + bytes(900), ("needs_ocr",)),
        "many parts": (
            b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=a\n\n"
            + b"--a\n\n" * 2_000_000,
            ("too_large",),
        ),
        "page tree in a circle": (
            pdf_of(catalog, "<</Type/Pages/Kids[3 0 R]/Count 900>>",
                   "<</Type/Pages/Kids[2 0 R 3 0 R]/Count 900/Parent 2 0 R>>"),
            ("corrupt", "empty_text"),
        ),
        "page tree that holds itself": (
            pdf_of(catalog, "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"),
            ("corrupt", "empty_text"),
        ),
        "two thousand million pages": (
            pdf_of(catalog, "<</Type/Pages/Kids[3 0 R]/Count 2147483647>>", page),
            ("too_large", "corrupt", "empty_text"),
        ),
        **{
            f"pdf cut at {share} %": (
                whole[: len(whole) * share // 100],
                ("corrupt", "empty_text", "needs_ocr", "unsupported_type", ""),
            )
            for share in (1, 10, 40, 70, 95)
        },
        **{
            f"word file cut at {share} %": (
                word_file[: len(word_file) * share // 100], ("corrupt",)
            )
            for share in (10, 50, 90)
        },
    }  # fmt: skip
