"""Kinds of report that figures must be told apart by, and what a reader makes of each.

Most written reports have headings, no masks and Simplified script; a figure over all of them hides
how a reader fares on the others. Two kinds are made: headings hidden, and Traditional script.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from huibao.annotation import Annotation, PageAnnotation
from huibao.inference.vocabulary import BLANK, SPECIAL, Vocabulary
from huibao.text.canonical import is_traditional
from huibao_training.evaluate import Evaluation, Figure, ReadsPages, evaluated
from huibao_training.metrics import Tally
from huibao_training.stress import in_traditional, without_headings

BY_KIND = ("role accuracy", "category micro F1", "entity strict micro F1")
HIDDEN = "heading hidden"
LEAST_MASKS = 5  # a thousand characters, from which on a report counts as masked
_ETHNIC_UNITY = ("民族", "石榴", "共同体", "统战", "宗教")
_ALL_UNKNOWN = Vocabulary(SPECIAL)  # every sign one token, every mask one [BLK]

Belongs = Callable[[PageAnnotation, Annotation], bool]
Changed = Callable[[PageAnnotation], PageAnnotation]


@dataclass(frozen=True, slots=True)
class Stratum:
    """A kind of report and what a reader made of the reports of this kind."""

    name: str
    evaluation: Evaluation

    @property
    def blocks(self) -> int:
        """The number of gold blocks."""
        return self.evaluation.total.micro("starts").support

    @property
    def role_error(self) -> float:
        """The calibration error of the given roles."""
        return self.evaluation.reliability()["role"].error

    def figures(self) -> list[Figure]:
        """One figure for each kind of label: roles, categories, entities."""
        return self.evaluation.figures(BY_KIND)


def strata_of(
    reader: ReadsPages, gold: Sequence[PageAnnotation], whole: Evaluation
) -> list[Stratum]:
    """The figures by kind of report, kinds without a report left out.

    Args:
        reader: Reads the changed pages.
        gold: The gold pages.
        whole: What `evaluated` says of the reader on these pages.
    """
    found = []
    for name, belongs, changed in _KINDS:
        if changed is None:
            evaluation = Evaluation(tuple(_tallies(gold, whole, belongs)))
        else:
            evaluation = evaluated(reader, map(changed, _parts(gold, belongs)))
        if evaluation.reports:
            found.append(Stratum(name, evaluation))
    return found


def masks_per_thousand(annotation: Annotation) -> float:
    """How many masks (xx, ×, ___, ***) stand in a thousand characters of a report."""
    text = "\n".join(block.text for block in annotation.report.blocks)
    masks = _ALL_UNKNOWN.encode(text).ids.count(_ALL_UNKNOWN.id_of(BLANK))
    return 1000 * masks / max(1, len(text))


def _tallies(
    gold: Sequence[PageAnnotation], whole: Evaluation, belongs: Belongs
) -> Iterator[Tally]:
    places = [(page, annotation) for page in gold for annotation in page.annotations]
    for (page, annotation), tally in zip(places, whole.reports, strict=True):
        if belongs(page, annotation):
            yield tally


def _parts(gold: Sequence[PageAnnotation], belongs: Belongs) -> Iterator[PageAnnotation]:
    """The pages with only those reports that belong, pages without any left out."""
    for page in gold:
        kept = tuple(one for one in page.annotations if belongs(page, one))
        if kept:
            yield replace(page, annotations=kept)


def _whole(page: PageAnnotation) -> bool:
    """Whether all of the page is annotated; of an extract only some headings are known."""
    return not page.ignore


def _headed(page: PageAnnotation, annotation: Annotation) -> bool:
    kinds = {block.kind for block in annotation.report.blocks}
    return _whole(page) and "heading" in kinds and len(kinds) > 1


def _headless(page: PageAnnotation, annotation: Annotation) -> bool:
    kinds = {block.kind for block in annotation.report.blocks}
    return _whole(page) and "heading" not in kinds


def _masked(_: PageAnnotation, annotation: Annotation) -> bool:
    return masks_per_thousand(annotation) >= LEAST_MASKS


def _wrapped(page: PageAnnotation, annotation: Annotation) -> bool:
    """Whether prose runs over several lines of the file."""
    return any(
        "\n" in page.page.text[block.span.start : block.span.end]
        for block in annotation.report.blocks
        if block.kind in ("paragraph", "item")
    )


def _traditional(page: PageAnnotation, annotation: Annotation) -> bool:
    span = annotation.report.span
    return is_traditional(page.page.text[span.start : span.end])


def _ethnic_unity(_: PageAnnotation, annotation: Annotation) -> bool:
    return any(word in annotation.report.title for word in _ETHNIC_UNITY)


def _not(belongs: Belongs) -> Belongs:
    return lambda page, annotation: not belongs(page, annotation)


_KINDS: tuple[tuple[str, Belongs, Changed | None], ...] = (
    ("headed", _headed, None),
    (HIDDEN, _headed, without_headings),
    ("headless", _headless, None),
    ("clean", _not(_masked), None),
    ("masked", _masked, None),
    ("flowing lines", _not(_wrapped), None),
    ("wrapped lines", _wrapped, None),
    ("Simplified", _not(_traditional), None),
    ("made Traditional", _not(_traditional), in_traditional),
    ("Traditional", _traditional, None),
    ("ethnic unity", _ethnic_unity, None),
    ("other subjects", _not(_ethnic_unity), None),
)
