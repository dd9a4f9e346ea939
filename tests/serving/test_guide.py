"""The annotation handbook: complete, up to date, and true to its own rules."""

import re
import shutil
from pathlib import Path

import pytest

from huibao.corpus_check import check_marked_folder
from huibao.guide import GUIDE_FILE, guide_text
from huibao.label_files import load_label_sets
from huibao.label_files.strict_yaml import RULINGS_FILE, label_file
from huibao.marked import parse_marked
from huibao.resources import resource_folder

SHIPPED = resource_folder("labels")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in SHIPPED.glob("*.yaml"):
        shutil.copy(path, tmp_path)
    return tmp_path


def test_the_handbook_of_this_checkout_is_up_to_date():
    assert (SHIPPED / GUIDE_FILE).read_text("utf-8") == guide_text()


def test_the_same_files_give_the_same_handbook(folder: Path):
    assert guide_text(folder) == guide_text()


def test_every_label_has_a_section_with_its_definition_examples_and_neighbours():
    guide = guide_text()
    for part in load_label_sets():
        for label in part:
            assert f" `{label.id}`\n\n{label.definition[:10]}" in guide, label.id
    labels = sum(len(part) for part in load_label_sets())
    for line in ("- 线索词：", "- 容易混淆：", "- 例：", "- 反例："):
        assert guide.count(f"\n{line}") == labels, line


def test_every_entity_type_says_where_its_span_ends():
    guide = guide_text()
    assert guide.count("\n- 标到哪里：") == guide.count("\n- 不标：") == 11
    assert guide.count("\n- 规范值：") == 11


def test_every_ruling_a_label_refers_to_is_written_out():
    guide = guide_text()
    referred = {rule for part in load_label_sets() for label in part for rule in label.rulings}
    written = set(re.findall(r"\n- \*\*([A-Z]{2}-\d+)\*\*", guide))
    assert referred <= written


def test_masks_and_marks_survive_markdown():
    guide = guide_text()
    assert r"\_\_\_\_" in guide
    assert "`{MONEY:xx万元}`" in guide


def test_the_worked_example_obeys_every_check(folder: Path):
    example = label_file(folder / RULINGS_FILE)["worked_example"]
    reports = folder / "reports"
    reports.mkdir()
    (reports / "0001-example.txt").write_text(example, "utf-8")
    assert check_marked_folder(reports, load_label_sets(folder)) == ()
    types = {mark.type for block in parse_marked(example).blocks for mark in block.entities}
    assert types >= {"DATE", "MONEY", "QUANT", "ORG", "LOC", "EVENT", "DOC_TITLE", "ETHNIC"}


def test_without_measured_agreement_the_handbook_says_so(folder: Path):
    (folder / "agreement.yaml").unlink()
    assert "还没有一致性数据" in guide_text(folder)


def test_measured_agreement_becomes_a_table(folder: Path):
    rows = (
        "- {set: roles, id: plan, measure: κ, items: 120, value: 0.91}\n"
        "- {set: categories, id: org_leadership, measure: F1, items: 40, value: 0.8}\n"
        "- {set: entities, id: all, measure: 严格F1, items: 900, value: 0.9625}\n"
    )
    header = 'version: "1.0"\nmeasured: 两人独立标注十篇报告。\nlabels:\n'
    (folder / "agreement.yaml").write_text(header + rows, "utf-8")
    guide = guide_text(folder)
    assert "两人独立标注十篇报告。" in guide
    assert "| 段落作用 | 下步打算 | 120 | κ | 0.91 |" in guide
    assert "| 活动类别 | A1 组织领导与责任机制 | 40 | F1 | 0.80 |" in guide
    assert "| 实体 | 全部 | 900 | 严格F1 | 0.96 |" in guide
