"""Freed memory goes back to the system when the process has grown, and not before."""

import asyncio
import sys

import pytest

from huibao import memory


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells it so")
def test_a_process_knows_what_it_holds() -> None:
    before = memory.resident_bytes()
    held = bytearray(64 * 2**20)
    assert memory.resident_bytes() - before > len(held) // 2


@pytest.mark.parametrize(
    ("sizes", "asked"),
    [
        ([200, 201, 202, 203, 204], 0),
        ([200, 250, 210, 211, 212], 1),
        ([200, 250, 210, 290, 220], 2),
        ([200, 180, 190, 195, 199], 0),
    ],
)
def test_memory_is_given_back_each_time_the_process_has_grown(
    monkeypatch: pytest.MonkeyPatch, sizes: list[int], asked: int
) -> None:
    looks, calls = iter(sizes), []

    def size() -> int:
        if (now := next(looks, None)) is None:
            raise asyncio.CancelledError
        return now * 2**20

    monkeypatch.setattr(memory, "_LOOK_SECONDS", 0.0)
    monkeypatch.setattr(memory, "resident_bytes", size)
    monkeypatch.setattr(memory, "_trim", lambda: calls.append)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(memory.give_back_freed_memory())
    assert len(calls) == asked


def test_where_the_library_keeps_nothing_there_is_nothing_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory, "_trim", lambda: None)
    asyncio.run(memory.give_back_freed_memory())
