"""Flags: what in a report contradicts itself, is hidden, said twice, cut off or not there."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from valued import valued

from huibao.annotation import Annotation
from huibao.facts import Fact, facts_of
from huibao.flags import FLAG_IDS, Flag, flags_json, flags_of
from huibao.flags.words import words
from huibao.labels import LabelSets
from huibao.report import Furniture, Page, PageReports, Report, Span

TITLE = "#title title_meta\n云溪县2023年民族工作总结\n"
WHOLE = "#p problems\n经费不足。\n#p plan\n继续努力。\n"


def done(text: str, *, before: str = TITLE, after: str = WHOLE) -> Annotation:
    return valued(f"{before}#p work_done\n{text}\n{after}")


def ids(flags: Sequence[Flag]) -> list[str]:
    return [flag.id for flag in flags]


def fact(annotation: Annotation, written: str, object: str, unit: str, **more: Any) -> Fact:
    """A fact whose amount stands in the report as `written`."""
    for block, said in zip(annotation.report.blocks, annotation.blocks, strict=True):
        for entity in said.entities:
            if entity.text == written:
                number = Decimal((entity.value or {})["value"])
                return msgspec.structs.replace(
                    Fact(block.index, entity.span, "QUANT", "train", "培训", object, number, unit),
                    **more,
                )
    raise AssertionError(f"{written} is not marked")


def test_a_sound_report_has_no_flags() -> None:
    report = done("召开会议{QUANT:3次}。")
    assert flags_of(report, facts_of(report)) == ()


@pytest.mark.parametrize(
    ("parts", "flagged"),
    [((40, 5), []), ((40, 4), ["breakdown_sum"]), ((40, 7), ["breakdown_sum"])],
)
def test_parts_that_do_not_make_up_their_total_are_flagged(
    parts: tuple[int, int], flagged: list[str]
) -> None:
    text = f"建成示范点{{QUANT:45个}}，其中省级{{QUANT:{parts[0]}个}}、县级{{QUANT:{parts[1]}个}}。"
    report = done(text)
    facts = [
        fact(report, "45个", "示范点", "个", parts_complete=True),
        fact(report, f"{parts[0]}个", "示范点", "个", part_of=0),
        fact(report, f"{parts[1]}个", "示范点", "个", part_of=0),
    ]
    flags = flags_of(report, facts)
    assert ids(flags) == flagged
    for flag in flags:
        assert (flag.about, len(flag.spans)) == ("示范点", 3)
        assert "45个" in flag.sentence


def test_one_object_with_two_totals_is_flagged() -> None:
    report = done("全县共有文艺团队{QUANT:23支}。节日里演出不断。目前文艺团队共{QUANT:17支}。")
    facts = [fact(report, "23支", "文艺团队", "支"), fact(report, "17支", "文艺团队", "支")]
    [flag] = flags_of(report, facts)
    assert (flag.id, flag.about) == ("two_totals", "文艺团队")
    assert "23支、17支" in flag.sentence


def test_two_meetings_of_different_size_are_no_contradiction() -> None:
    report = done("第一次会议到会{QUANT:30人}。第二次会议到会{QUANT:50人}。")
    facts = [fact(report, "30人", "会议", "人"), fact(report, "50人", "会议", "人")]
    assert flags_of(report, facts) == ()


@pytest.mark.parametrize(
    ("people", "attended", "flagged"),
    [("1200人", "860人次", ["person_against_person_time"]), ("300人", "860人次", [])],
)
def test_more_people_than_person_times_are_flagged(
    people: str, attended: str, flagged: list[str]
) -> None:
    report = done(f"培训干部{{QUANT:{attended}}}、{{QUANT:{people}}}。")
    facts = [fact(report, attended, "干部", "人次"), fact(report, people, "干部", "人")]
    assert ids(flags_of(report, facts)) == flagged


def test_counts_of_other_sentences_are_not_set_against_each_other() -> None:
    text = "培训干部{QUANT:860人次}。" + "各族群众踊跃参加。" * 4 + "培训干部{QUANT:1200人}。"
    report = done(text)
    facts = [fact(report, "860人次", "干部", "人次"), fact(report, "1200人", "干部", "人")]
    assert flags_of(report, facts) == ()


def test_persons_or_person_times_is_asked_where_both_are_written() -> None:
    assert ids(flags_of(done("培训{QUANT:300人（次）}。"))) == ["ambiguous_person_unit"]


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        ("{DATE:2023年5月3日}召开会议。", []),
        ("{DATE:2023年2月30日}召开会议。", ["impossible_date"]),
        ("{DATE:2021年5月}召开会议。", ["date_outside_period"]),
        ("{DATE:2021年}启动创建。", []),
        ("{DATE:5月3日}召开会议。", []),
        ("{DATE:x月x日}召开会议。", []),
    ],
)
def test_days_that_cannot_be_are_flagged(text: str, flagged: list[str]) -> None:
    title = "#title title_meta\n云溪县{DATE:2023年}民族工作总结\n"
    assert ids(flags_of(done(text, before=title))) == flagged


def test_a_deed_after_the_signature_is_flagged() -> None:
    signed = WHOLE + "#sig title_meta\n{DATE:2023年11月5日}\n"
    report = done("{DATE:2023年12月10日}召开会议。", after=signed)
    [flag] = flags_of(report)
    assert flag.id == "date_after_issue"
    assert "2023-11-05" in flag.sentence


def test_a_year_conflict_is_flagged_unless_the_report_covers_those_years() -> None:
    report = done("{DATE:2019年5月3日}、{DATE:2019年6月3日}召开会议。", before="")
    evidence = [{"year": 2019, "source": "dated", "block": 0}]
    fields = {"year": None, "year_conflict": True, "year_evidence": evidence}
    assert ids(flags_of(replace(report, fields=fields))) == ["year_conflict"]
    opening = "#p opening\n现将{DATE:2018—2020年}的工作总结如下。\n"
    covered = done("召开会议。", before=opening)
    assert ids(flags_of(replace(covered, fields=fields))) == []


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        ("在xx县***镇投入___万元，培训xx人。", True),
        ("使用LED屏播放标语，MAX型车辆两台。", False),
        ("召开某某会议。" + "各族群众共同参加，气氛热烈。" * 40, False),
    ],
)
def test_a_report_full_of_masks_is_flagged(text: str, flagged: bool) -> None:
    assert ("masked_share" in ids(flags_of(done(text)))) is flagged


@pytest.mark.parametrize(
    ("genre", "roles", "missing"),
    [
        ("work_summary", ["work_done", "problems", "plan"], []),
        ("work_summary", ["work_done"], ["problems", "plan"]),
        ("scheme", ["plan"], []),
        ("request_doc", ["opening"], ["request"]),
        ("experience_case", ["experience"], []),
    ],
)
def test_a_genre_misses_the_sections_it_needs(
    genre: str, roles: list[str], missing: list[str]
) -> None:
    marked = TITLE + "".join(f"#p {role}\n正文写在这里。\n" for role in roles)
    flags = flags_of(valued(marked, genre))
    assert [flag.about for flag in flags if flag.id == "missing_section"] == missing


def test_the_summary_of_a_campaign_needs_no_plan() -> None:
    marked = "#title title_meta\n云溪县宣传月工作总结\n#p work_done\n召开会议。\n"
    assert flags_of(valued(marked)) == ()


def test_a_report_without_genre_needs_no_section() -> None:
    assert flags_of(replace(valued(TITLE), genre=None)) == ()


@pytest.mark.parametrize(
    ("last", "flagged"),
    [
        ("#p plan\n下一步我们将继续抓好宣传教育和创建工作，", ["truncated"]),
        ("#h1 plan\n五、下一步打算", ["truncated"]),
        ("#p plan\n继续抓好宣传教育和创建工作。", []),
        ("#p plan\n谢谢大家", []),
        ("#p plan\n下一步我们将继续抓好宣传教育和创建工作\n#sig title_meta\n云溪县民宗局", []),
        ("#p plan\n继续努力。（未完待续）", ["truncated"]),
    ],
)
def test_a_text_that_breaks_off_is_flagged(last: str, flagged: list[str]) -> None:
    marked = f"{TITLE}#p work_done\n召开会议。\n#p problems\n经费不足。\n{last}\n"
    assert ids(flags_of(valued(marked))) == flagged


def test_a_link_to_another_text_is_no_pay_wall() -> None:
    report = done("召开会议。")
    text = "x" * report.report.span.end + "述职报告范文……点击查看全文>>"
    link = Furniture(Span(report.report.span.end, len(text)), "related links")
    page = Page("a.txt", "0", "text/plain", "utf-8", text, ())
    assert flags_of(report, source=PageReports(page, (report.report,), (link,))) == ()


def test_a_pay_wall_behind_the_report_is_flagged_from_the_furniture() -> None:
    report = done("召开会议。")
    text = "x" * report.report.span.end + "剩余 8 页，下载后阅读全文"
    wall = Span(report.report.span.end, len(text))
    page = Page("a.txt", "0", "text/plain", "utf-8", text, ())
    source = PageReports(page, (report.report,), (Furniture(wall, "end of a preview"),))
    [flag] = flags_of(report, source=source)
    assert (flag.id, flag.about, flag.spans) == ("truncated", "site", (wall,))


def test_a_body_that_stands_twice_is_flagged() -> None:
    first = done(
        "各族群众共同参加了宣传月活动。", after="#p plan\n各族群众共同参加了宣传月活动。\n"
    )
    blocks = list(first.report.blocks)
    blocks[2] = replace(blocks[2], duplicate_of=1)
    twice = Report(0, first.report.span, first.report.title, tuple(blocks))
    assert "repeated_text" in ids(flags_of(replace(first, report=twice)))


def test_the_json_of_a_flag_names_blocks_and_offsets_of_the_page() -> None:
    report = done("培训{QUANT:300人（次）}。")
    [entry] = flags_json(flags_of(report))
    assert entry["id"] in FLAG_IDS
    [span] = entry["spans"]
    assert entry["blocks"] == [1]
    assert span["end"] - span["start"] == len("300人（次）")


def test_every_genre_and_role_of_the_flag_words_is_a_label(label_sets: LabelSets) -> None:
    for genre, needed in words().required.items():
        assert genre in label_sets.genres
        for role in (role for roles in needed for role in roles):
            assert role in label_sets.roles
            assert role in words().names
