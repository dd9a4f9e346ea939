"""Where label sets and models are looked for."""

from pathlib import Path

import pytest

from huibao import resources
from huibao.errors import HuibaoError
from huibao.resources import resource_folder


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package folder in an empty checkout, believed to be huibao's own."""
    package = tmp_path / "serving" / "huibao"
    package.mkdir(parents=True)
    monkeypatch.setattr(resources, "__file__", str(package / "resources.py"))
    return package


def test_the_label_files_of_this_checkout_are_found():
    assert (resource_folder("labels") / "roles.yaml").is_file()


def test_a_checkout_has_its_folders_at_its_root(package: Path):
    (package.parent.parent / "models").mkdir()
    assert resource_folder("models") == package.parent.parent / "models"


def test_what_was_shipped_with_the_package_comes_first(package: Path):
    (package.parent.parent / "labels").mkdir()
    (package / "_shipped" / "labels").mkdir(parents=True)
    assert resource_folder("labels") == package / "_shipped" / "labels"


def test_a_checkout_without_the_folder_says_where_it_looked(package: Path):
    with pytest.raises(HuibaoError, match=r"no folder 'models': neither .*_shipped.* nor .*models"):
        resource_folder("models")


def test_an_installed_package_without_its_data_is_incomplete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    installed = tmp_path / "site-packages" / "huibao"
    installed.mkdir(parents=True)
    (tmp_path / "labels").mkdir()
    monkeypatch.setattr(resources, "__file__", str(installed / "resources.py"))
    with pytest.raises(HuibaoError, match="the package is incomplete, install huibao again"):
        resource_folder("labels")


def test_an_unknown_resource_is_refused():
    with pytest.raises(HuibaoError, match="no resource 'data', expected one of labels, models"):
        resource_folder("data")  # type: ignore[arg-type]
