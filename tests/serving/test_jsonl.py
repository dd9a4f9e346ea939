"""The public JSON: offsets into the unchanged source, and the way there and back."""

import json
from pathlib import Path
from typing import Any

import pytest

from huibao.annotation import Annotation, Annotator, BlockAnnotation, Entity, PageAnnotation, Tag
from huibao.jsonl import dumped, page_from_json, page_json, read_json, read_lines, write_lines
from huibao.report import Block, BlockKind, Furniture, Line, Page, PageReports, Report, Span
from huibao.text.canonical import canonical, canonical_characters

TEXT = "首页\n某县 总结\n一、投入 20\n万元，由張三負責。\n项目\t金额\n道路\t5元\n"


def block_of(index: int, kind: BlockKind, start: int, end: int, parent: int | None) -> Block:
    text, origin = canonical(canonical_characters(TEXT), start, end, keep_breaks=kind == "table")
    return Block(index, kind, 1, parent, Span(start, end), text, origin)


@pytest.fixture
def page() -> PageAnnotation:
    """A page with furniture, a title, a wrapped heading and a table."""
    money, person = TEXT.index("20"), TEXT.index("張三")
    table = TEXT.index("项目")
    blocks = (
        block_of(0, "title", 3, 8, None),
        block_of(1, "heading", 9, table - 1, None),
        block_of(2, "table", table, len(TEXT) - 1, 1),
    )
    entities = (
        Entity("MONEY", Span(money, money + 5), "20万元", 0.97, {"cny": "200000", "masked": False}),
        Entity("PERSON", Span(person, person + 2), "张三", 0.9),
    )
    said = (
        BlockAnnotation(Tag("title_meta")),
        BlockAnnotation(
            role=Tag("work_done", 0.91),
            alternatives=(Tag("results", 0.05),),
            categories=(Tag("team_funding", 0.8),),
            arenas=(Tag("agency"),),
            entities=entities,
            also="results",
        ),
        BlockAnnotation(Tag("work_done", 0.6)),
    )
    by = Annotator("model", "stand-in", "0", "0123456789ab")
    report = Report(0, Span(3, len(TEXT) - 1), "某县 总结", blocks, "title")
    source = Page("a.txt", "00", "text/plain", "utf-8", TEXT, (Line(Span(0, 2)),), ("one byte",))
    reports = PageReports(source, (report,), (Furniture(Span(0, 2), "menu"),), ("no date",))
    annotation = Annotation(report, said, by, "work_summary", {"year": 2023})
    return PageAnnotation(reports, (annotation,), by)


def test_a_page_survives_json(page: PageAnnotation) -> None:
    once = dumped(page_json(page, with_persons=True))
    again = page_from_json(json.loads(once))
    assert dumped(page_json(again, with_persons=True)) == once
    assert again.annotations == page.annotations


def test_json_has_the_promised_fields(page: PageAnnotation) -> None:
    entries = page_json(page)
    assert list(entries) == [
        "schema", "file", "text", "annotator", "reports", "furniture", "warnings",
    ]  # fmt: skip
    assert entries["schema"] == "huibao/1"
    assert entries["text"] == TEXT
    assert entries["file"] == {
        "name": "a.txt",
        "sha256": "00",
        "media_type": "text/plain",
        "encoding": "utf-8",
    }
    assert entries["warnings"] == ["one byte", "no date"]
    block = entries["reports"][0]["blocks"][1]
    assert block["text"] == "一、投入20万元，由张三负责。"
    assert block["role"] == {
        "id": "work_done",
        "score": 0.91,
        "alternatives": [{"id": "results", "score": 0.05}],
        "also": ["results"],
    }
    assert block["categories"] == [{"id": "team_funding", "score": 0.8}]


def test_offsets_count_in_the_source_as_it_is(page: PageAnnotation) -> None:
    entries = page_json(page, with_persons=True)
    block = entries["reports"][0]["blocks"][1]
    sources = [TEXT[one["start"] : one["end"]] for one in block["entities"]]
    assert sources == ["20\n万元", "張三"]
    assert [one["text"] for one in block["entities"]] == ["20万元", "张三"]
    assert TEXT[entries["furniture"][0]["start"] : entries["furniture"][0]["end"]] == "首页"


def test_personal_names_are_told_only_when_asked_for(page: PageAnnotation) -> None:
    def types(entries: dict[str, Any]) -> list[str]:
        return [one["type"] for one in entries["reports"][0]["blocks"][1]["entities"]]

    assert types(page_json(page)) == ["MONEY"]
    assert types(page_json(page, with_persons=True)) == ["MONEY", "PERSON"]


def test_chinese_is_written_as_it_is(page: PageAnnotation) -> None:
    assert "某县" in dumped(page_json(page))


def test_pages_survive_a_file_of_json_lines(page: PageAnnotation, tmp_path: Path) -> None:
    path = tmp_path / "pages.jsonl"
    write_lines([page, page], path, with_persons=True)
    assert len(path.read_text("utf-8").splitlines()) == 2
    assert [one.annotations for one in read_lines(path)] == [page.annotations] * 2


def test_an_empty_line_of_a_file_is_no_page(page: PageAnnotation, tmp_path: Path) -> None:
    path = tmp_path / "pages.jsonl"
    write_lines([page], path)
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    assert len(list(read_lines(path))) == 1


def test_a_json_file_is_read(page: PageAnnotation, tmp_path: Path) -> None:
    path = tmp_path / "page.json"
    path.write_text(dumped(page_json(page), indent=1), "utf-8")
    assert read_json(path) == page_json(page)


def without_schema(entries: dict[str, Any]) -> None:
    del entries["schema"]


def of_a_later_schema(entries: dict[str, Any]) -> None:
    entries["schema"] = "huibao/2"


def without_text(entries: dict[str, Any]) -> None:
    del entries["text"]


def with_a_block_outside_the_text(entries: dict[str, Any]) -> None:
    entries["reports"][0]["blocks"][2]["end"] = 10_000


def with_a_block_turned_round(entries: dict[str, Any]) -> None:
    entries["reports"][0]["blocks"][2]["start"] = 10_000


def with_a_block_out_of_order(entries: dict[str, Any]) -> None:
    entries["reports"][0]["blocks"][0]["index"] = 2


def with_a_score_of_two(entries: dict[str, Any]) -> None:
    entries["reports"][0]["blocks"][1]["role"]["score"] = 2.0


@pytest.mark.parametrize(
    "damage",
    [
        without_schema,
        of_a_later_schema,
        without_text,
        with_a_block_outside_the_text,
        with_a_block_turned_round,
        with_a_block_out_of_order,
        with_a_score_of_two,
    ],
)
def test_what_is_no_page_is_refused(page: PageAnnotation, damage: Any) -> None:
    entries = page_json(page)
    damage(entries)
    with pytest.raises(ValueError, match=r"\S"):
        page_from_json(entries)
