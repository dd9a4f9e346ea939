"""`huibao labels preview`, `apply` and `undo`: what an office types, and what it is told."""

from pathlib import Path

import pytest
import yaml
from small_labels import label, write_small_labels

from huibao.cli import main
from huibao.decisions import Decision, DecisionStore, ManyValue, text_key

SPLIT = {
    "set": "categories",
    "op": "split",
    "id": "school",
    "into": [
        label("categories", "campus", "校园", "language"),
        label("categories", "language", "语言", "campus"),
    ],
    "why": "两件事要分开统计",
    "by": "张",
    "from_version": "1.0",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A label folder with twelve decisions, three of them on schools."""
    folder = write_small_labels(tmp_path / "labels")
    store = DecisionStore(folder / "decisions" / "zhang.jsonl")
    store.append(
        Decision(
            f"a@{n}",
            text_key("甲"),
            "categories",
            ManyValue(("school",) if n < 3 else ("media",)),
            0,
            "zhang",
            "2027-03-01T09:00:00+08:00",
        )
        for n in range(12)
    )
    return folder


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "split.yaml"
    path.write_text(yaml.safe_dump(SPLIT, allow_unicode=True), "utf-8")
    return path


def test_a_preview_tells_the_work_and_writes_nothing(folder: Path, sheet: Path, capsys) -> None:
    assert main(["labels", "preview", str(sheet), "--labels", str(folder)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "categories 1.0 -> 1.1: split, school -> campus, language"
    assert "must be decided anew: 3 blocks" in told
    assert "stay as they are: 9 decisions" in told
    assert "work for people: about 1 minutes" in told
    assert "few examples: media has 9" in told
    assert "mind: visits still names school among its neighbours or examples" in told
    assert not (folder / "changes").exists()


def test_apply_keeps_what_was_promised_and_undo_adds_a_sheet(
    folder: Path, sheet: Path, capsys
) -> None:
    assert main(["labels", "apply", str(sheet), "--labels", str(folder)]) == 0
    assert "change 1 is made: label sets" in capsys.readouterr().out
    kept = yaml.safe_load((folder / "changes/0001-split-campus-language.yaml").read_text("utf-8"))
    assert kept["preview"] == {"auto": 0, "ask": 3, "offer": 0, "untouched": 9, "minutes": 1}
    assert (kept["number"], kept["to_version"], kept["why"]) == (1, "1.1", "两件事要分开统计")
    assert main(["labels", "check", "--labels", str(folder)]) == 0

    undo = ["labels", "undo", "--why", "弄错了", "--by", "李", "--labels", str(folder)]
    assert main(undo) == 0
    assert "change 2 undoes 1" in capsys.readouterr().out
    sheets = [path.name for path in sorted((folder / "changes").glob("*.yaml"))]
    assert sheets == ["0001-split-campus-language.yaml", "0002-undo-school.yaml"]
    assert main(undo) == 1
    assert "no change is in force" in capsys.readouterr().err


def test_a_refused_change_is_one_sentence(folder: Path, sheet: Path, capsys) -> None:
    sheet.write_text(yaml.safe_dump(SPLIT | {"from_version": "0.9"}), "utf-8")
    assert main(["labels", "apply", str(sheet), "--labels", str(folder)]) == 1
    assert capsys.readouterr().err == (
        "huibao: split in categories is refused: it was made against version 0.9, "
        "the set is now 1.0: look at the set again\n"
    )


def test_a_sheet_that_is_not_there_is_told(folder: Path, capsys) -> None:
    assert main(["labels", "preview", "nowhere.yaml", "--labels", str(folder)]) == 1
    assert "nowhere.yaml: the file is missing" in capsys.readouterr().err
