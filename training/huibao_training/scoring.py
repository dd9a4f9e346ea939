"""Figures by the released scorer, which lies outside the project, for a reader and its baseline."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from huibao.jsonl import dumped, page_json, read_json
from huibao_training.evaluate import ReadsPages

ETHNIC_UNITY = ("s001", "s003")  # the other gold files are extracts: their headings are incomplete

Figures = dict[str, float]


def released_figures(reader: ReadsPages, shared: Path) -> Figures:
    """The figures of a reader on the released development reports."""
    gold = shared / "data" / "gold_dev"
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder)
        for file in sorted(gold.glob("*.json")):
            page = reader.read(read_json(file)["text"], name=file.stem)
            (said / file.name).write_text(dumped(page_json(page, with_persons=True)), "utf-8")
        scorer = shared / "score" / "score.py"
        everything = _scored(scorer, gold, said)
        starts = [
            _scored(scorer, gold / f"{name}.json", said / f"{name}.json")["starts_f1"]
            for name in ETHNIC_UNITY
        ]
    figures = {
        "block starts F1, ethnic-unity reports": sum(starts) / len(starts),
        "block starts F1": everything["starts_f1"],
        "kind accuracy": everything["kind_acc"],
        "level accuracy": everything["level_acc"],
        "heading role accuracy": everything["heading_role_accuracy"],
        "role accuracy": everything["role_accuracy"],
        "role macro F1": everything["role"]["macro_f1"],
        "category micro F1": everything["category"]["micro_f1"],
        "category macro F1": everything["category"]["macro_f1"],
        "entity strict micro F1": everything["entity_strict"]["micro_f1"],
    }
    for kind, row in everything["entity_strict"]["labels"].items():
        figures[f"{kind} strict F1"] = row["f1"]
    return figures


def _scored(scorer: Path, gold: Path, said: Path) -> dict[str, Any]:
    command = [sys.executable, str(scorer), str(gold), str(said), "--json", "--no-ci"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    summary: dict[str, Any] = json.loads(done.stdout)["summary"]
    return summary
