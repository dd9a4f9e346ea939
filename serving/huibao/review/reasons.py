"""Why a person should look at a block: for each reason the blocks that have it, the best first."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import zip_longest

from huibao.decisions import Gold, ManyState
from huibao.decisions.preview import MIN_GOLD
from huibao.label_changes.score_folding import COARSE
from huibao.review.blocks import ReviewBlock
from huibao.review.desk import DeskView
from huibao.review.leanings import chance_of, likeness_to, margin_of
from huibao.review.model_answers import asked_sets
from huibao.review.suspects import Suspect
from huibao.review.work import Asked
from huibao.yaml_files import packaged_yaml

_RAREST = 12  # labels that examples are looked for at a time
_PER_REPORT = 3  # of those that the model is unsure of: more of one report teach little


@dataclass(frozen=True, slots=True)
class Reviewer:
    """For whom a list is made; `seed` makes its draws the same on the same day."""

    person: str
    head: bool
    seed: str
    skipped: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Search:
    """What the reasons are found in.

    Args:
        view: The desk.
        reviewer: For whom.
        suspects: Answers that the model contradicts, the gravest first.
        settled: The suspects, as (place, set), that somebody has looked at.
    """

    view: DeskView
    reviewer: Reviewer
    suspects: tuple[Suspect, ...] = ()
    settled: frozenset[tuple[str, str | None]] = frozenset()

    @cached_property
    def golds(self) -> tuple[tuple[ReviewBlock, str, Gold], ...]:
        """All answers that count."""
        return tuple(self.view.standing.golds())

    def mine(self, place: str, part: str) -> bool:
        """Whether the person has said something of a block in a set."""
        return self.view.standing.by(place, part, self.reviewer.person) is not None

    def unread(self) -> Iterator[ReviewBlock]:
        """The blocks that a model has read and no person has given a role."""
        for block in self.read():
            if not self.view.standing.of_people(block.place, "roles"):
                yield block

    def read(self) -> Iterator[ReviewBlock]:
        """The blocks that a model has read, repeated ones left out."""
        for block in self.view.blocks.values():
            if block.said is not None and not block.repeats:
                yield block

    def name(self, part: str, label: str) -> str:
        """The name of a label, of a coarse one those that may be meant."""
        labels = self.view.label_set(part)
        names = [labels.known(one).name for one in label.split(COARSE) if labels.knows(one)]
        return "/".join(names) or label


def split_pending(search: Search) -> Iterator[Asked]:
    """Blocks of which a change of labels left more than one candidate."""
    found = []
    for block, part, gold in search.golds:
        if gold.state.waiting:
            labels = "/".join(search.name(part, one) for one in _candidates(gold))
            found.append(Asked(block.place, "split_pending", part, {"labels": labels}))
    yield from sorted(found, key=lambda one: (one.part or "", one.about["labels"]))


def text_changed(search: Search) -> Iterator[Asked]:
    """Blocks whose text is another than that which people decided on."""
    for (place, part), decisions in search.view.standing.changed.items():
        authors = {one.by for one in decisions}
        if authors and not search.view.standing.of_people(place, part):
            yield Asked(place, "text_changed", part)


def disagreements(search: Search) -> Iterator[Asked]:
    """Blocks on which people differ and nobody has settled it; not for those who differ."""
    for block, part, gold in search.golds:
        if is_open_dispute(gold) and (search.reviewer.head or not search.mine(block.place, part)):
            said = search.view.standing.of_people(block.place, part)
            people = "、".join(one.decision.by for one in said)
            yield Asked(block.place, "disagreement", part, {"people": people})


def is_open_dispute(gold: Gold) -> bool:
    """Whether people differ on a block and neither a second one nor the head has settled it."""
    return gold.disputed and gold.basis == "single"


def suspected_errors(search: Search) -> Iterator[Asked]:
    """Answers that the model contradicts and nobody has looked at again."""
    for one in search.suspects:
        gold = search.view.standing.gold(one.place, one.part)
        looked_at = (
            (one.place, one.part) in search.settled or gold is None or gold.basis != "single"
        )
        if not looked_at:
            about = {"label": search.name(one.part, one.other), "chance": f"{one.chance:.0%}"}
            yield Asked(one.place, "suspected_error", one.part, about)


def unsure(search: Search) -> Iterator[Asked]:
    """Blocks where the model's two best answers are closest, a few of each report."""
    found: list[tuple[float, Asked]] = []
    for block in search.unread():
        margin, part, first, second = margin_of(block)
        about = {"first": search.name(part, first), "margin": f"{margin:.0%}"}
        if second:
            about["second"] = search.name(part, second)
        found.append((margin, Asked(block.place, "unsure", None, about)))
    reports: Counter[tuple[str, int]] = Counter()
    for _, asked in sorted(found, key=lambda one: one[0]):
        block = search.view.blocks[asked.place]
        reports[block.page, block.report] += 1
        if reports[block.page, block.report] <= _PER_REPORT:
            yield asked


def new_labels(search: Search) -> Iterator[Asked]:
    """Blocks that may have an added label, of which nobody could say so when they were decided."""
    for change in search.view.history.changes:
        labels = search.view.label_set(change.set)
        if change.op != "add" or change.targets[0] not in labels:
            continue
        label = labels[change.targets[0]]
        takes = frozenset(change.may_take_from)
        found = []
        for block in search.view.blocks.values():
            likeness = likeness_to(label, block.canonical)
            gold = search.view.standing.gold(block.place, change.set)
            likeness += 0.5 if gold and gold.state.labels & takes else 0.0
            if likeness >= 0.5 and not _judged(gold, label.id) and not block.repeats:
                found.append((likeness, block.place))
        for _, place in sorted(found, key=lambda one: -one[0]):
            yield Asked(place, "new_label", change.set, {"label": label.name})


def too_few(search: Search) -> Iterator[Asked]:
    """Blocks that may have a label of which there are too few examples, the rarest label first."""
    counts: Counter[tuple[str, str]] = Counter()
    for _, part, gold in search.golds:
        counts.update((part, label) for label in gold.state.labels)
    rare = [
        (counts[part.id, label.id], part.id, label)
        for part in search.view.labels
        if part.id != "genres"
        for label in part
        if counts[part.id, label.id] < MIN_GOLD
    ]
    unread = list(search.unread())
    columns = []
    for count, part, label in sorted(rare, key=lambda one: one[0])[:_RAREST]:
        chances = [(chance_of(block, part, label), block.place) for block in unread]
        about = {"label": label.name, "count": str(count)}
        best = sorted((one for one in chances if one[0] > 0), key=lambda one: -one[0])
        columns.append([Asked(place, "too_few", None, about) for _, place in best])
    for row in zip_longest(*columns):  # the best of each label, then the second best of each
        yield from (one for one in row if one is not None)


def audit(search: Search) -> Iterator[Asked]:
    """Blocks drawn blindly, all alike; the draw is the same for all people, so that two meet."""
    drawn = sorted(search.read(), key=lambda block: _draw(search.reviewer.seed, block.place))
    for block in drawn:
        if not any(search.mine(block.place, part) for part in asked_sets(block)):
            yield Asked(block.place, "audit")


FINDERS: Mapping[str, Callable[[Search], Iterable[Asked]]] = {
    "disagreement": disagreements,
    "text_changed": text_changed,
    "split_pending": split_pending,
    "suspected_error": suspected_errors,
    "unsure": unsure,
    "new_label": new_labels,
    "too_few": too_few,
    "audit": audit,
}


def told(asked: Asked, language: str) -> str:
    """The line that says why a block is asked about, in `zh` or `en`."""
    key = (
        "unsure_of_one"
        if asked.reason == "unsure" and "second" not in asked.about
        else asked.reason
    )
    return _words()[key][language].format_map(defaultdict(str, asked.about))


def _candidates(gold: Gold) -> list[str]:
    """The labels of which one must be chosen; none where it may be any."""
    state = gold.state
    if isinstance(state, ManyState):
        return sorted(frozenset().union(*state.one_of))
    waiting = getattr(state, "spans", None)
    if waiting is None:
        return list(getattr(state, "candidates", ()))
    return sorted(
        {label for span in waiting if len(span.candidates) > 1 for label in span.candidates}
    )


def _judged(gold: Gold | None, label: str) -> bool:
    """Whether a label was judged: an added one was not by what was decided before."""
    if gold is None:
        return False
    if isinstance(gold.state, ManyState):
        return gold.state.answer(label) is not None
    judged = getattr(gold.state, "judged", None)
    return label in (gold.state.labels if judged is None else judged)


def _draw(seed: str, place: str) -> str:
    return hashlib.sha256(f"{seed}|{place}".encode()).hexdigest()


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    words: Mapping[str, Mapping[str, str]] = packaged_yaml("huibao.review", "reasons.yaml")
    return words
