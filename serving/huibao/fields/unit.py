"""Who reports: the unit that signs a report or stands in its title, its level and its kind of place."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from huibao.annotation import Annotation, Mention
from huibao.fields.mentions import located, mentions_of, read_blocks
from huibao.report import Block
from huibao.values.organizations import home_place, organization_value

_ARENA_OF_TYPE = {
    "school": "school", "enterprise": "enterprise", "religious": "religious_site",
    "military": "military", "party": "agency", "gov": "agency", "people_congress": "agency",
    "CPPCC": "agency", "judicial": "agency", "social": "agency", "media": "agency",
    "temporary": "agency",
}  # fmt: skip
_ARENA_OF_NAME = (
    ("community", re.compile("社区(?:居委会|居民委员会|党支部|党总支|党委)?$")),
    (
        "township_village",
        re.compile(
            "(?:[镇乡村]|苏木|嘎查|街道)(?:人民政府|政府|党委|委员会|办事处|村民委员会|党支部|党总支)?$"
        ),
    ),
    ("region", re.compile("(?:[省市州盟县区旗]|地区)(?:人民政府|委员会|委)?$")),
)
_PLACE_LEVELS = (
    ("村", re.compile("(?:村|社区|嘎查)$")),
    ("乡", re.compile("(?:镇|乡|街道|苏木)$")),
    ("县", re.compile("(?:县|旗|(?<!自治)(?<!地)区)$")),
    ("市", re.compile("(?:市|州|盟|地区)$")),
    ("省", re.compile("(?:省|自治区)$")),
)
_HELD_AT = re.compile("[在于（(]$")
_ASSEMBLY = re.compile("[在于](?=[^。，]{2,20}(?:会议?上|大会|仪式上|活动上))")


def reporting_unit(annotation: Annotation) -> dict[str, Any] | None:
    """The unit that reports.

    A unit in the title comes first (云溪县民宗局2023年工作总结), then the one that signs, then a bare
    place in the title, which means its party committee and government together.

    Returns:
        name (full), text (as written), level (国 省 市 县 乡 村 or None), type, arena, masked, source
        (`title`, `signature` or `place`) and where it stands; None where no unit is named.
    """
    home = str(annotation.fields.get("place") or "")
    for kind, types in (("title", "ORG"), ("signature", "ORG"), ("title", "LOC")):
        for block, mention in _mentions(annotation, kind, types):
            text = block.text[mention.start : mention.end]
            if kind == "title" and _HELD_AT.search(
                block.text[max(0, mention.start - 1) : mention.start]
            ):
                continue
            value = dict(mention.value or {}) or organization_value(text, home=home)
            source = "place" if types == "LOC" else kind
            return _unit(text, value, source) | located(block, mention.start, mention.end)
    return _of_assembly(annotation)


def _of_assembly(annotation: Annotation) -> dict[str, Any] | None:
    """The place whose assembly or rally heard the report: 在云溪县第十八届人民代表大会…上."""
    for block, _ in read_blocks(annotation):
        match = _ASSEMBLY.search(block.text) if block.kind == "title" else None
        place = home_place([block.text[match.end() :]]) if match else ""
        start = block.text.find(place, match.end()) if match and place else -1
        if start >= 0:
            return _unit(place, {}, "place") | located(block, start, start + len(place))
    return None


def _mentions(annotation: Annotation, kind: str, types: str) -> Iterator[tuple[Block, Mention]]:
    for block, said in read_blocks(annotation):
        if block.kind == kind and not block.text.startswith("（"):
            for mention in mentions_of(block, said, types):
                yield block, mention


def _unit(text: str, value: Mapping[str, Any], source: str) -> dict[str, Any]:
    place = source == "place"
    name = text if place else value.get("canonical") or text
    level = next((level for level, end in _PLACE_LEVELS if end.search(name)), None)
    return {
        "name": name,
        "text": text,
        "level": level if place else value.get("level") or level,
        "type": None if place else value.get("type"),
        "arena": _arena(name, None if place else value.get("type")),
        "masked": bool(value.get("masked")),
        "source": source,
    }


def _arena(name: str, kind: str | None) -> str | None:
    named = next((arena for arena, ending in _ARENA_OF_NAME if ending.search(name)), None)
    return named or _ARENA_OF_TYPE.get(kind or "")
