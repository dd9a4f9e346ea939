"""OFD files, spreadsheets and mails made to harm: our own writing, bytes by bytes."""

import io
import struct
import zipfile

from ofd_files import Text, content, document, laid_out, ofd, packed, start, text_object
from sheet_files import compound, record, row, text, xls, xlsx

REPORT = "青石镇便民服务工作总结"
BODY = ["一、主要做法", "镇里成立专班，明确任务分工，每月召开一次调度会，逐项销号。"] * 12
MAIL = b"From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\nContent-Type: %s\r\n\r\n"
LAUGHS = '<!DOCTYPE x [<!ENTITY a "哈"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'

Hostile = dict[str, tuple[bytes, tuple[str, ...]]]


def one_page(objects: str, *, pages: int = 1, **more: str) -> bytes:
    parts: dict[str, str | bytes] = {
        "OFD.xml": start(),
        "Doc_0/Document.xml": document(["Pages/Page_0/Content.xml"] * pages),
        "Doc_0/Pages/Page_0/Content.xml": content(objects),
    }
    return packed(parts | more)


def zipped(*entries: tuple[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, inner in entries:
            opened.writestr(name, inner)
    return file.getvalue()


def hostile_ofd() -> Hostile:
    line = text_object(Text(REPORT, 30, 40))
    whole = ofd(laid_out(REPORT, BODY))
    circle = '<ofd:TemplatePage ID="7" BaseLoc="Pages/Page_0/Content.xml"/>'
    return {
        "ofd bomb": (one_page(" " * 50_000_000), ("too_large",)),
        "ofd with entities": (one_page(line, **{"OFD.xml": LAUGHS}), ("corrupt",)),
        "ofd of one page listed 2,001 times": (one_page(line, pages=2001), ("too_large",)),
        "ofd of empty objects": (one_page("<ofd:PathObject/>" * 900_000), ("too_large", "needs_ocr")),
        "ofd of objects, page listed often": (
            one_page("".join(f'<ofd:PathObject ID="{n}"/>' for n in range(60_000)), pages=900),
            ("too_large",),
        ),
        "ofd of a million characters at one place": (
            one_page("".join(text_object(Text("总", 30, 40)) for _ in range(100_000))),
            ("too_large",),
        ),
        "ofd that is its own template": (
            packed({
                "OFD.xml": start(),
                "Doc_0/Document.xml": document(["Pages/Page_0/Content.xml"], templates=circle),
                "Doc_0/Pages/Page_0/Content.xml": content(line, template="7"),
            }),
            ("",),
        ),
        "ofd nested beyond reason": (one_page("<ofd:PageBlock>" * 5_000), ("corrupt",)),
        "ofd with a path outside": (one_page(line, **{"../../etc/passwd": "x"}), ("corrupt",)),
        "ofd with an absolute path": (one_page(line, **{"/etc/passwd": "x"}), ("corrupt",)),
        "ofd whose page lies outside": (
            packed({"OFD.xml": start("../../../etc/passwd")}), ("corrupt",)
        ),
        "ofd named docx inside": (one_page(line, **{"word/document.xml": "<a/>"}), ("corrupt",)),
        "ofd with endless steps": (
            one_page(line.replace("DeltaX=\"", "DeltaX=\"g 999999999 1 g 999999999 1 ")), ("",)
        ),
        "ofd with huge numbers": (one_page(line.replace("5.6", "1e308")), ("", "empty_text")),
        **{
            f"ofd cut at {share} %": (whole[: len(whole) * share // 100], ("corrupt",))
            for share in range(10, 100, 10)
        },
    }  # fmt: skip


def hostile_sheets() -> Hostile:
    cells = "".join(row(text(f"第{n}村"), text("修路")) for n in range(400))
    new = xlsx({"汇总表": cells})
    old = xls({"汇总表": {(n, 0): "上河村" for n in range(400)}})
    far = {(0, 0): "总", (65535, 255): "结"}
    circle = bytearray(old)
    circle[-512 + 8 : -512 + 12] = struct.pack("<I", 0)
    return {
        "xlsx bomb": (xlsx({"表": row(text("0" * 50_000_000))}), ("too_large",)),
        "xlsx with entities": (xlsx({"表": ""}, **{"xl/styles.xml": LAUGHS}), ("corrupt",)),
        "xlsx of empty cells": (xlsx({"表": "<row>" + "<c/>" * 2_900_000 + "</row>"}), ("too_large", "empty_text")),
        "xlsx of many sheets": (xlsx({f"表{n}": row(text("总")) for n in range(300)}), ("too_large",)),
        "xlsx of a long string in many cells": (
            xlsx({"表": row('<c t="s"><v>0</v></c>' * 9000)}, strings=f"<si><t>{'总结' * 9000}</t></si>"),
            ("too_large",),
        ),
        "xlsx with far apart cells": (
            xlsx({"表": '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>2</v></c></row>'}), ("",)
        ),
        "xlsx nested beyond reason": (xlsx({"表": "<row>" * 15_000}), ("corrupt",)),
        "xlsx with a path outside": (xlsx({"表": row(text("总"))}, **{"../x": ""}), ("corrupt",)),
        "xlsx that is a text": ("总结".encode(), ("",)),
        "xls with far apart cells": (xls({"表": far}), ("",)),
        "xls of many sheets": (xls({f"表{n}": {(0, 0): "总"} for n in range(300)}), ("too_large",)),
        "xls with a circle of sectors": (bytes(circle), ("corrupt", "")),
        "xls with a password": (xls({"表": far}, extra=record(0x2F, bytes(6))), ("encrypted",)),
        "xls of endless strings": (
            xls({"表": {(0, 0): "总"}}, extra=record(0xFC, b"\xff" * 8000)), ("", "corrupt")
        ),
        "xls of noise": (compound({"Workbook": bytes(range(256)) * 4000}), ("corrupt",)),
        **{
            f"xlsx cut at {share} %": (new[: len(new) * share // 100], ("corrupt",))
            for share in range(10, 100, 10)
        },
        **{
            f"xls cut at {share} %": (
                old[: len(old) * share // 100], ("corrupt", "unsupported_type", "empty_text", "")
            )
            for share in range(10, 100, 10)
        },
    }  # fmt: skip


def hostile_mails() -> Hostile:
    parts = b"--a\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    return {
        "mail of many parts": (MAIL % b"multipart/mixed; boundary=a" + parts * 100_000, ("too_large",)),
        "mail of parts within parts": (
            MAIL % b"multipart/mixed; boundary=b0"
            + b"".join(
                b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n, n + 1)
                for n in range(5000)
            ),
            ("corrupt", "too_large", "empty_text", ""),
        ),
        "mail with an endless subject": (
            (MAIL % b"text/plain").replace(b"Subject: x", b"Subject: " + b"=?utf-8?Q?a?= " * 100_000)
            + b"x",
            ("",),
        ),
        "sealed mail": (MAIL % b"application/pkcs7-mime" + b"MIIB", ("encrypted",)),
    }  # fmt: skip
