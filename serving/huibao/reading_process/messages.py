"""What a reading process and its parent say to each other, as plain bytes that can do no harm.

A message is a head (JSON) and a body (the file; or the origins of all blocks as 32-bit numbers).
JSON and not pickle: the reading process handles hostile files with parsers written in C, so the
parent takes its answer for what it says of itself, never as instructions. The answer is bounded in
size, and every record is built by its own constructor, which checks the offsets.
"""

import hashlib
import json
import socket
import struct
import time
from array import array
from collections.abc import Sequence
from typing import Any, get_args

from huibao.errors import FILE_REASONS, FileError
from huibao.report import (
    Block,
    BlockKind,
    Furniture,
    Line,
    LineKind,
    Page,
    PageReports,
    Report,
    Span,
)

MOST_BYTES = 128 * 2**20
# Each opens a list or an object of some 64 bytes; two million characters of text may hold as many.
_MOST_OPENINGS = 8_000_000
_SIZES = struct.Struct("!II")
_CHUNK = 1 << 18
_ORIGIN = "I"
_LINE_KINDS: tuple[LineKind, ...] = get_args(LineKind)
_BLOCK_KINDS: tuple[BlockKind, ...] = get_args(BlockKind)


def send(
    channel: socket.socket, head: object, body: bytes = b"", *, until: float | None = None
) -> None:
    """Sends a message.

    `until` is the `time.monotonic()` by which it has to be taken, None for ever.

    Raises:
        TimeoutError: when it was not taken in time.
        OSError: when the other side has closed.
    """
    said = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )
    channel.settimeout(_left(until))
    channel.sendall(_SIZES.pack(len(said), len(body)) + said)
    if body:
        channel.settimeout(_left(until))
        channel.sendall(body)


def received(channel: socket.socket, *, until: float | None = None) -> tuple[object, bytes]:
    """The head and the body of the next message.

    Raises:
        TimeoutError: when it did not come whole by `until` (`time.monotonic()`).
        EOFError: when the other side has closed.
        ValueError: when it is larger than any message, or its head is no JSON.
    """
    head_size, body_size = _SIZES.unpack(_taken(channel, _SIZES.size, until))
    if head_size + body_size > MOST_BYTES:
        raise ValueError(f"a message of {head_size + body_size} bytes")
    said = bytes(_taken(channel, head_size, until))
    if said.count(b"[") + said.count(b"{") > _MOST_OPENINGS:
        raise ValueError("a message of too many parts")
    body = bytes(_taken(channel, body_size, until))
    try:
        return json.loads(said.decode("utf-8", "surrogatepass")), body
    except RecursionError:
        raise ValueError("a message of too many levels") from None


def page_message(source: PageReports) -> tuple[dict[str, Any], bytes]:
    """The head and body that stand for a read page; its name and hash are left to the parent."""
    page = source.page
    origins = array(_ORIGIN)
    for report in source.reports:
        for block in report.blocks:
            origins.extend(block.origin)
    head = {
        "page": [page.media_type, page.encoding, page.text, page.warnings],
        "lines": [
            [line.span.start, line.span.end, line.kind, line.outline, line.centred, line.indent]
            for line in page.lines
        ],
        "reports": [
            [one.span.start, one.span.end, one.title, one.split_reason, _block_rows(one)]
            for one in source.reports
        ],
        "furniture": [[one.span.start, one.span.end, one.reason] for one in source.furniture],
        "warnings": source.warnings,
    }
    return head, origins.tobytes()


def page_of(head: object, body: bytes, *, file: bytes, name: str) -> PageReports:
    """The page that a message stands for.

    Raises:
        ValueError: when the message contradicts itself.
    """
    if not isinstance(head, dict):
        raise ValueError("no message of a page")
    try:
        media_type, encoding, text, warnings = head["page"]
        page = Page(
            name=name,
            sha256=hashlib.sha256(file).hexdigest(),
            media_type=_text(media_type),
            encoding=_text_or_none(encoding),
            text=_text(text),
            lines=tuple(_line(row) for row in head["lines"]),
            warnings=tuple(map(_text, warnings)),
        )
        origins = array(_ORIGIN)
        origins.frombytes(body)
        reports, place = [], 0
        for index, row in enumerate(head["reports"]):
            report, place = _report(index, row, origins, place, len(page.text))
            reports.append(report)
        furniture = tuple(
            Furniture(_span(start, end, len(page.text)), _text(reason))
            for start, end, reason in head["furniture"]
        )
        return PageReports(page, tuple(reports), furniture, tuple(map(_text, head["warnings"])))
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"no message of a page: {type(error).__name__}") from None


def error_of(said: object) -> FileError:
    """The named error that a message tells, as [reason, sentence].

    Raises:
        ValueError: when it names no reason of `FILE_REASONS`.
    """
    match said:
        case [str(reason), str(message)]:
            for known in FILE_REASONS:
                if reason == known:
                    return FileError(known, message)
    raise ValueError("no message of an error")


def _left(until: float | None) -> float | None:
    if until is None:
        return None
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _taken(channel: socket.socket, size: int, until: float | None) -> bytearray:
    taken = bytearray()
    while len(taken) < size:
        channel.settimeout(_left(until))
        chunk = channel.recv(min(size - len(taken), _CHUNK))
        if not chunk:
            raise EOFError
        taken += chunk
    return taken


def _block_rows(report: Report) -> list[list[object]]:
    return [
        [
            block.kind,
            block.level,
            block.parent,
            block.span.start,
            block.span.end,
            block.text,
            block.duplicate_of,
        ]
        for block in report.blocks
    ]


def _report(
    index: int, row: Sequence[Any], origins: "array[int]", place: int, size: int
) -> tuple[Report, int]:
    """A report and where the origins of the next one begin."""
    start, end, title, split_reason, rows = row
    blocks = []
    for number, own in enumerate(rows):
        block = _block(number, own, origins, place, size)
        blocks.append(block)
        place += len(block.text)
    span = _span(start, end, size)
    return Report(index, span, _text(title), tuple(blocks), _text_or_none(split_reason)), place


def _block(index: int, row: Sequence[Any], origins: "array[int]", place: int, size: int) -> Block:
    kind, level, parent, start, end, text, duplicate_of = row
    if kind not in _BLOCK_KINDS:
        raise ValueError("a block of no kind")
    origin = tuple(origins[place : place + len(_text(text))])
    span = _span(start, end, size)
    if origin and not (span.start <= min(origin) and max(origin) < span.end):
        raise ValueError(f"block {index}: origins leave its span")
    parent, duplicate_of = _whole_or_none(parent), _whole_or_none(duplicate_of)
    return Block(index, kind, _whole(level), parent, span, text, origin, duplicate_of)


def _line(row: Sequence[Any]) -> Line:
    start, end, kind, outline, centred, indent = row
    known = kind in _LINE_KINDS and (centred is None or isinstance(centred, bool))
    if not known or not (indent is None or isinstance(indent, int | float)):
        raise ValueError("a line of no kind")
    return Line(Span(_whole(start), _whole(end)), kind, _whole_or_none(outline), centred, indent)


def _span(start: object, end: object, size: int) -> Span:
    span = Span(_whole(start), _whole(end))
    if span.end > size:
        raise ValueError("a span outside the text")
    return span


def _whole(value: object) -> int:
    if type(value) is not int:
        raise ValueError("not a whole number")
    return value


def _whole_or_none(value: object) -> int | None:
    return None if value is None else _whole(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)
