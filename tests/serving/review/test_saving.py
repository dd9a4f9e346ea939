"""What reviewers save: stored once, taken back by further entries, copied, found again by its text."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from review_desk import says, sent_of, told_page, write_desk

import huibao
from huibao.decisions import ManyValue, MarkedSpan, SpanValue, read_decisions
from huibao.errors import ReviewError
from huibao.review.desk import Desk
from huibao.review.pages import add_pages
from huibao.review.saving import save, undo

LONG = "县民宗局在云盘村举办国家通用语言文字培训班五期，覆盖三个乡镇。"
EMOJI = "😀县民宗局与𠮷林镇开会。"
PAGE = told_page("a.txt", ["一、主要做法", LONG, EMOJI, "投入××万元，建成文化广场。"])
COPY = told_page("b.txt", ["二、工作情况", LONG, "一、主要做法"])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(write_desk(tmp_path / "labels", pages=[PAGE, COPY]))


def place(text: str, page: str = "a.txt") -> str:
    source = (PAGE if page == "a.txt" else COPY).page.text
    return f"{page}@{source.index(text)}"


def stands(desk: Desk, where: str, part: str, person: str) -> Any:
    with desk.held() as view:
        found = view.standing.by(where, part, person)
        return found and found.decision.value


def test_a_save_is_on_the_disk_when_it_is_answered(desk: Desk):
    says(desk, "zhang", place(LONG), roles="results")
    (stored,) = [one for one in read_decisions(desk.folder / "decisions") if one.kind == "person"]
    assert (stored.by, stored.value, stored.mode) == ("zhang", "results", "blind")
    assert stored.shown["value"] == "work_done"
    assert stands(Desk(desk.folder), place(LONG), "roles", "zhang") == "results"


def test_identical_blocks_get_the_same_answer_and_tell_from_where(desk: Desk):
    says(desk, "zhang", place(LONG), roles="results", categories=["school_youth_education"])
    copy = place(LONG, "b.txt")
    with desk.held() as view:
        said = view.standing.by(copy, "roles", "zhang")
    assert said is not None
    assert (said.decision.kind, said.decision.source) == ("import", place(LONG))
    says(desk, "zhang", place("一、主要做法"), roles="plan")  # short: its surroundings decide
    assert stands(desk, place("一、主要做法", "b.txt"), "roles", "zhang") is None


def test_a_copy_never_stands_over_a_person_s_own_word(desk: Desk):
    says(desk, "li", place(LONG, "b.txt"), roles="plan")
    says(desk, "zhang", place(LONG), roles="results")
    copy = place(LONG, "b.txt")
    assert (stands(desk, copy, "roles", "li"), stands(desk, copy, "roles", "zhang")) == (
        "plan",
        None,
    )
    assert stands(desk, place(LONG), "roles", "li") == "plan"  # the copy came before zhang's word
    says(desk, "zhang", copy, roles="plan")
    assert stands(desk, place(LONG), "roles", "zhang") == "results"


def test_undo_gives_back_what_stood_before_save_by_save(desk: Desk):
    where = place(LONG)
    for said in ("results", "plan", "results"):
        says(desk, "zhang", where, roles=said, categories=[])
    for now in ("plan", "results", None):
        with desk.held() as view:
            assert undo(desk, view, "zhang") == where
        assert stands(desk, where, "roles", "zhang") == now
        assert stands(desk, place(LONG, "b.txt"), "roles", "zhang") == now
    with desk.held() as view, pytest.raises(ReviewError, match="Nothing was saved"):
        undo(desk, view, "zhang")
    says(desk, "zhang", where, roles="problems")
    assert stands(desk, where, "roles", "zhang") == "problems"
    # Three saves and their undoings of two sets on two blocks, then a role on two: all are kept.
    assert len(read_decisions(desk.folder / "decisions")) == 6 * 2 * 2 + 2


def test_undo_is_of_one_s_own(desk: Desk):
    says(desk, "zhang", place(LONG), roles="results")
    says(desk, "li", place(LONG), roles="plan")
    with desk.held() as view:
        undo(desk, view, "zhang")
    assert stands(desk, place(LONG), "roles", "li") == "plan"


SPAN = MarkedSpan(1, 5, "县民宗局", "ORG")
REFUSED = [
    ("a label that is none", {"roles": "no_such"}, "a label in its answer that is unknown"),
    ("a retired or foreign category", {"categories": ManyValue(("no_such",))}, "unknown"),
    ("a coarse label", {"roles": "plan|results"}, "unknown"),
    ("the answer of another set", {"roles": ManyValue(())}, "the shape of another set"),
    ("an unknown set", {"colours": "red"}, "asks nothing of this block"),
    ("a genre in the middle of a report", {"genres": "work_summary"}, "asks nothing"),
    ("spans that overlap", {"entities": SpanValue((SPAN, MarkedSpan(3, 5, "宗局", "ORG")))},
     "overlaps another one"),
    ("offsets of 16-bit units", {"entities": SpanValue((MarkedSpan(2, 6, "县民宗局", "ORG"),))},
     "has another text in the block"),
    ("nothing", {}, "No label set is answered"),
]  # fmt: skip


@pytest.mark.parametrize(("answers", "why"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_an_answer_that_does_not_fit_is_refused_and_nothing_is_stored(
    desk: Desk, answers: dict[str, Any], why: str
):
    with desk.held() as view, pytest.raises(ReviewError, match=why):
        save(desk, view, "zhang", sent_of(view, place(EMOJI), answers))
    assert read_decisions(desk.folder / "decisions") == []


def test_spans_after_an_emoji_count_code_points(desk: Desk):
    spans = SpanValue((SPAN, MarkedSpan(6, 9, "𠮷林镇", "LOC")))
    says(desk, "zhang", place(EMOJI), entities=spans)
    assert stands(desk, place(EMOJI), "entities", "zhang") == spans
    masked = place("投入××万元")
    says(desk, "zhang", masked, entities=SpanValue((MarkedSpan(2, 6, "××万元", "MONEY"),)))
    assert stands(desk, masked, "entities", "zhang").spans[0].text == "××万元"


def test_a_text_or_label_set_that_was_not_seen_is_not_decided_on(desk: Desk):
    with desk.held() as view:
        sent = sent_of(view, place(LONG), {"roles": "plan"})
        for stale, reason in (
            ({"text_sha": "00000000"}, "text_changed"),
            ({"version": 7}, "labels_changed"),
        ):
            with pytest.raises(ReviewError) as refused:
                save(desk, view, "zhang", type(sent)(**{**_fields(sent), **stale}))
            assert refused.value.reason == reason
            assert refused.value.now


def _fields(sent: Any) -> dict[str, Any]:
    return {name: getattr(sent, name) for name in sent.__slots__}


AGAIN = [
    ("moved by a new first line", ["新的第一行", LONG], "results", set()),
    ("changed by a word", ["一、主要做法", LONG.replace("五期", "六期")], None, {"a.txt@7"}),
    ("gone", ["一、主要做法"], None, {"a.txt@0"}),
]


@pytest.mark.parametrize(
    ("lines", "now", "changed"), [r[1:] for r in AGAIN], ids=[r[0] for r in AGAIN]
)
def test_after_a_new_reading_a_decision_is_found_by_its_text(
    desk: Desk, lines: list[str], now: str | None, changed: set[str]
):
    says(desk, "zhang", place(LONG), roles="results")
    again = told_page("a.txt", lines)
    add_pages(desk.folder, [again], replace=True)
    with desk.held() as view:
        found = {
            block.place: view.standing.by(block.place, "roles", "zhang")
            for block in view.pages["a.txt"].blocks
        }
        assert {where for where, _ in view.standing.changed} == changed
    values = [one.decision.value for one in found.values() if one]
    assert values == ([now] if now else [])


WRITER = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[3:]
from review_desk import says
from huibao.review.desk import Desk
desk = Desk(Path(sys.argv[1]))
for n in range(25):
    with desk.held() as view:
        places = list(view.blocks)
    says(desk, sys.argv[2], places[n % len(places)], roles=("plan", "results")[n % 2])
"""


def test_two_processes_saving_at_once_lose_nothing(desk: Desk):
    paths = [str(Path(huibao.__file__).parents[1]), str(Path(__file__).parents[2] / "makers")]
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(desk.folder), who, *paths],
            env=os.environ | {"PYTHONPATH": paths[0]},
        )
        for who in ("zhang", "li")
    ]
    assert [one.wait(120) for one in writers] == [0, 0]
    own = [one for one in read_decisions(desk.folder / "decisions") if one.kind == "person"]
    assert len(own) == 50
    with desk.held() as view:
        for who in ("zhang", "li"):
            assert view.standing.by(place(LONG), "roles", who) is not None


def test_the_work_in_progress_may_be_thrown_away(desk: Desk):
    says(desk, "zhang", place(LONG), roles="results")
    for path in desk.folder.glob("work.sqlite*"):
        path.unlink()
    assert stands(desk, place(LONG), "roles", "zhang") == "results"
    with desk.held() as view:
        undo(desk, view, "zhang")
    assert stands(Desk(desk.folder), place(LONG), "roles", "zhang") is None


def test_another_file_of_the_same_name_is_refused(desk: Desk):
    other = told_page("a.txt", ["别的文件"])
    with pytest.raises(Exception, match="another file of that name"):
        add_pages(desk.folder, [other], replace=False)
    assert len(list((desk.folder / "pages").glob("*.jsonl"))) == 2
    for path in (desk.folder / "pages").glob("a*.jsonl"):
        assert "别的文件" not in json.dumps(path.read_text("utf-8"), ensure_ascii=False)
