"""The main path: a file in, an annotated page out. Everything else is a thin caller of this."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from huibao.annotation import Annotation, BlockAnnotation, Entity, Mention, PageAnnotation, Tag
from huibao.fields import Gazetteer, document_fields, read_gazetteer
from huibao.inference.boundaries import with_fitting_ends
from huibao.inference.bundle import Bundle, bundle_folder
from huibao.inference.cues import arenas_of, categories_by_cue, genre_of
from huibao.inference.decoding import Ranked, above_threshold, best_roles, merged
from huibao.inference.fitting import fitting_bundle
from huibao.inference.known_places import with_known_places
from huibao.inference.onnx import OnnxModel
from huibao.inference.scores import BlockScores, Model, WindowScores, by_block
from huibao.inference.tagging import spans_of
from huibao.inference.windows import Window, cut_windows
from huibao.label_changes import ScoreFold, sets_with_categories
from huibao.label_files import load_label_sets
from huibao.labels import LabelSets
from huibao.report import Block, Report
from huibao.text.files import read_page
from huibao.text.segmentation import split_reports
from huibao.values.report_values import with_values
from huibao.values.rules import find_mentions

# To try a reader and to warm it: every kind of block and a value of most kinds, so that all that is loaded
# on demand is loaded. The county is invented.
EXAMPLE = """云溪县2023年民族工作总结
一、主要做法
（一）投入20万元，举办培训班5期，覆盖3个乡镇，同比增长12%。
1.印发《云溪县方案》（云政发〔2023〕5号）。
二、存在的问题
经费不足，有的村重视不够。
三、下一步打算
2024年6月底前完成采购，争取資金若干。
云溪县民族宗教事务局
2023年12月20日
"""


class Reader:
    """Reads files with one bundle and the label sets it was trained for."""

    def __init__(
        self,
        bundle: Bundle,
        model: Model,
        labels: LabelSets,
        gazetteer: Gazetteer | None = None,
        fold: ScoreFold | None = None,
    ) -> None:
        """Takes the parts ready made; `load_reader` finds them on disk.

        Without a gazetteer of the user's own, regions have the codes of provinces only.
        """
        self.bundle = bundle
        self.model = model
        self.labels = labels
        self.gazetteer = gazetteer
        self.fold = fold
        self._keyword_labels = sets_with_categories(labels, bundle.categories) if fold else labels

    def read(
        self,
        file: bytes | str,
        *,
        name: str = "report",
        encoding: str | None = None,
        ocr: bool = False,
    ) -> PageAnnotation:
        """Annotates a file's bytes, or a text that is already decoded; `ocr` reads scans too.

        Raises:
            FileError: with a named reason, when the file cannot be read.
            MissingExtraError: when text has to be recognised and the extra `ocr` is not installed.
        """
        source = split_reports(read_page(file, name, encoding=encoding, ocr=ocr))
        return PageAnnotation(source, self.annotate(source.reports), self.bundle.annotator)

    def annotate(self, reports: Sequence[Report]) -> tuple[Annotation, ...]:
        """Labels reports that are already cut into blocks."""
        windows = self.windows(reports)
        return self.decided(reports, windows, self.model.score(windows))

    def windows(self, reports: Sequence[Report]) -> list[Window]:
        """What the model has to score of the reports; a long block has several windows."""
        return list(cut_windows(reports, self.bundle.vocabulary, self.bundle.window))

    def decided(
        self, reports: Sequence[Report], windows: Sequence[Window], scores: Sequence[WindowScores]
    ) -> tuple[Annotation, ...]:
        """Labels from the scores of `windows(reports)`, wherever those were made."""
        joined = by_block(windows, scores)
        return tuple(self._decide(report, joined) for report in reports)

    def decided_alone(
        self, block: Block, windows: Sequence[Window], scores: Sequence[WindowScores]
    ) -> BlockAnnotation:
        """The role and the categories of a block that stands in no report, from its windows' scores."""
        own = list(by_block(windows, scores).values())
        ((role, alternatives),) = best_roles([block], own, self.bundle)
        (categories,) = self._categories([block], own)
        said = BlockAnnotation(role, alternatives, categories)
        return self.fold.block(said) if self.fold else said

    def _decide(self, report: Report, scores: Mapping[tuple[int, int], BlockScores]) -> Annotation:
        read = [block for block in report.blocks if block.duplicate_of is None]
        own = [scores[report.index, block.index] for block in read]
        ranked = best_roles(read, own, self.bundle)
        roles = dict(zip((block.index for block in read), ranked, strict=True))
        spans = spans_of(own, self.bundle.types)
        mentions = [self._mentions(block, found) for block, found in zip(read, spans, strict=True)]
        mentions = with_known_places(read, own, mentions, self.bundle.types)
        found = dict(zip((block.index for block in read), mentions, strict=True))
        said = with_values(
            report,
            [found.get(block.index, ()) for block in report.blocks],
            [roles[_original(block)][0].label for block in report.blocks],
        )
        categories = dict(zip(roles, self._categories(read, own), strict=True))
        blocks = tuple(
            self._annotated(block, roles[_original(block)], categories.get(block.index), mentions)
            for block, mentions in zip(report.blocks, said.mentions, strict=True)
        )
        genre = genre_of(report, self.labels)
        annotation = Annotation(report, blocks, self.bundle.annotator, genre, said.fields)
        annotation = replace(annotation, fields=document_fields(annotation, self.gazetteer))
        return self.fold.annotation(annotation) if self.fold else annotation

    def _mentions(self, block: Block, spans: Sequence[Mention]) -> tuple[Mention, ...]:
        """The entities of a block by rule and by model."""
        by_model = with_fitting_ends(spans, block.text)
        return merged(find_mentions(block.text), by_model, self.bundle)

    def _categories(
        self, blocks: Sequence[Block], scores: Sequence[BlockScores]
    ) -> list[tuple[Tag, ...]]:
        """The categories of each block, by the model and by keywords."""
        cued = [categories_by_cue(block.text, self._keyword_labels) for block in blocks]
        return above_threshold(blocks, scores, self.bundle, cued)

    def _annotated(
        self,
        block: Block,
        role: Ranked,
        categories: tuple[Tag, ...] | None,
        mentions: Sequence[Mention],
    ) -> BlockAnnotation:
        """All labels of a block; a repeated one has only the role of its original, counted once."""
        if categories is None:
            return BlockAnnotation(*role)
        return BlockAnnotation(
            *role,
            categories=categories,
            arenas=arenas_of(block.text, self.labels),
            entities=entities_of(block, mentions),
        )


def load_reader(
    bundle: Path | str | None = None,
    *,
    threads: int | None = None,
    gazetteer: Path | str | None = None,
    open_model: Callable[[Path], Model] | None = None,
    labels: Path | None = None,
) -> Reader:
    """The reader of a bundle folder, or of a shipped bundle by name.

    Args:
        bundle: folder or name; None is the shipped default.
        threads: windows scored at a time; None is one a core.
        gazetteer: file with the codes of divisions, see `fields.read_gazetteer`; None is the shipped list.
        open_model: makes the model of a graph file in place of onnxruntime.
        labels: label folder; None is the shipped one.

    Raises:
        BundleError: when the bundle is incomplete or was trained for other label sets.
        LabelError: when the gazetteer cannot be read.
    """
    folder = bundle_folder(bundle)
    divisions = None if gazetteer is None else read_gazetteer(Path(gazetteer))
    sets = load_label_sets(labels)
    read, fold = fitting_bundle(folder, sets, labels)
    graph = folder / "model.onnx"
    model = open_model(graph) if open_model else OnnxModel(graph, threads=threads)
    return Reader(read, model, sets, divisions, fold)


def _original(block: Block) -> int:
    """The block to look at: the one that this one repeats, else itself."""
    return block.index if block.duplicate_of is None else block.duplicate_of


def entities_of(block: Block, mentions: Sequence[Mention]) -> tuple[Entity, ...]:
    """The mentions of a block at their places in the page."""
    return tuple(
        Entity(
            mention.type,
            block.source_span(mention.start, mention.end),
            block.text[mention.start : mention.end],
            mention.score,
            mention.value,
        )
        for mention in mentions
    )
