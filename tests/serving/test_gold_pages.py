"""Pages as people decided them: folded to the label sets in force, parted once, built into a data set."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from small_histories import history
from small_labels import label, write_small_labels

from huibao.annotation import BlockAnnotation, PageAnnotation, Tag
from huibao.cli import main
from huibao.decisions import (
    Decision,
    DecisionStore,
    ManyValue,
    MarkedSpan,
    SpanValue,
    corpus_decisions,
    text_key,
)
from huibao.errors import LabelError
from huibao.gold_pages import (
    Answers,
    annotated,
    data_set,
    decided_pages,
    divided,
    judged,
    read_parts,
    write_data_set,
    write_parts,
)
from huibao.jsonl import page_from_json, page_json, read_json
from huibao.label_changes import apply_change, load_history, proposal_of
from huibao.marked import parse_marked
from huibao.review.pages import add_pages

HEADER = "genre: summary\nauthor: town\nyear: 2023\ntraits: masked\n---\n"
MARKS = """#title title_meta
总结
#p work_done school visits @village
{DATE:3月5日}，{ORG:县民宗局}到校走访。
#p results training
办班5期。
#p work_done
其他。
"""
AT = "2027-03-01T09:00:00+08:00"
SPLIT = {"op": "split", "id": "school", "into": ["campus", "language"]}
MERGE = {"op": "merge", "ids": ["training", "visits"], "into": "training"}
ADD = {"op": "add", "label": "ecology"}
RETIRE = {"op": "retire", "id": "visits"}
ROLES = {"set": "roles"}
KINDS = {"set": "entities"}

CHANGES: list[tuple[str, list[Any], int, dict[str, Any]]] = [
    ("nothing was changed", [], 1, {"categories": {"school", "visits"}}),
    ("a renamed label keeps its id", [{"op": "rename", "id": "school", "name": "教育"}], 1,
     {"categories": {"school", "visits"}}),
    ("merged labels are one", [MERGE], 1, {"categories": {"school", "training"}}),
    ("a split label is open on its blocks", [SPLIT], 1,
     {"categories": {"visits"}, "open": {"campus", "language"}}),
    ("and a no on the others", [SPLIT], 2, {"categories": {"training"}}),
    ("an undone split leaves nothing open", [SPLIT, 1], 1, {"categories": {"school", "visits"}}),
    ("an added label was never judged", [ADD], 2,
     {"categories": {"training"}, "open": {"ecology"}}),
    ("a retired label is gone", [RETIRE], 1, {"categories": {"school"}}),
    ("a merged role is the other", [ROLES | {"op": "merge", "ids": ["work_done", "results"],
      "into": "results"}], 1, {"role": "results", "categories": {"school", "visits"}}),
    ("a split role may be either", [ROLES | {"op": "split", "id": "work_done",
      "into": ["begun", "ended"]}], 1, {"role": "begun|ended", "categories": {"school", "visits"}}),
    ("a split type may be either", [KINDS | {"op": "split", "id": "ORG",
      "into": ["PARTY", "STATE"]}], 1,
     {"types": ["DATE", "PARTY|STATE"], "categories": {"school", "visits"}}),
    ("an added type was looked for nowhere", [KINDS | {"op": "add", "label": "MONEY"}], 1,
     {"open_types": {"MONEY"}, "categories": {"school", "visits"}}),
]  # fmt: skip


def said_of(page: PageAnnotation, block: int) -> dict[str, Any]:
    """What a block says, in a few words."""
    said = page.annotations[0].blocks[block]
    return {
        "role": said.role.label,
        "categories": {tag.label for tag in said.categories},
        "open": set(said.unjudged.get("categories", ())),
        "types": [entity.type for entity in said.entities],
        "open_types": set(said.unjudged.get("entities", ())),
    }


@pytest.mark.parametrize(
    ("changes", "block", "expected"),
    [case[1:] for case in CHANGES],
    ids=[case[0] for case in CHANGES],
)
def test_marks_are_read_under_the_label_sets_in_force(
    changes: Sequence[Any], block: int, expected: dict[str, Any]
) -> None:
    marked, past = parse_marked(HEADER + MARKS, "a.txt"), history(*changes)
    page = judged(annotated(marked), Answers(corpus_decisions([marked], past), past))
    usual = {
        "role": "work_done" if block == 1 else "results",
        "open": set(),
        "types": ["DATE", "ORG"] if block == 1 else [],
        "open_types": set(),
    }
    assert said_of(page, block) == usual | expected


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A label folder with two pages of the corpus, one for training and one for tests."""
    folder = write_small_labels(tmp_path / "labels")
    reports = folder / "reports"
    reports.mkdir()
    (reports / "0001-a.txt").write_text(HEADER + MARKS, "utf-8")
    (reports / "0002-b.txt").write_text(HEADER + MARKS.replace("办班", "开会"), "utf-8")
    (reports / "split.yaml").write_text(
        "# 谁归哪一部分\ntrain:\n- 0001-a\ndev: []\ntest:\n- 0002-b\n"
    )
    return folder


def changed(folder: Path, **said: Any) -> None:
    sheet = {"set": "categories", "why": "统计", "by": "张", "from_version": "1.0"} | said
    apply_change(folder, proposal_of(sheet), at=AT)


def split_schools(folder: Path) -> None:
    names = (("campus", "校园", "language"), ("language", "语言", "campus"))
    changed(folder, op="split", id="school", into=[label("categories", *one) for one in names])


def decide(folder: Path, value: Any, part: str = "categories", **more: Any) -> None:
    page = annotated(parse_marked(HEADER + MARKS, "0001-a"))
    span = page.annotations[0].report.blocks[1].span
    said = {
        "place": f"0001-a.txt@{span.start}",
        "text_sha": text_key(page.page.text[span.start : span.end]),
        "version": load_history(folder).number,
    } | more
    decision = Decision(set=part, value=value, by="zhang", at=AT, **said)
    DecisionStore(folder / "decisions" / "zhang.jsonl").append([decision])


def test_a_decision_ends_the_waiting(folder: Path) -> None:
    split_schools(folder)
    decide(folder, ManyValue(("language", "visits")))
    page = decided_pages(folder)[0]
    assert said_of(page, 1)["categories"] == {"language", "visits"}
    assert said_of(page, 1)["open"] == set()


def test_a_decision_on_another_text_does_not_count(folder: Path) -> None:
    decide(folder, ManyValue(("media",)), text_sha="00000000")
    assert said_of(decided_pages(folder)[0], 1)["categories"] == {"school", "visits"}


def test_a_page_of_the_review_counts_with_what_was_decided_and_no_more(folder: Path) -> None:
    marks = "#title title_meta\n报告\n#p work_done\n来客走访。\n#p results\n来客很多。\n"
    read = annotated(parse_marked(HEADER + marks, "c"))
    add_pages(folder, [read], replace=False)
    assert len(decided_pages(folder)) == 2
    text = "来客走访。"
    span = MarkedSpan(0, 2, "来客", "ORG")
    sha = text_key(text)
    for part, value in (("roles", "plan"), ("entities", SpanValue((span,), ("ORG",)))):
        decide(folder, value, part, place=f"c.txt@{read.page.text.index(text)}", text_sha=sha)
    page = decided_pages(folder)[2]
    assert said_of(page, 1) == {
        "role": "plan",
        "categories": set(),
        "open": {"training", "media", "school", "visits"},
        "types": ["ORG"],
        "open_types": {"DATE", "LOC", "EVENT"},
    }
    assert said_of(page, 2)["role"] == "title_meta|work_done|results|plan"


def test_an_answer_follows_its_text_to_another_place(folder: Path) -> None:
    page = annotated(parse_marked(HEADER + MARKS, "c"))
    block = page.annotations[0].report.blocks[3]
    moved = Decision("c.txt@999", text_key("其他。"), "roles", "plan", 0, "li", AT)
    found = judged(page, Answers([moved], load_history(folder)))
    assert (block.text, found.annotations[0].blocks[3].role) == ("其他。", Tag("plan"))


def test_what_is_open_survives_json(folder: Path) -> None:
    split_schools(folder)
    page = decided_pages(folder)[0]
    again = page_from_json(json.loads(json.dumps(page_json(page))))
    assert again.annotations[0].blocks == page.annotations[0].blocks
    plain = BlockAnnotation(Tag("plan"))
    assert "unjudged" not in page_json(page)["reports"][0]["blocks"][0]
    assert plain.unjudged == {}


LONG = "县里开会部署工作要求各乡镇认真学习领会精神结合实际抓好落实做到人人知晓户户明白件件落实项项见效年年都有新的进展和变化"
OTHER = "今年雨水多山洪冲垮了便桥群众过河要绕远路村里请来石匠运来木料七天修好大家凑钱买酒请客唱歌跳舞直到天亮才散去回家睡觉"


def page_of(name: str, text: str) -> PageAnnotation:
    return annotated(parse_marked(f"{HEADER}#p work_done\n{text}\n", name))


PARTED = [
    ("one that has a part keeps it", {"a": LONG}, {"a.txt": "dev"}, "dev"),
    ("a near copy of a training page is for training", {"a": f"2023年{LONG}", "b": LONG},
     {"b.txt": "train"}, "train"),
    ("a near copy of a test page is for tests", {"a": f"{LONG}3项", "b": LONG}, {"b.txt": "test"},
     "test"),
    ("a near copy of both is in no part", {"a": LONG, "b": LONG, "c": f"{LONG}一"},
     {"b.txt": "test", "c.txt": "train"}, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "known", "part"), [one[1:] for one in PARTED], ids=[one[0] for one in PARTED]
)
def test_the_part_of_a_page(texts: dict[str, str], known: dict[str, str], part: str | None) -> None:
    found = divided([page_of(*one) for one in texts.items()], known)
    assert found.parts.get("a.txt") == part
    assert found.apart == (() if part else ("a.txt",))


def test_new_near_copies_go_together_and_move_no_other() -> None:
    names = [f"{number:03}" for number in range(60)]
    alone = divided([page_of(name, "短。") for name in names], {}).parts
    assert set(alone.values()) == {"train", "dev", "test"}
    more = [page_of(name, "短。") for name in ("new", *names)]
    assert divided(more, {}).parts.items() >= alone.items()
    pages = [page_of("a", LONG), page_of("b", f"{LONG}二"), page_of("c", OTHER)]
    together = divided(pages, {}).parts
    assert together["a.txt"] == together["b.txt"]


def test_no_change_of_labels_moves_a_page_to_another_part(folder: Path, tmp_path: Path) -> None:
    before = (folder / "reports" / "split.yaml").read_text("utf-8")
    for out in ("one", "two"):
        assert main(["labels", "build", "--labels", str(folder), "--out", str(tmp_path / out)]) == 0
        split_schools(folder) if out == "one" else None
    assert (folder / "reports" / "split.yaml").read_text("utf-8") == before
    files = {
        out: sorted(path.relative_to(tmp_path / out) for path in (tmp_path / out).rglob("*.json"))
        for out in ("one", "two")
    }
    assert files["one"] == files["two"]


def test_a_written_split_is_read_again(folder: Path) -> None:
    write_parts(folder, read_parts(folder) | {"c.docx": "dev", "0003-c.txt": "train"})
    assert read_parts(folder) == {
        "0001-a.txt": "train", "0003-c.txt": "train", "c.docx": "dev", "0002-b.txt": "test",
    }  # fmt: skip


def test_a_build_tells_how_much_there_is_of_each_label(folder: Path, capsys) -> None:
    split_schools(folder)
    decide(folder, ManyValue(("language", "visits")))
    assert main(["labels", "build", "--labels", str(folder)]) == 0
    told = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["train:", "1", "pages,", "4", "blocks"] in told
    assert ["language", "1", "0", "0", "1"] in told
    assert ["training", "1", "0", "1", "0"] in told
    assert [
        "few",
        "examples:",
        "categories",
        "language",
        "has",
        "1,",
        "30",
        "are",
        "wanted",
    ] in told


def test_an_older_version_is_built_as_it_was(folder: Path) -> None:
    split_schools(folder)
    decide(folder, ManyValue(("language",)))
    then, now = data_set(folder, at=0), data_set(folder)
    assert "school" in then.labels["categories"]
    assert said_of(then.pages["train"][0], 1)["categories"] == {"school", "visits"}
    assert said_of(now.pages["train"][0], 1)["categories"] == {"language"}
    assert then.fingerprint != now.fingerprint
    assert then.fingerprint == load_history(folder).changes[0].fingerprint_before


def test_a_data_set_replaces_only_a_data_set(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for _ in range(2):
        write_data_set(data_set(folder), out)
    assert [path.name for path in (out / "train").iterdir()] == ["0001-a.txt.json"]
    about = read_json(out / "data_set.json")
    assert (about["version"], about["pages"]) == (0, {"train": 1, "dev": 0, "test": 1})
    gold = page_from_json(read_json(out / "train" / "0001-a.txt.json"))
    assert gold.annotator.labels == about["fingerprint"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep")
    with pytest.raises(LabelError, match="something else than a data set"):
        write_data_set(data_set(folder), tmp_path / "mine")
