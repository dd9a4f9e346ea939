"""Organs get their full name, level and kind; an elided prefix comes from the organ beside it."""

import pytest

from huibao.values.organizations import coordinated, home_place, organization_value, prefix_of


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("县民宗局", "县民族宗教事务局"),
        ("云岭县民宗局", "云岭县民族宗教事务局"),
        ("省民委", "省民族事务委员会"),
        ("国家民委", "国家民族事务委员会"),
        ("县委统战部", "县委统一战线工作部"),
        ("县政府", "县人民政府"),
        ("县人民政府", "县人民政府"),
        ("县法院", "县人民法院"),
        ("大寨村村委会", "大寨村村民委员会"),
        ("区民族联", "区少数民族联合会"),
        ("创建办", "民族团结进步创建工作领导小组办公室"),
        ("XX县民宗局", "XX县民族宗教事务局"),
        ("县委", "县委"),
        ("党中央", "党中央"),
        ("云岭县第一中学", "云岭县第一中学"),
    ],
)
def test_a_short_name_is_completed(text: str, canonical: str) -> None:
    assert organization_value(text)["canonical"] == canonical


def test_an_elided_prefix_comes_from_the_organ_before() -> None:
    value = organization_value("人大", inherited="县")
    assert (value["canonical"], value["prefix_inherited"]) == ("县人大", True)


def test_an_organ_with_its_own_prefix_inherits_none() -> None:
    value = organization_value("州民宗委", inherited="县")
    assert (value["canonical"], value["prefix_inherited"]) == ("州民族宗教事务委员会", False)


def test_a_bare_county_is_the_reports_own() -> None:
    assert organization_value("县政协", home="云岭县")["canonical"] == "云岭县政协"
    assert organization_value("县政协", home="云岭县清水镇")["canonical"] == "云岭县政协"
    assert organization_value("州政协", home="云岭县")["canonical"] == "州政协"
    assert organization_value("区政协", home="向阳社区")["canonical"] == "区政协"


def test_the_written_short_form_is_kept_as_an_alias() -> None:
    assert organization_value("县民宗局")["alias_of"] == "民族宗教事务局"
    assert organization_value("县政协")["alias_of"] is None


@pytest.mark.parametrize(
    ("text", "level", "kind"),
    [
        ("党中央", "国", "party"),
        ("国家民委", "国", "gov"),
        ("省民委", "省", "gov"),
        ("云山州人大常委会", "市", "people_congress"),
        ("县政协", "县", "CPPCC"),
        ("县委统战部", "县", "party"),
        ("县人民检察院", "县", "judicial"),
        ("清水镇党委", "乡", "party"),
        ("向阳社区居委会", "村", "gov"),
        ("云岭县第一中学", "县", "school"),
        ("云岭县融媒体中心", "县", "media"),
        ("云岭县妇联", "县", "social"),
        ("民族团结进步年活动领导小组", None, "temporary"),
        ("恒泰纺织有限公司", None, "enterprise"),
        ("城关清真寺", None, "religious"),
    ],
)
def test_an_organ_has_a_level_and_a_kind(text: str, level: str | None, kind: str) -> None:
    value = organization_value(text)
    assert (value["level"], value["type"]) == (level, kind)


def test_a_masked_organ_says_so() -> None:
    assert organization_value("××县民宗局")["masked"] is True


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("县政协", "县"),
        ("云岭县政协", "云岭县"),
        ("人大", ""),
        ("清水镇党委", "清水镇"),
        ("民宗局", ""),
    ],
)
def test_the_prefix_of_an_organ_is_its_place(text: str, prefix: str) -> None:
    assert prefix_of(text) == prefix


def test_the_home_place_is_the_first_that_is_not_masked() -> None:
    assert home_place(["XX县民宗局", "云岭县民宗局"]) == "云岭县"
    assert home_place(["民宗局"]) == ""


@pytest.mark.parametrize(
    ("between", "joined"),
    [("、", True), ("和", True), ("", True), ("组织", False), ("，召开", False)],
)
def test_only_conjunctions_join_two_organs(between: str, joined: bool) -> None:
    assert coordinated(between) is joined
