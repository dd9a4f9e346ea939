"""Faults that other annotation tools had when labels changed, each as a test of ours.

The five of ActiveTigger, by the numbers of their issues: two labels of one name after a rename (409), half
a change left by one that failed (858), a change that reached one person's decisions only (783), a
test part emptied by a rename (421), a deletion that does not say what it deletes (206).
"""

from pathlib import Path
from typing import Any

import pytest
from small_labels import label, write_small_labels

from huibao.decisions import Decision, DecisionStore, Folding, ManyValue, entries_of, read_decisions
from huibao.decisions.proposals import apply_proposal, outlook, stored_decisions, undo_last
from huibao.errors import LabelError
from huibao.gold_pages import data_set
from huibao.label_changes import load_history, proposal_of
from huibao.label_files import load_label_sets

PEOPLE = ("zhang", "li", "wang")
REPORT = """genre: summary
author: town
year: 2027
traits: masked
---
#title title_meta
某镇工作总结之{number}
#p work_done school @village
镇中心学校第{number}次办班，来了许多人。
#p work_done visits
走访{number}户。
"""
RENAME = {"op": "rename", "id": "school", "name": "教育"}
MERGE = {"op": "merge", "ids": ["school", "training"], "into": "training"}
RETIRE = {"op": "retire", "id": "media"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Label sets, three reports, and three people who decided on two blocks each."""
    folder = write_small_labels(tmp_path / "labels")
    (folder / "reports").mkdir()
    for number in range(3):
        path = folder / f"reports/000{number}-a.txt"
        path.write_text(REPORT.format(number="一二三"[number]), "utf-8")
    split = "train: [0000-a]\ndev: [0001-a]\ntest: [0002-a]\n"
    (folder / "reports/split.yaml").write_text(split, "utf-8")
    for who in PEOPLE:
        store = DecisionStore(folder / f"decisions/{who}.jsonl")
        store.append(
            Decision(
                f"b.txt@{n}",
                "00000000",
                "categories",
                ManyValue((said,)),
                0,
                who,
                f"2027-03-0{n + 1}",
            )
            for n, said in enumerate(("school", "media"))
        )
    return folder


def sheet(folder: Path, said: dict[str, Any]) -> Any:
    version = load_label_sets(folder).categories.version
    common = {"set": "categories", "why": "统计需要", "by": "张", "from_version": version}
    return proposal_of(common | said)


def contents(folder: Path) -> dict[str, bytes]:
    """All files of the folder; the lock has nothing in it."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


def said_now(folder: Path) -> dict[tuple[str, str], frozenset[str]]:
    history = load_history(folder)
    folding = Folding(history)
    found = stored_decisions(folder, history)
    return {
        (one.by, one.place): folding.folded(one).state.labels
        for one in found
        if one.set == "categories"
    }


TAKEN = [
    ("a rename to a name that is there", {**RENAME, "name": "媒体"}),
    ("a new label of a name that is there", {"op": "add", "label": label("categories", "press", "媒体", "media")}),
]  # fmt: skip


@pytest.mark.parametrize("said", [row[1] for row in TAKEN], ids=[row[0] for row in TAKEN])
def test_409_two_labels_never_have_one_name(folder: Path, said: dict[str, Any]):
    with pytest.raises(LabelError, match="is taken by media: is a merge meant"):
        apply_proposal(folder, sheet(folder, said))
    names = [one.name for one in load_label_sets(folder).categories]
    assert len(set(names)) == len(names)


REFUSED = [
    {**RENAME, "name": "媒体"},
    {**MERGE, "ids": ["school", "no_such"]},
    {**RETIRE, "id": "visits"},  # an indicator would be left without evidence
    {"op": "split", "id": "school", "into": [label("categories", "campus", "校园", "media")]},
]


@pytest.mark.parametrize("said", REFUSED, ids=[str(row["op"]) for row in REFUSED])
def test_858_a_change_that_fails_leaves_no_trace(folder: Path, said: dict[str, Any]):
    before = contents(folder)
    with pytest.raises(LabelError):
        apply_proposal(folder, sheet(folder, said))
    assert contents(folder) == before


def test_783_a_change_reaches_every_person_and_the_corpus(folder: Path):
    apply_proposal(folder, sheet(folder, RENAME))
    apply_proposal(folder, sheet(folder, MERGE))
    now = said_now(folder)
    assert {now[who, "b.txt@0"] for who in PEOPLE} == {frozenset({"training"})}
    corpus = [labels for (by, _), labels in now.items() if by == "corpus"]
    assert corpus.count(frozenset({"training"})) == 3
    assert "school" not in frozenset().union(*now.values())
    assert {one.value for one in read_decisions(folder / "decisions")} == {
        ManyValue(("school",)),
        ManyValue(("media",)),
    }  # what people said is as they said it


@pytest.mark.parametrize("said", [RENAME, MERGE, RETIRE], ids=lambda said: str(said["op"]))
def test_421_no_change_moves_a_report_out_of_the_test_part(folder: Path, said: dict[str, Any]):
    before = data_set(folder)
    assert [page.page.name for page in before.pages["test"]] == ["0002-a.txt"]
    apply_proposal(folder, sheet(folder, said))
    after = data_set(folder)
    assert after.division == before.division
    for part, pages in before.pages.items():
        assert [one.page.text for one in after.pages[part]] == [one.page.text for one in pages]


def test_206_a_retirement_says_what_it_takes_away_and_gives_it_back(folder: Path):
    before, said = contents(folder), said_now(folder)
    told = outlook(folder, sheet(folder, RETIRE))
    assert (told.preview.auto, told.preview.ask) == (3, 0)  # the yes of three people
    assert contents(folder) == before
    change, _ = apply_proposal(folder, sheet(folder, RETIRE))
    assert change.leaving == ("media",)
    assert all("media" not in labels for labels in said_now(folder).values())
    kept = [entries_of(one)["value"]["yes"] for one in read_decisions(folder / "decisions")]
    assert kept.count(["media"]) == 3
    undo_last(folder, why="还要", by="李")
    assert said_now(folder) == said
