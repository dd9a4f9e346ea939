"""A flag: one thing for a person to look at, with a Chinese sentence and the places it speaks of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from huibao.report import Span

FlagId = Literal[
    "breakdown_sum",
    "two_totals",
    "person_against_person_time",
    "ambiguous_person_unit",
    "year_conflict",
    "impossible_date",
    "date_after_issue",
    "date_outside_period",
    "masked_share",
    "repeated_text",
    "truncated",
    "missing_section",
]
FLAG_IDS: tuple[FlagId, ...] = get_args(FlagId)


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag of a report. `id` never changes; `about` tells flags of one id apart (a role, an object).

    `blocks` and `spans` are where to look; spans are offsets in the page's text.
    """

    id: FlagId
    sentence: str
    about: str | None = None
    blocks: tuple[int, ...] = ()
    spans: tuple[Span, ...] = ()


def flags_json(flags: Sequence[Flag]) -> list[dict[str, Any]]:
    """The public JSON of flags, in their order."""
    return [
        {
            "id": flag.id,
            "about": flag.about,
            "sentence": flag.sentence,
            "blocks": list(flag.blocks),
            "spans": [{"start": span.start, "end": span.end} for span in flag.spans],
        }
        for flag in flags
    ]
