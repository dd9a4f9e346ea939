"""What a model must beat: labels by keywords and entities by rule alone, on the same segmentation."""

from huibao.annotation import (
    Annotation,
    Annotator,
    BlockAnnotation,
    Entity,
    PageAnnotation,
    Tag,
)
from huibao.inference.cues import arenas_of, categories_by_cue, roles_by_cue
from huibao.labels import LabelSets
from huibao.report import Report
from huibao.text.files import read_page
from huibao.text.segmentation import split_reports
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
        blocks = []
        roles = roles_by_cue(report, self.labels)
        for block, role in zip(report.blocks, roles, strict=True):
            entities = tuple(
                Entity(
                    mention.type,
                    block.source_span(mention.start, mention.end),
                    block.text[mention.start : mention.end],
                )
                for mention in find_mentions(block.text)
            )
            categories = tuple(map(Tag, categories_by_cue(block.text, self.labels)))
            arenas = arenas_of(block.text, self.labels)
            blocks.append(BlockAnnotation(Tag(role), (), categories, arenas, entities))
        return Annotation(report, tuple(blocks), self.annotator)
