"""Reads old decisions under the label sets in force: the decision stays, the view is computed."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from huibao.decisions.decision import Decision, ManyValue, SpanValue, Value
from huibao.decisions.states import FoldedSpan, ManyState, OneState, SpanState
from huibao.errors import LabelError
from huibao.label_changes import History, Step

State = OneState | ManyState | SpanState


@dataclass(frozen=True, slots=True)
class Folded:
    """A decision and what it says now.

    `again` are its labels that were redefined since, or of which an added label may take some: a
    person may look at them a second time, nobody must.
    """

    decision: Decision
    state: State
    again: frozenset[str] = frozenset()


@dataclass(slots=True)
class Folding:
    """Folds decisions over a history; what it works out for a version serves all of its decisions."""

    history: History
    _steps: dict[tuple[str, int], tuple[Step, ...]] = field(default_factory=dict)
    _ids: dict[tuple[str, int], frozenset[str]] = field(default_factory=dict)
    # Most blocks have few categories out of few: the same answer is folded once.
    _said: dict[tuple[str, int, Value | None], tuple[State, frozenset[str]]] = field(
        default_factory=dict
    )

    def folded(self, decision: Decision) -> Folded:
        """What a decision says under the last version.

        Raises:
            LabelError: the decision is of an unknown set, of a version that is not there, or names
                a label that its version did not have.
        """
        key = (decision.set, decision.version)
        if key not in self._steps:
            if decision.set not in self.history.kinds:
                raise LabelError(f"decision {decision.id}: no label set {decision.set!r}")
            self._steps[key] = self.history.steps(*key)
            self._ids[key] = self.history.ids_at(*key)
        said = (decision.set, decision.version, decision.value)
        if said not in self._said:
            self._said[said] = self._walked(decision, key)
        return Folded(decision, *self._said[said])

    def _walked(self, decision: Decision, key: tuple[str, int]) -> tuple[State, frozenset[str]]:
        """The state at the end of all steps, and the labels that were offered again on the way."""
        state = _first_state(decision, self._ids[key])
        again: frozenset[str] = frozenset()
        for step in self._steps[key]:
            if step.kind in ("add", "redefine"):
                again |= state.labels & frozenset(step.sources)
            state = state.after(step)
        return state, again & state.labels


def newest(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions that stand: the last of each author on each block and set, none taken back."""
    last: dict[tuple[str, str, str], Decision] = {}
    for decision in decisions:
        key = (decision.place, decision.set, decision.by)
        if key not in last or last[key].at <= decision.at:
            last[key] = decision
    return [decision for decision in last.values() if decision.value is not None]


def _first_state(decision: Decision, in_force: frozenset[str]) -> State:
    """What a decision said when it was made."""
    value = decision.value
    if isinstance(value, str):
        return _known(decision, {value}, in_force, OneState((value,)))
    if isinstance(value, ManyValue):
        yes = frozenset(value.yes)
        no = in_force - yes if value.no is None else frozenset(value.no) - yes
        return _known(decision, yes | no, in_force, ManyState(yes, no))
    if isinstance(value, SpanValue):
        spans = tuple(FoldedSpan(one.start, one.end, one.text, (one.label,)) for one in value.spans)
        judged = in_force if value.judged is None else frozenset(value.judged)
        said = {one.label for one in value.spans} | judged
        return _known(decision, said, in_force, SpanState(spans, judged))
    raise LabelError(f"decision {decision.id} takes another back and says nothing itself")


def _known(
    decision: Decision, said: AbstractSet[str], in_force: frozenset[str], state: State
) -> State:
    if not said <= in_force:
        raise LabelError(
            f"decision {decision.id}: {decision.set} had no label {min(said - in_force)!r} "
            f"in version {decision.version}"
        )
    return state
