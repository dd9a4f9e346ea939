"""Finds the web page inside a web archive (.mht), as office systems save it, often named .doc."""

import email
import email.policy
from email.message import EmailMessage
from typing import cast

from huibao.errors import FileError
from huibao.text.limits import refuse_large_file

_MOST_PARTS = 500
# Every part opens with such a line; a few others do as well, a horizontal rule or a comment's end.
_DASHED_LINE = b"\n--"
_MOST_DASHED_LINES = 20_000


def web_page_of(data: bytes) -> tuple[bytes, str | None]:
    """The bytes of the archive's web page and the encoding its header names.

    Raises:
        FileError: corrupt for an archive without a web page, too_large for one of many parts.
    """
    if data.count(_DASHED_LINE) > _MOST_DASHED_LINES:
        raise FileError("too_large", f"the web archive has more than {_MOST_PARTS} parts")
    try:
        message = cast(EmailMessage, email.message_from_bytes(data, policy=email.policy.compat32))
        for count, part in enumerate(message.walk()):
            if count > _MOST_PARTS:
                raise FileError("too_large", f"the web archive has more than {_MOST_PARTS} parts")
            if part.get_content_type() != "text/html":
                continue
            page = part.get_payload(decode=True)
            if isinstance(page, bytes) and page.strip():
                refuse_large_file(len(page))
                charset = part.get_content_charset()
                return page, charset
    except (LookupError, ValueError, RecursionError) as error:
        raise FileError("corrupt", f"the web archive is damaged: {error}") from None
    raise FileError("corrupt", "the web archive holds no web page")
