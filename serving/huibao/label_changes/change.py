"""A change of a label set: the sheet that proposes it and the sheet it leaves behind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from huibao.errors import LabelError
from huibao.label_files.fields import is_text, is_texts
from huibao.label_files.strict_yaml import SET_NAMES, label_file

Operation = Literal["add", "rename", "merge", "split", "retire", "redefine", "move", "undo"]
Entry = Mapping[str, Any]

_COMMON = {"set", "op", "why", "by", "from_version", "confirmed_by"}
# What each operation must say beside the common keys, and what it may say.
_KEYS: dict[str, tuple[set[str], set[str]]] = {
    "add": ({"label"}, {"may_take_from"}),
    "rename": ({"id", "name"}, set()),
    "merge": ({"ids", "into"}, set()),
    "split": ({"id", "into"}, set()),
    "retire": ({"id"}, {"to"}),
    "redefine": ({"id", "definition"}, {"minor"}),
    "move": ({"id", "parent"}, {"code"}),
}
_RECORDED = {
    "number", "at", "to_version", "fingerprint_before", "fingerprint", "preview", "edits", "undoes"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposal:
    """What someone wants changed; nothing is checked against the label sets yet.

    Args:
        set: The label set, `categories` for example.
        op: The operation.
        ids: The labels that it starts from; none for `add`.
        into: Labels that are there already and that it leads to: of a merge or a retirement.
        entries: New labels as they will stand in the label file.
        values: What else the operation says: `name`, `definition`, `parent`, `code`.
        why: The reason.
        by: Who proposes it.
        from_version: The version of the set that the author saw.
        may_take_from: Labels of which some examples may belong to an added one.
        minor: Whether a new definition is a mere clarification, after which nobody decides anew.
        confirmed_by: Who agreed.
    """

    set: str
    op: Operation
    ids: tuple[str, ...]
    into: tuple[str, ...]
    entries: tuple[Entry, ...]
    values: Mapping[str, str]
    why: str
    by: str
    from_version: str
    may_take_from: tuple[str, ...] = ()
    minor: bool = False
    confirmed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """One value of a label file before and after; None where the key was not there or is gone.

    `entry` is the id of a label or of an indicator, empty for the keys of the file itself.
    """

    file: str
    entry: str
    key: str
    was: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Change:
    """A change in force, or one being planned; `undoes` is the number of the one it takes back.

    `sources` are the labels whose decisions it concerns, `targets` those that they become; of these
    `leaving` are no longer in force after it and `entering` were not before.
    """

    number: int
    set: str
    op: Operation
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    leaving: tuple[str, ...]
    entering: tuple[str, ...]
    why: str
    by: str
    at: str
    from_version: str
    to_version: str
    fingerprint_before: str
    fingerprint: str
    may_take_from: tuple[str, ...] = ()
    minor: bool = False
    confirmed_by: str | None = None
    undoes: int | None = None
    edits: tuple[Edit, ...] = ()
    sheet: Mapping[str, Any] = field(default_factory=dict, hash=False)


def read_proposal(path: Path) -> Proposal:
    """The change that a YAML file proposes.

    Raises:
        LabelError: the file cannot be read or does not say what a change must say.
    """
    return proposal_of(label_file(path), path.name)


def proposal_of(sheet: Mapping[str, Any], place: str = "change") -> Proposal:
    """The change that a mapping proposes, its keys checked; `place` is named in faults.

    Raises:
        LabelError: a key is missing, unknown or holds something else than it should.
    """
    op = sheet.get("op")
    if op not in _KEYS:
        raise LabelError(f"{place}: op is {op!r}, expected one of {', '.join(_KEYS)}")
    required, optional = _KEYS[op]
    for key in sorted((_COMMON - {"confirmed_by"} | required) - sheet.keys()):
        raise LabelError(f"{place}: {key} is missing, a change of op {op} must say it")
    for key in sorted(sheet.keys() - _COMMON - required - optional):
        raise LabelError(f"{place}: unknown key {key!r} for op {op}")
    texts = ("why", "by", "from_version", "id", "name", "definition", "parent", "code", "to")
    for key in (key for key in texts if key in sheet):
        if not is_text(sheet[key]):
            raise LabelError(f"{place}: {key} is {sheet[key]!r}, expected a text")
    if sheet["set"] not in SET_NAMES:
        raise LabelError(f"{place}: no label set {sheet['set']!r}, {_expected(SET_NAMES)}")
    entries, into = _new_labels(sheet, place)
    return Proposal(
        set=sheet["set"],
        op=op,
        ids=_texts(sheet, "ids", place) or ((sheet["id"],) if "id" in sheet else ()),
        into=into,
        entries=entries,
        values={
            key: sheet[key] for key in ("name", "definition", "parent", "code") if key in sheet
        },
        why=sheet["why"],
        by=sheet["by"],
        from_version=sheet["from_version"],
        may_take_from=_texts(sheet, "may_take_from", place),
        minor=sheet.get("minor") is True,
        confirmed_by=sheet.get("confirmed_by"),
    )


def proposed_part(sheet: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a numbered sheet that its author wrote."""
    return {key: value for key, value in sheet.items() if key not in _RECORDED}


def _new_labels(sheet: Mapping[str, Any], place: str) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """The labels that a sheet describes in full, and those that it only names."""
    said = sheet.get("label", sheet.get("into", sheet.get("to", [])))
    listed = said if isinstance(said, list) else [said]
    entries = tuple(entry for entry in listed if isinstance(entry, dict))
    named = tuple(entry for entry in listed if isinstance(entry, str))
    for entry in entries:
        if not is_text(entry.get("id")) or not is_text(entry.get("name")):
            raise LabelError(f"{place}: a new label must say its id and its name")
    if len(entries) + len(named) != len(listed) or (sheet["op"] in ("add", "split") and named):
        raise LabelError(f"{place}: expected labels with id, name, definition, cues and examples")
    return entries, named


def _texts(sheet: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
    value = sheet.get(key, [])
    if not is_texts(value):
        raise LabelError(f"{place}: {key} is {value!r}, expected a list of ids")
    return tuple(value)


def _expected(names: tuple[str, ...]) -> str:
    return f"expected one of {', '.join(names)}"
