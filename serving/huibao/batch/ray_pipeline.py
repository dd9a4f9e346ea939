"""The stages of a run as a Ray Data pipeline: a feed of files, actors that hold a reader each, answers.

The files come from the machine that asks, so the others need no disk in common with it. One read task
pulls them from the feed, a file a block; where a machine is lost, Ray makes its blocks and answers anew.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from typing import Any

import pyarrow
import ray
from ray.data import ActorPoolStrategy, DataContext, Dataset, Datasource, ReadTask
from ray.data.block import BlockMetadata

from huibao.batch.feed import Feed
from huibao.batch.identity import Identity
from huibao.batch.worker import WorkerOptions
from huibao.batch.workers import Workers
from huibao.errors import HuibaoError

_FILES = pyarrow.schema(
    [
        ("number", pyarrow.int64()),
        ("is_open", pyarrow.bool_()),
        ("name", pyarrow.binary()),
        ("is_text", pyarrow.bool_()),
        ("content", pyarrow.large_binary()),
    ]
)
_ANSWERS = pyarrow.schema(
    [("number", pyarrow.int64()), ("said", pyarrow.binary()), ("page", pyarrow.large_binary())]
)
_IN_FLIGHT = 2  # files that wait at an actor, the one it reads included: the next is there at once


class FedFiles(Datasource):  # type: ignore[misc]  # ray's types are not looked at
    """A source without an end that is known beforehand: what the feed is given."""

    def __init__(self, feed: Any) -> None:  # noqa: ANN401 (a handle of Ray's)
        """Takes the feed's handle."""
        super().__init__()
        self._feed = feed

    def get_name(self) -> str:
        """Its name in Ray's own logs."""
        return "huibao"

    def estimate_inmemory_data_size(self) -> int | None:
        """Nobody knows."""
        return None

    def get_read_tasks(self, parallelism: int, *_: object, **__: object) -> list[ReadTask]:
        """One task, which yields a block for each file."""
        feed = self._feed
        unknown = BlockMetadata(num_rows=None, size_bytes=None, input_files=None, exec_stats=None)
        return [ReadTask(lambda: _blocks(feed), unknown)]


class ReaderActor:
    """One worker process with its reader; whatever a file does to that one, the actor stays."""

    def __init__(
        self, options: str, key: str, identify: Callable[[], Identity], seconds: float
    ) -> None:
        """Takes what every file is read with, and the identity that this machine must have too.

        The options come as JSON: what another version has pickled could not even be refused here.
        """
        self._options, self._seconds = options, seconds
        self._key, self._identify = key, identify
        self._workers: Workers | None = None

    def __call__(self, files: pyarrow.Table) -> pyarrow.Table:
        """The answers for a batch of files, a row each."""
        return pyarrow.Table.from_pylist([self._row(file) for file in files.to_pylist()], _ANSWERS)

    def _row(self, file: dict[str, Any]) -> dict[str, Any]:
        if not file["is_open"]:
            return {"number": file["number"], "said": b"", "page": b""}
        try:
            workers = self._checked()
            name, content = file["name"].decode("utf-8", "surrogatepass"), file["content"]
            text = content.decode("utf-8", "surrogatepass") if file["is_text"] else content
            answer = workers.answer(name, text)
        except HuibaoError as error:
            return {"number": file["number"], "said": _json({"fault": str(error)}), "page": b""}
        said = asdict(replace(answer, page=b""))
        del said["page"]
        return {"number": file["number"], "said": _json(said), "page": answer.page}

    def _checked(self) -> Workers:
        if self._workers is not None:
            return self._workers
        try:
            key, options = self._identify().key, WorkerOptions(**json.loads(self._options))
        except TypeError:  # it has other options
            key = None
        if key != self._key:
            node = ray.util.get_node_ip_address()
            message = "has another huibao, bundle or label set than the machine that asks"
            raise HuibaoError(f"the machine {node} {message}")
        self._workers = Workers(1, options, seconds=self._seconds)
        return self._workers


def started_feed() -> Any:  # noqa: ANN401 (a handle of Ray's)
    """A feed, on the machine that asks."""
    here = ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(
        ray.get_runtime_context().get_node_id(), soft=False
    )
    return ray.remote(Feed).options(num_cpus=0, scheduling_strategy=here).remote()


def answers(
    feed: Any,  # noqa: ANN401 (a handle of Ray's)
    count: int,
    options: WorkerOptions,
    key: str,
    identify: Callable[[], Identity],
    seconds: float,
) -> Iterator[dict[str, Any]]:
    """Number, what was said and page of each file of the feed, in no order, as they come."""
    context = DataContext.get_current().copy()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    # A block of one row: what is larger than a byte is not joined with the next.
    context.target_max_block_size = 1
    with DataContext.current(context):
        dataset = ray.data.read_datasource(FedFiles(feed), override_num_blocks=1, num_cpus=0)
        dataset = dataset.map_batches(
            ReaderActor,
            batch_size=1,
            batch_format="pyarrow",
            compute=ActorPoolStrategy(size=count, max_tasks_in_flight_per_actor=_IN_FLIGHT),
            num_cpus=1,
            fn_constructor_args=(json.dumps(asdict(options)), key, identify, seconds),
        )
        yield from _rows(dataset)


def _rows(dataset: Dataset) -> Iterator[dict[str, Any]]:
    # An answer that is fetched ahead would wait for the next one, which may need it first.
    batches: Iterable[pyarrow.Table] = dataset.iter_batches(
        batch_size=None, batch_format="pyarrow", prefetch_batches=0
    )
    for batch in batches:
        yield from batch.to_pylist()


def _blocks(feed: Any) -> Iterator[pyarrow.Table]:  # noqa: ANN401 (a handle of Ray's)
    number = 0
    while True:
        is_there, file = ray.get(feed.taken.remote(number))
        if not is_there:
            return
        name, is_text, content = file or (b"", False, b"")
        row = (number, file is not None, name, is_text, content)
        yield pyarrow.table([[cell] for cell in row], schema=_FILES)
        number += 1


def _json(said: dict[str, Any]) -> bytes:
    return json.dumps(said).encode()
