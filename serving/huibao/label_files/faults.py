"""What can be wrong with a folder of label files, each fault told with its file and label."""

from collections.abc import Iterator
from pathlib import Path

from huibao.errors import LabelError
from huibao.label_files.contents import LabelFolder, entries_of, mark_faults, told_at
from huibao.label_files.fields import (
    AGREEMENT_FIELDS,
    AGREEMENT_ROW_FIELDS,
    HEADER_FIELDS,
    INDICATOR_FIELDS,
    INDICATOR_FILE_FIELDS,
    RULE_FIELDS,
    RULING_FILE_FIELDS,
    SECTION_FIELDS,
    SET_FIELDS,
    STEP_FIELDS,
    Content,
    field_faults,
    is_texts,
)
from huibao.label_files.set_faults import set_faults
from huibao.label_files.strict_yaml import (
    AGREEMENT_FILE,
    HEADERS_FILE,
    RULINGS_FILE,
    SET_NAMES,
    indicator_files,
    label_file,
)


def check_label_folder(folder: Path) -> tuple[str, ...]:
    """All faults of a label folder, in the order of its files; empty when there are none."""
    found, faults = _readable_files(folder)
    if faults:
        return tuple(faults)
    for name in SET_NAMES:
        faults += told_at(f"{name}.yaml", set_faults(name, found))
    for path in indicator_files(folder):
        file = f"{path.parent.name}/{path.name}"
        faults += told_at(file, _profile_faults(path.stem, found.files[file], found))
    faults += told_at(RULINGS_FILE, _rulings_faults(found))
    if AGREEMENT_FILE in found.files:
        faults += told_at(AGREEMENT_FILE, _agreement_faults(found))
    return tuple(faults)


def _readable_files(folder: Path) -> tuple[LabelFolder, list[str]]:
    """The files with the keys they must have; the faults of those that have not."""
    wanted = {f"{name}.yaml": SET_FIELDS for name in SET_NAMES}
    wanted |= {RULINGS_FILE: RULING_FILE_FIELDS, HEADERS_FILE: HEADER_FIELDS}
    if (folder / AGREEMENT_FILE).exists():
        wanted[AGREEMENT_FILE] = AGREEMENT_FIELDS
    for path in indicator_files(folder):
        wanted[f"{path.parent.name}/{path.name}"] = INDICATOR_FILE_FIELDS
    found, faults = LabelFolder(), list[str]()
    for name, fields in wanted.items():
        try:
            found.files[name] = label_file(folder / name)
        except LabelError as error:
            faults.append(str(error))
        else:
            faults += told_at(name, field_faults(found.files[name], fields))
    return found, faults


def _profile_faults(stem: str, content: Content, found: LabelFolder) -> Iterator[str]:
    if content["id"] != stem:
        yield f"id is {content['id']!r}, expected the file's name {stem!r}"
    lines = content["indicators"]
    ids = [str(line.get("id")) for line in lines]
    above = {line.get("parent") for line in lines}
    for line in lines:
        place = str(line.get("id"))
        faults = [*field_faults(line, INDICATOR_FIELDS)]
        if not faults:
            faults += _indicator_faults(line, ids, found)
            if place not in above and not line["categories"] and not line.get("roles"):
                faults.append("nothing is evidence for it: no categories, no roles")
        yield from told_at(place, faults)


def _indicator_faults(line: Content, ids: list[str], found: LabelFolder) -> Iterator[str]:
    if ids.count(line["id"]) > 1:
        yield "the id stands more than once"
    if line["parent"] is not None and line["parent"] not in ids[: ids.index(line["id"])]:
        yield f"parent {line['parent']!r} is no indicator above it"
    for key in ("categories", "roles"):
        for label in line.get(key, ()):
            if label not in found.ids(key):
                yield f"{key} names the unknown label {label!r}"
    if "points" in line and line["weight"] != sum(line["points"]):
        yield f"weight {line['weight']} is not the sum of its points {line['points']}"


def _rulings_faults(found: LabelFolder) -> Iterator[str]:
    content = found.files[RULINGS_FILE]
    types, seen = found.known_ids("entities"), set[str]()
    for number, step in enumerate(content["procedure"], 1):
        yield from told_at(f"step {number}", field_faults(step, STEP_FIELDS))
    for section in content["sections"]:
        yield from told_at(str(section.get("id")), field_faults(section, SECTION_FIELDS))
        if section.get("set") not in (None, *SET_NAMES):
            yield f"{section.get('id')}: set names the unknown label set {section['set']!r}"
        for rule in entries_of(section.get("rules")):
            place = str(rule.get("id"))
            yield from told_at(place, field_faults(rule, RULE_FIELDS))
            if place in seen:
                yield f"{place}: the id stands twice"
            if not place.startswith(f"{section.get('id')}-"):
                yield f"{place}: expected an id that begins with {section.get('id')}-"
            seen.add(place)
            examples = rule["examples"] if is_texts(rule.get("examples")) else []
            for text in (str(rule.get("rule", "")), *examples):
                yield from told_at(place, mark_faults(text, types))


def _agreement_faults(found: LabelFolder) -> Iterator[str]:
    for number, row in enumerate(found.files[AGREEMENT_FILE]["labels"], 1):
        faults = [*field_faults(row, AGREEMENT_ROW_FIELDS)]
        if not faults and row["set"] not in SET_NAMES:
            faults.append(f"unknown label set {row['set']!r}")
        elif not faults and row["id"] not in found.known_ids(row["set"]) | {"all"}:
            faults.append(f"unknown label {row['id']!r} of {row['set']}")
        yield from told_at(f"row {number}", faults)
