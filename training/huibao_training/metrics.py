"""Scores of predicted pages against gold pages: segmentation, roles, categories, entities.

The rules are those of the released figures, so that our numbers and theirs are the same:
a gold block takes the role of the predicted block that covers most of it; categories are compared
per gold paragraph or item; an entity is right when type and exact span agree. What gold leaves open,
because the label sets were changed and nobody has decided since, is neither right nor wrong.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from huibao.annotation import BlockAnnotation, Entity, PageAnnotation
from huibao.label_changes import labels_meant
from huibao.report import Block, Span

Pair = tuple[Block, BlockAnnotation]


@dataclass(slots=True)
class Counts:
    """True positives, false positives and false negatives of one label."""

    right: int = 0
    added: int = 0
    missed: int = 0

    def grow(self, other: "Counts") -> None:
        """Adds another's counts to these."""
        self.right += other.right
        self.added += other.added
        self.missed += other.missed

    @property
    def support(self) -> int:
        """How often gold has the label."""
        return self.right + self.missed

    @property
    def precision(self) -> float:
        """Share of the given labels that are right."""
        return self.right / max(1, self.right + self.added)

    @property
    def recall(self) -> float:
        """Share of the gold labels that were given."""
        return self.right / max(1, self.support)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / max(1, 2 * self.right + self.added + self.missed)


@dataclass(slots=True)
class Tally:
    """All counts of one report, or of several added up, by axis and label.

    `confusion` counts (gold role, given role); `answers` has, by axis, the probability of each given
    role and category and whether it was right.
    """

    counts: dict[str, dict[str, Counts]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Counts))
    )
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    answers: dict[str, list[tuple[float, bool]]] = field(default_factory=lambda: defaultdict(list))

    def add(
        self, axis: str, label: str, *, right: int = 0, added: int = 0, missed: int = 0
    ) -> None:
        """Counts one outcome."""
        self.counts[axis][label].grow(Counts(right, added, missed))

    def micro(self, axis: str) -> Counts:
        """All labels of an axis together."""
        total = Counts()
        for counts in self.counts[axis].values():
            total.grow(counts)
        return total

    def macro_f1(self, axis: str) -> float:
        """Mean F1 over the labels that gold has."""
        scores = [counts.f1 for counts in self.counts[axis].values() if counts.support]
        return sum(scores) / max(1, len(scores))

    def label(self, axis: str, label: str) -> Counts:
        """The counts of one label."""
        return self.counts[axis][label]


def summed(tallies: Iterable[Tally]) -> Tally:
    """The tallies of several reports as one."""
    total = Tally()
    for tally in tallies:
        total.confusion.update(tally.confusion)
        for axis, answers in tally.answers.items():
            total.answers[axis].extend(answers)
        for axis, labels in tally.counts.items():
            for label, counts in labels.items():
                total.counts[axis][label].grow(counts)
    return total


def page_tallies(gold: PageAnnotation, said: PageAnnotation) -> list[Tally]:
    """One tally a gold report.

    Raises:
        ValueError: when the two pages have different texts, so that offsets cannot be compared.
    """
    if gold.page.text != said.page.text:
        raise ValueError(f"{gold.page.name}: gold and prediction have different texts")
    predicted = [
        pair
        for annotation in said.annotations
        for pair in zip(annotation.report.blocks, annotation.blocks, strict=True)
        if not _ignored(pair[0].span, gold.ignore)
    ]
    tallies = []
    for annotation in gold.annotations:
        blocks = list(zip(annotation.report.blocks, annotation.blocks, strict=True))
        low = min((block.span.start for block, _ in blocks), default=0)
        high = max((block.span.end for block, _ in blocks), default=0)
        mine = [one for one in predicted if one[0].span.start < high and low < one[0].span.end]
        tallies.append(_report_tally(gold.page.text, blocks, mine, gold.ignore))
    return tallies


def _report_tally(text: str, gold: list[Pair], said: list[Pair], ignore: tuple[Span, ...]) -> Tally:
    tally = Tally()
    gold_starts = {_first(text, block) for block, _ in gold}
    said_starts = {_first(text, block) for block, _ in said}
    _compare(tally, "starts", "block", gold_starts, said_starts)
    by_start = {_first(text, block): block for block, _ in said}
    for block, annotation in gold:
        match = by_start.get(_first(text, block))
        if match is not None:
            tally.add(
                "kind", "block", right=match.kind == block.kind, missed=match.kind != block.kind
            )
            if block.kind in ("heading", "item"):
                same = match.level == block.level
                tally.add("level", "block", right=same, missed=not same)
        _tally_role(tally, block, annotation, said)
        if block.kind in ("paragraph", "item"):
            unjudged = annotation.unjudged.get("categories", frozenset())
            given = {
                label: chance
                for label, chance in _categories_over(block, said).items()
                if not labels_meant(label) & unjudged
            }
            wanted = {tag.label for tag in annotation.categories}
            _compare_labels(tally, "category", wanted, given.keys())
            tally.answers["category"] += [
                (chance, label in wanted) for label, chance in given.items()
            ]
    _tally_entities(tally, text, gold, said, ignore)
    return tally


def _tally_role(tally: Tally, block: Block, gold: BlockAnnotation, said: list[Pair]) -> None:
    if _is_open(gold.role.label):
        return
    covering = max(said, key=lambda pair: _shared(pair[0].span, block.span), default=None)
    covered = covering is not None and _shared(covering[0].span, block.span) > 0
    role = covering[1].role.label if covering and covered else "(none)"
    right = role in (gold.role.label, gold.also)
    if block.kind == "heading":
        tally.add("heading role", "block", right=right, missed=not right)
        return
    tally.confusion[gold.role.label, gold.role.label if right else role] += 1
    if covering and covered:
        tally.answers["role"].append((covering[1].role.score, right))
    tally.add("role", gold.role.label, right=right, missed=not right)
    if not right:
        tally.add("role", role, added=1)


def _categories_over(block: Block, said: list[Pair]) -> dict[str, float]:
    """The categories of predicted blocks that lie mostly in the block or fill most of it.

    Returns:
        The highest probability of each.
    """
    given: dict[str, float] = {}
    for other, annotation in said:
        shared = _shared(other.span, block.span)
        if shared and (2 * shared > len(other.span) or 2 * shared > len(block.span)):
            for tag in annotation.categories:
                given[tag.label] = max(tag.score, given.get(tag.label, 0.0))
    return given


def _tally_entities(
    tally: Tally, text: str, gold: list[Pair], said: list[Pair], ignore: tuple[Span, ...]
) -> None:
    marked = [entity for _, annotation in gold for entity in annotation.entities]
    wanted = {_key(text, entity) for entity in marked if not _is_open(entity.type)}
    given = {_key(text, entity) for _, annotation in said for entity in annotation.entities}
    waiting = tuple(entity.span for entity in marked if _is_open(entity.type))
    given = {key for key in given if not _ignored(Span(key[0], key[1]), (*ignore, *waiting))}
    given -= {key for block, annotation in gold for key in _unjudged(given, block, annotation)}
    for kind in {key[2] for key in wanted | given}:
        mine, theirs = ({key for key in keys if key[2] == kind} for keys in (wanted, given))
        _compare(tally, "entity", kind, mine, theirs)
        left = sorted(mine)
        for key in sorted(theirs):
            match = next((one for one in left if one[0] < key[1] and key[0] < one[1]), None)
            if match:
                left.remove(match)
            tally.add("entity overlap", kind, right=bool(match), added=not match)
        tally.add("entity overlap", kind, missed=len(left))


def _unjudged(
    given: Iterable[tuple[int, int, str]], block: Block, gold: BlockAnnotation
) -> Iterator[tuple[int, int, str]]:
    """The spans in a block of a type that nobody looked for there."""
    open_types = gold.unjudged.get("entities", frozenset())
    if open_types:
        for start, end, kind in given:
            if labels_meant(kind) & open_types and block.span.overlaps(Span(start, end)):
                yield start, end, kind


def _is_open(label: str) -> bool:
    """Whether gold says only that it is one of several."""
    return len(labels_meant(label)) > 1


def _compare(
    tally: Tally, axis: str, label: str, gold: AbstractSet[object], said: AbstractSet[object]
) -> None:
    tally.add(axis, label, right=len(gold & said), added=len(said - gold), missed=len(gold - said))


def _compare_labels(
    tally: Tally, axis: str, gold: AbstractSet[str], said: AbstractSet[str]
) -> None:
    for label in gold | said:
        tally.add(
            axis,
            label,
            right=label in gold and label in said,
            added=label not in gold,
            missed=label not in said,
        )


def _key(text: str, entity: Entity) -> tuple[int, int, str]:
    start, end = entity.span.start, entity.span.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end, entity.type


def _first(text: str, block: Block) -> int:
    """Where the block's text begins, white space apart."""
    start = block.span.start
    while start < block.span.end and text[start].isspace():
        start += 1
    return start


def _shared(one: Span, other: Span) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def _ignored(span: Span, ignore: tuple[Span, ...]) -> bool:
    return any(span.overlaps(part) for part in ignore)
