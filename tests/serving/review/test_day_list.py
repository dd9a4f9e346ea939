"""The list of the day: which reasons there are, how much each gets, nothing asked twice."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from review_desk import Told, says, told_page, write_desk

from huibao.annotation import PageAnnotation
from huibao.decisions import DecisionStore, decision_of, entries_of, read_decisions
from huibao.label_changes import apply_change, proposal_of
from huibao.label_files import load_label_sets
from huibao.review.day_list import day_list, list_of_today
from huibao.review.desk import Desk
from huibao.review.reasons import FINDERS, Reviewer, Search, told
from huibao.review.suspects import plain_suspects
from huibao.review.work import Asked

SCHOOL = "school_youth_education"
FILLER = ("走访", "培训", "座谈", "宣讲", "调研", "慰问", "帮扶", "巡回", "评比", "展演")


def lines(count: int, start: int = 0) -> list[str]:
    """Paragraphs of no two alike."""
    return [
        f"第{chr(0x4E00 + n)}{chr(0x5000 + 7 * n)}村{FILLER[n % 10]}{chr(0x6000 + 11 * n)}事"
        for n in range(start, start + count)
    ]


def desk_of(tmp_path: Path, *pages: PageAnnotation) -> Desk:
    return Desk(write_desk(tmp_path / "labels", pages=pages))


def asked(
    desk: Desk, person: str = "zhang", size: int = 40, day: str = "2027-03-01", **more: Any
) -> list[Asked]:
    with desk.held() as view:
        reviewer = Reviewer(person, more.pop("head", False), day, **more)
        return day_list(Search(view, reviewer, plain_suspects(view)), size)


def found(desk: Desk, reason: str, person: str = "zhang", *, head: bool = False) -> list[str]:
    with desk.held() as view:
        search = Search(view, Reviewer(person, head, "day"), plain_suspects(view))
        return [one.place for one in FINDERS[reason](search)]


def change(desk: Desk, **said: Any) -> None:
    part = said.setdefault("set", "categories")
    version = next(one.version for one in load_label_sets(desk.folder) if one.id == part)
    sheet = {"why": "统计需要", "by": "张", "from_version": version} | said
    apply_change(desk.folder, proposal_of(sheet), at="2027-03-02T09:00:00+08:00")


def new_category(id_: str, name: str, code: str, cue: str) -> dict[str, Any]:
    return {
        "id": id_, "name": name, "parent": "shared_home", "code": code, "since": "1.0",
        "collapse_to": None, "definition": f"关于{name}的工作。",
        "cues": {"positive": [cue], "negative": []},
        "neighbours": {"media_information": "那边说的是媒体。"},
        "examples": [{"text": f"开展{cue}第{n}场。"} for n in "一二三"],
        "counterexamples": [
            {"text": f"别的事{n}。", "why": "不是", "instead": "none"} for n in "一二"
        ],
    }  # fmt: skip


def test_every_tenth_block_is_a_blind_audit_and_the_same_for_all(tmp_path: Path):
    desk = desk_of(tmp_path, told_page("a.txt", lines(200), reports=20))
    mine, theirs = asked(desk), asked(desk, "li")
    assert [one.reason for one in mine].count("audit") == 4
    assert {one.place for one in mine if one.blind} == {one.place for one in theirs if one.blind}
    assert "audit" in [one.reason for one in mine[:12]]
    assert asked(desk) == mine
    assert {one.place for one in asked(desk, day="2027-03-02") if one.blind} != {
        one.place for one in mine if one.blind
    }


def test_an_audit_is_made_even_where_other_reasons_would_fill_the_list(tmp_path: Path):
    texts = lines(60)
    desk = desk_of(tmp_path, told_page("a.txt", texts, reports=10))
    for n in range(60):
        says(desk, "li", f"a.txt@{sum(len(t) + 1 for t in texts[:n])}", roles="plan")
        says(desk, "wang", f"a.txt@{sum(len(t) + 1 for t in texts[:n])}", roles="results")
    reasons = Counter(one.reason for one in asked(desk, size=20))
    assert reasons == {"disagreement": 18, "audit": 2}


def test_the_model_is_asked_about_where_it_is_least_sure_three_of_a_report(tmp_path: Path):
    blocks = [Told(text, score=0.5, other_score=0.5 - n / 100) for n, text in enumerate(lines(20))]
    desk = desk_of(tmp_path, told_page("a.txt", blocks, reports=2))
    places = found(desk, "unsure")
    with desk.held() as view:
        assert [view.blocks[one].index for one in places] == [0, 1, 2, 10, 11, 12]


def test_near_duplicates_are_asked_about_once_whatever_script_they_are_in(tmp_path: Path):
    text = (
        "全县各乡镇和县直各部门把铸牢意识教育纳入干部教育、党员教育和国民教育体系，"
        "依托新时代文明实践所开展宣讲，群众知晓率明显提高，干部作风持续转变。"
    )
    twin = text.translate(str.maketrans("县乡镇门铸识纳实传讲显转变", "縣鄉鎮門鑄識納實傳講顯轉變"))
    pages = [told_page(f"{n}.txt", [one]) for n, one in enumerate((text, twin, text + "好。"))]
    desk = desk_of(tmp_path, *pages)
    assert len(asked(desk)) == 1
    with desk.held() as view:
        blocks = list(view.blocks.values())
        assert blocks[0].canonical == blocks[1].canonical
        assert blocks[0].text_sha != blocks[1].text_sha  # each has its own text and offsets


def test_a_split_asks_for_its_yes_side_only(tmp_path: Path):
    texts = lines(4)
    desk = desk_of(tmp_path, told_page("a.txt", texts))
    places = [f"a.txt@{sum(len(t) + 1 for t in texts[:n])}" for n in range(4)]
    says(desk, "li", places[0], categories=[SCHOOL])
    says(desk, "li", places[1], categories=[])
    change(
        desk, op="split", id=SCHOOL,
        into=[new_category("campus", "校园", "B41", "校园"), new_category("speech", "语言", "B42", "普通话")],
    )  # fmt: skip
    assert found(desk, "split_pending") == [places[0]]
    with desk.held() as view:
        (one,) = FINDERS["split_pending"](Search(view, Reviewer("zhang", False, "day")))
        assert told(one, "zh") == "标签拆分待定：“校园/语言”还要选定一个"
        assert told(one, "en") == "The label sets changed: one of 校园/语言 must be chosen"
    says(desk, "zhang", places[0], categories=["campus"])
    assert found(desk, "split_pending") == []


def test_who_differs_is_not_asked_but_a_third_person_and_the_head_are(tmp_path: Path):
    desk = desk_of(tmp_path, told_page("a.txt", lines(3)))
    says(desk, "zhang", "a.txt@0", roles="plan")
    says(desk, "li", "a.txt@0", roles="results")
    assert found(desk, "disagreement", "zhang") == []
    assert found(desk, "disagreement", "chen") == ["a.txt@0"]
    assert found(desk, "disagreement", "li", head=True) == ["a.txt@0"]
    says(desk, "chen", "a.txt@0", roles="plan")
    assert found(desk, "disagreement", "li", head=True) == []


def test_an_answer_that_the_model_contradicts_is_looked_at_again_once(tmp_path: Path):
    sure = Told("县里举办培训班。", score=0.95, other="plan", other_score=0.03)
    desk = desk_of(tmp_path, told_page("a.txt", [sure, *lines(3)]))
    says(desk, "li", "a.txt@0", roles="plan")
    assert found(desk, "suspected_error") == ["a.txt@0"]
    says(desk, "zhang", "a.txt@0", roles="plan")  # two agree: the model is the one in error
    assert found(desk, "suspected_error") == []


def test_candidates_of_a_new_label_come_by_its_keywords_and_its_sources(tmp_path: Path):
    texts = ["县里开展石榴花评选。", *lines(3), "学校办培训班。"]
    desk = desk_of(tmp_path, told_page("a.txt", texts))
    last = f"a.txt@{sum(len(t) + 1 for t in texts[:4])}"
    says(desk, "li", last, categories=[SCHOOL])
    change(
        desk, op="add", label=new_category("flower", "石榴花", "B43", "石榴花"),
        may_take_from=[SCHOOL],
    )  # fmt: skip
    assert found(desk, "new_label") == ["a.txt@0", last]
    says(desk, "zhang", "a.txt@0", categories=["flower"])
    assert found(desk, "new_label") == [last]


def test_rare_labels_take_turns(tmp_path: Path):
    blocks = [
        Told(text, role=("plan", "problems")[n % 2], other="results", other_score=0.0)
        for n, text in enumerate(lines(8))
    ]
    desk = desk_of(tmp_path, told_page("a.txt", blocks))
    with desk.held() as view:
        first = list(FINDERS["too_few"](Search(view, Reviewer("zhang", False, "day"))))[:3]
    labels = [one.about["label"] for one in first]
    assert len(set(labels)) == 3
    assert {"存在问题与原因", "下步打算"} <= set(labels)
    assert told(first[0], "zh").endswith("样本太少：只有0例")


def test_a_changed_text_is_asked_about_anew(tmp_path: Path):
    desk = desk_of(tmp_path, told_page("a.txt", lines(3)))
    says(desk, "zhang", "a.txt@0", roles="plan")
    (path,) = (desk.folder / "decisions").glob("*.jsonl")
    (stored,) = [entries_of(one) for one in read_decisions(path.parent)]
    path.unlink()
    DecisionStore(path).append([decision_of(stored | {"text_sha": "00000000"})])
    changed = Desk(desk.folder)
    assert found(changed, "text_changed") == ["a.txt@0"]
    says(changed, "zhang", "a.txt@0", roles="plan")
    assert found(changed, "text_changed") == []


def test_what_was_put_off_does_not_come_back_today(tmp_path: Path):
    desk = desk_of(tmp_path, told_page("a.txt", lines(60), reports=6))
    with desk.held() as view:
        first = list_of_today(desk, view, "zhang", head=False, size=10)
        day = [one for one, _ in desk.work.asked("zhang", date.today().isoformat())]
        assert day == first
        for one in first:
            desk.work.note("zhang", date.today().isoformat(), one.place, "skipped")
        second = list_of_today(desk, view, "zhang", head=False, size=10)
    assert second
    assert not {one.place for one in first} & {one.place for one in second}


def test_the_list_is_the_same_when_the_work_file_was_thrown_away(tmp_path: Path):
    desk = desk_of(tmp_path, told_page("a.txt", lines(60), reports=6))
    with desk.held() as view:
        before = list_of_today(desk, view, "zhang", head=False, size=20)
    for path in desk.folder.glob("work.sqlite*"):
        path.unlink()
    again = Desk(desk.folder)
    with again.held() as view:
        assert list_of_today(again, view, "zhang", head=False, size=20) == before


def test_what_someone_else_has_settled_falls_out_of_the_list(tmp_path: Path):
    desk = desk_of(tmp_path, told_page("a.txt", lines(30), reports=3))
    with desk.held() as view:
        list_ = list_of_today(desk, view, "zhang", head=False, size=20)
    unsure = next(one for one in list_ if one.reason == "unsure")
    says(desk, "li", unsure.place, roles="plan")
    with desk.held() as view:
        left = list_of_today(desk, view, "zhang", head=False, size=20)
    assert unsure not in left
    assert {one.place for one in list_ if one.blind} <= {one.place for one in left}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_reason_has_its_line(language: str):
    for reason in (*FINDERS, "reading"):
        assert told(Asked("a@0", reason), language)
