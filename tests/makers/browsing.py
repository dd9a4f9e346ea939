"""What the tests of the pages share: a real browser, its faults, the Tab key, axe, pictures."""

import contextlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
NEEDED = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"),
    reason="no Chromium here: tests/install_browser.sh installs it",
)
expect.set_options(timeout=15_000)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium without a window."""
    assert CHROMIUM, "CI needs Chromium: run tests/install_browser.sh"
    rootless = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=rootless)
        yield browser
        browser.close()


@contextlib.contextmanager
def faultless(page: Page) -> Iterator[Page]:
    """A page on which no script may fail and no rule of the policy be broken."""
    page.set_default_timeout(15_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None,
    )
    yield page
    assert not faults


def problem(status: int, name: str, **headers: str) -> Callable[[Route], None]:
    body = {"type": f"/problems/{name}", "title": "T", "status": status, "detail": "D.",
            "request_id": "r-42"}  # fmt: skip

    def refuse(route: Route) -> None:
        route.fulfill(
            status=status,
            headers={"Content-Type": "application/problem+json", **headers},
            body=json.dumps(body),
        )

    return refuse


def tab_until(page: Page, selector: str) -> None:
    """Presses Tab until the focus is there."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"the Tab key does not reach {selector}")


def assert_accessible(page: Page) -> None:
    """No finding of axe-core may be serious."""
    found = Axe().run(page).response["violations"]
    bad = [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    assert not bad, "\n".join(bad)


def kept(page: Page, name: str, *, whole: bool = False) -> None:
    """Writes a picture into the folder that SCREENSHOTS names, for the eyes of people."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=whole)
