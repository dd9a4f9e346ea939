"""Mails: the subject is the title, the body is the text, and what hangs on them is named."""

import base64
from email.message import EmailMessage

import pytest

from huibao.errors import FileError
from huibao.report import Page
from huibao.text.files import read_page

BODY = (
    "一、主要做法\n（一）健全机制。镇里成立专班，朱镕村落实责任。\n二、下一步打算\n继续抓好落实。\n"
)
HEAD = b"From: a@b.example\r\nTo: c@d.example\r\nDate: Mon, 8 May 2023 09:00:00 +0800\r\n"


def texts(page: Page) -> list[str]:
    return [page.text[line.span.start : line.span.end] for line in page.lines]


def mail(subject: str = "青石镇工作总结") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "office@qingshi.example"
    message["To"] = "county@example"
    message["Subject"] = subject
    return message


@pytest.mark.parametrize("name", ["总结.eml", "总结"])
def test_a_plain_mail_reads_as_subject_and_body(name: str) -> None:
    message = mail()
    message.set_content(BODY)
    page = read_page(message.as_bytes(), name)
    assert texts(page) == ["青石镇工作总结", *BODY.splitlines()]
    assert (page.media_type, page.encoding, page.warnings) == ("message/rfc822", "utf-8", ())


def test_of_two_forms_of_a_body_the_plain_one_is_read() -> None:
    message = mail()
    message.set_content(BODY)
    message.add_alternative("<html><body><p>网页里的文字。</p></body></html>", subtype="html")
    assert texts(read_page(message.as_bytes())) == ["青石镇工作总结", *BODY.splitlines()]


def test_a_body_that_is_a_web_page_is_read_as_one() -> None:
    message = mail()
    inner = "".join(f"<p>{line}</p>" for line in BODY.splitlines())
    message.set_content(f"<html><body>{inner}</body></html>", subtype="html")
    assert texts(read_page(message.as_bytes())) == ["青石镇工作总结", *BODY.splitlines()]


@pytest.mark.parametrize(
    ("subject", "body", "charset"),
    [
        (
            b"=?GB2312?B?" + base64.b64encode("朱镕村总结".encode("gb18030")) + b"?=",
            "朱镕村落实责任。".encode("gb18030"),
            b"gb2312",
        ),
        ("朱镕村总结".encode("gb18030"), "朱镕村落实责任。".encode("gb18030"), b"gbk"),
        ("朱镕村总结".encode(), "朱镕村落实责任。".encode(), b"utf-8"),
    ],
)
def test_subject_and_body_are_decoded_whatever_they_call_themselves(
    subject: bytes, body: bytes, charset: bytes
) -> None:
    file = (
        HEAD + b"Subject: " + subject + b"\r\nContent-Type: text/plain; charset=" + charset
        + b"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + body
    )  # fmt: skip
    assert texts(read_page(file, "a.eml")) == ["朱镕村总结", "朱镕村落实责任。"]


def test_files_that_hang_on_a_mail_are_named() -> None:
    message = mail()
    message.set_content(BODY)
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="统计表.pdf")
    message.add_attachment("附件里的文字", filename="名单.txt")
    message.add_attachment(mail("转发的邮件"))
    page = read_page(message.as_bytes())
    assert texts(page) == ["青石镇工作总结", *BODY.splitlines()]
    assert page.warnings == (
        "left out: 3 files attached to the mail (统计表.pdf, 名单.txt, 转发的邮件); send them too",
    )


@pytest.mark.parametrize(
    "text",
    [
        "From: 青石镇\nTo: 县政府\n关于便民服务的总结\n",
        "Subject: 总结\n\n一、做法\n",
        "日期: 2023\nFrom: a\nTo: b\nDate: c\n",
    ],
)
def test_a_text_with_a_line_like_a_header_is_no_mail(text: str) -> None:
    assert read_page(text.encode()).media_type == "text/plain"


def test_a_page_saved_by_a_browser_is_no_mail() -> None:
    file = (
        b"From: <Saved by Blink>\r\nSubject: x\r\nDate: Mon, 8 May 2023 09:00:00 +0800\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: text/html; charset=utf-8\r\n\r\n"
        + "<html><body><p>一、加强领导。</p></body></html>".encode()
        + b"\r\n--b--\r\n"
    )
    assert read_page(file).media_type == "multipart/related"


SEALED = b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nMIIB"


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (HEAD + SEALED, "encrypted"),
        (HEAD + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\n\n" * 1_000_000, "too_large"),
        (HEAD + b"\r\n", "empty_text"),
        (HEAD + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a--\r\n", "empty_text"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(file: bytes, reason: str) -> None:
    with pytest.raises(FileError) as caught:
        read_page(file, "a.eml")
    assert caught.value.reason == reason


def test_parts_within_parts_end() -> None:
    file = HEAD + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(3000)
    )
    with pytest.raises(FileError):
        read_page(file + b"\r\ntext", "a.eml")


@pytest.mark.parametrize("share", range(10, 100, 10))
def test_a_mail_cut_off_anywhere_is_read_as_far_as_it_goes(share: int) -> None:
    message = mail()
    message.set_content(BODY * 20)
    message.add_attachment(b"x" * 900, maintype="application", subtype="pdf", filename="统计表.pdf")
    file = message.as_bytes()
    assert read_page(file[: len(file) * share // 100], "a.eml").text.strip()
