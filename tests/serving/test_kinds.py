"""What the documentation says is kept of each kind of file is what is kept."""

import re
from pathlib import Path

import pytest
from kinds import COLUMNS, kept, reports_by_kind
from libreoffice import missing_writer

DOCS = (Path(__file__).parents[2] / "serving" / "KINDS.md").read_text("utf-8")
ROWS = {
    cells[0]: dict(zip(COLUMNS, cells[1:-1], strict=True))
    for line in re.findall(r"(?m)^\| (\..+|Word XML.*) \|$", DOCS)
    if len(cells := [cell.strip() for cell in line.split("|")]) == len(COLUMNS) + 2
}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    reports = reports_by_kind(tmp_path_factory.mktemp("kinds"))
    return {kind: kept(*report) for kind, report in reports.items()}


def test_the_table_says_what_is_kept(measured: dict[str, dict[str, str]]) -> None:
    converted = {".doc", ".rtf", ".odt"} if missing_writer() else set()
    assert {kind: row for kind, row in ROWS.items() if kind not in converted} == measured
