"""A save: what a person said of a block, checked and stored; and how it is taken back."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from huibao.decisions import (
    Decision,
    ManyValue,
    MarkedSpan,
    SpanValue,
    Value,
)
from huibao.decisions.decision import Kind, Mode
from huibao.errors import ReviewError
from huibao.review.blocks import ReviewBlock
from huibao.review.desk import Desk, DeskView
from huibao.review.model_answers import asked_sets, model_answer

COPIED_KINDS = frozenset({"paragraph", "item", "table"})
COPIED_FROM = 20  # characters: shorter texts mean what their surroundings make of them


@dataclass(frozen=True, slots=True)
class Sent:
    """What a person sends of one block.

    Args:
        place: The block.
        text_sha: The key of the text that was seen.
        version: The last change of label sets that was seen.
        answers: By label set.
        mode: Whether the model's answer was to be seen.
        seconds: From seeing the block to saving.
        unsure: Whether the person was in doubt.
        note: What else the person said.
        kind: A person's own answer, or one that settles what others differ in.
    """

    place: str
    text_sha: str
    version: int
    answers: Mapping[str, Value]
    mode: Mode = "open"
    seconds: float | None = None
    unsure: bool = False
    note: str = ""
    kind: Kind = "person"


def save(desk: Desk, view: DeskView, person: str, sent: Sent) -> list[Decision]:
    """Stores a person's answers and returns them when the disk has them.

    Blocks with the same text that no person has decided on get the same answers, as imports.

    Raises:
        ReviewError: the text or the label sets are others now, or an answer does not fit them.
    """
    block = view.block(sent.place)
    if sent.text_sha != block.text_sha:
        raise ReviewError("text_changed", "The text of the block has changed.", now=block.text_sha)
    if sent.version != view.history.number:
        now = str(view.history.number)
        raise ReviewError("labels_changed", "The label sets have changed.", now=now)
    if not sent.answers:
        raise ReviewError("answer_refused", "No label set is answered.")
    for part, value in sent.answers.items():
        _refuse_unfit(view, block, part, value)
    own = list(_decisions(view, block, person, sent, _moment()))
    copies = [copy for one in own for copy in _copies(view, block, one)]
    _store(desk, view, person, [*own, *copies])
    return own


def undo(desk: Desk, view: DeskView, person: str) -> str:
    """Takes a person's last save back by a new entry for each; returns the place.

    What stood before the save stands again, under the version it was made under.

    Raises:
        ReviewError: nothing_to_undo.
    """
    entries = desk.store(person).read()
    saves: list[list[Decision]] = []
    for one in entries:
        if one.undo:
            saves = [kept for kept in saves if one.replaces not in {past.id for past in kept}]
        elif saves and saves[-1][0].at == one.at:
            saves[-1].append(one)
        else:
            saves.append([one])
    if not saves:
        raise ReviewError("nothing_to_undo", "Nothing was saved that could be taken back.")
    known, at = {one.id: one for one in entries}, _moment()
    _store(desk, view, person, [_undone(one, known, at) for one in saves[-1]])
    return saves[-1][0].place


def _undone(decision: Decision, known: Mapping[str, Decision], at: str) -> Decision:
    before = known.get(decision.replaces or "")
    return replace(
        decision,
        value=before.value if before else None,
        version=before.version if before else decision.version,
        text_sha=before.text_sha if before else decision.text_sha,
        kind=before.kind if before else decision.kind,
        at=at,
        seconds=None,
        shown={},
        unsure=before.unsure if before else False,
        note=before.note if before else "",
        replaces=decision.id,
        undo=True,
    )


def _decisions(
    view: DeskView, block: ReviewBlock, person: str, sent: Sent, at: str
) -> Iterator[Decision]:
    page = view.pages[block.page]
    for part, value in sent.answers.items():
        last = view.standing.last_of(block.place, part, person)
        said = model_answer(block, part)
        yield Decision(
            place=block.place,
            text_sha=page.text_sha if part == "genres" else block.text_sha,
            set=part,
            value=value,
            version=view.history.number,
            by=person,
            at=at,
            kind=sent.kind,
            mode=sent.mode,
            seconds=None if sent.seconds is None else round(sent.seconds / len(sent.answers), 1),
            shown={"model": page.model, **said} if said else {},
            unsure=sent.unsure,
            note=sent.note,
            replaces=last.id if last else None,
        )


def _copies(view: DeskView, block: ReviewBlock, decision: Decision) -> Iterator[Decision]:
    if block.kind not in COPIED_KINDS or len(block.text) < COPIED_FROM or decision.set == "genres":
        return
    for twin in view.same_text[block.text_sha]:
        said = view.standing.of_people(twin.place, decision.set)
        if twin.place == block.place or any(one.decision.kind != "import" for one in said):
            continue
        last = view.standing.last_of(twin.place, decision.set, decision.by)
        yield replace(
            decision,
            place=twin.place,
            kind="import",
            seconds=None,
            shown={},
            source=block.place,
            replaces=last.id if last else None,
        )


def _store(desk: Desk, view: DeskView, person: str, decisions: Iterable[Decision]) -> None:
    stored = desk.store(person).append(decisions)
    view.standing.add(view.journal.unknown(stored))


def _moment() -> str:
    """This moment to the millisecond, never the same twice: it tells the saves of a person apart."""
    time.sleep(0.001)
    return datetime.now(UTC).astimezone().isoformat(timespec="milliseconds")


def _refuse_unfit(view: DeskView, block: ReviewBlock, part: str, value: Value) -> None:
    if part not in asked_sets(block):
        raise ReviewError("answer_refused", f"The set {part} asks nothing of this block.")
    labels = view.label_set(part)
    shape = {"one": str, "many": ManyValue, "span": SpanValue}[labels.kind]
    if not isinstance(value, shape):
        raise ReviewError("answer_refused", f"The answer to {part} has the shape of another set.")
    for label in _named(value):
        if label not in labels:
            raise ReviewError(
                "answer_refused", f"{part} has a label in its answer that is unknown."
            )
    if isinstance(value, SpanValue):
        _refuse_spans(block, value.spans)


def _named(value: Value) -> Iterator[str]:
    if isinstance(value, ManyValue):
        yield from (*value.yes, *(value.no or ()))
    elif isinstance(value, SpanValue):
        yield from (*(one.label for one in value.spans), *(value.judged or ()))
    else:
        yield value


def _refuse_spans(block: ReviewBlock, spans: Iterable[MarkedSpan]) -> None:
    end = 0
    for span in sorted(spans, key=lambda one: one.start):
        if block.text[span.start : span.end] != span.text:
            raise ReviewError(
                "answer_refused",
                f"The span {span.start}..{span.end} has another text in the block.",
            )
        if span.start < end:
            raise ReviewError("answer_refused", f"The span at {span.start} overlaps another one.")
        end = span.end
