"""What the README promises is run here, word for word."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
SHELL = "\n".join(re.findall(r"```sh\n(.*?)```", README, re.DOTALL))
LINES = [line.split("  #")[0].strip() for line in SHELL.splitlines()]
COMMANDS = [line for line in LINES if line.startswith("huibao ") and line != "huibao serve"]
CALLS = [line for line in LINES if line.startswith("curl ")]
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_runs(command: str, tmp_path: Path) -> None:
    for folder in ("tests", "labels"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    words = shlex.split(command)[1:]
    if words == ["labels", "guide"]:
        words.append("--check")  # the test must not write into the checkout
    done = subprocess.run(
        [sys.executable, "-m", "huibao.cli", *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT / "serving"), "PYTHONIOENCODING": "utf-8", "PATH": ""},
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not shutil.which("curl"), reason="the README calls the service with curl")
def test_the_service_answers_the_calls_of_the_readme() -> None:
    assert "huibao serve" in LINES
    command = [sys.executable, "-m", "huibao.cli", "serve", "--port", "0"]
    environment = {"PYTHONPATH": str(ROOT / "serving"), "PYTHONIOENCODING": "utf-8", "PATH": ""}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as service:
        assert service.stdout
        printed = iter(service.stdout.readline, "")
        address = next(line.split()[-1] for line in printed if "http://" in line)
        for call in CALLS:
            words = shlex.split(call.replace("http://127.0.0.1:8025/", address))
            done = subprocess.run([*words, "--fail"], cwd=ROOT, capture_output=True, text=True)
            assert done.returncode == 0, f"{call}: {done.stderr}"
            assert json.loads(done.stdout)["windows"] > 0
        service.terminate()
    assert service.returncode == 0


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_python_example_prints_what_its_comment_says(example: str) -> None:
    expected = re.findall(r"print\(.*\)  # (.+)", example)
    done = subprocess.run(
        [sys.executable, "-c", example],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT / "serving"), "PATH": ""},
    )
    assert done.stdout.split() == expected, done.stderr


def test_every_make_target_of_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z-]+)", README)) <= targets


def test_every_preset_of_the_readme_exists() -> None:
    configs = ROOT / "training" / "huibao_training" / "configs"
    named = re.findall(r"huibao_training (?:pretrain|finetune|export) ([\w-]+)", README)
    assert named
    assert all((configs / f"{name}.toml").is_file() for name in named)
