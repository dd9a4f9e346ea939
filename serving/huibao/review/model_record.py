"""How often people corrected the model: by label, and week by week, from what it had said."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from huibao.decisions import Decision, value_entries
from huibao.decisions.decision import Mode
from huibao.label_changes import labels_meant


@dataclass(slots=True)
class Corrections:
    """Answers that people gave where the model had one, and how many of them are others."""

    n: int = 0
    corrected: int = 0

    def add(self, corrected: bool) -> None:
        """Counts one answer."""
        self.n += 1
        self.corrected += corrected

    @property
    def share(self) -> float:
        """The share that was corrected, 0 to 1."""
        return self.corrected / self.n if self.n else 0.0


def corrections_by_week(
    decisions: Iterable[Decision],
) -> Mapping[tuple[str, str, Mode], Corrections]:
    """What people corrected by ISO week, label set and mode; only blind answers are honest figures."""
    found: dict[tuple[str, str, Mode], Corrections] = defaultdict(Corrections)
    for one in _compared(decisions):
        same = all(said == was for _, said, was in _labels(one))
        found[_week(one.at), one.set, one.mode].add(not same)
    return dict(sorted(found.items()))


def corrections_by_label(decisions: Iterable[Decision]) -> Mapping[tuple[str, str], Corrections]:
    """What people corrected by set and label, of the blocks where either of them gave the label."""
    found: dict[tuple[str, str], Corrections] = defaultdict(Corrections)
    for one in _compared(decisions):
        for label, said, was in _labels(one):
            found[one.set, label].add(said != was)
    return found


def _compared(decisions: Iterable[Decision]) -> Iterator[Decision]:
    for one in decisions:
        if one.kind == "person" and one.value is not None and "value" in one.shown:
            yield one


def _labels(decision: Decision) -> Iterator[tuple[str, object, object]]:
    """Each label that person or model gave, with what of it each of the two gave."""
    said, was = (
        _given(entries) for entries in (value_entries(decision.value), decision.shown["value"])
    )
    if isinstance(decision.value, str):
        # A coarse answer is right where the label is one of those that it may mean.
        (label,), (meant,) = said, was
        right = label in labels_meant(meant)
        yield label, True, right
        if not right:
            yield meant, False, True
        return
    for label in said.keys() | was.keys():
        yield label, said.get(label), was.get(label)


def _given(entries: object) -> dict[str, object]:
    """The labels of an answer, of entities with the ends of their spans."""
    if isinstance(entries, str):
        return {entries: True}
    if not isinstance(entries, Mapping):
        return {}
    if "spans" not in entries:
        return dict.fromkeys(entries["yes"], True)
    ends: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for span in entries["spans"]:
        ends[span["label"]].add((span["start"], span["end"]))
    return {label: frozenset(found) for label, found in ends.items()}


def _week(at: str) -> str:
    year, week, _ = datetime.fromisoformat(at).isocalendar()
    return f"{year}-W{week:02}"
