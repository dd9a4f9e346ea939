"""Figures of a reader on gold pages, through the same path as production."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from huibao.annotation import PageAnnotation
from huibao.jsonl import page_from_json, read_json
from huibao_training.bootstrap import FigureOf, difference_intervals, intervals
from huibao_training.metrics import Tally, page_tallies, summed
from huibao_training.reliability import Reliability, reliability_of
from huibao_training.sources import DataMissingError

AXES = ("role", "category", "entity", "entity overlap")
CALIBRATED = ("role", "category")


class ReadsPages(Protocol):
    """A model's reader or a baseline."""

    def read(self, file: bytes | str, *, name: str = ...) -> PageAnnotation:
        """The annotated page."""
        ...


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its 95 % interval over reports."""

    name: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All counts of a reader on a set of gold reports."""

    reports: tuple[Tally, ...]

    @property
    def total(self) -> Tally:
        """The counts of all reports together."""
        return summed(self.reports)

    def figures(self, names: Iterable[str] = ()) -> list[Figure]:
        """The headline figures of these names, without names all of them in the order of the table."""
        wanted = {name: HEADLINES[name] for name in names or HEADLINES}
        total, ranges = self.total, intervals(self.reports, wanted)
        return [Figure(name, of(total), *ranges[name]) for name, of in wanted.items()]

    def reliability(self) -> dict[str, Reliability]:
        """How far the probabilities of the given roles and of the given categories can be believed."""
        answers = self.total.answers
        return {axis: reliability_of(answers[axis]) for axis in CALIBRATED}


def gold_pages(folder: Path) -> Iterator[PageAnnotation]:
    """The annotated pages of a folder of huibao/1 JSON files, by name.

    Raises:
        DataMissingError: when there are none.
    """
    files = sorted(folder.glob("*.json"))
    if not files:
        raise DataMissingError(f"no gold page {folder}/*.json")
    for file in files:
        yield page_from_json(read_json(file))


def evaluated(reader: ReadsPages, gold: Iterable[PageAnnotation]) -> Evaluation:
    """Reads each gold page's text anew and compares."""
    tallies: list[Tally] = []
    for page in gold:
        tallies.extend(page_tallies(page, reader.read(page.page.text, name=page.page.name)))
    return Evaluation(tuple(tallies))


def differences(ours: Evaluation, theirs: Evaluation) -> list[Figure]:
    """The headline figures of one reader less those of another on the same reports."""
    ranges = difference_intervals(ours.reports, theirs.reports, HEADLINES)
    one, other = ours.total, theirs.total
    return [Figure(name, of(one) - of(other), *ranges[name]) for name, of in HEADLINES.items()]


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """The same figures for programs and for the model card."""
    total = evaluation.total
    return {
        "reports": len(evaluation.reports),
        "figures": figures_json(evaluation.figures()),
        "labels": {axis: _rows(total, axis) for axis in AXES},
        "reliability": {
            axis: {
                "n": found.count,
                "ece": round(found.error, 4),
                "risk": {f"{share:.0%}": round(risk, 4) for share, risk in found.risks.items()},
            }
            for axis, found in evaluation.reliability().items()
        },
    }


def figures_json(figures: Iterable[Figure]) -> dict[str, list[float]]:
    """Each figure's value, low and high end by its name."""
    return {
        figure.name: [round(number, 4) for number in (figure.value, figure.low, figure.high)]
        for figure in figures
    }


def _rows(total: Tally, axis: str) -> dict[str, dict[str, float]]:
    return {
        label: {
            "p": round(counts.precision, 4),
            "r": round(counts.recall, 4),
            "f1": round(counts.f1, 4),
            "n": counts.support,
        }
        for label, counts in sorted(total.counts[axis].items())
    }


def _share(axis: str) -> FigureOf:
    return lambda tally: tally.micro(axis).recall


def _entity_f1(kind: str) -> FigureOf:
    return lambda tally: tally.label("entity", kind).f1


HEADLINES: dict[str, FigureOf] = {
    "block starts F1": lambda tally: tally.micro("starts").f1,
    "kind accuracy": _share("kind"),
    "level accuracy": _share("level"),
    "heading role accuracy": _share("heading role"),
    "role accuracy": _share("role"),
    "role macro F1": lambda tally: tally.macro_f1("role"),
    "category micro F1": lambda tally: tally.micro("category").f1,
    "category macro F1": lambda tally: tally.macro_f1("category"),
    "entity strict micro F1": lambda tally: tally.micro("entity").f1,
    **{
        f"{kind} strict F1": _entity_f1(kind)
        for kind in ("DATE", "MONEY", "QUANT", "ORG", "LOC", "EVENT", "HONOR")
    },
}
