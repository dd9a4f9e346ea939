"""Every number of a report gets its verb and its noun; a strict score over sentences of our own."""

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from huibao.annotation import Annotation, Annotator, BlockAnnotation, Mention, Tag
from huibao.facts import Fact, facts_json, facts_of, part_sum_faults
from huibao.facts.context import actor_of, place_of, sentence_start, sentence_starts
from huibao.reader import entities_of
from huibao.report import Block, Report, Span
from huibao.text.canonical import canonical, canonical_characters
from huibao.values.report_values import with_values
from huibao.values.rules import find_mentions

HERE = Path(__file__).parent


def annotated(*sentences: str, role: str = "work_done", title: str = "") -> Annotation:
    """A report of paragraphs, read by the rules alone."""
    blocks, place = [], 0
    texts = (title, *sentences) if title else sentences
    for index, source in enumerate(texts):
        text, origin = canonical(canonical_characters(source), 0, len(source))
        span = Span(place, place + len(source))
        kind = "title" if title and index == 0 else "paragraph"
        blocks.append(Block(index, kind, 1, None, span, text, tuple(place + o for o in origin)))  # type: ignore[arg-type]  # a literal
        place = span.end + 1
    report = Report(0, Span(0, place), title, tuple(blocks))
    values = with_values(report, [find_mentions(b.text) for b in blocks], [role] * len(blocks))
    said = tuple(
        BlockAnnotation(Tag(role), entities=entities_of(block, mentions))
        for block, mentions in zip(blocks, values.mentions, strict=True)
    )
    return Annotation(report, said, Annotator("rule", "test", "0", ""), None, values.fields)


def row(fact: Fact) -> tuple[Any, ...]:
    value = None if fact.value is None else f"{fact.value.normalize():f}"
    return fact.verb_class, fact.object, value, fact.unit, fact.status


def expected_rows(entry: dict[str, Any]) -> list[tuple[Any, ...]]:
    rows = []
    for deed, noun, value, unit, status in entry["facts"]:
        number = None if value is None else f"{Decimal(str(value)).normalize():f}"
        rows.append((deed, noun, number, unit, status))
    return rows


def strict_f1(entries: list[dict[str, Any]]) -> tuple[float, list[str]]:
    """F1 over whole facts, and what was missed or invented."""
    right = found = wanted = 0
    faults = []
    for entry in entries:
        got = Counter(
            map(row, facts_of(annotated(entry["text"], role=entry.get("role", "work_done"))))
        )
        want = Counter(expected_rows(entry))
        right += sum((got & want).values())
        found, wanted = found + got.total(), wanted + want.total()
        if got != want:
            faults.append(f"{entry['text']}\n  - {list(want - got)}\n  + {list(got - want)}")
    return 2 * right / (found + wanted), faults


def entries_of(name: str) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = yaml.safe_load((HERE / name).read_text("utf-8"))
    return data


def fact_of(text: str, index: int = 0, **how: Any) -> Fact:
    return facts_of(annotated(text, **how))[index]


@pytest.mark.parametrize(
    ("name", "goal"),
    [
        ("facts_tuned.yaml", 0.98),
        ("facts_held_out.yaml", 0.92),
        ("facts_fresh.yaml", 0.88),
        ("facts_unseen.yaml", 0.80),
    ],
)
def test_facts_are_found_whole_with_verb_object_value_unit_and_status(
    name: str, goal: float
) -> None:
    score, faults = strict_f1(entries_of(name))
    assert score >= goal, "\n".join(faults)


def test_a_fact_points_at_the_unchanged_source() -> None:
    source = "县里发放宣传资料 3,000 份。"
    (fact,) = facts_of(annotated(source))
    assert source[fact.span.start : fact.span.end].replace(" ", "") == "3,000份"
    assert (fact.block, fact.type, fact.verb, fact.approx) == (0, "QUANT", "发放", "eq")


def test_a_masked_number_has_no_value() -> None:
    fact = fact_of("投入资金xx万元。")
    assert (fact.value, fact.masked, fact.object) == (None, True, "资金")


@pytest.mark.parametrize("role", ["plan", "directive", "request"])
def test_what_a_plan_counts_is_never_done(role: str) -> None:
    text = "召开会议3次，发放资料500份，培训干部60人，建成广场2个，惠及群众900人。"
    facts = facts_of(annotated(text, role=role))
    assert len(facts) == 5
    assert not {fact.status for fact in facts} & {"done", "cumulative", "stated"}


def test_parts_name_their_total_and_keep_its_status() -> None:
    facts = facts_of(annotated("开展宣讲2场。创建示范点45个（省级40个、县级5个）。"))
    assert [fact.part_of for fact in facts] == [None, None, 1, 1]
    assert [fact.status for fact in facts] == ["done"] * 4
    assert list(part_sum_faults(facts)) == []


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("化解纠纷40起（婚姻15起、土地17起、劳务10起）。", "42"),
        ("打造示范点45个（省级30个、县级5个）。", "35"),
    ],
)
def test_parts_that_do_not_make_up_their_total_are_a_fault(text: str, added: str) -> None:
    (fault,) = part_sum_faults(facts_of(annotated(text)))
    assert (fault.total, f"{fault.sum}") == (0, added)


@pytest.mark.parametrize(
    "text",
    [
        "打造示范点45个（其中省级30个、县级5个）。",
        "打造示范点45余个（省级30个、县级5个）。",
        "打造示范点xx个（省级30个、县级5个）。",
        "组建宣讲队（由12名教师组成）4支。",
    ],
)
def test_an_open_vague_or_masked_breakdown_is_no_fault(text: str) -> None:
    assert list(part_sum_faults(facts_of(annotated(text)))) == []


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2023年5月召开会议3次。", "2023-05-01/2023-05-31"),
        ("今年召开会议3次。", "2023-01-01/2023-12-31"),
        ("召开会议3次。", "2023-01-01/2023-12-31"),
        ("2021年9月挂牌。召开会议3次。", "2023-01-01/2023-12-31"),
        ("每月召开会议3次。", "2023-01-01/2023-12-31"),
    ],
)
def test_the_period_is_the_nearest_date_or_the_report_s_year(text: str, period: str) -> None:
    assert fact_of(text, title="云岭县2023年工作总结").period == period


def test_ages_and_spans_of_time_are_no_facts_but_hours_of_service_are() -> None:
    texts = ("连续6年无事故，为60岁老人服务。", "志愿服务时长1200小时。")
    assert [fact.unit for fact in facts_of(annotated(*texts))] == ["小时"]


def test_foreign_and_shared_money_keep_their_unit() -> None:
    assert fact_of("每人补助500元。").unit == "元/人"
    assert fact_of("引进外资30万美元。").unit == "USD"


def test_facts_are_the_same_after_json() -> None:
    facts = facts_of(annotated("创建示范点45个（省级40个、县级5个），投入20万元。"))
    rows = facts_json(facts)
    assert [one["value"] for one in rows] == ["45", "40", "5", "200000"]
    assert [one["part_of"] for one in rows] == [None, 0, 0, None]


def test_long_text_without_stops_is_read_in_time() -> None:
    text = "开展宣传3次发放资料" * 2000
    assert len(facts_of(annotated(text))) == 2000


@pytest.mark.parametrize(
    ("text", "actor", "place"),
    [
        ("县民宗局在柳湾镇举办培训班3期。", "县民宗局", "柳湾镇"),
        ("县民宗局联合县司法局开展宣讲4场。", "县民宗局", None),
        ("县民宗局成立；举办培训班3期。", None, None),
        ("向县民宗局报送信息9条。", None, None),
    ],
)
def test_actor_and_place_stand_before_the_amount_in_its_sentence(
    text: str, actor: str | None, place: str | None
) -> None:
    def mentions(kind: str, *names: str) -> list[Mention]:
        return [Mention(kind, text.index(n), text.index(n) + len(n)) for n in names if n in text]

    amount = next(m.start for m in find_mentions(text) if m.type == "QUANT")
    sentence = sentence_start(sentence_starts(text), amount)
    assert actor_of(text, sentence, amount, mentions("ORG", "县民宗局", "县司法局")) == actor
    assert place_of(text, sentence, amount, mentions("LOC", "柳湾镇")) == place
