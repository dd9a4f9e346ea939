"""Which kind of report a report is, and that readers are measured on each."""

import pytest

from huibao.annotation import PageAnnotation
from huibao.gold_pages import annotated
from huibao.label_files import load_label_sets
from huibao.marked import parse_marked
from huibao.report import Span
from huibao_training.baselines import rule_reader
from huibao_training.comparison import comparison_json, reading_of
from huibao_training.evaluate import evaluated
from huibao_training.strata import HIDDEN, masks_per_thousand, strata_of
from huibao_training.tables import comparison_text, strata_table

HEADER = "genre: work_summary\nauthor: town\nyear: 2023\ntraits: fullwidth\n---\n"
TITLE = "#title title_meta\n石雁镇民族团结进步工作总结\n"
BODY = "#p work_done\n镇党委召开会议部署全年工作，走村入户发放宣传资料，群众反响很好。\n"
HEADING = "#h1 problems\n一、存在的问题\n#p problems\n经费不足。\n"

KINDS = [
    ("no headings", TITLE + BODY, {"headless", "clean", "flowing lines", "Simplified", "ethnic unity"}),
    ("with a heading", TITLE + HEADING, {"headed", "clean", "flowing lines", "Simplified", "ethnic unity"}),
    ("masked", TITLE + "#p plan\n投入xx万元，建___个。\n", {"headless", "masked", "flowing lines", "Simplified", "ethnic unity"}),
    ("Traditional", "#title title_meta\n石雁鎮民族團結進步工作總結\n#p plan\n繼續開展宣傳。\n", {"headless", "clean", "flowing lines", "Traditional", "ethnic unity"}),
    ("wrapped by hand", TITLE + "#p plan\n继续\n开展宣传。\n", {"headless", "clean", "wrapped lines", "Simplified", "ethnic unity"}),
    ("another subject", "#title title_meta\n石雁镇政府工作报告\n" + BODY, {"headless", "clean", "flowing lines", "Simplified", "other subjects"}),
]  # fmt: skip
MADE = {HIDDEN, "made Traditional"}


def _page(marks: str) -> PageAnnotation:
    return annotated(parse_marked(HEADER + marks, "a"))


def _names(*pages: PageAnnotation) -> set[str]:
    reader = rule_reader(load_label_sets())
    return {one.name for one in strata_of(reader, pages, evaluated(reader, pages))}


@pytest.mark.parametrize(("marks", "kinds"), [row[1:] for row in KINDS], ids=[row[0] for row in KINDS])  # fmt: skip
def test_a_report_is_of_one_kind_in_every_respect(marks: str, kinds: set[str]):
    assert _names(_page(marks)) - MADE == kinds


def test_only_what_has_headings_has_them_hidden_and_only_simplified_is_made_traditional():
    assert {row[0]: _names(_page(row[1])) & MADE for row in KINDS} == {
        row[0]: {HIDDEN} & _with(row, "headed") | {"made Traditional"} & _with(row, "Simplified")
        for row in KINDS
    }


def _with(row: tuple[str, str, set[str]], kind: str) -> set[str]:
    return MADE if kind in row[2] else set()


def test_the_headings_of_an_extract_are_not_all_known():
    page = _page(TITLE + HEADING)
    extract = PageAnnotation(page.source, page.annotations, page.annotator, (Span(0, 1),))
    assert not _names(extract) & {"headed", "headless", HIDDEN}


@pytest.mark.parametrize(
    ("text", "masks"),
    [("投入xx万元。", 1), ("___县××局****年", 3), ("20xx年x月", 2), ("PPT与WiFi", 0), ("五年", 0)],
)
def test_masks_are_counted_as_the_model_reads_them(text: str, masks: int):
    (annotation,) = _page(f"#p plan\n{text}\n").annotations
    assert masks_per_thousand(annotation) == pytest.approx(1000 * masks / len(text))


def test_reports_of_one_page_are_told_apart():
    page = _page(f"{TITLE}{HEADING}#report work_summary\n{TITLE}{BODY}")
    reader = rule_reader(load_label_sets())
    strata = {one.name: one for one in strata_of(reader, [page], evaluated(reader, [page]))}
    assert [len(strata[name].evaluation.reports) for name in ("headed", "headless")] == [1, 1]
    assert (strata["headed"].blocks, strata[HIDDEN].blocks, strata["headless"].blocks) == (3, 2, 2)


def test_without_its_heading_a_rule_no_longer_knows_the_role():
    reading = reading_of(rule_reader(load_label_sets()), [_page(TITLE + HEADING)])
    recall = {one.name: one.evaluation.total.label("role", "problems").recall for one in reading.strata}  # fmt: skip
    assert (recall["headed"], recall[HIDDEN]) == (1.0, 0.0)


def test_tables_and_json_tell_of_every_kind_and_every_reader():
    gold = [_page(row[1]) for row in KINDS]
    reading = reading_of(rule_reader(load_label_sets()), gold)
    rows = strata_table(reading.strata).split("\n")[2:]
    assert len(rows) == len(reading.strata)
    assert rows[0].startswith("| headed | 1 | 3 | 1.000 |")
    told = comparison_json(reading, {"again": reading})
    assert told["strata"]["headless"]["reports"] == 5
    assert set(told["others"]["again"]["difference"]) == set(told["figures"])
    text = comparison_text("rules", reading, {"again": reading})
    assert "| figure | rules | again |" in text
    assert "| role accuracy, heading hidden | 0.500 | 0.500 |" in text
    assert "| role accuracy | +0.000 [+0.00, +0.00] |" in text
