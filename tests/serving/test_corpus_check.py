"""What is told of a folder of marked reports."""

from pathlib import Path
from time import process_time

import pytest

from huibao.corpus_check import (
    check_marked_folder,
    corpus_statistics,
    marked_pages,
    near_duplicate_blocks,
)
from huibao.label_files import load_label_sets
from huibao.marked import parse_marked
from huibao.resources import resource_folder

HEADER = "genre: work_summary\nauthor: town\nyear: 2023\ntraits: fullwidth\n---\n"
GOOD = HEADER + "#title title_meta\n{LOC:石雁镇}工作总结\n#p work_done team_funding\n安排经费。\n"
LONG = "镇里请来老木匠，把闲了多年的粮站改成村史馆，摆上各家捐出的农具、绣片和老照片，"


def _faults(tmp_path: Path, *sources: str) -> tuple[str, ...]:
    for number, source in enumerate(sources, 1):
        (tmp_path / f"{number:04}.txt").write_text(source, "utf-8")
    return check_marked_folder(tmp_path, load_label_sets())


def test_a_good_page_has_no_fault(tmp_path: Path):
    assert _faults(tmp_path, GOOD) == ()


FAULTS = [
    ("an unknown role", GOOD.replace("work_done", "done"), "0001.txt:8: 'done' is not in roles.yaml"),
    ("an unknown second role", GOOD.replace("work_done", "work_done/next"),
     "0001.txt:8: 'next' is not in roles.yaml"),
    ("a second role that is the first", GOOD.replace("work_done", "plan/plan"),
     "0001.txt:8: plan stands 2 times"),
    ("an unknown category", GOOD.replace("team_funding", "money"),
     "0001.txt:8: 'money' is not in categories.yaml"),
    ("a dimension given as a category", GOOD.replace("team_funding", "party_leadership"),
     "0001.txt:8: 'party_leadership' is not in categories.yaml"),
    ("a category twice", GOOD.replace("team_funding", "team_funding team_funding"),
     "0001.txt:8: team_funding stands 2 times"),
    ("an unknown arena", GOOD.replace("team_funding", "team_funding @home"),
     "0001.txt:8: 'home' is not in arenas.yaml"),
    ("an unknown entity type", GOOD.replace("LOC", "PLACE"),
     "0001.txt:6: 'PLACE' is not in entities.yaml"),
    ("an entity that begins with a blank", GOOD.replace("LOC:石", "LOC: 石"),
     "0001.txt:6: LOC ' 石雁镇' begins or ends with white space"),
    ("an entity that is only a mask", GOOD.replace("石雁镇", "____"),
     "0001.txt:6: LOC '____' is a mask alone and no entity"),
    ("a title that does something", GOOD.replace("#title title_meta", "#title work_done"),
     "0001.txt:6: #title has the role work_done, expected title_meta"),
    ("an unknown genre", GOOD.replace("work_summary", "poem"),
     "0001.txt: genre 'poem' is not in genres.yaml"),
    ("an unknown genre of a further report", GOOD + "#report poem\n#title title_meta\n乙\n",
     "0001.txt:10: genre 'poem' is not in genres.yaml"),
    ("an unknown author", GOOD.replace("author: town", "author: city"),
     "0001.txt: author 'city' is not in headers.yaml"),
    ("a year in words", GOOD.replace("2023", "去年"),
     "0001.txt: year '去年', expected four digits or 'masked'"),
    ("a header without a year", GOOD.replace("year: 2023\n", ""),
     "0001.txt: header line 'year' is missing"),
    ("an unknown trait", GOOD.replace("fullwidth", "fullwidth, long"),
     "0001.txt: trait 'long' is not in headers.yaml"),
    ("a trait that the page does not have", GOOD.replace("fullwidth", "fullwidth, table"),
     "0001.txt: trait 'table' and #table marks do not agree"),
    ("furniture that is not among the traits", GOOD + "#furniture\n下载\n",
     "0001.txt: trait 'furniture' and #furniture marks do not agree"),
    ("a headless page with a heading",
     GOOD.replace("fullwidth", "headless") + "#h1 plan\n二、打算\n",
     "0001.txt: trait 'headless', but there are headings"),
    ("a mark that cannot be read", GOOD + "#p plan\n{甲}\n", "0001.txt:10: brace without a type"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "fault"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS]
)
def test_a_fault_is_told_with_its_page(tmp_path: Path, source: str, fault: str):
    assert any(told.startswith(fault) for told in _faults(tmp_path, source))


def test_a_page_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path):
    (tmp_path / "0000.txt").write_bytes("年".encode("gb18030"))
    faults = _faults(tmp_path, GOOD.replace("work_done", "done"))
    assert [fault.split(":")[0] for fault in faults] == ["0000.txt", "0001.txt"]


TWINS = [
    ("the same words", LONG + "开馆那天来了半个村子的人。", True),
    ("the same words in half-width commas and other lines", LONG.replace("，", ",\n"), True),
    ("the same words with another end", LONG + "孩子们放学以后常来听老人讲。", True),
    ("a few shared words", "镇里请来老木匠，先修好了两座木桥，再教会十几个年轻人刨料凿榫。", False),
    ("short texts", "镇里请来老木匠，修好了木桥。", False),
]


@pytest.mark.parametrize(
    ("text", "twin"), [row[1:] for row in TWINS], ids=[row[0] for row in TWINS]
)
def test_blocks_written_twice_are_found(tmp_path: Path, text: str, twin: bool):
    first = HEADER + f"#p work_done\n{LONG}开馆那天来了半个村子的人。\n"
    faults = _faults(tmp_path, first, HEADER + f"#p work_done\n{text}\n")
    assert bool(faults) is twin
    if twin:
        assert "of the block stands in 0001.txt:6 too" in faults[0]


def test_a_block_made_of_one_formula_again_and_again_stays_cheap():
    body = "".join(f"#p work_done\n{LONG * 4}第{number}年。\n" for number in range(2000))
    page = parse_marked(HEADER + body)
    begin = process_time()
    twins = near_duplicate_blocks([page])
    assert len(twins) == 1999
    assert process_time() - begin < 10


def test_statistics_count_what_a_corpus_holds(tmp_path: Path):
    _faults(
        tmp_path, GOOD, GOOD + "#report speech\n#sig title_meta\n{ORG:镇政府}\n#furniture\n下载\n"
    )
    pages, faults = marked_pages(tmp_path)
    statistics = corpus_statistics(pages)
    assert faults == []
    assert (statistics.pages, statistics.reports, statistics.blocks) == (2, 3, 5)
    assert statistics.furniture == 1
    assert statistics.roles == {"title_meta": 3, "work_done": 2}
    assert statistics.categories == {"team_funding": 2}
    assert statistics.entities == {"LOC": 2, "ORG": 1}
    assert statistics.genres == {"work_summary": 2, "speech": 1}
    assert statistics.kinds == {"title": 2, "p": 2, "sig": 1}


def test_the_written_corpus_obeys_its_own_rules():
    assert check_marked_folder(resource_folder("labels") / "reports", load_label_sets()) == ()


def test_a_report_marked_twice_is_checked_and_keeps_its_text(tmp_path: Path):
    (tmp_path / "second").mkdir()
    again = GOOD.replace("work_done", "done").replace("石雁镇", "石雁乡")
    (tmp_path / "second" / "0001.txt").write_text(again, "utf-8")
    assert _faults(tmp_path, GOOD) == (
        "second/0001.txt:8: 'done' is not in roles.yaml",
        "second/0001.txt: another text than that of the corpus",
    )
