"""The whole service against files and bodies that are made to harm it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hostile import REPORT, hostile_files
from hostile_documents import hostile_documents

import huibao

SOURCES = Path(huibao.__file__).resolve().parents[1]
MARGIN = 50 * 2**20
LONGEST_SECONDS = 40.0  # the limit of a file is 20 on a quiet machine
BODIES = {
    "deep nesting": ("application/json", b'{"text": ' + b"[" * 100_000, 400),
    "many keys": ("application/json", b'{"text": "a", ' + b'"b": 1, ' * 200_000 + b'"c": 1}', 422),
    "half a surrogate pair": ("application/json", rb'{"text": "\ud800\u4e00"}', 422),
    "not a number": ("application/json", b'{"text": NaN}', 400),
    "no json": ("application/json", b"\x80\x81", 400),
    "a list for a text": ("application/json", b'{"text": ["a"]}', 422),
    "a text for a list": ("application/json", b'{"texts": "a"}', 422),
    "ten million of one character": (
        "application/json", b'{"text": "' + b"a" * 10_000_000 + b'"}', 413,
    ),
    "too many texts": ("application/json", b'{"texts": [' + b'"a",' * 300 + b'"a"]}', 413),
    "another type": ("text/plain", "总结".encode(), 415),
    "a form without a boundary": ("multipart/form-data", b"--a\r\n", 400),
    "a form that does not end": ("multipart/form-data; boundary=a", b"--a\r\n" * 1000, 400),
}  # fmt: skip


@pytest.fixture(scope="module")
def service() -> Iterator[tuple[httpx.Client, int]]:
    """A client of a service in a process of its own, and that process's number."""
    command = [sys.executable, "-m", "huibao.cli", "serve", "--port", "0"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUIBAO_")}
    environment = kept | {"PYTHONPATH": str(SOURCES), "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        printed = iter(process.stdout.readline, "")
        address = next(found[0] for line in printed if (found := re.search(r"http://\S+/", line)))
        with httpx.Client(base_url=address, timeout=120) as client:
            yield client, process.pid
        process.terminate()
    assert process.returncode == 0


def resident_bytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return 1024 * int(re.findall(r"VmRSS:\s+(\d+)", status)[0])


def test_hostile_files_are_named_in_time_and_leave_no_memory_behind(
    service: tuple[httpx.Client, int],
) -> None:
    client, pid = service
    upload = {"file": ("总结.txt", REPORT.encode())}
    expected = client.post("/v1/read", files=upload).json()
    before = resident_bytes(pid)
    for name, (file, reasons) in (hostile_files() | hostile_documents()).items():
        answer = client.post("/v1/read", files={"file": (name, file)})
        found = "" if answer.is_success else answer.json()["type"].removeprefix("/problems/")
        assert found in reasons, name
        assert answer.elapsed.total_seconds() < LONGEST_SECONDS, name
    assert client.post("/v1/read", files=upload).json() == expected
    assert resident_bytes(pid) - before < MARGIN


@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_body_gets_a_problem(service: tuple[httpx.Client, int], name: str) -> None:
    client, _ = service
    media_type, body, status = BODIES[name]
    answer = client.post("/v1/read", content=body, headers={"Content-Type": media_type})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
