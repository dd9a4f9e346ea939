"""The people of a label folder: names from a list, a pass phrase of which only a digest is kept."""

from pathlib import Path

import pytest

from huibao.errors import LabelError
from huibao.review.people import PEOPLE_FILE, People, Person, read_people, write_people

ZHANG, WANG = Person("zhang", "张三"), Person("wang", "王五", head=True)


def test_people_come_back_as_they_were_written(tmp_path: Path):
    people = People().with_person(ZHANG).with_person(WANG).with_pass_phrase("correct horse")
    write_people(tmp_path, people)
    again = read_people(tmp_path)
    assert again == people
    assert "correct horse" not in (tmp_path / PEOPLE_FILE).read_text("utf-8")
    assert (tmp_path / PEOPLE_FILE).stat().st_mode & 0o077 == 0
    assert again.is_pass_phrase("correct horse")
    assert not again.is_pass_phrase("correct house")


def test_without_a_pass_phrase_none_is_right():
    assert not People((WANG,)).is_pass_phrase("")


def test_a_person_may_change_the_name_but_counts_once():
    people = People().with_person(ZHANG).with_person(Person("zhang", "张三丰"))
    assert people.everyone == (Person("zhang", "张三丰"),)


REFUSED = [
    ("张三", "张三", "expected an id of small letters"),
    ("../x", "x", "expected an id of small letters"),
    ("corpus", "语料", "expected an id of small letters"),
    ("zhang", " ", "the name is empty"),
]


@pytest.mark.parametrize(("id_", "name", "why"), REFUSED)
def test_an_id_must_do_for_a_file_name_and_for_ever(id_: str, name: str, why: str):
    with pytest.raises(LabelError, match=why):
        People().with_person(Person(id_, name))


def test_a_short_pass_phrase_is_refused():
    with pytest.raises(LabelError, match="fewer than 8"):
        People().with_pass_phrase("1234567")


def test_a_file_that_lists_no_people_is_told(tmp_path: Path):
    assert read_people(tmp_path) == People()
    (tmp_path / PEOPLE_FILE).write_text("people: [{id: zhang}]\n", "utf-8")
    with pytest.raises(LabelError, match=r"people\.yaml: expected people"):
        read_people(tmp_path)
