"""A real Label Studio on this machine: its settings, its start, its two ways in."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from processes import running

USER, PASSWORD = "admin@office.example", "Change-me-1"
TOKEN = "0123456789abcdef0123456789abcdef01234567"  # of a server that lives for minutes
# Without these it tells its maker what people read and write, and refuses models on this machine.
SETTINGS = {
    "LABEL_STUDIO_COLLECT_ANALYTICS": "false",
    "LABEL_STUDIO_LATEST_VERSION_CHECK": "false",
    "LABEL_STUDIO_SENTRY_DSN": "",
    "LABEL_STUDIO_FRONTEND_SENTRY_DSN": "",
    "LABEL_STUDIO_FEATURE_FLAGS_OFFLINE": "true",
    "LABEL_STUDIO_CONVERTER_DOWNLOAD_RESOURCES": "false",
    "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
    "LABEL_STUDIO_USE_DEFAULT_BANNED_SUBNETS": "false",
}
_START_SECONDS = 300  # the first start makes the data base: a minute on a free machine


class Studio:
    """Label Studio through its API, as a script uses it."""

    def __init__(self, address: str) -> None:
        self.address = address
        headers = {"Authorization": f"Token {TOKEN}"}
        self.http = httpx.Client(base_url=address, headers=headers, timeout=120)

    def project(self, title: str, config: str) -> int:
        """Makes a project; its number."""
        body = {"title": title, "label_config": config}
        return int(self._said(self.http.post("/api/projects/", json=body))["id"])

    def import_tasks(self, project: int, tasks: Path) -> list[int]:
        """Imports a file of tasks; their numbers."""
        where = f"/api/projects/{project}/import?return_task_ids=true"
        answer = self.http.post(
            where, content=tasks.read_bytes(), headers={"Content-Type": "application/json"}
        )
        return list(self._said(answer)["task_ids"])

    def connect(self, project: int, url: str, key: str) -> httpx.Response:
        """Connects a model that asks for basic authentication."""
        body = {
            "project": project,
            "url": url,
            "title": "huibao",
            "auth_method": "BASIC_AUTH",
            "basic_auth_user": "labelstudio",
            "basic_auth_pass": key,
        }
        return self.http.post("/api/ml/", json=body)

    def retrieve_predictions(self, project: int) -> str:
        """Asks the connected model about all tasks, as the button does."""
        body = {"selectedItems": {"all": True, "excluded": []}, "project": str(project)}
        where = f"/api/dm/actions?id=retrieve_tasks_predictions&project={project}"
        return str(self._said(self.http.post(where, json=body))["detail"])

    def task(self, number: int) -> dict[str, Any]:
        """A task with its predictions and annotations."""
        return dict(self._said(self.http.get(f"/api/tasks/{number}")))

    def export(self, project: int, path: Path) -> Path:
        """Writes what people annotated, as the button does."""
        answer = self.http.get(f"/api/projects/{project}/export?exportType=JSON")
        answer.raise_for_status()
        path.write_bytes(answer.content)
        return path

    @staticmethod
    def _said(answer: httpx.Response) -> Any:
        assert answer.is_success, f"{answer.status_code}: {answer.text[:500]}"
        return answer.json()


class Session:
    """A person in a browser: logged in by the form, each change with the token of the page."""

    def __init__(self, address: str) -> None:
        self.http = httpx.Client(base_url=address, timeout=120, follow_redirects=True)
        page = self.http.get("/user/login/").text
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found, "the page has no form to log in"
        form = {"csrfmiddlewaretoken": found[1], "email": USER, "password": PASSWORD}
        told = self.http.post(
            "/user/login/", data=form, headers={"Referer": f"{address}/user/login/"}
        )
        assert "sessionid" in self.http.cookies, f"not logged in: {told.status_code}"
        self._address = address

    def annotate(self, task: int, result: list[dict[str, Any]], prediction: int) -> int:
        """Saves an annotation that began from a prediction; its number."""
        body = {
            "lead_time": 5.8,
            "result": result,
            "draft_id": 0,
            "parent_prediction": prediction,
            "parent_annotation": None,
            "started_at": "2026-11-22T08:00:00.000Z",
        }
        headers = {"X-CSRFToken": self.http.cookies["csrftoken"], "Referer": self._address}
        answer = self.http.post(f"/api/tasks/{task}/annotations/", json=body, headers=headers)
        assert answer.is_success, f"{answer.status_code}: {answer.text[:500]}"
        return int(answer.json()["id"])


@contextmanager
def label_studio(program: Path, folder: Path, port: int, log: Path) -> Iterator[Studio]:
    """A Label Studio with an empty data base in a folder; it ends with the block.

    Args:
        program: Its command.
        folder: For its data.
        port: To listen on, of this machine only.
        log: File for what it prints.
    """
    address = f"http://127.0.0.1:{port}"
    folder.mkdir(parents=True)
    environment = SETTINGS | {
        "LABEL_STUDIO_BASE_DATA_DIR": str(folder),
        "LABEL_STUDIO_HOST": address,
        "PYTHONPATH": "",
        "HOME": str(folder),
    }
    command = [
        str(program), "start", "--internal-host", "127.0.0.1", "--port", str(port), "--no-browser",
        "--username", USER, "--password", PASSWORD, "--user-token", TOKEN,
        "--enable-legacy-api-token",
    ]  # fmt: skip
    with running(command, environment, log) as tree:
        until = time.monotonic() + _START_SECONDS
        while not _answers(f"{address}/health"):
            assert tree.leader.poll() is None, f"Label Studio ended, see {log}"
            assert time.monotonic() < until, f"Label Studio did not start, see {log}"
            time.sleep(1)
        yield Studio(address)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).is_success
    except httpx.HTTPError:
        return False


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
