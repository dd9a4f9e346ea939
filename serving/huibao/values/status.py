"""Whether an amount has happened: done, planned, a target, recurring, applied for, a threshold."""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from huibao.annotation import Mention
from huibao.values.units import values_data

Status = Literal[
    "done",
    "stated",
    "planned",
    "target",
    "recurring",
    "cumulative",
    "applied",
    "part_of",
    "threshold",
]
_CLAUSE = re.compile("[，。；！？：\n]")
_SENTENCE = re.compile("[。！？\n]")
_ALREADY = re.compile("已|累计|截至|现有|目前")
_NAMES = re.compile("《[^《》]*》?|“[^“”]*”?|行动计划|发展规划")
_ENDS_OPEN = re.compile("(?:以上|以下|以内|之内)$")
_AIMED = re.compile("^(?:不少于|不低于|不超过|≥|≤)|(?:以上|以内)$")
_CONDITION = re.compile("[的者]|[\u4e00-\u9fff]{1,6}(?:企业|项目|产业|老人|群众|人员|干部|居民|村)")
_MEASURED = ("age", "score", "percent", "time", "day")


@dataclass(frozen=True, slots=True)
class Cues:
    """The words of `status.yaml`, and the roles that look ahead or back."""

    words: Mapping[str, Status]
    pattern: re.Pattern[str]
    ahead: frozenset[str]
    back: frozenset[str]


def status_of(text: str, mention: Mention, role: str | None) -> Status:
    """The status of a sum or quantity, from its own clause, then its sentence, then the block's role.

    Args:
        text: The block's canonical text.
        mention: A MONEY or QUANT mention of it, with its value.
        role: The id of the block's role, None where it has none.
    """
    span = text[mention.start : mention.end]
    if _is_threshold(text, mention, span):
        return "threshold"
    sentence = _sentence_before(text, mention.start)
    before = _CLAUSE.split(sentence)[-1]
    ahead = role in cues().ahead and not _ALREADY.search(before)
    all_told = [(match.start(), match.group()) for match in cues().pattern.finditer(sentence)]
    clause = len(sentence) - len(before)
    told = [word for _, word in all_told]
    told_here = [word for place, word in all_told if place >= clause]
    tense = _tense(told_here)
    if ahead and (_AIMED.search(span) or _last_cue(told_here) == "target"):
        return "target"
    if tense:
        return tense
    if ahead:
        return "applied" if role == "request" and mention.type == "MONEY" else "planned"
    earlier = _tense(told)
    if earlier == "recurring":
        earlier = None
    match _last_cue(told_here):
        case "done":
            return earlier or "done"
        case "target":
            return "target" if _AIMED.search(span) and role not in cues().back else "done"
    if earlier:
        return earlier
    return "done" if _last_cue(told) == "done" and role in cues().back else "stated"


def _tense(told: Sequence[str]) -> Status | None:
    """What the last word of time (拟, 累计, 每年, 申请) among some cues says, unless 已 comes after it.

    拟举办培训班5期，培训500人: the plan of the first clause holds for the second as well.
    """
    found: Status | None = None
    for word in told:
        status = cues().words.get(word)
        if status in ("planned", "applied", "cumulative", "recurring"):
            found = status
        elif word in ("已", "已经"):
            found = None
    return found


def _is_threshold(text: str, mention: Mention, span: str) -> bool:
    """60岁以上老人, 2000万元以上的企业: the amount says which, not how many."""
    if not _ENDS_OPEN.search(span):
        return False
    norm = (mention.value or {}).get("unit_norm")
    after = text[mention.end : mention.end + 12]
    if norm == "age" or after.startswith(("的", "者")):
        return mention.type == "MONEY" or norm in _MEASURED
    return mention.type == "MONEY" and _CONDITION.match(after) is not None


def _sentence_before(text: str, place: int) -> str:
    """The sentence up to the amount, without titles and quoted names, whose words say nothing of it."""
    return _NAMES.sub("", _SENTENCE.split(text[max(0, place - 160) : place])[-1])


def _last_cue(told: Sequence[str]) -> Status | None:
    found: Status | None = None
    for word in told:
        found = cues().words.get(word, found)
    return found


@functools.cache
def cues() -> Cues:
    """The cues of the shipped list."""
    data = values_data("status.yaml")
    kinds: tuple[Status, ...] = ("planned", "target", "applied", "cumulative", "recurring", "done")
    words: dict[str, Status] = {word: kind for kind in kinds for word in data[kind]}
    pattern = re.compile("|".join(sorted([*words, *data["ignored"]], key=len, reverse=True)))
    return Cues(words, pattern, frozenset(data["ahead"]), frozenset(data["back"]))
