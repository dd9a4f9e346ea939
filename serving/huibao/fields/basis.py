"""Under which documents a report was written or a work was done: 根据《…》（云民发〔2023〕5号）."""

import re
from collections.abc import Iterator
from typing import Any

from huibao.annotation import Annotation, Mention
from huibao.fields.mentions import located, mentions_of, read_blocks, sentence_around
from huibao.report import Block

_TITLES = re.compile("《[^《》]*(?:《[^《》]*》[^《》]*)*》")
_CUES = re.compile(
    "(?P<basis>根据|按照|依据|依照|遵照|对照|贯彻|落实|参照|执行)"
    "|(?P<other>印发|出台|制定|下发|发放|学习|编印|修订|起草|报送|转发|宣传|观看|排练|推进)"
)
_FRAME = ("opening", "title_meta")


def basis_documents(annotation: Annotation) -> list[dict[str, Any]]:
    """The documents a report stands on, each once, in the order they are named.

    In the opening a document counts after 根据, 按照, 贯彻 and the like; further down only after a verb
    of reference (根据, 按照, 依据, 对照), since there 贯彻 tells of work done.

    Returns:
        Of each: title (without 《》; None where only a number is cited), doc_no, subtype, year, cue and
        where it stands.
    """
    found: dict[str, dict[str, Any]] = {}
    for block, said in read_blocks(annotation):
        documents = mentions_of(block, said, "DOC_TITLE", "DOC_NO")
        frame = said.role.label in _FRAME
        for title, number in _paired(block, documents):
            mention = title or number
            cue = _cue(block.text, mention.start) if mention else None
            if mention is None or cue is None or (not frame and cue in ("贯彻", "落实", "执行")):
                continue
            entry = _entry(title, number) | {"cue": cue}
            key = str(entry["title"] or entry["doc_no"])
            found.setdefault(key, entry | located(block, mention.start, mention.end))
    return list(found.values())


def _paired(
    block: Block, documents: tuple[Mention, ...]
) -> Iterator[tuple[Mention | None, Mention | None]]:
    """Titles with the number right behind them, and numbers that stand alone."""
    used: set[int] = set()
    for place, one in enumerate(documents):
        if place in used:
            continue
        if one.type == "DOC_NO":
            yield None, one
            continue
        following = documents[place + 1] if place + 1 < len(documents) else None
        gap = block.text[one.end : following.start] if following else ""
        if following and following.type == "DOC_NO" and gap in ("", "（", "(", " "):
            used.add(place + 1)
            yield one, following
        else:
            yield one, None


def _entry(title: Mention | None, number: Mention | None) -> dict[str, Any]:
    named = dict(title.value or {}) if title else {}
    numbered = dict(number.value or {}) if number else {}
    return {
        "title": named.get("title"),
        "doc_no": numbered.get("canonical") or named.get("doc_no"),
        "subtype": named.get("subtype"),
        "year": named.get("year") or numbered.get("year"),
    }


def _cue(text: str, place: int) -> str | None:
    """The word of reference that governs a document: the last verb before it in its sentence."""
    start, _ = sentence_around(text, place)
    before = _TITLES.sub("", text[start:place])
    cues = [match["basis"] for match in _CUES.finditer(before)]
    return cues[-1] if cues else None
