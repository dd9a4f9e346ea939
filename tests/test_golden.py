"""The example report as the rules read it: a change shows in the diff of one reviewed file.

Regenerate with `python -m pytest tests/test_golden.py --regenerate` and read the diff.
"""

from pathlib import Path

import pytest

from huibao.jsonl import dumped, page_json
from huibao.label_files import load_label_sets
from huibao_training.baselines import rule_reader

FOLDER = Path(__file__).parent / "golden"


@pytest.fixture
def found() -> str:
    reader = rule_reader(load_label_sets())
    page = reader.read((FOLDER / "example.txt").read_bytes(), name="example.txt")
    entries = page_json(page)
    entries["annotator"]["labels"] = (
        "…"  # wording of labels may change without touching the reading
    )
    return dumped(entries, indent=1) + "\n"


def test_the_example_report_is_read_as_reviewed(found: str, request: pytest.FixtureRequest) -> None:
    golden = FOLDER / "example.rules.json"
    if request.config.getoption("--regenerate"):
        golden.write_text(found, "utf-8")
    assert found == golden.read_text("utf-8")
