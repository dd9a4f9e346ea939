"""What the README promises is run here, word for word."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
SHELL = "\n".join(re.findall(r"```sh\n(.*?)```", README, re.DOTALL))
COMMANDS = [
    line.split("  #")[0].strip() for line in SHELL.splitlines() if line.startswith("huibao ")
]
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
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z]+)", README)) <= targets


def test_every_preset_of_the_readme_exists() -> None:
    configs = ROOT / "training" / "huibao_training" / "configs"
    named = re.findall(r"huibao_training (?:pretrain|finetune|export) ([\w-]+)", README)
    assert named
    assert all((configs / f"{name}.toml").is_file() for name in named)
