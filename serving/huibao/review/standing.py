"""What stands on each block: the newest word of each author, found again by its text."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from huibao.decisions import OF_PEOPLE, Decision, Folded, Folding, Gold, gold_among
from huibao.decisions.folding import State
from huibao.review.blocks import ReviewBlock, ReviewPage


class Standing:
    """The decisions on the blocks of some pages, under the label sets in force.

    A decision is of the block that has its place and its text; where the page was cut anew it goes
    to the block with the same text, and where there is none it is `changed` and asks for a new one.
    """

    def __init__(self, pages: Mapping[str, ReviewPage], folding: Folding) -> None:
        """Takes the pages and how old decisions are read."""
        self.changed: dict[tuple[str, str], list[Decision]] = defaultdict(list)
        self._pages, self._folding = pages, folding
        self._blocks = {block.place: block for page in pages.values() for block in page.blocks}
        self._places: dict[tuple[str, str], list[ReviewBlock]] = defaultdict(list)
        for block in self._blocks.values():
            self._places[block.page, block.text_sha].append(block)
        self._said: dict[tuple[str, str], dict[str, Decision]] = defaultdict(dict)
        self._blind: dict[tuple[str, str], dict[str, Decision]] = defaultdict(dict)
        self._gold: dict[tuple[str, str], Gold | None] = {}

    def add(self, decisions: Iterable[Decision]) -> None:
        """Takes note of further decisions."""
        for decision in decisions:
            place = self._attached(decision)
            if place is None:
                continue
            if _noted(decision, self._said[place, decision.set]):
                self._gold.pop((place, decision.set), None)
            if decision.mode == "blind" and decision.kind == "person":
                _noted(decision, self._blind[place, decision.set])

    def by(self, place: str, part: str, person: str) -> Folded | None:
        """What an author says of a block, None where nothing stands."""
        decision = self._said.get((place, part), {}).get(person)
        return None if decision is None or decision.value is None else self._folded(decision)

    def of_people(self, place: str, part: str) -> list[Folded]:
        """What people say of a block, each once, in the order of their first word."""
        said = self._said.get((place, part), {})
        return [
            self._folded(one)
            for one in said.values()
            if one.value is not None and one.kind in OF_PEOPLE
        ]

    def gold(self, place: str, part: str) -> Gold | None:
        """The answer that counts, None where no person has one."""
        key = (place, part)
        if key not in self._gold:
            said = self.of_people(place, part)
            self._gold[key] = gold_among(said) if said else None
        return self._gold[key]

    def golds(self) -> Iterator[tuple[ReviewBlock, str, Gold]]:
        """All answers that count, in the order of pages and blocks."""
        decided: dict[str, list[str]] = defaultdict(list)
        for place, part in self._said:
            decided[place].append(part)
        for place, block in self._blocks.items():
            for part in decided.get(place, ()):
                if (gold := self.gold(place, part)) is not None:
                    yield block, part, gold

    def blind(self) -> Iterator[tuple[str, str, list[State]]]:
        """What people last said of blocks without seeing any answer, by place and set."""
        for (place, part), said in self._blind.items():
            states = [self._folded(one).state for one in said.values() if one.value is not None]
            yield place, part, states

    def decisions(self) -> Iterator[Decision]:
        """The newest entry of each author on each block and set, none that was taken back."""
        for said in self._said.values():
            yield from (one for one in said.values() if one.value is not None)

    def said(self) -> Iterator[tuple[str, Folded]]:
        """All that people say, by set."""
        for place, part in self._said:
            yield from ((part, one) for one in self.of_people(place, part))

    def last_of(self, place: str, part: str, person: str) -> Decision | None:
        """The last entry of an author on a block, taken back or not."""
        return self._said.get((place, part), {}).get(person)

    def _folded(self, decision: Decision) -> Folded:
        return self._folding.folded(decision)

    def _attached(self, decision: Decision) -> str | None:
        """The place that a decision speaks of now; None where its text is gone."""
        name, _, start = decision.place.rpartition("@")
        page = self._pages.get(name)
        if page is None or not start.isdecimal():
            return None
        if decision.set == "genres":
            block = _begun(page, int(start)) if decision.text_sha == page.text_sha else None
            same = [block] if block else []
        else:
            block = self._blocks.get(decision.place)
            if block and block.text_sha == decision.text_sha:
                return block.place
            same = self._places.get((name, decision.text_sha), [])
        if same:
            return min(same, key=lambda one: abs(one.start - int(start))).place
        if decision.value is not None and decision.kind in OF_PEOPLE:
            starts = [one.start for one in page.blocks]
            covering = page.blocks[max(0, bisect_right(starts, int(start)) - 1)] if starts else None
            if covering is not None:
                self.changed[covering.place, decision.set].append(decision)
        return None


def _begun(page: ReviewPage, start: int) -> ReviewBlock | None:
    """The first block of the report that begins at or after a character: a genre is said of it."""
    return next((one for one in page.blocks if one.begins and one.start >= start), None)


def _noted(decision: Decision, said: dict[str, Decision]) -> bool:
    """Notes a decision unless its author has said something newer; tells whether it was noted."""
    last = said.get(decision.by)
    if last is not None and last.at > decision.at:
        return False
    said[decision.by] = decision
    return True
