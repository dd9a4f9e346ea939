"""Pages with the answers that count put onto their blocks, and what is still open said openly."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from huibao.annotation import Annotation, BlockAnnotation, Entity, PageAnnotation, Tag
from huibao.corpus_check import marked_pages
from huibao.decisions import Decision, Folding, ManyState, OneState, SpanState, gold_of, text_key
from huibao.decisions.corpus import AUTHOR, marked_under
from huibao.decisions.folding import State
from huibao.decisions.proposals import CORPUS_FOLDER, stored_decisions
from huibao.label_changes import History, load_history
from huibao.label_changes.score_folding import COARSE
from huibao.marked import MarkedPage
from huibao.marked_annotation import annotated
from huibao.report import Block, Span
from huibao.review.blocks import place_of
from huibao.review.pages import stored_pages


class Answers:
    """The answers that count under one version of the label sets, and the blocks they belong to."""

    def __init__(self, decisions: Iterable[Decision], history: History) -> None:
        """Takes all decisions that were made up to the history's last change."""
        made = (one for one in decisions if one.version <= history.number)
        self.history = history
        self._states: dict[tuple[str, str, str], State] = {}
        self._same_text: dict[tuple[str, str, str], list[tuple[str, State]]] = defaultdict(list)
        for one in gold_of(made, history):
            page = one.place.rpartition("@")[0]
            self._states[one.place, one.text_sha, one.set] = one.state
            self._same_text[page, one.text_sha, one.set].append((one.place, one.state))

    def on(self, page: PageAnnotation) -> dict[tuple[str, str], State]:
        """What counts on a page, by place and label set.

        An answer whose place is gone, since the page is now cut otherwise, goes to the block that has
        its text.
        """
        text, name = page.page.text, page.page.name
        blocks = [block for one in page.annotations for block in one.report.blocks]
        keys = {
            place_of(name, block.span.start): text_key(text[block.span.start : block.span.end])
            for block in blocks
        }
        found = {}
        for place, key in keys.items():
            for part in self.history.in_force:
                sha = text_key(text) if part == "genres" else key
                state = self._states.get((place, sha, part)) or self._moved(name, sha, part, keys)
                if state is not None:
                    found[place, part] = state
        return found

    def _moved(self, page: str, sha: str, part: str, places: Collection[str]) -> State | None:
        """The answer on a text of a page whose own place is none of the page's any more."""
        same = self._same_text.get((page, sha, part), ()) if part != "genres" else ()
        return next((state for place, state in same if place not in places), None)


def decided_pages(folder: Path, history: History | None = None) -> list[PageAnnotation]:
    """The pages of a label folder with the labels in force that people gave them.

    They are those of the written corpus, then those of the review of which some block was decided.

    Args:
        folder: The label folder.
        history: Of the folder, up to the version that is wanted; None is the last.

    Raises:
        LabelError: a page or a decision cannot be read.
    """
    past = history or load_history(folder)
    answers = Answers(stored_decisions(folder, past), past)
    pages, _ = marked_pages(folder / CORPUS_FOLDER)
    found = [_judged_corpus_page(page, answers) for page in pages]
    reviewed = (page for _, page in stored_pages(folder) if answers.on(page))
    return [*found, *(_judged_reviewed_page(page, answers) for page in reviewed)]


def judged(page: PageAnnotation, answers: Answers) -> PageAnnotation:
    """A page with the labels that people gave its blocks, whatever it said of them before.

    A label that one of several may be is given as `one|other`; what nobody judged is named in each
    block's `unjudged`. A role that nobody gave may be any of the set.
    """
    found, in_force = answers.on(page), answers.history.in_force

    def said(block: Block) -> dict[str, State | None]:
        place = place_of(page.page.name, block.span.start)
        return {part: found.get((place, part)) for part in in_force}

    annotations = []
    for annotation in page.annotations:
        blocks = annotation.report.blocks
        genre = said(blocks[0])["genres"] if blocks else None
        given = tuple(_judged_block(block, said(block), in_force) for block in blocks)
        certain = next(iter(genre.labels), None) if genre else None
        annotations.append(replace(annotation, blocks=given, genre=certain, fields={}))
    return replace(page, annotations=tuple(annotations))


def _judged_reviewed_page(page: PageAnnotation, answers: Answers) -> PageAnnotation:
    """What a rule took for furniture of the site is nobody's decision."""
    return judged(replace(page, source=replace(page.source, furniture=())), answers)


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


def _judged_block(
    block: Block, states: Mapping[str, State | None], in_force: Mapping[str, tuple[str, ...]]
) -> BlockAnnotation:
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
