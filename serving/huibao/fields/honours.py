"""Honours: which title, of which level, won or only aimed at, when, by whom and from whom."""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from huibao.annotation import Annotation, Mention
from huibao.fields.mentions import known_day, located, mentions_of, read_blocks, sentence_around
from huibao.report import Block
from huibao.yaml_files import packaged_yaml

_CLAUSE = re.compile("[，。；！？\n]")
_AHEAD = ("plan", "directive", "request")
_SELF = re.compile("[我本](?:[省市州盟县区旗镇乡村局校园院社委办]|社区|街道|公司|单位|中心)")
_PASSIVE = re.compile("被|由|获")
_AFTER_TITLE = re.compile('[”"》]?(?:荣誉)?(?:称号)?[（(]?$')
_STATUS_BEFORE = 24  # characters of the clause before a title in which its verb stands
_STATUS_AFTER = 14
_NEAR = 40  # entities before a title among which its holder and giver are


@dataclass(frozen=True, slots=True)
class HonourWords:
    """The tables of `honours.yaml`."""

    kinds: Mapping[str, re.Pattern[str]]
    levels: Mapping[str, re.Pattern[str]]
    statuses: re.Pattern[str]


def honours_of(annotation: Annotation) -> list[dict[str, Any]]:
    """The honours a report names, in order; persons who hold one are not named.

    Returns:
        Of each: title, level (国 省 市 县 乡 or None), kind (demonstration_area, demonstration_unit,
        model_group, model_person, education_base, featured_village, advanced, other), status (awarded,
        applied, recommended, reinspected, target, stated), date (ISO or None), holder (as written; None
        for persons and where the sentence has none), holder_kind (unit, self, person or None),
        granted_by, count (decimal text, how many were named at once) and where it stands.
    """
    found = []
    for block, said in read_blocks(annotation):
        if not any(entity.type == "HONOR" for entity in said.entities):
            continue
        mentions = mentions_of(block, said)
        for place, mention in enumerate(mentions):
            if mention.type == "HONOR":
                entry = _honour(block, mentions, place, said.role.label)
                found.append(entry | located(block, mention.start, mention.end))
    return found


def _honour(block: Block, mentions: Sequence[Mention], place: int, role: str) -> dict[str, Any]:
    text, mention = block.text, mentions[place]
    title = text[mention.start : mention.end]
    sentence = sentence_around(text, mention.start)
    start = max(sentence[0], text.rfind("；", sentence[0], mention.start) + 1)
    before = [one for one in mentions[max(0, place - _NEAR) : place] if one.start >= start]
    giver = _giver(text, before, mention.start)
    kind = next((kind for kind, cue in words().kinds.items() if cue.search(title)), "other")
    status = _status(text, mention, (start, sentence[1]), role)
    holder, holder_kind = None, "person" if kind == "model_person" else None
    if holder_kind is None and status != "stated":
        holder, holder_kind = _holder(text, before, giver, start, mention.start)
    named = next((level for level, cue in words().levels.items() if cue.search(title)), None)
    return {
        "title": title,
        "level": named or (giver and (giver.value or {}).get("level")),
        "kind": kind,
        "status": status,
        "date": _date(before),
        "holder": holder,
        "holder_kind": holder_kind,
        "granted_by": text[giver.start : giver.end] if giver else None,
        "count": _count(text, mentions, place),
    }


def _status(text: str, mention: Mention, sentence: tuple[int, int], role: str) -> str:
    """From the verb nearest to the title in its sentence, else from the role of the block."""
    before = text[max(sentence[0], mention.start - _STATUS_BEFORE) : mention.start]
    after = _CLAUSE.split(text[mention.end : min(sentence[1], mention.end + _STATUS_AFTER)])[0]
    cues = [match.lastgroup for match in words().statuses.finditer(before)]
    later = [match.lastgroup for match in words().statuses.finditer(after)]
    told = cues[-1] if cues else later[0] if later else None
    if role in _AHEAD and told in (None, "awarded"):
        return "target"
    if told is None:
        return "awarded" if role == "results" else "stated"
    return told


def _giver(text: str, before: Sequence[Mention], end: int) -> Mention | None:
    """The organ between 被 (由, 获) and the title: 被省人民政府授予."""
    for one in reversed(before):
        lead = text[max(0, one.start - 1) : one.start]
        if one.type == "ORG" and _PASSIVE.fullmatch(lead) and "。" not in text[one.end : end]:
            return one
    return None


def _holder(
    text: str, before: Sequence[Mention], giver: Mention | None, start: int, end: int
) -> tuple[str | None, str | None]:
    """Who got the title: the last unit or 我局 of the sentence before 被 or the title's verb."""
    stop = giver.start if giver else end
    units = [one for one in before if one.type in ("ORG", "LOC", "PERSON") and one.end <= stop]
    own = [match.start() for match in _SELF.finditer(text, start, stop)]
    last = units[-1] if units else None
    if own and (last is None or own[-1] > last.start):
        return None, "self"
    if last is None:
        return None, None
    if last.type == "PERSON":
        return None, "person"
    return text[last.start : last.end], "unit"


def _date(before: Sequence[Mention]) -> str | None:
    """The first day, month or year of the date that stands last before the title."""
    for one in reversed(before):
        day = known_day(one.value, "from") if one.type == "DATE" else None
        if day and (one.value or {}).get("kind") in ("point", "relative"):
            return day[: {"day": 10, "month": 7}.get((one.value or {}).get("granularity", ""), 4)]
    return None


def _count(text: str, mentions: Sequence[Mention], place: int) -> str | None:
    """县级示范点13个: how many, where the number stands right behind the title."""
    following = mentions[place + 1] if place + 1 < len(mentions) else None
    if following is None or following.type != "QUANT":
        return None
    gap = text[mentions[place].end : following.start]
    value = (following.value or {}).get("value")
    return str(value) if value is not None and _AFTER_TITLE.fullmatch(gap) else None


@functools.cache
def words() -> HonourWords:
    """The words of the shipped list."""
    data = packaged_yaml("huibao.fields", "honours.yaml")
    statuses = "|".join(f"(?P<{name}>{cue})" for name, cue in data["statuses"].items())
    return HonourWords(
        {kind: re.compile(cue) for kind, cue in data["kinds"].items()},
        {level: re.compile(cue) for level, cue in data["levels"].items()},
        re.compile(statuses),
    )
