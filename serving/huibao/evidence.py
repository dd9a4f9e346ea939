"""What a report shows for each indicator of an official table: counts and quotes, never a score."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from msgspec import Struct

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


class Quote(Struct, frozen=True):
    """A sentence that shows something: its block, its place in the page's text, its canonical text."""

    block: int
    span: Span
    text: str


class IndicatorEvidence(Struct, frozen=True):
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


class _TellingBlock:
    """A block that may show something, with its sentences once they are asked for."""

    def __init__(
        self, block: Block, said: BlockAnnotation, cues: Mapping[str, tuple[str, ...]]
    ) -> None:
        self.index = block.index
        self._role = said.role.label
        self.is_ahead = self._role in _AHEAD
        self._block, self._said, self._cues = block, said, cues
        meant = [(labels_meant(tag.label), tag.score) for tag in said.categories]
        self._weights = {label: score for labels, score in meant for label in labels}
        self._certain = frozenset().union(*(labels for labels, _ in meant if len(labels) == 1))
        self._coarse = [labels for labels, _ in meant if len(labels) > 1]

    def speaks_of(self, profile: IndicatorProfile) -> Iterator[int]:
        """The places of the indicators that one of its labels is evidence for, some more than once.

        A label that means several is evidence only where all of them are.
        """
        by_category, by_role = profile.places_of_labels
        yield from by_role.get(self._role, ())
        for label in self._certain:
            yield from by_category.get(label, ())
        for some in self._coarse:
            for place, (categories, _) in enumerate(profile.labels_below):
                if some <= categories:
                    yield place

    def sentences(self, categories: frozenset[str]) -> Iterator[tuple[float, Quote]]:
        """Its sentences with their worth: keywords first, then numbers, names and documents."""
        meant = categories & self._weights.keys()
        chance = max((self._weights[label] for label in meant), default=1.0)
        for quote, named, cued in self._read:
            yield 2.0 * (not meant.isdisjoint(cued)) + min(named, 3) + chance, quote

    @cached_property
    def _read(self) -> list[tuple[Quote, int, frozenset[str]]]:
        """Each sentence, how many entities of note it has, and its labels that a keyword tells."""
        told = sorted(
            entity.span.start
            for entity in self._said.entities
            if entity.type in _COUNTED and not (entity.value or {}).get("masked")
        )
        own = [(label, self._cues.get(label, ())) for label in self._weights]
        found = []
        for start, end in _cut(self._block):
            text, span = self._block.text[start:end], self._block.source_span(start, end)
            named = bisect_left(told, span.end) - bisect_left(told, span.start)
            cued = [label for label, cues in own if any(map(text.__contains__, cues))]
            found.append((Quote(self.index, span, text), named, frozenset(cued)))
        return found


class Evidence:
    """What one report shows under any profile; its blocks and sentences are looked at once."""

    def __init__(
        self, annotation: Annotation, categories: LabelSet, facts: Sequence[Fact] = ()
    ) -> None:
        """Takes the report.

        Args:
            annotation: The report.
            categories: Their keywords tell the sentence of a block that is worth quoting.
            facts: Of this report.
        """
        cues = {label.id: label.positive for label in categories}
        self._blocks = [
            _TellingBlock(block, said, cues)
            for block, said in zip(annotation.report.blocks, annotation.blocks, strict=True)
            if block.kind in _QUOTED_KINDS and block.duplicate_of is None
            if said.role.label not in _NOTHING
        ]
        self._facts = Counter(fact.block for fact in facts if fact.status not in _PENDING)

    def under(
        self, profile: IndicatorProfile, *, quotes: int = QUOTES
    ) -> tuple[IndicatorEvidence, ...]:
        """The evidence for each indicator of a profile, in the profile's order.

        Args:
            profile: The indicators, and which categories and roles are evidence for each.
            quotes: The most sentences to quote for an indicator.
        """
        speaking: list[list[_TellingBlock]] = [[] for _ in profile.indicators]
        for block in self._blocks:
            for place in set(block.speaks_of(profile)):
                speaking[place].append(block)
        return tuple(
            self._for(line, categories, blocks, quotes)
            for line, (categories, _), blocks in zip(
                profile.indicators, profile.labels_below, speaking, strict=True
            )
        )

    def _for(
        self,
        line: Indicator,
        categories: frozenset[str],
        speaking: Sequence[_TellingBlock],
        quotes: int,
    ) -> IndicatorEvidence:
        done = [block for block in speaking if not block.is_ahead]
        found = [quote for block in done for quote in block.sentences(categories)]
        best = sorted(found, key=lambda pair: -pair[0])[:quotes]  # of equals the first in the text
        return IndicatorEvidence(
            line.id,
            line.name,
            line.parent,
            tuple(block.index for block in done),
            tuple(block.index for block in speaking if block.is_ahead),
            sum(self._facts[block.index] for block in done),
            tuple(quote for _, quote in best),
        )


def evidence_of(
    annotation: Annotation,
    profile: IndicatorProfile,
    categories: LabelSet,
    facts: Sequence[Fact] = (),
    *,
    quotes: int = QUOTES,
) -> tuple[IndicatorEvidence, ...]:
    """The evidence of a report under one profile; see `Evidence`."""
    return Evidence(annotation, categories, facts).under(profile, quotes=quotes)


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
