"""The rival that most people write: a `transformers` pipeline behind FastAPI, in fp32.

Plain, it hands each request to the pipeline as it is, in FastAPI's own threads. Tuned, a fixed number
of workers with so many torch threads each takes chunks of a list that is sorted by length. A
process of its own, started by the benchmark: `--tune` reads a list of texts from standard input and
prints the fastest setting.
"""

import argparse
import copy
import itertools
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import torch
from pydantic import BaseModel

Scores = list[dict[str, Any]]
_LIST = 32  # paragraphs
_SECONDS_TO_TUNE = 2.0  # each setting


class Asked(BaseModel):
    """The body of a request."""

    texts: list[str]


@dataclass(frozen=True, slots=True)
class Setting:
    """Workers, torch threads of each, and paragraphs in a batch."""

    workers: int
    threads: int
    batch: int


class Plain:
    """The pipeline with the library's defaults: paragraphs one by one, torch's own threads."""

    def __init__(self, folder: Path) -> None:
        self._pipeline = _pipeline(folder)

    def scores(self, texts: Sequence[str]) -> list[Scores]:
        """The scores of all labels, a list for each text."""
        found: list[Scores] = self._pipeline(list(texts))
        return found


class Tuned:
    """The pipeline with workers, each with a tokenizer of its own, as those take no two threads."""

    def __init__(self, folder: Path, setting: Setting) -> None:
        torch.set_num_threads(setting.threads)
        self._batch = setting.batch
        self._pool = ThreadPoolExecutor(setting.workers)
        self._free: SimpleQueue[Any] = SimpleQueue()
        first = _pipeline(folder)
        for _ in range(setting.workers):
            self._free.put(_with_own_tokenizer(first))

    def scores(self, texts: Sequence[str]) -> list[Scores]:
        """The scores of all labels, a list for each text."""
        order = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
        chunks = [order[at : at + self._batch] for at in range(0, len(order), self._batch)]
        found: list[Scores] = [[] for _ in texts]
        chunk_scores = self._pool.map(lambda chunk: self._chunk(texts, chunk), chunks)
        for chunk, scores in zip(chunks, chunk_scores, strict=True):
            for place, score in zip(chunk, scores, strict=True):
                found[place] = score
        return found

    def close(self) -> None:
        """Ends the workers."""
        self._pool.shutdown()

    def _chunk(self, texts: Sequence[str], chunk: Sequence[int]) -> list[Scores]:
        with self._taken() as pipeline:
            found: list[Scores] = pipeline([texts[place] for place in chunk], batch_size=len(chunk))
        return found

    @contextmanager
    def _taken(self) -> Iterator[Any]:
        pipeline = self._free.get()
        try:
            yield pipeline
        finally:
            self._free.put(pipeline)


def fastest_setting(folder: Path, texts: Sequence[str]) -> dict[str, Any]:
    """The setting with most paragraphs a second on a list, and what all of them gave."""
    cores = len(os.sched_getaffinity(0))
    splits = sorted({(1, cores), (cores, 1)})
    figures: dict[Setting, float] = {}
    for workers, threads in splits:
        for batch in (1, 8, 32):
            setting = Setting(workers, threads, batch)
            tuned = Tuned(folder, setting)
            figures[setting] = round(_paragraphs_per_second(tuned, texts), 1)
            tuned.close()
    best = max(figures, key=lambda setting: figures[setting])
    tried = {
        f"{one.workers} x {one.threads} threads, batches of {one.batch}": figure
        for one, figure in figures.items()
    }
    return asdict(best) | {"tried": tried}


def _paragraphs_per_second(tuned: Tuned, texts: Sequence[str]) -> float:
    """On short lists, of which the first is not counted."""
    lists = itertools.cycle(texts[at : at + _LIST] for at in range(0, len(texts), _LIST))
    tuned.scores(next(lists))
    begun, done = time.perf_counter(), 0
    while (elapsed := time.perf_counter() - begun) < _SECONDS_TO_TUNE:
        one = next(lists)
        tuned.scores(one)
        done += len(one)
    return done / elapsed


def _pipeline(folder: Path) -> Any:
    from transformers import pipeline

    made: Any = pipeline(
        "text-classification", model=str(folder), top_k=None, truncation=True, device="cpu"
    )
    return made


def _with_own_tokenizer(pipeline: Any) -> Any:
    own = copy.copy(pipeline)
    own.tokenizer = copy.deepcopy(pipeline.tokenizer)
    return own


def _serve(classifier: Plain | Tuned, port: int) -> None:
    import uvicorn
    from fastapi import FastAPI

    app = FastAPI()

    @app.post("/classify")
    def classify(asked: Asked) -> dict[str, list[Scores]]:
        return {"data": classifier.scores(asked.texts)}

    uvicorn.run(app, host="127.0.0.1", port=port)


def main() -> int:
    """Serves, or finds the fastest setting."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tuned", metavar="WORKERS,THREADS,BATCH")
    parser.add_argument("--tune", action="store_true")
    options = parser.parse_args()
    if options.tune:
        sys.stdout.write(json.dumps(fastest_setting(options.folder, json.load(sys.stdin))))
    elif options.tuned:
        setting = Setting(*map(int, options.tuned.split(",")))
        _serve(Tuned(options.folder, setting), options.port)
    else:
        _serve(Plain(options.folder), options.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
