"""The page in a real browser: what an office worker does with it, by mouse and by keyboard."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from browsing import NEEDED, assert_accessible, faultless, kept, problem, tab_until
from playwright.sync_api import BrowserContext, Page, Route, expect

from huibao.jsonl import page_json
from huibao.reader import Reader

pytestmark = NEEDED

TEXT = """云溪县2023年民族工作总结
一、主要做法
县财政投入20万元，举办培训班5期，发放宣传册xx册。
二、取得的成效
获评先进，轮训干部，知晓率达95.2%。
三、存在的问题
经费不足，问题不少。
四、下一步打算
2024年6月底前打算投入1.2亿元。
云溪县民族宗教事务局
2023年12月20日
"""
SITE = f"首页 > 范文 > 工作总结\n浏览次数：321\n{TEXT}上一篇：采购计划\n"


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    with faultless(context.new_page()) as page:
        page.goto(address)
        yield page


def pasted(page: Page, text: str = TEXT) -> None:
    page.locator("#pasted").fill(text)
    page.locator("#read-text").click()
    expect(page.locator(".block").first).to_be_visible()


def uploaded(page: Page, **texts: str) -> None:
    page.locator("#chooser").set_input_files(
        [
            {"name": f"{name}.txt", "mimeType": "text/plain", "buffer": text.encode()}
            for name, text in texts.items()
        ]
    )


def test_pasted_text_is_shown_block_by_block_in_its_order(page: Page, reader: Reader) -> None:
    pasted(page)
    blocks = page_json(reader.read(TEXT))["reports"][0]["blocks"]
    assert page.locator(".block .text").all_inner_texts() == [block["text"] for block in blocks]
    roles = page.locator(".block").evaluate_all("all => all.map((one) => one.dataset.role)")
    assert roles == [block["role"]["id"] for block in blocks]
    assert page.locator(".outline .outline-text").all_inner_texts() == [
        block["text"] for block in blocks if block["kind"] == "heading"
    ]
    expect(page.locator("h1")).to_have_text("云溪县2023年民族工作总结")


def test_every_entity_stands_at_its_place(page: Page, reader: Reader) -> None:
    text = TEXT.replace("举办", "举\n办\U00020000\U0001f600")  # counted by code points
    pasted(page, text)
    said = page_json(reader.read(text))["reports"][0]["blocks"]
    told = [text[e["start"] : e["end"]].replace("\n", "") for b in said for e in b["entities"]]
    assert page.locator(".text .entity").all_inner_texts() == told
    assert "20万元" in told


def test_markup_in_a_report_is_text(page: Page) -> None:
    pasted(page, TEXT.replace("县财政", "县财政<img src=x onerror=alert(1)><b>局</b>"))
    expect(page.locator(".block img, .block .text b")).to_have_count(0)
    expect(page.locator("#text")).to_contain_text("县财政<img src=x onerror=alert(1)><b>局</b>")


def test_a_value_is_told_on_hover_and_on_focus(page: Page) -> None:
    pasted(page)
    money = page.locator(".entity", has_text="20万元")
    money.hover()
    expect(page.get_by_role("tooltip")).to_contain_text("200,000 元")
    page.mouse.move(5, 5)
    expect(page.get_by_role("tooltip")).to_be_hidden()
    page.locator("#text").focus()
    page.keyboard.press("ArrowRight")
    while "1.2亿元" not in page.locator(".entity:focus").inner_text():
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tooltip")).to_contain_text("120,000,000 元")
    page.keyboard.press("Escape")
    expect(page.get_by_role("tooltip")).to_be_hidden()


def test_a_masked_value_is_never_a_number(page: Page) -> None:
    pasted(page)
    page.locator(".entity.is-masked").hover()
    expect(page.get_by_role("tooltip")).to_contain_text("缺（原文已遮盖）")
    page.locator("[data-tab=table]").click()
    row = page.locator("tr", has_text="xx册")
    expect(row.locator(".numeric")).to_have_text("缺")


def test_filters_keep_what_they_name_and_say_what_they_hide(page: Page) -> None:
    pasted(page)
    page.locator("[data-filter=roles][data-id=problems]").click()
    shown = page.locator(".block:visible")
    assert shown.evaluate_all("all => all.map((one) => one.dataset.role)") == ["problems"] * 2
    expect(page.locator("#shown")).to_have_text("显示 2 / 11 块")
    expect(page.locator(".gap").first).to_have_text("隐去 5 块")
    page.locator("#clear").click()
    expect(page.locator(".block:visible")).to_have_count(11)
    page.locator("[data-filter=types][data-id=MONEY]").click()
    expect(page.locator(".entity:not(.unmarked)")).to_have_count(2)
    page.locator("[data-tab=table]").click()
    expect(page.locator(".entities tbody tr")).to_have_count(2)


def test_the_chart_tells_which_dimensions_have_evidence(page: Page) -> None:
    pasted(page)
    rows = page.locator(".dimension")
    expect(rows).to_have_count(7)
    led = page.locator("[data-dimension=party_leadership]")
    expect(led).to_contain_text("1+1")
    expect(led.locator("rect.bar-done")).to_have_attribute("width", "50")
    expect(page.locator("[data-dimension=risk_prevention]")).to_contain_text("无佐证")
    led.click()
    expect(led).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".block:visible")).to_have_count(2)


def test_the_table_sorts_by_value_and_a_row_leads_to_its_place(page: Page) -> None:
    pasted(page)
    page.locator("[data-tab=table]").click()
    page.locator("th[data-column=number] button").click()
    assert page.locator(".numeric").all_inner_texts()[:2] == ["120,000,000", "200,000"]
    expect(page.locator("th[data-column=number]")).to_have_attribute("aria-sort", "descending")
    page.locator(".entities tr", has_text="1.2亿元").click()
    expect(page.locator(".entity:focus")).to_have_text("1.2亿元")
    expect(page.locator(".entity:focus")).to_be_in_viewport()


def test_the_keyboard_alone_is_enough(page: Page) -> None:
    focused = page.locator(":focus")
    page.keyboard.press("Tab")
    expect(focused).to_have_class("skip")
    tab_until(page, "#pasted")
    page.keyboard.insert_text(TEXT)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".block").first).to_be_visible()
    tab_until(page, "#language")
    tab_until(page, "[data-tab=table]")
    page.keyboard.press("Enter")
    expect(page.locator("#table")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    tab_until(page, "[data-tab=text]")
    page.keyboard.press("Space")
    tab_until(page, ".outline button")
    page.keyboard.press("Enter")
    expect(focused).to_have_class(re.compile("block"))
    page.keyboard.press("ArrowRight")
    expect(focused).to_have_class(re.compile("entity"))
    tab_until(page, "[data-dimension]")
    page.keyboard.press("Space")
    expect(page.locator("[aria-pressed=true][data-dimension]")).to_have_count(1)


def test_the_language_is_switched_and_remembered(page: Page, address: str) -> None:
    pasted(page)
    page.locator("#language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("[data-tab=text]")).to_have_text("Report")
    expect(page.locator(".run .role-name", has_text="Next steps").first).to_be_visible()
    assert not re.search("[一-鿿]", page.locator(".right").inner_text().replace("文", ""))
    page.goto(address)
    expect(page.locator("h1")).to_have_text("Read a work report")


def test_a_browser_that_keeps_nothing_works_too(context: BrowserContext, address: str) -> None:
    context.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        "Object.defineProperty(window, name, { get() { throw new Error('denied') } })"
    )
    page = context.new_page()
    page.goto(address)
    page.locator("#language").click()
    expect(page.locator("h1")).to_have_text("Read a work report")
    pasted(page)


@pytest.mark.parametrize("ending", ["json", "xlsx", "html"])
def test_a_report_is_saved_in_three_forms(page: Page, reader: Reader, ending: str) -> None:
    uploaded(page, 总结=SITE)
    expect(page.locator(".block").first).to_be_visible()
    with page.expect_download() as waited:
        page.locator(f"[data-format={ending}]").click()
    assert waited.value.suggested_filename == f"总结.{ending}"
    content = Path(waited.value.path()).read_bytes()
    match ending:
        case "json":
            assert json.loads(content) == page_json(reader.read(SITE.encode(), name="总结.txt"))
        case "xlsx":
            assert content.startswith(b"PK")
        case "html":
            assert content.startswith(b"<!doctype html>")
            assert "20万元" in content.decode()


def test_what_the_site_added_is_shown_apart_and_notes_on_the_reading_first(page: Page) -> None:
    uploaded(page, 网页=SITE, 表格="not read")
    expect(page.locator(".reading[data-status=done]")).to_have_count(2)
    page.locator(".reading .strong").first.click()
    furniture = page.locator(".furniture").first
    furniture.locator("summary").click()
    expect(furniture).to_contain_text("浏览次数：321")
    expect(furniture).to_contain_text("网站导航")
    page.locator(".files button", has_text="表格").click()
    expect(page.locator(".files [aria-current]")).to_have_text("表格.txt")


def test_an_unreadable_file_is_told_in_plain_words_and_its_neighbours_are_read(page: Page) -> None:
    page.locator("#chooser").set_input_files(
        [
            {
                "name": "扫描.png",
                "mimeType": "image/png",
                "buffer": b"\x89PNG\r\n\x1a\n" + b"x" * 64,
            },
            {"name": "总结.txt", "mimeType": "text/plain", "buffer": TEXT.encode()},
        ]
    )
    failed = page.locator(".reading[data-status=failed]")
    expect(failed).to_contain_text("没有文字层，请先识别文字")
    expect(failed.locator("code")).to_have_text(re.compile(".{6,}"))
    expect(page.locator(".reading[data-status=done]")).to_contain_text("总结.txt")


def test_a_fault_of_the_service_gives_the_number_to_report(page: Page) -> None:
    page.route("**/v1/read", problem(500, "internal"))
    page.locator("#pasted").fill(TEXT)
    page.locator("#read-text").click()
    expect(page.get_by_role("alert")).to_contain_text("请把请求编号告诉管理员")
    expect(page.get_by_role("alert")).to_contain_text("r-42")
    page.unroute("**/v1/read")
    page.get_by_role("button", name="再试一次").click()
    expect(page.locator(".block").first).to_be_visible()


def test_a_busy_service_is_asked_again_when_it_said(page: Page) -> None:
    page.route("**/v1/read", problem(503, "overloaded", **{"Retry-After": "1"}), times=1)
    page.locator("#pasted").fill(TEXT)
    page.locator("#read-text").click()
    expect(page.locator(".status-words")).to_contain_text("服务繁忙")
    expect(page.locator(".block").first).to_be_visible()


def test_a_reading_can_be_stopped(page: Page) -> None:
    page.route("**/v1/read", lambda route: None)
    page.locator("#pasted").fill(TEXT)
    page.locator("#read-text").click()
    expect(page.locator("progress")).to_be_visible()
    page.get_by_role("button", name="取消").click()
    expect(page.locator(".reading[data-status=cancelled]")).to_contain_text("已取消")


def test_a_key_is_asked_for_and_kept(page: Page, serve: Callable[..., httpx.Client]) -> None:
    page.goto(str(serve(keys="office:open-sesame").base_url))
    page.locator("#key").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.locator(".key")).to_contain_text("口令不被接受")
    page.locator("#key").fill("open-sesame")
    page.keyboard.press("Enter")
    expect(page.locator(".key")).to_have_count(0)
    pasted(page)
    page.reload()
    expect(page.locator("#pasted")).to_be_visible()
    expect(page.locator(".key")).to_have_count(0)


def test_personal_names_are_asked_for_only_when_wanted(page: Page) -> None:
    asked: list[str] = []

    def with_a_person(route: Route) -> None:
        asked.append(route.request.url)
        answer = route.fetch()
        told: dict[str, Any] = answer.json()
        if "persons=true" in route.request.url:
            block = told["page"]["reports"][0]["blocks"][6]
            block["entities"].append(
                {
                    "type": "PERSON",
                    "start": block["start"],
                    "end": block["start"] + 2,
                    "text": "经费",
                    "score": 0.9,
                }
            )
        route.fulfill(response=answer, json=told)

    page.route("**/v1/read*", with_a_person)
    pasted(page)
    expect(page.locator("[data-type=PERSON]")).to_have_count(0)
    assert "persons" not in asked[0]
    page.get_by_label("标出", exact=True).check()
    expect(page.locator("#text [data-type=PERSON]")).to_have_text("经费")
    page.get_by_label("遮盖").check()
    expect(page.locator("#text [data-type=PERSON]")).to_have_text("▇▇")
    page.get_by_label("不标出").check()
    expect(page.locator("[data-type=PERSON]")).to_have_count(0)
    assert len(asked) == 2


def test_labels_an_older_model_cannot_tell_apart_are_both_named(page: Page) -> None:
    def coarse(route: Route) -> None:
        answer = route.fetch()
        told: dict[str, Any] = answer.json()
        block = told["page"]["reports"][0]["blocks"][2]
        block["role"] = {"id": "results|experience", "score": 0.9, "coarse": True}
        parts = "cadre_study|org_leadership"
        block["categories"] = [{"id": parts, "score": 0.9, "coarse": True}]
        route.fulfill(response=answer, json=told)

    page.route("**/v1/read*", coarse)
    pasted(page)
    side = page.locator(".block .side").nth(2)
    expect(side.locator(".role-name")).to_contain_text("成效与荣誉 或 亮点特色与经验")
    chip = page.locator(".chip.categories", has_text="干部理论学习与业务培训 或 组织领导与责任机制")
    expect(chip).to_have_count(1)
    expect(page.locator("[data-dimension=party_leadership]")).to_contain_text("1")
    page.locator("[data-filter=categories]", has_text=" 或 ").click()
    expect(page.locator(".block:visible")).to_have_count(1)


@pytest.mark.parametrize("width", [1366, 390])
def test_nothing_serious_stands_in_the_way_of_assistive_software(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 768})
    expect(page.locator("#pasted")).to_be_visible()
    assert_accessible(page)
    uploaded(page, 网页=SITE, 空="")
    expect(page.locator(".reading[data-status=failed]")).to_be_visible()
    assert_accessible(page)
    page.locator(".reading .strong").click()
    page.locator(".entity.is-masked").focus()
    assert_accessible(page)
    page.locator("[data-tab=table]").click()
    page.locator("[data-filter=types][data-id=DATE]").click()
    assert_accessible(page)


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (390, 844)])
def test_nothing_is_cut_off_at_usual_sizes(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    kept(page, f"first-{width}")
    pasted(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    kept(page, f"report-{width}")
    page.locator(".entity", has_text="20万元").click()
    kept(page, f"value-{width}")
    page.locator("[data-tab=table]").click()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    kept(page, f"table-{width}")
    page.locator("#language").click()
    kept(page, f"english-{width}")
