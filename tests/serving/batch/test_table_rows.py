"""What each table of a run says of reports: counts, lists, flags, evidence, copies, units."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from huibao.batch.findings import Findings
from huibao.batch.results import FileResult
from huibao.batch.tables import TABLES, rows_of
from huibao.batch.tables.summary import added_up
from huibao.jsonl import dumped, page_json
from huibao.label_files import load_indicator_profiles
from huibao.reader import Reader

TITLE = "云溪县民族宗教事务局2023年民族工作总结\n"
DEEDS = "一、主要做法\n{}\n"
PLAN = "三、下一步打算\n2024年6月底前完成示范点建设，计划投入50万元。责任单位：县民宗局。\n"
LONG = (
    "县里把铸牢中华民族共同体意识作为主线，健全党委统一领导、政府依法管理、部门各负其责、社会协同"
    "参与的工作格局，形成上下联动、齐抓共管的局面，推动各民族群众共居共学共建共享共事共乐，各乡镇"
    "和部门主要负责人亲自上手，把任务落到具体的人和具体的环节。"
)


class Lines:
    """A run of texts, as a run folder gives it."""

    def __init__(self, made: Callable[..., bytes], texts: dict[str, str | None]) -> None:
        self.lines = {name: text and made(name, text) for name, text in texts.items()}
        self.same: dict[str, str] = {}

    def pages(self) -> Iterator[tuple[FileResult, bytes | None]]:
        for name, line in self.lines.items():
            if line is None:
                yield FileResult(name, "failed", "corrupt", "damaged"), None
            else:
                same = self.same.get(name)
                yield FileResult(name, "done", size=len(line), same_as=same), line

    def page(self, source: str) -> bytes | None:
        return self.lines[source]


@pytest.fixture
def run(label_sets, bundle, fixed_model) -> Callable[..., Lines]:
    """A run of so many texts by name; `spans` are written answers of the model for each."""
    findings = Findings(label_sets, load_indicator_profiles().values())

    def of(texts: dict[str, str | None], **answers: Any) -> Lines:
        def made(name: str, text: str) -> bytes:
            reader = Reader(bundle, fixed_model(bundle, **answers), label_sets)
            page = reader.read(text, name=name)
            return dumped(findings.added(page_json(page), page)).encode()

        return Lines(made, texts)

    return of


@pytest.fixture
def rows(run, label_sets) -> Callable[..., list[dict[str, Any]]]:
    """The rows of a table of one text."""

    def of(table: str, text: str, **answers: Any) -> list[dict[str, Any]]:
        return table_of(run({"a.txt": text}, **answers), table, label_sets)

    return of


def table_of(lines: Lines, table: str, label_sets) -> list[dict[str, Any]]:
    return [row for one, _, row in rows_of(lines, label_sets) if one.id == table]


def test_no_row_has_a_cell_that_its_table_has_no_column_for(run, label_sets):
    texts = {"a.txt": TITLE + DEEDS.format(LONG) + PLAN, "b.txt": LONG, "c.pdf": None}
    answers = {"roles": {(0, 3): "plan", (0, 4): "plan"}, "spans": {(0, 0): [("ORG", 0, 10)]}}
    lines = run(texts, **answers)
    seen = set()
    for table, _, row in rows_of(lines, label_sets):
        seen.add(table.id)
        assert set(row) <= {column.id for column in table.columns}, table.id
    assert seen >= {"summary", "facts", "plans", "evidence", "copies", "units", "flags"}
    assert len({table.id for table in TABLES}) == len(TABLES)


@pytest.mark.parametrize(
    ("sentence", "count", "number"),
    [
        ("召开民族工作会议3次，印发文件5份。", "meetings", "3"),
        ("召开民族工作会议3次，印发文件5份。", "documents", "5"),
        ("举办民族政策培训班4期，培训干部320人次。", "trainings", "4"),
        ("举办民族政策培训班4期，培训干部320人次。", "trainees", "320"),
        ("开展政策宣讲12场次，发放宣传资料3000份。", "publicity", "12"),
        ("开展政策宣讲12场次，发放宣传资料3000份。", "materials", "3000"),
        ("走访慰问困难群众86户。", "visits", "86"),
        ("调处矛盾纠纷17起。", "disputes", "17"),
        ("投入资金20万元。", "invested", "200000"),
        ("投入资金20万元，其中县级财政5万元。", "invested", "200000"),
        ("计划投入资金30万元。", "invested", None),
        ("计划投入资金30万元。", "invested_planned", "300000"),
        ("召开会议xx次。", "meetings", None),
        ("短视频宣传播放120万次。", "publicity", None),
    ],
)
def test_counts_are_those_an_office_keys_in(rows, sentence: str, count: str, number: str | None):
    (row,) = rows("summary", TITLE + DEEDS.format(sentence))
    assert row.get(count) == number


def test_a_masked_number_stays_empty_and_is_told(rows):
    (row,) = rows("summary", TITLE + DEEDS.format("投入资金xx万元，召开会议3次。"))
    assert (row.get("invested"), row["meetings"], row["masked"]) == (None, "3", True)
    assert row["masked_share"] == 0.5
    money = rows("facts", TITLE + DEEDS.format("投入资金xx万元。"))
    assert [(fact["value"], fact["masked"]) for fact in money] == [(None, True)]


def test_the_summary_says_who_reports_and_when(rows):
    spans = {(0, 0): [("ORG", 0, 10)]}
    (row,) = rows("summary", TITLE + DEEDS.format("召开会议3次。"), spans=spans)
    assert (row["reporting_unit"], row["unit_level"], row["year"], row["genre_name"]) == (
        "云溪县民族宗教事务局",
        "县",
        2023,
        "工作总结",
    )


def test_a_file_that_was_not_read_is_a_row_of_the_summary(run, label_sets):
    (row,) = table_of(run({"c.pdf": None}), "summary", label_sets)
    assert (row["status_name"], row["reason_name"]) == ("失败", "文件损坏或不完整")


def test_totals_are_of_deeds_and_count_the_same_content_once(run, label_sets):
    text = TITLE + DEEDS.format("投入资金20万元，召开会议3次。") + PLAN
    lines = run({"a.txt": text, "b.txt": text, "c.pdf": None})
    lines.same["b.txt"] = "a.txt"
    totals: dict[str, Decimal] = {}
    for row in table_of(lines, "summary", label_sets):
        added_up(totals, row)
    assert totals == {"invested": Decimal(200000), "meetings": Decimal(3)}


def test_a_part_names_the_row_of_its_total(rows):
    facts = rows("facts", TITLE + DEEDS.format("投入资金20万元，其中县级财政5万元。"))
    assert [(one["fact_number"], one["value"], one["part_of"]) for one in facts] == [
        (1, "200000", None),
        (2, "50000", 1),
    ]
    assert facts[0]["sentence"] == "投入资金20万元，其中县级财政5万元。"
    assert facts[0]["verb_class_name"] == "投入争取"


def test_plans_have_their_day_and_duty(rows):
    plans = rows("plans", TITLE + PLAN, roles={(0, 1): "plan", (0, 2): "plan"})
    assert [(one["kind_name"], one["deadline"], one["units"]) for one in plans] == [
        ("打算", "2024-06-30", ["县民宗局"])
    ]
    assert plans[0]["targets"] == ["50万元"]


def test_problems_and_honours_are_lists(rows):
    text = TITLE + "二、存在的问题\n经费不足，有的村重视不够。\n"
    problems = rows("problems", text, roles={(0, 1): "problems", (0, 2): "problems"})
    assert [one["block_number"] for one in problems] == [3]
    text = TITLE + "2023年被评为全国民族团结进步示范单位。\n"
    (honour,) = rows("honours", text, spans={(0, 1): [("HONOR", 8, 20)]})
    assert (honour["level"], honour["kind_name"], honour["status_name"]) == (
        "国",
        "示范单位",
        "已获得",
    )


def test_sessions_are_activities_with_what_their_sentence_says(rows):
    (row,) = rows("activities", TITLE + DEEDS.format("5月，举办普法讲座2场，培训干部80人次。"))
    assert (row["value"], row["unit"], row["date_text"]) == ("2", "场", "5月")
    assert row["numbers"] == ["2场", "80人次"]


def test_every_indicator_has_a_row_and_none_a_score(rows):
    evidence = rows("evidence", TITLE + DEEDS.format(LONG))
    profiles = load_indicator_profiles()
    assert len(evidence) == sum(len(profile.indicators) for profile in profiles.values())
    assert not any("score" in key for row in evidence for key in row)
    assert not any(row["blocks"] for row in evidence)
    assert [row["indicator"] for row in evidence if row["no_evidence"]][-7:] == list("1234567")


def test_evidence_is_quoted_with_its_block(rows):
    text = TITLE + DEEDS.format("召开领导小组会议3次，研究部署民族工作。")
    evidence = rows("evidence", text, categories={(0, 2): ["org_leadership"]})
    (row,) = [
        row
        for row in evidence
        if (row["profile"], row["indicator"]) == ("national_2023_level1", "1")
    ]
    assert (row["no_evidence"], row["blocks"], row["facts"]) == (False, 1, 1)
    assert (row["quote_1"], row["quoted_blocks"]) == (
        "召开领导小组会议3次，研究部署民族工作。",
        ["3"],
    )


def test_copies_name_the_earliest_and_become_flags(run, label_sets):
    late = "乙县民族工作总结\n" + LONG + "\n乙县民宗局\n2023年12月20日\n"
    early = "甲县民族工作总结\n" + LONG + "\n甲县民宗局\n2023年11月2日\n"
    lines = run({"late.txt": late, "early.txt": early})
    copies = [row for row in table_of(lines, "copies", label_sets) if row["kind"] == "report"]
    assert [(row["source"], row["is_source"]) for row in copies] == [
        ("early.txt", True),
        ("late.txt", False),
    ]
    flags = table_of(lines, "flags", label_sets)
    told = [(row["source"], row["about"]) for row in flags if row["flag"] == "near_copy_report"]
    assert told == [("late.txt", "early.txt（1）")]


def test_a_passage_in_reports_that_differ_is_told_with_its_text(run, label_sets):
    one, other = ("".join(chr(0x4E00 + 7 * n + k) for n in range(400)) for k in (0, 3))
    lines = run(
        {"a.txt": f"甲县总结\n{LONG}\n{one}。\n", "b.txt": f"乙县总结\n{LONG}\n{other}。\n"}
    )
    passages = [row for row in table_of(lines, "copies", label_sets) if row["kind"] == "passage"]
    assert [(row["source"], row["block_number"]) for row in passages] == [
        ("a.txt", 2),
        ("b.txt", 2),
    ]
    assert passages[0]["text"][:20] == LONG[:20]


def test_units_are_merged_over_the_run(run, label_sets):
    lines = run({"a.txt": TITLE, "b.txt": TITLE}, spans={(0, 0): [("ORG", 0, 10)]})
    (unit,) = table_of(lines, "units", label_sets)
    assert (unit["name"], unit["report_count"], unit["mention_count"], unit["own_reports"]) == (
        "云溪县民族宗教事务局",
        2,
        2,
        2,
    )
    assert unit["reports"] == ["a.txt（1）", "b.txt（1）"]


def test_a_person_never_stands_where_a_people_or_belief_is_spoken_of(label_sets):
    from huibao.batch.tables.pages import entity_rows

    def block(index: int, *types: str, categories: tuple[str, ...] = ()) -> dict[str, Any]:
        entities = [{"type": one, "start": 0, "end": 1, "text": one, "score": 1.0} for one in types]
        tags = [{"id": one} for one in categories]
        return {
            "index": index,
            "role": {"id": "work_done"},
            "categories": tags,
            "arenas": [],
            "entities": entities,
        }

    report = {
        "index": 0,
        "blocks": [
            block(0, "PERSON", "ORG"),
            block(1, "PERSON", "ETHNIC"),
            block(2, "PERSON", categories=("religion_affairs",)),
        ],
    }
    page = {"file": {"name": "a"}}
    told = [(row["block_number"], row["type"]) for row in entity_rows(label_sets, page, report)]
    assert told == [(1, "PERSON"), (1, "ORG"), (2, "ETHNIC")]
