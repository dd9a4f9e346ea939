"""Canonical text: one width, one script, no wraps; and the way back to the source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.text.canonical import canonical, canonical_characters, is_traditional


def canonical_text(text: str, *, keep_breaks: bool = False) -> str:
    return canonical(canonical_characters(text), 0, len(text), keep_breaks=keep_breaks)[0]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("投入２０万元", "投入20万元"),
        ("ＡＢＣ（ｘｘ县）", "ABC（xx县）"),
        ("(一)加强领导", "（一）加强领导"),
        ("开展宣讲3场,发放资料200份;效果好!", "开展宣讲3场，发放资料200份；效果好！"),
        ("完成率达９８％", "完成率达98%"),
        ("会议于9:30开始", "会议于9:30开始"),
        ("投入1,200元", "投入1,200元"),
        ("见 http://example.cn/a?b", "见http://example.cn/a?b"),
        ("「石榴花开」活动", "“石榴花开”活动"),
        ("『民族团结』", "‘民族团结’"),
        ("国发﹝2014﹞94号", "国发〔2014〕94号"),
        ("办好实事､好事｡", "办好实事、好事。"),
        ("艾力•买买提", "艾力·买买提"),
    ],
)
def test_widths_and_signs_are_those_of_a_printed_document(source: str, expected: str) -> None:
    assert canonical_text(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('创建"民族团结示范村"工作', "创建“民族团结示范村”工作"),
        ('做到"四有"、"五到位"。', "做到“四有”、“五到位”。"),
        ('以"同心为主题。\n评选"先进集体"', "以“同心为主题。评选“先进集体”"),
        ("已成“对”的不变", "已成“对”的不变"),
    ],
)
def test_straight_quotes_become_pairs(source: str, expected: str) -> None:
    assert canonical_text(source) == expected


def test_a_quote_left_open_does_not_turn_the_quotes_after_the_sentence() -> None:
    text = canonical_characters('开展"进学校活动。\n\n打造"同心"品牌')
    assert text.endswith("打造“同心”品牌")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("開展民族團結進步宣傳月活動", "开展民族团结进步宣传月活动"),
        ("發放資料３００份", "发放资料300份"),
        ("乾隆年間", "乾隆年间"),
    ],
)
def test_traditional_script_becomes_simplified(source: str, expected: str) -> None:
    assert canonical_text(source) == expected


@pytest.mark.parametrize(
    ("source", "traditional"),
    [
        ("開展民族團結進步宣傳月活動", True),
        ("开展民族团结进步宣传月活动", False),
        ("", False),
        ("2023 ABC", False),
    ],
)
def test_traditional_script_is_recognised(source: str, *, traditional: bool) -> None:
    assert is_traditional(source) is traditional


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("投入 20 万元 ，举办 5 期", "投入20万元，举办5期"),
        ("　　各乡镇", "各乡镇"),
        ("民族\u200b团结", "民族团结"),
        ("云溪县委宣传部 云溪县教育局", "云溪县委宣传部 云溪县教育局"),
        ("使用 Office 2016 软件", "使用Office 2016软件"),
        ("   ", ""),
        ("", ""),
    ],
)
def test_stray_spaces_go_and_telling_spaces_stay(source: str, expected: str) -> None:
    assert canonical_text(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("全县各族\n干部群众", "全县各族干部群众"),
        ("全县各族\r\n    干部群众", "全县各族干部群众"),
        ("投入2\n0万元", "投入20万元"),
        ("联想 Think\nPad 电脑", "联想Think Pad电脑"),
        ("第一段\u2028第二段", "第一段第二段"),
    ],
)
def test_hard_wrapped_lines_are_joined(source: str, expected: str) -> None:
    assert canonical_text(source) == expected


def test_the_rows_of_a_table_stay_apart() -> None:
    assert canonical_text("项目\t金额\n道路\t20万元\n", keep_breaks=True) == "项目 金额\n道路20万元"


@pytest.mark.parametrize("sign", ["xx", "××", "___", "***", "〇", "某"])
def test_a_mask_is_text_and_stays(sign: str) -> None:
    assert canonical_text(f"投入{sign}万元") == f"投入{sign}万元"


def test_a_stretch_is_cut_out_of_the_page_and_knows_its_offsets() -> None:
    page = canonical_characters("标题\n一、投入 20\n万元\n落款")
    text, origin = canonical(page, 3, 13)
    assert text == "一、投入20万元"
    assert origin == (3, 4, 5, 6, 8, 9, 11, 12)


REPORT_TEXT = st.text(
    alphabet=st.one_of(
        st.sampled_from('一县團結 　\n\r\t",:;()!?%20xX×_「」，。（）《》aB.\u200b\u2028•'),
        st.characters(exclude_categories=("Cs",)),
    ),
    max_size=80,
)


@given(REPORT_TEXT)
def test_canonical_characters_are_as_many_as_those_of_the_source(text: str) -> None:
    assert len(canonical_characters(text)) == len(text)


@given(REPORT_TEXT, st.booleans())
def test_every_canonical_character_points_at_its_source(text: str, keep_breaks: bool) -> None:
    characters = canonical_characters(text)
    result, origin = canonical(characters, 0, len(text), keep_breaks=keep_breaks)
    assert len(result) == len(origin)
    assert list(origin) == sorted(set(origin))
    for sign, place in zip(result, origin, strict=True):
        assert sign == characters[place] or (sign in " \n" and characters[place].isspace())


@given(REPORT_TEXT)
def test_nothing_but_white_space_is_left_out(text: str) -> None:
    characters = canonical_characters(text)
    result, _ = canonical(characters, 0, len(text))
    dropped = set("\u200b\u200c\u200d\u2060\ufeff\u00ad")
    solid = [sign for sign in characters if not sign.isspace() and sign not in dropped]
    assert [sign for sign in result if not sign.isspace()] == solid
