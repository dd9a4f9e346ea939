"""Numbers that contradict each other: parts and totals, two totals, persons and person-times."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from huibao.annotation import Annotation
from huibao.facts import Fact, part_sum_faults
from huibao.flags.flag import Flag, FlagId
from huibao.flags.words import words

_PERSONS = frozenset(("人", "名", "位"))
_PERSON_TIMES = frozenset(("人次", "名次"))
_BOTH = re.compile("人[（(]次[）)]")
_REACHED = frozenset(("done", "stated", "cumulative"))
_MEASURED = frozenset(("%", "‰", "个百分点", "百分点", "分"))  # measured anew each time
_MOST = 20  # totals of one object that are looked at; no sentence could name more
_BEFORE = 16  # characters before a number in which 共, 累计 or 全县 makes it a total
_SENTENCE = re.compile("[。！？\n]")


def counting_flags(annotation: Annotation, facts: Sequence[Fact]) -> Iterator[Flag]:
    """The flags of a report's numbers."""
    yield from _sums(annotation, facts)
    yield from _two_totals(annotation, facts)
    yield from _persons(annotation, facts)
    yield from _ambiguous(annotation)


def _sums(annotation: Annotation, facts: Sequence[Fact]) -> Iterator[Flag]:
    for fault in part_sum_faults(facts):
        total = facts[fault.total]
        parts = [facts[index] for index in fault.parts]
        named = f"{total.object or ''}{_written(annotation, total)}"
        yield _flag(
            "breakdown_sum",
            f"总数“{named}”与分项之和{fault.sum:f}不一致",
            [total, *parts],
            total.object,
        )


def _two_totals(annotation: Annotation, facts: Sequence[Fact]) -> Iterator[Flag]:
    """One object, one unit, one time, and different totals in different sentences."""
    groups: dict[tuple[str | None, ...], list[Fact]] = defaultdict(list)
    for fact in facts:
        if _is_total(annotation, fact):
            key = (fact.verb_class, fact.object, fact.unit, fact.period, fact.actor, fact.place)
            groups[key].append(fact)
    for group in groups.values():
        values = {fact.value for fact in group}
        group = group[:_MOST]
        if len(values) > 1 and len({_sentence(annotation, fact) for fact in group}) > 1:
            written = list(dict.fromkeys(_written(annotation, fact) for fact in group))
            sentence = f"“{group[0].object}”前后有不同的总数：{'、'.join(written)}"
            yield _flag("two_totals", sentence, group, group[0].object)


def _is_total(annotation: Annotation, fact: Fact) -> bool:
    """Whether a fact counts all of its object, and exactly."""
    if fact.object is None or fact.value is None or fact.approx != "eq" or fact.unit in _MEASURED:
        return False
    if fact.part_of is not None or fact.status not in _REACHED:
        return False
    block = annotation.report.blocks[fact.block]
    span = block.canonical_span(fact.span)
    before = block.text[max(0, span.start - _BEFORE) : span.start] if span else ""
    said = _SENTENCE.split(before)[-1]
    return fact.status == "cumulative" or words().totals.search(said) is not None


def _persons(annotation: Annotation, facts: Sequence[Fact]) -> Iterator[Flag]:
    """培训干部860人次、1200人: no more people can come than come in all."""
    counted = [fact for fact in facts if fact.part_of is None and fact.object is not None]
    for pair in pairwise(counted):
        fact, other = pair if pair[0].unit in _PERSONS else pair[::-1]
        same = (fact.block, fact.verb_class, fact.object)
        if same != (other.block, other.verb_class, other.object):
            continue
        if fact.unit not in _PERSONS or other.unit not in _PERSON_TIMES:
            continue
        near = max(fact.span, other.span).start - min(fact.span, other.span).end <= _BEFORE
        if near and fact.value is not None and other.value is not None and fact.value > other.value:
            people, attended = _written(annotation, fact), _written(annotation, other)
            sentence = f"人数“{people}”多于人次“{attended}”，请核对"
            yield _flag("person_against_person_time", sentence, [fact, other], fact.object)


def _ambiguous(annotation: Annotation) -> Iterator[Flag]:
    for block, said in zip(annotation.report.blocks, annotation.blocks, strict=True):
        for entity in said.entities:
            if entity.type == "QUANT" and _BOTH.search(entity.text):
                sentence = f"“{entity.text}”分不清是人数还是人次"
                yield Flag("ambiguous_person_unit", sentence, None, (block.index,), (entity.span,))


def _written(annotation: Annotation, fact: Fact) -> str:
    block = annotation.report.blocks[fact.block]
    span = block.canonical_span(fact.span)
    return block.text[span.start : span.end] if span else ""


def _sentence(annotation: Annotation, fact: Fact) -> tuple[int, int]:
    block = annotation.report.blocks[fact.block]
    span = block.canonical_span(fact.span)
    return fact.block, len(_SENTENCE.findall(block.text, 0, span.start)) if span else 0


def _flag(name: FlagId, sentence: str, facts: Sequence[Fact], about: str | None) -> Flag:
    blocks = tuple(dict.fromkeys(fact.block for fact in facts))
    return Flag(name, sentence, about, blocks, tuple(fact.span for fact in facts))
