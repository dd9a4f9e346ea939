"""Blocks to windows: what the model reads at once, a block's tokens behind its heading path."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msgspec import Struct

from huibao.inference.vocabulary import DECILES, KINDS, PATH, SEPARATOR, START, Vocabulary
from huibao.report import Block, Report

_KIND_TOKENS = dict(
    zip(("title", "heading", "paragraph", "item", "table", "signature"), KINDS, strict=True)
)
_FRAME_TOKENS = 5  # [CLS] [Pk] [KIND] [SEP] ... [SEP]


@dataclass(frozen=True, slots=True)
class WindowShape:
    """Sizes of windows in tokens; they belong to the bundle, so that training and serving agree.

    `size` counts the whole window, `overlap` the tokens that two windows of a long block share,
    `path` the tokens of the heading path (the deepest heading is kept when it is cut).
    """

    size: int = 256
    overlap: int = 48
    path: int = 48

    def __post_init__(self) -> None:
        room = self.size - self.path - _FRAME_TOKENS
        if self.path < 0 or not 0 <= 2 * self.overlap < room:
            raise ValueError(f"{self}: a window must have room for more than twice the overlap")


@dataclass(frozen=True, slots=True)
class Window:
    """One input of the model: `[CLS] [Pk] [KIND] heading path [SEP] tokens of the block [SEP]`.

    The block's tokens are `ids[first:last]`; `starts` and `ends` are their characters in the block's
    canonical text.
    """

    report: int
    block: int
    ids: tuple[int, ...]
    first: int
    last: int
    starts: Sequence[int]
    ends: Sequence[int]

    @property
    def segments(self) -> tuple[int, ...]:
        """For each token 0 if it is of the context and 1 if it is of the block."""
        return (0,) * self.first + (1,) * (len(self.ids) - self.first)


class Context(Struct, frozen=True):
    """What a window tells of its block's place: heading path, decile in the report, kind of block."""

    path: tuple[str, ...]
    decile: int
    kind: str


def cut_windows(
    reports: Sequence[Report], vocabulary: Vocabulary, shape: WindowShape
) -> Iterator[Window]:
    """The windows of the reports, block by block; a long block has several, a repeated one none."""
    for report in reports:
        paths: dict[tuple[str, ...], list[int]] = {}
        for block in report.blocks:
            if block.duplicate_of is not None:
                continue
            context = context_of(report, block)
            if context.path not in paths:
                paths[context.path] = _path_ids(context.path, vocabulary, shape)
            prefix = _prefix(context, paths[context.path], vocabulary)
            yield from _windows_behind(prefix, block, report.index, vocabulary, shape)


def context_of(report: Report, block: Block) -> Context:
    """Where a block stands in its report."""
    path = tuple(heading.text for heading in report.heading_path(block))
    return Context(path, 10 * block.index // max(1, len(report.blocks)), block.kind)


def block_windows(
    block: Block, report: int, context: Context, vocabulary: Vocabulary, shape: WindowShape
) -> Iterator[Window]:
    """The windows of one block in a given context."""
    prefix = _prefix(context, _path_ids(context.path, vocabulary, shape), vocabulary)
    return _windows_behind(prefix, block, report, vocabulary, shape)


def _windows_behind(
    prefix: tuple[int, ...], block: Block, report: int, vocabulary: Vocabulary, shape: WindowShape
) -> Iterator[Window]:
    tokens = vocabulary.encode(block.text)
    room = shape.size - len(prefix) - 1
    place = 0
    while True:
        part = slice(place, place + room)
        ids = tokens.ids[part]
        yield Window(
            report,
            block.index,
            (*prefix, *ids, vocabulary.id_of(SEPARATOR)),
            len(prefix),
            len(prefix) + len(ids),
            tokens.starts[part],
            tokens.ends[part],
        )
        if place + room >= len(tokens.ids):
            return
        place += room - shape.overlap


def _prefix(context: Context, path: Sequence[int], vocabulary: Vocabulary) -> tuple[int, ...]:
    """The tokens before those of the block; `path` are those of its headings."""
    frame = (START, DECILES[context.decile], _KIND_TOKENS[context.kind])
    return (*map(vocabulary.id_of, frame), *path, vocabulary.id_of(SEPARATOR))


def _path_ids(path: Sequence[str], vocabulary: Vocabulary, shape: WindowShape) -> list[int]:
    ids: list[int] = []
    for heading in path:
        ids.append(vocabulary.id_of(PATH))
        ids.extend(vocabulary.encode(heading).ids[: shape.path // 2])
    return ids[max(0, len(ids) - shape.path) :]
