"""How long reviewers wait: decisions folded over changes, a split previewed, saves of two at once.

    python tests/benchmarks/labels.py [--saves 500]

Everything is made up here: 25 categories, ten changes, one page of made-up blocks.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import combinations, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "makers"))

from review_desk import sent_of, told_page, write_desk
from small_histories import decided, history, planned

from huibao.decisions import Decision, Folding, ManyValue, preview_of, read_decisions
from huibao.label_changes import History
from huibao.review.day_list import list_of_today
from huibao.review.desk import Desk
from huibao.review.saving import save

DECISIONS, PREVIEWED, BLOCKS = 10_000, 5_000, 5_000
SPLIT = {"op": "split", "id": "school", "into": ["campus", "language"]}
CHANGES = [
    SPLIT,
    {"op": "merge", "ids": ["training", "media"], "into": "media"},
    {"op": "add", "label": "ecology"},
    {"op": "rename", "id": "visits", "name": "慰问"},
    {"op": "merge", "ids": ["campus", "language"], "into": "media"},
    *(5, 4, 3, 2, 1),
]


def main() -> int:
    """Prints the figures; 1 where a limit is passed or a save is lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--saves", type=int, default=500, help="of each of two people (500)")
    saves = parser.parse_args().saves
    before = _before()
    decisions, after = _decisions(before), before
    for number, said in enumerate(CHANGES, 1):
        after = after.with_change(planned(after, number, said))
    folding = Folding(after)
    folded = _told(
        f"{DECISIONS} decisions folded over {len(CHANGES)} changes",
        lambda: [folding.folded(one) for one in decisions],
    )
    change = planned(before, 1, SPLIT)
    previewed = _told(
        f"a split previewed over {PREVIEWED} decisions",
        lambda: preview_of(change, before, decisions[:PREVIEWED]),
    )
    with tempfile.TemporaryDirectory() as folder:
        lost = _saves(Path(folder) / "labels", saves)
    return int(folded > 1 or previewed > 1 or lost > 0)


def _before() -> History:
    """As many categories as the shipped sets have."""
    small = history()
    more = tuple(f"category_{n}" for n in range(21))
    return replace(
        small, in_force=small.in_force | {"categories": (*small.in_force["categories"], *more)}
    )


def _decisions(before: History) -> list[Decision]:
    """Decisions no two of which give the same categories, half of them with the one that is split."""
    others = [one for one in before.in_force["categories"] if one != "school"]
    given = (yes for size in range(6) for yes in combinations(others, size))
    answers = (said for yes in given for said in (yes, (*yes, "school")))
    said = decided("categories", ManyValue(()))
    return [
        replace(said, place=f"a@{n}", value=ManyValue(yes))
        for n, yes in enumerate(islice(answers, DECISIONS))
    ]


def _saves(folder: Path, saves: int) -> int:
    """Two people save at once on a desk of many blocks; how many saves are not on the disk."""
    page = told_page("a.txt", [f"第{n}次会议" for n in range(BLOCKS)], reports=50)
    write_desk(folder, pages=[page])
    desks: list[Desk] = []
    _told(f"a desk of {BLOCKS} blocks opened", lambda: desks.append(Desk(folder)))
    with desks[0].held() as view:
        places = list(view.blocks)
        _told(
            "a list of the day", lambda: list_of_today(desks[0], view, "zhang", head=False, size=40)
        )
    desks.append(Desk(folder))  # as of another process: it hears of saves by the disk alone

    def work(person: str, desk: Desk) -> None:
        for n in range(saves):
            with desk.held() as now:
                sent = sent_of(now, places[n % BLOCKS], {"roles": ("plan", "results")[n % 2]})
                save(desk, now, person, sent)

    with ThreadPoolExecutor(2) as both:
        seconds = _told(
            f"two people saving {saves} times each at once",
            lambda: list(both.map(work, ("zhang", "li"), desks)),
        )
    stored = len(read_decisions(folder / "decisions"))
    _say(f"{1000 * seconds / (2 * saves):8.2f} ms a save, {2 * saves - stored} lost of {2 * saves}")
    return 2 * saves - stored


def _told(what: str, run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    seconds = time.perf_counter() - began
    _say(f"{seconds:8.3f} s  {what}")
    return seconds


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
