"""Decisions through a real Label Studio and back, step by step; ends with 0 when all came back.

Not one of the ordinary tests: `make test-labelstudio` installs a gigabyte first.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from browser import annotated_in_chromium
from processes import running
from studio import Session, Studio, free_port, label_studio

from huibao.decisions import Decision, ManyValue, SpanValue, read_decisions
from huibao.reader import load_reader
from huibao.resources import resource_folder
from huibao.review.pages import add_pages

KEY = "only-for-this-run"
# Hard wrapped by a system of Windows': a line break is two signs, and stands within words.
_WIDTH = 24
_PARAGRAPHS = (
    "一、主要做法",
    "3月5日，县民宗局😀投入经费2.5万元，在𠮷祥村开展宣传月活动，现场发放资料××份，各乡镇结合实际组织了"
    "内容丰富、形式多样的宣传教育，受到各族群众的欢迎和好评。",
    "投入資金___万元，組織幹部培訓班5期，參訓200人次，村社區幹部對民族政策的理解進一步加深，做好工作的本領"
    "進一步增強。",
    "二、存在问题",
    "工作经费不足，有的村重视不够，宣传形式比较单一，群众参与的办法不多，经常性工作开展得还不够扎实。",
    "三、下步打算",
    "2024年6月底前建成3个宣传阵地，继续开展“石榴籽”进校园活动，把宣传教育同为群众办实事结合起来，做到常态"
    "长效。",
)
_MARKED = "发放资料"  # by hand, in a text with wide signs and line breaks before it
Result = dict[str, Any]


def main() -> int:
    """Goes all steps."""
    options = _options()
    work: Path = options.work.absolute()
    with tempfile.TemporaryDirectory(dir=work, prefix="run-") as made:
        folder = Path(made)
        labels = _label_folder(folder / "labels")
        with _service(folder) as service:
            _step("huibao serves", service)
            port, log = free_port(), work / "label-studio.log"
            begun = time.monotonic()
            with label_studio(work / "venv/bin/label-studio", folder / "data", port, log) as studio:
                _step("Label Studio 1.23.2 is up", f"{time.monotonic() - begun:.0f} s")
                _round_trip(studio, service, labels, folder)
    _say("all came back")
    return 0


def _round_trip(studio: Studio, service: str, labels: Path, folder: Path) -> None:
    config = _labels(labels, "labelstudio-config", "--out", folder / "config.xml").read_text(
        "utf-8"
    )
    tasks = _labels(labels, "export", "--to", "labelstudio", "--out", folder / "tasks.json")
    _refused(studio, service, config)
    project = studio.project("huibao paragraphs", config)
    numbers = studio.import_tasks(project, tasks)
    _step("project and tasks", f"project {project}, {len(numbers)} tasks")
    answer = studio.connect(project, f"{service}/labelstudio", KEY)
    assert answer.status_code == 201, answer.text
    _step("model connected", f"state {answer.json()['state']}, {answer.json()['model_version']}")
    _step("predictions asked for", studio.retrieve_predictions(project))
    expected = _annotated(studio, service, project, numbers, folder.parent / "chromium.png")
    _step("webhook", f"news {_health(service)['news']}")
    assert _health(service)["news"]
    export = studio.export(project, folder / "export.json")
    _step("export", f"{export.stat().st_size} bytes")
    said = _output(labels, "import", export, "--from", "labelstudio", "--dry-run")
    assert not (labels / "decisions").exists(), "a dry run stored something"
    _step("dry run", said[0])
    _step("import", _output(labels, "import", export, "--from", "labelstudio")[-1])
    _compare(expected, read_decisions(labels / "decisions"))
    again = _output(labels, "import", export, "--from", "labelstudio")[0]
    assert " 0 new decisions" in again, again
    _step("import again", again)


def _refused(studio: Studio, service: str, config: str) -> None:
    """A project whose words are its own is refused, and the reason is to be found with us."""
    own = config.replace('alias="work_done"', "")
    project = studio.project("own words", own)
    answer = studio.connect(project, f"{service}/labelstudio", KEY)
    assert answer.status_code != 201 or answer.json()["state"] != "CO", answer.text
    (told,) = _health(service)["projects"]
    assert "has no alias with one of our ids" in told["refused"]
    _step("a project of other words is refused", told["refused"])


def _annotated(
    studio: Studio, service: str, project: int, numbers: Sequence[int], picture: Path
) -> dict[str, Any]:
    """Has one person annotate by requests and the same in Chromium; what is expected, by place."""
    found = [studio.task(number) for number in numbers]
    versions = httpx.get(f"{service}/labelstudio/versions", auth=("any", KEY)).json()["versions"]
    for task in found:
        (said,) = (one for one in task["predictions"] if one["model_version"] == versions[0])
        task["said"] = said
        for mark in said["result"]:
            if mark["type"] == "labels":
                value = mark["value"]
                assert task["data"]["text"][value["start"] : value["end"]] == value["text"]
    _step("predictions", f"{len(found)} by {versions[0]}")
    wide, *others = (next(one for one in found if sign in one["data"]["text"]) for sign in "😀石訓")
    expected = {}
    session = Session(studio.address)
    for task in others:
        result = _corrected(task["said"]["result"], task["data"]["text"])
        number = session.annotate(task["id"], result, task["said"]["id"])
        expected[task["data"]["place"]] = _answers(result)
        _step("annotation saved by a session", f"{number}: {_told(result)}")
    place, text = wide["data"]["place"], wide["data"]["text"]
    if annotated_in_chromium(studio.address, project, wide["id"], _MARKED, "活动与会议", picture):
        result = studio.task(wide["id"])["annotations"][0]["result"]
        own = [one["value"] for one in result if one.get("origin") == "manual"]
        assert [(one["labels"], text[one["start"] : one["end"]]) for one in own] == [
            (["EVENT"], _MARKED)
        ]
        expected[place] = _answers(result)
        _step("annotation saved in Chromium behind 😀 and 𠮷", _told(result))
    else:
        _step("annotation saved in Chromium", "left out: no Chromium here (`make browser`)")
    return expected


def _corrected(result: list[Result], text: str) -> list[Result]:
    """What a person makes of a prediction: another role, one category more, one span of their own."""
    kept = [one for one in result if one["from_name"] not in ("roles", "categories")]
    kept.append(_choice("roles", "experience"))
    kept.append(_choice("categories", "publicity_education", "media_information"))
    for piece in ("校园", "幹部培訓班"):
        start = text.find(piece)
        taken = any(
            one["value"]["start"] < start + len(piece) and start < one["value"]["end"]
            for one in kept
            if one["type"] == "labels"
        )
        if start >= 0 and not taken:
            value = {"start": start, "end": start + len(piece), "text": piece, "labels": ["LOC"]}
            kept.append(
                {"id": f"new{start}", "from_name": "entities", "to_name": "text", "type": "labels",
                 "origin": "manual", "value": value}
            )  # fmt: skip
    return kept


def _choice(part: str, *labels: str) -> Result:
    value = {"choices": list(labels)}
    return {"id": part, "from_name": part, "to_name": "text", "type": "choices", "value": value,
            "origin": "prediction-changed"}  # fmt: skip


def _answers(result: list[Result]) -> dict[str, Any]:
    """What a result says, read without the code that is tried here."""
    said: dict[str, Any] = {"categories": set(), "arenas": set(), "entities": set()}
    for one in result:
        value = one["value"]
        if one["type"] == "labels":
            said["entities"].add((value["start"], value["end"], value["labels"][0]))
        elif one["from_name"] == "roles":
            (said["roles"],) = value["choices"]
        else:
            said[one["from_name"]] = set(value["choices"])
    return said


def _compare(expected: dict[str, Any], decisions: list[Decision]) -> None:
    found: dict[str, dict[str, Any]] = {}
    for one in decisions:
        found.setdefault(one.place, {})[one.set] = _plain(one)
        assert (one.by, one.kind, one.version) == ("labelstudio-1", "person", 0), one
    assert found == expected, f"{found}\nis not\n{expected}"
    _step("the same decisions", f"{len(decisions)} on {len(found)} blocks")


def _plain(decision: Decision) -> Any:
    value = decision.value
    if isinstance(value, ManyValue):
        assert value.no is None
        return set(value.yes)
    if isinstance(value, SpanValue):
        return {(one.start, one.end, one.label) for one in value.spans}
    return value


def _label_folder(folder: Path) -> Path:
    """The shipped label sets with one report to be reviewed, which the shipped model has read."""
    ignored = shutil.ignore_patterns("reports", "decisions", "pages")
    shutil.copytree(resource_folder("labels"), folder, ignore=ignored)
    lines = ["云溪县2023年民族团结进步宣传月活动总结"]
    for paragraph in _PARAGRAPHS:
        text = f"　　{paragraph}"
        lines += (text[place : place + _WIDTH] for place in range(0, len(text), _WIDTH))
    report = "".join(f"{line}\r\n" for line in lines)
    page = load_reader(threads=1).read(report.encode(), name="云溪县总结.txt")
    add_pages(folder, [page], replace=False)
    _step("a report to review", f"{len(page.annotations[0].blocks)} blocks")
    return folder


@contextmanager
def _service(folder: Path) -> Iterator[str]:
    """huibao on a free port, as Label Studio's model; its address."""
    port = free_port()
    environment = {"HUIBAO_LABELSTUDIO": "1", "HUIBAO_KEYS": f"labelstudio:{KEY}",
                   "HUIBAO_PORT": str(port), "PYTHONPATH": os.pathsep.join(sys.path)}  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    with running([sys.executable, "-m", "huibao.cli", "serve"], environment, folder / "huibao.log"):
        until = time.monotonic() + 60
        while True:
            try:
                if httpx.get(f"{address}/readyz").is_success:
                    break
            except httpx.HTTPError:
                assert time.monotonic() < until, (folder / "huibao.log").read_text("utf-8")
            time.sleep(0.2)
        yield address


def _health(service: str) -> dict[str, Any]:
    return dict(httpx.get(f"{service}/labelstudio/health", auth=("any", KEY)).json())


def _labels(labels: Path, *words: object) -> Path:
    _output(labels, *words)
    return Path(str(words[-1]))


def _output(labels: Path, *words: object) -> list[str]:
    command = [sys.executable, "-m", "huibao.cli", "labels", *map(str, words)]
    done = subprocess.run([*command, "--labels", str(labels)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def _told(result: list[Result]) -> str:
    said = _answers(result)
    return f"{said.get('roles')}, {sorted(said['categories'])}, {len(said['entities'])} spans"


def _step(what: str, more: str) -> None:
    _say(f"{what}: {more}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="with Label Studio in `venv`")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
