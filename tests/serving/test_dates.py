"""Dates are found whole and become ISO intervals; a mask stays X and is never guessed."""

from typing import Any

import pytest

from huibao.values.date_values import date_value
from huibao.values.dates import date_spans
from huibao.values.intervals import Point


def found(text: str) -> list[str]:
    return [text[start:end] for start, end in date_spans(text)]


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("2023年5月10日，镇里召开动员会", ["2023年5月10日"]),
        ("二〇一九年六月三日", ["二〇一九年六月三日"]),
        ("5月份开展集中宣传", ["5月份"]),
        ("5月下旬启动", ["5月下旬"]),
        ("10月底前完成整改", ["10月底前"]),
        ("4月15日前提交材料", ["4月15日前"]),
        ("2018年至2020年累计投入", ["2018年至2020年"]),
        ("2016至2020年", ["2016至2020年"]),
        ("1—11月份共接待", ["1—11月份"]),
        ("5月20日至6月6日", ["5月20日至6月6日"]),
        ("9月中旬至10月上旬", ["9月中旬至10月上旬"]),
        ("2016年以来建成的水渠", ["2016年以来"]),
        ("2023.5.10印发", ["2023.5.10"]),
        ("2023-05-10印发", ["2023-05-10"]),
        ("1.2023年10月底前完成", ["2023年10月底前"]),
        ("今年上半年，我县", ["今年上半年"]),
        ("前三季度完成", ["前三季度"]),
        ("一年来，我们", ["一年来"]),
        ("过去五年，我们", ["过去五年"]),
        ("今后五年的目标", ["今后五年"]),
        ("三年共争取资金", ["三年"]),
        ("近三年没有发生", ["近三年"]),
        ("“十四五”时期", ["“十四五”时期"]),
        ("十三五期间", ["十三五期间"]),
        ("年底前建成", ["年底前"]),
        ("每季度通报", ["每季度"]),
        ("每月15日报送", ["每月15日"]),
        ("每周一升旗", ["每周一"]),
        ("上世纪八十年代", ["上世纪八十年代"]),
        ("20xx年x月x日", ["20xx年x月x日"]),
        ("5月x日开幕", ["5月x日"]),
        ("20××年×月", ["20××年×月"]),
        ("201x年底", ["201x年底"]),
        ("XX年9月", ["XX年9月"]),
    ],
)
def test_a_date_is_found_whole(text: str, dates: list[str]) -> None:
    assert found(text) == dates


@pytest.mark.parametrize(
    "text",
    [
        "主要体现在三个方面",
        "第十一批示范单位",
        "已有1800余名群众参加",
        "民委发〔2018〕1号",
        "12.4宪法宣传日",
        "党的十八大精神",
        "近年来成效明显",
        "目前正在推进",
        "“十四五”规划",
        "长期以来形成的传统",
        "三年级学生",
        "每年级两个班",
        "日常管理",
        "百年奋斗",
        "以上年龄的老人",
        "增长6.5%",
    ],
)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "first", "last", "granularity", "kind"),
    [
        ("2023年", "2023-01-01", "2023-12-31", "year", "point"),
        ("2023年度", "2023-01-01", "2023-12-31", "year", "point"),
        ("2024年2月", "2024-02-01", "2024-02-29", "month", "point"),
        ("2023年5月10日", "2023-05-10", "2023-05-10", "day", "point"),
        ("二〇一九年六月三日", "2019-06-03", "2019-06-03", "day", "point"),
        ("二O一一年", "2011-01-01", "2011-12-31", "year", "point"),
        ("2023.5.10", "2023-05-10", "2023-05-10", "day", "point"),
        ("2023年5月上旬", "2023-05-01", "2023-05-10", "dekad", "point"),
        ("2023年5月下旬", "2023-05-21", "2023-05-31", "dekad", "point"),
        ("2023年上半年", "2023-01-01", "2023-06-30", "half", "point"),
        ("2023年第二季度", "2023-04-01", "2023-06-30", "quarter", "point"),
        ("2020年秋季学期", "2020-09-01", "2021-01-31", "multi", "point"),
        ("2018年至2020年", "2018-01-01", "2020-12-31", "multi", "range"),
        ("2016至2020年", "2016-01-01", "2020-12-31", "multi", "range"),
        ("2021-2025年", "2021-01-01", "2025-12-31", "multi", "range"),
        ("2023年1月至6月", "2023-01-01", "2023-06-30", "month", "range"),
        ("2023年5月10日至15日", "2023-05-10", "2023-05-15", "day", "range"),
        ("2023年10月底前", None, "2023-10-31", "dekad", "deadline"),
        ("2008年以来", "2008-01-01", None, "year", "open_from"),
        ("“十四五”时期", "2021-01-01", "2025-12-31", "multi", "range"),
        ("“十二五”期间", "2011-01-01", "2015-12-31", "multi", "range"),
        ("上世纪八十年代", "1980-01-01", "1989-12-31", "multi", "range"),
        ("5月", "XXXX-05-01", "XXXX-05-31", "month", "point"),
        ("2月30日", None, None, "day", "point"),
    ],
)
def test_a_date_is_worth_an_interval(
    text: str, first: str | None, last: str | None, granularity: str, kind: str
) -> None:
    value = date_value(text)
    assert (value["from"], value["to"]) == (first, last)
    assert (value["granularity"], value["kind"]) == (granularity, kind)
    assert value["masked"] is False


@pytest.mark.parametrize(
    ("text", "first", "last", "kind"),
    [
        ("今年", "2023-01-01", "2023-12-31", "relative"),
        ("去年", "2022-01-01", "2022-12-31", "relative"),
        ("上年度", "2022-01-01", "2022-12-31", "relative"),
        ("明年第二季度", "2024-04-01", "2024-06-30", "relative"),
        ("去年暑期", "2022-07-01", "2022-08-31", "relative"),
        ("今明两年", "2023-01-01", "2024-12-31", "relative"),
        ("上半年", "2023-01-01", "2023-06-30", "point"),
        ("前三季度", "2023-01-01", "2023-09-30", "point"),
        ("前十个月", "2023-01-01", "2023-10-31", "point"),
        ("1—6月", "2023-01-01", "2023-06-30", "range"),
        ("年底前", None, "2023-12-31", "deadline"),
        ("全年", "2023-01-01", "2023-12-31", "point"),
        ("三年来", "2021-01-01", "2023-12-31", "duration"),
        ("过去五年", "2019-01-01", "2023-12-31", "duration"),
        ("今后五年", "2024-01-01", "2028-12-31", "duration"),
    ],
)
def test_a_relative_date_counts_from_the_reports_year(
    text: str, first: str | None, last: str, kind: str
) -> None:
    value = date_value(text, year=2023)
    assert (value["from"], value["to"], value["kind"]) == (first, last, kind)
    assert value["anchor"] is not None
    assert value["confidence"] < 1


def test_a_bare_month_belongs_to_the_date_before_it() -> None:
    value = date_value("6月", year=2023, near=Point("2021", "05"))
    assert value["from"] == "2021-06-01"


def test_a_bare_day_takes_the_month_of_the_date_before_it() -> None:
    value = date_value("15日", year=2023, near=Point("2023", "05"))
    assert value["from"] == "2023-05-15"


@pytest.mark.parametrize(
    ("text", "first", "parts"),
    [
        ("20xx年", "20XX-01-01", ["year"]),
        ("201x年", "201X-01-01", ["year"]),
        ("20-年", "20XX-01-01", ["year"]),
        ("XX年", "XXXX-01-01", ["year"]),
        ("2023年x月", "2023-XX-XX", ["month"]),
        ("2023年5月x日", "2023-05-XX", ["day"]),
        ("20xx年x月x日", "20XX-XX-XX", ["day", "month", "year"]),
        ("20xx年5月", "20XX-05-01", ["year"]),
    ],
)
def test_a_masked_part_stays_x(text: str, first: str, parts: list[str]) -> None:
    value = date_value(text, year=2023)
    assert (value["from"], value["masked"], value["masked_parts"]) == (first, True, parts)


@pytest.mark.parametrize(
    ("text", "every"),
    [
        ("每年", "P1Y"),
        ("每半年", "P6M"),
        ("每季度", "P3M"),
        ("每月15日", "P1M"),
        ("每两个月", "P2M"),
        ("每周", "P1W"),
    ],
)
def test_a_recurrence_has_a_period_and_no_days(text: str, every: str) -> None:
    value: dict[str, Any] = date_value(text, year=2023)
    assert (value["kind"], value["every"], value["from"], value["to"]) == ("set", every, None, None)
