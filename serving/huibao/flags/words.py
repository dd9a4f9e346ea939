"""The words and rules of `flags.yaml`."""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from huibao.yaml_files import packaged_yaml


@dataclass(frozen=True, slots=True)
class FlagWords:
    """What each genre must have, how roles are called, and the words that flags go by."""

    required: Mapping[str, Sequence[Sequence[str]]]
    names: Mapping[str, str]
    cut_off: re.Pattern[str]
    totals: re.Pattern[str]


@functools.cache
def words() -> FlagWords:
    """The shipped words."""
    data = packaged_yaml("huibao.flags", "flags.yaml")
    return FlagWords(
        data["required"], data["names"], re.compile(data["cut_off"]), re.compile(data["totals"])
    )
