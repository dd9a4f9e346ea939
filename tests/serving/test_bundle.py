"""A model folder is taken whole or refused in one sentence."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from huibao.errors import BundleError
from huibao.inference.bundle import Bundle, Decisions, read_bundle, write_bundle
from huibao.inference.onnx import OnnxModel
from huibao.inference.windows import Window


def test_a_bundle_survives_its_folder(bundle: Bundle, tmp_path: Path) -> None:
    size = len(bundle.roles)
    decisions = Decisions(
        temperature=1.5,
        transitions=((0.5,) * size,) * size,
        calibration={"org_leadership": (1.25, -0.5, 0.75)},
        thresholds={"org_leadership": 0.4},
        entity_thresholds={"ORG": 0.6},
    )
    written = replace(bundle, decisions=decisions, card={"trained": "never", "reports": 0})
    write_bundle(written, tmp_path)
    assert read_bundle(tmp_path, labels=bundle.labels) == written


def test_a_bundle_is_written_the_same_twice(bundle: Bundle, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_bundle(bundle, tmp_path / name)
    for file in ("bundle.json", "vocab.txt"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_a_bundle_signs_its_annotations(bundle: Bundle) -> None:
    by = bundle.annotator
    assert (by.kind, by.name, by.version, by.labels) == ("model", "stand-in", "0", bundle.labels)


def test_a_bundle_for_other_label_sets_is_refused(bundle: Bundle, tmp_path: Path) -> None:
    write_bundle(bundle, tmp_path)
    with pytest.raises(BundleError, match=r"was trained for label sets .* in force are 0123"):
        read_bundle(tmp_path, labels="0123")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="nowhere cannot be read"):
        read_bundle(tmp_path / "nowhere")


def without(key: str) -> Callable[[dict[str, Any]], Any]:
    return lambda entries: {name: one for name, one in entries.items() if name != key}


@pytest.mark.parametrize(
    "damage",
    [
        lambda entries: entries | {"schema": "huibao-bundle/9"},
        lambda entries: entries | {"surprise": 1},
        lambda entries: entries | {"roles": ["work_done"]},
        lambda entries: entries | {"window": {"size": 10, "overlap": 9, "path": 4}},
        lambda entries: entries | {"window": {"length": 10}},
        lambda entries: entries | {"decisions": []},
        lambda entries: entries | {"decisions": entries["decisions"] | {"calibration": [1]}},
        lambda entries: entries | {"decisions": entries["decisions"] | {"transitions": [[1.0]]}},
        lambda _: [],
        lambda _: "bundle",
        without("schema"),
        without("labels"),
        without("decisions"),
    ],
)
def test_a_damaged_description_is_refused(
    bundle: Bundle, tmp_path: Path, damage: Callable[[dict[str, Any]], Any]
) -> None:
    write_bundle(bundle, tmp_path)
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps(damage(json.loads(file.read_text("utf-8")))), "utf-8")
    with pytest.raises(BundleError):
        read_bundle(tmp_path)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("bundle.json", b"{not json"),
        ("bundle.json", b"\xff\xfe\x00"),
        ("vocab.txt", b"\xff\xff"),
        ("vocab.txt", "甲\n乙\n".encode()),
    ],
)
def test_a_damaged_file_is_refused(
    bundle: Bundle, tmp_path: Path, file: str, content: bytes
) -> None:
    write_bundle(bundle, tmp_path)
    (tmp_path / file).write_bytes(content)
    with pytest.raises(BundleError):
        read_bundle(tmp_path)


def test_a_bundle_without_graph_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="no model graph"):
        OnnxModel(tmp_path / "model.onnx")


def test_a_damaged_graph_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"no graph at all")
    with pytest.raises(BundleError, match="cannot be opened"):
        OnnxModel(tmp_path / "model.onnx")


def test_the_graph_gives_scores_of_the_right_shape_in_any_company(
    bundle: Bundle, bundle_folder: Path
) -> None:
    def window(*ids: int) -> Window:
        own = tuple(range(len(ids)))
        return Window(
            0, 0, (2, 6, 18, 3, *ids, 3), 4, 4 + len(ids), own, tuple(place + 1 for place in own)
        )

    windows = [window(40, 41, 42), window(), window(50, 51)]
    together = OnnxModel(bundle_folder / "model.onnx", threads=2).score(windows)
    alone = [OnnxModel(bundle_folder / "model.onnx", threads=1).score([one])[0] for one in windows]
    for one, other, given in zip(together, alone, windows, strict=True):
        assert one.role.shape == (len(bundle.roles),)
        assert one.category.shape == (len(bundle.categories),)
        assert one.tags.shape == (len(given.starts), 1 + 4 * len(bundle.types))
        assert one.role.tolist() == other.role.tolist()
        assert one.tags.tolist() == other.tags.tolist()
