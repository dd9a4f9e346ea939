"""What an amount counts: the bare noun on its left or right."""

import re

from huibao.facts.clauses import HIDDEN
from huibao.facts.words import Words

_NAMES = re.compile("^(?:《[^《》]*》|“[^“”]*”|‘[^‘’]*’)+")
_INNER_NAMES = re.compile("^[^《》“”]{0,12}?(?:《[^《》]*》|“[^“”]*”)(?=[^《》“”]{2,}$)")
_AND_SO_ON = re.compile("(?<![平高初中同优])等(?![级分])(?:\\d+[余多]?\\S)?(?=..)")
_COUNTED = re.compile("\\d+[余多]?[\u4e00-\u9fff]$")
_ADJECTIVE = re.compile("(?<!目)的(?=[^的]+$)")
_SHAPE = re.compile("[\u4e00-\u9fffA-Za-z0-9《》“”、·—\\-]+")
_NO_NOUN = re.compile(
    "[为在对向由从把将给使让被与和及并以不无]|其中|以上|以下|左右|[^\u4e00-\u9fffA-Za-z《“的]"
)
_MONEY_NOUN = re.compile(
    "资金|经费|补[助贴]|贷款|款$|金$|投资|预算|费$|物资|用品|慰问品|图书|礼品|奖[励补]"
)
_LONGEST = 30  # characters of an object


def bare_noun(text: str, known: Words) -> str | None:
    """The noun that a stretch of text comes down to, None where nothing is left of it.

    Quoted names and titles before a noun go, and all before 的 and 等; a title alone stays.
    """
    text = text.replace(HIDDEN, "").replace(" ", "")
    before = None
    while text and text != before:
        before = text
        text = text[:-1] if known.trailing.match(text, len(text) - 1) else text
        text = _without_lead(text, known)
        text = text.removesuffix(known.links.of(text) or "")
        text = _without_deed(_COUNTED.sub("", text), known)
    for sign, pattern in (("等", _AND_SO_ON), ("的", _ADJECTIVE)):
        cut = list(pattern.finditer(text)) if sign in text else []
        text = text[cut[-1].end() :] if cut else text
    for pattern in (_NAMES, _INNER_NAMES):
        text = _without_lead(pattern.sub("", text), known) or text
    text = text.strip("“”、")
    return text if text and len(text) <= _LONGEST and _SHAPE.fullmatch(text) else None


def _without_lead(text: str, known: Words) -> str:
    lead = known.leading.match(text)
    return text[lead.end() :] if lead else text


def _without_deed(text: str, known: Words) -> str:
    """Persons without what they do (群众 | 增收), places without what is done to them (站 | 达标建设)."""
    deed = None
    if text.endswith(known.after_people):
        deed = next(one for one in known.after_people if text.endswith(one))
    if deed and text.removesuffix(deed).endswith(known.people):
        return text.removesuffix(deed)
    finished = known.finishing.search(text)
    return text[: finished.start()] if finished and finished.start() > 1 else text


def right_noun(text: str, known: Words, *, money: bool) -> str | None:
    """The noun right after an amount: 3场 | 专题讲座, 20万元 | 专项资金."""
    stripped = text.lstrip(" ")
    if not stripped or _NO_NOUN.match(stripped):
        return None
    noun = bare_noun(stripped.removeprefix("的"), known)
    if noun is None or (money and not stripped.startswith("的") and not _MONEY_NOUN.search(noun)):
        return None
    return noun
