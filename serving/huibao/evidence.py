"""What a report shows for each indicator of an official table: counts and quotes, never a score."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from huibao.annotation import Annotation, BlockAnnotation
from huibao.facts import Fact
from huibao.label_changes import labels_meant
from huibao.labels import Indicator, IndicatorProfile, LabelSet
from huibao.report import Block, Span

QUOTES = 3
_LONGEST = 120  # characters of a quote; a longer sentence is cut
_SHORTEST = 8
# what has not happened yet, and what is missing, is evidence for nothing
_AHEAD = frozenset(("plan", "request", "directive"))
_NOTHING = frozenset(("problems", "boilerplate", "title_meta", "closing"))
_PENDING = frozenset(("planned", "target", "applied"))
_QUOTED_KINDS = frozenset(("paragraph", "item", "table"))
_COUNTED = frozenset(("MONEY", "QUANT", "EVENT", "HONOR", "DOC_TITLE", "DOC_NO"))
_STOP = re.compile("[。；！？\n]")


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence that shows something: its block, its place in the page's text, its canonical text."""

    block: int
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class IndicatorEvidence:
    """What a report shows for one indicator, its sub-indicators taken in.

    `blocks` are those that tell of something done, `ahead` those that only announce it; `facts` counts
    the facts of `blocks`, plans left out. `missing` says that there is nothing but announcements.
    """

    indicator: str
    name: str
    parent: str | None
    blocks: tuple[int, ...]
    ahead: tuple[int, ...]
    facts: int
    quotes: tuple[Quote, ...]

    @property
    def missing(self) -> bool:
        """Whether the report shows nothing for it."""
        return not self.blocks


def evidence_of(
    annotation: Annotation,
    profile: IndicatorProfile,
    categories: LabelSet,
    facts: Sequence[Fact] = (),
    *,
    quotes: int = QUOTES,
) -> tuple[IndicatorEvidence, ...]:
    """The evidence of a report for each indicator of a profile, in the profile's order.

    Args:
        annotation: The report.
        profile: The indicators, and which categories and roles are evidence for each.
        categories: Their keywords tell the sentence of a block that is worth quoting.
        facts: Of this report.
        quotes: The most sentences to quote for an indicator.
    """
    rows = []
    for line in profile.indicators:
        wanted = _labels_below(profile, line)
        done, ahead = _blocks(annotation, wanted)
        found = [
            quote for block in done for quote in _sentences(annotation, block, wanted, categories)
        ]
        best = sorted(sorted(found, key=_place), key=lambda pair: -pair[0])[:quotes]
        shown = frozenset(done)
        counted = [fact for fact in facts if fact.block in shown and fact.status not in _PENDING]
        rows.append(
            IndicatorEvidence(
                line.id,
                line.name,
                line.parent,
                tuple(done),
                tuple(ahead),
                len(counted),
                tuple(quote for _, quote in best),
            )
        )
    return tuple(rows)


def no_evidence(matrix: Sequence[IndicatorEvidence]) -> tuple[IndicatorEvidence, ...]:
    """The checklist: indicators without sub-indicators for which a report shows nothing."""
    above = {row.parent for row in matrix}
    return tuple(row for row in matrix if row.missing and row.indicator not in above)


def evidence_json(profile: IndicatorProfile, matrix: Sequence[IndicatorEvidence]) -> dict[str, Any]:
    """The evidence of one report under one profile, as an object; offsets are those of the page."""
    return {
        "profile": profile.id,
        "indicators": [
            {
                "id": row.indicator,
                "name": row.name,
                "blocks": len(row.blocks),
                "ahead": len(row.ahead),
                "facts": row.facts,
                "quotes": [
                    {
                        "block": quote.block,
                        "start": quote.span.start,
                        "end": quote.span.end,
                        "text": quote.text,
                    }
                    for quote in row.quotes
                ],
            }
            for row in matrix
        ],
        "no_evidence": [row.indicator for row in no_evidence(matrix)],
    }


@dataclass(frozen=True, slots=True)
class _Labels:
    categories: frozenset[str]
    roles: frozenset[str]


def _labels_below(profile: IndicatorProfile, line: Indicator) -> _Labels:
    """The labels that are evidence for an indicator or for one below it."""
    inside = {line.id}
    for other in profile.indicators:  # a parent stands above its children
        if other.parent in inside:
            inside.add(other.id)
    lines = [other for other in profile.indicators if other.id in inside]
    return _Labels(
        frozenset(label for other in lines for label in other.categories),
        frozenset(label for other in lines for label in other.roles),
    )


def _blocks(annotation: Annotation, wanted: _Labels) -> tuple[list[int], list[int]]:
    """The blocks that show something, and those that announce it; headings and copies show nothing."""
    done: list[int] = []
    ahead: list[int] = []
    for block, said in zip(annotation.report.blocks, annotation.blocks, strict=True):
        if block.kind not in _QUOTED_KINDS or block.duplicate_of is not None:
            continue
        role = said.role.label
        if role in _NOTHING or not _speaks_of(said, wanted):
            continue
        (ahead if role in _AHEAD else done).append(block.index)
    return done, ahead


def _speaks_of(said: BlockAnnotation, wanted: _Labels) -> bool:
    tagged = any(labels_meant(tag.label) <= wanted.categories for tag in said.categories)
    return tagged or said.role.label in wanted.roles


def _sentences(
    annotation: Annotation, index: int, wanted: _Labels, categories: LabelSet
) -> Iterator[tuple[float, Quote]]:
    """The sentences of a block with their worth: keywords first, then numbers, names and documents."""
    block, said = annotation.report.blocks[index], annotation.blocks[index]
    weights: Mapping[str, float] = {
        label: tag.score for tag in said.categories for label in labels_meant(tag.label)
    }
    cues = [
        cue
        for label in categories
        if label.id in wanted.categories and label.id in weights
        for cue in label.positive
    ]
    chance = max((weights[label] for label in wanted.categories if label in weights), default=1.0)
    told = sorted(
        entity.span.start
        for entity in said.entities
        if entity.type in _COUNTED and not (entity.value or {}).get("masked")
    )
    for start, end in _cut(block):
        text = block.text[start:end]
        span = block.source_span(start, end)
        named = bisect_left(told, span.end) - bisect_left(told, span.start)
        worth = 2.0 * any(cue in text for cue in cues) + min(named, 3) + chance
        yield worth, Quote(index, span, text)


def _cut(block: Block) -> Iterator[tuple[int, int]]:
    """The sentences of a block, without the very short ones; a long one is cut at a comma."""
    start = 0
    ends = [match.end() for match in _STOP.finditer(block.text)]
    for end in [*ends, len(block.text)]:
        last = end
        if end - start > _LONGEST:
            comma = block.text.rfind("，", start, start + _LONGEST)
            last = comma if comma > start else start + _LONGEST
        if last - start >= _SHORTEST:
            yield start, last
        start = end


def _place(pair: tuple[float, Quote]) -> tuple[int, int]:
    return pair[1].block, pair[1].span.start
