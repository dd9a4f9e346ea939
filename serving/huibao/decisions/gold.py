"""Which answer counts where several decided on one block: what training and scores may trust."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from huibao.decisions.decision import Decision
from huibao.decisions.folding import Folded, Folding, State, newest
from huibao.decisions.states import ManyState, OneState, SpanState
from huibao.label_changes import History

Basis = Literal["adjudication", "agreed", "single"]
# A model's or a rule's word is never gold.
OF_PEOPLE = frozenset({"person", "adjudication", "import"})


@dataclass(frozen=True, slots=True)
class Gold:
    """The answer that counts for one label set of one block, under the label sets in force.

    Args:
        place: The block.
        text_sha: `text_key` of the text that was decided on.
        set: The label set.
        state: The answer; where it is `waiting`, the label sets changed and a person must choose.
        basis: Why it counts: somebody settled it, two people agree, or one person said it.
        disputed: Whether another person says otherwise and nobody settled it.
        by: Who said it, the newest first.
    """

    place: str
    text_sha: str
    set: str
    state: State
    basis: Basis
    disputed: bool
    by: tuple[str, ...]


def gold_of(decisions: Iterable[Decision], history: History) -> list[Gold]:
    """The answers that count: the newest adjudication, else two agreeing people, else the newest one.

    Only the newest decision of each author counts, and none that was taken back; those of models and
    rules never do. An answer that a change of labels left waiting yields to a certain one.

    Args:
        decisions: All that were stored, in any order; `stored_decisions(folder, history)` for example.
        history: Of the label folder: answers are folded to its last change.

    Returns:
        One for each block text and label set that a person decided on, in the order of their first.

    Raises:
        LabelError: a decision is of a set, version or label that the history does not know.
    """
    folding = Folding(history)
    said: dict[tuple[str, str, str], list[Folded]] = defaultdict(list)
    for one in newest(decisions):
        if one.kind in OF_PEOPLE:
            said[one.place, one.text_sha, one.set].append(folding.folded(one))
    return [gold_among(answers) for answers in said.values()]


def gold_among(answers: Sequence[Folded]) -> Gold:
    """The answer that counts among those of different people on one block and label set."""
    certain = [one for one in answers if not one.state.waiting] or list(answers)
    # Of the same second the one stored later comes first.
    latest = sorted(certain, key=lambda one: one.decision.at)[::-1]
    settled = [one for one in latest if one.decision.kind == "adjudication"]
    if settled:
        return _of(settled[:1], "adjudication")
    groups = [[one for one in latest if same_answer(one.state, first.state)] for first in latest]
    agreed = next((group for group in groups if len(group) > 1), None)
    others = len(latest) > len(agreed or latest[:1])
    return _of(agreed or latest[:1], "agreed" if agreed else "single", disputed=others)


def same_answer(one: State, other: State) -> bool:
    """Whether two answers say the same; what only one of them had judged is no difference."""
    if isinstance(one, ManyState) and isinstance(other, ManyState):
        return not one.yes & other.no and not other.yes & one.no and one.one_of == other.one_of
    if isinstance(one, SpanState) and isinstance(other, SpanState):
        judged = one.judged & other.judged
        return _marked(one, judged) == _marked(other, judged)
    return isinstance(one, OneState) and one == other


def _marked(state: SpanState, judged: frozenset[str]) -> set[tuple[int, int, tuple[str, ...]]]:
    return {
        (span.start, span.end, span.candidates)
        for span in state.spans
        if judged.intersection(span.candidates)
    }


def _of(saying: Sequence[Folded], basis: Basis, *, disputed: bool = False) -> Gold:
    counts = saying[0].decision
    by = tuple(one.decision.by for one in saying)
    state = saying[0].state
    return Gold(counts.place, counts.text_sha, counts.set, state, basis, disputed, by)
