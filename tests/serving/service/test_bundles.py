"""Bundles in service: loaded and warmed whole, replaced without a gap, refused with a reason."""

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from huibao.errors import BundleError
from huibao.inference.bundle import Bundle, read_bundle, write_bundle
from huibao.label_changes import apply_change, proposal_of
from huibao.labels import LabelSets
from huibao.reader import Reader, load_reader
from huibao.resources import resource_folder
from huibao.review.folder import start_folder
from huibao.service.bundles import LoadedBundles

Load = Callable[[Path], Reader]


@pytest.fixture
def versions(bundle: Bundle, tmp_path: Path) -> Callable[[str], Path]:
    """Writes a bundle folder of a version; there is no graph, the stand-in scores."""

    def written(version: str) -> Path:
        folder = tmp_path / f"v{version}"
        write_bundle(replace(bundle, version=version), folder)
        return folder

    return written


@pytest.fixture
def load(label_sets: LabelSets, fixed_model) -> Load:
    """Reads a folder as `load_reader` does, with the stand-in as its model."""

    def loaded(folder: Path) -> Reader:
        read = read_bundle(folder, labels=label_sets.fingerprint)
        return Reader(read, fixed_model(read), label_sets)

    return loaded


def wait_until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def point(link: Path, folder: Path) -> None:
    """Moves a symbolic link in one step, as `ln -sfn` and a release do."""
    fresh = link.with_name("fresh")
    fresh.symlink_to(folder, target_is_directory=True)
    fresh.replace(link)


def test_the_first_bundle_answers_where_none_is_named(versions, load) -> None:
    one, two = str(versions("1")), str(versions("2"))
    bundles = LoadedBundles([one, two], load)
    assert bundles.reader().bundle.version == "1"
    assert bundles.reader(two).bundle.version == "2"
    assert list(bundles.readers) == [one, two]


def test_a_bundle_answers_to_its_own_name_too(versions, load) -> None:
    bundles = LoadedBundles([str(versions("1"))], load)
    assert bundles.reader("stand-in") is bundles.reader()


@pytest.mark.parametrize("name", ["", "other", "/etc", "../v1"])
def test_a_client_reaches_only_loaded_bundles(versions, load, name) -> None:
    bundles = LoadedBundles([str(versions("1"))], load)
    with pytest.raises(BundleError, match="no bundle"):
        bundles.reader(name)


def test_a_bundle_has_scored_windows_before_it_serves(versions, load) -> None:
    reader = LoadedBundles([str(versions("1"))], load).reader()
    assert {window.block for window in reader.model.windows} > {0, 1, 2, 3}


def test_a_real_bundle_is_loaded_and_warmed(bundle_folder: Path) -> None:
    bundles = LoadedBundles([str(bundle_folder)])
    page = bundles.reader().read("云溪县2023年民族工作总结\n存在的问题\n")
    assert page.annotator.name == "stand-in"


def test_the_shipped_bundle_is_found_by_its_name() -> None:
    assert LoadedBundles(["huibao-small"]).reader("huibao-small").bundle.name == "huibao-small"


def test_a_new_version_takes_the_place_of_the_old_one_which_serves_what_it_began(
    versions, load
) -> None:
    folder = versions("1")
    bundles = LoadedBundles([str(folder)], load)
    begun = bundles.reader()
    write_bundle(replace(begun.bundle, version="2"), folder)
    assert bundles.reload() is bundles.reader()
    assert bundles.reader().bundle.version == "2"
    assert begun.read("云溪县\n").annotator.version == "1"


def test_a_bundle_for_other_label_sets_is_refused_and_the_old_one_stays(versions, load) -> None:
    folder = versions("1")
    bundles = LoadedBundles([str(folder)], load)
    old = bundles.reader()
    write_bundle(replace(old.bundle, version="2", labels="0123456789ab"), folder)
    with pytest.raises(BundleError, match="0123456789ab"):
        bundles.reload()
    assert bundles.reader() is old


def test_two_bundles_of_different_label_sets_do_not_serve_together(versions, label_sets, load):
    class Others(LabelSets):
        fingerprint = "0123456789ab"

    def loaded(folder: Path) -> Reader:
        reader = load(folder)
        if folder.name == "v2":
            reader.labels = Others(*label_sets)
        return reader

    with pytest.raises(BundleError, match="0123456789ab"):
        LoadedBundles([str(versions("1")), str(versions("2"))], loaded)


def test_a_bundle_that_fails_on_the_example_is_refused_without_its_words(versions, load) -> None:
    def broken(folder: Path) -> Reader:
        reader = load(folder)
        reader.model.score = lambda windows: [][len(windows)]
        return reader

    with pytest.raises(BundleError, match=r"fails on an example: IndexError$"):
        LoadedBundles([str(versions("1"))], broken)


def test_all_bundles_are_loaded_again_and_each_outcome_is_told(versions, load, bundle) -> None:
    one, two = versions("1"), versions("2")
    bundles, told = LoadedBundles([str(one), str(two)], load), []
    write_bundle(replace(bundle, version="3"), one)
    (two / "bundle.json").write_text("{")
    bundles.reload_all(told.append)
    assert told == ["done", "refused"]
    assert [reader.bundle.version for reader in bundles.readers.values()] == ["3", "2"]


def test_a_damaged_folder_is_refused_and_the_old_one_stays(versions, load) -> None:
    folder = versions("1")
    bundles = LoadedBundles([str(folder)], load)
    (folder / "bundle.json").write_text("{")
    with pytest.raises(BundleError, match="cannot be read"):
        bundles.reload()
    assert bundles.reader().bundle.version == "1"


def test_a_moved_link_brings_the_new_version_in(versions, load, tmp_path) -> None:
    link = tmp_path / "current"
    link.symlink_to(versions("1"), target_is_directory=True)
    bundles = LoadedBundles([str(link)], load)
    bundles.start_watch(0.02)
    try:
        point(link, versions("2"))
        wait_until(lambda: bundles.reader().bundle.version == "2")
    finally:
        bundles.stop_watch()
    assert not [one for one in threading.enumerate() if one.name == "huibao-bundles"]


def test_a_broken_version_is_told_once_and_mended_by_the_next(
    versions, load, tmp_path, monkeypatch, caplog
) -> None:
    monkeypatch.setattr(logging.getLogger("huibao"), "propagate", True)
    caplog.set_level(logging.INFO, logger="huibao")
    link = tmp_path / "current"
    link.symlink_to(versions("1"), target_is_directory=True)
    bundles = LoadedBundles([str(link)], load)
    bundles.start_watch(0.02)
    try:
        broken = versions("2")
        (broken / "bundle.json").write_text("{")
        point(link, broken)
        wait_until(lambda: "bundle refused" in caplog.messages)
        time.sleep(0.2)
        assert caplog.messages == ["bundle refused"]
        assert bundles.reader().bundle.version == "1"
        point(link, versions("3"))
        wait_until(lambda: bundles.reader().bundle.version == "3")
    finally:
        bundles.stop_watch()
    assert caplog.messages == ["bundle refused", "bundle replaced"]


def test_a_folder_that_is_being_copied_is_left_alone_until_it_is_whole(
    versions, load, bundle
) -> None:
    folder = versions("1")
    loaded: list[str] = []

    def counted(path: Path) -> Reader:
        reader = load(path)
        loaded.append(reader.bundle.version)
        return reader

    bundles = LoadedBundles([str(folder)], counted)
    bundles.start_watch(0.2)
    try:
        for version in map(str, range(2, 12)):
            write_bundle(replace(bundle, version=version), folder)
            time.sleep(0.05)
        wait_until(lambda: bundles.reader().bundle.version == "11")
    finally:
        bundles.stop_watch()
    assert loaded == ["1", "11"]


def test_a_bundle_is_loaded_from_where_the_link_pointed_at_the_start(
    versions, load, tmp_path
) -> None:
    """A link that moves while the parts are read must not mix two versions."""
    link = tmp_path / "current"
    link.symlink_to(versions("1"), target_is_directory=True)
    asked: list[Path] = []

    def noted(folder: Path) -> Reader:
        asked.append(folder)
        return load(folder)

    LoadedBundles([str(link)], noted)
    assert asked == [Path(os.path.realpath(link))]


def test_requests_go_on_while_bundles_change(versions, load, bundle) -> None:
    folder = versions("0")
    bundles = LoadedBundles([str(folder)], load)
    stop, faults, answers = threading.Event(), [], []

    def asking() -> None:
        while not stop.is_set():
            try:
                answers.append(bundles.reader().read("云溪县\n").annotator.version)
            except Exception as error:
                faults.append(error)

    asker = threading.Thread(target=asking)
    asker.start()
    for version in map(str, range(1, 6)):
        write_bundle(replace(bundle, version=version), folder)
        bundles.reload()
    stop.set()
    asker.join()
    assert not faults
    assert answers == sorted(answers)


def test_a_reader_is_the_same_whether_loaded_here_or_by_hand(bundle_folder: Path) -> None:
    text = "云溪县2023年民族工作总结\n一、打算\n获奖。\n"
    here = LoadedBundles([str(bundle_folder)]).reader().read(text)
    assert here == load_reader(bundle_folder).read(text)


def test_bundles_follow_changed_label_sets_together_or_not_at_all(
    bundle_folder: Path, tmp_path: Path
) -> None:
    labels = tmp_path / "labels"
    start_folder(resource_folder("labels"), labels)
    link = tmp_path / "second"
    point(link, bundle_folder)
    bundles = LoadedBundles(
        [str(bundle_folder), str(link)], partial(load_reader, threads=1, labels=labels)
    )
    merge = {"set": "roles", "op": "merge", "ids": ["results", "experience"], "into": "results"}
    sheet = merge | {"why": "分不开", "by": "王", "from_version": "1.0"}
    apply_change(labels, proposal_of(sheet))
    before = bundles.reader()
    assert "experience" in before.labels.roles
    bundles.renew()
    for reader in bundles.readers.values():
        assert "experience" not in reader.labels.roles
        assert reader.fold is not None
    assert "experience" in before.labels.roles  # what has begun keeps its own
    link.unlink()
    kept = bundles.readers
    with pytest.raises(BundleError):
        bundles.renew()
    assert bundles.readers == kept
