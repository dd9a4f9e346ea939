"""The words of `words.yaml`: names of ids, and which facts make up a count of 汇总表."""

import functools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from huibao.yaml_files import packaged_yaml


@dataclass(frozen=True, slots=True)
class Count:
    """A column of 汇总表: the facts of some deeds with some units; `ahead` ones are announcements.

    A number above `most` counts something else.
    """

    id: str
    name: str
    verbs: frozenset[str]
    units: frozenset[str]
    object: re.Pattern[str] | None = None
    ahead: bool = False
    most: float = math.inf


@dataclass(frozen=True, slots=True)
class TableWords:
    """Names by kind and id; `done` and `ahead` are statuses, `activities` verb classes."""

    names: Mapping[str, Mapping[str, str]]
    counts: tuple[Count, ...]
    people: frozenset[str]
    times: frozenset[str]
    done: frozenset[str]
    ahead: frozenset[str]
    activities: frozenset[str]

    def name(self, kind: str, key: str | None) -> str | None:
        """What an id is called; one that is not known keeps its id."""
        return None if key is None else self.names[kind].get(key, key)


@functools.cache
def words() -> TableWords:
    """The shipped words, read once."""
    data = packaged_yaml("huibao.batch.tables", "words.yaml")
    units = {name: frozenset(some) for name, some in data["units"].items()}
    kinds = ("verbs", "honours", "honour_statuses", "holders", "bodies")
    return TableWords(
        {kind: data[kind] for kind in kinds},
        tuple(_count(entry, units) for entry in data["counts"]),
        units["people"],
        units["times"],
        frozenset(data["done"]),
        frozenset(data["ahead"]),
        frozenset(data["activities"]),
    )


def _count(entry: Mapping[str, Any], units: Mapping[str, frozenset[str]]) -> Count:
    return Count(
        entry["id"],
        entry["name"],
        frozenset(entry["verbs"]),
        units[entry["units"]],
        re.compile(entry["object"]) if "object" in entry else None,
        entry.get("ahead", False),
        entry.get("most", math.inf),
    )
