"""What two annotators' marks of one page agree on."""

from pathlib import Path

import pytest
import yaml

from huibao_training.agreement import (
    Agreement,
    agreement,
    agreement_table,
    agreement_yaml,
    pages_marked_twice,
)

FIRST = """genre: work_summary
author: town
year: 2023
traits: fullwidth
---
#title title_meta
石雁镇工作总结
#h1 work_done publicity_education
一、宣传
#p work_done publicity_education
{LOC:石雁镇}办宣讲{QUANT:8场}，{QUANT:近百人}到场。
#p results
群众满意。
"""
SECOND = FIRST.replace("#p results", "#p work_done").replace("{QUANT:近百人}", "近{QUANT:百人}")


@pytest.fixture
def found(tmp_path: Path) -> Agreement:
    for name, source in (("first", FIRST), ("second", SECOND)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "0001-a.txt").write_text(source, "utf-8")
    return agreement(pages_marked_twice(tmp_path))


def _value(found: Agreement, label_set: str, label: str, measure: str) -> float:
    rows = {(row.label_set, row.label, row.measure): row.value for row in found.rows}
    return rows[label_set, label, measure]


def test_blocks_begin_at_the_same_characters(found: Agreement):
    assert (found.pages, found.blocks, found.starts_f1, found.same_kind) == (1, 4, 1.0, 1.0)


def test_one_role_of_four_differs(found: Agreement):
    # title 1-1, work_done 2-3, results 1-0: chance (1 + 2 * 3) / 16 = 7 / 16
    assert _value(found, "roles", "all", "κ") == pytest.approx((0.75 - 7 / 16) / (1 - 7 / 16))
    assert _value(found, "roles", "all", "相同率") == 0.75
    assert _value(found, "roles", "title_meta", "κ") == 1.0


def test_the_same_categories_agree_fully(found: Agreement):
    assert _value(found, "categories", "publicity_education", "F1") == 1.0


def test_a_shorter_span_agrees_only_by_overlap(found: Agreement):
    assert _value(found, "entities", "QUANT", "严格F1") == 0.5
    assert _value(found, "entities", "QUANT", "重叠F1") == 1.0
    assert _value(found, "entities", "LOC", "严格F1") == 1.0


def test_the_table_names_every_figure(found: Agreement):
    assert "roles       results" in agreement_table(found)


def test_the_file_for_the_handbook_keeps_one_figure_a_label(found: Agreement):
    rows = yaml.safe_load(agreement_yaml(found))["labels"]
    assert {"set": "entities", "id": "QUANT", "measure": "严格F1", "items": 3, "value": 0.5} in rows
    assert not [row for row in rows if row["id"] == "QUANT" and row["measure"] == "重叠F1"]
