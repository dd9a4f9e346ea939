"""Evidence: what a report shows for each indicator, in counts and quotes, and what it does not show."""

from dataclasses import replace
from decimal import Decimal

import msgspec
import pytest

from huibao.annotation import Annotation
from huibao.evidence import evidence_json, evidence_of, no_evidence
from huibao.facts import Fact
from huibao.gold_pages import annotated
from huibao.label_files import load_indicator_profiles
from huibao.labels import Indicator, IndicatorProfile, LabelSets
from huibao.marked import parse_marked
from huibao.report import Span

PROFILE = IndicatorProfile(
    id="two",
    name="两项指标",
    issuer=None,
    year=None,
    complete=True,
    source="测试自拟",
    indicators=(
        Indicator("1", "组织领导", None, None),
        Indicator("1.1", "会议与文件", "1", None, categories=("org_leadership",)),
        Indicator("1.2", "督查", "1", None, categories=("supervision",)),
        Indicator("2", "创新", None, None, roles=("experience",)),
    ),
)


def read(*blocks: tuple[str, str]) -> Annotation:
    marked = "".join(f"#{mark}\n{text}\n" for mark, text in blocks)
    [one] = annotated(parse_marked(f"genre: work_summary\n---\n{marked}")).annotations
    return one


@pytest.mark.parametrize(
    ("mark", "counted", "ahead"),
    [
        ("p work_done org_leadership", 1, 0),
        ("i results org_leadership", 1, 0),
        ("p plan org_leadership", 0, 1),
        ("p problems org_leadership", 0, 0),
        ("h1 work_done org_leadership", 0, 0),
        ("title title_meta org_leadership", 0, 0),
        ("p work_done publicity_education", 0, 0),
    ],
)
def test_only_blocks_that_tell_of_something_done_count(
    label_sets: LabelSets, mark: str, counted: int, ahead: int
) -> None:
    report = read((mark, "召开领导小组会议三次，印发方案。"))
    row = evidence_of(report, PROFILE, label_sets.categories)[1]
    assert (len(row.blocks), len(row.ahead)) == (counted, ahead)
    assert row.missing is (counted == 0)


def test_a_parent_gathers_what_its_sub_indicators_show(label_sets: LabelSets) -> None:
    report = read(
        ("p work_done org_leadership", "召开领导小组会议三次。"),
        ("p work_done supervision", "开展督查两轮，整改问题。"),
        ("p work_done org_leadership supervision", "领导小组督查一次。"),
    )
    rows = {row.indicator: row for row in evidence_of(report, PROFILE, label_sets.categories)}
    assert rows["1"].blocks == (0, 1, 2)
    assert (rows["1.1"].blocks, rows["1.2"].blocks) == ((0, 2), (1, 2))


def test_a_role_can_be_evidence(label_sets: LabelSets) -> None:
    report = read(("p experience", "探索“石榴议事亭”工作法。"))
    assert evidence_of(report, PROFILE, label_sets.categories)[3].blocks == (0,)


def test_facts_of_the_blocks_are_counted_without_plans(label_sets: LabelSets) -> None:
    report = read(("p work_done org_leadership", "召开会议3次，计划再开2次。"))

    def fact(status: str) -> Fact:
        return Fact(0, Span(4, 6), "QUANT", "meet", "召开", "会议", Decimal(3), "次", status=status)

    facts = [fact("done"), fact("planned"), fact("target"), fact("stated")]
    assert evidence_of(report, PROFILE, label_sets.categories, facts)[1].facts == 2


def test_the_best_quote_has_keyword_and_numbers_and_its_place_in_the_page(
    label_sets: LabelSets,
) -> None:
    text = "各级十分重视这项工作。召开领导小组会议{QUANT:3次}，印发{DOC_TITLE:《创建方案》}。大家反响很好很热烈。"
    report = read(("title title_meta", "云溪县工作总结"), ("p work_done org_leadership", text))
    quote = evidence_of(report, PROFILE, label_sets.categories, quotes=1)[1].quotes[0]
    assert quote.text == "召开领导小组会议3次，印发《创建方案》。"
    start = report.report.blocks[1].span.start
    assert (quote.block, quote.span) == (1, Span(start + 11, start + 11 + len(quote.text)))


def test_a_masked_number_makes_no_sentence_better(label_sets: LabelSets) -> None:
    text = "领导小组召开会议{QUANT:xx次}。领导小组召开会议{QUANT:3次}。"
    report = read(("p work_done org_leadership", text))
    [said] = report.blocks
    masked = msgspec.structs.replace(said.entities[0], value={"masked": True})
    report = replace(report, blocks=(replace(said, entities=(masked, said.entities[1])),))
    quote = evidence_of(report, PROFILE, label_sets.categories, quotes=1)[1].quotes[0]
    assert quote.text == "领导小组召开会议3次。"


def test_a_long_sentence_is_quoted_in_part(label_sets: LabelSets) -> None:
    report = read(("p work_done org_leadership", "召开领导小组会议，" * 40))
    [quote] = evidence_of(report, PROFILE, label_sets.categories)[1].quotes
    assert 8 <= len(quote.text) <= 120


def test_the_checklist_names_the_indicators_without_evidence(label_sets: LabelSets) -> None:
    report = read(("p work_done org_leadership", "召开领导小组会议三次。"))
    matrix = evidence_of(report, PROFILE, label_sets.categories)
    assert [row.indicator for row in no_evidence(matrix)] == ["1.2", "2"]
    shown = evidence_json(PROFILE, matrix)
    assert shown["no_evidence"] == ["1.2", "2"]
    assert "score" not in str(shown)
    assert [row["blocks"] for row in shown["indicators"]] == [1, 1, 0, 0]


def test_every_shipped_profile_gives_a_row_for_each_indicator(label_sets: LabelSets) -> None:
    report = read(("p work_done org_leadership", "召开领导小组会议三次。"))
    for profile in load_indicator_profiles().values():
        matrix = evidence_of(report, profile, label_sets.categories)
        assert [row.indicator for row in matrix] == [line.id for line in profile.indicators]
        assert any(not row.missing for row in matrix)
