"""Files of every kind that are made to harm, each in a reading process with its limits.

`make hostile` tries more of them and measures time and memory.
"""

import time
from collections.abc import Iterator

import pytest
from hostile_list import hostile_list, reason_of

from huibao.reading_process import ReadingProcesses

FILES = {f"{file.group}: {file.title}": file for file in hostile_list(shares=(30, 90))}
LONGEST_SECONDS = 40.0  # under 10 on a quiet machine


@pytest.fixture(scope="module")
def processes() -> Iterator[ReadingProcesses]:
    with ReadingProcesses(1, seconds=60.0) as started:
        yield started


def test_the_list_is_long() -> None:
    assert len(FILES) > 150


@pytest.mark.parametrize("title", FILES)
def test_a_hostile_file_is_read_or_refused_by_name(processes: ReadingProcesses, title: str) -> None:
    file = FILES[title]
    started = time.monotonic()
    assert reason_of(processes, file) in file.reasons
    assert time.monotonic() - started < LONGEST_SECONDS
