"""The trained model in onnxruntime, one window a run, so that no answer depends on its neighbours."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from huibao.errors import BundleError
from huibao.inference.scores import WindowScores, in_threads
from huibao.inference.windows import Window

if TYPE_CHECKING:
    import onnxruntime

INPUTS = ("input_ids", "token_type_ids")
OUTPUTS = ("role", "category", "tags")
# Its kernel takes one number at a time: five times as long as the addition and the normalisation
# that it stands for, an eighth of an int8 window.
_SLOWER_FUSED = ("SkipLayerNormFusion",)


class OnnxModel:
    """Scores windows with a session that several threads share.

    Dynamic int8 takes one activation scale over the whole input, so a batch would change its members'
    answers; one window a run costs nothing on a CPU and is the same in any company.
    """

    def __init__(self, path: Path, *, threads: int | None = None) -> None:
        """Opens the graph; `threads` windows are scored at a time (None: one a core)."""
        self._session = _session(path)
        self._threads = threads or cores()

    def score(self, windows: Sequence[Window]) -> list[WindowScores]:
        """One result a window, in the same order."""
        return in_threads(self.score_one, windows, self._threads)

    def score_one(self, window: Window) -> WindowScores:
        """The scores of one window; several threads may ask at once."""
        feed = {
            "input_ids": np.array([window.ids], dtype=np.int64),
            "token_type_ids": np.array([window.segments], dtype=np.int64),
        }
        role, category, tags = self._session.run(OUTPUTS, feed)
        return WindowScores(role[0], category[0], tags[0][window.first : window.last])


def _session(path: Path) -> "onnxruntime.InferenceSession":
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as faults

    if not path.is_file():
        raise BundleError(f"no model graph {path}")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        session = onnxruntime.InferenceSession(
            path,
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=list(_SLOWER_FUSED),
        )
    except (
        faults.Fail,
        faults.InvalidGraph,
        faults.InvalidProtobuf,
        faults.RuntimeException,
    ) as error:
        raise BundleError(f"model graph {path} cannot be opened: {error}") from error
    names = tuple(value.name for value in session.get_outputs())
    if names != OUTPUTS:
        raise BundleError(f"{path}: outputs {names}, expected {OUTPUTS}")
    return session


def cores() -> int:
    """How many threads this process may run at a time."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
