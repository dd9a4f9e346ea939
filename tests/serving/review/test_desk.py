"""A desk while others change its folder: label sets, people, pages, a killed process."""

from pathlib import Path

import pytest
from killed_writes import killed_after
from review_desk import says, sent_of, told_page, write_desk

from huibao.decisions import read_decisions
from huibao.errors import LabelError, ReviewError
from huibao.label_changes import history_faults, load_history
from huibao.label_files import check_label_folder
from huibao.review.desk import Desk
from huibao.review.pages import add_pages
from huibao.review.saving import save

SHEET = """
set: roles
op: merge
ids: [results, experience]
into: results
why: 分不开
by: 王
from_version: "1.0"
"""
APPLY = """
from pathlib import Path
from huibao.review.desk import Desk
from huibao.review.work import Session
from huibao.service.review.label_work import LabelWork
work = LabelWork(Desk(Path(sys.argv[1])), lambda: None)
work.apply(Session("wang", True), sys.stdin.read())
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_desk(tmp_path / "labels", pages=[told_page("a.txt", ["甲县", "乙县"])])


@pytest.mark.parametrize("files", [0, 1, 2])
def test_a_service_killed_while_it_changes_labels_leaves_the_change_whole_or_unmade(
    folder: Path, files: int
):
    desk = Desk(folder)
    says(desk, "zhang", "a.txt@0", roles="experience")
    assert killed_after(files, APPLY, folder, SHEET)
    again = Desk(folder)
    made = 1 if files else 0
    with again.held() as view:
        assert view.history.number == made
        assert ("experience" in view.labels.roles) is not made
        (gold,) = [one for _, part, one in view.standing.golds() if part == "roles"]
    assert gold.state.labels == {"results" if made else "experience"}
    assert (check_label_folder(folder), history_faults(folder)) == ((), ())
    says(again, "li", "a.txt@0", roles="results")
    assert len(read_decisions(folder / "decisions")) == 2


def test_an_open_desk_sees_what_another_process_has_changed(folder: Path):
    desk = Desk(folder)
    with desk.held() as view:
        sent = sent_of(view, "a.txt@0", {"roles": "experience"})
    assert not killed_after(99, APPLY, folder, SHEET)
    with desk.held() as view:
        assert load_history(folder).number == view.history.number == 1
        with pytest.raises(ReviewError) as refused:
            save(desk, view, "zhang", sent)
    assert (refused.value.reason, refused.value.now) == ("labels_changed", "1")
    add_pages(folder, [told_page("b.txt", ["丙县"])], replace=False)
    with desk.held() as view:
        assert list(view.pages) == ["a.txt", "b.txt"]


def test_a_decision_that_another_process_stores_stands_here_at_once(folder: Path):
    here, there = Desk(folder), Desk(folder)
    says(there, "li", "a.txt@0", roles="plan")
    with here.held() as view:
        said = view.standing.by("a.txt@0", "roles", "li")
    assert said is not None
    assert said.decision.value == "plan"


FAULTS = [
    ("pages/a.txt.jsonl", '{"schema": "other/1"}\n', "schema 'other/1'"),
    ("pages/b.jsonl", None, "another file has a page 'a.txt' already"),
    ("decisions/zhang.jsonl", "{}\n", "a decision is not whole"),
    ("roles.yaml", "set: roles\n", "roles"),
]


@pytest.mark.parametrize(("file", "text", "why"), FAULTS)
def test_a_faulty_folder_is_told_by_the_file(folder: Path, file: str, text: str | None, why: str):
    content = (folder / "pages/a.txt.jsonl").read_text("utf-8") if text is None else text
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_text(content, "utf-8")
    with pytest.raises(LabelError, match=why):
        Desk(folder)
