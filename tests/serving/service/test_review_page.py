"""The review page in a real browser: a day's work by keyboard, spans, blind items, trouble met calmly."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from browsing import NEEDED, assert_accessible, faultless, kept, problem
from playwright.sync_api import BrowserContext, Page, Route, expect
from review_desk import write_desk

from huibao.decisions import Decision, ManyValue, SpanValue, read_decisions
from huibao.reader import Reader

pytestmark = NEEDED

PHRASE = "correct horse"
REPORT = """云溪县2023年民族工作总结
一、主要做法
（一）县财政投入20万元，在各族群众中😀举办𠮷庆培训班5期，发放宣传册xx册，县民宗局派员讲课。
（二）召开专题会议，部署民族团结进步创建工作，明确各部门的职责分工和完成时限，逐项抓好落实。
二、取得的成效
全县获评先进单位3个，群众知晓率达95.2%，各项工作走在全州前列。
三、存在的问题
经费不足，问题不少，有的乡镇对民族工作重视不够。
四、下一步打算
2024年6月底前打算投入1.2亿元，继续推进创建工作进学校、进社区。
云溪县民族宗教事务局
2023年12月20日
"""
SPANS = "在各族群众中😀举办𠮷庆培训班5期"


@pytest.fixture
def folder(tmp_path: Path, reader: Reader) -> Path:
    return write_desk(tmp_path / "labels", reader, {"云溪.txt": REPORT}, pass_phrase=PHRASE)


@pytest.fixture
def client(serve: Callable[..., httpx.Client], folder: Path) -> httpx.Client:
    return serve(review_folder=folder)


@pytest.fixture
def page(context: BrowserContext, client: httpx.Client) -> Iterator[Page]:
    with faultless(context.new_page()) as page:
        page.goto(f"{client.base_url}/review")
        yield page


def entered(page: Page, name: str = "张三", phrase: str = "") -> None:
    if phrase:
        page.locator("#phrase").fill(phrase)
    page.locator(".name", has_text=name).click()
    expect(page.locator("#card")).to_be_focused()


def opened(page: Page, words: str) -> None:
    """Opens a block of the report by its words."""
    page.locator(".own-report button", has_text=words).click()
    expect(page.locator("#paragraph")).to_contain_text(words)
    expect(page.locator("#card")).to_be_focused()


def stored(folder: Path, by: str = "zhang") -> list[Decision]:
    return [one for one in read_decisions(folder / "decisions") if one.by == by]


def said(folder: Path, words: str, part: str) -> Any:
    """The last answer that is on the disk for the block with these words."""
    start = REPORT.index(words)
    before = [one for one in stored(folder) if one.set == part]
    return next(
        one.value
        for one in reversed(before)
        if int(one.place.rpartition("@")[2]) <= start < int(one.place.rpartition("@")[2]) + 80
    )


def pressed(page: Page, *keys: str) -> None:
    """Presses keys; the focus must stay where a person sees it."""
    for key in keys:
        page.keyboard.press(key)
        expect(page.locator("#confirm")).not_to_have_attribute("aria-disabled", "true")
        assert page.evaluate("document.activeElement !== document.body"), key


def test_a_day_is_done_with_the_keyboard_alone(page: Page, folder: Path) -> None:
    expect(page.locator(".name").first).to_be_focused()
    kept(page, "review-who")
    page.keyboard.press("Enter")
    expect(page.locator("#card")).to_be_focused()
    all_of = int(page.locator(".position").inner_text().split("/")[1])
    assert page.locator(".position").inner_text() == f"1 / {all_of}"
    expect(page.locator(".reason")).not_to_be_empty()
    first = page.locator("#paragraph").inner_text()
    study = page.locator("[data-id=cadre_study]")
    had = study.get_attribute("aria-pressed") == "true"
    pressed(page, "8", "w", "Shift+Digit5")
    expect(page.locator('[aria-pressed="true"][data-id="plan"]')).to_be_visible()
    kept(page, "review-decided")
    pressed(page, "Enter")
    expect(page.locator(".position")).to_have_text(f"2 / {all_of}")
    values = {one.set: one.value for one in stored(folder)}
    assert values["roles"] == "plan"
    assert ("cadre_study" in values["categories"].yes) is not had
    assert values["arenas"].yes == ("school",)

    pressed(page, "Backspace")
    expect(page.locator("#news")).to_contain_text("已撤回上一次保存")
    assert page.locator("#paragraph").inner_text() == first
    expect(page.locator('[aria-pressed="true"][data-id="plan"]')).to_be_visible()
    assert stored(folder)[-1].value is None  # an undo is a further entry
    pressed(page, "5", "?", "/")
    page.keyboard.insert_text("请再看")
    page.keyboard.press("Enter")
    expect(page.locator(".position")).to_have_text(f"2 / {all_of}")
    last = stored(folder)[-1]
    assert (last.unsure, last.note) == (True, "请再看")

    pressed(page, "h")
    expect(page.get_by_role("dialog")).to_contain_text("按键一览")
    kept(page, "review-help")
    pressed(page, "Escape", "s")
    expect(page.locator("#news")).to_contain_text("已跳过")
    for _ in range(all_of + 5):
        if page.locator(".calm-state").count():
            break
        place = page.locator(".position").inner_text()
        if not page.locator('.roles [aria-pressed="true"]').count():
            page.keyboard.press("4")
        page.keyboard.press("Enter")
        expect(page.locator(".position, .calm-state h1")).not_to_have_text(place)
    expect(page.locator(".calm-state h1")).to_have_text("今天的待办都做完了")
    kept(page, "review-done")
    pressed(page, "Backspace")  # the last save of the day, too
    expect(page.locator("#news")).to_contain_text("已撤回上一次保存")


def test_spans_are_marked_by_keys_in_code_points(page: Page, folder: Path) -> None:
    entered(page)
    opened(page, SPANS)
    text = page.locator("#paragraph-text").text_content() or ""
    at = text.index("庆培训班")  # of code points, as Python counts
    pressed(page, "F2", "Home")
    expect(page.locator("#paragraph")).to_be_focused()
    pressed(page, *["ArrowRight"] * at, *["Shift+ArrowRight"] * 4)
    expect(page.locator(".picked")).to_have_text("庆培训班")
    kept(page, "review-spans")
    pressed(page, "i")
    expect(page.locator(".current")).to_have_text("庆培训班")
    pressed(page, "Escape", "Enter")
    expect(page.locator("#paragraph")).not_to_contain_text(SPANS)
    value = said(folder, SPANS, "entities")
    assert isinstance(value, SpanValue)
    marked = [one for one in value.spans if one.label == "EVENT"]
    assert [(one.start, one.end, one.text) for one in marked] == [(at, at + 4, "庆培训班")]
    assert text[at : at + 4] == "庆培训班"


def test_a_span_is_changed_removed_and_never_overlaps_another(page: Page) -> None:
    entered(page)
    opened(page, SPANS)
    money = page.locator('#paragraph [data-type="MONEY"]')
    expect(money).to_have_text("20万元")
    money.click()
    expect(page.locator(".current")).to_have_text("20万元")
    pressed(page, "e")  # another type
    expect(page.locator('#paragraph [data-type="QUANT"]', has_text="20万元")).to_be_visible()
    pressed(page, "Delete")
    expect(page.locator(".suggested", has_text="20万元")).to_be_visible()
    selected(page, "投入20万元")
    pressed(page, "w")  # both ends are near what was suggested
    expect(money).to_have_text("20万元")
    pressed(page, "ArrowRight")
    selected(page, "财政投入20万")
    pressed(page, "r")
    expect(page.locator("#news")).to_have_text(
        re.compile("“财政投入20万”与已标的“20万元”（金额）重叠")
    )
    expect(page.locator('#paragraph [data-type="ORG"]', has_text="财政")).to_have_count(0)


def test_the_mouse_marks_what_it_selects(page: Page, folder: Path) -> None:
    entered(page)
    opened(page, SPANS)
    selected(page, "各族群众")
    page.locator(".entities [data-id=ETHNIC]").click()
    expect(page.locator('#paragraph [data-type="ETHNIC"]')).to_have_text("各族群众")
    page.locator("#confirm").click()
    expect(page.locator("#paragraph")).not_to_contain_text(SPANS)
    value = said(folder, SPANS, "entities")
    assert ("各族群众", "ETHNIC") in [(one.text, one.label) for one in value.spans]


def selected(page: Page, words: str) -> None:
    """Selects words with the mouse."""
    box: dict[str, float] = page.evaluate(
        """words => {
          const text = document.getElementById("paragraph-text"), range = document.createRange();
          const at = text.textContent.indexOf(words), ends = [at, at + words.length];
          const walk = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
          let seen = 0;
          for (let node = walk.nextNode(); node; node = walk.nextNode()) {
            const inside = (place) => place >= seen && place <= seen + node.length;
            if (inside(ends[0]) && ends[0] < seen + node.length) range.setStart(node, ends[0] - seen);
            if (inside(ends[1]) && ends[1] > seen) range.setEnd(node, ends[1] - seen);
            seen += node.length;
          }
          const rects = range.getClientRects(), first = rects[0], last = rects[rects.length - 1];
          return { x: first.left + 1, y: first.top + first.height / 2,
                   to: last.right - 1, down: last.top + last.height / 2 };
        }""",
        words,
    )
    page.mouse.move(box["x"], box["y"])
    page.mouse.down()
    page.mouse.move(box["to"], box["down"], steps=5)
    page.mouse.up()
    expect(page.locator(".picked").first).to_be_visible()
    assert "".join(page.locator(".picked").all_text_contents()) == words


def test_a_blind_item_shows_nothing_of_the_model_or_of_others(
    page: Page, client: httpx.Client, folder: Path
) -> None:
    with httpx.Client(base_url=client.base_url) as other:
        other.post("/v1/review/session", json={"person": "li"})
        for item in other.get("/v1/review/queue").json()["items"]:
            whole = other.get(f"/v1/review/items/{item['id']}").json()
            answer = {"roles": "request", "entities": {"spans": [], "judged": "rest"}}
            sent = {"place": item["place"], "text_sha": whole["block"]["text_sha"]}
            other.post("/v1/review/decisions", json={**sent, "label_version": 0, "answers": answer})

    def leaking(route: Route) -> None:  # what the service should not have told is not shown either
        answer = route.fetch()
        told: dict[str, Any] = answer.json()
        told["answers"]["roles"]["model"] = {"value": "plan", "score": 0.9, "runner_up": None}
        route.fulfill(response=answer, json=told)

    page.route("**/v1/review/items/*", leaking)
    entered(page)
    until_blind(page)
    shown = page.locator(".card-answers").inner_text() + page.locator(".panel").inner_text()
    assert not re.search(r"\d%|模型|李四", shown)
    for trace in ('.choice[aria-pressed="true"]', ".share", ".runner", ".glyph", ".suggested"):
        expect(page.locator(trace)).to_have_count(0)
    expect(page.locator("#paragraph .entity")).to_have_count(0)
    expect(page.locator('.own-report [aria-current="true"] .own-done')).to_have_count(0)
    kept(page, "review-blind")
    pressed(page, "Enter")
    expect(page.locator("#news")).to_have_text("请先选定“段落作用”，再确认。")
    pressed(page, "4", "Enter")
    assert {one.mode for one in stored(folder)[-2:]} == {"blind"}


def until_blind(page: Page) -> None:
    for _ in range(40):
        if page.locator(".desk.blind").count():
            return
        place = page.locator(".position").inner_text()
        page.keyboard.press("s")
        expect(page.locator(".position")).not_to_have_text(place)
    raise AssertionError("there is no blind item in the list")


def test_a_save_that_fails_stays_until_it_succeeds(page: Page, folder: Path) -> None:
    entered(page)
    before = page.locator("#paragraph").inner_text()
    page.route("**/v1/review/decisions", lambda route: route.abort())
    pressed(page, "7", "Enter")
    expect(page.get_by_role("alert")).to_contain_text("连接不上服务")
    kept(page, "review-unreachable")
    assert page.locator("#paragraph").inner_text() == before
    page.unroute("**/v1/review/decisions")
    page.reload()  # not even closing the page loses what was chosen
    expect(page.locator('[aria-pressed="true"][data-id="problems"]')).to_be_visible()
    page.route("**/v1/review/decisions", problem(500, "internal"), times=1)
    pressed(page, "Enter")
    expect(page.get_by_role("alert")).to_contain_text("请把请求编号告诉管理员")
    pressed(page, "Enter")  # tries again
    expect(page.get_by_role("alert")).to_have_count(0)
    assert "problems" in {one.value for one in stored(folder) if one.set == "roles"}


def test_a_slow_save_is_sent_once_however_often_enter_is_pressed(page: Page, folder: Path) -> None:
    entered(page)

    def slow(route: Route) -> None:
        page.wait_for_timeout(300)
        route.continue_()

    page.route("**/v1/review/decisions", slow)
    for key in ("7", "Enter", "Enter", "5", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#confirm")).to_contain_text("正在保存")
    expect(page.locator(".position")).to_have_text(re.compile("^2 /"))
    assert len({one.place for one in stored(folder)}) == 1
    assert [one.value for one in stored(folder) if one.set == "roles"] == ["problems"]


@pytest.mark.parametrize(
    ("name", "words"),
    [("text_changed", "这一段的文字在您判断期间变了"), ("labels_changed", "标签在您判断期间变了")],
)
def test_a_conflict_is_explained_and_the_choices_are_kept(
    page: Page, folder: Path, name: str, words: str
) -> None:
    entered(page)
    page.route("**/v1/review/decisions", problem(409, name), times=1)
    pressed(page, "7", "Enter")
    expect(page.get_by_role("alert")).to_contain_text(words)
    pressed(page, "Enter")  # opens the block as it is now
    expect(page.locator("#news")).to_contain_text("已换成最新的文字和标签")
    expect(page.locator('[aria-pressed="true"][data-id="problems"]')).to_be_visible()
    pressed(page, "Enter")
    expect(page.locator(".position")).to_have_text(re.compile("^2 /"))
    assert "problems" in {one.value for one in stored(folder) if one.set == "roles"}


def test_a_session_that_ended_is_renewed_and_the_answer_saved(page: Page, folder: Path) -> None:
    entered(page)
    page.context.clear_cookies()
    pressed(page, "7", "Enter")
    expect(page.get_by_role("alert")).to_contain_text("登录已过期")
    pressed(page, "Enter")
    expect(page.locator(".who h1")).to_contain_text("登录已过期，请再选一次姓名")
    kept(page, "review-expired")
    page.keyboard.press("1")
    expect(page.locator(".position")).to_have_text(re.compile("^2 /"))
    assert "problems" in {one.value for one in stored(folder) if one.set == "roles"}


def test_a_block_that_is_gone_leads_back_to_the_list(page: Page) -> None:
    entered(page)
    page.route("**/v1/review/skip", problem(404, "not_found"), times=1)
    pressed(page, "s")
    page.get_by_role("button", name="再看一次").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator("#card")).to_be_focused()


def test_a_browser_that_keeps_nothing_asks_before_an_answer_is_lost(
    context: BrowserContext, client: httpx.Client
) -> None:
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('denied') } })"
    )
    with faultless(context.new_page()) as page:
        page.goto(f"{client.base_url}/review")
        entered(page)
        pressed(page, "7")
        asked: list[str] = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        page.reload()
        assert asked == ["beforeunload"]


def test_two_tabs_tell_each_other_and_nobody_saves_under_a_wrong_name(
    page: Page, client: httpx.Client, folder: Path
) -> None:
    entered(page)
    with faultless(page.context.new_page()) as second:
        second.goto(f"{client.base_url}/review")
        expect(second.locator("#card")).to_be_focused()
        pressed(second, "7", "Enter")
        expect(page.locator("#news")).to_contain_text("您刚在另一个标签页保存过")
        second.locator("#person").click()
        entered(second, "李四")
        expect(page.get_by_role("alert")).to_contain_text("已在另一个标签页换了人")
    pressed(page, "2", "Enter")
    expect(page.locator("#person")).to_contain_text("李四")
    assert not stored(folder, "li")


def test_nothing_is_saved_under_the_name_of_another_who_signed_in_unseen(
    page: Page, client: httpx.Client, folder: Path
) -> None:
    entered(page)
    page.context.request.post(f"{client.base_url}/v1/review/session", data={"person": "li"})
    pressed(page, "7", "Enter")
    expect(page.get_by_role("alert")).to_contain_text("已在另一个标签页换了人")
    assert not stored(folder) + stored(folder, "li")
    pressed(page, "Enter")
    expect(page.locator("#person")).to_contain_text("李四")
    expect(page.locator('[aria-pressed="true"][data-id="problems"]')).to_have_count(0)


def test_a_service_that_was_started_anew_finds_everything_again(
    page: Page, serve: Callable[..., httpx.Client], folder: Path
) -> None:
    entered(page)
    pressed(page, "7", "Enter")
    expect(page.locator(".position")).to_have_text(re.compile("^2 /"))
    page.goto(f"{serve(review_folder=folder).base_url}/review")
    expect(page.locator("#card")).to_be_focused()  # still signed in
    expect(page.locator(".position")).to_have_text(re.compile("^2 /"))
    pressed(page, "Backspace")
    expect(page.locator('[aria-pressed="true"][data-id="problems"]')).to_have_count(0)
    assert stored(folder)[-1].value is None


def test_a_report_is_gone_through_in_its_order(page: Page) -> None:
    entered(page)
    page.keyboard.press("Alt+Digit2")
    page.locator(".page-list button").first.click()
    expect(page.locator("#paragraph")).to_have_text(re.compile("^云溪县"))
    for number in range(2, 6):
        if not page.locator('.roles [aria-pressed="true"]').count():
            page.keyboard.press("4")
        pressed(page, "Enter")
        expect(page.locator(".position")).to_have_text(re.compile(f"^{number} /"))
    expect(page.locator(".own-done")).to_have_count(4)
    page.locator("button", has_text="回到待办").click()
    expect(page.locator(".reason")).not_to_be_empty()


def test_markup_in_a_report_is_text(page: Page) -> None:
    said = "<img src=x onerror=alert(1)><b>局</b>"

    def with_markup(route: Route) -> None:
        answer = route.fetch()
        told: dict[str, Any] = answer.json()
        told["page"]["title"] = told["block"]["text"] = said
        for block in told["page"]["blocks"]:
            block["text"] = said
        route.fulfill(response=answer, json=told)

    page.route("**/v1/review/items/*", with_markup)
    entered(page)
    assert page.locator("#paragraph-text").text_content() == said
    expect(page.locator("main img, .own-text b")).to_have_count(0)


def test_labels_an_older_model_cannot_tell_apart_are_both_named(page: Page) -> None:
    def coarse(route: Route) -> None:
        answer = route.fetch()
        told: dict[str, Any] = answer.json()
        if not told["item"]["blind"]:
            told["answers"]["roles"]["model"] |= {"value": "results|experience", "coarse": True}
        route.fulfill(response=answer, json=told)

    page.route("**/v1/review/items/*", coarse)
    entered(page)
    expect(page.locator('[data-set="roles"] .model-says')).to_have_text(
        "模型答：成效与荣誉 或 亮点特色与经验，请选定"
    )
    expect(page.locator('.roles [aria-pressed="true"]')).to_have_count(0)


def test_the_language_is_switched_where_one_works(page: Page) -> None:
    entered(page)
    pressed(page, "7")
    page.locator("#language").click()
    expect(page.locator("#confirm")).to_contain_text("Confirm, next")
    expect(page.locator('[aria-pressed="true"][data-id="problems"]')).to_have_text(
        re.compile("Problems and causes")
    )
    assert not re.search("[一-鿿]", page.locator(".card-answers").inner_text())
    kept(page, "review-english")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (1024, 768), (390, 844)])
def test_nothing_is_cut_off_at_usual_sizes(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    entered(page, "王五", PHRASE)
    for number, name in enumerate(("work", "pages", "differ", "sets", "numbers"), 1):
        page.keyboard.press(f"Alt+Digit{number}")
        expect(page.locator(".calm-line")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        if width > 820:
            assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight"), (
                name
            )
        kept(page, f"review-{name}-{width}")


@pytest.mark.parametrize("width", [1366, 390])
def test_nothing_serious_stands_in_the_way_of_assistive_software(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 768})
    expect(page.locator(".name").first).to_be_visible()
    assert_accessible(page)
    entered(page, "王五", PHRASE)
    assert_accessible(page)
    pressed(page, "F2", "Tab", "Shift+ArrowRight")
    assert_accessible(page)
    pressed(page, "Escape", "h")
    assert_accessible(page)
    pressed(page, "h")
    page.route("**/v1/review/decisions", problem(500, "internal"))
    pressed(page, "4", "Enter")
    assert_accessible(page)
    for number in range(2, 6):
        page.keyboard.press(f"Alt+Digit{number}")
        expect(page.locator(".calm-line")).to_have_count(0)
        assert_accessible(page)


def test_what_is_stored_is_what_was_shown(page: Page, folder: Path) -> None:
    entered(page)
    opened(page, "召开专题会议")
    chosen = page.locator('.categories [aria-pressed="true"]').evaluate_all(
        "all => all.map((one) => one.dataset.id)"
    )
    pressed(page, "4", "Enter")
    expect(page.locator("#paragraph")).not_to_contain_text("召开专题会议")
    value = said(folder, "召开专题会议", "categories")
    assert isinstance(value, ManyValue)
    assert sorted(value.yes) == sorted(chosen)
