"""What a change would do to the decisions there are, told before it is made."""

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from huibao.decisions.decision import Decision
from huibao.decisions.folding import Folded, Folding, newest
from huibao.label_changes import Change, History

MIN_GOLD = 30  # examples, below which a label is neither trained nor scored with any trust
OFFERED_AT_ONCE, FIRST_SAMPLE = 100, 50  # a redefined label with more examples is sampled first
_SECONDS = 20.0  # a decision, where too few were timed
_TIMED_ENOUGH = 10


@dataclass(frozen=True, slots=True)
class Preview:
    """How many decisions of the changed set follow by themselves, and what is left to people.

    Args:
        auto: Decisions that give another label than before, without anybody's doing.
        ask: Blocks on which a person must decide.
        offer: Blocks that a person may look at again.
        untouched: Decisions that give the same labels as before.
        minutes: Of work, for what is asked and for the first sample of what is offered.
        few: Labels in force after it that fewer than `MIN_GOLD` blocks are certain to have.
    """

    auto: int
    ask: int
    offer: int
    untouched: int
    minutes: int
    few: tuple[tuple[str, int], ...] = ()

    def promised(self) -> dict[str, int]:
        """The figures that the sheet of the change keeps, to be compared with what came."""
        names = ("auto", "ask", "offer", "untouched", "minutes")
        return {name: getattr(self, name) for name in names}


def preview_of(change: Change, before: History, decisions: Iterable[Decision]) -> Preview:
    """What a planned change does to the decisions that stand.

    Args:
        change: The change, which is not yet in the history.
        before: The history without it.
        decisions: All that were ever stored; only the newest of each author counts.
    """
    standing = [one for one in newest(decisions) if one.set == change.set]
    old, new = Folding(before), Folding(before.with_change(change))
    auto, untouched = 0, 0
    ask, offer = set[str](), set[str]()
    folded = []
    for decision in standing:
        was, now = old.folded(decision), new.folded(decision)
        folded.append(now)
        if now.state.doubt > was.state.doubt:
            ask.add(decision.place)
        elif now.state.labels != was.state.labels:
            auto += 1
        elif now.again - was.again:
            offer.add(decision.place)
        else:
            untouched += 1
    offer -= ask
    first = len(offer) if len(offer) < OFFERED_AT_ONCE else FIRST_SAMPLE
    minutes = math.ceil((len(ask) + first) * _seconds(standing) / 60)
    few = _few(folded, new.history.in_force[change.set]) if standing else ()
    return Preview(auto, len(ask), len(offer), untouched, minutes, few)


def _seconds(decisions: Sequence[Decision]) -> float:
    timed = [one.seconds for one in decisions if one.seconds is not None]
    return statistics.median(timed) if len(timed) >= _TIMED_ENOUGH else _SECONDS


def _few(folded: Iterable[Folded], in_force: Sequence[str]) -> tuple[tuple[str, int], ...]:
    places: dict[str, set[str]] = {label: set() for label in in_force}
    for one in folded:
        for label in one.state.labels & places.keys():
            places[label].add(one.decision.place)
    counts = Counter({label: len(found) for label, found in places.items()})
    return tuple((label, counts[label]) for label in in_force if counts[label] < MIN_GOLD)
