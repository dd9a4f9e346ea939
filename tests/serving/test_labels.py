"""The shipped label sets, and every way in which a label file can be wrong."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from huibao.errors import LabelError
from huibao.label_files import check_label_folder, load_indicator_profiles, load_label_sets
from huibao.labels import Label, LabelSet
from huibao.resources import resource_folder

SHIPPED = resource_folder("labels")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

ROLES = (
    "title_meta opening basic_situation work_done results experience problems plan request "
    "directive closing boilerplate"
)
CATEGORY_CODES = "A1 A2 A3 A4 B1 B2 B3 B4 C1 C2 D1 D2 D3 E1 E2 F1 G1 G2"
TYPES = "DATE MONEY QUANT ORG LOC DOC_TITLE DOC_NO EVENT HONOR PERSON ETHNIC"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped label files that a test may spoil, without the agreement about them."""
    for path in SHIPPED.glob("*.yaml"):
        shutil.copy(path, tmp_path)
    (tmp_path / "agreement.yaml").unlink()
    shutil.copytree(SHIPPED / "indicators", tmp_path / "indicators")
    return tmp_path


def _content(folder: Path, file: str) -> Any:
    return yaml.load((folder / file).read_text("utf-8"), _LOADER)


def _write(folder: Path, file: str, content: Any) -> None:
    (folder / file).write_text(yaml.dump(content, Dumper=_DUMPER, allow_unicode=True), "utf-8")


def _spoilt(folder: Path, file: str, label: str, **changes: Any) -> tuple[str, ...]:
    """The faults after some keys of a label were overwritten (`...` deletes a key)."""
    content = _content(folder, file)
    key = "indicators" if "indicators/" in file else "labels"
    entry = next(entry for entry in content[key] if entry["id"] == label)
    for name, value in changes.items():
        if value is ...:
            del entry[name]
        else:
            entry[name] = value
    _write(folder, file, content)
    return check_label_folder(folder)


def test_the_shipped_label_files_have_no_fault():
    assert check_label_folder(SHIPPED) == ()


def test_the_sets_hold_the_labels_of_the_domain():
    sets = load_label_sets()
    assert sets.roles.ids == tuple(ROLES.split())
    assert [label.code for label in sets.categories] == CATEGORY_CODES.split()
    assert sets.entities.ids == tuple(TYPES.split())
    assert (len(sets.arenas), len(sets.genres)) == (10, 14)


def test_every_category_stands_under_the_dimension_of_its_letter():
    categories = load_label_sets().categories
    assert [group.code for group in categories.groups] == list("ABCDEFG")
    for label in categories:
        group = categories.group_of(label.id)
        assert group is not None
        assert label.code is not None
        assert label.code.startswith(group.code)


def test_the_small_roles_collapse_into_the_core_eight():
    roles = load_label_sets().roles
    moved = {label: target for label, target in roles.collapse.items() if label != target}
    assert moved == {
        "experience": "work_done",
        "closing": "opening",
        "request": "plan",
        "directive": "plan",
    }
    assert len(roles.collapsed_ids) == 8


def test_positive_cues_of_categories_are_literal_words_without_punctuation():
    for label in load_label_sets().categories:
        for cue in label.positive:
            assert re.fullmatch(r"[\w]{2,12}", cue), (label.id, cue)


def test_examples_of_categories_mostly_carry_a_cue_of_theirs():
    for label in load_label_sets().categories:
        told = [any(cue in example.text for cue in label.positive) for example in label.examples]
        assert sum(told) >= 2, label.id


def test_no_example_stands_twice():
    texts = [
        example.text
        for part in load_label_sets()
        for label in part
        for example in (*label.examples, *label.counterexamples)
    ]
    assert sorted(texts) == sorted(set(texts))


def test_label_sets_are_read_once_per_folder(folder: Path):
    assert load_label_sets(folder) is load_label_sets(folder)
    assert load_label_sets(folder) is not load_label_sets()


def test_a_label_is_found_by_its_id_and_an_unknown_one_is_told_with_the_known():
    roles = load_label_sets().roles
    assert roles["plan"].name == "下步打算"
    assert "plan" in roles
    assert "plans" not in roles
    with pytest.raises(LabelError, match=r"roles: no label 'plans', expected one of title_meta"):
        roles["plans"]


def test_a_label_set_refuses_a_doubled_id_and_an_unknown_target():
    plan = Label("plan", "打算", "将要做的事", "1.0")
    with pytest.raises(LabelError, match="stands twice"):
        LabelSet("roles", "作用", "one", "1.0", "", (plan, plan))
    lost = Label("request", "请示", "请别人做的事", "1.0", collapse_to="plan")
    with pytest.raises(LabelError, match="collapses to unknown 'plan'"):
        LabelSet("roles", "作用", "one", "1.0", "", (lost,))


WORDING = {"name": "别的名称", "definition": "换一种说法。", "rulings": []}
STRUCTURE = [
    ("roles.yaml", "experience", {"collapse_to": None}),
    ("categories.yaml", "models_commendation", {"parent": "party_leadership", "code": "A5"}),
    ("arenas.yaml", "region", {"id": "whole_region", "neighbours": {"agency": "机关"}}),
    ("genres.yaml", "minutes", {"retired": "1.0"}),
]


def test_a_new_wording_keeps_the_fingerprint(folder: Path):
    assert _spoilt(folder, "roles.yaml", "plan", **WORDING) == ()
    assert load_label_sets(folder).fingerprint == load_label_sets().fingerprint


@pytest.mark.parametrize(("file", "label", "changes"), STRUCTURE, ids=[row[1] for row in STRUCTURE])
def test_a_new_structure_changes_the_fingerprint(
    folder: Path, file: str, label: str, changes: dict[str, Any]
):
    _spoilt(folder, file, label, **changes)
    content = _content(folder, file)
    for entry in content["labels"]:
        entry["neighbours"].pop("region", None)
        for example in entry["counterexamples"]:
            if example.get("instead") == "region":
                example["instead"] = "none"
    _write(folder, file, content)
    assert load_label_sets(folder).fingerprint != load_label_sets().fingerprint


def test_a_new_order_of_labels_changes_the_fingerprint(folder: Path):
    content = _content(folder, "roles.yaml")
    content["labels"].reverse()
    _write(folder, "roles.yaml", content)
    assert load_label_sets(folder).fingerprint != load_label_sets().fingerprint


def test_a_retired_label_is_kept_apart_and_stays_known(folder: Path):
    _spoilt(folder, "genres.yaml", "minutes", retired="1.0", collapse_to="circular")
    genres = load_label_sets(folder).genres
    assert "minutes" not in genres
    assert [label.id for label in genres.retired] == ["minutes"]


LABEL_FAULTS = [
    ("collapse_to names an unknown label", "roles.yaml", "plan", {"collapse_to": "plans"},
     "roles.yaml: plan: collapse_to names 'plans', which is no label in force"),
    ("collapse_to names the label itself", "roles.yaml", "plan", {"collapse_to": "plan"},
     "roles.yaml: plan: collapse_to names the label itself, expected null"),
    ("collapse_to names a label that collapses", "roles.yaml", "results",
     {"collapse_to": "experience"},
     "roles.yaml: results: collapse_to names 'experience', which itself collapses"),
    ("an id stands twice", "roles.yaml", "plan", {"id": "request"},
     "roles.yaml: request: id stands 2 times, expected once"),
    ("a shown name stands twice", "arenas.yaml", "online", {"name": "社区"},
     "arenas.yaml: 社区: name stands 2 times, expected once"),
    ("a code stands twice", "categories.yaml", "cadre_study", {"code": "A1"},
     "categories.yaml: A1: code stands 2 times, expected once"),
    ("a code does not fit its parent", "categories.yaml", "risk_stability", {"code": "E9"},
     "categories.yaml: risk_stability: code E9 does not begin with F, its parent's code"),
    ("a parent is unknown", "categories.yaml", "risk_stability", {"parent": "safety"},
     "categories.yaml: risk_stability: parent 'safety' is none of party_leadership"),
    ("a parent in a set without parents", "roles.yaml", "plan", {"parent": "frame"},
     "roles.yaml: plan: parent 'frame', but the set has no parents"),
    ("too few examples", "roles.yaml", "plan", {"examples": [{"text": "明年再建两处。"}]},
     "roles.yaml: plan: 1 examples, expected at least 3"),
    ("no counterexample", "roles.yaml", "plan", {"counterexamples": []},
     "roles.yaml: plan: 0 counterexamples, expected at least 2"),
    ("a counterexample points nowhere", "roles.yaml", "plan",
     {"counterexamples": [{"text": "甲", "why": "乙", "instead": "goal"}] * 2},
     "roles.yaml: plan: a counterexample's instead is 'goal', expected another label or none"),
    ("a counterexample without a reason", "roles.yaml", "plan",
     {"counterexamples": [{"text": "甲", "instead": "none"}] * 2},
     "roles.yaml: plan: counterexamples 1: why is missing"),
    ("neighbours name an unknown id", "roles.yaml", "plan", {"neighbours": {"goal": "目标"}},
     "roles.yaml: plan: neighbours names 'goal', which is no other label of the set"),
    ("neighbours name the label itself", "roles.yaml", "plan", {"neighbours": {"plan": "自己"}},
     "roles.yaml: plan: neighbours names 'plan', which is no other label of the set"),
    ("no neighbours at all", "roles.yaml", "plan", {"neighbours": {}},
     "roles.yaml: plan: no neighbour that it could be confused with"),
    ("a cue stands twice", "arenas.yaml", "online",
     {"cues": {"positive": ["直播", "网上"], "negative": ["直播"]}},
     "arenas.yaml: online: cue '直播' stands twice"),
    ("no positive cue", "arenas.yaml", "online", {"cues": {"positive": [], "negative": []}},
     "arenas.yaml: online: no positive cue"),
    ("cues without negative ones", "arenas.yaml", "online", {"cues": {"positive": ["直播"]}},
     "arenas.yaml: online: cues: negative is missing"),
    ("the definition is missing", "roles.yaml", "plan", {"definition": ...},
     "roles.yaml: plan: definition is missing"),
    ("the definition is empty", "roles.yaml", "plan", {"definition": " "},
     "roles.yaml: plan: definition is ' ', expected a text"),
    ("a key nobody knows", "roles.yaml", "plan", {"colour": "red"},
     "roles.yaml: plan: unknown key 'colour'"),
    ("a version that is a number", "roles.yaml", "plan", {"since": 1.0},
     'roles.yaml: plan: since is 1.0, expected a version in quotes such as "1.0"'),
    ("a label newer than its set", "roles.yaml", "plan", {"since": "1.1"},
     "roles.yaml: plan: since 1.1 is later than the set's version 1.0"),
    ("a ruling that does not exist", "roles.yaml", "plan", {"rulings": ["JS-99"]},
     "roles.yaml: plan: ruling 'JS-99' is not in guide_rulings.yaml"),
    ("a sequence with an unknown role", "genres.yaml", "speech", {"sequence": ["talk"]},
     "genres.yaml: speech: sequence names the unknown role 'talk'"),
    ("an entity example with an unknown type", "entities.yaml", "DATE",
     {"inside": ["{TIME:今年}"]},
     "entities.yaml: DATE: '{TIME:今年}' marks the unknown type TIME"),
    ("an entity example without its own type", "entities.yaml", "DATE",
     {"examples": [{"text": "今年"}] * 3},
     "entities.yaml: DATE: example '今年' marks no DATE"),
    ("an entity example with a lone brace", "entities.yaml", "DATE", {"outside": ["{DATE:今年"]},
     "entities.yaml: DATE: '{DATE:今年' has a brace that is no mark"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "label", "changes", "fault"),
    [row[1:] for row in LABEL_FAULTS],
    ids=[row[0] for row in LABEL_FAULTS],
)
def test_a_fault_is_told_with_its_file_and_label(
    folder: Path, file: str, label: str, changes: dict[str, Any], fault: str
):
    faults = _spoilt(folder, file, label, **changes)
    assert any(told.startswith(fault) for told in faults), faults


def test_a_folder_with_a_fault_cannot_be_loaded(folder: Path):
    _spoilt(folder, "roles.yaml", "plan", colour="red", shade="dark", hue="warm")
    with pytest.raises(
        LabelError, match=r"^roles\.yaml: plan: unknown key 'colour' \(and 2 more faults\)$"
    ):
        load_label_sets(folder)


FILE_FAULTS = [
    ("is not YAML", "arenas.yaml", "set: [arenas\n", r"arenas\.yaml:2: not YAML: "),
    ("repeats a key", "arenas.yaml", "set: arenas\nname: 场域\nset: roles\n",
     r"arenas\.yaml:3: key 'set' stands twice"),
    ("holds a list", "arenas.yaml", "- set\n", r"arenas\.yaml: expected a mapping"),
    ("lacks its labels", "arenas.yaml", "set: arenas\n", r"arenas\.yaml: labels is missing"),
    ("holds labels that are no entries", "arenas.yaml",
     "set: arenas\nname: 甲\nversion: '1.0'\nkind: many\nabout: 乙\nlabels: [agency]\n",
     r"arenas\.yaml: labels is \['agency'\], expected a list of entries"),
    ("has trait ids without meaning", "headers.yaml", "authors: {}\ntraits: [masked]\n",
     r"headers\.yaml: traits is \['masked'\], expected ids with their meaning"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "source", "fault"),
    [row[1:] for row in FILE_FAULTS],
    ids=[row[0] for row in FILE_FAULTS],
)
def test_a_file_that_cannot_be_used_is_named(folder: Path, file: str, source: str, fault: str):
    (folder / file).write_text(source, "utf-8")
    assert any(re.match(fault, told) for told in check_label_folder(folder))


def test_a_file_that_is_missing_or_not_utf8_is_named(folder: Path):
    (folder / "roles.yaml").unlink()
    (folder / "arenas.yaml").write_bytes("场域".encode("gb18030"))
    missing, undecodable = check_label_folder(folder)
    assert missing.startswith("roles.yaml: the file is missing")
    assert undecodable == "arenas.yaml: byte 0 is not UTF-8"


def test_the_seven_national_dimensions_are_evidenced_by_all_eighteen_categories():
    profile = load_indicator_profiles()["national_2023_level1"]
    evidence = [label for line in profile.indicators for label in line.categories]
    assert sorted(evidence) == sorted(load_label_sets().categories.ids)
    assert [line.weight for line in profile.indicators] == [None] * 7
    assert profile["7"].roles == ("experience",)


def test_the_baoshan_points_are_the_ones_that_could_be_seen():
    profile = load_indicator_profiles()["baoshan_agency_2021"]
    assert not profile.complete
    assert {line.name: line.weight for line in profile.indicators if line.parent} == {
        "加强学习教育": 18,
        "健全工作机制": 16,
        "培养典型": 8,
        "维护团结稳定": 15,
        "保障合法权益": None,
    }
    assert profile.evidenced_by("supervision") == ("1.2",)
    with pytest.raises(LabelError, match="no indicator '9'"):
        profile["9"]


INDICATOR_FAULTS = [
    ("names an unknown category", {"categories": ["propaganda"]},
     "categories names the unknown label 'propaganda'"),
    ("has no evidence", {"categories": []}, "nothing is evidence for it: no categories, no roles"),
    ("has a parent below it", {"parent": "2.2"}, "parent '2.2' is no indicator above it"),
    ("does not add up", {"weight": 16}, "weight 16 is not the sum of its points [8, 7]"),
    ("has a weight in words", {"weight": "many"},
     "weight is 'many', expected a number of points or null"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "fault"),
    [row[1:] for row in INDICATOR_FAULTS],
    ids=[row[0] for row in INDICATOR_FAULTS],
)
def test_an_indicator_with_a_fault_is_told(folder: Path, changes: dict[str, Any], fault: str):
    file = "indicators/baoshan_agency_2021.yaml"
    assert _spoilt(folder, file, "2.1", **changes) == (f"{file}: 2.1: {fault}",)


def test_a_profile_is_called_as_its_file(folder: Path):
    (folder / "indicators/custom.yaml").rename(folder / "indicators/ours.yaml")
    assert check_label_folder(folder) == (
        "indicators/ours.yaml: id is 'custom', expected the file's name 'ours'",
    )


def test_an_agreement_about_an_unknown_label_is_a_fault(folder: Path):
    row = {"set": "roles", "id": "plans", "measure": "κ", "items": 40, "value": 0.9}
    _write(folder, "agreement.yaml", {"version": "1.0", "measured": "甲", "labels": [row]})
    assert check_label_folder(folder) == ("agreement.yaml: row 1: unknown label 'plans' of roles",)
