"""Which province, prefecture, county and town a report is from, with codes where a list has them."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from huibao.annotation import Annotation
from huibao.fields.gazetteer import LEVELS, Division, Gazetteer
from huibao.fields.mentions import read_blocks

_UNITS = re.compile(".+?(?:特别行政区|自治[区州县旗]|社区|地区|街道|苏木|[省市州盟县区旗镇乡村])")
_ENDINGS = (
    ("province", re.compile("(?:省|自治区|特别行政区)$")),
    ("prefecture", re.compile("(?:州|盟|地区|市)$")),
    ("town", re.compile("(?:镇|乡|街道|苏木)$")),
    ("village", re.compile("(?:村|社区|嘎查)$")),
    ("county", re.compile("(?:县|区|旗)$")),
)
_NAMED_AT = re.compile("《?(?:中共)?(?P<name>[\u4e00-\u9fff]{2,4})")
_NAMING = ("ORG", "LOC", "DOC_TITLE", "HONOR")  # the entities that may begin with a province
_CLASSES = ("市", "州", "盟", "地区")
_ELSEWHERE = "pairing_cooperation"  # the partner's province is named there, not the report's own
_MAJORITY = 0.5


def region_of(annotation: Annotation, place: str, gazetteer: Gazetteer) -> dict[str, Any] | None:
    """The region of a report.

    Args:
        annotation: The report; its entities tell the province where its own place does not.
        place: The report's own place as it names it: 云溪县, 云南省云溪县柳河镇; may be empty.
        gazetteer: The divisions to look names up in.

    Returns:
        province, prefecture, county, town, village (each {name, code} or None), source (`place`, or
        `mentions` where the province was only inferred), ambiguous (codes of the divisions that bear
        the name, where several do); None where nothing is known.
    """
    home = _province_mentioned(annotation, gazetteer)
    chain: dict[str, tuple[str, str | None]] = {}
    ambiguous: tuple[str, ...] = ()
    for name in _UNITS.findall(place):
        found = gazetteer.named(name, [above for above, _ in chain.values()])
        if len(found) > 1 and home:
            found = tuple(one for one in found if one.path[0] == home.name) or found
        if len(found) == 1:
            own = replace(found[0], name=found[0].name if found[0].code else name)
            chain |= _with_those_above(own, gazetteer)
            continue
        ambiguous = tuple(one.code for one in found if one.code)
        level = found[0].level if found else _level_of(name)
        if level and level not in chain:
            chain[level] = (name, None)
    source = "place" if "province" in chain or not home else "mentions"
    if source == "mentions" and home:
        chain = _with_those_above(home, gazetteer) | chain
    if not chain:
        return None
    levels = {level: _entry(chain.get(level)) for level in (*LEVELS, "village")}
    return levels | {"source": source, "ambiguous": list(ambiguous)}


def _with_those_above(
    division: Division, gazetteer: Gazetteer
) -> dict[str, tuple[str, str | None]]:
    """A division and all that it lies in, by level."""
    found: dict[str, tuple[str, str | None]] = {}
    for depth, name in enumerate(division.path[:-1]):
        for above in gazetteer.named(name, division.path[:depth]):
            if above.path == division.path[: depth + 1]:
                found[above.level] = (above.name, above.code)
    return found | {division.level: (division.name, division.code)}


def _level_of(name: str) -> str | None:
    return next((level for level, ending in _ENDINGS if ending.search(name)), None)


def _entry(named: tuple[str, str | None] | None) -> dict[str, str | None] | None:
    return {"name": named[0], "code": named[1]} if named else None


def _province_mentioned(annotation: Annotation, gazetteer: Gazetteer) -> Division | None:
    """The province that more than half of the names with a province in them have."""
    votes = Counter(division.path[0] for division in _divisions_named(annotation, gazetteer))
    if not votes:
        return None
    name, count = votes.most_common(1)[0]
    if count <= _MAJORITY * votes.total():
        return None
    return next((one for one in gazetteer.named(name) if one.level == "province"), None)


def _divisions_named(annotation: Annotation, gazetteer: Gazetteer) -> Iterator[Division]:
    for _, said in read_blocks(annotation):
        if any(tag.label == _ELSEWHERE for tag in said.categories):
            continue
        for entity in said.entities:
            division = _division_at(entity.text, gazetteer) if entity.type in _NAMING else None
            if division:
                yield division


def _division_at(text: str, gazetteer: Gazetteer) -> Division | None:
    """The province or prefecture a name begins with: 湖南省…条例, 云南民族网; 海南州 is no province."""
    match = _NAMED_AT.match(text)
    if match is None or not gazetteer.has_start(match["name"]):
        return None
    for size in range(len(match["name"]), 1, -1):
        name = match["name"][:size]
        found: Sequence[Division] = gazetteer.named(name)
        class_follows = text[match.start("name") + size :].startswith(_CLASSES)
        for one in found:
            if one.level == "prefecture" and class_follows:
                return one
            if one.level == "province" and not text.startswith("州", match.start("name") + size):
                return one
    return None
