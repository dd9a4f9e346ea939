"""The entities of a block at their places in its canonical text, and the way back to the source."""

import re
from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from huibao.annotation import Annotation, BlockAnnotation, Mention
from huibao.report import Block

_SENTENCE = re.compile("[。！？\n]")
_FARTHEST = 400  # characters; what stands farther away is no longer the same sentence


def mentions_of(block: Block, said: BlockAnnotation, *types: str) -> tuple[Mention, ...]:
    """The entities of a block, all or those of some types, in order of place."""
    found = []
    for entity in said.entities:
        if types and entity.type not in types:
            continue
        span = block.canonical_span(entity.span)
        if span is not None:
            found.append(Mention(entity.type, span.start, span.end, entity.score, entity.value))
    found.sort(key=attrgetter("start"))
    return tuple(found)


def read_blocks(annotation: Annotation) -> Iterator[tuple[Block, BlockAnnotation]]:
    """The blocks with what is said of them; repeated ones say nothing new and are left out."""
    for block, said in zip(annotation.report.blocks, annotation.blocks, strict=True):
        if block.duplicate_of is None:
            yield block, said


def located(block: Block, start: int, end: int) -> dict[str, Any]:
    """Where a stretch of a block stands: its block, and its source offsets."""
    span = block.source_span(start, end)
    return {"block": block.index, "start": span.start, "end": span.end}


def sentence_around(text: str, place: int) -> tuple[int, int]:
    """The first and last character (half-open) of the sentence that holds a place."""
    first, last = max(0, place - _FARTHEST), min(len(text), place + _FARTHEST)
    start = max((stop.end() for stop in _SENTENCE.finditer(text, first, place)), default=first)
    stop = _SENTENCE.search(text, place, last)
    return start, stop.end() if stop else last


def known_day(value: Any, key: str) -> str | None:  # noqa: ANN401 (an entity's value)
    """An end of a date if it is known to the day, None where a mask or nothing stands."""
    day = (value or {}).get(key)
    return day if isinstance(day, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", day) else None
