"""Document fields: who reports, to whom, when, under what, and what is won, wrong, planned, asked."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from valued import valued

from huibao.errors import LabelError
from huibao.fields import document_fields, read_gazetteer
from huibao.fields.gazetteer import shipped_gazetteer
from huibao.gold_pages import annotated
from huibao.jsonl import page_from_json, page_json
from huibao.marked import parse_marked


def fields(marked: str, genre: str = "work_summary") -> dict[str, Any]:
    return dict(document_fields(valued(marked, genre)))


def block(role: str, text: str, kind: str = "p") -> str:
    return f"#{kind} {role}\n{text}\n"


TITLE = block("title_meta", "{LOC:云溪县}{DATE:2023年}民族工作总结", "title")


@pytest.mark.parametrize(
    ("marked", "name", "level", "arena", "source"),
    [
        (
            block("title_meta", "{ORG:云溪县民宗局}2023年工作总结", "title"),
            "云溪县民族宗教事务局",
            "县",
            "agency",
            "title",
        ),
        (
            TITLE + block("title_meta", "{ORG:中共云溪县委员会}", "sig"),
            "中共云溪县委员会",
            "县",
            "region",
            "signature",
        ),
        (TITLE, "云溪县", "县", "region", "place"),
        (
            block("title_meta", "{ORG:柳河镇中心小学}活动小结", "title"),
            "柳河镇中心小学",
            "乡",
            "school",
            "title",
        ),
        (
            block("title_meta", "{LOC:石桥社区}宣传月小结", "title"),
            "石桥社区",
            "村",
            "community",
            "place",
        ),
        (
            block("title_meta", "{ORG:xx县教育局}工作总结", "title"),
            "xx县教育局",
            "县",
            "agency",
            "title",
        ),
    ],
)
def test_the_reporting_unit_comes_from_the_title_then_the_signature_then_the_place(
    marked: str, name: str, level: str, arena: str, source: str
) -> None:
    unit = fields(marked)["unit"]
    assert (unit["name"], unit["level"], unit["arena"], unit["source"]) == (
        name,
        level,
        arena,
        source,
    )


def test_the_place_of_an_assembly_stands_for_the_unit_that_reports_to_it() -> None:
    title = block("title_meta", "在云溪县第八届人民代表大会第二次会议上的报告", "title")
    unit = fields(title, "work_report")["unit"]
    assert (unit["name"], unit["level"], unit["source"]) == ("云溪县", "县", "place")


def test_a_report_that_names_no_unit_has_none() -> None:
    assert fields(block("title_meta", "工作总结", "title"))["unit"] is None


@pytest.mark.parametrize(
    ("line", "names", "kind"),
    [
        ("县创建办：", ["县创建办"], "organ"),
        ("省民委、州民宗委：", ["省民委", "州民宗委"], "organ"),
        ("各位领导：", ["各位领导"], "audience"),
        ("州民族和宗教事务委员会：", ["州民族和宗教事务委员会"], "organ"),
        ("各县（市、区）委、县政府和团县委：", ["各县（市、区）委", "县政府", "团县委"], "organ"),
        ("主送：州民宗委", ["州民宗委"], "organ"),
        ("现将有关情况汇报如下：", [], None),
        ("时间：三月五日", [], None),
    ],
)
def test_recipients_are_addressed_before_the_text(
    line: str, names: list[str], kind: str | None
) -> None:
    found = fields(TITLE + block("title_meta", line))["recipients"]
    assert [one["name"] for one in found] == names
    assert {one["kind"] for one in found} <= {kind}


def test_a_copy_goes_to_those_after_the_word_for_copy() -> None:
    found = fields(TITLE + block("title_meta", "抄送：县委办、县政府办", "sig"))["recipients"]
    assert [(one["name"], one["role"]) for one in found] == [
        ("县委办", "copy"),
        ("县政府办", "copy"),
    ]


@pytest.mark.parametrize(
    ("marked", "date", "source"),
    [
        (TITLE + block("title_meta", "{DATE:2023年12月20日}", "sig"), "2023-12-20", "signature"),
        (
            TITLE + block("title_meta", "（{DATE:2023年12月5日}）", "title"),
            "2023-12-05",
            "subtitle",
        ),
        (TITLE + block("title_meta", "{DATE:2023年12月}", "sig"), "2023-12", "signature"),
        (TITLE + block("title_meta", "{DATE:20xx年x月x日}", "sig"), None, "signature"),
    ],
)
def test_the_day_of_issue_stands_in_the_signature_or_under_the_title(
    marked: str, date: str | None, source: str
) -> None:
    issued = fields(marked)["issued"]
    assert (issued["date"], issued["source"]) == (date, source)


def test_an_unsigned_report_has_no_day_of_issue() -> None:
    assert fields(TITLE)["issued"] is None


@pytest.mark.parametrize(
    ("marked", "start", "end", "source"),
    [
        (TITLE, "2023-01-01", "2023-12-31", "title"),
        (
            block("title_meta", "{LOC:云溪县}{DATE:2023年上半年}总结", "title"),
            "2023-01-01",
            "2023-06-30",
            "title",
        ),
        (
            block("title_meta", "工作总结", "title")
            + block("opening", "现将{DATE:2021年以来}的工作总结如下。")
            + block("title_meta", "{DATE:2023年7月1日}", "sig"),
            "2021-01-01",
            "2023-07-01",
            "opening",
        ),
    ],
)
def test_the_period_comes_from_the_title_or_the_opening(
    marked: str, start: str, end: str, source: str
) -> None:
    period = fields(marked)["period"]
    assert (period["from"], period["to"], period["source"]) == (start, end, source)


@pytest.mark.parametrize(
    ("role", "text", "documents"),
    [
        (
            "opening",
            "根据{DOC_TITLE:《关于做好宣传月工作的通知》}（{DOC_NO:云民发〔2023〕5号}）要求，现总结如下。",
            [("关于做好宣传月工作的通知", "云民发〔2023〕5号")],
        ),
        (
            "opening",
            "按照{DOC_TITLE:《创建方案》}和{DOC_TITLE:《考核办法》}安排，开展了自查。",
            [("创建方案", None), ("考核办法", None)],
        ),
        (
            "opening",
            "按照{DOC_NO:云民发〔2023〕5号}文件要求开展工作。",
            [(None, "云民发〔2023〕5号")],
        ),
        ("work_done", "对照{DOC_TITLE:《测评指标》}逐条整改。", [("测评指标", None)]),
        ("work_done", "认真贯彻{DOC_TITLE:《民族乡条例》}。", []),
        ("work_done", "印发{DOC_TITLE:《创建方案》}20份。", []),
    ],
)
def test_a_basis_document_stands_after_a_word_of_reference(
    role: str, text: str, documents: list[tuple[str | None, str | None]]
) -> None:
    found = fields(TITLE + block(role, text))["basis"]
    assert [(one["title"], one["doc_no"]) for one in found] == documents


@pytest.mark.parametrize(
    ("role", "text", "expected"),
    [
        (
            "results",
            "{DATE:2022年}，{LOC:柳河镇}被{ORG:省民委}命名为{HONOR:全省民族团结进步示范乡镇}。",
            ("省", "demonstration_unit", "awarded", "2022", "柳河镇", "省民委"),
        ),
        (
            "results",
            "我局荣获“{HONOR:全县先进集体}”称号。",
            ("县", "advanced", "awarded", None, None, None),
        ),
        (
            "work_done",
            "组织{ORG:柳河镇中心小学}申报{HONOR:州级民族团结进步示范单位}。",
            ("市", "demonstration_unit", "applied", None, "柳河镇中心小学", None),
        ),
        (
            "work_done",
            "推荐{HONOR:全国民族团结进步模范集体}1个。",
            ("国", "model_group", "recommended", None, None, None),
        ),
        (
            "work_done",
            "通过了{HONOR:省级民族团结进步示范县}复验。",
            ("省", "demonstration_area", "reinspected", None, None, None),
        ),
        (
            "opening",
            "自启动创建{HONOR:全省民族团结进步示范县}以来，全县上下一心。",
            ("省", "demonstration_area", "target", None, None, None),
        ),
        (
            "plan",
            "力争建成{HONOR:全国民族团结进步示范县}。",
            ("国", "demonstration_area", "target", None, None, None),
        ),
        (
            "plan",
            "完善{HONOR:省级民族团结进步教育基地}。",
            ("省", "education_base", "target", None, None, None),
        ),
    ],
)
def test_an_honour_has_level_kind_status_date_holder_and_giver(
    role: str, text: str, expected: tuple[str | None, ...]
) -> None:
    [one] = fields(TITLE + block(role, text))["honours"]
    keys = ("level", "kind", "status", "date", "holder", "granted_by")
    assert tuple(one[key] for key in keys) == expected


def test_a_person_who_holds_an_honour_is_never_named() -> None:
    text = "{PERSON:梁小满}同志被{ORG:市委}评为{HONOR:全市民族团结进步模范个人}。"
    [one] = fields(TITLE + block("results", text))["honours"]
    assert (one["holder"], one["holder_kind"]) == (None, "person")
    assert "梁小满" not in str(one)


def test_the_reporter_itself_holds_what_our_county_wins() -> None:
    [one] = fields(TITLE + block("results", "我县被评为{HONOR:全省先进集体}。"))["honours"]
    assert one["holder_kind"] == "self"


def test_honours_named_at_once_are_counted() -> None:
    text = "命名{HONOR:县级示范点}{QUANT:13个}。"
    [one] = fields(TITLE + block("work_done", text))["honours"]
    assert one["count"] == "13"


SECTION = block("problems", "三、存在的问题", "h1")


@pytest.mark.parametrize(
    ("blocks", "lines"),
    [
        (
            [("i", "一是思想认识不足。有的村没有部署。"), ("i", "二是经费偏紧。")],
            ["思想认识不足", "经费偏紧"],
        ),
        (
            [("p", "工作中还存在以下不足："), ("i", "1.人手少。")],
            ["人手少"],
        ),
        ([("p", "一是缺少专职干部；二是经费不足。")], ["缺少专职干部", "经费不足"]),
        ([("p", "存在问题：宣传形式单一，覆盖面不广。")], ["宣传形式单一，覆盖面不广"]),
        ([("p", "工作虽有成绩，但还存在一些困难和问题。"), ("p", "一是缺人。")], ["缺人"]),
        ([("p", "虽然取得了一定成绩，但还有差距。")], ["虽然取得了一定成绩，但还有差距"]),
    ],
)
def test_each_problem_is_one_line(blocks: Sequence[tuple[str, str]], lines: list[str]) -> None:
    marked = SECTION + "".join(block("problems", text, kind) for kind, text in blocks)
    assert [one["text"] for one in fields(TITLE + marked)["problems"]] == lines


def test_a_heading_with_a_plain_paragraph_is_one_point_with_a_detail() -> None:
    marked = SECTION + block("problems", "（一）经费不足。", "h2")
    marked += block("problems team_funding", "每年只有{MONEY:2万元}。其余靠自筹。")
    [one] = fields(TITLE + marked)["problems"]
    assert (one["text"], one["detail"]) == ("经费不足", "每年只有2万元")
    assert one["categories"] == ["team_funding"]


@pytest.mark.parametrize(
    ("text", "deadline", "units"),
    [
        ("{DATE:2024年6月底前}完成示范点建设。", "2024-06-30", []),
        (
            "{DATE:上半年}开展培训（责任单位：县教育局、县文旅局）。",
            "2023-06-30",
            ["县教育局", "县文旅局"],
        ),
        ("由县民宗局牵头，建设教育基地。", None, ["县民宗局"]),
        ("由县长{PERSON:梁小满}牵头，建设教育基地。", None, []),
        ("建设教育基地（责任单位：县民宗局，责任人：{PERSON:梁小满}）。", None, ["县民宗局"]),
        ("{DATE:xx月底前}完成整改。", None, []),
        ("{DATE:2024年}继续推进创建。", None, []),
    ],
)
def test_a_plan_has_its_day_and_who_is_in_charge(
    text: str, deadline: str | None, units: list[str]
) -> None:
    marked = block("plan", "四、下一步打算", "h1") + block("plan", text)
    [one] = fields(TITLE + marked)["plans"]
    assert (one["deadline"], one["units"]) == (deadline, units)


def test_the_target_of_a_plan_keeps_a_masked_value_empty() -> None:
    text = "投入{MONEY:xx万元}，建成示范点{QUANT:5个}。"
    [one] = fields(TITLE + block("plan", text))["plans"]
    assert [(t["text"], t["value"]) for t in one["targets"]] == [("xx万元", None), ("5个", "5")]


def test_a_request_has_its_amount() -> None:
    [one] = fields(TITLE + block("request", "恳请解决创建经费{MONEY:20万元}。"))["requests"]
    assert one["text"] == "恳请解决创建经费20万元"
    assert [amount["value"] for amount in one["amounts"]] == ["200000"]


def test_a_scheme_plans_what_it_orders() -> None:
    marked = TITLE + block("directive", "各乡镇要在{DATE:2023年5月底前}上报名单。")
    assert [p["deadline"] for p in fields(marked, "scheme")["plans"]] == ["2023-05-31"]
    assert fields(marked)["plans"] == []


@pytest.mark.parametrize(
    ("name", "levels"),
    [
        ("云南省", ["province"]),
        ("云南", ["province"]),
        ("内蒙古", ["province"]),
        ("楚雄彝族自治州", ["prefecture"]),
        ("楚雄州", ["prefecture"]),
        ("云溪县", []),
    ],
)
def test_provinces_and_prefectures_are_known_in_full_and_in_short(
    name: str, levels: list[str]
) -> None:
    assert [one.level for one in shipped_gazetteer().named(name)] == levels


def test_the_region_takes_its_province_from_the_laws_and_organs_that_are_named() -> None:
    text = "贯彻{DOC_TITLE:《湖南省民族乡条例》}，得到{ORG:湖南省民委}支持。"
    region = fields(TITLE + block("work_done", text))["region"]
    assert region["province"] == {"name": "湖南省", "code": "430000"}
    assert (region["county"], region["source"]) == ({"name": "云溪县", "code": None}, "mentions")


def test_a_partner_province_is_not_the_own_one() -> None:
    text = "与{LOC:广东省}开展协作。"
    region = fields(TITLE + block("work_done pairing_cooperation", text))["region"]
    assert region["province"] is None


LIST = """code,name
53,云南省
5399,临江市
539921,云溪县
43,湖南省
4399,沅东市
439921,云溪县
439921100,柳河镇
"""


def test_a_users_gazetteer_gives_codes_and_tells_two_counties_of_one_name_apart(
    tmp_path: Path,
) -> None:
    path = tmp_path / "divisions.csv"
    path.write_text(LIST, "utf-8")
    gazetteer = read_gazetteer(path)
    alone = document_fields(valued(TITLE), gazetteer)["region"]
    assert alone["ambiguous"] == ["539921", "439921"]
    told = TITLE + block("work_done", "{ORG:湖南省民委}前来调研。")
    region = document_fields(valued(told), gazetteer)["region"]
    assert region["county"] == {"name": "云溪县", "code": "439921"}
    assert region["prefecture"] == {"name": "沅东市", "code": "439900"}
    assert region["ambiguous"] == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name\n云溪县\n", "no column 'code'"),
        ("code,name\n53,云南省\n12345,云溪县\n", ":3: '12345'"),
        ("code\tname\nxx\t云溪县\n", ":2: 'xx'"),
    ],
)
def test_a_faulty_gazetteer_names_file_and_line(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "divisions.csv"
    path.write_text(content, "utf-8")
    with pytest.raises(LabelError, match=message):
        read_gazetteer(path)


def test_the_public_json_shows_the_fields_and_keeps_those_that_were_there() -> None:
    page = annotated(parse_marked(f"genre: work_summary\n---\n{TITLE}"))
    page = replace(page, annotations=(valued(TITLE),))
    before = page_json(page)["reports"][0]["fields"]
    filled = replace(valued(TITLE), fields=document_fields(valued(TITLE)))
    page = replace(page, annotations=(filled,))
    shown = page_json(page)["reports"][0]["fields"]
    assert {key: shown[key] for key in before} == before
    assert shown["unit"]["name"] == "云溪县"
    assert page_from_json(page_json(page)).annotations[0].fields == shown


def test_an_empty_report_has_empty_fields() -> None:
    found = fields(block("title_meta", "。", "title"))
    assert [found[key] for key in ("honours", "problems", "plans", "requests", "basis")] == [[]] * 5
