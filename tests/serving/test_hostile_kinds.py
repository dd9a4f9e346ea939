"""OFD files, spreadsheets and mails that are made to harm, each in a reading process with its limits."""

import time
from collections.abc import Iterator

import pytest
from hostile_pages import hostile_mails_and_archives, hostile_ofd, hostile_sheets

from huibao.errors import FileError
from huibao.reading_process import ReadingProcesses

FILES = hostile_ofd() | hostile_sheets() | hostile_mails_and_archives()
LONGEST_SECONDS = 20.0  # under 10 on a quiet machine


@pytest.fixture(scope="module")
def processes() -> Iterator[ReadingProcesses]:
    with ReadingProcesses(1, seconds=60.0) as started:
        yield started


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_read_or_refused_by_name(processes: ReadingProcesses, name: str) -> None:
    file, reasons = FILES[name]
    started = time.monotonic()
    try:
        processes.read(file, name="总结")
        found = ""
    except FileError as error:
        found = error.reason
    assert found in reasons
    assert time.monotonic() - started < LONGEST_SECONDS
