"""The list of a day: how much of it each reason gets, and near-duplicates asked about once."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from huibao.near_copies import ALIKE, Sketch, alike, comparable_text, sketch_of
from huibao.review.desk import Desk, DeskView
from huibao.review.reasons import FINDERS, Reviewer, Search
from huibao.review.suspects import folder_chances, suspects
from huibao.review.work import Asked

USUAL = 40
# Of a day's list; the order is that in which blocks are given to reasons.
SHARES = {
    "disagreement": 1.0,
    "text_changed": 0.5,
    "split_pending": 0.5,
    "suspected_error": 0.2,
    "unsure": 0.2,
    "new_label": 0.1,
    "too_few": 0.1,
}
AUDIT_SHARE = 0.1  # always: the only honest figure of how good the model is
_FILLING = ("split_pending", "text_changed", "unsure", "suspected_error", "new_label", "too_few")


def day_list(search: Search, size: int = USUAL) -> list[Asked]:
    """What a person is asked today; the same for the same seed and decisions.

    Every tenth block is an audit, wherever the person stops.
    """
    picked = _Picked(search.view, search.reviewer.skipped)
    audits = _first(FINDERS["audit"](search), max(1, math.ceil(AUDIT_SHARE * size)), picked)
    room = size - len(audits)
    found = {reason: iter(FINDERS[reason](search)) for reason in SHARES}
    chosen: dict[str, list[Asked]] = {}
    for reason, share in SHARES.items():
        quota = min(room, math.ceil(share * size))
        chosen[reason] = _first(found[reason], quota, picked)
        room -= len(chosen[reason])
    for reason in _FILLING:  # what some reasons leave free others may have
        more = _first(found[reason], room, picked)
        chosen[reason] += more
        room -= len(more)
    asked = [one for reason in SHARES for one in chosen[reason]]
    return list(_mixed(asked, audits))


def list_of_today(desk: Desk, view: DeskView, person: str, *, head: bool, size: int) -> list[Asked]:
    """What is still open of a person's list of today; a new one where nothing is."""
    day = date.today().isoformat()
    rows = desk.work.asked(person, day)
    open_ = [one for one, state in rows if state == "open" and still_asked(view, person, one)]
    if not open_:
        skipped = frozenset(one.place for one, state in rows if state == "skipped")
        reviewer = Reviewer(person, head, day, skipped)
        found = suspects(view, folder_chances(desk.folder))
        settled = frozenset(desk.work.answered("suspected_error"))
        open_ = day_list(Search(view, reviewer, found, settled), size)
        desk.work.ask(person, day, open_)
    return open_


def still_asked(view: DeskView, person: str, asked: Asked) -> bool:
    """Whether the reason has not gone since the list was made."""
    if asked.place not in view.blocks:
        return False
    gold = view.standing.gold(asked.place, asked.part or "roles")
    if asked.reason == "split_pending":
        return gold is not None and gold.state.waiting
    if asked.reason == "disagreement":
        return gold is not None and gold.disputed and gold.basis == "single"
    return asked.reason in ("audit", "suspected_error", "new_label") or gold is None


class _Picked:
    """What was chosen already, so that neither a block nor its like comes twice."""

    def __init__(self, view: DeskView, skipped: frozenset[str]) -> None:
        self._view, self._skipped = view, skipped
        self._places: set[str] = set()
        self._texts: set[str] = set()
        self._sketches: list[Sketch] = []

    def takes(self, asked: Asked) -> bool:
        """Whether a block is another than those before; it is noted if so."""
        if asked.place in self._places or asked.place in self._skipped:
            return False
        block = self._view.blocks[asked.place]
        text, sketch = comparable_text(block.canonical), sketch_of(block.canonical)
        near = sketch is not None and any(alike(one, sketch) >= ALIKE for one in self._sketches)
        if near or (text in self._texts and len(text) > 1):
            return False
        self._places.add(asked.place)
        self._texts.add(text)
        if sketch is not None:
            self._sketches.append(sketch)
        return True


def _first(found: Iterable[Asked], most: int, picked: _Picked) -> list[Asked]:
    chosen: list[Asked] = []
    for asked in found if most > 0 else ():
        if picked.takes(asked):
            chosen.append(asked)
        if len(chosen) == most:
            break
    return chosen


def _mixed(asked: list[Asked], audits: list[Asked]) -> Iterator[Asked]:
    """Audits spread evenly among the others."""
    every = max(1, math.ceil(len(asked) / max(1, len(audits))))
    for place, audit in enumerate(audits):
        yield from asked[place * every : (place + 1) * every]
        yield audit
    yield from asked[len(audits) * every :]


def reason_counts(asked: Iterable[Asked]) -> dict[str, int]:
    """How many blocks of a list have each reason."""
    return dict(Counter(one.reason for one in asked))
