"""How the files of `labels/` are called, and how YAML is read without losing a word of it."""

from pathlib import Path
from typing import Any

import yaml

from huibao.errors import LabelError
from huibao.yaml_files import Loader

SET_NAMES = ("roles", "categories", "arenas", "entities", "genres")
RULINGS_FILE = "guide_rulings.yaml"
AGREEMENT_FILE = "agreement.yaml"
HEADERS_FILE = "headers.yaml"
INDICATOR_FOLDER = "indicators"


def label_file(path: Path) -> dict[str, Any]:
    """The mapping that a label file holds.

    Raises:
        LabelError: the file is missing, is not UTF-8 YAML, repeats a key or holds no mapping.
    """
    try:
        source = path.read_text("utf-8")
    except FileNotFoundError:
        raise LabelError(f"{path.name}: the file is missing from {path.parent}") from None
    except UnicodeDecodeError as error:
        raise LabelError(f"{path.name}: byte {error.start} is not UTF-8") from error
    return label_mapping(source, path.name)


def label_mapping(source: str, name: str) -> dict[str, Any]:
    """The mapping that a YAML text holds; `name` is told in faults.

    Raises:
        LabelError: the text is no YAML, repeats a key or holds no mapping.
    """
    try:
        return _mapping(source, name)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise LabelError(f"{name}{line}: not YAML: {_problem(error)}") from error


def indicator_files(folder: Path) -> tuple[Path, ...]:
    """The indicator profiles of a label folder, by name."""
    return tuple(sorted((folder / INDICATOR_FOLDER).glob("*.yaml")))


def _mapping(source: str, name: str) -> dict[str, Any]:
    loader = Loader(source)
    try:
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise LabelError(f"{name}: expected a mapping of keys to values")
        _refuse_repeated_keys(node, name)
        content: dict[str, Any] = loader.construct_document(node)
    finally:
        loader.dispose()
    return content


def _refuse_repeated_keys(node: yaml.Node, name: str) -> None:
    """YAML readers keep the last of two equal keys without a word: an annotator would lose text."""
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            _refuse_repeated_keys(child, name)
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, value in node.value:
        if key.value in seen:
            raise LabelError(f"{name}:{key.start_mark.line + 1}: key {key.value!r} stands twice")
        seen.add(key.value)
        _refuse_repeated_keys(value, name)


def _problem(error: yaml.YAMLError) -> str:
    return " ".join(str(getattr(error, "problem", None) or error).split())
