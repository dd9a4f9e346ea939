"""Labels by literal cues: arenas and genres, and the rule baseline that any model must beat."""

import operator
import re
from collections.abc import Sequence
from functools import lru_cache

from huibao.annotation import Tag
from huibao.labels import Label, LabelSet, LabelSets
from huibao.report import Block, Report

_FRAME_KINDS = ("title", "signature")


def arenas_of(text: str, labels: LabelSets) -> tuple[Tag, ...]:
    """The kinds of unit that a text names, in the order of the label set."""
    return tuple(map(Tag, _cued(text, labels.arenas)))


def genre_of(report: Report, labels: LabelSets) -> str | None:
    """The genre that the title tells, None where it tells nothing.

    The cue that ends last decides: 工作总结和工作计划 is read to its end.
    """
    best: tuple[int, int] | None = None
    genre = None
    for label in labels.genres:
        for cue in label.positive:
            place = report.title.rfind(cue)
            if place >= 0 and (best is None or (place + len(cue), len(cue)) > best):
                best, genre = (place + len(cue), len(cue)), label.id
    return genre


def roles_by_cue(report: Report, labels: LabelSets) -> list[str]:
    """The role of each block by the keywords of its nearest telling heading: the baseline.

    A heading's own role comes from its words; a block without a telling heading is `opening` before
    the first heading and `work_done` after it.
    """
    told: dict[int, str] = {}
    roles = []
    for block in report.blocks:
        if block.kind in _FRAME_KINDS:
            role = "title_meta"
        elif block.kind == "heading":
            role = (
                _first_cued(block.text, labels.roles)
                or _inherited(report, block, told)
                or "work_done"
            )
            told[block.index] = role
        else:
            role = _inherited(report, block, told) or ("work_done" if told else "opening")
        roles.append(role)
    return roles


def categories_by_cue(text: str, labels: LabelSets) -> tuple[str, ...]:
    """The categories of which a text holds a keyword: the baseline."""
    return _cued(text, labels.categories)


def _inherited(report: Report, block: Block, told: dict[int, str]) -> str | None:
    for heading in reversed(report.heading_path(block)):
        if heading.index in told:
            return told[heading.index]
    return None


def _first_cued(text: str, labels: LabelSet) -> str | None:
    match = _pattern(tuple((label.id, label.positive) for label in labels)).search(text)
    return match.lastgroup if match else None


def _cued(text: str, labels: LabelSet) -> tuple[str, ...]:
    """The ids of the labels one of whose keywords stands in the text outside its negative phrases."""
    cues = labels.keywords
    starts = cues.keys() & map(operator.add, text, text[1:])
    if labels.has_short_keywords:
        starts |= cues.keys() & set(text)
    told = {label for start in starts for label, cue in cues[start] if cue in text}
    if not told:
        return ()
    return tuple(label.id for label in labels if label.id in told and _is_told(text, label))


def _is_told(text: str, label: Label) -> bool:
    for phrase in label.negative:
        text = text.replace(phrase, "\n")
    return any(cue in text for cue in label.positive)


@lru_cache(maxsize=8)
def _pattern(cues: Sequence[tuple[str, tuple[str, ...]]]) -> re.Pattern[str]:
    parts = [f"(?P<{label}>{'|'.join(map(re.escape, words))})" for label, words in cues if words]
    return re.compile("|".join(parts))
