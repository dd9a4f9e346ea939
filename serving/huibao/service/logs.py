"""The service's log: one line an event, as JSON or plain; the text of a document is in none of them.

An exception's message may quote what it choked on, and so may a message of another library. A line
therefore has an exception's type and the places it passed, never its words, and of what other
libraries say only the first line.
"""

import json
import logging
import sys
import traceback
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping

LOGGER = "huibao"
_FOREIGN = ("uvicorn", "uvicorn.error", "asyncio", "fastapi", "py.warnings")
# asyncio's own words about a failed callback quote the arguments it was called with.
_UNSPOKEN = {"asyncio": "a task failed", "py.warnings": "a warning"}
_SHOWN_FRAMES = 12
_LONGEST = 500  # characters of one value in a line


@dataclass(frozen=True, slots=True)
class RequestLine:
    """What the log tells of one request; there is no field for text, names of files or addresses.

    `problem` is the name of the error that was answered, `key` the name of the client's key.
    """

    request_id: str
    method: str
    route: str
    status: int
    seconds: float
    bytes_in: int = 0
    bytes_out: int = 0
    windows: int = 0
    key: str | None = None
    problem: str | None = None
    bundle: str | None = None


def log_request(line: RequestLine) -> None:
    """Writes the line of one request; a fault of the service's own has the level error."""
    level = logging.ERROR if line.status == 500 else logging.INFO
    entries = {part.name: getattr(line, part.name) for part in fields(line)}
    entries["seconds"] = round(line.seconds, 4)
    said = {name: value for name, value in entries.items() if value is not None}
    logging.getLogger(f"{LOGGER}.request").log(level, "request", extra={"said": said})


def log_event(event: str, level: int = logging.INFO, **said: object) -> None:
    """Writes a line of the service itself: a start, a new bundle, a drained queue."""
    logging.getLogger(LOGGER).log(level, event, extra={"said": said})


def log_fault(event: str, error: BaseException, **said: object) -> None:
    """Writes a line with the type of an error and the places it passed, without its words."""
    logging.getLogger(LOGGER).error(event, exc_info=error, extra={"said": said})


def configure_logs(form: str, level: str, *, stream: TextIO | None = None) -> None:
    """Sends the lines of the service and of its server to one place, `json` or `text` in form."""
    handler = _QuietHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else PlainLines())
    own = logging.getLogger(LOGGER)
    own.handlers, own.propagate = [handler], False
    own.setLevel(level.upper())
    for name in _FOREIGN:
        foreign = logging.getLogger(name)
        foreign.handlers, foreign.propagate = [handler], False
        foreign.setLevel(logging.WARNING)
    # The server's own line for each request has the address of the client and the query.
    access = logging.getLogger("uvicorn.access")
    access.handlers, access.propagate = [], False


class JsonLines(logging.Formatter):
    """A record as one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_entries(record), ensure_ascii=False, default=str)


class PlainLines(logging.Formatter):
    """A record as `time level event name=value …` on one line, for the eye."""

    def format(self, record: logging.LogRecord) -> str:
        entries = _entries(record)
        head = " ".join(str(entries.pop(name)) for name in ("time", "level", "event"))
        rest = (f"{name}={json.dumps(v, ensure_ascii=False)}" for name, v in entries.items())
        return " ".join((head, *rest))


class _QuietHandler(logging.StreamHandler[TextIO]):
    """A handler that drops a line it cannot write; the usual one would print its arguments."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's own name)
        """Says nothing: the reader of a pipe may be gone."""


def _entries(record: logging.LogRecord) -> dict[str, Any]:
    said: Mapping[str, Any] = getattr(record, "said", {})
    entries: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "event": _event(record),
    }
    entries.update((name, _short(value)) for name, value in said.items())
    if record.exc_info and record.exc_info[1] is not None:
        entries["error"] = _types(record.exc_info[1])
        entries["places"] = _places(record.exc_info[1])
    return entries


def _event(record: logging.LogRecord) -> str:
    if record.name in _UNSPOKEN:
        return _UNSPOKEN[record.name]
    own = record.name == LOGGER or record.name.startswith(f"{LOGGER}.")
    message = record.getMessage() if own or not record.args else str(record.msg)
    first = message.strip().splitlines()[:1]
    return first[0][:_LONGEST] if first else ""


def _short(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _types(error: BaseException) -> str:
    """The types of an error and of what caused it, the last one first."""
    names: list[str] = []
    link: BaseException | None = error
    while link is not None and len(names) < _SHOWN_FRAMES:
        names.append(type(link).__name__)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return " < ".join(names)


def _places(error: BaseException) -> list[str]:
    """Where an error passed, the innermost last; file and line, not the source."""
    frames = traceback.extract_tb(error.__traceback__)[-_SHOWN_FRAMES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
