"""What the model says of a window and of a block, before anything is decided."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from huibao.inference.windows import Window

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class WindowScores:
    """Raw outputs of the model for one window.

    Shapes: `role` (roles,), `category` (categories,), `tags` (tokens of the block, tags); all logits.
    """

    role: Floats
    category: Floats
    tags: Floats


@dataclass(frozen=True, slots=True)
class BlockScores:
    """Scores of one block, its windows joined; shapes as in `WindowScores`, all logits.

    `starts` and `ends` are the characters of the block's tokens.
    """

    role: Floats
    category: Floats
    tags: Floats
    starts: Sequence[int]
    ends: Sequence[int]


class Model(Protocol):
    """Anything that scores windows; the ONNX session in service, fixed numbers in tests."""

    def score(self, windows: Sequence[Window]) -> list[WindowScores]:
        """One result a window, in the same order, independent of its neighbours."""
        ...


def in_threads(
    score_one: Callable[[Window], WindowScores], windows: Sequence[Window], threads: int
) -> list[WindowScores]:
    """One result a window, in the same order, `threads` windows at a time."""
    if threads == 1 or len(windows) < 2:
        return [score_one(window) for window in windows]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(score_one, windows))


def by_block(
    windows: Sequence[Window], scores: Iterable[WindowScores]
) -> dict[tuple[int, int], BlockScores]:
    """Joins window scores to block scores, keyed by (report, block).

    Roles are averaged by length, a category takes its highest window, and where two windows overlap
    each token is read from the window in which it stands further from the edge.
    """
    grouped: dict[tuple[int, int], list[tuple[Window, WindowScores]]] = {}
    for window, score in zip(windows, scores, strict=True):
        grouped.setdefault((window.report, window.block), []).append((window, score))
    return {key: _joined(parts) for key, parts in grouped.items()}


def _joined(parts: list[tuple[Window, WindowScores]]) -> BlockScores:
    if len(parts) == 1:
        window, score = parts[0]
        return BlockScores(score.role, score.category, score.tags, window.starts, window.ends)
    weights = np.array([len(window.starts) for window, _ in parts], dtype=np.float32)
    role = np.average([score.role for _, score in parts], axis=0, weights=weights)
    category = np.max([score.category for _, score in parts], axis=0)
    tags: list[Floats] = []
    starts: list[int] = []
    ends: list[int] = []
    begin = 0
    for place, (window, score) in enumerate(parts):
        overlap = 0
        if place + 1 < len(parts):
            following = parts[place + 1][0].starts[0]
            overlap = sum(start >= following for start in window.starts)
        stop = len(window.starts) - overlap // 2
        tags.append(score.tags[begin:stop])
        starts.extend(window.starts[begin:stop])
        ends.extend(window.ends[begin:stop])
        begin = overlap - overlap // 2
    return BlockScores(
        role.astype(np.float32), category, np.concatenate(tags), tuple(starts), tuple(ends)
    )


def softmax(logits: Floats) -> Floats:
    """Probabilities along the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    result: Floats = shifted / shifted.sum(axis=-1, keepdims=True)
    return result


def log_softmax(logits: Floats) -> Floats:
    """Log-probabilities along the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


def sigmoid(logits: Floats) -> Floats:
    """Probabilities of independent labels."""
    result: Floats = (1.0 / (1.0 + np.exp(-np.clip(logits, -60, 60)))).astype(np.float32)
    return result
