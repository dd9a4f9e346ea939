"""Which words may stand after a number as its classifier or unit, and what they count."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from msgspec import Struct

from huibao.yaml_files import packaged_yaml

_BRACKET = re.compile(r"[（(]([^（()）]{1,3})[)）]")
_RATE = re.compile(r"[/／·]")


class Unit(Struct, frozen=True):
    """A unit as written (`text`) and the class of things it counts."""

    text: str
    norm: str


@dataclass(frozen=True, slots=True)
class Units:
    """The units of `units.yaml`, by their first character, longest first."""

    by_first: Mapping[str, tuple[str, ...]]
    norms: Mapping[str, str]
    plain: frozenset[str]
    masked: frozenset[str]
    one: frozenset[str]
    not_before: Mapping[str, re.Pattern[str]]

    def at(self, text: str, place: int) -> Unit | None:
        """The longest unit that begins at `place`, with its bracket (场（次）) or rate (微克/立方米)."""
        name = self._name(text, place)
        if name is None:
            return None
        norm, end = self.norms[name], place + len(name)
        bracket = _BRACKET.match(text, end)
        if bracket and bracket[1] in self.norms:
            end, norm = bracket.end(), "ambiguous" if name + bracket[1] == "人次" else norm
        rate = _RATE.match(text, end)
        per = self._name(text, rate.end()) if rate else None
        if rate and per:
            end, norm = rate.end() + len(per), "rate"
        return Unit(text[place:end], norm)

    def _name(self, text: str, place: int) -> str | None:
        for name in self.by_first.get(text[place : place + 1], ()):
            if text.startswith(name, place):
                stop = self.not_before.get(name)
                return None if stop and stop.match(text, place + len(name)) else name
        return None


@functools.cache
def units() -> Units:
    """The units of the shipped list.

    Raises:
        ValueError: a unit stands in two classes, or `plain` and `masked` name an unknown one.
    """
    data = values_data("units.yaml")
    norms: dict[str, str] = {}
    for norm, names in data["classes"].items():
        for name in names:
            if name in norms:
                raise ValueError(f"units.yaml: {name} stands in {norms[name]} and in {norm}")
            norms[name] = norm
    for key in ("plain", "masked", "one", "not_before"):
        unknown = sorted(set(data[key]) - set(norms))
        if unknown:
            raise ValueError(f"units.yaml: {key} names {unknown[0]}, which no class has")
    by_first: dict[str, tuple[str, ...]] = {}
    for name in sorted(norms, key=len, reverse=True):
        by_first[name[0]] = (*by_first.get(name[0], ()), name)
    stops = {name: re.compile(pattern) for name, pattern in data["not_before"].items()}
    return Units(
        by_first,
        norms,
        frozenset(data["plain"]),
        frozenset(data["masked"]),
        frozenset(data["one"]),
        stops,
    )


def values_data(name: str) -> dict[str, Any]:
    """The content of a YAML file beside the modules of this package."""
    data: dict[str, Any] = packaged_yaml("huibao.values", name)
    return data
