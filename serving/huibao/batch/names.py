"""What people read for the ids of flags and reasons, in tables and on the overview."""

import functools
from collections.abc import Mapping

from huibao.yaml_files import packaged_yaml


def flag_names() -> Mapping[str, str]:
    """The name of each flag by its id."""
    return _names()["flags"]


def reason_names() -> Mapping[str, str]:
    """The name of each reason why a file is not whole, by its id."""
    return _names()["reasons"]


@functools.cache
def _names() -> Mapping[str, Mapping[str, str]]:
    names: Mapping[str, Mapping[str, str]] = packaged_yaml("huibao.batch", "names.yaml")
    return names
