"""Agreement beyond chance: Cohen's kappa for two, Krippendorff's alpha for any number of people."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence


def cohen_kappa(answers: Sequence[tuple[Hashable, Hashable]]) -> float:
    """Agreement beyond chance of paired answers; 1 where both always give the one same answer.

    Source: Cohen (1960), A coefficient of agreement for nominal scales.
    """
    total = len(answers)
    same = sum(one == other for one, other in answers) / total
    firsts, seconds = (Counter(side) for side in zip(*answers, strict=True))
    chance = sum(firsts[answer] * seconds[answer] for answer in firsts) / total**2
    return 1.0 if chance == 1 else (same - chance) / (1 - chance)


def krippendorff_alpha(units: Iterable[Sequence[Hashable]]) -> float:
    """Agreement beyond chance of any number of people, who need not all have judged each unit.

    Args:
        units: The nominal answers to each unit; units with fewer than two say nothing.

    Returns:
        1 where all agree, 0 where they agree as by chance; 1 too where only one answer was given.

    Source: Krippendorff (2011), Computing Krippendorff's alpha-reliability.
    """
    compared = [Counter(unit) for unit in units if len(unit) > 1]
    totals: Counter[Hashable] = sum(compared, Counter())
    answers = totals.total()
    expected = answers**2 - sum(count**2 for count in totals.values())
    if expected == 0:
        return 1.0
    observed = sum(
        (unit.total() ** 2 - sum(count**2 for count in unit.values())) / (unit.total() - 1)
        for unit in compared
    )
    return 1 - (answers - 1) * observed / expected


def f1(common: float, one: int, other: int) -> float:
    """The harmonic mean of the shares that are common, of the things each of two has; 0 without any."""
    return 2 * common / (one + other) if one + other else 0.0
