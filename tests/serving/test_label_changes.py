"""Changes of label sets: what is refused, what they write, what undo leaves."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from killed_writes import killed_after
from small_labels import label, write_small_labels

from huibao.errors import LabelError
from huibao.label_changes import (
    apply_change,
    history_faults,
    load_history,
    planned_change,
    proposal_of,
    undo_change,
)
from huibao.label_changes.applying import mend_folder
from huibao.label_changes.yaml_text import with_value
from huibao.label_files import check_label_folder, load_indicator_profiles, load_label_sets

AT = "2027-03-01T09:00:00+08:00"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_small_labels(tmp_path / "labels")


def new(id_: str, name: str, neighbour: str = "media", part: str = "categories") -> dict[str, Any]:
    return label(part, id_, name, neighbour)


SPLIT = {"op": "split", "id": "school", "into": [new("campus", "校园"), new("language", "语言")]}
MERGE = {"op": "merge", "ids": ["training", "media"], "into": "media"}
ADD = {"op": "add", "label": new("ecology", "生态")}
RENAME = {"op": "rename", "id": "visits", "name": "慰问"}
RETIRE = {"op": "retire", "id": "visits", "set": "categories"}
REDEFINE = {"op": "redefine", "id": "media", "definition": "只算报刊。"}
MOVE = {"op": "move", "id": "visits", "parent": "other", "code": "B1"}


def sheet(**said: Any) -> dict[str, Any]:
    common = {"set": "categories", "why": "统计需要", "by": "张", "from_version": "1.0"}
    return common | said


def make(folder: Path, **said: Any) -> Any:
    part = said.get("set", "categories")
    version = next(one.version for one in load_label_sets(folder) if one.id == part)
    return apply_change(folder, proposal_of(sheet(from_version=version) | said), at=AT)


def contents(folder: Path) -> dict[str, str]:
    return {str(path): path.read_text("utf-8") for path in folder.rglob("*.yaml")}


REFUSALS = [
    ("an id used before", {"op": "add", "label": new("school", "教育")}, "the id school was used"),
    ("a name that is taken", {"op": "rename", "id": "visits", "name": "媒体"},
     "the name 媒体 is taken by media: is a merge meant?"),
    ("a new label with a name that is taken", {"op": "add", "label": new("press", "媒体")},
     "the name 媒体 is taken by media: is a merge meant?"),
    ("a merge into itself", {"op": "merge", "ids": ["media"], "into": "media"},
     "media cannot be merged into itself"),
    ("a merge with another set", {"op": "merge", "ids": ["media", "village"], "into": "media"},
     "village belongs to arenas, labels of two sets answer different questions"),
    ("a merge into an unknown label", {"op": "merge", "ids": ["media", "school"], "into": "press"},
     "there is no label press"),
    ("a merge that names a label twice", {"op": "merge", "ids": ["media", "media"], "into": "school"},
     "media stands twice"),
    ("an older version", {**RENAME, "from_version": "0.9"},
     "it was made against version 0.9, the set is now 1.0: look at the set again"),
    ("a split into one", {"op": "split", "id": "school", "into": [new("campus", "校园")]},
     "school needs at least two parts, there is 1"),
    ("a split into two of one id", {**SPLIT, "into": [new("campus", "校园"), new("campus", "语言")]},
     "the id campus stands twice"),
    ("a split into two of one name", {**SPLIT, "into": [new("campus", "校园"), new("talk", "校园")]},
     "the name 校园 stands twice"),
    ("a part with the id of the split label",
     {**SPLIT, "into": [new("school", "校园"), new("talk", "语言")]}, "the id school was used before"),
    ("a retirement with a goal where blocks have several", {**RETIRE, "to": "media"},
     "to move its examples write a merge"),
    ("a retirement to itself", {"op": "retire", "set": "roles", "id": "plan", "to": "plan"},
     "plan cannot be retired to itself"),
    ("a label that the program gives by rule",
     {"op": "retire", "set": "roles", "id": "title_meta", "to": "plan"}, "withheld by the program itself"),
    ("a rename to the same name", {"op": "rename", "id": "visits", "name": "走访"},
     "visits has that name already"),
    ("a new label without examples", {"op": "add", "label": {**new("eco", "生态"), "examples": []}},
     "after it, categories.yaml: eco: 0 examples, expected at least 3"),
    ("a code of another dimension", {"op": "move", "id": "visits", "parent": "other"},
     "does not begin with B, its parent's code"),
    ("an indicator left without evidence", RETIRE,
     "after it, indicators/table.yaml: 2: nothing is evidence for it"),
]  # fmt: skip
UNREADABLE = [
    ("an unknown operation", {"op": "delete", "id": "visits"}, "op is 'delete', expected one of add"),
    ("no reason", {**RENAME, "why": None}, "why is None, expected a text"),
    ("a missing key", {"op": "rename", "id": "visits"}, "name is missing, a change of op rename"),
    ("an unknown key", {**RENAME, "to": "media"}, "unknown key 'to' for op rename"),
    ("an unknown set", {**RENAME, "set": "colours"}, "no label set 'colours'"),
    ("a new label without a name", {"op": "add", "label": {"id": "eco"}}, "must say its id and its name"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "why"), [r[1:] for r in REFUSALS], ids=[r[0] for r in REFUSALS])
def test_a_change_is_refused_in_one_sentence_and_leaves_no_trace(
    folder: Path, said: dict[str, Any], why: str
):
    before = contents(folder)
    with pytest.raises(LabelError, match="is refused") as refused:
        apply_change(folder, proposal_of(sheet() | said), at=AT)
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("said", "why"), [r[1:] for r in UNREADABLE], ids=[r[0] for r in UNREADABLE]
)
def test_a_sheet_that_does_not_say_enough_is_not_read(said: dict[str, Any], why: str):
    with pytest.raises(LabelError, match="change: ") as refused:
        proposal_of(sheet() | said)
    assert why in str(refused.value)


AFTER = [
    ("a split", SPLIT, ["training", "media", "campus", "language", "visits"], ["school"]),
    ("a merge into one of them", MERGE, ["media", "school", "visits"], ["training"]),
    ("a merge into a new label", {**MERGE, "into": new("publicity", "宣传", "visits")},
     ["publicity", "school", "visits"], ["training", "media"]),
    ("an added label", ADD, ["training", "media", "school", "visits", "ecology"], []),
    ("a new name", RENAME, ["training", "media", "school", "visits"], []),
    ("a new definition", REDEFINE, ["training", "media", "school", "visits"], []),
    ("a new dimension", MOVE, ["training", "media", "school", "visits"], []),
    ("a retired label", {**RETIRE, "id": "school"}, ["training", "media", "visits"], ["school"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "in_force", "retired"), [r[1:] for r in AFTER], ids=[r[0] for r in AFTER]
)
def test_a_change_makes_the_next_version_and_undo_leads_back_by_a_further_one(
    folder: Path, said: dict[str, Any], in_force: list[str], retired: list[str]
):
    base = load_label_sets(folder).fingerprint
    change = make(folder, **said)
    after = load_label_sets(folder).categories
    assert (list(after.ids), [one.id for one in after.retired]) == (in_force, retired)
    assert (change.from_version, change.to_version, after.version) == ("1.0", "1.1", "1.1")
    assert change.fingerprint == load_label_sets(folder).fingerprint
    assert (check_label_folder(folder), history_faults(folder)) == ((), ())
    assert load_history(folder).changes[0].sources == change.sources

    undone = undo_change(folder, why="弄错了", by="李", at=AT)
    back = load_label_sets(folder).categories
    assert back.ids == ("training", "media", "school", "visits")
    assert (undone.fingerprint, back.version) == (base, "1.2")
    assert [(one.op, one.undoes) for one in load_history(folder).changes][1] == ("undo", 1)
    assert (check_label_folder(folder), history_faults(folder)) == ((), ())
    for kept in (one.id for one in back.retired):
        with pytest.raises(LabelError, match="was used before"):
            make(folder, op="add", label=new(kept, "又来"))
    with pytest.raises(LabelError, match="no change is in force"):
        undo_change(folder, why="再来", by="李", at=AT)


def test_changes_are_undone_from_the_last_to_the_first(folder: Path):
    base = load_label_sets(folder).fingerprint
    for said in (SPLIT, MERGE, {**RENAME, "name": "看望"}):
        make(folder, **said)
    undone = [undo_change(folder, why="退", by="李", at=AT).undoes for _ in range(3)]
    assert (undone, load_label_sets(folder).fingerprint) == ([3, 2, 1], base)
    assert load_label_sets(folder).categories["visits"].name == "走访"


def test_undo_keeps_a_wording_that_someone_bettered_since(folder: Path):
    make(folder, **REDEFINE)
    path = folder / "categories.yaml"
    path.write_text(path.read_text("utf-8").replace("只算报刊。", "只算报刊和网站。"), "utf-8")
    undo_change(folder, why="退", by="李", at=AT)
    assert load_label_sets(folder).categories["media"].definition == "只算报刊和网站。"


def test_comments_and_untouched_lines_of_a_label_file_stay(folder: Path):
    before = (folder / "categories.yaml").read_text("utf-8").splitlines()
    make(folder, **MERGE)
    after = (folder / "categories.yaml").read_text("utf-8").splitlines()
    assert after[0] == "# 手写的说明"
    assert [line for line in before if line not in after] == ["version: '1.0'"]
    assert len(after) == len(before) + 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("v: 1 # eins\n", 'v: "x" # eins\n'),
        ("v:\n  - a\n  - b\n# zwei\nw: 2\n", 'v: "x"\n# zwei\nw: 2\n'),
        ("v: >-\n  a\n  b\nw: 2\n", 'v: "x"\nw: 2\n'),
        ("id: 3\nw: 2\n", 'id: 3\nv: "x"\nw: 2\n'),
    ],
    ids=["a comment behind it", "a list in blocks", "folded text", "a key that was not there"],
)
def test_one_value_is_changed_and_nothing_else(before: str, after: str):
    assert with_value(before, "labels", "", "v", "x") == after


def test_indicators_and_sequences_follow_the_labels(folder: Path):
    make(folder, **SPLIT)
    make(folder, **MERGE)
    lines = load_indicator_profiles(folder)["table"].indicators
    assert [line.categories for line in lines] == [("media", "campus", "language"), ("visits",)]
    make(folder, set="roles", op="retire", id="plan", to="results")
    assert load_label_sets(folder).genres["summary"].sequence == ("work_done", "results")


def test_a_deleted_label_made_anew_under_its_name_is_another_label(folder: Path):
    make(folder, op="retire", id="school")
    make(folder, op="add", label=new("schooling", "学校"))
    categories = load_label_sets(folder).categories
    assert categories["schooling"].name == categories.known("school").name == "学校"


def test_two_people_who_saw_the_same_version_do_not_both_change_it(folder: Path):
    seen = [proposal_of(sheet() | said) for said in (RENAME, MERGE)]
    apply_change(folder, seen[0], at=AT)
    with pytest.raises(LabelError, match=r"against version 1\.0, the set is now 1\.1"):
        apply_change(folder, seen[1], at=AT)


def test_labels_that_still_name_one_that_leaves_are_told(folder: Path):
    plan = planned_change(folder, proposal_of(sheet() | SPLIT), at=AT)
    assert plan.notes == ("visits still names school among its neighbours or examples",)


def test_a_structure_changed_by_hand_is_noticed(folder: Path):
    make(folder, **RENAME)
    path = folder / "arenas.yaml"
    path.write_text(path.read_text("utf-8").replace("id: temple", "id: shrine"), "utf-8")
    text = path.read_text("utf-8").replace("temple:", "shrine:")
    path.write_text(text, "utf-8")
    from huibao.label_files.loading import forget_loaded

    forget_loaded()
    assert "changed without a sheet" in history_faults(folder)[0]


def test_a_lost_sheet_is_noticed(folder: Path):
    make(folder, **RENAME)
    make(folder, **MERGE)
    next((folder / "changes").glob("0001-*")).unlink()
    assert history_faults(folder) == ("0002-merge-training-media.yaml: expected change number 1",)


APPLY = """
import yaml
from pathlib import Path
from huibao.label_changes import apply_change, proposal_of
proposal = proposal_of(yaml.safe_load(sys.stdin))
apply_change(Path(sys.argv[1]), proposal, at="2027-03-01T09:00:00+08:00")
"""


@pytest.mark.parametrize("writes", [0, 1, 2, 3])
def test_a_change_whose_process_is_killed_is_made_whole_or_not_at_all(folder: Path, writes: int):
    said = yaml.safe_dump(sheet() | SPLIT, allow_unicode=True)
    assert killed_after(writes, APPLY, folder, said)
    mend_folder(folder)
    assert (check_label_folder(folder), history_faults(folder)) == ((), ())
    made = load_history(folder).number
    assert made == (1 if writes else 0)
    assert load_label_sets(folder).categories.version == f"1.{made}"


def test_a_change_touches_neither_the_reports_nor_their_split_nor_any_decision(folder: Path):
    kept = {
        "reports/split.yaml": "test: [0001-a]\n",
        "reports/0001-a.txt": "genre: summary\n---\n#p work_done school\n甲\n",
        "decisions/zhang.jsonl": '{"by":"zhang"}\n',
    }
    for name, text in kept.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    for said in (SPLIT, MERGE, ADD):
        make(folder, **said)
    undo_change(folder, why="退", by="李", at=AT)
    assert {name: (folder / name).read_text("utf-8") for name in kept} == kept


def test_a_label_that_the_program_looks_for_may_leave_and_that_is_told(folder: Path):
    said = sheet(set="roles", op="retire", id="plan", to="results")
    notes = planned_change(folder, proposal_of(said), at=AT).notes
    assert notes[0].startswith("document fields and evidence look for plan by its id")
