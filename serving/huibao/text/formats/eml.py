"""Takes a mail (.eml) apart: its subject, the body that its reader sees, the names of what hangs on it."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message

from huibao.errors import FileError
from huibao.text.limits import refuse_large_file

_MOST_PARTS = 500
_DASHED_LINE = b"\n--"
_MOST_DASHED_LINES = 20_000
_MOST_NAMED = 10
_LONGEST_NAME = 60
_LONGEST_SUBJECT = 500
# Encoded words take nine signs a character at most.
_LONGEST_HEADER = 9 * _LONGEST_SUBJECT
_FOLDED = re.compile(r"[\r\n]+[ \t]*")


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail says; `body` is still in its own encoding, `charset` is what its header names."""

    subject: str
    body: bytes
    is_html: bool
    charset: str | None
    warnings: tuple[str, ...]


def mail_of(data: bytes) -> Mail:
    """The subject and body of a mail; a plain body goes before a web page that repeats it.

    Raises:
        FileError: encrypted for sealed mail, too_large for one of many parts, corrupt.
    """
    if data.count(_DASHED_LINE) > _MOST_DASHED_LINES:
        raise FileError("too_large", f"the mail has more than {_MOST_PARTS} parts")
    try:
        message = email.message_from_bytes(data.lstrip(), policy=email.policy.compat32)
        parts = list(_parts(message))
    except (LookupError, ValueError, RecursionError) as error:
        raise FileError("corrupt", f"the mail is damaged: {error}") from None
    if any(part.get_content_type() == "application/pkcs7-mime" for part in parts):
        raise FileError("encrypted", "the mail is sealed; save its text without")
    plain = _first(parts, "text/plain")
    web = _first(parts, "text/html")
    body = plain if plain is not None and _content(plain).strip() else web
    return Mail(
        subject=_subject(message)[:_LONGEST_SUBJECT],
        body=b"" if body is None else _content(body),
        is_html=body is not None and body is web,
        charset=None if body is None else body.get_content_charset(),
        warnings=tuple(_warnings(parts)),
    )


def _parts(message: Message) -> Iterator[Message]:
    """The parts of a mail; a mail that hangs on it is one part and is not opened."""
    stack = [message]
    count = 0
    while stack:
        part = stack.pop()
        count += 1
        if count > _MOST_PARTS:
            raise FileError("too_large", f"the mail has more than {_MOST_PARTS} parts")
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            stack.extend(one for one in reversed(inner) if isinstance(one, Message))
        else:
            yield part


def _first(parts: list[Message], content_type: str) -> Message | None:
    return next(
        (
            part
            for part in parts
            if part.get_content_type() == content_type and not _is_attached(part)
        ),
        None,
    )


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return b""
    refuse_large_file(len(content))
    return content


def _warnings(parts: list[Message]) -> Iterator[str]:
    names = [
        _header_text(part.get_filename() or "") or _inner_subject(part) or "?"
        for part in parts
        if _is_attached(part) or part.get_content_type() == "message/rfc822"
    ]
    if names:
        shown = ", ".join(name[:_LONGEST_NAME] for name in names[:_MOST_NAMED])
        yield f"left out: {len(names)} files attached to the mail ({shown}); send them too"


def _subject(message: Message) -> str:
    raw = (value for name, value in message.raw_items() if name.lower() == "subject")
    return _header_text(str(next(raw, "")))


def _inner_subject(part: Message) -> str:
    """The subject of a mail that hangs on another."""
    inner = part.get_payload()
    first = inner[0] if isinstance(inner, list) and inner else None
    return _subject(first) if isinstance(first, Message) else ""


def _header_text(value: str) -> str:
    """A header as it is meant; mail programs write Chinese as encoded words or as bare GBK."""
    text = _decoded(
        _FOLDED.sub(" ", value[:_LONGEST_HEADER]).encode("utf-8", "surrogateescape"), None
    )
    pieces = []
    try:
        found = decode_header(text)
    except (ValueError, LookupError, HeaderParseError):
        return text
    for piece, charset in found:
        pieces.append(piece if isinstance(piece, str) else _decoded(piece, charset))
    return " ".join("".join(pieces).split())


def _decoded(piece: bytes, charset: str | None) -> str:
    """Encoded words; anything that calls itself GB2312 may hold all of GB18030."""
    named = (charset or "").lower()
    first = "gb18030" if named.startswith("gb") else named
    for encoding in (first, "utf-8", "gb18030"):
        try:
            return piece.decode(encoding or "ascii")
        except (LookupError, ValueError):
            continue
    return piece.decode("latin-1")
