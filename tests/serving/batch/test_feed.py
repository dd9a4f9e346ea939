"""The feed of files to other machines: by number, as often as need be, until each has its answer."""

import asyncio
import subprocess
import sys

import pytest

from huibao.batch.feed import Feed
from huibao.batch.ray_engine import RayEngine
from huibao.batch.worker import WorkerOptions
from huibao.errors import MissingExtraError

ONE, TWO = (b"a.txt", False, b"1"), (b"b.txt", True, b"2")


def test_a_number_is_waited_for_and_may_be_taken_again():
    async def told() -> list[object]:
        feed = Feed()
        waiting = asyncio.create_task(feed.taken(0))
        await asyncio.sleep(0)
        assert not waiting.done()
        await feed.put(0, *ONE)
        return [await waiting, await feed.taken(0)]

    assert asyncio.run(told()) == [(True, ONE), (True, ONE)]


def test_files_that_come_out_of_order_are_all_there():
    async def told() -> list[object]:
        feed = Feed()
        await feed.put(1, *TWO)
        waiting = asyncio.create_task(feed.taken(0))
        await asyncio.sleep(0)
        await feed.put(0, *ONE)
        return [await waiting, await feed.taken(1)]

    assert asyncio.run(told()) == [(True, ONE), (True, TWO)]


@pytest.mark.parametrize("answered", [(0,), (1,), (0, 1), (1, 0)])
def test_what_has_its_answer_keeps_its_number_and_loses_its_bytes(answered: tuple[int, ...]):
    async def told() -> list[object]:
        feed = Feed()
        await feed.put(0, *ONE)
        await feed.put(1, *TWO)
        for number in answered:
            await feed.forget(number)
        await feed.close(2)
        return [await feed.taken(number) for number in range(3)]

    left = [None if number in answered else file for number, file in enumerate((ONE, TWO))]
    assert asyncio.run(told()) == [(True, left[0]), (True, left[1]), (False, None)]


def test_the_end_is_told_to_whoever_waits():
    async def told() -> object:
        feed = Feed()
        waiting = [asyncio.create_task(feed.taken(0)) for _ in range(2)]
        await asyncio.sleep(0)
        await feed.close(0)
        return await asyncio.gather(*waiting)

    assert asyncio.run(told()) == [(False, None)] * 2


def test_without_ray_the_engine_names_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'huibao\[batch\]'"):
        RayEngine(WorkerOptions("b"), "key", lambda: None)


def test_an_address_without_the_engine_is_a_mistake(tmp_path):
    call = "import sys; from huibao.cli import main; sys.exit(main())"
    ran = subprocess.run(
        [sys.executable, "-c", call, "batch", "x", "--out", str(tmp_path), "--address", "auto"],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert (ran.returncode, ran.stderr) == (2, "huibao: --address needs --engine ray\n")
