"""The label files that could be read, and the ids that they name."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from huibao.label_files.strict_yaml import RULINGS_FILE

_MARK = re.compile(r"\{([A-Z_]+):[^{}]+\}")


@dataclass(slots=True)
class LabelFolder:
    """The content of the label files, by file name."""

    files: dict[str, dict[str, Any]] = field(default_factory=dict)

    def ids(self, name: str) -> set[str]:
        """The label ids of a set, retired ones left out."""
        labels = entries_of(self.files.get(f"{name}.yaml", {}).get("labels"))
        return {label.get("id", "") for label in labels if "retired" not in label}

    def known_ids(self, name: str) -> set[str]:
        """The label ids of a set, retired ones too: old figures and marks may name them."""
        labels = entries_of(self.files.get(f"{name}.yaml", {}).get("labels"))
        return {label.get("id", "") for label in labels}

    def ruling_ids(self) -> set[str]:
        """The ids of the rulings that a label may refer to."""
        sections = entries_of(self.files.get(RULINGS_FILE, {}).get("sections"))
        return {rule.get("id", "") for part in sections for rule in entries_of(part.get("rules"))}


def entries_of(value: object) -> list[dict[str, Any]]:
    """The mappings of a list; what else stands in it is told of elsewhere."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def told_at(place: str, faults: Iterable[str]) -> list[str]:
    """Faults with the place they were found at."""
    return [f"{place}: {fault}" for fault in faults]


def marked_types(text: str) -> list[str]:
    """The entity types of the marks `{TYPE:text}` in a text, in order."""
    return _MARK.findall(text)


def mark_faults(text: str, types: set[str]) -> Iterator[str]:
    """Says which marks of a text name an unknown type or are broken."""
    for kind in marked_types(text):
        if kind not in types:
            yield f"{text!r} marks the unknown type {kind}"
    if set("{}") & set(_MARK.sub("", text)):
        yield f"{text!r} has a brace that is no mark"
