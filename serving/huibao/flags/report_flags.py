"""All flags of a report, in a fixed order."""

from collections.abc import Sequence

from huibao.annotation import Annotation
from huibao.facts import Fact
from huibao.flags.counting import counting_flags
from huibao.flags.dating import dating_flags
from huibao.flags.flag import Flag
from huibao.flags.wholeness import wholeness_flags
from huibao.report import PageReports


def flags_of(
    annotation: Annotation, facts: Sequence[Fact] = (), *, source: PageReports | None = None
) -> tuple[Flag, ...]:
    """The flags of a report: for a person to look at, none of them is a verdict.

    Args:
        annotation: The report, with the fields year_conflict and year_evidence.
        facts: Of this report; without them no numbers are compared.
        source: The page it was cut from, whose furniture may say that the text is not complete.
    """
    return (
        *counting_flags(annotation, facts),
        *dating_flags(annotation),
        *wholeness_flags(annotation, source),
    )
