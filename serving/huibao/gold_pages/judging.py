"""Pages with the answers that count put onto their blocks, and what is still open said openly."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from huibao.annotation import Annotation, BlockAnnotation, Entity, PageAnnotation, Tag
from huibao.corpus_check import marked_pages
from huibao.decisions import Decision, Folding, ManyState, OneState, SpanState, gold_of, text_key
from huibao.decisions.corpus import AUTHOR, marked_under
from huibao.decisions.folding import State
from huibao.decisions.proposals import CORPUS_FOLDER, stored_decisions
from huibao.gold_pages.marked_annotation import annotated
from huibao.label_changes import History, load_history
from huibao.label_changes.score_folding import COARSE
from huibao.marked import MarkedPage
from huibao.report import Block, Span


class Answers:
    """The answers that count, by place, text and label set, under one version of the label sets."""

    def __init__(self, decisions: Iterable[Decision], history: History) -> None:
        """Takes all decisions that were made up to the history's last change."""
        made = (one for one in decisions if one.version <= history.number)
        self.history = history
        self._states = {
            (one.place, one.text_sha, one.set): one.state for one in gold_of(made, history)
        }

    def state(self, place: str, text: str, part: str) -> State | None:
        """What counts for one set of a block; None where no person said anything of this text."""
        return self._states.get((place, text_key(text), part))


def decided_pages(folder: Path, history: History | None = None) -> list[PageAnnotation]:
    """The pages of a label folder's corpus with the labels in force, by name.

    Args:
        folder: The label folder.
        history: Of the folder, up to the version that is wanted; None is the last.

    Raises:
        LabelError: a page or a decision cannot be read.
    """
    past = history or load_history(folder)
    answers = Answers(stored_decisions(folder, past), past)
    pages, _ = marked_pages(folder / CORPUS_FOLDER)
    return [_judged_corpus_page(page, answers) for page in pages]


def judged(page: PageAnnotation, answers: Answers) -> PageAnnotation:
    """A page with the labels that people gave its blocks, whatever it said of them before.

    A label that one of several may be is given as `one|other`; what nobody judged is named in each
    block's `unjudged`. A role that nobody gave may be any of the set.
    """
    text, name = page.page.text, page.page.name
    annotations = []
    for annotation in page.annotations:
        blocks = tuple(
            _judged_block(f"{name}@{block.span.start}", block, text, answers)
            for block in annotation.report.blocks
        )
        annotations.append(replace(annotation, blocks=blocks))
    return replace(page, annotations=tuple(annotations))


def _judged_corpus_page(marked: MarkedPage, answers: Answers) -> PageAnnotation:
    """Marks also tell second roles and genres, which are no decisions of a block."""
    page, folding = annotated(marked), Folding(answers.history)
    version = marked_under(marked, answers.history)

    def now(part: str, label: str | None) -> str | None:
        if label is None:
            return None
        state = folding.folded(Decision("", "", part, label, version, AUTHOR, "")).state
        return next(iter(state.labels), None)

    def with_second_roles(marks: Annotation, judged_: Annotation) -> Annotation:
        pairs = zip(marks.blocks, judged_.blocks, strict=True)
        blocks = tuple(replace(new, also=now("roles", old.also)) for old, new in pairs)
        return replace(judged_, blocks=blocks, genre=now("genres", marks.genre))

    pairs = zip(page.annotations, judged(page, answers).annotations, strict=True)
    return replace(page, annotations=tuple(with_second_roles(*pair) for pair in pairs))


def _judged_block(place: str, block: Block, page_text: str, answers: Answers) -> BlockAnnotation:
    in_force = answers.history.in_force
    text = page_text[block.span.start : block.span.end]
    states = {part: answers.state(place, text, part) for part in in_force}
    role = states["roles"]
    candidates = role.candidates if isinstance(role, OneState) else ()
    tags, unjudged = {}, {}
    for part in ("categories", "arenas"):
        state = states[part]
        said = state if isinstance(state, ManyState) else ManyState(frozenset(), frozenset())
        tags[part] = tuple(Tag(label) for label in in_force[part] if label in said.yes)
        unjudged[part] = frozenset(in_force[part]) - said.yes - said.no
    spans = states["entities"]
    marks = spans if isinstance(spans, SpanState) else SpanState((), frozenset())
    unjudged["entities"] = frozenset(in_force["entities"]) - marks.judged
    return BlockAnnotation(
        role=Tag(COARSE.join(candidates or in_force["roles"])),
        categories=tags["categories"],
        arenas=tags["arenas"],
        entities=tuple(_entities(marks, block)),
        unjudged={part: labels for part, labels in unjudged.items() if labels},
    )


def _entities(marks: SpanState, block: Block) -> Iterable[Entity]:
    for mark in marks.spans:
        span = Span(block.span.start + mark.start, block.span.start + mark.end)
        inside = block.canonical_span(span)
        if inside is not None:
            yield Entity(COARSE.join(mark.candidates), span, block.text[inside.start : inside.end])
