"""The service's log: one line an event, and never the text of a document."""

import asyncio
import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest

from huibao.service.logs import RequestLine, configure_logs, log_event, log_fault, log_request

SECRET = "某县投入二十万元用于张某某"
TOUCHED = ("huibao", "uvicorn", "uvicorn.error", "uvicorn.access", "asyncio", "fastapi")


@pytest.fixture
def lines() -> Iterator[Callable[..., list[str]]]:
    """Starts the log in one form and gives what was written so far."""
    before = {}
    for name in (*TOUCHED, "py.warnings"):
        logger = logging.getLogger(name)
        before[name] = (logger.handlers, logger.propagate, logger.level)
    stream = io.StringIO()

    def written(form: str | None = None) -> list[str]:
        if form:
            configure_logs(form, "debug", stream=stream)
        return stream.getvalue().splitlines()

    yield written
    for name, (handlers, propagate, level) in before.items():
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


def fault() -> Exception:
    """An error as a library raises it, with the text it choked on in its words."""
    try:
        try:
            int(SECRET)
        except ValueError as error:
            raise KeyError(SECRET) from error
    except KeyError as error:
        return error


def test_a_request_is_one_json_line_with_what_an_operator_asks_for(lines) -> None:
    lines("json")
    log_request(RequestLine("r-1", "POST", "/v1/read", 200, 0.123456, 90, 1200, 7, key="office"))
    (line,) = lines()
    entries = json.loads(line)
    assert entries.pop("time").endswith("+00:00")
    assert entries == {
        "level": "info", "event": "request", "request_id": "r-1", "method": "POST",
        "route": "/v1/read", "status": 200, "seconds": 0.1235, "bytes_in": 90, "bytes_out": 1200,
        "windows": 7, "key": "office",
    }  # fmt: skip


def test_a_fault_of_the_service_is_an_error_line(lines) -> None:
    lines("json")
    log_request(RequestLine("r", "POST", "/v1/read", 500, 0.1))
    log_request(RequestLine("r", "POST", "/v1/read", 503, 0.1))
    assert [json.loads(line)["level"] for line in lines()] == ["error", "info"]


@pytest.mark.parametrize("form", ["json", "text"])
def test_an_error_is_told_by_type_and_place_and_not_by_its_words(lines, form) -> None:
    lines(form)
    log_fault("no answer", fault(), request_id="r-1")
    (line,) = lines()
    assert "KeyError < ValueError" in line
    assert "test_logs.py" in line
    assert SECRET not in line


@pytest.mark.parametrize("form", ["json", "text"])
def test_what_other_libraries_say_never_has_the_text_of_a_document(lines, form) -> None:
    lines(form)
    error = fault()
    logging.getLogger("uvicorn.error").error("Exception in ASGI application\n", exc_info=error)
    logging.getLogger("uvicorn.error").error("got %s", SECRET)
    logging.getLogger("asyncio").error(f"Exception in callback f({SECRET!r})", exc_info=error)
    logging.getLogger("fastapi").error(f"a first line\nand {SECRET}")
    logging.getLogger("uvicorn.access").critical(SECRET)
    assert len(lines()) == 4
    assert SECRET not in "\n".join(lines())


def test_a_task_that_nobody_awaited_leaves_no_text_in_the_log(lines) -> None:
    lines("json")

    async def failing() -> None:
        raise ValueError(SECRET)

    async def main() -> None:
        task = asyncio.create_task(failing())
        await asyncio.wait([task])
        asyncio.get_running_loop().call_exception_handler(
            {"message": f"lost {SECRET}", "exception": task.exception()}
        )

    asyncio.run(main())
    (line,) = lines()
    assert json.loads(line)["error"] == "ValueError"
    assert SECRET not in line


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_value_cannot_begin_a_line_of_its_own_or_fill_the_disk(lines, form) -> None:
    lines(form)
    log_event("start", key="a\n2026 info forged", name="x" * 10_000)
    (line,) = lines()
    assert len(line) < 800


def test_a_line_that_cannot_be_written_is_dropped_in_silence(lines, capsys) -> None:
    lines("json")
    stream = io.StringIO()
    configure_logs("json", "info", stream=stream)
    stream.close()
    log_event("start", word=SECRET)
    out = capsys.readouterr()
    assert SECRET not in out.err + out.out


def test_lines_below_the_level_are_not_written(lines) -> None:
    stream = io.StringIO()
    configure_logs("json", "warning", stream=stream)
    log_event("start")
    log_event("late", logging.WARNING)
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["late"]
    lines()
