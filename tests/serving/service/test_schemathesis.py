"""The service holds what its own OpenAPI promises, for requests that nobody thought of.

`HUIBAO_TEST_CASES=2000` asks for at least so many cases; without it there are some hundreds.
"""

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from review_desk import REPORT, write_desk

from huibao.reader import Reader
from huibao.service.review.routes import COOKIE

PHRASE = "correct horse"
CASES = int(os.environ.get("HUIBAO_TEST_CASES", "0"))
VARIED_ROUTES = 8  # the other ones take nothing that could be varied
# Not among them: positive_data_acceptance. No schema can say which bytes are a readable file.
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
    "ignored_auth",
)


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("schemathesis") is None, reason="schemathesis is not installed"
)
def test_no_request_breaks_what_the_openapi_document_promises(
    serve: Callable[..., httpx.Client], reader: Reader, tmp_path: Path
) -> None:
    desk = write_desk(tmp_path / "labels", reader, {"a.txt": REPORT}, pass_phrase=PHRASE)
    client = serve(keys="tester:s3cret", labelstudio=True, review_folder=desk)
    head = {"person": "wang", "pass_phrase": PHRASE}
    client.headers["Authorization"] = "Bearer s3cret"
    assert client.post("/v1/review/session", json=head).status_code == 200
    each = max(5, CASES // VARIED_ROUTES)
    command = [
        sys.executable,
        "-m",
        "schemathesis.cli",
        "run",
        f"{client.base_url}/openapi.json",
        "--phases=examples,coverage,fuzzing",
        f"--checks={','.join(CHECKS)}",
        f"--max-examples={each}",
        "--header=Authorization: Bearer s3cret",
        f"--header=Cookie: {COOKIE}={client.cookies[COOKIE]}",
        "--exclude-method=DELETE",  # of the session, without which nothing else is answered
        "--generation-database=none",
        "--seed=20231220",
        "--continue-on-failure",
        "--no-color",
    ]
    ended = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=3600, check=False
    )
    assert ended.returncode == 0, ended.stdout[-8000:] + ended.stderr[-2000:]
    made = re.search(r"(\d[\d,]*) generated", ended.stdout)
    assert made, ended.stdout[-2000:]
    assert int(made[1].replace(",", "")) >= max(CASES, 300)
    assert client.get("/readyz").status_code == 200
    assert 'status="500"' not in client.get("/metrics").text
