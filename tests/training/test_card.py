"""The model card says what the bundle's numbers say, and nothing of what was not measured."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from huibao.gold_pages import annotated
from huibao.inference.bundle import Bundle
from huibao.labels import LabelSets
from huibao.marked import parse_marked
from huibao_training.baselines import rule_reader
from huibao_training.card import card_text
from huibao_training.comparison import reading_json, reading_of
from huibao_training.release import card_of

MARKED = """genre: work_summary
author: department
year: 2023
traits: fullwidth
---
#title title_meta
云溪县民族工作总结
#h1 problems
一、存在的问题
#p problems
经费不足。
"""
FIGURES = {"role accuracy": 0.9, "category micro F1": 0.7, "entity strict micro F1": 0.8}
PLAIN: dict[str, Any] = {
    "precision": "int8",
    "rows": {"written": 40},
    "calibration": {},
    "parity_fp32": {"largest": 1e-5},
    "written_dev": {"fp32": FIGURES, "int8": FIGURES},
}


@pytest.fixture
def measured(label_sets: LabelSets) -> dict[str, Any]:
    reading = reading_of(rule_reader(label_sets), [annotated(parse_marked(MARKED, "a"))])
    return reading_json(reading)


def test_the_card_tells_figures_by_kind_of_report(bundle: Bundle, measured: dict[str, Any]):
    text = card_text(replace(bundle, card=PLAIN | {"written_test": measured}))
    assert "| headed | 1 | 3 | 1.000 (1.00 to 1.00) |" in text
    assert "| heading hidden | 1 | 2 | 0.500 (0.50 to 0.50) |" in text
    assert "| role (2) | 0.000 | 0.000 | 0.000 | 0.000 | 0.000 |" in text


def test_a_card_of_an_older_bundle_has_no_table_without_numbers(
    bundle: Bundle, measured: dict[str, Any]
):
    older = {name: measured[name] for name in ("reports", "figures", "labels")}
    text = card_text(replace(bundle, card=PLAIN | {"written_test": older}))
    assert "| role accuracy | 1.000 | 1.000 to 1.000 |" in text
    assert "reports that are" not in text
    assert "surest" not in text


def test_a_folder_that_tells_its_experiments_is_pointed_to(bundle: Bundle, tmp_path: Path):
    plain = replace(bundle, card=PLAIN)
    assert "EXPERIMENTS.md" not in card_of(plain, tmp_path)
    (tmp_path / "EXPERIMENTS.md").write_text("# What was tried\n", "utf-8")
    assert "(EXPERIMENTS.md)" in card_of(plain, tmp_path)
