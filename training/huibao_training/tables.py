"""Figures as text for people: headlines with intervals, kinds of report, labels, readers side by side."""

from collections.abc import Iterable, Mapping, Sequence

from huibao_training.comparison import Reading, column_of
from huibao_training.evaluate import AXES, Evaluation, Figure, differences
from huibao_training.metrics import Tally
from huibao_training.strata import BY_KIND, LEAST_MASKS, Stratum

_FEW = 3  # reports below which an interval over reports says nothing


def reading_text(reading: Reading) -> str:
    """All figures of one reader."""
    evaluation = reading.evaluation
    lines = [*_headlines(evaluation), *_reliability(evaluation), *_labels(evaluation.total)]
    return "\n".join((*lines, "", strata_table(reading.strata)))


def comparison_text(name: str, reading: Reading, others: Mapping[str, Reading]) -> str:
    """The readers side by side, then by how much the first beats each of the others."""
    columns = {key: column_of(one) for key, one in {name: reading, **others}.items()}
    beaten = {
        f"{name} − {key}": differences(reading.evaluation, other.evaluation)
        for key, other in others.items()
    }
    return f"{side_by_side(columns)}\n\n{difference_table(beaten)}"


def side_by_side(columns: Mapping[str, Mapping[str, float]]) -> str:
    """A Markdown table, one column a reader."""
    names = list(next(iter(columns.values())))
    rows = (
        [name, *(f"{figures.get(name, 0.0):.3f}" for figures in columns.values())] for name in names
    )
    return _table(("figure", *columns), rows)


def difference_table(columns: Mapping[str, Sequence[Figure]]) -> str:
    """A Markdown table of differences with their intervals, one column a pair of readers."""
    rows = (
        [figures[0].name, *(_with_interval(figure, "+.3f", "+.2f") for figure in figures)]
        for figures in zip(*columns.values(), strict=True)
    )
    return _table(("difference", *columns), rows)


def strata_table(strata: Sequence[Stratum]) -> str:
    """A Markdown table, one row a kind of report."""
    rows = (
        [
            _described(stratum.name),
            str(len(stratum.evaluation.reports)),
            str(stratum.blocks),
            *_by_kind(stratum),
            f"{stratum.role_error:.3f}",
        ]
        for stratum in strata
    )
    return _table(("reports that are", "reports", "blocks", *BY_KIND, "role ECE"), rows)


def _by_kind(stratum: Stratum) -> list[str]:
    if len(stratum.evaluation.reports) < _FEW:
        return [f"{figure.value:.3f}" for figure in stratum.figures()]
    return [_with_interval(figure, ".3f", ".2f") for figure in stratum.figures()]


def _described(name: str) -> str:
    return f"masked (≥ {LEAST_MASKS} in 1,000 characters)" if name == "masked" else name


def _headlines(evaluation: Evaluation) -> list[str]:
    lines = [f"{len(evaluation.reports)} reports"]
    for figure in evaluation.figures():
        lines.append(f"{figure.name:32} {figure.value:.3f}  [{figure.low:.3f}, {figure.high:.3f}]")
    return lines


def _reliability(evaluation: Evaluation) -> list[str]:
    lines = ["-- reliability: calibration error (ECE); errors among the surest"]
    for axis, found in evaluation.reliability().items():
        risks = "  ".join(f"{share:.0%} {risk:.3f}" for share, risk in found.risks.items())
        lines.append(f"   {axis:26} ECE {found.error:.3f}  {risks}  n {found.count}")
    return lines


def _labels(total: Tally) -> list[str]:
    lines = []
    for axis in AXES:
        micro = total.micro(axis)
        lines.append(f"-- {axis}: micro {micro.f1:.3f}  macro {total.macro_f1(axis):.3f}")
        lines += [
            f"   {label:26} P {counts.precision:.3f}  R {counts.recall:.3f}  "
            f"F1 {counts.f1:.3f}  n {counts.support}"
            for label, counts in sorted(total.counts[axis].items())
        ]
    return lines


def _with_interval(figure: Figure, value: str, ends: str) -> str:
    return f"{figure.value:{value}} [{figure.low:{ends}}, {figure.high:{ends}}]"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(header)} |", "|---|" + "---|" * (len(header) - 1)]
    return "\n".join((*lines, *(f"| {' | '.join(row)} |" for row in rows)))
