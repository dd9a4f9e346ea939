"""What a model must beat: the baselines read like a reader, and the command sets them side by side."""

import json
import struct
from pathlib import Path

import pytest

from huibao.annotation import PageAnnotation
from huibao.gold_pages import annotated
from huibao.jsonl import dumped, page_json
from huibao.label_files import load_label_sets
from huibao.labels import LabelSets
from huibao.marked import parse_marked
from huibao_training.baselines import majority_reader, rule_reader
from huibao_training.cli import main
from huibao_training.examples import Example
from huibao_training.linear import linear_reader

REPORT = """云溪县2023年民族工作总结
一、主要做法
投入20万元，举办培训班5期。
二、存在的问题
经费不足，有的村重视不够。
"""
MARKED = """genre: work_summary
author: department
year: 2023
traits: fullwidth
---
#title title_meta
云溪县2023年民族工作总结
#h1 work_done
一、主要做法
#p work_done cadre_study
投入{MONEY:20万元}，举办培训班{QUANT:5期}。
#h1 problems
二、存在的问题
#p problems team_funding
经费不足，有的村重视不够。
"""
TOPICS = {"work_done": ("举办培训班", "cadre_study"), "problems": ("经费不足", "team_funding")}


def _rows() -> list[Example]:
    """Twelve reports of three rows; what a block is about tells its labels, its path does too."""
    return [
        Example(
            source="test",
            group=str(report),
            text=f"{word}，第{report}乡。",
            path=(("一、主要做法",) if role == "work_done" else ("二、存在的问题",)),
            role=role,
            categories=(category,),
        )
        for report in range(12)
        for role in ("work_done", "problems", "work_done")
        for word, category in (TOPICS[role],)
    ]


def _roles(page: PageAnnotation) -> list[str]:
    return [block.role.label for block in page.annotations[0].blocks]


def _categories(page: PageAnnotation) -> list[list[str]]:
    return [[tag.label for tag in block.categories] for block in page.annotations[0].blocks]


def test_the_majority_says_the_same_of_every_block_and_how_often_it_is_right(label_sets: LabelSets):
    page = majority_reader(label_sets, _rows()).read(REPORT)
    assert _roles(page) == ["work_done"] * 5
    assert _categories(page) == [["cadre_study"]] * 5
    assert page.annotations[0].blocks[0].role.score == pytest.approx(2 / 3, abs=1e-4)
    assert not any(block.entities for block in page.annotations[0].blocks)


def test_the_linear_model_reads_words_and_headings(label_sets: LabelSets):
    page = linear_reader(label_sets, _rows()).read(REPORT)
    blocks = page.annotations[0].blocks
    assert (_roles(page)[2], _roles(page)[4]) == ("work_done", "problems")
    assert (_categories(page)[2], _categories(page)[4]) == (["cadre_study"], ["team_funding"])
    assert all(0.5 < block.role.score <= 1.0 for block in blocks)
    assert [entity.type for entity in blocks[2].entities] == ["MONEY", "QUANT"]


def test_the_linear_model_gives_the_same_answers_when_it_is_trained_again(label_sets: LabelSets):
    one, other = (linear_reader(label_sets, _rows()).read(REPORT) for _ in range(2))
    assert one == other


def test_all_baselines_have_the_same_blocks(label_sets: LabelSets):
    rules = rule_reader(label_sets).read(REPORT)
    for reader in (majority_reader(label_sets, _rows()), linear_reader(label_sets, _rows())):
        assert reader.read(REPORT).source == rules.source


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """A folder with one gold page."""
    folder = tmp_path / "gold"
    folder.mkdir()
    page = page_json(annotated(parse_marked(MARKED, "a")), with_persons=True)
    (folder / "a.json").write_text(dumped(page), "utf-8")
    return folder


def test_evaluate_compares_bundles_and_draws_pictures(
    gold: Path, bundle_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    arguments = ["evaluate", str(gold), "--bundle", str(bundle_folder), "--also", "rules"]
    assert main([*arguments, "--pictures", str(tmp_path / "pictures")]) == 0
    told = capsys.readouterr().out
    assert f"| figure | {bundle_folder.name} | rules |" in told
    assert f"| difference | {bundle_folder.name} − rules |" in told
    assert "| heading hidden | 1 | 3 |" in told
    for name in ("roles.png", "reliability.png"):
        data = (tmp_path / "pictures" / name).read_bytes()
        assert data.startswith(b"\x89PNG\r\n\x1a\n")
        assert struct.unpack(">II", data[16:24]) == (1200, 1050)
    assert main([*arguments, "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)
    assert entries["reports"] == 1
    assert set(entries["others"]) == {"rules"}
    assert entries["reliability"]["role"]["n"] == 3


def test_evaluate_sets_the_baselines_beside_the_bundle(
    gold: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("huibao_training.sources.written_examples", lambda *_: _rows())
    assert main(["evaluate", str(gold), "--bundle", "rules", "--baselines"]) == 0
    told = capsys.readouterr().out
    assert "| figure | rules | majority | keywords | TF-IDF |" in told
    assert "| MONEY strict F1 | 1.000 | 0.000 | 1.000 | 1.000 |" in told


def test_rules_are_the_keywords_of_the_label_sets():
    page = rule_reader(load_label_sets()).read(REPORT)
    assert _roles(page) == ["title_meta", "work_done", "work_done", "problems", "problems"]
