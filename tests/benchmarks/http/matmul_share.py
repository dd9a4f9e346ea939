"""How near the engine comes to the machine's limit: its tokens a second beside bare matrix products.

One core, no HTTP. The limit is what the same core makes of the model's own matrix shapes when it does
nothing else, in the same runtime. Not a test: run it on a quiet machine, `make bench-http` does.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from model import BUNDLES, Shape
from onnx import helper, numpy_helper
from texts import drawn_texts

from huibao.inference.tagging import tags_of
from huibao.inference.windows import Window
from huibao.reader import Reader, load_reader
from huibao.short_texts import heading_context, short_text

_ROUNDS = 5  # the best counts
_SECONDS = 1.0  # of a round, at most
_ROWS = 256  # tokens of a full window: the product that does best


@dataclass(frozen=True, slots=True)
class Row:
    """Limit and speed of one precision.

    Args:
        precision: Of the matrices.
        flops: Of one token.
        giga: Operations a second in bare products, in thousand millions.
        limit: Tokens a second, were there nothing but products.
        reached: Tokens a second of the engine.
    """

    precision: str
    flops: float
    giga: float
    limit: float
    reached: float


def flops_of_token(shape: Shape, tokens: float, tags: int) -> float:
    """Multiplications and additions of the matrix products for one token of a window.

    Args:
        shape: Of the encoder; the inner layer is four times as wide.
        tokens: In the window, each of which attention compares with this one.
        tags: Outputs of the tagger, which reads every token through one hidden layer.
    """
    linear = 24 * shape.hidden**2 * shape.layers
    attention = 4 * shape.hidden * shape.layers * tokens
    tagger = 2 * shape.hidden * (shape.hidden + tags)
    return linear + attention + tagger


def giga_products(shape: Shape, precision: str) -> float:
    """Giga operations a second in the encoder's linear layers alone, on one core."""
    hidden = shape.hidden
    sides = [(hidden, hidden)] * 4  # queries, keys, values and what joins them
    sides += [(hidden, 4 * hidden), (4 * hidden, hidden)]
    seconds = sum(_best(_product(inner, outer, precision)) for inner, outer in sides)
    return sum(2 * _ROWS * inner * outer for inner, outer in sides) / seconds / 1e9


def tokens_per_second(reader: Reader, windows: Sequence[Window]) -> float:
    """Of the engine on one core, windows one by one as the service runs them; by CPU time."""
    speeds = []
    reader.model.score(windows[:8])
    for _ in range(_ROUNDS):
        begun, end, tokens = time.process_time(), time.perf_counter() + 2 * _SECONDS, 0
        for window in windows:
            reader.model.score([window])
            tokens += len(window.ids)
            if time.perf_counter() > end:
                break
        speeds.append(tokens / (time.process_time() - begun))
    return max(speeds)


def _product(inner: int, outer: int, precision: str) -> Callable[[], object]:
    """A graph of one matrix product with fixed weights, as the runtime prepares them for a model."""
    feed, weights = _operands(inner, outer, precision)
    operator, made = ("MatMulInteger", "int32") if precision == "int8" else ("MatMul", "float32")
    graph = helper.make_graph(
        [helper.make_node(operator, ["x", "w"], ["y"])],
        "product",
        [helper.make_tensor_value_info("x", _onnx_type(feed.dtype.name), [_ROWS, inner])],
        [helper.make_tensor_value_info("y", _onnx_type(made), [_ROWS, outer])],
        [numpy_helper.from_array(weights, "w")],
    )
    opset = helper.make_opsetid("", 17)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return lambda: session.run(None, {"x": feed})


def _operands(inner: int, outer: int, precision: str) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """What goes in, shape (_ROWS, inner), and the weights, shape (inner, outer)."""
    chance = np.random.default_rng(0)
    if precision == "int8":
        given = chance.integers(0, 255, (_ROWS, inner), dtype=np.uint8)
        return given, chance.integers(-127, 127, (inner, outer), dtype=np.int8)
    return (
        chance.standard_normal((_ROWS, inner), dtype=np.float32),
        chance.standard_normal((inner, outer), dtype=np.float32),
    )


def _onnx_type(name: str) -> int:
    return int(helper.np_dtype_to_tensor_dtype(np.dtype(name)))


def _best(run: Callable[[], object]) -> float:
    """Seconds of CPU time that one run takes, the best of many short rounds."""
    times, end = [], time.perf_counter() + _SECONDS
    run()
    while time.perf_counter() < end:
        begun = time.process_time()
        for _ in range(20):
            run()
        times.append((time.process_time() - begun) / 20)
    return min(times)


def rows(models: Path, shape: Shape) -> Iterator[Row]:
    """fp32 and int8, both on the same paragraphs of 5 to 400 characters."""
    texts = drawn_texts(paragraphs=300, lines=0, reports=0, seed=7)
    for name in BUNDLES:
        reader = load_reader(models / name, threads=1)
        alone = heading_context(())
        windows = [
            window
            for text in texts.paragraphs
            for window in short_text(text, alone, reader).windows
        ]
        lengths = [len(window.ids) for window in windows]
        mean = sum(length**2 for length in lengths) / sum(lengths)  # as the average token sees it
        flops = flops_of_token(shape, mean, len(tags_of(reader.bundle.types)))
        precision = name.rpartition("-")[2]
        giga = giga_products(shape, precision)
        yield Row(precision, flops, giga, giga * 1e9 / flops, tokens_per_second(reader, windows))


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path(".bench"), help="where the models are")
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--hidden", type=int, default=256)
    options = parser.parse_args()
    shape = Shape(options.layers, options.hidden)
    write = sys.stdout.write
    write(f"### Share of the limit of matrix products, {shape.name}, one core\n\n")
    write("| | MFLOP a token | products, GFLOPS | limit, tokens/s | engine, tokens/s | share |\n")
    write("|---|---:|---:|---:|---:|---:|\n")
    for row in rows(options.work / "models" / shape.name, shape):
        share = 100 * row.reached / row.limit
        write(
            f"| {row.precision} | {row.flops / 1e6:.2f} | {row.giga:.0f} | {row.limit:,.0f} "
            f"| {row.reached:,.0f} | {share:.0f} % |\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
