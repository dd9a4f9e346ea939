"""The facts of a report: every sum and quantity that counts something, with its deed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from huibao.annotation import Annotation, BlockAnnotation, Entity, Mention
from huibao.facts.breakdowns import parts_by_value, parts_in_brackets, without_chains
from huibao.facts.clauses import brackets
from huibao.facts.context import actor_of, period_of, place_of, sentence_start, sentence_starts
from huibao.facts.deeds import Amount, Governed
from huibao.facts.fact import Fact
from huibao.facts.governing import governed
from huibao.facts.words import words
from huibao.report import Block
from huibao.values.status import cues

_TYPES = ("MONEY", "QUANT")
_REACHED = ("实现", "取得", "减少", "增加", "降低", "净增")
_LASTING = ("time", "day")
_HOURS = ("小时", "个小时", "分钟")
_TIMES = ("year", "month", "day")
_PER = {
    "person": "人", "household": "户", "year": "年", "month": "月", "day": "日", "mu": "亩", "village": "村",
    "unit": "家", "school": "校", "class": "班", "person_time": "人次", "ton": "吨", "kilogram": "公斤",
    "jin": "斤", "square_metre": "平方米", "time": "次", "set": "套", "item": "个",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Found:
    """The amounts of one block and what governs them."""

    block: Block
    said: BlockAnnotation
    indices: list[int]
    amounts: list[Amount]
    mentions: dict[str, list[Mention]]


def facts_of(annotation: Annotation) -> tuple[Fact, ...]:
    """The facts of one report, in reading order; repeated blocks have none.

    Ages and spans of time (60岁, 连续6年) describe and are left out, but for hours of service.
    """
    facts: list[Fact] = []
    for block, said in zip(annotation.report.blocks, annotation.blocks, strict=True):
        if block.duplicate_of is None and said.entities:
            facts += _block_facts(block, said, annotation.fields, len(facts))
    return tuple(facts)


def _block_facts(
    block: Block, said: BlockAnnotation, fields: Mapping[str, Any], offset: int
) -> list[Fact]:
    found = _found(block, said)
    if not found.amounts:
        return []
    text = block.text
    dates = found.mentions["DATE"]
    deeds = governed(text, found.amounts, [(date.start, date.end) for date in dates])
    entities = [said.entities[index] for index in found.indices]
    numbers = [_number(entity) for entity in entities]
    inside = brackets(text, [(a.start, a.end) for a in found.amounts])
    listed, complete = parts_in_brackets(text, found.amounts, numbers, inside)
    parts = without_chains(listed | parts_by_value(said.entities, found.indices))
    deeds = _with_totals(deeds, parts)
    starts = sentence_starts(text)
    facts = []
    for place, (entity, amount, deed) in enumerate(
        zip(entities, found.amounts, deeds, strict=True)
    ):
        total = parts.get(place)
        sentence = sentence_start(starts, amount.start)
        facts.append(
            Fact(
                block=block.index,
                span=entity.span,
                type=entity.type,
                verb_class=deed.deed,
                verb=deed.verb,
                object=deed.noun,
                value=numbers[place],
                unit=amount.unit,
                approx=(entity.value or {}).get("approx") or "eq",
                status=_status(
                    said.role.label, _weight(entities, parts, place), deed, rate=amount.unit == "%"
                ),
                upper=_decimal((entity.value or {}).get("upper")),
                period=period_of(sentence, amount.start, dates, fields),
                actor=actor_of(text, sentence, amount.start, found.mentions["ORG"]),
                place=place_of(text, sentence, amount.start, found.mentions["LOC"]),
                categories=tuple(tag.label for tag in said.categories),
                arenas=tuple(tag.label for tag in said.arenas),
                part_of=None if total is None else offset + total,
                parts_complete=place in complete,
                masked=bool((entity.value or {}).get("masked")),
            )
        )
    return facts


def _found(block: Block, said: BlockAnnotation) -> _Found:
    """The amounts that count something, and the other entities at their canonical places."""
    indices: list[int] = []
    amounts: list[Amount] = []
    mentions: dict[str, list[Mention]] = {"DATE": [], "ORG": [], "LOC": []}
    for index, entity in enumerate(said.entities):
        span = block.canonical_span(entity.span)
        if span is None:
            continue
        if entity.type in mentions:
            mentions[entity.type].append(
                Mention(entity.type, span.start, span.end, value=entity.value)
            )
        elif entity.type in _TYPES and _counts(entity):
            indices.append(index)
            amounts.append(Amount(span.start, span.end, _unit(entity), entity.type == "MONEY"))
    return _Found(block, said, indices, amounts, mentions)


def _counts(entity: Entity) -> bool:
    value = entity.value or {}
    lasts = value.get("unit_norm") in _LASTING and value.get("unit") not in _HOURS
    return not lasts and value.get("unit_norm") != "age"


def _unit(entity: Entity) -> str | None:
    value = entity.value or {}
    if entity.type == "QUANT":
        return value.get("unit")
    rates = (value.get("per") or "").split("_")
    if "/" not in entity.text.replace("／", "/"):
        rates = [word for word in rates if word not in _TIMES]  # 每年: told by the status
    each = [_PER.get(word, word) for word in rates if word]
    return "/".join([value.get("currency") or "元", *each])


def _number(entity: Entity) -> Decimal | None:
    value = entity.value or {}
    if value.get("masked"):
        return None
    keys = ("cny", "amount") if entity.type == "MONEY" else ("value",)
    return next((_decimal(value[key]) for key in keys if value.get(key) is not None), None)


def _decimal(text: object) -> Decimal | None:
    return None if text is None else Decimal(str(text))


def _weight(entities: Sequence[Entity], parts: Mapping[int, int], place: int) -> str:
    """A part's status is its total's: whether it has happened, not that it is a part."""
    seen = {place}
    while place in parts and parts[place] not in seen:
        place = parts[place]
        seen.add(place)
    status = (entities[place].value or {}).get("status") or "stated"
    return "stated" if status == "part_of" else str(status)


def _status(role: str, status: str, deed: Governed, *, rate: bool) -> str:
    """The status of the amount, now that its verb is known.

    In a narrating section a deed has been done wherever its verb stands (860人次参加培训); without a
    verb nothing was done, only stated. A want of money (缺口) is no application.
    """
    changed = deed.verb is not None and deed.verb in words().changes
    acted = deed.verb is not None and (deed.deed != "count" or changed)
    if status == "stated" and acted and role in cues().back:
        return "done"
    if status == "done" and deed.deed == "count" and not (changed or deed.verb in _REACHED):
        return "stated"
    if status == "cumulative" and rate:
        return "stated"
    if status == "applied" and (deed.noun or "").endswith("缺口"):
        return "stated"
    return status


def _with_totals(deeds: Sequence[Governed], parts: Mapping[int, int]) -> list[Governed]:
    """Gives parts the verb of their total and, to those with a mere level, its noun."""
    out = list(deeds)
    known = words()
    for part, total in sorted(parts.items()):
        whole, own = out[total], out[part]
        noun = own.noun
        if whole.noun and (noun is None or known.levels.fullmatch(noun)):
            noun = (noun or "") + whole.noun
        told = known.deed_of(own.noun) if own.noun and whole.deed in ("hold", "count") else None
        if (own.verb is None or not own.own) and told is None:
            own = replace(own, deed=whole.deed, verb=whole.verb)
        out[part] = replace(own, noun=noun)
    return out
