"""What a model must beat: the most frequent labels, and keywords with entities by rule alone.

All baselines read as `huibao.Reader` does, on the same segmentation; they differ in who labels.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from huibao.annotation import Annotation, Annotator, BlockAnnotation, PageAnnotation, Tag
from huibao.inference.cues import arenas_of, categories_by_cue, genre_of, roles_by_cue
from huibao.label_files import load_label_sets
from huibao.labels import LabelSets
from huibao.reader import entities_of, load_reader
from huibao.report import Report
from huibao.text.files import read_page
from huibao.text.segmentation import split_reports
from huibao.values.report_values import with_values
from huibao.values.rules import find_mentions
from huibao_training.evaluate import ReadsPages
from huibao_training.examples import Example

RolesOf = Callable[[Report], Sequence[Tag]]
CategoriesOf = Callable[[Report], Sequence[tuple[Tag, ...]]]


class BlockReader:
    """Reads as `huibao.Reader` does, but without a model.

    Args:
        name: The annotator's name.
        labels: The label sets in force.
        roles: Gives a role for each block of a report.
        categories: Gives the categories of each block.
        entities: Whether entities are found by rule; otherwise there are none.
    """

    def __init__(
        self,
        name: str,
        labels: LabelSets,
        roles: RolesOf,
        categories: CategoriesOf,
        *,
        entities: bool = True,
    ) -> None:
        self.labels = labels
        self.annotator = Annotator("rule", name, "1", labels.fingerprint)
        self._roles, self._categories, self._entities = roles, categories, entities

    def read(self, file: bytes | str, *, name: str = "report") -> PageAnnotation:
        """Annotates a file."""
        source = split_reports(read_page(file, name))
        annotations = tuple(self._annotation(report) for report in source.reports)
        return PageAnnotation(source, annotations, self.annotator)

    def _annotation(self, report: Report) -> Annotation:
        roles, categories = self._roles(report), self._categories(report)
        found = [find_mentions(block.text) if self._entities else () for block in report.blocks]
        said = with_values(report, found, [role.label for role in roles])
        blocks = tuple(
            BlockAnnotation(
                role=role,
                categories=tags,
                arenas=arenas_of(block.text, self.labels),
                entities=entities_of(block, mentions),
            )
            for block, role, tags, mentions in zip(
                report.blocks, roles, categories, said.mentions, strict=True
            )
        )
        genre = genre_of(report, self.labels)
        return Annotation(report, blocks, self.annotator, genre, said.fields)


def reader_named(bundle: str | None, labels: Path | None = None) -> ReadsPages:
    """The reader of a bundle folder or of a shipped bundle, or the baseline under the name `rules`.

    `labels` is another label folder than the shipped one.
    """
    if bundle == "rules":
        return rule_reader(load_label_sets(labels))
    return load_reader(bundle, labels=labels)


def rule_reader(labels: LabelSets) -> BlockReader:
    """Roles by the keywords of headings, categories by those of the text, entities by rule."""

    def roles(report: Report) -> list[Tag]:
        return [Tag(role) for role in roles_by_cue(report, labels)]

    def categories(report: Report) -> list[tuple[Tag, ...]]:
        cued = (categories_by_cue(block.text, labels) for block in report.blocks)
        return [tuple(map(Tag, found)) for found in cued]

    return BlockReader("keywords", labels, roles, categories)


def majority_reader(labels: LabelSets, rows: Sequence[Example]) -> BlockReader:
    """The most frequent role and category of training rows on every block, as sure as it is frequent."""
    role = _most_frequent([row.role for row in rows if row.role], len(rows))
    counted = [row for row in rows if row.kind in ("paragraph", "item")]
    category = _most_frequent(
        [one for row in counted for one in row.categories or ()], len(counted)
    )

    def roles(report: Report) -> list[Tag]:
        return [role] * len(report.blocks)

    def categories(report: Report) -> list[tuple[Tag, ...]]:
        return [(category,)] * len(report.blocks)

    return BlockReader("majority", labels, roles, categories, entities=False)


def _most_frequent(given: Sequence[str], rows: int) -> Tag:
    label, count = min(Counter(given).items(), key=lambda pair: (-pair[1], pair[0]))
    return Tag(label, round(count / rows, 4))
