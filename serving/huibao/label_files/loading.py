"""Turns checked label files into label sets and indicator profiles, once per folder."""

from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from huibao.errors import LabelError
from huibao.label_files.faults import check_label_folder
from huibao.label_files.strict_yaml import SET_NAMES, indicator_files, label_file
from huibao.labels import (
    Example,
    Indicator,
    IndicatorProfile,
    Label,
    LabelGroup,
    LabelSet,
    LabelSets,
)
from huibao.resources import resource_folder


def load_label_sets(folder: Path | None = None) -> LabelSets:
    """The label sets of a folder, by default the shipped ones; read once per folder and process.

    Raises:
        LabelError: a file contradicts the schema; the message names file, label and first fault.
    """
    return _label_sets(resource_folder("labels") if folder is None else folder.resolve())


def load_indicator_profiles(folder: Path | None = None) -> dict[str, IndicatorProfile]:
    """The profiles of a label folder, by id; the folder is read once per process.

    Raises:
        LabelError: a file contradicts the schema; the message names file, indicator and fault.
    """
    return dict(_profiles(resource_folder("labels") if folder is None else folder.resolve()))


def forget_loaded() -> None:
    """Has every folder read anew the next time it is asked for: its files were changed."""
    _label_sets.cache_clear()
    _profiles.cache_clear()


@cache
def _label_sets(folder: Path) -> LabelSets:
    faults = check_label_folder(folder)
    if faults:
        more = f" (and {len(faults) - 1} more faults)" if len(faults) > 1 else ""
        raise LabelError(faults[0] + more)
    return LabelSets(
        **{name: _label_set(label_file(folder / f"{name}.yaml")) for name in SET_NAMES}
    )


def _label_set(content: dict[str, Any]) -> LabelSet:
    labels = tuple(_label(entry) for entry in content["labels"])
    groups = tuple(
        LabelGroup(parent["id"], parent["code"], parent["name"], parent["definition"])
        for parent in content.get("parents", ())
    )
    return LabelSet(
        id=content["set"],
        name=content["name"],
        kind=content["kind"],
        version=content["version"],
        about=content["about"],
        labels=tuple(label for label in labels if label.retired is None),
        groups=groups,
        retired=tuple(label for label in labels if label.retired is not None),
    )


def _label(entry: dict[str, Any]) -> Label:
    plain = {item.name: entry[item.name] for item in fields(Label) if item.name in entry}
    for name, value in plain.items():
        if isinstance(value, list):
            plain[name] = tuple(value)
    plain["positive"] = tuple(entry["cues"]["positive"])
    plain["negative"] = tuple(entry["cues"]["negative"])
    plain["examples"] = tuple(Example(**example) for example in entry["examples"])
    plain["counterexamples"] = tuple(Example(**example) for example in entry["counterexamples"])
    return Label(**plain)


@cache
def _profiles(folder: Path) -> tuple[tuple[str, IndicatorProfile], ...]:
    faults = check_label_folder(folder)
    if faults:
        raise LabelError(faults[0])
    profiles = (_profile(label_file(path)) for path in indicator_files(folder))
    return tuple((profile.id, profile) for profile in profiles)


def _profile(content: dict[str, Any]) -> IndicatorProfile:
    indicators = tuple(_indicator(entry) for entry in content["indicators"])
    return IndicatorProfile(**{**content, "indicators": indicators})


def _indicator(entry: dict[str, Any]) -> Indicator:
    lists = {name: tuple(value) for name, value in entry.items() if isinstance(value, list)}
    return Indicator(**{**entry, **lists})
