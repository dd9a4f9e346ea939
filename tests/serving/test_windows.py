"""What the model reads at once: a block behind its heading path."""

from itertools import pairwise

import pytest

from huibao.inference.vocabulary import Vocabulary
from huibao.inference.windows import Window, WindowShape, context_of, cut_windows
from huibao.report import Block, BlockKind, Report, Span

SHAPE = WindowShape(size=64, overlap=12, path=16)


def report_of(*blocks: tuple[BlockKind, str, int | None]) -> Report:
    made, place = [], 0
    for index, (kind, text, parent) in enumerate(blocks):
        span = Span(place, place + len(text))
        made.append(Block(index, kind, 1, parent, span, text, tuple(range(place, span.end))))
        place = span.end + 1
    return Report(0, Span(0, place), "", tuple(made))


def shown(window: Window, vocabulary: Vocabulary) -> str:
    return "".join(vocabulary.tokens[token] for token in window.ids)


def test_a_block_stands_behind_its_heading_path(vocabulary: Vocabulary) -> None:
    report = report_of(
        ("title", "工作总结", None),
        ("heading", "一、做法", None),
        ("heading", "（一）宣传", 1),
        ("paragraph", "发放xx份。", 2),
    )
    windows = [shown(window, vocabulary) for window in cut_windows([report], vocabulary, SHAPE)]
    assert windows == [
        "[CLS][P0][TITLE][SEP]工作总结[SEP]",
        "[CLS][P2][HEADING][SEP]一、做法[SEP]",
        "[CLS][P5][HEADING][PATH]一、做法[SEP]（一）宣传[SEP]",
        "[CLS][P7][PARAGRAPH][PATH]一、做法[PATH]（一）宣传[SEP]发放[BLK]份。[SEP]",
    ]


def test_context_and_block_are_different_segments(vocabulary: Vocabulary) -> None:
    report = report_of(("heading", "一、做法", None), ("item", "投入5元", 0))
    window = list(cut_windows([report], vocabulary, SHAPE))[1]
    assert window.segments == (0,) * window.first + (1,) * (len(window.ids) - window.first)
    assert window.ids[window.first : window.last] == vocabulary.encode("投入5元").ids
    assert (tuple(window.starts), tuple(window.ends)) == ((0, 1, 2, 3), (1, 2, 3, 4))


def test_a_long_heading_path_keeps_its_deepest_heading(vocabulary: Vocabulary) -> None:
    report = report_of(
        ("heading", "一、" + "大" * 60, None),
        ("heading", "（一）" + "小" * 60, 0),
        ("paragraph", "正文", 1),
    )
    window = list(cut_windows([report], vocabulary, SHAPE))[-1]
    assert "大大[PATH]（一）小小小小小[SEP]正文[SEP]" in shown(window, vocabulary)
    assert window.first == 4 + SHAPE.path


@pytest.mark.parametrize("length", [0, 1, 40, 43, 44, 45, 80, 200, 1000])
def test_windows_of_a_long_block_overlap_and_cover_it_exactly(
    vocabulary: Vocabulary, length: int
) -> None:
    text = "".join(chr(0x4E00 + place) for place in range(length))
    report = report_of(("heading", "一、主要做法和成效", None), ("paragraph", text, 0))
    windows = [one for one in cut_windows([report], vocabulary, SHAPE) if one.block == 1]
    assert all(len(window.ids) <= SHAPE.size for window in windows)
    assert all(window.last - window.first == len(window.starts) for window in windows)
    seen = {start for window in windows for start in window.starts}
    assert seen == set(range(length))
    for left, right in pairwise(windows):
        assert len(set(left.starts) & set(right.starts)) == SHAPE.overlap


def test_the_decile_of_the_last_block_is_nine() -> None:
    report = report_of(*[("paragraph", "甲", None)] * 37)
    deciles = [context_of(report, block).decile for block in report.blocks]
    assert (deciles[0], deciles[-1]) == (0, 9)
    assert deciles == sorted(deciles)


def test_a_shape_without_heading_path_leaves_headings_out(vocabulary: Vocabulary) -> None:
    report = report_of(("heading", "一、做法", None), ("item", "投入5元", 0))
    window = list(cut_windows([report], vocabulary, WindowShape(32, 4, 0)))[1]
    assert shown(window, vocabulary) == "[CLS][P5][ITEM][SEP]投入5元[SEP]"


@pytest.mark.parametrize(("size", "overlap", "path"), [(32, 14, 4), (16, 0, 16), (64, -1, 8)])
def test_windows_that_could_not_move_on_are_refused(size: int, overlap: int, path: int) -> None:
    with pytest.raises(ValueError, match="room for more than twice the overlap"):
        WindowShape(size, overlap, path)
