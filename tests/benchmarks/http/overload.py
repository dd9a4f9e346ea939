"""huibao's service at twice the load that it can do, then ended under it: what comes of each request.

Not a test: it takes minutes. `make bench-overload` asks for ten of them. Every request is sent at its time,
whether earlier ones are answered or not, each on a connection of its own.
"""

import argparse
import asyncio
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from dialects import HUIBAO, Request
from loads import mixed
from measures import outcome_of, started
from processes import ProcessTree
from servers import huibao_server
from texts import Texts, drawn_texts

from huibao.resources import resource_folder

_MOST_OPEN = 3_000  # connections; more are not sent, and told
_PATIENCE = 120.0  # seconds that an answer may take: twice what the service allows itself
_STEPS = 20  # sizes of the memory that are told
_LOOK = 5.0  # seconds between two looks at the memory


@dataclass(slots=True)
class Tally:
    """What came of the requests, and the memory of the server on the way.

    `ends` counts status codes, `refused` (no connection), `lost` (accepted, then no answer) and
    `unsent`.
    """

    ends: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The figures for people."""
        yield "answers: " + ", ".join(f"{end} {count}" for end, count in sorted(self.ends.items()))
        if self.seconds:
            ordered = sorted(self.seconds)
            yield f"seconds to a 200: p50 {ordered[len(ordered) // 2]:.2f}, most {ordered[-1]:.2f}"
        if self.megabytes:
            low, high, last = self.megabytes[0], max(self.megabytes), self.megabytes[-1]
            yield f"MB resident: {low:.0f} at the start, {high:.0f} at most, {last:.0f} at the end"
            steps = self.megabytes[:: max(1, len(self.megabytes) // _STEPS)]
            yield "MB on the way: " + " ".join(f"{size:.0f}" for size in steps)


def main() -> int:
    """Runs both parts and prints what came of the requests; 1 when one was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0, help="of overload")
    parser.add_argument("--times", type=float, default=2.0, help="the rate that it can do")
    parser.add_argument("--bundle", type=Path, default=resource_folder("models") / "huibao-small")
    parser.add_argument("--work", type=Path, default=Path(".bench"), help="the log is kept there")
    options = parser.parse_args()
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    texts = drawn_texts(paragraphs=1024, lines=64, reports=24, seed=7)
    log = options.work / "logs" / "overload.log"
    with started(huibao_server(options.bundle), texts, log) as (tree, port, _):
        rate = _sustainable(port, texts)
        _say(f"sustainable: {rate:.0f} requests a second; sent: {options.times * rate:.0f}")
        overload = asyncio.run(
            _overloaded(tree, port, texts, options.times * rate, options.seconds)
        )
        for line in overload.lines():
            _say(line)
        ended = asyncio.run(_ended(tree, port, texts, rate))
        _say(f"SIGTERM under load: exit code {tree.leader.wait(60)}")
        for line in ended.lines():
            _say(line)
    return 1 if overload.ends["lost"] or ended.ends["lost"] else 0


def _sustainable(port: int, texts: Texts) -> float:
    """Requests a second that eight clients are answered who wait for each answer."""
    requests = list(mixed(texts, HUIBAO, 400))
    found = outcome_of(port, requests, clients=8, seconds=10.0, answered=HUIBAO.answered)
    return len(found.seconds) / found.elapsed


async def _overloaded(
    tree: ProcessTree, port: int, texts: Texts, rate: float, seconds: float
) -> Tally:
    tally = Tally(megabytes=[tree.resident()])
    watch = asyncio.create_task(_watched(tree, tally))
    await _sent(port, texts, rate, seconds, tally)
    watch.cancel()
    tally.megabytes.append(tree.resident())
    return tally


async def _ended(tree: ProcessTree, port: int, texts: Texts, rate: float) -> Tally:
    """Asks the service to end in the middle of three seconds of requests."""
    tally = Tally()
    asyncio.get_running_loop().call_later(1.5, tree.leader.send_signal, signal.SIGTERM)
    await _sent(port, texts, rate, 3.0, tally)
    return tally


async def _sent(port: int, texts: Texts, rate: float, seconds: float, tally: Tally) -> None:
    """Sends requests at a rate for so long, then waits for the answers."""
    begun, waiting = time.monotonic(), set[asyncio.Task[None]]()
    for number, request in enumerate(cycle(mixed(texts, HUIBAO, 4_000))):
        due = begun + number / rate
        if due > begun + seconds:
            break
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        if len(waiting) >= _MOST_OPEN:
            tally.ends["unsent"] += 1
            continue
        task = asyncio.create_task(_asked(port, request, tally))
        waiting.add(task)
        task.add_done_callback(waiting.discard)
    await asyncio.gather(*waiting)


async def _asked(port: int, request: Request, tally: Tally) -> None:
    begun = time.monotonic()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        tally.ends["refused"] += 1
        return
    head = (
        f"POST {request.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(request.body)}\r\n\r\n"
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            writer.write(head.encode() + request.body)
            status = (await reader.readline()).split()
            await reader.read()
    except (OSError, TimeoutError):
        status = []
    finally:
        writer.close()
    if len(status) < 2:
        tally.ends["lost"] += 1
        return
    tally.ends[status[1].decode()] += 1
    if status[1] == b"200":
        tally.seconds.append(time.monotonic() - begun)


async def _watched(tree: ProcessTree, tally: Tally) -> None:
    while True:
        await asyncio.sleep(_LOOK)
        tally.megabytes.append(tree.resident())


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
