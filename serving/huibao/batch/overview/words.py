"""How far an amount of each status has come, and how sums of money and shares are written."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from huibao.yaml_files import packaged_yaml

_SCALES = ((Decimal(10**8), "亿元"), (Decimal(10**4), "万元"))
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Words:
    """What `words.yaml` holds; `tenses` are by status, in the order of the chart."""

    tenses: Mapping[str, str]
    first_profile: str
    funding: frozenset[str]


@functools.cache
def words() -> Words:
    """The words, read once."""
    content = packaged_yaml("huibao.batch.overview", "words.yaml")
    tenses = {entry["status"]: entry["tense"] for entry in content["amounts"]}
    return Words(
        tenses,
        content["first_profile"],
        frozenset(content["funding"]),
    )


def yuan_words(yuan: Decimal) -> str:
    """A sum as people say it: 2,500,000 is 250万元."""
    for scale, unit in _SCALES:
        if abs(yuan) >= scale:
            return f"{_plain(yuan / scale)}{unit}"
    return f"{_plain(yuan)}元"


def share_words(part: int, whole: int) -> str:
    """A share in whole percent; a small one is not called nothing, nor a large one everything."""
    if not whole:
        return "—"
    percent = round(100 * part / whole)
    if part and not percent:
        return "<1%"
    return "99%" if percent == 100 and part < whole else f"{percent}%"


def _plain(number: Decimal) -> str:
    return f"{number.quantize(_CENT).normalize():,f}"
