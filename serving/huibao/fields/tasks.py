"""What is wrong, what is to be done and what is asked for: a line each, with category, day and duty."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from huibao.annotation import Annotation, Mention
from huibao.fields.mentions import known_day, located, mentions_of
from huibao.fields.points import Point, blocks_of, detail_of, points_of
from huibao.report import Block

_DUTY = re.compile(
    "(?:责任|牵头|主责|承办|实施|完成|配合|协办)(?:单位|部门|科室|股室|处室)[：:]\\s*"
    "(?P<names>[^。；）)\\n]{2,60})"
    "|由(?P<led>[^，。；、]{2,20}?)(?:牵头|负责|承办|组织实施)"
)
_BETWEEN = re.compile("[、，,]|以及|和|及")
_NEXT_DUTY = re.compile("[，,；]?(?:责任|牵头|配合|完成|协办)(?:单位|部门|时限|时间|人).*$")
_ROLES_AHEAD = {"scheme": ("plan", "directive")}
_AMOUNTS = ("MONEY", "QUANT")


def problems_of(annotation: Annotation) -> list[dict[str, Any]]:
    """The problems a report admits to.

    Returns:
        Of each: text (one line), detail (the first sentence under it, where the line is a heading),
        categories and where it stands.
    """
    return [_line(annotation, point) for point in points_of(annotation, ("problems",))]


def plans_of(annotation: Annotation) -> list[dict[str, Any]]:
    """The plans of a report; in a scheme also what it orders.

    Returns:
        Of each: text, detail and categories as of problems, deadline (ISO day or month, None where it has none),
        deadline_text, units (who is in charge, as written), targets (its amounts: type, text, value,
        unit) and where it stands.
    """
    roles = _ROLES_AHEAD.get(annotation.genre or "", ("plan",))
    found = []
    entities = _Entities(annotation)
    for point in points_of(annotation, roles):
        parts = list(entities.parts(point))
        text, day = _deadline(parts)
        found.append(
            _line(annotation, point)
            | {
                "deadline": day,
                "deadline_text": text,
                "units": _units(parts),
                "targets": [amount for part in parts for amount in _amounts(part, _AMOUNTS)],
            }
        )
    return found


def requests_of(annotation: Annotation) -> list[dict[str, Any]]:
    """What a report asks of others.

    Returns:
        Of each: text, detail and categories as of problems, amounts (type, text, value, unit) and where it stands.
    """
    found = []
    entities = _Entities(annotation)
    for point in points_of(annotation, ("request",)):
        parts = list(entities.parts(point))
        amounts = [amount for part in parts for amount in _amounts(part, _AMOUNTS)]
        found.append(_line(annotation, point) | {"amounts": amounts})
    return found


Part = tuple[Block, Sequence[Mention], int, int]


def _line(annotation: Annotation, point: Point) -> dict[str, Any]:
    categories: dict[str, None] = {}
    for _, said in blocks_of(annotation, point):
        categories |= {tag.label: None for tag in said.categories}
    block = annotation.report.blocks[point.block]
    where = located(block, point.start, max(point.end, point.start + 1))
    detail = detail_of(annotation, point)
    return {"text": point.line, "detail": detail, "categories": list(categories)} | where


class _Entities:
    """The entities of a report by block, looked up once each."""

    def __init__(self, annotation: Annotation) -> None:
        self._annotation = annotation
        self._of: dict[int, tuple[Mention, ...]] = {}

    def parts(self, point: Point) -> Iterator[Part]:
        """The stretches of text that belong to a point, with the entities in them."""
        for block, said in blocks_of(self._annotation, point):
            own = block.index == point.block
            start, stop = (point.start, point.last) if own else (0, len(block.text))
            if block.index not in self._of:
                self._of[block.index] = mentions_of(block, said)
            found = self._of[block.index]
            first, last = (bisect_left(found, place, key=_start) for place in (start, stop))
            yield block, found[first:last], start, stop


def _start(mention: Mention) -> int:
    return mention.start


def _deadline(parts: Sequence[Part]) -> tuple[str | None, str | None]:
    """The first day until which something is to be done, else the end of a date finer than a year."""
    dates = [
        (block.text[one.start : one.end], one.value or {})
        for block, mentions, _, _ in parts
        for one in mentions
        if one.type == "DATE" and (one.value or {}).get("kind") not in ("set", "open_from")
    ]
    for wanted in (("deadline",), ("point", "relative", "range")):
        for text, value in dates:
            day = known_day(value, "to")
            fine = wanted == ("deadline",) or value.get("granularity") != "year"
            if value.get("kind") in wanted and day and fine:
                return text, day
    masked = next((text for text, value in dates if value.get("kind") == "deadline"), None)
    return masked, None


def _units(parts: Sequence[Part]) -> list[str]:
    """The units in charge; a person in charge is not named."""
    found: dict[str, None] = {}
    for block, mentions, start, stop in parts:
        persons = [block.text[one.start : one.end] for one in mentions if one.type == "PERSON"]
        for match in _DUTY.finditer(block.text, start, stop):
            names = _NEXT_DUTY.sub("", match["names"]) if match["names"] else match["led"]
            for name in map(str.strip, _BETWEEN.split(names)):
                if name and not any(person in name for person in persons):
                    found[name] = None
    return list(found)


def _amounts(part: Part, types: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """The amounts of a stretch; of a masked one the value stays None."""
    block, mentions, _, _ = part
    for one in mentions:
        if one.type in types:
            value = one.value or {}
            number = value.get("cny") if one.type == "MONEY" else value.get("value")
            yield {
                "type": one.type,
                "text": block.text[one.start : one.end],
                "value": number,
                "unit": "元" if one.type == "MONEY" else value.get("unit"),
            }
