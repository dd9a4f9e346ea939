"""What the tests of the service share: one on a free port, with a small bundle, and a browser."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn
from browsing import chromium
from playwright.sync_api import Browser, BrowserContext

from huibao.reader import Reader, load_reader
from huibao.service.app import create_app
from huibao.service.settings import Settings


@contextlib.contextmanager
def running(app: object) -> Iterator[str]:
    """The address of an application while it is served."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="on", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        until = time.monotonic() + 30
        while not server.started and thread.is_alive() and time.monotonic() < until:
            time.sleep(0.01)
        assert server.started, "the service did not start"
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
        listener.close()


@pytest.fixture(scope="session")
def reader(bundle_folder: Path) -> Reader:
    """The reader of the small bundle, beside the service: what answers must be the same as."""
    return load_reader(bundle_folder, threads=1)


@pytest.fixture(scope="session")
def address(reader: Reader) -> Iterator[str]:
    """A service with the defaults."""
    with running(create_app(reader, Settings())) as served:
        yield served


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    """A client of that service."""
    with httpx.Client(base_url=address, timeout=30) as one:
        yield one


@pytest.fixture
def serve(reader: Reader) -> Iterator[Callable[..., httpx.Client]]:
    """Serves with other settings or another reader; returns a client."""
    with contextlib.ExitStack() as stack:

        def served(*, reader: Reader = reader, **settings: object) -> httpx.Client:
            base = stack.enter_context(running(create_app(reader, Settings(**settings))))
            return stack.enter_context(httpx.Client(base_url=base, timeout=30))

        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    with chromium() as started:
        yield started


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile that must not speak to anyone but the service."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    yield context
    context.close()
    hosts = {urlsplit(url.removeprefix("blob:")).hostname for url in asked}
    assert hosts == {"127.0.0.1"}
