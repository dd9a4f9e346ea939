"""Word, PDF and old documents, pictures and archives made to harm: our own writing, bytes by bytes."""

import io
import struct
import zipfile
import zlib

from hostile import PARAGRAPH, REPORT, W, docx, pdf_of, word
from hostile_pages import Hostile, zipped
from libreoffice import missing_writer
from old_documents import odt, odt_paragraph, rtf
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas
from sheet_files import compound, record, xls, xlsx

_CATALOG, _PAGES = "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>"
_PAGE = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources %s>>"
_ROW = "\\trowd\\cellx2000\\cellx4000\\intbl 甲村\\cell 二\\cell\\row\n"
_TABLE = 'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
_LINK = 0o120777 << 16
# Where LibreOffice is missing, a file that nothing is wrong with is refused for that.
_NO_WRITER = ("converter_missing",) if missing_writer() else ()


def hostile_documents() -> Hostile:
    return hostile_word_files() | hostile_pdf() | hostile_pictures() | hostile_old_documents()


def hostile_word_files() -> Hostile:
    circle = "".join(
        f'<w:style w:styleId="s{n}"><w:basedOn w:val="s{1 - n}"/></w:style>' for n in range(2)
    )
    linked = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="s0"/>'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    styled = '<w:p><w:pPr><w:pStyle w:val="s0"/></w:pPr><w:r><w:t>总结</w:t></w:r></w:p>'
    listed = '<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>总结</w:t></w:r></w:p>'
    box = "<w:r><w:pict><w:txbxContent>%s</w:txbxContent></w:pict></w:r>"
    return {
        "word file of ten million of one character": (
            unpacked(PARAGRAPH % ("总" * 3_400_000)), ("too_large", "corrupt")
        ),
        "word file of a million empty paragraphs": (
            unpacked("<w:p/>" * 1_000_000 + PARAGRAPH % "总结"), ("too_large", "")
        ),
        "word file of a table of 700,000 cells": (
            unpacked("<w:tbl>" + ("<w:tr>" + "<w:tc><w:p/></w:tc>" * 50 + "</w:tr>") * 14_000 + "</w:tbl>"),
            ("too_large", "empty_text"),
        ),
        "word file with merged cells without end": (
            docx(word('<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2000000000"/></w:tcPr>'
                      f"{PARAGRAPH % '总结'}</w:tc></w:tr></w:tbl>")),
            ("",),
        ),
        "word file with boxes in boxes": (
            unpacked("<w:p>" + box % "<w:p/>" * 200_000 + "</w:p>" + PARAGRAPH % "总结"), ("", "too_large")
        ),
        "word file with styles in a circle": (
            docx(word(styled), styles=f'<w:styles xmlns:w="{W}">{circle}</w:styles>'), ("",)
        ),
        "word file with lists in a circle": (
            docx(word(listed), numbering=linked, styles=(
                f'<w:styles xmlns:w="{W}"><w:style w:type="numbering" w:styleId="s0"><w:pPr><w:numPr>'
                '<w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>')),
            ("",),
        ),
        "word file whose notes are itself": (
            related("footnotes", "document.xml", word(PARAGRAPH % "总结")), ("",)
        ),
        "word file with a part at an absolute path": (
            related("styles", "/etc/passwd", word(PARAGRAPH % "总结")), ("",)
        ),
        "word file with a part outside": (
            related("styles", "../../../../etc/passwd", word(PARAGRAPH % "总结")), ("",)
        ),
        "word file with a part on the web": (
            related("styles", "http://127.0.0.1:9/a.xml", word(PARAGRAPH % "总结")), ("",)
        ),
        "word file with an entry outside": (with_entry("../../a"), ("corrupt",)),
        "word file with an absolute entry": (with_entry("/etc/cron.d/a"), ("corrupt",)),
        "word file with an entry on a drive": (with_entry("C:\\a"), ("corrupt",)),
        "word file of ten thousand parts": (
            docx(word(PARAGRAPH % "总结"), **{f"a{n}": "" for n in range(9_000)}), ("too_large",)
        ),
        "word file that says it is small": (lying(), ("too_large", "corrupt")),
        "word file with a password": (compound({"EncryptedPackage": bytes(5000)}), ("encrypted",)),
        "spreadsheet with a password": (compound({"EncryptedPackage": bytes(9000)}), ("encrypted",)),
        "old spreadsheet with a password": (
            xls({"表": {(0, 0): "总"}}, extra=record(0x2F, bytes(54))), ("encrypted",)
        ),
        "word file of another kind inside": (
            xlsx({"表": ""}, **{"word/document.xml": word(PARAGRAPH % "总结")}), ("",)
        ),
        "page of entities for half a pair": (
            "<html><body><p>总结&#xD800;&#55357;&#xDFFF;工作".encode(), ("",)
        ),
        "text in UTF-16 with half a pair": ("总结".encode("utf-16") + b"\x00\xd8" + "好".encode("utf-16-le"), ("",)),
        "page of ten million of one character": (
            b"<html><body><p>" + b"a" * 10_000_000, ("too_large",)
        ),
        "page of a million tags": (b"<html><body>" + b"<b>x" * 1_000_000, ("too_large",)),
        "page of a tag without end": (b"<html><body><p " + b"a=b " * 2_000_000, ("", "empty_text", "too_large")),
    }  # fmt: skip


def hostile_pdf() -> Hostile:
    bomb = zlib.compress(zlib.compress(b"(a) Tj " * 6_000_000, 9), 9)
    flat = zlib.compress(b"(a) Tj " * 6_000_000, 9)
    form = "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>/Length 5>>stream\n/X Do\nendstream"
    image = (
        "<</Type/XObject/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 8"
        "/ColorSpace/DeviceRGB/Filter/FlateDecode/Length %d>>"
    )
    return {
        "pdf whose stream is a bomb": (
            pdf_with_stream(flat, "/FlateDecode"), ("too_large", "timeout", "empty_text", "corrupt", "needs_ocr")
        ),
        "pdf whose stream is a bomb in a bomb": (
            pdf_with_stream(bomb, "[/FlateDecode/FlateDecode]"),
            ("too_large", "timeout", "empty_text", "corrupt", "needs_ocr"),
        ),
        "pdf with a stream filtered 500 times": (
            pdf_with_stream(b"00" * 50_000, f"[{'/ASCIIHexDecode' * 500}]"), ("empty_text", "corrupt")
        ),
        "pdf with a form that draws itself": (
            pdf_of(_CATALOG, _PAGES, _PAGE % "<</XObject<</X 5 0 R>>>>",
                   "<</Length 5>>stream\n/X Do\nendstream", form),
            ("empty_text", "corrupt", "needs_ocr"),
        ),
        "pdf with an endless image": (
            pdf_of(_CATALOG, _PAGES, _PAGE % "<</XObject<</X 5 0 R>>>>",
                   "<</Length 30>>stream\n595 0 0 842 0 0 cm /X Do      \nendstream",
                   f"{image % 9}stream\n123456789\nendstream"),
            ("needs_ocr",),
        ),
        "pdf with a page a thousand miles wide": (
            pdf_of(_CATALOG, _PAGES, (_PAGE % "<<>>").replace("595 842", "1e30 1e30"),
                   "<</Length 0>>stream\n\nendstream"),
            ("empty_text", "corrupt"),
        ),
        "pdf nested beyond reason": (pdf_of(_CATALOG, "[" * 200_000), ("corrupt", "empty_text")),
        "pdf of two thousand pages of one": (
            pdf_of(_CATALOG, f"<</Type/Pages/Kids[{'3 0 R ' * 2001}]/Count 2001>>", _PAGE % "<<>>",
                   "<</Length 0>>stream\n\nendstream"),
            ("too_large",),
        ),
        "pdf of a million letters on a page": (
            pdf_of(_CATALOG, _PAGES, _PAGE % "<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>",
                   f"<</Length 8000030>>stream\nBT /F 9 Tf 9 9 Td {'(aaaa) Tj ' * 250_000} ET\nendstream"),
            ("too_large",),
        ),
        "pdf whose table of places points to itself": (
            b"%PDF-1.4\nxref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 1/Prev 9/Root 1 0 R>>\nstartxref\n9\n%%EOF",
            ("corrupt",),
        ),
        "pdf with a password": (sealed_pdf(), ("encrypted",)),
    }  # fmt: skip


def hostile_pictures() -> Hostile:
    header = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    png = (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + header
        + struct.pack(">I", zlib.crc32(header))
    )
    return {
        "picture of 3,600 million pixels": (png, ("needs_ocr",)),
        "word file of one huge picture": (
            docx(word("<w:p><w:r><w:drawing/></w:r></w:p>"), **{"media/a": "x" * 99}),
            ("needs_ocr", "empty_text"),
        ),
    }


def hostile_old_documents() -> Hostile:
    sections = "".join(f'<text:section text:name="s{n}">' for n in range(200))
    rows = f"<table:table {_TABLE}>{'<table:table-row><table:table-cell><text:p>甲</text:p></table:table-cell></table:table-row>' * 20_000}</table:table>"
    slow = ("timeout", "too_large", *_NO_WRITER)
    read = ("", *_NO_WRITER)
    return {
        "rich text of 20,000 table rows": (rtf(_ROW * 20_000), slow),
        "rich text of a million paragraphs": (rtf("总结" + "\\par " * 1_000_000), slow),
        "rich text of ten million of one character": (
            b"{\\rtf1 " + b"a" * 10_000_000 + b"}", ("too_large", "timeout", *_NO_WRITER)
        ),
        "rich text with half a pair": (rtf("总结\\u-10240?工作"), read),
        "rich text nested beyond reason": (b"{\\rtf1" + b"{\\b " * 100_000, ("corrupt",)),
        "rich text with a picture without end": (
            rtf("总结{\\pict\\bin2147483647 "),
            ("", "empty_text", "corrupt", "timeout", *_NO_WRITER),
        ),
        "rich text that takes in a file": (
            rtf('总结{\\field{\\*\\fldinst INCLUDETEXT "/etc/passwd"}{\\fldrslt 旧}}'), read
        ),
        "odt of 200 sections within each other": (
            odt(sections + odt_paragraph("总结") + "</text:section>" * 200), read
        ),
        "odt of 20,000 table rows": (odt(rows + odt_paragraph("总结")), slow),
        "odt of a row two thousand million times": (
            odt(rows.replace("<table:table-row>", '<table:table-row table:number-rows-repeated="2000000000">', 1)), slow
        ),
        "odt of two thousand million blanks": (
            odt(odt_paragraph('总结<text:s text:c="2000000000"/>')), ("", "empty_text", *_NO_WRITER)
        ),
        "odt bomb": (odt(odt_paragraph("0" * 50_000_000)), ("too_large",)),
        "odt with entities": (
            odt(odt_paragraph("&b;"), before='<!DOCTYPE x [<!ENTITY a "哈"><!ENTITY b "&a;&a;">]>'),
            ("corrupt",),
        ),
        "odt nested beyond reason": (odt("<text:section>" * 5000), ("corrupt",)),
        "odt with a password": (odt("", locked=True), ("encrypted",)),
        "odt with a path outside": (odt(odt_paragraph("总结"), **{"..__a": "x"}), ("corrupt",)),
        "old document with a password": (locked_container(), ("encrypted",)),
        "old document of noise": (
            compound({"WordDocument": b"\xec\xa5" + bytes(range(256)) * 400}), ("corrupt", "encrypted", *_NO_WRITER)
        ),
        "old document of another container": (
            compound({"PowerPoint Document": bytes(5000)}), ("unsupported_type",)
        ),
    }  # fmt: skip


def hostile_archives() -> Hostile:
    """Archives of files; each file in them is read as `huibao read` and the service do."""
    inner = zipped(("1.txt", REPORT.encode()))
    deep = inner
    for _ in range(9):
        deep = zipped(("more.zip", deep))
    return {
        "archive bomb": (zipped(("a.txt", b"0" * 300_000_000)), ("too_large",)),
        "archive of a thousand bombs": (
            zipped(*((f"{n}.txt", b"0" * 1_000_000) for n in range(300))), ("too_large",)
        ),
        "archive in an archive, nine deep": (deep, ("unsupported_type",)),
        "archive with an entry outside": (zipped(("../a.txt", b"1")), ("corrupt",)),
        "archive with an absolute entry": (zipped(("/etc/a.txt", b"1")), ("corrupt",)),
        "archive with an entry on a drive": (zipped(("C:\\a.txt", b"1")), ("corrupt",)),
        "archive with a symbolic link": (linked("/etc/passwd"), ("unsupported_type",)),
        "archive with a link outside": (linked("../../../etc/passwd"), ("unsupported_type",)),
        "archive with a password": (sealed_archive(), ("encrypted",)),
        "archive with a name without end": (zipped(("总" * 20_000 + ".txt", REPORT.encode())), ("",)),
    }  # fmt: skip


def related(kind: str, target: str, document: str) -> bytes:
    """A Word file one of whose parts lies at a place of our choice."""
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="x/{kind}" Target="{target}"/></Relationships>'
    )
    return zipped(("word/document.xml", document), ("word/_rels/document.xml.rels", relations))


def unpacked(body: str) -> bytes:
    """A Word file whose parts are not packed, so that no rule against bombs stops it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr("word/document.xml", word(body))
    return file.getvalue()


def with_entry(name: str) -> bytes:
    return zipped(("word/document.xml", word(PARAGRAPH % "总结")), (name, "x"))


def lying() -> bytes:
    """A Word file whose list of parts calls a huge one small."""
    file = bytearray(docx(word(PARAGRAPH % ("0" * 40_000_000))))
    for signature, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = file.find(signature)
        file[start + place : start + place + 4] = struct.pack("<I", 100)
    return bytes(file)


def linked(target: str) -> bytes:
    file = io.BytesIO()
    info = zipfile.ZipInfo("总结.txt")
    info.create_system, info.external_attr = 3, _LINK
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr(info, target)
    return file.getvalue()


def sealed_archive() -> bytes:
    """An archive whose entry says that it is packed with a password."""
    file = bytearray(zipped(("1.txt", REPORT)))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        file[file.find(signature) + place] |= 1
    return bytes(file)


def pdf_with_stream(stream: bytes, filters: str) -> bytes:
    head = pdf_of(
        _CATALOG, _PAGES, _PAGE % "<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>",
        f"<</Length {len(stream)}/Filter {filters}>>stream\nSTREAM\nendstream",
    )  # fmt: skip
    return head.replace(b"STREAM", stream)


def sealed_pdf() -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, encrypt=StandardEncryption("secret"))
    canvas.drawString(99, 99, "a")
    canvas.save()
    return file.getvalue()


def locked_container() -> bytes:
    """An old Word file that says in its head that what follows is encrypted."""
    return compound({"WordDocument": b"\xec\xa5" + bytes(9) + b"\x01" + bytes(5000)})
