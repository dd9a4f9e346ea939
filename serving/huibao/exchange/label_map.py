"""Which of our labels another tool's word means: our id, our name, or what a map file says."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from huibao.errors import LabelError
from huibao.label_changes import History
from huibao.label_files.strict_yaml import label_file
from huibao.labels import LabelSets

_TO_FILL = "待填"  # a word left so is refused, not left out
_HEAD = """\
# 左边是文件里的说法，右边填我们的标签：集合/编号，例如 categories/media_information。
# 不要的写 null。people 把工具里的人对应到我们的名字，可不填。
# Left: the word in the file. Right: our label as set/id, or null to leave it out.
"""


@dataclass(frozen=True, slots=True)
class Target:
    """One of our labels."""

    set: str
    id: str


@dataclass(frozen=True, slots=True)
class LabelMap:
    """What a person wrote down about the words and people of a file; None leaves a word out."""

    labels: Mapping[str, Target | None] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)


class Labels:
    """Our labels, past ones too, to be found by the words of other tools."""

    def __init__(self, sets: LabelSets, history: History, written: LabelMap | None = None) -> None:
        """Takes the label sets in force, their history, and a map file's content."""
        self._written = written or LabelMap()
        self._ids = {part.id: history.used_ids(part.id) for part in sets}
        known = [(part.id, one) for part in sets for one in (*part.retired, *part.labels)]
        self._names = {(part, one.name): one.id for part, one in known}
        for label, target in self._written.labels.items():
            if target is not None and target.id not in self._ids.get(target.set, ()):
                raise LabelError(
                    f"map: {label!r} is sent to {target.set}/{target.id}, which is no label"
                )

    def meant(self, label: str, part: str | None) -> Target | None:
        """The label that a word means; `part` is its set where the file tells it.

        Returns:
            None where the map leaves the word out.

        Raises:
            KeyError: it is none of ours, or of several sets.
        """
        if label in self._written.labels:
            return self._written.labels[label]
        found = {
            target
            for one in ([part] if part else self._ids)
            if (target := self._in(one, label)) is not None
        }
        if len(found) != 1:
            raise KeyError(label)
        return found.pop()

    def person(self, name: str) -> str:
        """Our name of a person."""
        return self._written.people.get(name, name)

    def likely(self, label: str, part: str | None) -> Target | None:
        """The label with the most similar name, for a person to look at; None where none is."""
        names = {
            name: Target(one, id_)
            for (one, name), id_ in self._names.items()
            if part in (None, one)
        }
        close = difflib.get_close_matches(label, names, n=1, cutoff=0.5)
        return names[close[0]] if close else None

    def _in(self, part: str, label: str) -> Target | None:
        if label in self._ids.get(part, ()):
            return Target(part, label)
        id_ = self._names.get((part, label))
        return None if id_ is None else Target(part, id_)


def read_label_map(path: Path) -> LabelMap:
    """The map of a file.

    Raises:
        LabelError: it cannot be read, has unknown keys, or a word is sent to no `set/id`.
    """
    content = label_file(path)
    if unknown := set(content) - {"labels", "people"}:
        raise LabelError(f"{path.name}: key {min(unknown)!r}, expected labels or people")
    labels = content.get("labels") or {}
    people = content.get("people") or {}
    return LabelMap(
        {str(word): _target(word, said, path.name) for word, said in labels.items()},
        {str(name): str(ours) for name, ours in people.items()},
    )


def label_map_text(
    unknown: Iterable[tuple[str, str | None]], labels: Labels, people: Iterable[str]
) -> str:
    """A map file to fill in: every unknown word with the label of the most similar name, if any."""
    lines = [_HEAD, "labels:\n"]
    for word, part in sorted(set(unknown), key=lambda one: one[0]):
        guess = labels.likely(word, part)
        said = _TO_FILL if guess is None else f"{guess.set}/{guess.id}  # 猜的，请核对"
        lines.append(f"  {_quoted(word)}: {said}\n")
    lines.append("people:\n")
    lines += (f"  {_quoted(name)}: {_quoted(name)}\n" for name in sorted(set(people)))
    return "".join(lines)


def _target(word: object, said: Any, name: str) -> Target | None:  # noqa: ANN401 (as YAML has it)
    if said is None:
        return None
    part, slash, id_ = str(said).partition("/")
    if not (part and slash and id_):
        raise LabelError(f"{name}: {word!r} is sent to {said!r}, expected set/id or null")
    return Target(part, id_)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
