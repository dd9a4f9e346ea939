"""What people read for the ids of flags and reasons, in tables and on the overview."""

import functools
from collections.abc import Mapping
from importlib.resources import files

import yaml


def flag_names() -> Mapping[str, str]:
    """The name of each flag by its id."""
    return _names()["flags"]


def reason_names() -> Mapping[str, str]:
    """The name of each reason why a file is not whole, by its id."""
    return _names()["reasons"]


@functools.cache
def _names() -> Mapping[str, Mapping[str, str]]:
    text = (files("huibao.batch") / "names.yaml").read_text("utf-8")
    names: Mapping[str, Mapping[str, str]] = yaml.safe_load(text)
    return names
