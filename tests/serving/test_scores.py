"""From windows to blocks: how the scores of a long block's windows are joined."""

import numpy as np
import pytest

from huibao.inference.scores import WindowScores, by_block, log_softmax, sigmoid, softmax
from huibao.inference.windows import Window


def window_of(block: int, start: int, stop: int) -> Window:
    places = tuple(range(start, stop))
    ids = (2, 3, *places, 3)
    return Window(0, block, ids, 2, 2 + len(places), places, tuple(p + 1 for p in places))


def scores_of(role: list[float], category: list[float], tags: list[float]) -> WindowScores:
    return WindowScores(
        np.array(role, dtype=np.float32),
        np.array(category, dtype=np.float32),
        np.array(tags, dtype=np.float32)[:, None],
    )


def test_a_block_of_one_window_keeps_its_scores() -> None:
    scores = scores_of([1, 2], [3], [5, 6])
    joined = by_block([window_of(4, 0, 2)], [scores])[0, 4]
    assert joined.role is scores.role
    assert joined.tags.ravel().tolist() == [5, 6]
    assert (joined.starts, joined.ends) == ((0, 1), (1, 2))


def test_roles_are_averaged_by_length_and_a_category_takes_its_highest_window() -> None:
    windows = [window_of(0, 0, 6), window_of(0, 4, 6)]
    scores = [scores_of([4, 0], [1, -3], [0] * 6), scores_of([0, 8], [-1, 2], [1] * 2)]
    joined = by_block(windows, scores)[0, 0]
    assert joined.role.tolist() == pytest.approx([3, 2])
    assert joined.category.tolist() == [1, 2]


def test_in_an_overlap_each_token_is_read_further_from_the_edge() -> None:
    windows = [window_of(0, 0, 10), window_of(0, 6, 16), window_of(0, 12, 15)]
    scores = [scores_of([0], [0], [place] * len(w.starts)) for place, w in enumerate(windows)]
    joined = by_block(windows, scores)[0, 0]
    assert joined.starts == tuple(range(15 + 1))[: len(joined.starts)]
    assert joined.tags.ravel().tolist()[:14] == [0] * 8 + [1] * 6
    assert len(joined.tags) == len(joined.starts) == len(joined.ends)


def test_blocks_are_kept_apart() -> None:
    windows = [window_of(0, 0, 1), window_of(1, 0, 1)]
    scores = [scores_of([1], [1], [1]), scores_of([2], [2], [2])]
    joined = by_block(windows, scores)
    assert [joined[0, block].role.item() for block in (0, 1)] == [1, 2]


def test_probabilities_survive_large_logits() -> None:
    logits = np.array([[1000.0, 0.0, -1000.0]], dtype=np.float32)
    assert softmax(logits).tolist() == [[1, 0, 0]]
    assert log_softmax(logits).tolist() == [[0, -1000, -2000]]
    assert sigmoid(logits).ravel() == pytest.approx([1, 0.5, 0])
