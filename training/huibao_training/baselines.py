"""What a model must beat: labels by keywords and entities by rule alone, on the same segmentation."""

from huibao.annotation import (
    Annotation,
    Annotator,
    BlockAnnotation,
    PageAnnotation,
    Tag,
)
from huibao.inference.cues import arenas_of, categories_by_cue, genre_of, roles_by_cue
from huibao.labels import LabelSets
from huibao.reader import entities_of
from huibao.report import Report
from huibao.text.files import read_page
from huibao.text.segmentation import split_reports
from huibao.values.report_values import with_values
from huibao.values.rules import find_mentions


class RuleReader:
    """Reads as `huibao.Reader` does, but without a model."""

    def __init__(self, labels: LabelSets) -> None:
        self.labels = labels
        self.annotator = Annotator("rule", "keywords", "1", labels.fingerprint)

    def read(self, file: bytes | str, *, name: str = "report") -> PageAnnotation:
        """Annotates a file by rules alone."""
        source = split_reports(read_page(file, name))
        annotations = tuple(self._annotation(report) for report in source.reports)
        return PageAnnotation(source, annotations, self.annotator)

    def _annotation(self, report: Report) -> Annotation:
        roles = roles_by_cue(report, self.labels)
        found = [find_mentions(block.text) for block in report.blocks]
        said = with_values(report, found, roles)
        blocks = tuple(
            BlockAnnotation(
                role=Tag(role),
                categories=tuple(map(Tag, categories_by_cue(block.text, self.labels))),
                arenas=arenas_of(block.text, self.labels),
                entities=entities_of(block, mentions),
            )
            for block, role, mentions in zip(report.blocks, roles, said.mentions, strict=True)
        )
        genre = genre_of(report, self.labels)
        return Annotation(report, blocks, self.annotator, genre, said.fields)
