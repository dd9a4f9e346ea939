"""A model of an older version under newer label sets: what it says, and what it owns not to know."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small_labels import SETS, label

from huibao.annotation import Tag
from huibao.errors import BundleError
from huibao.evidence import evidence_of
from huibao.inference.fitting import fitting_bundle
from huibao.inference.onnx import OnnxModel
from huibao.jsonl import page_json
from huibao.label_changes import History, ScoreFold, apply_change, proposal_of
from huibao.label_changes.history import change_of, undo_of
from huibao.label_files import load_indicator_profiles, load_label_sets
from huibao.labels import LabelSets
from huibao.reader import Reader
from huibao.resources import resource_folder
from huibao.short_texts import heading_context, short_labels, short_text
from huibao.view_words import label_name

SPLIT = {"op": "split", "id": "school", "into": ["campus", "language"]}
MERGE = {"op": "merge", "ids": ["training", "media"], "into": "media"}
ADD = {"op": "add", "label": "ecology"}
RETIRE = {"op": "retire", "id": "school"}
RENAME = {"op": "rename", "id": "school", "name": "教育"}
ROLE_MERGE = {"set": "roles", "op": "merge", "ids": ["plan", "results"], "into": "results"}


def fold(*changes: dict[str, Any] | int) -> ScoreFold:
    """The fold over some changes; a number undoes the change of that number."""
    kinds = {part: kind for part, (kind, _) in SETS.items()}
    past = History((), {part: tuple(ids) for part, (_, ids) in SETS.items()}, kinds)  # type: ignore[arg-type]
    recorded = dict.fromkeys(("at", "to_version", "fingerprint_before", "fingerprint"), "")
    for number, said in enumerate(changes, 1):
        more: dict[str, Any] = {**recorded, "number": number}
        if isinstance(said, int):
            undone = past.changes[said - 1]
            change = undo_of(undone, {**more, "why": "", "by": "", "from_version": ""})
        else:
            change = change_of(proposal_of(_sheet(said)), more)
        past = past.with_change(change)
    return ScoreFold(past, 0)


def _sheet(said: dict[str, Any]) -> dict[str, Any]:
    sheet = {"set": "categories", "why": "w", "by": "b", "from_version": "1.0"} | said
    if isinstance(sheet.get("into"), list):
        sheet["into"] = [label("categories", one, one, "x") for one in sheet["into"]]
    if "label" in sheet:
        sheet["label"] = label("categories", sheet["label"], sheet["label"], "x")
    return sheet


FOLDED = [
    ("a rename is free", [RENAME], "categories", "school .8", "school .8"),
    ("merged categories: any of them", [MERGE], "categories", "training .5 media .6", "media .8"),
    ("merged roles are added up", [ROLE_MERGE], "roles", "plan .5 results .3 opening .2",
     "results .8 opening .2"),
    ("the sum may overtake the first", [ROLE_MERGE], "roles", "opening .4 plan .3 results .3",
     "results .6 opening .4"),
    ("a split is answered coarsely", [SPLIT], "categories", "school .6", "campus|language .6"),
    ("a split taken back is not", [SPLIT, 1], "categories", "school .6", "school .6"),
    ("a retired label is dropped", [RETIRE], "categories", "school .9 media .6", "media .6"),
    ("an added label changes nothing", [ADD], "categories", "media .6", "media .6"),
    ("another set is left alone", [SPLIT], "roles", "plan .6", "plan .6"),
    ("a split whose parts were merged is certain", [SPLIT, MERGE | {"ids": ["campus", "language"]}],
     "categories", "school .5 media .5", "media .75"),
]  # fmt: skip


def tags(text: str) -> tuple[Tag, ...]:
    words = text.split()
    return tuple(Tag(one, float(p)) for one, p in zip(words[::2], words[1::2], strict=True))


@pytest.mark.parametrize(
    ("changes", "part", "said", "now"), [r[1:] for r in FOLDED], ids=[r[0] for r in FOLDED]
)
def test_probabilities_are_folded_forward(changes: list[Any], part: str, said: str, now: str):
    assert fold(*changes).tags(part, tags(said)) == tags(now)


def test_what_a_model_cannot_give_is_said_openly():
    assert fold(ADD, SPLIT).not_predicted == {
        "roles": (),
        "categories": ("ecology",),
        "entities": (),
    }


def changed_labels(tmp_path: Path) -> tuple[Path, LabelSets]:
    """A copy of the shipped label files after two changes."""
    folder = tmp_path / "labels"
    (folder / "indicators").mkdir(parents=True)
    for pattern in ("*.yaml", "indicators/*.yaml"):
        for path in resource_folder("labels").glob(pattern):
            shutil.copy(path, folder / path.relative_to(resource_folder("labels")))
    said = {"set": "categories", "why": "w", "by": "b", "from_version": "1.0"}
    parts = [
        label("categories", "congress_study", "中心组学习", "course", code="A5"),
        label("categories", "course", "培训班", "congress_study", code="A6"),
    ]
    parts = [{**one, "parent": "party_leadership"} for one in parts]
    split = said | {"op": "split", "id": "cadre_study", "into": parts}
    apply_change(folder, proposal_of(split))
    merge = {"set": "roles", "op": "merge", "ids": ["plan", "request"], "into": "plan"}
    apply_change(folder, proposal_of(said | merge))
    return folder, load_label_sets(folder)


def test_an_old_bundle_reads_under_newer_label_sets(
    tmp_path: Path, bundle_folder: Path, report_file: Callable[..., Path], label_sets: LabelSets
):
    folder, labels = changed_labels(tmp_path)
    bundle, fold_of_bundle = fitting_bundle(bundle_folder, labels, folder)
    assert bundle.labels == labels.fingerprint != label_sets.fingerprint
    model = OnnxModel(bundle_folder / "model.onnx", threads=1)
    text = report_file().read_bytes()
    reader = Reader(bundle, model, labels, fold=fold_of_bundle)
    now = reader.read(text)
    old = Reader(bundle, model, label_sets).read(text)

    def said(page: Any) -> list[list[str]]:
        return [[tag.label for tag in one.categories] for one in page.annotations[0].blocks]

    assert said(old)[2] == ["cadre_study"]
    assert said(now)[2] == ["congress_study|course"]
    assert label_name(labels.categories, "congress_study|course") == "中心组学习或培训班"
    pairs = zip(old.annotations[0].blocks, now.annotations[0].blocks, strict=True)
    for before, after in pairs:
        assert after.role.label == before.role.label
        assert after.role.score >= before.role.score
        assert [one.span for one in after.entities] == [one.span for one in before.entities]
    assert now.annotator.labels == labels.fingerprint
    alone = short_text(old.annotations[0].report.blocks[2].text, heading_context(()), reader)
    (tag,) = short_labels(alone, model.score(alone.windows), reader).categories
    assert tag.label == "congress_study|course"
    told = page_json(now)["reports"][0]["blocks"][2]["categories"][0]
    assert (told["id"], told["coarse"]) == ("congress_study|course", True)
    profile = load_indicator_profiles(folder)["custom"]
    blocks = tuple(replace(one, role=Tag("work_done")) for one in now.annotations[0].blocks)
    done = replace(now.annotations[0], blocks=blocks)
    shown = evidence_of(done, profile, labels.categories)
    assert {one.indicator: one.blocks for one in shown}["1.3"] == (2,)


def test_a_bundle_that_fits_needs_no_fold_and_a_foreign_one_is_refused(
    tmp_path: Path, bundle_folder: Path, label_sets: LabelSets
):
    assert fitting_bundle(bundle_folder, label_sets)[1] is None
    foreign = tmp_path / "bundle"
    shutil.copytree(bundle_folder, foreign)
    text = (foreign / "bundle.json").read_text("utf-8")
    text = text.replace(label_sets.fingerprint, "0123456789ab")
    (foreign / "bundle.json").write_text(text, "utf-8")
    with pytest.raises(BundleError, match="was trained for label sets 0123456789ab"):
        fitting_bundle(foreign, label_sets)
