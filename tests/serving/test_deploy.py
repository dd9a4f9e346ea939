"""The examples for running the service fit the tree, the settings and each other."""

import fnmatch
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

import huibao
from huibao.service.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "serving" / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
STEPS = re.sub(r"\\\n", " ", re.sub(r"(?m)^#.*\n", "", DOCKERFILE)).splitlines()
COPIED = [
    source
    for step in STEPS
    if step.startswith("COPY ") and "--from" not in step
    for source in step.split()[1:-1]
]
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]["huibao"]
UNIT = (DEPLOY / "huibao@.service").read_text("utf-8")
PROXY = (DEPLOY / "nginx.conf").read_text("utf-8")
README = (DEPLOY / "README.md").read_text("utf-8")
TABLE = re.findall(r"(?m)^\| `(HUIBAO_\w+)` \| (\S*) ?\|", README)


def ignored(path: str) -> bool:
    """Whether `.dockerignore` keeps a path out of a build: the last line that fits decides."""
    out = False
    parts = path.split("/")
    above = ["/".join(parts[:size]) for size in range(1, len(parts) + 1)]
    for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines():
        pattern = line.removeprefix("!")
        names = above if "**/" not in pattern else parts
        if not line.startswith("#") and fnmatch.filter(names, pattern.removeprefix("**/")):
            out = not line.startswith("!")
    return out


@pytest.mark.parametrize("source", COPIED)
def test_what_the_image_is_built_from_is_in_the_tree_and_reaches_the_build(source: str) -> None:
    path = ROOT / source
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    assert any(not ignored(one.relative_to(ROOT).as_posix()) for one in files)


def test_the_build_has_all_that_the_package_is_made_of_but_training() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    made_of = re.search(r"only-include = \[(.*)\]", project)
    assert made_of
    needed = set(re.findall(r'"([^"]+)"', made_of[1])) - {"training/huibao_training"}
    assert needed == {"serving/huibao", "labels", "models"}
    for path in (*needed, "pyproject.toml", "README.md", "LICENSE"):
        assert any(source == path or source.startswith(f"{path}/") for source in COPIED), path


@pytest.mark.parametrize(
    "path",
    [
        "training/huibao_training/cli.py",
        "tests/conftest.py",
        ".git/config",
        ".venv/bin/python",
        "models/encoder-small/config.json",
        "models/huibao-small/labeller.safetensors",
        "labels/reports/first/one.txt",
        "serving/deploy/compose.yaml",
        "serving/huibao/text/__pycache__/files.pyc",
    ],
)
def test_what_serving_does_not_need_stays_out_of_the_build(path: str) -> None:
    assert ignored(path)


def test_the_image_that_runs_only_receives_what_was_built() -> None:
    last = max(place for place, step in enumerate(STEPS) if step.startswith("FROM "))
    steps = [step.split()[0] for step in STEPS[last + 1 :] if step and not step.startswith(" ")]
    assert "RUN" not in steps
    assert steps.count("COPY") == 1
    (user,) = [step.split()[1] for step in STEPS if step.startswith("USER ")]
    assert int(user.split(":")[0]) >= 1000
    (health,) = [step for step in STEPS if step.startswith("HEALTHCHECK")]
    code = re.search(r'"-c", "(.*)"\]', health)
    assert code
    compile(code[1], "health check", "exec")


def test_old_documents_are_read_by_an_image_that_was_asked_for_it() -> None:
    stages = [step.split() for step in STEPS if step.startswith("FROM ")]
    names = [stage[3] for stage in stages[:-1]]
    base, _, asked = stages[-1][1].partition("${OFFICE}")
    assert asked == ""
    assert {base, f"{base}-office"} <= set(names)
    assert "ARG OFFICE=" in STEPS
    assert "OFFICE" in COMPOSE["build"]["args"]


def test_the_examples_for_running_are_not_in_the_package() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    assert '"serving/huibao"' in project
    assert not (ROOT / "serving" / "huibao" / "deploy").exists()


def test_a_container_can_write_nowhere_but_in_memory_and_is_bounded() -> None:
    assert COMPOSE["read_only"] is True
    assert [place.split(":")[0] for place in COMPOSE["tmpfs"]] == ["/tmp"]
    assert all(place.endswith(":ro") for place in COMPOSE["volumes"])
    assert COMPOSE["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in COMPOSE["security_opt"]
    assert all(COMPOSE[limit] for limit in ("mem_limit", "cpus", "pids_limit"))


def test_a_container_is_reached_from_this_machine_only() -> None:
    assert [port.rpartition(":")[2] for port in COMPOSE["ports"]] == ["8025"]
    assert all(port.startswith("127.0.0.1:") for port in COMPOSE["ports"])


def test_the_image_has_the_name_of_this_version() -> None:
    assert COMPOSE["image"] == f"huibao:{huibao.__version__}"
    assert f"-t {COMPOSE['image']} " in README


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml", "huibao@.service", "README.md"])
def test_only_settings_that_exist_are_named(name: str) -> None:
    known = {f"HUIBAO_{field}".upper() for field in Settings.model_fields}
    named = set(re.findall(r"HUIBAO_[A-Z_]*[A-Z]", (DEPLOY / name).read_text("utf-8")))
    assert named
    assert named <= known


def set_by(given: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, setting in given.items():
        monkeypatch.setenv(name, re.sub(r"\$\{\w+:-(.*)\}", r"\1", setting))
    return Settings()


def environment_of_image() -> dict[str, str]:
    (line,) = [step for step in STEPS if step.startswith("ENV ")]
    return dict(pair.split("=", 1) for pair in line.split()[1:] if pair.startswith("HUIBAO_"))


def test_the_settings_of_container_and_unit_are_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        settings = set_by(environment_of_image() | COMPOSE["environment"], patch)
        assert (settings.host, settings.port, settings.readers) == ("0.0.0.0", 8025, 1)
    of_unit = dict(re.findall(r"(HUIBAO_\w+)=(\S+)", "\n".join(re.findall("(?m)^Env.*", UNIT))))
    with monkeypatch.context() as patch:
        settings = set_by(of_unit | {"HUIBAO_PORT": "8026"}, patch)
        assert (settings.host, settings.port) == ("127.0.0.1", 8026)


def test_the_time_to_stop_is_longer_than_the_time_to_finish(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drain = set_by(COMPOSE["environment"], monkeypatch).drain_seconds
    stop = re.search(r"TimeoutStopSec=(\d+)", UNIT)
    assert stop
    assert int(COMPOSE["stop_grace_period"].removesuffix("s")) > drain
    assert int(stop[1]) > drain


def test_a_container_has_the_memory_that_its_readers_may_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = set_by(COMPOSE["environment"], monkeypatch)
    assert COMPOSE["mem_limit"] == "2g"
    service = 512 * 2**20  # itself, and what lies in /tmp
    assert service + settings.readers * settings.read_bytes <= 2 * 2**30


def test_the_proxy_waits_longer_and_takes_more_than_the_service() -> None:
    settings = Settings()
    wait = re.search(r"proxy_read_timeout (\d+)s;", PROXY)
    body = re.search(r"client_max_body_size (\d+)m;", PROXY)
    idle = re.search(r"keepalive_timeout (\d+)s;", PROXY)
    assert wait
    assert body
    assert idle
    assert int(wait[1]) > settings.request_seconds
    assert int(body[1]) * 2**20 > settings.body_bytes
    from huibao.service import serve

    assert int(idle[1]) < serve._KEEP_ALIVE_SECONDS


@pytest.mark.parametrize(("variable", "default"), TABLE)
def test_the_table_of_settings_tells_the_defaults(variable: str, default: str) -> None:
    setting: Any = Settings.model_fields[variable.removeprefix("HUIBAO_").lower()].default
    told = ",".join(setting) if isinstance(setting, tuple) else setting
    assert default == (
        "" if told is None else f"{told:g}" if isinstance(told, float) else f"{told}"
    )


def test_the_readme_tells_every_file() -> None:
    assert len(TABLE) > 10
    files = {path.name for path in DEPLOY.iterdir()} - {"README.md"}
    assert files <= set(re.findall(r"(?m)^\| `([^`/]+)/?` \|", README))


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_finds_no_fault_in_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "huibao@8025.service"
    unit.write_text(UNIT.replace("/opt/huibao/bin/huibao", "/bin/true"), "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True
    )
    assert (done.returncode, "huibao@8025" in done.stderr) == (0, False), done.stderr
