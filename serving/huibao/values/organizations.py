"""The full name, level and kind of an organ that a report names short, elided or in coordination."""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from huibao.values.units import values_data

_MASK = "xX×*_＿某"
_COORDINATED = re.compile("[、，]?(?:和|及|与|以及|暨|会同|、)?")
_PLACE = re.compile(
    rf"(?:中共|中国共产党|共青团|中国人民政治协商会议)?(?P<place>(?:[\u4e00-\u9fff{_MASK}]{{1,9}}?"
    r"(?:自治区|自治州|自治县|自治旗|特别行政区|地区|街道|社区|省|市|州|盟|县|区|旗|镇|乡|苏木|村|嘎查))+)"
)
_UNITS = re.compile(".+?(?:自治[区州县旗]|社区|地区|街道|[省市州盟县区旗镇乡村])")
_NO_DISTRICT = ("社区", "地区", "自治区")
_BARE = re.compile(
    "[省市州盟县区旗镇乡村](?=委|政|人|直|[\u4e00-\u9fff]{2})|自治区|街道|社区|团(?=[省市州县区旗]委)"
)
_LEVELS = (
    ("国", re.compile("^(?:国家|中央|全国|中共中央|党中央|国务院|中国|中华|最高人民|教育部|公安部|新华社|人民日报)|^[^省市县]{2,6}部$")),
    ("村", re.compile("^[^委局办]*?(?:社区|嘎查|(?<!乡)村(?!振兴|镇|信用))")),
    ("乡", re.compile("^[^委局办]*?(?:街道|苏木|镇(?!宗)|乡(?!村振兴))")),
    ("县", re.compile("^[^委局办]*?(?:县|旗|(?<!自治)(?<!地)(?<!社)区(?!域))")),
    ("市", re.compile("^[^委局办]*?(?:市(?!场)|州|盟(?!院)|地区)")),
    ("省", re.compile("^[^委局办]*?(?:省|自治区)")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Organs:
    """The tables of `organizations.yaml`."""

    aliases: Mapping[str, str]
    complete: frozenset[str]
    inheriting: frozenset[str]
    types: Sequence[tuple[str, re.Pattern[str]]]


@dataclass(frozen=True, slots=True)
class Organization:
    """An ORG mention with what the mentions before it lend: the prefix it elides, the report's place."""

    text: str
    prefix: str = ""
    home: str = ""


def organization_value(text: str, *, inherited: str = "", home: str = "") -> dict[str, Any]:
    """The value of an ORG mention.

    Args:
        text: The span in canonical text.
        inherited: The prefix (县, 州, 云岭县) of the organ it is coordinated with: 县政协、人大.
        home: The report's own place (云岭县), which a bare 县 means; empty where unknown.

    Returns:
        canonical (prefix restored, short forms completed), level (国 省 市 县 乡 村 or None), type,
        prefix_inherited, alias_of (the full name of the short form that was written, or None), masked.
    """
    tables = organs()
    prefix = prefix_of(text)
    takes = not prefix and inherited != "" and text in tables.inheriting
    if takes:
        prefix = inherited
    head = text.removeprefix(prefix) if not takes else text
    short, full = _alias(head, tables)
    named = f"{_placed(prefix, home)}{head.removesuffix(short)}{full}"
    return {
        "canonical": named,
        "level": next((level for level, cue in _LEVELS if cue.search(named)), None),
        "type": next((kind for kind, cue in tables.types if cue.search(named)), None),
        "prefix_inherited": takes,
        "alias_of": full if short and short != full else None,
        "masked": any(sign in _MASK for sign in text),
    }


def prefix_of(text: str) -> str:
    """The administrative prefix of an organ's name: 云岭县 of 云岭县政协, 县 of 县人大, else empty."""
    bare = _BARE.match(text)
    if bare:
        return bare.group()
    place = _PLACE.match(text)
    if place and place.end() < len(text):
        return text[: place.end()]
    return ""


def home_place(names: Sequence[str]) -> str:
    """The place a report is from: that of the first of its title's and signature's names that has one."""
    for name in names:
        place = _PLACE.match(name)
        if place and not any(sign in _MASK for sign in place["place"]):
            return place["place"]
    return ""


def coordinated(between: str) -> bool:
    """Whether the text between two organs only joins them: 县政协、人大."""
    return _COORDINATED.fullmatch(between) is not None


def _placed(prefix: str, home: str) -> str:
    """县 becomes the county the report is from; 州 stays where the report is a county's."""
    if len(prefix) != 1:
        return prefix
    own = next((m.group() for m in _UNITS.finditer(home) if m.group().endswith(prefix)), "")
    if not own or own.endswith(_NO_DISTRICT):
        return prefix
    return home[: home.index(own) + len(own)]


def _alias(head: str, tables: Organs) -> tuple[str, str]:
    if any(head.endswith(name) for name in tables.complete):
        return "", ""
    for size in range(min(len(head), 8), 1, -1):
        short = head[-size:]
        if short in tables.aliases:
            return short, tables.aliases[short]
    return "", ""


@functools.cache
def organs() -> Organs:
    """The tables of the shipped list."""
    data = values_data("organizations.yaml")
    types = tuple((kind, re.compile(cue)) for kind, cue in data["types"].items())
    return Organs(
        data["aliases"], frozenset(data["complete"]), frozenset(data["inheriting"]), types
    )
