"""Readers on the same gold pages: all figures of each, and by how much one beats another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from huibao.annotation import PageAnnotation
from huibao_training.evaluate import (
    HEADLINES,
    Evaluation,
    ReadsPages,
    as_json,
    differences,
    evaluated,
    figures_json,
)
from huibao_training.strata import BY_KIND, Stratum, strata_of

_FIRST = BY_KIND[0]  # roles suffer first when headings are gone


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader made of the gold pages, all together and by kind of report."""

    evaluation: Evaluation
    strata: tuple[Stratum, ...]


def reading_of(reader: ReadsPages, gold: Sequence[PageAnnotation]) -> Reading:
    """Reads the gold pages, and again with headings hidden and in Traditional script."""
    evaluation = evaluated(reader, gold)
    return Reading(evaluation, tuple(strata_of(reader, gold, evaluation)))


def column_of(reading: Reading) -> dict[str, float]:
    """A reader's column of the table that sets readers side by side."""
    total = reading.evaluation.total
    column = {name: of(total) for name, of in HEADLINES.items()}
    for axis, found in reading.evaluation.reliability().items():
        column[f"{axis} calibration error"] = found.error
    for stratum in reading.strata:
        column[f"{_FIRST}, {stratum.name}"] = HEADLINES[_FIRST](stratum.evaluation.total)
    return column


def reading_json(reading: Reading) -> dict[str, Any]:
    """All figures of a reading for programs and for the model card."""
    strata = {
        stratum.name: {
            "reports": len(stratum.evaluation.reports),
            "blocks": stratum.blocks,
            "figures": figures_json(stratum.figures()),
            "role_ece": round(stratum.role_error, 4),
        }
        for stratum in reading.strata
    }
    return as_json(reading.evaluation) | {"strata": strata}


def comparison_json(reading: Reading, others: Mapping[str, Reading]) -> dict[str, Any]:
    """A reading with the other readers' beside it, and its figures less theirs."""
    if not others:
        return reading_json(reading)
    beside = {
        name: reading_json(other)
        | {"difference": figures_json(differences(reading.evaluation, other.evaluation))}
        for name, other in others.items()
    }
    return reading_json(reading) | {"others": beside}
