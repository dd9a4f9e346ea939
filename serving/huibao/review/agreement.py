"""How far people agree who judged the same blocks without seeing each other's answers.

Only blind decisions count, the newest of each person: whoever saw the model's answer or another's
agrees with that as much as with the text.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from huibao.decisions import ManyState, OneState, SpanState
from huibao.decisions.folding import State
from huibao.labels import LabelSet
from huibao.review.desk import DeskView
from huibao.review.measures import cohen_kappa, f1, krippendorff_alpha

FEWEST_PAIRS = 30  # below that a figure would say more of chance than of people
MOST_CONFUSED, SHOWN_EXAMPLES = 5, 2
NONE = "none"  # what one gives where the other gives a label and nothing stands against it

Pair = tuple[State, State]


@dataclass(frozen=True, slots=True)
class LabelAgreement:
    """Agreement on one label, or on `all` of a set; figures are None below `FEWEST_PAIRS`.

    Args:
        label: Its id.
        n: The pairs of answers in which at least one gives it; of `all` every pair.
        share: Of those pairs, the ones in which both give the same.
        kappa: Over all pairs, the label against all others.
        alpha: The same over all people at once.
        strict: F1 of spans with the same ends, for entities only.
        partial: F1 of spans that overlap, for entities only.
    """

    label: str
    n: int
    share: float | None = None
    kappa: float | None = None
    alpha: float | None = None
    strict: float | None = None
    partial: float | None = None

    @property
    def too_few(self) -> bool:
        """Whether there are too few pairs to tell."""
        return self.n < FEWEST_PAIRS


@dataclass(frozen=True, slots=True)
class Confusion:
    """Two labels that stand against each other, how often, where, and the rule that parts them."""

    one: str
    other: str
    n: int
    places: tuple[str, ...]
    rule: str | None


@dataclass(frozen=True, slots=True)
class SetAgreement:
    """Agreement in one label set; `pairs` of blind answers to the same block."""

    part: str
    pairs: int
    rows: tuple[LabelAgreement, ...]
    confused: tuple[Confusion, ...]


def agreement(view: DeskView) -> tuple[SetAgreement, ...]:
    """The agreement of people in each label set, of those that two judged blindly."""
    units: dict[str, dict[str, list[State]]] = defaultdict(dict)
    for place, part, states in view.standing.blind():
        certain = [one for one in states if not one.waiting]
        if len(certain) > 1:
            units[part][place] = certain
    return tuple(_set_agreement(view, view.label_set(part), units[part]) for part in units)


def _set_agreement(
    view: DeskView, labels: LabelSet, units: Mapping[str, Sequence[State]]
) -> SetAgreement:
    pairs = [(place, pair) for place, states in units.items() for pair in combinations(states, 2)]
    both = [pair for _, pair in pairs]
    rows = [_whole(both, units.values())]
    rows += [_label(label.id, both, units.values()) for label in labels]
    given = tuple(row for row in rows if row.n)
    return SetAgreement(labels.id, len(pairs), given, tuple(_confusions(labels, pairs)))


def _whole(pairs: Sequence[Pair], units: Iterable[Sequence[State]]) -> LabelAgreement:
    if len(pairs) < FEWEST_PAIRS:
        return LabelAgreement("all", len(pairs))
    share = sum(_same(one, other) for one, other in pairs) / len(pairs)
    if isinstance(pairs[0][0], SpanState):
        return LabelAgreement("all", len(pairs), share, **_span_f1(pairs, None))
    if not isinstance(pairs[0][0], OneState):
        return LabelAgreement("all", len(pairs), share)
    answers = [(_key(one), _key(other)) for one, other in pairs]
    alpha = krippendorff_alpha([_key(one) for one in unit] for unit in units)
    return LabelAgreement("all", len(pairs), share, cohen_kappa(answers), alpha)


def _label(label: str, pairs: Sequence[Pair], units: Iterable[Sequence[State]]) -> LabelAgreement:
    answers = [
        (one, other)
        for one, other in ((_gives(a, label), _gives(b, label)) for a, b in pairs)
        if one is not None and other is not None
    ]
    given = [pair for pair in answers if any(pair)]
    if len(given) < FEWEST_PAIRS:
        return LabelAgreement(label, len(given))
    share = sum(all(pair) for pair in given) / len(given)
    if isinstance(pairs[0][0], SpanState):
        return LabelAgreement(label, len(given), share, **_span_f1(pairs, label))
    judged = (
        [one for one in (_gives(s, label) for s in unit) if one is not None] for unit in units
    )
    kappa, alpha = cohen_kappa(answers), krippendorff_alpha(judged)
    return LabelAgreement(label, len(given), share, kappa, alpha)


def _gives(state: State, label: str) -> bool | None:
    """Whether an answer gives a label; None where it was not judged."""
    if isinstance(state, ManyState):
        return state.answer(label)
    if isinstance(state, SpanState) and label not in state.judged | state.labels:
        return None
    return label in state.labels


def _key(state: State) -> Hashable:
    """What must be equal in two answers that are the same."""
    if isinstance(state, OneState):
        return state.candidates
    if isinstance(state, ManyState):
        return state.yes
    return frozenset(_spans(state, None))


def _same(one: State, other: State) -> bool:
    return _key(one) == _key(other)


def _spans(state: State, label: str | None) -> list[tuple[int, int, str]]:
    spans = state.spans if isinstance(state, SpanState) else ()
    return [
        (span.start, span.end, span.candidates[0])
        for span in spans
        if label in (None, span.candidates[0])
    ]


def _span_f1(pairs: Sequence[Pair], label: str | None) -> dict[str, float]:
    strict, partial, ones, others = 0, 0.0, 0, 0
    for first, second in pairs:
        one, other = _spans(first, label), _spans(second, label)
        strict += len(set(one) & set(other))
        met = sum(_met(span, other) for span in one), sum(_met(span, one) for span in other)
        partial += sum(met) / 2
        ones, others = ones + len(one), others + len(other)
    return {"strict": f1(strict, ones, others), "partial": f1(partial, ones, others)}


def _met(span: tuple[int, int, str], others: Iterable[tuple[int, int, str]]) -> bool:
    start, end, label = span
    return any(one[0] < end and start < one[1] and one[2] == label for one in others)


def _confusions(labels: LabelSet, pairs: Sequence[tuple[str, Pair]]) -> Iterator[Confusion]:
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for place, (one, other) in pairs:
        for first, second in {(min(both), max(both)) for both in _differences(one, other)}:
            places[first, second].append(place)
    most = sorted(places.items(), key=lambda found: -len(found[1]))[:MOST_CONFUSED]
    for (first, second), found in most:
        examples = tuple(dict.fromkeys(found))[:SHOWN_EXAMPLES]
        yield Confusion(first, second, len(found), examples, _rule(labels, first, second))


def _differences(one: State, other: State) -> Iterator[tuple[str, str]]:
    """The labels that stand against each other in two answers."""
    if isinstance(one, OneState) and isinstance(other, OneState):
        if one != other:
            yield one.candidates[0], other.candidates[0]
    elif isinstance(one, SpanState) and isinstance(other, SpanState):
        theirs = {(start, end): label for start, end, label in _spans(other, None)}
        for start, end, label in _spans(one, None):
            if theirs.get((start, end), label) != label:
                yield label, theirs[start, end]
    elif isinstance(one, ManyState) and isinstance(other, ManyState):
        first, second = one.yes & other.no, other.yes & one.no
        for label in first or {NONE}:
            yield from ((label, against) for against in second or {NONE} if label != against)


def _rule(labels: LabelSet, one: str, other: str) -> str | None:
    """The sentence of the label files that parts two labels."""
    for label, against in ((one, other), (other, one)):
        if label in labels and against in labels[label].neighbours:
            return labels[label].neighbours[against]
    return None
