"""Clauses that deal out amounts in order: 会议和文件分别为4次、9份."""

import itertools
import re
from collections.abc import Sequence

from msgspec.structs import replace

from huibao.facts.clauses import Clause
from huibao.facts.deeds import Amount, Governed
from huibao.facts.objects import bare_noun
from huibao.facts.words import Word, words

_SHARED = re.compile("[、和及与以\x00 ]*")
_EACH = re.compile("分别(?:为|有|是|达到|达|占|(?P<change>同比增长|增长|下降|提高|增加|减少))?$")
_MEASURE = re.compile("(?:率|度|人口|学生|面积|收入|产量|户数|人数)$")
_AND = re.compile("[、和及与]")
_LABEL = re.compile("(.*?(?:级|族))(.*)")


def each_to_each(
    text: str, clause: Clause, amounts: Sequence[Amount], inside: Sequence[Word]
) -> list[Governed] | None:
    """The verbs and objects that a clause deals out in order: 省级、县级示范点分别为3个、5个.

    Args:
        text: The block's text.
        clause: The clause.
        amounts: Its amounts.
        inside: Its verbs and cuts.

    Returns:
        One for each amount, None where the clause deals out nothing.
    """
    known = words()
    if len(amounts) < 2:
        return None
    first = amounts[0]
    lead = text[clause.start : first.start]
    each = _EACH.search(lead)
    joined = all(
        _SHARED.fullmatch(text[one.end : two.start]) for one, two in itertools.pairwise(amounts)
    )
    labels = _AND.split(lead[: each.start()]) if each else []
    if each is None or not joined or len(labels) != len(amounts):
        return None
    offset = clause.start
    out, place = [], offset
    rest = _common_tail(labels)
    for label in labels:
        stop = place + len(label)
        verbs = [w for w in inside if place <= w.start and w.end <= stop and w.kind != "cut"]
        noun = bare_noun(text[verbs[-1].end if verbs else place : stop], known)
        if rest and noun and stop < offset + each.start():
            noun += rest
        found = Governed("count", each["change"], own=each["change"] is not None)
        if verbs and not each["change"]:
            deed = known.defaults.get(verbs[-1].text, verbs[-1].deed or "hold")
            told = known.deed_of(noun) if noun and verbs[-1].kind == "light" else None
            found = Governed(told or known.deed(verbs[-1].text, deed, noun), verbs[-1].text)
        out.append(replace(found, noun=noun))
        place = stop + 1
    return out


def _common_tail(labels: Sequence[str]) -> str:
    """What all labels share and only the last writes: 国家级、省级 | 示范村, 小学、初中 | 入学率."""
    level = _LABEL.fullmatch(labels[-1])
    if level and level[2] and all(label.endswith(("级", "族")) for label in labels[:-1]):
        return level[2]
    rest = labels[-1][len(labels[-2]) :]
    return rest if len(rest) > 1 and _MEASURE.search(rest) else ""
