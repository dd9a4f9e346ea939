"""Sums and quantities are found with their words of approximation and are worth a decimal."""

import pytest

from huibao.values.amount_values import money_value, quant_value
from huibao.values.amounts import amounts
from huibao.values.units import units


def found(text: str) -> list[tuple[str, str]]:
    return [(amount.type, text[amount.start : amount.end]) for amount in amounts(text)]


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("投入经费20万元", ["20万元"]),
        ("投资近50多万元", ["近50多万元"]),
        ("投资xx万元", ["xx万元"]),
        ("投资___万元", ["___万元"]),
        ("总投资x.x亿元", ["x.x亿元"]),
        ("筹资约4300万元", ["约4300万元"]),
        ("产值达700亿元左右", ["700亿元左右"]),
        ("亿元以上项目12个", ["亿元以上"]),
        ("产值突破百亿", ["百亿"]),
        ("产值分别为1.3万亿、2.6万亿", ["1.3万亿", "2.6万亿"]),
        ("补助20万元至30万元", ["20万元至30万元"]),
        ("利用外资3亿美元左右", ["3亿美元左右"]),
        ("每月300元/人", ["300元/人"]),
        ("数十万元", ["数十万元"]),
        ("签约19亿元", ["19亿元"]),
    ],
)
def test_a_sum_is_found_whole(text: str, sums: list[str]) -> None:
    assert [span for kind, span in found(text) if kind == "MONEY"] == sums


@pytest.mark.parametrize(
    "text", ["元旦前夕", "万元GDP能耗", "10亿级项目", "元宵节", "单元楼", "一元复始"]
)
def test_what_only_looks_like_money_is_none(text: str) -> None:
    assert [span for kind, span in found(text) if kind == "MONEY"] == []


@pytest.mark.parametrize(
    ("text", "quantities"),
    [
        ("发放资料300余份", ["300余份"]),
        ("走访13家企业", ["13家"]),
        ("建成4200套（间）以上", ["4200套（间）以上"]),
        ("浓度降到31微克/立方米，降幅8.4%", ["31微克/立方米", "8.4%"]),
        ("开展活动30场（次）", ["30场（次）"]),
        ("连续18年获奖", ["连续18年"]),
        ("坚持了66年", ["66年"]),
        ("6个季度", ["6个季度"]),
        ("6大类38项", ["6大类", "38项"]),
        ("增长6%-6.5%", ["6%-6.5%"]),
        ("提高2.3、0.9个百分点", ["2.3、0.9个百分点"]),
        ("达到百分之百", ["百分之百"]),
        ("不到三分之一", ["不到三分之一"]),
        ("占六成以上", ["六成以上"]),
        ("培训xx人次", ["xx人次"]),
        ("满意率9x%", ["9x%"]),
        ("共有八个民族", ["八个民族"]),
        ("每周一节课", ["一节课"]),
        ("召开会议两次", ["两次"]),
        ("举办培训班四期", ["四期"]),
        ("千余份资料", ["千余份"]),
        ("近百家单位", ["近百家"]),
        ("上百名歌手", ["上百名"]),
        ("总人口41.6万，", ["41.6万"]),
        ("外送36亿千瓦时", ["36亿千瓦时"]),
        ("机组2×300兆瓦", ["2×300兆瓦"]),
        ("辖7县1市", ["7县1市"]),
        ("引进3-5家", ["3-5家"]),
        ("时限半小时", ["半小时"]),
        ("家庭签约2.7万人", ["2.7万人"]),
        ("覆盖20个重点村", ["20个"]),
    ],
)
def test_a_quantity_is_found_whole(text: str, quantities: list[str]) -> None:
    assert found(text) == [("QUANT", span) for span in quantities]


@pytest.mark.parametrize(
    "text",
    [
        "三个离不开",
        "增强五个认同",
        "“十个一”系列活动",
        "做到两个维护",
        "八进活动",
        "1+36+1模式",
        "第3个宣传月",
        "第七届运动会",
        "党的十八大",
        "没有一起",
        "各族群众一起",
        "一条龙服务",
        "教育一体化",
        "一个都不能少",
        "一批示范点",
        "抓好九个方面工作",
        "六项重点任务",
        "8部门联合发文",
        "三年行动计划",
        "县人大三次会议",
        "水库二期工程",
        "位列全州后三位",
        "排名后3位",
        "15分钟健身圈",
        "新一轮改革",
        "“20条”措施",
        "5G网络",
        "XX村",
        "G30高速",
        "队伍类考核",
    ],
)
def test_what_only_looks_like_a_quantity_is_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "cny", "approx"),
    [
        ("20万元", "200000", "eq"),
        ("1.24亿元", "124000000", "eq"),
        ("50多万元", "500000", "ge"),
        ("近50多万元", "500000", "about"),
        ("超1万亿元", "1000000000000", "gt"),
        ("亿元以上", "100000000", "ge"),
        ("百亿", "10000000000", "eq"),
        ("三百万元", "3000000", "eq"),
        ("叁佰万元整", "3000000", "eq"),
        ("3元5角", "3.5", "eq"),
        ("1,200元", "1200", "eq"),
        ("人民币3190元", "3190", "eq"),
        ("不足900元", "900", "le"),
    ],
)
def test_a_sum_is_worth_yuan(text: str, cny: str, approx: str) -> None:
    value = money_value(text)
    assert (value["cny"], value["approx"], value["masked"]) == (cny, approx, False)


@pytest.mark.parametrize("text", ["xx万元", "___万元", "X亿多元", "x.x万元", "×××元", "1xxxx元"])
def test_a_masked_sum_is_never_a_number(text: str) -> None:
    value = money_value(text)
    assert (value["cny"], value["masked"]) == (None, True)


def test_a_range_of_sums_has_an_upper_end() -> None:
    value = money_value("20至30万元")
    assert (value["cny"], value["upper"]) == ("200000", "300000")


def test_foreign_money_is_not_yuan() -> None:
    value = money_value("3亿美元左右")
    assert (value["cny"], value["currency"], value["amount"]) == (None, "USD", "300000000")


@pytest.mark.parametrize(
    ("before", "text", "per"),
    [
        ("", "300元/人", "person"),
        ("每人每月", "200元", "person_month"),
        ("文化辅导员每人每年补助", "6000元", "person_year"),
        ("按人均", "2元", "person"),
        ("投入", "20万元", None),
    ],
)
def test_a_sum_says_whom_it_is_for(before: str, text: str, per: str | None) -> None:
    assert money_value(text, before)["per"] == per


@pytest.mark.parametrize(
    ("text", "number", "unit", "norm", "approx"),
    [
        ("300余份", "300", "份", "copy", "ge"),
        ("1.2万人次", "12000", "人次", "person_time", "eq"),
        ("连续3年", "3", "年", "time", "eq"),
        ("8.4%", "8.4", "%", "percent", "eq"),
        ("百分之三十", "30", "%", "percent", "eq"),
        ("三分之一", "33.33", "%", "percent", "about"),
        ("31微克/立方米", "31", "微克/立方米", "rate", "eq"),
        ("2×300兆瓦", "600", "兆瓦", "energy", "eq"),
        ("八个民族", "8", "个", "item", "eq"),
        ("半小时", "0.5", "小时", "time", "eq"),
        ("近10万", "100000", None, None, "about"),
        ("50人（次）", "50", "人（次）", "ambiguous", "eq"),
        ("500公里以上", "500", "公里", "length", "ge"),
    ],
)
def test_a_quantity_is_worth_a_number_of_its_unit(
    text: str, number: str, unit: str | None, norm: str | None, approx: str
) -> None:
    value = quant_value(text)
    assert (value["value"], value["approx"]) == (number, approx)
    assert (value["unit"], value["unit_norm"]) == (unit, norm)


def test_a_masked_quantity_is_never_a_number() -> None:
    value = quant_value("xx人次")
    assert (value["value"], value["masked"], value["unit"]) == (None, True, "人次")


def test_two_numbers_in_one_quantity_are_not_added() -> None:
    assert quant_value("7县1市")["value"] is None
    assert quant_value("2.3、0.9个百分点")["values"] == ["2.3", "0.9"]


def test_a_word_before_the_span_bounds_the_number_too() -> None:
    assert quant_value("2名", before="每村至少")["approx"] == "ge"


def test_the_longest_unit_wins_and_part_of_a_word_is_none() -> None:
    known = units()
    assert [
        known.at(text, 0) and known.at(text, 0).text for text in ("人次", "个百分点", "套（间）")
    ] == [
        "人次",
        "个百分点",
        "套（间）",
    ]
    assert [known.at(text, 0) for text in ("部门", "条例", "家庭", "次年")] == [None] * 4
