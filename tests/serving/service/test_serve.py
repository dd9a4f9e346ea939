"""`huibao serve` as a process: ready soon, silent about documents, and no request lost at the end."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

import huibao
from huibao.service.serve import listening_socket, page_address

SOURCES = Path(huibao.__file__).resolve().parents[1]
COMMAND = [sys.executable, "-c", "import sys; from huibao.cli import main; sys.exit(main())"]
SECRET = "机密词句甲乙丙"
READY_SECONDS = 2.0  # of processor time: the clock on the wall belongs to the neighbours too


def environment(**variables: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUIBAO_")}
    return kept | {"PYTHONPATH": str(SOURCES), "PYTHONIOENCODING": "utf-8"} | variables


class Command:
    """A running `huibao serve`, what it printed and what it logged."""

    def __init__(self, *arguments: str, **variables: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "serve", "--port", "0", *arguments],
            env=environment(**variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        assert self.process.stdout is not None
        self.printed = ""
        while "汇报" not in self.printed and (line := self.process.stdout.readline()):
            self.printed += line
        self.address = (re.findall(r"http://\S+/", self.printed) or [""])[0]
        assert self.address, self.process.communicate()[1]

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(90)

    def log(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read()


@pytest.fixture
def command() -> Iterator[Callable[..., Command]]:
    started: list[Command] = []

    def start(*arguments: str, **variables: str) -> Command:
        started.append(Command(*arguments, **variables))
        return started[-1]

    yield start
    for one in started:
        with contextlib.suppress(ProcessLookupError):
            one.process.kill()
        one.process.communicate()


def processor_seconds(process: "subprocess.Popen[str]") -> float:
    fields = Path(f"/proc/{process.pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_the_shipped_bundle_is_ready_soon(command) -> None:
    running = command()
    assert httpx.get(running.address + "readyz").status_code == 200
    assert processor_seconds(running.process) < READY_SECONDS


def test_it_says_where_the_page_is_and_hides_the_keys(command, bundle_folder: Path) -> None:
    running = command(
        "--bundle", str(bundle_folder), HUIBAO_KEYS=f"office:{SECRET}0123456789abcdef"
    )
    assert running.printed.splitlines()[-1] == f"汇报: {running.address}"
    assert f"HUIBAO_BUNDLES={bundle_folder}" in running.printed
    assert "HUIBAO_KEYS=1 hidden" in running.printed
    assert "HUIBAO_HOST=127.0.0.1" in running.printed
    assert httpx.get(running.address).status_code == 200
    assert httpx.get(running.address + "v1/model").status_code == 401
    assert running.end(signal.SIGINT) == 0
    assert SECRET not in running.printed + running.log()


def test_a_signal_under_load_loses_none_that_was_accepted(command, bundle_folder: Path) -> None:
    running = command("--bundle", str(bundle_folder), HUIBAO_DRAIN_SECONDS="60")
    long = "".join(f"{n}.云溪县民族宗教事务局举办培训班，获得表彰。\n" for n in range(1500))
    texts = [f"打算{number}。\n" for number in range(4)] + [f"甲{long}", f"乙{long}"]
    outcomes: list[object] = []

    def asking(text: str) -> None:
        try:
            answer = httpx.post(running.address + "v1/read", json={"text": text}, timeout=90)
            outcomes.append((answer.status_code, text in answer.json()["page"]["text"]))
        except (httpx.HTTPError, KeyError) as error:
            outcomes.append(error)

    threads = [threading.Thread(target=asking, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 30
    while accepted(running.address) < len(texts) and time.monotonic() < until:
        time.sleep(0.05)
    answered = len(outcomes)
    code = running.end()
    for thread in threads:
        thread.join()
    assert answered < len(texts), "the signal came when all was done"
    assert outcomes == [(200, True)] * len(texts)
    assert code == 0


def accepted(address: str) -> int:
    """Requests to read that were answered or are being answered."""
    figures = httpx.get(address + "metrics", timeout=30).text
    sought = r'^huibao_requests_(?:in_flight|total\{[^}]*route="/v1/read"[^}]*\}) (\S+)'
    return int(sum(map(float, re.findall(sought, figures, re.MULTILINE)))) - 1


def test_no_text_of_a_document_enters_the_log(command, bundle_folder: Path) -> None:
    running = command("--bundle", str(bundle_folder), HUIBAO_LOG_LEVEL="debug")
    broken = b"PK\x03\x04" + SECRET.encode()
    with httpx.Client(base_url=running.address, timeout=30) as client:
        statuses = [
            client.post("/v1/read", json={"text": SECRET}).status_code,
            client.post("/v1/read", json={"texts": [SECRET, 5]}).status_code,
            client.post("/v1/read", json={SECRET: SECRET}).status_code,
            client.post("/v1/read", content=SECRET.encode()).status_code,
            client.post("/v1/read", content=f'{{"text": "{SECRET}'.encode()).status_code,
            client.post("/v1/classify", json={"texts": [{"text": SECRET}]}).status_code,
            client.post("/v1/entities", json={"texts": [SECRET]}).status_code,
            client.post("/v1/read", files={"file": (f"{SECRET}.txt", SECRET)}).status_code,
            client.post("/v1/read", files={"file": (f"{SECRET}.docx", broken)}).status_code,
            client.get(f"/{SECRET}").status_code,
            client.get(f"/v1/labels?q={SECRET}").status_code,
            client.get("/v1/labels", headers={"X-Request-ID": SECRET.encode()}).status_code,
            client.get(f"/problems/{SECRET}").status_code,
        ]
    assert {status < 500 for status in statuses} == {True}
    assert 200 in statuses
    assert running.end() == 0
    log = running.log()
    lines = [json.loads(line) for line in log.splitlines()]
    asked = [line for line in lines if line["event"] == "request"]
    assert [line["status"] for line in asked] == statuses
    assert not re.search(f"[{SECRET}]", log), "a sign of the text is in the log"
    assert repr(SECRET.encode())[2:-1] not in log
    assert json.dumps(SECRET)[1:-1] not in log


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"HUIBAO_PORT": f"{SECRET}"}, "HUIBAO_PORT"),
        ({"HUIBAO_ENGINE": f"{SECRET}"}, "HUIBAO_ENGINE"),
        ({"HUIBAO_BUNDLES": "/nowhere"}, "bundle.json"),
        ({"HUIBAO_HOST": "192.0.2.1"}, "cannot listen on 192.0.2.1"),
    ],
)
def test_a_setting_that_does_not_fit_is_named_in_one_line(variables, told) -> None:
    done = subprocess.run(
        [*COMMAND, "serve"],
        env=environment(HUIBAO_LOG_FORMAT="text") | variables,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    (line,) = done.stderr.splitlines()
    assert done.returncode == 1
    assert told in line
    assert SECRET not in line


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [*COMMAND, "serve", "--port", str(port)],
            env=environment(),
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1 port {port}" in done.stderr


def test_the_command_line_loads_neither_the_server_nor_the_model() -> None:
    code = (
        "import sys, huibao.cli; "
        "print([m for m in ('fastapi', 'uvicorn', 'pydantic', 'onnxruntime') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, check=True
    )
    assert done.stdout.strip() == b"[]"


@pytest.mark.parametrize(
    ("host", "shown"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("localhost", "localhost")],
)
def test_the_address_that_is_shown_leads_a_browser_here(host, shown) -> None:
    with listening_socket(host, 0) as bound:
        port = bound.getsockname()[1]
        assert page_address(host, bound) == f"http://{shown}:{port}/"
