"""What a changed label set takes over from the bundle of the one before."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from small_histories import history
from small_labels import SETS

from huibao.errors import BundleError
from huibao.inference.bundle import Bundle, Decisions
from huibao.inference.tagging import tags_of
from huibao.label_changes import History
from huibao_training.batches import Targets
from huibao_training.heirs import Heirs, heirs_of

OLD = Targets(*(tuple(SETS[part][1]) for part in ("roles", "categories", "entities")))
ROLES = {"set": "roles"}
TYPES = {"set": "entities"}
SPLIT = {"op": "split", "id": "school", "into": ["campus", "language"]}
MERGE = {"op": "merge", "ids": ["training", "media"], "into": "media"}

ORIGINS: list[tuple[str, list[Any], dict[str, tuple[str, ...]]]] = [
    ("what stays comes from itself", [], {"school": ("school",), "media": ("media",)}),
    ("a part comes from the whole", [SPLIT], {"campus": ("school",), "language": ("school",)}),
    ("a merged label comes from all", [MERGE], {"media": ("training", "media")}),
    ("an added one comes from none", [{"op": "add", "label": "ecology"}], {"ecology": ()}),
    ("or from those that it may take from",
     [{"op": "add", "label": "ecology", "may_take_from": ["visits"]}], {"ecology": ("visits",)}),
    ("two changes are walked one after the other",
     [SPLIT, {"op": "merge", "ids": ["campus", "media"], "into": "media"}],
     {"media": ("school", "media"), "language": ("school",)}),
    ("an undone change leaves all as it was", [SPLIT, 1], {"school": ("school",)}),
]  # fmt: skip


def in_force(past: History) -> Targets:
    return Targets(*(tuple(past.in_force[part]) for part in ("roles", "categories", "entities")))


def bundle_of(bundle: Bundle) -> Bundle:
    numbers = {label: float(place) for place, label in enumerate(OLD.categories, 1)}
    return replace(
        bundle,
        labels="0",
        roles=OLD.roles,
        categories=OLD.categories,
        types=OLD.types,
        decisions=Decisions(
            temperature=1.2,
            transitions=tuple(tuple(float(4 * a + b) for b in range(4)) for a in range(4)),
            calibration={label: (1.0, number, 0.0) for label, number in numbers.items()},
            thresholds={label: number / 10 for label, number in numbers.items()},
            entity_thresholds={"ORG": 0.4, "LOC": 0.6},
        ),
    )


def heirs(bundle: Bundle, *changes: Any) -> Heirs:
    """What the labels after some changes take over from a bundle of before the first."""
    past = history(*changes)
    told = [
        replace(one, fingerprint_before=str(one.number - 1), fingerprint=str(one.number))
        for one in past.changes
    ]
    past = replace(past, changes=tuple(told))
    return heirs_of(bundle_of(bundle), in_force(past), past)


@pytest.mark.parametrize(
    ("changes", "expected"), [one[1:] for one in ORIGINS], ids=[one[0] for one in ORIGINS]
)
def test_where_a_label_comes_from(
    bundle: Bundle, changes: list[Any], expected: dict[str, tuple[str, ...]]
) -> None:
    found = heirs(bundle, *changes).categories
    assert {label: found[label] for label in expected} == expected


def _weights(targets: Targets) -> dict[str, torch.Tensor]:
    weights = {"encoder.x": torch.zeros(2)}
    sizes = {"role": targets.roles, "category": targets.categories, "tags": targets.tags}
    for head, labels in sizes.items():
        weights[f"{head}.3.weight"] = torch.arange(2.0 * len(labels)).reshape(len(labels), 2)
        weights[f"{head}.3.bias"] = torch.arange(float(len(labels)))
    return weights


def test_outputs_begin_as_the_mean_of_those_they_come_from(bundle: Bundle) -> None:
    found = heirs(bundle, MERGE, SPLIT, {"op": "add", "label": "ecology"})
    fresh = {name: value - 100 for name, value in _weights(found.new).items()}
    weights = found.weights(_weights(OLD), fresh)
    bias = dict(zip(found.new.categories, weights["category.3.bias"].tolist(), strict=True))
    assert bias == {
        "media": 0.5, "visits": 3.0, "campus": 2.0, "language": 2.0,
        "ecology": -100.0 + found.new.categories.index("ecology"),
    }  # fmt: skip
    assert weights["role.3.weight"].equal(_weights(OLD)["role.3.weight"])


def test_every_tag_of_a_new_type_begins_as_the_same_tag_of_the_old_one(bundle: Bundle) -> None:
    found = heirs(bundle, TYPES | {"op": "split", "id": "ORG", "into": ["PARTY", "STATE"]})
    weights = found.weights(_weights(OLD), _weights(found.new))["tags.3.bias"].tolist()
    bias = dict(zip(found.new.tags, weights, strict=True))
    old = tags_of(OLD.types).index
    assert (bias["O"], bias["B-PARTY"], bias["E-STATE"]) == (0.0, old("B-ORG"), old("E-ORG"))


def test_thresholds_and_curves_are_taken_over(bundle: Bundle) -> None:
    found = heirs(bundle, MERGE, SPLIT, {"op": "add", "label": "ecology"})
    numbers = found.decisions(bundle_of(bundle).decisions)
    assert numbers.temperature == 1.2
    assert numbers.thresholds == {"visits": 0.4, "media": 0.15, "campus": 0.3, "language": 0.3}
    assert numbers.calibration["media"] == (1.0, 1.5, 0.0)
    assert numbers.entity_thresholds == {"ORG": 0.4, "LOC": 0.6}


def test_transitions_follow_the_roles(bundle: Bundle) -> None:
    merge = ROLES | {"op": "merge", "ids": ["work_done", "results"], "into": "results"}
    found = heirs(bundle, merge, ROLES | {"op": "add", "label": "request"})
    table = found.decisions(bundle_of(bundle).decisions).transitions
    at = {role: place for place, role in enumerate(found.new.roles)}
    assert table[at["title_meta"]][at["results"]] == 1.5  # of 1 to work_done and 2 to results
    assert table[at["results"]][at["results"]] == 7.5
    assert table[at["request"]][at["plan"]] == 0.0


def test_nothing_changed_is_nothing_lost(bundle: Bundle) -> None:
    found = heirs(bundle)
    old = bundle_of(bundle).decisions
    assert found.decisions(old) == old
    weights = _weights(OLD)
    taken = found.weights(weights, _weights(OLD))
    assert all(taken[name].equal(weights[name]) for name in weights)


def test_a_bundle_of_unknown_label_sets_is_refused(bundle: Bundle) -> None:
    stranger = replace(bundle_of(bundle), labels="elsewhere")
    past = history(SPLIT)
    with pytest.raises(BundleError, match="which no change of the label folder leads on from"):
        heirs_of(stranger, in_force(past), past)
