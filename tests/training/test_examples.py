"""Rows to learn from: what each source may teach, and what it must not."""

import json
import lzma
from pathlib import Path

import pytest

from huibao.gold_pages import annotated
from huibao.marked import parse_marked
from huibao_training.examples import (
    Example,
    entity_examples,
    example_of,
    page_examples,
    table_of,
)
from huibao_training.pipeline import fold_of
from huibao_training.sources import DataMissingError, Sources, warm_up_examples, written_examples

TYPES = ("DATE", "ORG", "MONEY")
MARKED = """genre: work_summary
author: town
year: 2023
traits: fullwidth
---
#furniture
首页 > 工作总结
#title title_meta
雲汀縣工作总结
#h1 work_done
一、主要做法
#p work_done team_funding
{ORG:縣 委}投入{MONEY:20
万元}，建成广场。
#h1 problems
二、问题
#i problems
经费不足。
"""


def _rows() -> list[Example]:
    return list(page_examples([annotated(parse_marked(MARKED, "0001"))], "written", TYPES))


def test_a_block_is_told_with_its_headings_role_categories_and_entities():
    row = _rows()[2]
    assert row.text == "县 委投入20万元，建成广场。"
    assert row.path == ("一、主要做法",)
    assert (row.role, row.categories) == ("work_done", ("team_funding",))
    assert [(row.text[start:end], kind) for start, end, kind in row.entities] == [
        ("县 委", "ORG"), ("20万元", "MONEY")
    ]  # fmt: skip
    assert row.other_paths == ("一、主要做法", "二、问题")


def test_deciles_and_groups_follow_the_report():
    rows = _rows()
    assert [row.decile for row in rows[:5]] == [0, 2, 4, 6, 8]
    assert {row.group for row in rows[:5]} == {"0001.txt#0"}


def test_site_furniture_teaches_boilerplate_and_nothing_of_entities():
    furniture = _rows()[-1]
    assert (furniture.role, furniture.categories, furniture.types) == ("boilerplate", (), ())
    assert furniture.text.startswith("首页")


def _entry(text: str, types: list[str], *entities: tuple[str, str], **more: object) -> dict:
    found = [
        {"start": text.index(piece), "end": text.index(piece) + len(piece), "label": label}
        for piece, label in entities
    ]
    for entity in found:
        entity["sub"] = more.get("sub")
    return {
        "id": "1", "text": text, "entities": found, "types": types, "source": "pd98",
        "partial": more.get("partial", False), "ignore": more.get("ignore", []),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "types", "pieces"),
    [
        (_entry("县委说", ["ORG", "PER"], ("县委", "ORG")), ("ORG", "PERSON"), ["县委 ORG"]),
        (_entry("縣 委說", ["ORG"], ("縣 委", "ORG")), ("ORG",), ["县 委 ORG"]),
        (_entry("占5%", ["PERCENT"], ("5%", "PERCENT")), ("QUANT",), ["5% QUANT"]),
        (_entry("看《春》", ["BOOK", "ORG"], ("《春》", "BOOK")), ("ORG",), []),
        (_entry("目前5人", ["DATE", "QUANT"], ("目前", "DATE"), sub="vague"), ("QUANT",), []),
    ],
    ids=["renamed", "canonical", "percent", "not our type", "a vague date masks all dates"],
)
def test_entity_data_is_told_in_our_names(
    tmp_path: Path, entry: dict, types: tuple[str, ...], pieces: list[str]
):
    (row,) = _read(tmp_path, entry)
    assert row.types == types
    assert [f"{row.text[start:end]} {kind}" for start, end, kind in row.entities] == pieces
    assert (row.role, row.categories) == (None, None)


@pytest.mark.parametrize(
    "entry",
    [
        _entry("县委说", ["ORG"], partial=True),
        _entry("县委说", ["ORG"], ignore=[[0, 1]]),
        _entry("目前好", ["DATE"], ("目前", "DATE"), sub="vague"),
        _entry("看《春》", ["BOOK"], ("《春》", "BOOK")),
    ],
    ids=["gaps in its labels", "ignored stretch", "vague dates only", "no type of ours"],
)
def test_a_sentence_that_can_teach_nothing_is_left_out(tmp_path: Path, entry: dict):
    assert _read(tmp_path, entry) == []


def _read(tmp_path: Path, entry: dict) -> list[Example]:
    file = tmp_path / "a.train.jsonl.xz"
    file.write_bytes(lzma.compress(json.dumps(entry).encode() + b"\n"))
    return list(entity_examples(file))


def test_rows_survive_the_table():
    rows = [*_rows(), Example("s", "g", "无", entities=((0, 1, "ORG"),), types=("ORG",))]
    assert [example_of(row) for row in table_of(rows)] == rows


def test_few_rows_of_a_source_are_spread_over_its_reports():
    rows = written_examples(Sources(most=40), "train", TYPES)
    assert len(rows) == 40
    assert len({row.group for row in rows}) > 20
    assert {fold_of(row.group, 2) for row in rows} == {0, 1}


def test_data_that_is_not_here_is_named(tmp_path: Path):
    with pytest.raises(DataMissingError, match="nowhere is not here"):
        warm_up_examples(Sources(entities=str(tmp_path / "nowhere")))
    assert warm_up_examples(Sources()) == []
