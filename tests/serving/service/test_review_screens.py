"""The screens beside the review: disagreements, label sets with their changes, figures, two at once."""

import json
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from browsing import NEEDED, assert_accessible, faultless, kept
from playwright.sync_api import Browser, BrowserContext, Page, expect
from review_desk import REPORT, write_desk

from huibao.decisions import read_decisions
from huibao.label_changes import proposal_of
from huibao.label_files import load_label_sets
from huibao.reader import Reader

pytestmark = NEEDED

PHRASE = "correct horse"
SAVES = int(
    os.environ.get("REVIEW_SAVES", "40")
)  # of two browsers together; make test-two-browsers


@pytest.fixture
def folder(tmp_path: Path, reader: Reader) -> Path:
    return write_desk(tmp_path / "labels", reader, {"a.txt": REPORT}, pass_phrase=PHRASE)


@pytest.fixture
def client(serve: Callable[..., httpx.Client], folder: Path) -> httpx.Client:
    return serve(review_folder=folder)


@pytest.fixture
def page(context: BrowserContext, client: httpx.Client) -> Iterator[Page]:
    """The head of the team at the page."""
    with faultless(context.new_page()) as page:
        page.goto(f"{client.base_url}/review")
        page.locator("#phrase").fill(PHRASE)
        page.locator("#phrase").press("Enter")  # there is one head
        expect(page.locator("#card")).to_be_focused()
        yield page


def screen(page: Page, number: int) -> None:
    page.keyboard.press(f"Alt+Digit{number}")
    expect(page.locator(".calm-line")).to_have_count(0)


def decided(client: httpx.Client, person: str, answers: dict[str, Any], words: str) -> None:
    """Another person's answer on the block with these words."""
    with httpx.Client(base_url=client.base_url) as other:
        other.post("/v1/review/session", json={"person": person}).raise_for_status()
        name = other.get("/v1/review/pages").json()["pages"][0]["name"]
        item = other.get(f"/v1/review/pages/{name}").json()["item"]
        blocks = other.get(f"/v1/review/items/{item['id']}").json()["page"]["blocks"]
        place = next(one["place"] for one in blocks if words in one["text"])
        item = other.get(f"/v1/review/pages/{name}", params={"place": place}).json()["item"]
        block = other.get(f"/v1/review/items/{item['id']}").json()["block"]
        sent = {"place": place, "text_sha": block["text_sha"], "label_version": 0}
        other.post("/v1/review/decisions", json=sent | {"answers": answers}).raise_for_status()


def test_a_disagreement_is_settled_with_its_cause(
    page: Page, client: httpx.Client, folder: Path
) -> None:
    decided(client, "zhang", {"roles": "work_done"}, "县财政投入")
    decided(client, "li", {"roles": "results"}, "县财政投入")
    screen(page, 3)
    expect(page.locator(".differ-text")).to_contain_text("县财政投入20万元")
    expect(page.locator(".differ")).to_be_focused()
    assert page.locator(".side-value").all_inner_texts() == ["主要做法", "成效与荣誉"]
    assert page.locator(".side-head b").all_inner_texts() == ["张三", "李四"]
    kept(page, "review-differ")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.locator(".differ-news")).to_have_text("请再选一个原因（A 到 E）。")
    page.keyboard.press("a")
    assert_accessible(page)
    page.keyboard.press("Enter")
    expect(page.locator(".calm-state")).to_contain_text("没有分歧")
    last = list(read_decisions(folder / "decisions"))[-1]
    settled = [one for one in read_decisions(folder / "decisions") if one.kind == "adjudication"]
    assert [(one.value, one.by) for one in settled] == [("results", "wang")], last
    assert "guideline_unclear" in settled[0].note


def test_a_change_is_proposed_previewed_made_and_taken_back(page: Page, folder: Path) -> None:
    screen(page, 4)
    page.locator(".set-list [data-id=org_leadership]").click()
    page.locator("[name=name]").fill("组织领导")
    page.locator("[name=why]").fill("名称太长")
    page.locator("#preview").click()
    expect(page.locator(".outlook")).to_contain_text("改名　组织领导与责任机制")
    expect(page.locator(".outlook-minutes")).to_have_text("人工大约 0 分钟")
    kept(page, "review-preview")
    assert "组织领导与责任机制" in names(folder)  # a preview writes nothing
    page.locator("#apply").click()
    expect(page.locator(".side-news")).to_contain_text("变更已生效")
    expect(page.locator(".set-list [data-id=org_leadership]")).to_contain_text("组织领导")
    assert "组织领导" in names(folder)
    page.locator("#undo-why").fill("原名更准")
    page.locator("#undo-change").click()
    expect(page.locator(".side-news")).to_contain_text("已撤销")
    expect(page.locator(".history li")).to_have_count(2)
    assert "组织领导与责任机制" in names(folder)
    page.locator("[data-go=work]").click()
    expect(page.locator("#card")).to_be_focused()


def test_a_change_that_cannot_be_is_refused_in_a_sentence(page: Page, folder: Path) -> None:
    screen(page, 4)
    page.locator(".set-list [data-id=org_leadership]").click()
    page.locator("[name=name]").fill("宗教事务与宗教活动场所")
    page.locator("[name=why]").fill("试")
    page.locator("#preview").click()
    expect(page.get_by_role("alert")).to_contain_text("这项变更不能生效")
    expect(page.get_by_role("alert")).to_contain_text("is a merge meant?")
    expect(page.locator("#apply")).to_have_count(0)
    assert "组织领导与责任机制" in names(folder)


def test_only_the_head_makes_changes(page: Page) -> None:
    page.locator("#person").click()
    page.locator(".name", has_text="张三").click()
    expect(page.locator("#card")).to_be_focused()
    screen(page, 4)
    page.locator(".set-list [data-id=plan]").click()
    page.locator("[name=name]").fill("打算")
    page.locator("[name=why]").fill("短")
    page.locator("#preview").click()
    expect(page.locator(".outlook")).to_contain_text("确认生效要由负责人来做")
    expect(page.locator("#apply, #undo-change")).to_have_count(0)


def names(folder: Path) -> set[str]:
    return {label.name for part in load_label_sets(folder) for label in part}


PART = {
    "id": "common_language", "name": "国家通用语言文字", "code": "B5", "definition": "学说普通话、\"写规范字\"。",
    "words": "普通话、规范字", "neighbours": "school_education：不限于学校\nmedia_information: 另一回事",
    "examples": "推广普通话\n办夜校\n写规范字", "counterexamples": "发文件 => org_leadership：只是部署\n开会",
}  # fmt: skip
SHEETS = [
    ("categories", "add", {"parts": [PART | {"parent": "shared_home"}], "take": ["religion_affairs"]}),
    ("categories", "rename", {"ids": ["religion_affairs"], "name": "宗教: 事务 # 一"}),
    ("categories", "merge", {"ids": ["cadre_study", "supervision"], "into": "supervision"}),
    ("categories", "split", {"ids": ["school_youth_education"],
                             "parts": [PART, PART | {"id": "school_education", "name": "学校教育"}]}),
    ("roles", "retire", {"ids": ["request"], "into": "plan"}),
    ("entities", "add", {"parts": [PART | {"normal_form": "照写"}]}),
    ("genres", "add", {"parts": [PART | {"sequence": "opening、plan"}]}),
    ("roles", "redefine", {"ids": ["plan"], "definition": "第一行\n第二行", "minor": True}),
    ("categories", "move", {"ids": ["religion_affairs"], "parent": "shared_home", "code": "B9"}),
]  # fmt: skip


@pytest.mark.parametrize(("part", "op", "form"), SHEETS, ids=[f"{s[0]} {s[1]}" for s in SHEETS])
def test_the_form_writes_a_sheet_that_a_change_can_be_read_from(
    context: BrowserContext, address: str, part: str, op: str, form: dict[str, Any]
) -> None:
    page = context.new_page()
    page.goto(address)
    text = page.evaluate(
        """async ([part, op, form]) => {
          const { changeSheet } = await import("./web/review/change_sheet.js");
          return changeSheet(part, op, form, { why: "太粗：要分", by: "王五", version: "1.0" });
        }""",
        [part, op, form],
    )
    proposal = proposal_of(yaml.safe_load(text))
    assert (proposal.set, proposal.op, proposal.why) == (part, op, "太粗：要分")
    assert list(proposal.ids) == form.get("ids", [])
    if "parts" in form:
        entry = proposal.entries[0]
        assert entry["cues"] == {"positive": ["普通话", "规范字"], "negative": []}
        assert entry["neighbours"]["school_education"] == "不限于学校"
        assert [one["text"] for one in entry["examples"]] == ["推广普通话", "办夜校", "写规范字"]
        assert entry["counterexamples"][0]["instead"] == "org_leadership"
        assert entry["definition"] == PART["definition"]
    for key in ("name", "definition", "parent", "code"):
        assert proposal.values.get(key) == form.get(key)


def test_a_whole_split_is_made_with_the_form(page: Page, folder: Path) -> None:
    screen(page, 4)
    page.locator("[name=op]").select_option("split")
    page.locator(".set-list [data-id=school_youth_education]").click()
    for number, id_ in enumerate(("common_language", "school_education")):
        other = ("school_education", "common_language")[number]
        words = PART | {"id": id_, "name": f"新标签{number}", "code": f"B{5 + number}"}
        words |= {"neighbours": f"{other}：两回事"}
        for key, value in words.items():
            page.locator(f"[name=part-{number}-{key}]").fill(value)
    page.locator("[name=why]").fill("要分开统计")
    page.locator("#preview").click()
    expect(page.locator(".outlook h2")).to_contain_text("拆分")
    kept(page, "review-split")
    page.locator("#apply").click()
    expect(page.locator(".side-news")).to_contain_text("变更已生效")
    assert {"新标签0", "新标签1"} <= names(folder)
    page.locator("[data-go=work]").click()
    expect(page.locator(".categories [data-id=common_language]")).to_be_visible()


def test_figures_are_shown_and_all_is_taken_home(
    page: Page, client: httpx.Client, folder: Path, tmp_path: Path
) -> None:
    decided(client, "zhang", {"roles": "work_done"}, "县财政投入")
    screen(page, 5)
    expect(page.locator("tr[data-id=work_done] td").first).to_have_text("1")
    expect(page.locator(".figure b")).to_have_text("1")
    expect(page.locator(".people")).to_contain_text("张三")
    kept(page, "review-numbers")
    with page.expect_download() as waited:
        page.get_by_role("button", name="JSONL").click()
    lines = Path(waited.value.path()).read_text("utf-8").splitlines()
    assert [json.loads(line)["value"] for line in lines] == ["work_done"]
    with page.expect_download() as waited:
        page.get_by_role("button", name="Label Studio").click()
    tasks = json.loads(Path(waited.value.path()).read_text("utf-8"))
    assert any("县财政投入" in json.dumps(task, ensure_ascii=False) for task in tasks)
    with page.expect_download() as waited:
        page.get_by_role("button", name="下载备份").click()
    with zipfile.ZipFile(waited.value.path()) as archive:
        assert {"work.sqlite", "decisions/zhang.jsonl"} <= set(archive.namelist())


def test_two_browsers_save_at_once_and_nothing_is_lost(
    browser: Browser, client: httpx.Client, folder: Path
) -> None:
    """Each saves its own answers to the same blocks, as fast as it is answered, through its page."""
    contexts = [browser.new_context(locale="zh-CN") for _ in range(2)]
    pages = [context.new_page() for context in contexts]
    for page, name in zip(pages, ("张三", "李四"), strict=True):
        page.goto(f"{client.base_url}/review")
        page.locator(".name", has_text=name).click()
        expect(page.locator("#card")).to_be_focused()
        page.evaluate(MANY_SAVES, SAVES // 2)
    told = [page.evaluate("window.allSaved") for page in pages]
    for context in contexts:
        context.close()
    ids = [id_ for one in told for id_ in one["ids"]]
    assert not [one["faults"] for one in told if one["faults"]]
    assert len(ids) == SAVES
    kept_ids = [one.id for one in read_decisions(folder / "decisions") if one.kind == "person"]
    assert len(set(ids)) == SAVES
    assert set(ids) <= set(kept_ids)
    assert len(kept_ids) == SAVES


# Starts saving and does not wait: the promise is asked for once both browsers are at it.
MANY_SAVES = """async (saves) => {
  const service = await import("./web/review/service.js");
  const { desk } = await import("./web/review/desk.js");
  const blocks = desk.detail.page.blocks, whole = new Map();
  for (const block of blocks) {
    const { item } = await service.blockOf(desk.detail.page.name, block.place);
    whole.set(block.place, await service.item(item.id));
  }
  const roles = ["work_done", "results", "plan", "problems", "opening"];
  const run = async () => {
    const ids = [], faults = [];
    for (let number = 0; number < saves; number += 1) {
      const { item, block } = whole.get(blocks[number % blocks.length].place);
      const answers = { roles: roles[(number + Math.floor(number / blocks.length)) % roles.length] };
      const said = { item: item.id, place: block.place, text_sha: block.text_sha,
                     label_version: 0, answers, mode: "open", seconds: 1, unsure: false,
                     note: String(number), by: desk.person.id };
      try {
        ids.push(...(await service.decide(said)).stored);
      } catch (fault) {
        faults.push(`${number}: ${fault.status} ${fault.name}`);
      }
    }
    return { ids, faults };
  };
  window.allSaved = run();
}"""
