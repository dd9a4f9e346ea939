"""A fact: one number of a report with the deed and the thing that it counts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from msgspec import Struct

from huibao.report import Span


class Fact(Struct, frozen=True):
    """One amount with its governing verb and head noun.

    `block` is the index of the block, `span` the amount in the page's text and `type` its entity type.
    `value` is None where it is masked or no single number, in yuan for money; `upper` ends a range.
    `period` is an ISO 8601 interval, `..` for an open end. `part_of` is the index of the fact that this
    one is a part of: who adds up leaves parts out. `parts_complete` says of a total that its parts
    were listed to make it up.
    """

    block: int
    span: Span
    type: str
    verb_class: str
    verb: str | None
    object: str | None
    value: Decimal | None
    unit: str | None
    approx: str = "eq"
    status: str = "stated"
    upper: Decimal | None = None
    period: str | None = None
    actor: str | None = None
    place: str | None = None
    categories: tuple[str, ...] = ()
    arenas: tuple[str, ...] = ()
    part_of: int | None = None
    parts_complete: bool = False
    masked: bool = False

    def __post_init__(self) -> None:
        if self.masked and self.value is not None:
            raise ValueError(f"fact at {self.span}: masked, and yet worth {self.value}")


@dataclass(frozen=True, slots=True)
class PartSumFault:
    """A total whose parts do not add up to it; `total` and `parts` are indices of facts."""

    total: int
    parts: tuple[int, ...]
    sum: Decimal


def part_sum_faults(facts: Sequence[Fact]) -> Iterator[PartSumFault]:
    """The totals that contradict their parts: more than the total, or less where all were listed."""
    parts: dict[int, list[int]] = {}
    for index, fact in enumerate(facts):
        if fact.part_of is not None:
            parts.setdefault(fact.part_of, []).append(index)
    for total, members in sorted(parts.items()):
        whole, numbers = facts[total].value, [facts[index].value for index in members]
        known = [number for number in numbers if number is not None]
        if whole is None or len(known) < len(numbers) or facts[total].approx != "eq":
            continue
        added = sum(known, Decimal(0))
        if added > whole or (added < whole and facts[total].parts_complete):
            yield PartSumFault(total, tuple(members), added)


def facts_json(facts: Sequence[Fact]) -> list[dict[str, Any]]:
    """The public JSON of facts, in their order; numbers are decimal texts."""
    return [
        {
            "index": index,
            "block": fact.block,
            "type": fact.type,
            "start": fact.span.start,
            "end": fact.span.end,
            "verb_class": fact.verb_class,
            "verb": fact.verb,
            "object": fact.object,
            "value": _text(fact.value),
            "upper": _text(fact.upper),
            "unit": fact.unit,
            "approx": fact.approx,
            "status": fact.status,
            "period": fact.period,
            "actor": fact.actor,
            "place": fact.place,
            "categories": list(fact.categories),
            "arenas": list(fact.arenas),
            "part_of": fact.part_of,
            "parts_complete": fact.parts_complete,
            "masked": fact.masked,
        }
        for index, fact in enumerate(facts)
    ]


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"
