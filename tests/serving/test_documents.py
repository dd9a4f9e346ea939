"""Titles in 《》 and document numbers are found whole and taken apart."""

import pytest

from huibao.values.documents import number_spans, number_value, title_spans, title_value
from huibao.values.rules import find_mentions


def titles(text: str) -> list[str]:
    return [text[start:end] for start, end in title_spans(text)]


def numbers(text: str) -> list[str]:
    return [text[start:end] for start, end in number_spans(text)]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("印发《创建工作方案》，", ["《创建工作方案》"]),
        ("《关于贯彻〈条例〉的意见》", ["《关于贯彻〈条例〉的意见》"]),
        ("《宗教事务条例》《民法典》", ["《宗教事务条例》", "《民法典》"]),
        ("根据关于印发创建方案的通知（云民发〔2021〕3号）", ["关于印发创建方案的通知"]),
        ("《从未写完的标题。后面还有话", []),
        ("关于做好工作的通知要求", []),
    ],
)
def test_a_title_is_found_with_its_marks(text: str, spans: list[str]) -> None:
    assert titles(text) == spans


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("（民委发〔2014〕94号）", ["民委发〔2014〕94号"]),
        ("根据云政办发[2021]12号文件", ["云政办发[2021]12号"]),
        ("国办发【2018】65号", ["国办发【2018】65号"]),
        ("云统发（2020）5号", ["云统发（2020）5号"]),
        ("X政****〔20xx〕xx号", ["X政****〔20xx〕xx号"]),
        ("按照县教育局云教发〔2018〕47号", ["云教发〔2018〕47号"]),
        ("贯彻中央65号文件", ["中央65号"]),
        ("会议纪要〔2016〕第x次", ["会议纪要〔2016〕第x次"]),
        ("活动（2020）5号楼", []),
        ("65号文件", []),
    ],
)
def test_a_document_number_is_found_with_its_issuer(text: str, spans: list[str]) -> None:
    assert numbers(text) == spans


@pytest.mark.parametrize(
    ("text", "canonical", "issuer", "year", "number"),
    [
        ("民委发〔2014〕94号", "民委发〔2014〕94号", "民委发", 2014, 94),
        ("民委发[2014]94号", "民委发〔2014〕94号", "民委发", 2014, 94),
        ("国办发【2018】65号", "国办发〔2018〕65号", "国办发", 2018, 65),
        ("云发〔20xx〕xx号", "云发〔20xx〕xx号", "云发", None, None),
        ("云发〔2019〕lO号", "云发〔2019〕10号", "云发", 2019, 10),
        ("中央65号", "中央65号", "中央", None, 65),
    ],
)
def test_a_document_number_has_one_canonical_form(
    text: str, canonical: str, issuer: str, year: int | None, number: int | None
) -> None:
    value = number_value(text)
    assert (value["canonical"], value["issuer"]) == (canonical, issuer)
    assert (value["year"], value["no"]) == (year, number)


def test_a_repaired_number_is_not_trusted() -> None:
    assert number_value("云发〔2019〕lO号")["confidence"] < 1
    assert number_value("云发〔2019〕10号")["confidence"] == 1


@pytest.mark.parametrize(
    ("text", "subtype"),
    [
        ("《宗教事务条例》", "law"),
        ("《中国共产党统一战线工作条例》", "party_doc"),
        ("《云岭县旅游发展规划（2019—2025）》", "plan"),
        ("《关于开展宣传月活动的通知》", "notice"),
        ("《少数民族流动人口服务管理办法》", "gov_doc"),
        ("《民族政策应知应会手册》", "brochure"),
        ("《石榴树下的歌》", "work"),
    ],
)
def test_a_title_tells_its_kind(text: str, subtype: str) -> None:
    assert title_value(text)["subtype"] == subtype


def test_a_title_gives_its_year_or_its_period() -> None:
    assert title_value("《云岭县2023年民族工作要点》")["year"] == 2023
    planned = title_value("《云岭县三年行动方案（2019—2021年）》")
    assert (planned["year"], planned["plan_period"]) == (None, "2019/2021")


def test_a_title_takes_the_number_beside_it() -> None:
    title, number = find_mentions("印发《实施方案》（云民发〔2021〕3号）。")
    assert (title.type, number.type) == ("DOC_TITLE", "DOC_NO")
    assert title.value is not None
    assert title.value["doc_no"] == "云民发〔2021〕3号"


def test_dates_and_numbers_inside_a_title_belong_to_it() -> None:
    found = find_mentions("印发《云岭县2023年“六个一”活动方案》3份")
    assert [mention.type for mention in found] == ["DOC_TITLE", "QUANT"]
