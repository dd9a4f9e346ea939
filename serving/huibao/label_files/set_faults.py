"""What can be wrong with one label set: its keys, its ties, and what an annotator learns from."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from huibao.label_files.contents import LabelFolder, mark_faults, marked_types, told_at
from huibao.label_files.fields import (
    COUNTEREXAMPLE_FIELDS,
    CUE_FIELDS,
    EXAMPLE_FIELDS,
    GROUP_FIELDS,
    Content,
    Field,
    field_faults,
    label_fields,
)
from huibao.label_files.strict_yaml import RULINGS_FILE

MIN_EXAMPLES = 3
MIN_COUNTEREXAMPLES = 2
NO_LABEL = "none"


def set_faults(name: str, found: LabelFolder) -> Iterator[str]:
    """The faults of the label set `name`, each with its label."""
    content = found.files[f"{name}.yaml"]
    groups, labels = content.get("parents", []), content["labels"]
    if content["set"] != name:
        yield f"set is {content['set']!r}, expected {name!r}"
    for group in groups:
        yield from told_at(str(group.get("id")), field_faults(group, GROUP_FIELDS))
    for key in ("id", "name", "code"):
        # An id is never used again; the name and the code of a retired label may be.
        counted = [one for one in [*groups, *labels] if key == "id" or "retired" not in one]
        counts = Counter(entry[key] for entry in counted if key in entry)
        for value in (value for value, count in counts.items() if count > 1):
            yield f"{value}: {key} stands {counts[value]} times, expected once"
    by_id = {str(label.get("id")): label for label in labels}
    codes = {group.get("id"): group.get("code") for group in groups}
    for label in labels:
        faults = [*field_faults(label, label_fields(name))]
        if not faults:
            faults += _tie_faults(label, by_id, codes)
            faults += _version_faults(label, content["version"])
            faults += _teaching_faults(label, by_id)
            faults += _reference_faults(name, label, found)
        yield from told_at(str(label.get("id")), faults)


def _tie_faults(label: Content, by_id: dict[str, Any], codes: dict[Any, Any]) -> Iterator[str]:
    parent, target = label["parent"], label["collapse_to"]
    if codes and parent not in codes:
        yield f"parent {parent!r} is none of {', '.join(map(str, codes))}"
    if not codes and parent is not None:
        yield f"parent {parent!r}, but the set has no parents"
    if codes.get(parent) and not str(label.get("code", "")).startswith(codes[parent]):
        yield f"code {label.get('code')} does not begin with {codes[parent]}, its parent's code"
    if target is None:
        return
    if target not in by_id or "retired" in by_id[target]:
        yield f"collapse_to names {target!r}, which is no label in force"
    elif target == label["id"]:
        yield "collapse_to names the label itself, expected null"
    elif by_id[target].get("collapse_to") is not None:
        yield f"collapse_to names {target!r}, which itself collapses"


def _version_faults(label: Content, version: str) -> Iterator[str]:
    for key in ("since", "retired"):
        if key in label and _order(label[key]) > _order(version):
            yield f"{key} {label[key]} is later than the set's version {version}"


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _teaching_faults(label: Content, by_id: dict[str, Any]) -> Iterator[str]:
    """Cues, neighbours, examples: what an annotator learns a label from."""
    cues = [*field_faults(label["cues"], CUE_FIELDS)]
    yield from told_at("cues", cues)
    if not cues:
        positive, negative = label["cues"]["positive"], label["cues"]["negative"]
        if not positive:
            yield "no positive cue"
        for cue in (cue for cue, count in Counter([*positive, *negative]).items() if count > 1):
            yield f"cue {cue!r} stands twice"
    if not label["neighbours"]:
        yield "no neighbour that it could be confused with"
    for neighbour in label["neighbours"]:
        if neighbour not in by_id or neighbour == label["id"]:
            yield f"neighbours names {neighbour!r}, which is no other label of the set"
    yield from _example_faults(label, "examples", EXAMPLE_FIELDS, MIN_EXAMPLES)
    yield from _example_faults(label, "counterexamples", COUNTEREXAMPLE_FIELDS, MIN_COUNTEREXAMPLES)
    for example in label["counterexamples"]:
        instead = example.get("instead", NO_LABEL)
        if (instead not in by_id and instead != NO_LABEL) or instead == label["id"]:
            yield f"a counterexample's instead is {instead!r}, expected another label or {NO_LABEL}"


def _example_faults(
    label: Content, key: str, fields: dict[str, Field], least: int
) -> Iterator[str]:
    examples = label[key]
    if len(examples) < least:
        yield f"{len(examples)} {key}, expected at least {least}"
    for number, example in enumerate(examples, 1):
        yield from told_at(f"{key} {number}", field_faults(example, fields))


def _reference_faults(name: str, label: Content, found: LabelFolder) -> Iterator[str]:
    """What a label says of other files: rulings, the roles of a genre, marked entities."""
    for ruling in label.get("rulings", ()):
        if ruling not in found.ruling_ids():
            yield f"ruling {ruling!r} is not in {RULINGS_FILE}"
    for role in label.get("sequence", ()):
        if role not in found.ids("roles"):
            yield f"sequence names the unknown role {role!r}"
    if name != "entities":
        return
    types = found.known_ids("entities")
    examples = [str(example.get("text", "")) for example in label["examples"]]
    others = [str(example.get("text", "")) for example in label["counterexamples"]]
    for text in (*examples, *others, *label["inside"], *label["outside"]):
        yield from mark_faults(text, types)
    for text in examples:
        if label["id"] not in marked_types(text):
            yield f"example {text!r} marks no {label['id']}"
