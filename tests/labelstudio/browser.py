"""A person in a real browser: logs in, opens a task, marks a span with the mouse, submits."""

import os
import shutil
from pathlib import Path

from studio import PASSWORD, USER

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
_MILLISECONDS = 60_000
# Where on the screen some words of the text to annotate stand; the list of tasks beside has them too.
_WORDS = """piece => {
  for (const box of document.querySelectorAll('.lsf-richtext__container')) {
    const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.data.indexOf(piece);
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + piece.length);
      const {left, right, top, bottom} = range.getBoundingClientRect();
      return {left, right, middle: (top + bottom) / 2};
    }
  }
  return null;
}"""


def annotated_in_chromium(
    address: str, project: int, task: int, piece: str, label: str, picture: Path
) -> bool:
    """Whether a browser was there to do it; the picture shows the page before it is submitted."""
    if CHROMIUM is None:
        return False
    from playwright.sync_api import sync_playwright

    rootless = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=rootless)
        try:
            page = chromium.new_page(viewport={"width": 1366, "height": 900})
            page.set_default_timeout(_MILLISECONDS)
            page.goto(f"{address}/user/login/")
            page.fill('input[name="email"]', USER)
            page.fill('input[name="password"]', PASSWORD)
            page.press('input[name="password"]', "Enter")
            page.wait_for_url(lambda url: "login" not in url)
            page.goto(f"{address}/projects/{project}/data?task={task}")
            submit = page.locator('button[aria-label="Submit current annotation"]')
            try:
                submit.wait_for()
                page.get_by_text(label, exact=True).first.click()
                place = page.evaluate(_WORDS, piece)
                assert place, f"{piece} is not on the page"
                page.mouse.move(place["left"] + 1, place["middle"])
                page.mouse.down()
                page.mouse.move(place["right"] - 1, place["middle"], steps=8)
                page.mouse.up()
                page.wait_for_timeout(500)
            finally:
                page.screenshot(path=picture)
            with page.expect_response(
                lambda one: one.request.method == "POST" and "/annotations" in one.url
            ) as saved:
                submit.click()
            assert saved.value.ok, f"{saved.value.status}: {saved.value.text()[:300]}"
        finally:
            chromium.close()
    return True
