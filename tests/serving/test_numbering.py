"""The numbers of headings and points: what is one, what only looks like one, and typing slips."""

import pytest

from huibao.text.numbering import Marker, chinese_number, marker_at, repaired


@pytest.mark.parametrize(
    ("text", "system", "number", "length"),
    [
        ("一、基本情况", "cn_dun", 1, 2),
        ("十二、保障措施", "cn_dun", 12, 3),
        ("一、一年来的工作", "cn_dun", 1, 2),
        ("（一）加强领导", "cn_par", 1, 3),
        ("（ 二）加强宣传", "cn_par", 2, 4),
        ("（三）、督促检查", "cn_par", 3, 4),
        ("㈢督促检查", "cn_par", 3, 1),
        ("壹、总则", "legal", 1, 2),
        ("甲、收入", "stem", 1, 2),
        ("第三章 保障", "chapter", 3, 3),
        ("第一节 组织", "section", 1, 3),
        ("第二部分 打算", "part", 2, 4),
        ("第四条 各乡镇应当", "article", 4, 3),
        ("第一，思想重视", "ordinal", 1, 3),
        ("第二是抓宣传", "ordinal", 2, 3),
        ("第三件，办实事", "ordinal", 3, 4),
        ("1.走访群众", "ar_dot", 1, 2),
        ("3. 走访群众", "ar_dot", 3, 2),
        ("2、发放资料", "ar_dun", 2, 2),
        ("1、5月是宣传月", "ar_dun", 1, 2),
        ("1.2 主要做法", "ar_nested", 2, 3),
        ("（1）建立台账", "ar_par", 1, 3),
        ("2）建立台账", "ar_par", 2, 2),
        ("⑶建立台账", "ar_par", 3, 1),
        ("1、2019年底前建成", "ar_dun", 1, 2),
        ("①入户", "circle", 1, 1),
        ("⑫入户", "circle", 12, 1),
        ("一是抓培训", "shi", 1, 2),
        ("一是一张网管到底", "shi", 1, 2),
        ("二要抓落实", "yao", 2, 2),
        ("其一，底子薄", "qi", 1, 3),
        ("——经济稳中有进", "dash", None, 2),
        ("■重点工作", "bullet", None, 1),
    ],
)
def test_a_number_has_a_system_a_value_and_a_length(
    text: str, system: str, number: int | None, length: int
) -> None:
    assert marker_at(text) == Marker(system, number, length)


@pytest.mark.parametrize(
    "text",
    [
        "12.4宪法宣传日",
        "10.5亿元",
        "1.24亿元投入到位",
        "2023年全县",
        "一、二年级学生参加",
        "五、六月份开展",
        "1、2号楼",
        "一是否达标",
        "三要素保障",
        "二要点",
        "第一书记驻村",
        "第一批示范点",
        "十余万元",
        "三个离不开",
        "一方面抓宣传",
        "（某县）",
        "",
    ],
)
def test_what_only_looks_like_a_number_is_none(text: str) -> None:
    assert marker_at(text) is None


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("三", 3),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("二十一", 21),
        ("一百零三", 103),
        ("〇", 0),
    ],
)
def test_chinese_numerals_count(numeral: str, value: int) -> None:
    assert chinese_number(numeral) == value


def numbers(labels: str) -> list[Marker]:
    return [found for label in labels.split() if (found := marker_at(label)) is not None]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("一、 （一） （二） 三、 二、", "一、 （一） （二） （三） 二、"),
        (
            "一、 二、 （一） （二） （三） （四） 五、 三、",
            "一、 二、 （一） （二） （三） （四） （五） 三、",
        ),
        ("一、 （一） 二、 （一） （二） 三、", "一、 （一） 二、 （一） （二） 三、"),
        ("一、 二、 五、 六、", "一、 二、 五、 六、"),
        ("一、 二、 （三） （一） （二） 四、", "一、 二、 三、 （一） （二） 四、"),
        ("（一） （二） （三）", "（一） （二） （三）"),
    ],
)
def test_a_number_with_its_parents_sign_is_put_right_where_the_neighbours_agree(
    typed: str, meant: str
) -> None:
    expected = [(one.system, one.number) for one in numbers(meant)]
    assert [(one.system, one.number) for one in repaired(numbers(typed))] == expected


def test_lists_go_on_from_1_dot_to_2_comma() -> None:
    one, two = marker_at("1.走访"), marker_at("2、宣传")
    assert one is not None
    assert two is not None
    assert two.follows(one)
    assert not one.follows(two)
