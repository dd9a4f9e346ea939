"""Decisions: stored once, by several at a time, and read as the label sets now have it."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from small_histories import TEXT, decided, history, planned

import huibao
from huibao.decisions import (
    Decision,
    DecisionStore,
    Folding,
    ManyState,
    ManyValue,
    MarkedSpan,
    OneState,
    SpanState,
    SpanValue,
    corpus_decisions,
    decision_of,
    entries_of,
    newest,
    preview_of,
    read_decisions,
)
from huibao.errors import LabelError
from huibao.marked import parse_marked

SPLIT = {"op": "split", "id": "school", "into": ["campus", "language"]}
MERGE = {"op": "merge", "ids": ["training", "media"], "into": "media"}
JOIN = {"op": "merge", "ids": ["campus", "language"], "into": "media"}
RETIRE = {"op": "retire", "id": "school"}
ADD = {"op": "add", "label": "ecology"}
RENAME = {"op": "rename", "id": "school", "name": "教育"}
ROLE = {"set": "roles"}
ROLE_SPLIT = ROLE | {"op": "split", "id": "work_done", "into": ["organised", "carried_out"]}
ROLE_MERGE = ROLE | {"op": "merge", "ids": ["work_done", "results"], "into": "results"}

ONE = [
    ("a rename changes nothing", "plan", [{**RENAME, "set": "roles", "id": "plan"}], ("plan",)),
    ("a merged role becomes the other", "work_done", [ROLE_MERGE], ("results",)),
    ("another role stays", "plan", [ROLE_MERGE, ROLE | RETIRE | {"id": "title_meta"}], ("plan",)),
    ("a split role waits", "work_done", [ROLE_SPLIT], ("organised", "carried_out")),
    ("an undone split asks nothing", "work_done", [ROLE_SPLIT, 1], ("work_done",)),
    ("a retired role goes where it is sent", "plan",
     [ROLE | {"op": "retire", "id": "plan", "to": "results"}], ("results",)),
    ("a retired role without a goal may be any", "plan", [ROLE | RETIRE | {"id": "plan"}], ()),
    ("an added role takes nothing away", "plan", [ROLE | ADD | {"label": "request"}], ("plan",)),
    ("two parts merged again are certain", "work_done", [
        ROLE_SPLIT, ROLE | {"op": "merge", "ids": ["organised", "carried_out"], "into": "results"},
     ], ("results",)),
]  # fmt: skip


@pytest.mark.parametrize(("said", "changes", "now"), [r[1:] for r in ONE], ids=[r[0] for r in ONE])
def test_a_role_is_read_forward(said: str, changes: list[Any], now: tuple[str, ...]):
    state = Folding(history(*changes)).folded(decided("roles", said)).state
    assert state == OneState(now)
    assert state.waiting == (len(now) != 1)


MANY = [
    ("a yes survives a rename", "school", None, [RENAME], {"school": True}),
    ("a yes in a merge is a yes", "training", None, [MERGE], {"media": True, "training": None}),
    ("two noes in a merge are a no", "school", None, [MERGE], {"media": False}),
    ("one no and one not judged are not judged", "school", ["training"], [MERGE], {"media": None}),
    ("a no survives a split", "media", None, [SPLIT], {"campus": False, "language": False}),
    ("a split yes is not judged in its parts", "school", None, [SPLIT],
     {"campus": None, "language": None, "school": None}),
    ("what was not judged stays so in a split", "media", ["visits"], [SPLIT], {"campus": None}),
    ("an added label is not a no", "media", None, [ADD], {"ecology": None, "school": False}),
    ("a label made anew under another id is not judged", "school", None,
     [RETIRE, {**ADD, "label": "schooling"}], {"schooling": None, "school": None}),
    ("a retired label is dropped and the others stay", "school media", None, [RETIRE],
     {"school": None, "media": True}),
    ("a retirement undone gives the yes back", "school", None, [RETIRE, 1], {"school": True}),
    ("a split undone gives the yes back", "school", None, [SPLIT, 1], {"school": True}),
    ("parts merged again with the yes inside are a yes", "school", None, [SPLIT, JOIN],
     {"media": True}),
    ("all undone is as before", "school", None, [SPLIT, MERGE, RENAME | {"id": "visits"}, 3, 2, 1],
     {"school": True, "media": False, "training": False}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("yes", "no", "changes", "now"), [r[1:] for r in MANY], ids=[r[0] for r in MANY]
)
def test_categories_are_read_forward(
    yes: str, no: list[str] | None, changes: list[Any], now: dict[str, bool | None]
):
    value = ManyValue(tuple(yes.split()), None if no is None else tuple(no))
    state = Folding(history(*changes)).folded(decided("categories", value)).state
    assert isinstance(state, ManyState)
    assert {name: state.answer(name) for name in now} == now


BETWEEN = [
    ("a part of a split that was undone is the whole again", SPLIT, "campus", {"school": True}),
    ("a yes to a merge that was undone waits", MERGE | {"into": [ "publicity"]}, "publicity",
     {"training": None, "media": None}),
    ("a yes to an added label that was undone is dropped", ADD, "ecology", {"ecology": None}),
    ("a retirement that was undone leaves the label unjudged", RETIRE, "media", {"school": None}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "yes", "now"), [r[1:] for r in BETWEEN], ids=[r[0] for r in BETWEEN]
)
def test_what_was_decided_before_an_undo_is_led_back(
    change: dict[str, Any], yes: str, now: dict[str, bool | None]
):
    past = history(change, 1)
    state = Folding(past).folded(decided("categories", ManyValue((yes,)), version=1)).state
    assert isinstance(state, ManyState)
    assert {name: state.answer(name) for name in now} == now
    if change["op"] == "merge":
        assert state.one_of == (frozenset({"training", "media"}),)


def test_a_split_asks_only_for_the_yes_side():
    folding = Folding(history(SPLIT))
    waiting = [
        folding.folded(decided("categories", ManyValue(yes))).state.waiting
        for yes in (("school",), ("media",), ())
    ]
    assert waiting == [True, False, False]


def test_half_an_answer_after_a_split_settles_the_rest():
    state = ManyState(frozenset(), frozenset({"campus"}))
    assert state.settled([frozenset({"campus", "language"})]).yes == {"language"}


SPANS = [
    ("a merge drops exact doubles only", [(0, 4, "DATE"), (0, 4, "EVENT"), (5, 9, "EVENT")],
     {"op": "merge", "ids": ["DATE", "EVENT"], "into": "EVENT"},
     [(0, 4, ("EVENT",)), (5, 9, ("EVENT",))]),
    ("a merge keeps what overlaps", [(0, 4, "DATE"), (1, 4, "EVENT")],
     {"op": "merge", "ids": ["DATE", "EVENT"], "into": "EVENT"},
     [(0, 4, ("EVENT",)), (1, 4, ("EVENT",))]),
    ("a split keeps the place and asks for the kind", [(5, 9, "ORG")],
     {"op": "split", "id": "ORG", "into": ["PARTY", "OFFICE"]}, [(5, 9, ("PARTY", "OFFICE"))]),
    ("a retired type is dropped", [(0, 4, "DATE"), (5, 9, "ORG")],
     {"op": "retire", "id": "DATE"}, [(5, 9, ("ORG",))]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("marks", "change", "now"), [r[1:] for r in SPANS], ids=[r[0] for r in SPANS]
)
def test_spans_are_read_forward(marks: list[Any], change: dict[str, Any], now: list[Any]):
    spans = tuple(MarkedSpan(a, b, TEXT[a:b], kind) for a, b, kind in marks)
    folding = Folding(history(change | {"set": "entities"}))
    state = folding.folded(decided("entities", SpanValue(spans))).state
    assert isinstance(state, SpanState)
    assert [(one.start, one.end, one.candidates) for one in state.spans] == now


def test_an_added_type_was_not_looked_for_and_a_merge_of_judged_types_was():
    changes = [
        {"set": "entities", "op": "add", "label": "PROJECT"},
        {"set": "entities", "op": "merge", "ids": ["ORG", "LOC"], "into": "LOC"},
    ]
    state = Folding(history(*changes)).folded(decided("entities", SpanValue(()))).state
    assert isinstance(state, SpanState)
    assert state.judged == {"DATE", "LOC", "EVENT"}


def test_spans_that_touch_after_a_merge_are_told():
    marks = (MarkedSpan(0, 4, "3月5日", "DATE"), MarkedSpan(4, 5, "，", "EVENT"))
    merge = {"set": "entities", "op": "merge", "ids": ["DATE", "EVENT"], "into": "EVENT"}
    state = Folding(history(merge)).folded(decided("entities", SpanValue(marks))).state
    assert isinstance(state, SpanState)
    assert [(one.text, other.text) for one, other in state.touching] == [("3月5日", "，")]


@pytest.mark.parametrize(
    ("text", "start", "end", "inside"),
    [
        ("😀县民宗局", 1, 5, "县民宗局"),
        ("𠮷县民宗局", 1, 5, "县民宗局"),
        ("投入××万元", 2, 6, "××万元"),
        ("投入xx万元", 2, 6, "xx万元"),
        ("投入____万元", 2, 8, "____万元"),
        ("縣民族宗教事務局", 0, 8, "縣民族宗教事務局"),
    ],
)
def test_offsets_count_code_points_and_masks_are_text(text: str, start: int, end: int, inside: str):
    assert MarkedSpan(start, end, text[start:end], "ORG").text == inside
    with pytest.raises(LabelError, match="code points"):
        MarkedSpan(start, end + 1, text[start:end], "ORG")


def test_every_person_s_decision_is_reached():
    folding = Folding(history(MERGE))
    for who in ("zhang", "li", "wang"):
        said = decided("categories", ManyValue(("training",)), by=who)
        assert folding.folded(said).state.labels == {"media"}
        assert said.value == ManyValue(("training",))


def test_a_redefinition_offers_and_a_minor_one_does_not():
    said = {"op": "redefine", "id": "media", "definition": "只算报刊。"}
    for minor, again in ((False, {"media"}), (True, set())):
        folded = Folding(history({**said, "minor": minor})).folded(
            decided("categories", ManyValue(("media",)))
        )
        assert (folded.again, folded.state.labels) == (again, {"media"})


UNFIT = [
    ("categories", ManyValue(("ecology",)), 0, "had no label 'ecology' in version 0"),
    ("categories", ManyValue(("school",)), 1, "had no label 'school' in version 1"),
    ("colours", "red", 0, "no label set 'colours'"),
    ("roles", "plan", 7, "version 7 is unknown, the last change is 1"),
]


@pytest.mark.parametrize(("part", "value", "version", "why"), UNFIT)
def test_a_decision_that_no_version_allows_is_refused(
    part: str, value: Any, version: int, why: str
):
    with pytest.raises(LabelError, match=why):
        Folding(history(SPLIT)).folded(decided(part, value, version))


def test_the_newest_decision_of_each_author_stands_and_may_be_taken_back():
    first = decided("roles", "plan", at="2027-03-01T09:00:00+08:00")
    second = decided("roles", "results", at="2027-03-02T09:00:00+08:00", replaces=first.id)
    other = decided("roles", "plan", by="li")
    back = replace(second, at="2027-03-03T09:00:00+08:00", value=None)
    for order in permutations([first, second, other]):
        assert set(map(_said, newest(order))) == {("zhang", "results"), ("li", "plan")}
    assert list(map(_said, newest([first, second, other, back]))) == [("li", "plan")]


def _said(one: Decision) -> tuple[str, Any]:
    return one.by, one.value


VALUES = [
    "plan",
    ManyValue(("school",)),
    ManyValue((), ("media",)),
    SpanValue((MarkedSpan(1, 3, "县民", "ORG"),), ("ORG",)),
    None,
]


@pytest.mark.parametrize("value", VALUES)
def test_a_decision_comes_back_from_json_as_it_was(value: Any):
    said = decided("roles", value, 3, seconds=5.8, shown={"p": 0.5}, unsure=True, note="拿不准")
    again = decision_of(json.loads(json.dumps(entries_of(said))))
    assert (again, again.id) == (said, said.id)


def test_importing_twice_is_importing_once(tmp_path: Path):
    said = [decided("roles", "plan", place=f"a@{n}") for n in range(5)]
    store = DecisionStore(tmp_path / "d.jsonl")
    assert store.append(said) == said
    assert store.append(said) == []
    assert (
        DecisionStore(store.path).append([*said, decided("roles", "results")])[0].value == "results"
    )
    assert len(store.read()) == len(read_decisions(tmp_path)) == 6


def test_a_torn_last_line_heals_and_is_put_aside(tmp_path: Path):
    store = DecisionStore(tmp_path / "d.jsonl")
    store.append([decided("roles", "plan")])
    with store.path.open("ab") as file:
        file.write('{"id":"77","place":"甲'.encode()[:-1])
    assert len(DecisionStore(store.path).read()) == 1
    DecisionStore(store.path).append([decided("roles", "results")])
    assert [one.value for one in store.read()] == ["plan", "results"]
    assert (tmp_path / "d.jsonl.torn").read_bytes().startswith(b'{"id":"77"')


def test_a_broken_line_in_the_middle_is_told_by_its_number(tmp_path: Path):
    store = DecisionStore(tmp_path / "d.jsonl")
    store.append([decided("roles", "plan")])
    store.path.write_bytes(store.path.read_bytes() + b"{}\n")
    with pytest.raises(LabelError, match=r"d\.jsonl:2: a decision is not whole"):
        store.read()


WRITER = """
import sys
from pathlib import Path
from huibao.decisions import Decision, DecisionStore
store = DecisionStore(Path(sys.argv[1]))
for n in range(250):
    at = f"2027-03-01T09:{n // 60:02}:{n % 60:02}+08:00"
    store.append([Decision(f"a@{n}", "00000000", "roles", "plan", 0, sys.argv[2], at)])
"""


def test_two_people_saving_at_once_lose_nothing(tmp_path: Path):
    path = tmp_path / "d.jsonl"
    environment = os.environ | {"PYTHONPATH": str(Path(huibao.__file__).parents[1])}
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), who], env=environment)
        for who in ("zhang", "li")
    ]
    assert [one.wait(120) for one in writers] == [0, 0]
    assert len({one.id for one in DecisionStore(path).read()}) == 500


def test_a_preview_tells_what_follows_and_what_must_be_asked():
    said = [
        decided("categories", ManyValue(("school",) if n < 30 else ("media",)), place=f"a@{n}")
        for n in range(100)
    ]
    before = history()
    split = preview_of(planned(before, 1, SPLIT), before, said)
    assert (split.auto, split.ask, split.untouched, split.minutes) == (0, 30, 70, 10)
    assert dict(split.few) == {"training": 0, "campus": 0, "language": 0, "visits": 0}
    merge = preview_of(planned(before, 1, MERGE | {"into": "school"}), before, said)
    assert (merge.auto, merge.ask, merge.untouched, merge.minutes) == (70, 0, 30, 0)
    rename = preview_of(planned(before, 1, RENAME), before, said)
    assert (rename.auto, rename.ask, rename.untouched) == (0, 0, 100)


def test_what_waits_already_is_not_promised_again():
    said = [decided("categories", ManyValue(("school",)), place=f"a@{n}") for n in range(5)]
    waiting = history(SPLIT)
    assert preview_of(planned(waiting, 2, MERGE), waiting, said).ask == 0
    again = planned(waiting, 2, {"op": "split", "id": "campus", "into": ["town", "village"]})
    assert preview_of(again, waiting, said).ask == 5


def test_a_redefined_label_with_many_examples_is_sampled_first():
    before, said = (
        history(),
        [
            decided("categories", ManyValue(("media",)), place=f"a@{n}", seconds=6.0)
            for n in range(200)
        ],
    )
    change = planned(before, 1, {"op": "redefine", "id": "media", "definition": "只算报刊。"})
    told = preview_of(change, before, said)
    assert (told.ask, told.offer, told.minutes) == (0, 200, 5)


def test_one_block_is_asked_about_once_however_many_decided_on_it():
    before = history()
    said = [decided("categories", ManyValue(("school",)), by=who) for who in ("zhang", "li")]
    assert preview_of(planned(before, 1, SPLIT), before, said).ask == 1


MARKED = """genre: summary
author: town
year: 2027
traits: masked
---
#title title_meta
某镇总结
#p work_done school @village
{DATE:3月5日}，{ORG:镇中心学校}开班。
"""


def test_the_written_corpus_counts_as_decisions():
    page = parse_marked(MARKED, "0001.txt")
    said = list(corpus_decisions([page], history(SPLIT)))
    assert [one.set for one in said] == [
        "genres",
        *["roles", "categories", "arenas", "entities"] * 2,
    ]
    folded = [Folding(history(SPLIT)).folded(one) for one in said]
    assert [one.state.waiting for one in folded] == [False] * 6 + [True] + [False] * 2
    spans = said[-1].value
    assert isinstance(spans, SpanValue)
    assert [one.text for one in spans.spans] == ["3月5日", "镇中心学校"]


def test_a_page_marked_with_a_newer_label_is_of_the_newer_version():
    page = parse_marked(MARKED.replace("work_done school", "work_done campus"), "0001.txt")
    said = list(corpus_decisions([page], history(MERGE, SPLIT)))
    assert {one.version for one in said} == {2}


def test_ten_thousand_decisions_over_ten_changes_are_read_within_a_second():
    changes = [SPLIT, MERGE, ADD, RENAME | {"id": "visits"}, JOIN, 5, 4, 3, 2, 1]
    past = history(*changes)
    said = [
        decided("categories", ManyValue((("school", "media")[n % 2],)), n % 2, place=f"a@{n}")
        for n in range(10_000)
    ]
    said = [one if one.version == 0 else replace(one, value=ManyValue(("media",))) for one in said]
    began = time.process_time()
    folding = Folding(past)
    assert len([folding.folded(one) for one in said]) == 10_000
    assert time.process_time() - began < 1
    began = time.process_time()
    before = history()
    standing = [replace(one, version=0) for one in said[:5000]]
    assert preview_of(planned(before, 1, SPLIT), before, standing).ask == 2500
    assert time.process_time() - began < 1
