"""Examples to tensors: windows cut by serving's own code, targets beside them, batches by length."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor

from huibao.inference.tagging import OUTSIDE, tags_of
from huibao.inference.vocabulary import MASK, Vocabulary
from huibao.inference.windows import Context, Window, WindowShape, block_windows
from huibao.report import Block, Span
from huibao_training.augment import Variation, varied
from huibao_training.examples import UNSURE, Example

IGNORED = -100  # the target that torch's cross entropy leaves out


@dataclass(frozen=True, slots=True)
class Targets:
    """The labels a model learns, in the order of its outputs."""

    roles: tuple[str, ...]
    categories: tuple[str, ...]
    types: tuple[str, ...]

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of the entity types."""
        return tags_of(self.types)


@dataclass(frozen=True, slots=True)
class Noise:
    """What training does to the context and the text of a row, as shares of the rows or tokens."""

    no_path: float = 0.30  # headless reports exist, and the heading must not be all that is read
    other_path: float = 0.10
    other_decile: float = 0.30
    hidden_tokens: float = 0.03  # word dropout: cheap on a CPU, where layer dropout is not
    variation: Variation = field(default_factory=Variation)


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded tensors of shape (rows, tokens), where nothing else is said.

    `roles` is (rows,), `categories` (rows, categories) with NaN where nobody judged, `tag_mask` (rows,
    tags): 0 where the source annotates the tag's type, a large negative number elsewhere.
    """

    ids: Tensor
    segments: Tensor
    mask: Tensor
    tags: Tensor
    roles: Tensor
    categories: Tensor
    tag_mask: Tensor


class Batcher:
    """Makes windows and batches for one label set, vocabulary and window shape."""

    def __init__(self, targets: Targets, vocabulary: Vocabulary, shape: WindowShape) -> None:
        self.targets, self.vocabulary, self.shape = targets, vocabulary, shape
        self._characters = frozenset(vocabulary.characters)
        self._role = {label: index for index, label in enumerate(targets.roles)}
        self._category = {label: index for index, label in enumerate(targets.categories)}
        self._tag = {label: index for index, label in enumerate(targets.tags)}

    def windows(self, example: Example) -> list[Window]:
        """The windows of an example in its own context, as serving cuts them."""
        return list(block_windows(_block(example), 0, example.context, self.vocabulary, self.shape))

    def noisy(
        self, example: Example, noise: Noise, rng: random.Random
    ) -> tuple[Example, list[Window]]:
        """A varied example and its windows, contexts dropped or swapped, tokens hidden."""
        example = varied(example, noise.variation, rng)
        path, decile, draw = example.path, example.decile, rng.random()
        if draw < noise.no_path:
            path = ()
        elif draw < noise.no_path + noise.other_path and example.other_paths:
            path = (rng.choice(example.other_paths),)
        if rng.random() < noise.other_decile:
            decile = rng.randrange(10)
        context = Context(path, decile, example.kind)
        windows = block_windows(_block(example), 0, context, self.vocabulary, self.shape)
        return example, [self._with_hidden(window, noise.hidden_tokens, rng) for window in windows]

    def batches(
        self, rows: Sequence[tuple[Example, Window]], *, tokens: int, rng: random.Random
    ) -> Iterator[Batch]:
        """Batches of windows of like length, at most `tokens` padded tokens each, in random order."""
        order = sorted(range(len(rows)), key=lambda index: (len(rows[index][1].ids), rng.random()))
        groups: list[list[int]] = [[]]
        for index in order:
            width = len(rows[index][1].ids)
            if groups[-1] and (len(groups[-1]) + 1) * width > tokens:
                groups.append([])
            groups[-1].append(index)
        rng.shuffle(groups)
        for group in groups:
            yield self.batch([rows[index] for index in group])

    def batch(self, rows: Sequence[tuple[Example, Window]]) -> Batch:
        """One padded batch."""
        width = max(len(window.ids) for _, window in rows)
        shape = (len(rows), width)
        ids, segments, mask = (np.zeros(shape, dtype=np.int64) for _ in range(3))
        tags = np.full(shape, IGNORED, dtype=np.int64)
        roles = np.full(len(rows), IGNORED, dtype=np.int64)
        categories = np.full((len(rows), len(self.targets.categories)), np.nan, dtype=np.float32)
        tag_mask = np.zeros((len(rows), len(self.targets.tags)), dtype=np.float32)
        for place, (example, window) in enumerate(rows):
            size = len(window.ids)
            ids[place, :size], segments[place, :size], mask[place, :size] = (
                window.ids,
                window.segments,
                1,
            )
            if example.types:
                tags[place, window.first : window.last] = self._tag_targets(example, window)
            tag_mask[place] = self._tag_mask(example)
            if example.role is not None:
                roles[place] = self._role[example.role]
            if example.categories is not None:
                categories[place] = 0.0
                categories[place, [self._category[label] for label in example.unjudged]] = np.nan
                categories[place, [self._category[label] for label in example.categories]] = 1.0
        return Batch(
            *map(torch.from_numpy, (ids, segments, mask, tags, roles, categories, tag_mask))
        )

    def _tag_targets(self, example: Example, window: Window) -> list[int]:
        """BIOES of the window's tokens; an entity cut by the window's edge is not learned from."""
        targets = [self._tag[OUTSIDE]] * len(window.starts)
        for start, end, kind in example.entities:
            inside = [
                place
                for place, (first, last) in enumerate(zip(window.starts, window.ends, strict=True))
                if first < end and start < last
            ]
            if not inside or kind not in (*example.types, UNSURE):
                continue
            if kind == UNSURE or start < window.starts[0] or end > window.ends[-1]:
                for place in inside:
                    targets[place] = IGNORED
            elif len(inside) == 1:
                targets[inside[0]] = self._tag[f"S-{kind}"]
            else:
                for place in inside:
                    targets[place] = self._tag[f"I-{kind}"]
                targets[inside[0]] = self._tag[f"B-{kind}"]
                targets[inside[-1]] = self._tag[f"E-{kind}"]
        return targets

    def _tag_mask(self, example: Example) -> list[float]:
        return [
            0.0 if tag == OUTSIDE or tag[2:] in example.types else -1e4 for tag in self.targets.tags
        ]

    def _with_hidden(self, window: Window, share: float, rng: random.Random) -> Window:
        hidden = self.vocabulary.id_of(MASK)
        ids = tuple(
            hidden if token in self._characters and rng.random() < share else token
            for token in window.ids
        )
        return replace(window, ids=ids)


def _block(example: Example) -> Block:
    """The example as a block whose source is its own text."""
    return Block(
        index=0,
        kind=example.kind,  # type: ignore[arg-type]  # written by `examples`, checked there
        level=0,
        parent=None,
        span=Span(0, len(example.text)),
        text=example.text,
        origin=tuple(range(len(example.text))),
    )
