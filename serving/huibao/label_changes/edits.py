"""Which values of the label files a change alters, and the texts of the files after it."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from huibao.label_changes.change import Change, Edit, Entry, Proposal
from huibao.label_changes.yaml_text import with_entry, with_value, without_key
from huibao.label_files.strict_yaml import indicator_files, label_file

_WORDING = ("name", "definition")
_SEQUENCES = "genres.yaml"


def edits_of(change: Change, proposal: Proposal, folder: Path) -> tuple[Edit, ...]:
    """The values that a change alters in files that are already there; new labels come apart."""
    file = f"{change.set}.yaml"
    labels = {label["id"]: label for label in label_file(folder / file)["labels"]}
    edits = [Edit(file, "", "version", change.from_version, change.to_version)]
    if change.op in ("rename", "redefine", "move"):
        label = labels[change.sources[0]]
        edits += [
            Edit(file, label["id"], key, label.get(key), value)
            for key, value in proposal.values.items()
            if label.get(key) != value
        ]
    edits += [Edit(file, label, "retired", None, change.to_version) for label in change.leaving]
    edits += _collapses(change, labels, file)
    edits += _references(change, folder)
    return tuple(edits)


def new_entries(change: Change, proposal: Proposal, folder: Path) -> list[dict[str, Any]]:
    """The new labels as they stand in the file: `since` is the new version, ties are filled in."""
    content = label_file(folder / f"{change.set}.yaml")
    labels = {label["id"]: label for label in content["labels"]}
    parent = labels[change.sources[0]]["parent"] if change.sources else None
    filled = []
    for entry in proposal.entries:
        plain = {"id": entry["id"], "code": entry.get("code"), "name": entry["name"]}
        plain |= {"parent": entry.get("parent", parent), "since": change.to_version}
        plain |= {"collapse_to": entry.get("collapse_to")}
        plain |= {key: value for key, value in entry.items() if key not in plain}
        filled.append({k: v for k, v in plain.items() if k != "code" or v is not None})
    return filled


def undoing_edits(change: Change, undone: Change, folder: Path) -> tuple[Edit, ...]:
    """The values that lead back; a wording that someone has bettered since is kept."""
    file = f"{change.set}.yaml"
    edits = [Edit(file, "", "version", change.from_version, change.to_version)]
    edits += [Edit(file, label, "retired", None, change.to_version) for label in change.leaving]
    for edit in reversed(undone.edits):
        if (edit.file, edit.entry, edit.key) == (file, "", "version"):
            continue
        now = _present(folder, edit)
        if edit.key not in _WORDING or now == edit.now:
            edits.append(Edit(edit.file, edit.entry, edit.key, now, edit.was))
    return tuple(edits)


def edited_texts(
    edits: Iterable[Edit], entries: Iterable[Entry], change: Change, folder: Path
) -> dict[str, str]:
    """The changed files of a folder by their path in it."""
    texts: dict[str, str] = {}
    for edit in edits:
        text = texts.get(edit.file) or (folder / edit.file).read_text("utf-8")
        listed = _list_of(edit.file)
        if edit.key == "retired" and edit.now is None:
            texts[edit.file] = without_key(text, listed, edit.entry, edit.key)
        else:
            texts[edit.file] = with_value(text, listed, edit.entry, edit.key, edit.now)
    file = f"{change.set}.yaml"
    after = change.sources[-1] if change.sources else None
    for entry in entries:
        texts[file] = with_entry(texts[file], "labels", entry, after=after)
        after = str(entry["id"]) if after else None
    return texts


def _collapses(change: Change, labels: Mapping[str, Any], file: str) -> Iterator[Edit]:
    """Where the examples of a label go in the reduced set, once that label is no more."""
    target = change.targets[0] if change.targets else None
    known = labels.get(target) if target else None
    resolved = (known["collapse_to"] or target) if known else target
    for label in labels.values():
        now = label["collapse_to"]
        if label["id"] in change.leaving:
            now = None if change.op == "split" else resolved
        elif now in change.leaving:
            now = None if resolved == label["id"] else resolved
        if now != label["collapse_to"]:
            yield Edit(file, label["id"], "collapse_to", label["collapse_to"], now)


def _references(change: Change, folder: Path) -> Iterator[Edit]:
    """Indicators that a label was evidence for, and the roles of a genre."""
    if not change.leaving:
        return
    for path in indicator_files(folder):
        for line in label_file(path)["indicators"]:
            yield from _replaced(change, line, change.set, f"{path.parent.name}/{path.name}")
    if change.set == "roles":
        for genre in label_file(folder / _SEQUENCES)["labels"]:
            yield from _replaced(change, genre, "sequence", _SEQUENCES)


def _replaced(change: Change, entry: Entry, key: str, file: str) -> Iterator[Edit]:
    was = entry.get(key)
    if not isinstance(was, list) or not set(was) & set(change.leaving):
        return
    now: list[str] = []
    for label in was:
        become = change.targets if label in change.leaving else (label,)
        now += [one for one in become if one not in now]
    yield Edit(file, str(entry["id"]), key, was, now)


def _present(folder: Path, edit: Edit) -> object:
    content = label_file(folder / edit.file)
    if not edit.entry:
        return content.get(edit.key)
    entries = content[_list_of(edit.file)]
    return next((one.get(edit.key) for one in entries if str(one["id"]) == edit.entry), None)


def _list_of(file: str) -> str:
    return "indicators" if "/" in file else "labels"
