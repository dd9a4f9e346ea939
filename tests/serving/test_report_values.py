"""The whole report settles what a block alone cannot: the year, the status, the parts, the names."""

from typing import Any

import pytest

from huibao.annotation import Mention
from huibao.report import Block, BlockKind, Report, Span
from huibao.values.parts import parts_of
from huibao.values.report_values import ReportValues, with_values
from huibao.values.rules import find_mentions
from huibao.values.status import status_of


def report_of(title: str, *blocks: tuple[BlockKind, str]) -> Report:
    """A report whose paragraphs stand under the last heading before them."""
    made: list[Block] = []
    place, heading = 0, None
    for kind, text in (("title", title), *blocks):
        index, span = len(made), Span(place, place + len(text))
        origin = tuple(range(span.start, span.end))
        parent = None if kind in ("title", "heading", "signature") else heading
        made.append(Block(index, kind, int(kind == "heading"), parent, span, text, origin))  # type: ignore[arg-type]  # a literal
        heading = index if kind == "heading" else heading
        place = span.end + 1
    return Report(0, Span(0, place), title, tuple(made))


def valued(report: Report, roles: dict[int, str] | None = None) -> ReportValues:
    said = [(roles or {}).get(block.index, "work_done") for block in report.blocks]
    return with_values(report, [find_mentions(block.text) for block in report.blocks], said)


def value(values: ReportValues, block: int, mention: int = 0) -> dict[str, Any]:
    found = values.mentions[block][mention].value
    assert found is not None
    return dict(found)


@pytest.mark.parametrize(
    ("title", "blocks", "year"),
    [
        ("云岭县2023年民族团结进步工作总结", [], 2023),
        ("云岭县2023年工作总结和2024年工作计划", [], 2023),
        ("云岭县创建工作汇报", [("signature", "2022年8月3日")], 2022),
        ("清水镇创建工作总结", [("signature", "2024年1月5日")], 2023),
        ("政府工作报告", [("title", "——2026年1月20日在县人民代表大会上")], 2026),
        ("云岭县创建工作汇报", [("paragraph", "2021年5月召开会议，2021年8月验收。")], 2021),
        ("云岭县创建工作汇报", [("paragraph", "学习党的二十大精神。")], None),
        ("云岭县20xx年工作总结", [], None),
    ],
)
def test_the_year_is_voted_from_title_signature_and_dates(
    title: str, blocks: list[tuple[BlockKind, str]], year: int | None
) -> None:
    assert valued(report_of(title, *blocks)).fields["year"] == year


def test_the_evidence_for_the_year_is_kept() -> None:
    fields = valued(report_of("云岭县2023年工作总结", ("signature", "2023年12月8日"))).fields
    assert [(e["year"], e["source"], e["block"]) for e in fields["year_evidence"]] == [
        (2023, "title", 0),
        (2023, "signature", 1),
    ]
    assert fields["year_conflict"] is False


def test_dates_of_another_year_than_the_title_are_a_conflict() -> None:
    text = "2021年5月召开动员会，2021年9月开展宣传，2022年3月验收。"
    fields = valued(report_of("云岭县2024年创建工作总结", ("paragraph", text))).fields
    assert (fields["year"], fields["year_conflict"]) == (2024, True)


def test_a_government_report_tells_of_the_year_before() -> None:
    report = report_of(
        "2026年政府工作报告",
        ("heading", "一、2025年工作回顾"),
        ("paragraph", "一年来，我们建成学校3所。今年要再建2所。"),
    )
    values = valued(report)
    assert value(values, 2, 0)["from"] == "2025-01-01"
    assert value(values, 2, 2)["from"] == "2026-01-01"
    assert values.fields["year_conflict"] is False


def test_a_bare_month_takes_the_year_of_its_heading() -> None:
    report = report_of(
        "云岭县2023年工作总结",
        ("heading", "四、2024年工作打算"),
        ("paragraph", "6月底前完成验收。"),
    )
    assert value(valued(report), 2)["to"] == "2024-06-30"


def test_a_bare_month_follows_the_date_before_it_in_its_block() -> None:
    report = report_of("云岭县2023年工作总结", ("paragraph", "2021年5月启动，9月挂牌。"))
    assert value(valued(report), 1, 1)["from"] == "2021-09-01"


@pytest.mark.parametrize(
    ("text", "role", "status"),
    [
        ("召开推进会5次", "work_done", "done"),
        ("已投入资金20万元", "plan", "done"),
        ("投入资金20万元", "plan", "planned"),
        ("计划投资500万元", "work_done", "planned"),
        ("拟举办培训班5期", "work_done", "planned"),
        ("拟举办培训班，培训500人", "work_done", "planned"),
        ("打造示范点10个以上", "plan", "target"),
        ("满意率力争达到98%", "plan", "target"),
        ("每年安排经费15万元", "work_done", "recurring"),
        ("累计发放资料3000份", "work_done", "cumulative"),
        ("申请项目资金80万元", "work_done", "applied"),
        ("恳请支持资金2000万元", "request", "applied"),
        ("全县辖12个乡镇", "basic_situation", "stated"),
        ("印发《三年行动计划》，分解任务27项", "work_done", "done"),
        ("2000万元以上的企业", "basic_situation", "threshold"),
    ],
)
def test_verbs_and_role_tell_whether_it_has_happened(text: str, role: str, status: str) -> None:
    amounts = [m for m in find_mentions(text) if m.type in ("MONEY", "QUANT")]
    assert status_of(text, amounts[-1], role) == status


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("创建示范点45个（省级40个、县级5个）", {1: 0, 2: 0}),
        ("投入200万元，其中省级50万元", {1: 0}),
        ("发展47个：一期1个、二期19个、三期27个", {1: 0, 2: 0, 3: 0}),
        ("省级3个、市级5个，共8个", {0: 2, 1: 2}),
        ("发放资料45份，悬挂横幅40条，展板5块", {}),
        ("走访45户，慰问40户，帮扶5户", {}),
        ("示范点50余个（省级40个、县级5个）", {}),
        ("示范点xx个（省级40个、县级5个）", {}),
    ],
)
def test_parts_are_linked_to_the_total_they_sum_up_to(text: str, parts: dict[int, int]) -> None:
    assert parts_of(text, find_mentions(text)) == parts


def test_a_part_names_its_total() -> None:
    report = report_of("云岭县创建工作汇报", ("paragraph", "创建示范点45个（省级40个、县级5个）。"))
    part = value(valued(report), 1, 1)
    assert (part["status"], part["part_of"]) == ("part_of", {"entity": 0, "text": "45个"})


def test_money_says_where_it_comes_from() -> None:
    text = "县财政安排经费20万元，争取省级资金300万元，捐赠价值5万元的书籍。"
    values = valued(report_of("云岭县创建工作汇报", ("paragraph", text)))
    found = [value(values, 1, index) for index in range(3)]
    assert [v["source_level"] for v in found] == ["county", "province", "social"]
    assert [v["kind"] for v in found] == ["cash", "cash", "in_kind"]


def test_a_masked_sum_stays_without_a_number() -> None:
    values = valued(report_of("云岭县创建工作汇报", ("paragraph", "投资___万元。")))
    assert (value(values, 1)["cny"], value(values, 1)["masked"]) == (None, True)


def test_a_models_mention_is_given_a_value_too() -> None:
    report = report_of("云岭县创建工作汇报", ("paragraph", "县政协、人大听取汇报，投入20万元。"))
    found = [Mention("ORG", 0, 3), Mention("ORG", 4, 6), Mention("MONEY", 13, 17)]
    values = with_values(report, [[Mention("LOC", 0, 3)], found], [None, None])
    assert [value(values, 1, index).get("canonical") for index in (0, 1)] == [
        "云岭县政协",
        "云岭县人大",
    ]
    assert value(values, 1, 2)["cny"] == "200000"
    assert values.fields["place"] == "云岭县"


def test_a_sum_found_by_rule_is_found_once() -> None:
    kinds = [m.type for m in find_mentions("2023年投入20万元，培训回族群众300余人次")]
    assert kinds == ["DATE", "MONEY", "ETHNIC", "QUANT"]
