"""The trained model in OpenVINO: faster on machines with AMX, where bfloat16 has its own tiles."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from huibao.errors import BundleError, MissingExtraError
from huibao.inference.onnx import INPUTS, OUTPUTS, cores
from huibao.inference.scores import WindowScores, in_threads
from huibao.inference.windows import Window

if TYPE_CHECKING:
    import openvino

Precision = Literal["f32", "bf16"]


class OpenvinoModel:
    """Scores windows one a run, like `OnnxModel`; a thread has a request of its own.

    The precision is always told: on a machine with AMX OpenVINO would otherwise take bfloat16 by
    itself, and the same report would have other scores there.
    """

    def __init__(
        self, path: Path, *, precision: Precision = "f32", threads: int | None = None
    ) -> None:
        """Opens and compiles the graph; `threads` windows are scored at a time (None: one a core).

        Raises:
            BundleError: the graph cannot be opened.
            MissingExtraError: OpenVINO is not installed.
        """
        self._threads = threads or cores()
        self._compiled = _compiled(path, precision, self._threads)
        self._own = threading.local()

    def score(self, windows: Sequence[Window]) -> list[WindowScores]:
        """One result a window, in the same order."""
        return in_threads(self.score_one, windows, self._threads)

    def score_one(self, window: Window) -> WindowScores:
        """The scores of one window; several threads may ask at once."""
        request = self._request()
        rows = (window.ids, window.segments)
        request.infer(
            {name: np.array([row], dtype=np.int64) for name, row in zip(INPUTS, rows, strict=True)}
        )
        # The buffers belong to the request and are written again by its next run.
        role, category, tags = (np.array(request.get_tensor(name).data[0]) for name in OUTPUTS)
        return WindowScores(role, category, tags[window.first : window.last])

    def _request(self) -> Any:  # noqa: ANN401 (the package may be absent)
        if not hasattr(self._own, "request"):
            self._own.request = self._compiled.create_infer_request()
        return self._own.request


def _compiled(path: Path, precision: Precision, threads: int) -> "openvino.CompiledModel":
    try:
        import onnx  # noqa: F401 (float_graph needs it; both come with the extra)
        import openvino
    except ImportError as error:
        raise MissingExtraError("the OpenVINO engine", "openvino") from error
    from huibao.inference.float_graph import float_graph

    if not path.is_file():
        raise BundleError(f"no model graph {path}")
    core = openvino.Core()
    settings = {
        "INFERENCE_PRECISION_HINT": precision,
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": threads,
    }
    try:
        model = core.read_model(float_graph(path))
        compiled = core.compile_model(model, "CPU", settings)
    except RuntimeError as error:
        raise BundleError(f"model graph {path} cannot be opened: {error}") from error
    names = tuple(output.any_name for output in compiled.outputs)
    if names != OUTPUTS:
        raise BundleError(f"{path}: outputs {names}, expected {OUTPUTS}")
    return compiled
