"""Several reports on one page: where each begins, and what says so."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from huibao.text.front_matter import is_annex, is_section_title, is_subtitle, names_a_report
from huibao.text.numbering import marker_at
from huibao.text.passages import Passage

_WINDOW = 6  # paragraphs between a title and the first 一、 below it
_PIECE = r"(?:篇|范文|范例|例文|模板)"
_NUMBER = r"[一二三四五六七八九十\d]{1,3}"
_COLLECTED = re.compile(
    rf"[【\[（(]?(?:第{_NUMBER}{_PIECE}|{_PIECE}[（(]?{_NUMBER}[）)]?)(?:[】\]）)：: 、.]|$)"
    rf"|[^。；]{{2,50}}{_PIECE}[（(]?{_NUMBER}[）)]?[】\]]?$"
    rf"|[^。；]{{4,50}}[（(]第?{_NUMBER}篇?[）)]$"
)
_ADDRESSED = re.compile(r"关于[^。；：]{4,56}")
_ADDRESSEE = re.compile(r"[^。；！？]{2,50}[：:]")
_SERIAL = re.compile(_NUMBER)


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a report begins: index of its first paragraph, and the evidence (None for the first)."""

    first: int
    reason: str | None


def report_cuts(passages: Sequence[Passage], repeated: frozenset[int] = frozenset()) -> list[Cut]:
    """The beginnings of the reports of a page, in order.

    Args:
        passages: The page's paragraphs without furniture.
        repeated: Indices of paragraphs that repeat earlier ones: a body printed twice is one report.

    Returns:
        At least one cut, unless there are no paragraphs. A first cut above 0 means that what stands
        before it introduces a collection and belongs to no report.
    """
    if not passages:
        return []
    titles = _collection_titles(passages)
    if len(titles) >= 2:
        return [
            Cut(index, f"title of a collection: {passages[index].text[:40]}") for index in titles
        ]
    cuts = [Cut(0, None)]
    addressed = _addressed_titles(passages)
    for index in sorted({*_restarts(passages), *addressed}):
        title = index if index in addressed else _title_above(passages, index, cuts[-1].first)
        if title is not None and title > cuts[-1].first and title not in repeated:
            reason = "addressee" if index in addressed else "numbering restarts at 一、"
            cuts.append(Cut(title, f"{reason} below {passages[title].text[:40]}"))
    return cuts


def _collection_titles(passages: Sequence[Passage]) -> list[int]:
    """The lines 篇1, 篇2 … that have a text of their own (those of a table of contents have none)."""
    found = [
        index
        for index, passage in enumerate(passages)
        if len(passage.text) <= 60 and _COLLECTED.match(passage.text)
    ]
    with_text = [
        index
        for index, following in zip(found, [*found[1:], len(passages)][: len(found)], strict=True)
        if sum(len(p.text) for p in passages[index + 1 : following]) >= 100
    ]
    numbers = [_serial(passages[index].text) for index in with_text]
    rising = all(a != b for a, b in pairwise(numbers))
    return with_text if rising else []


def _addressed_titles(passages: Sequence[Passage]) -> set[int]:
    """The titles 关于…的请示 in the middle of a page that an addressee follows (县委、县政府：)."""
    found: set[int] = set()
    for index, (passage, below) in enumerate(pairwise(passages)):
        is_title = _ADDRESSED.fullmatch(passage.text) and names_a_report(passage.text)
        addressed = is_title and _ADDRESSEE.fullmatch(below.text)
        if index and addressed and not _in_annex(passages, index, 0):
            found.add(index)
    return found


def _serial(text: str) -> str:
    return str(_SERIAL.findall(text)[-1])


def _restarts(passages: Sequence[Passage]) -> list[int]:
    """The paragraphs at which the numbering 一、 二、 … begins anew."""
    found, reached = [], 0
    for index, passage in enumerate(passages):
        marker = marker_at(passage.text)
        if marker is None or marker.system != "cn_dun" or marker.number is None:
            continue
        if marker.number == 1 and reached >= 2:
            found.append(index)
        reached = marker.number
    return found


def _title_above(passages: Sequence[Passage], restart: int, floor: int) -> int | None:
    """The title that stands shortly above a restart; its first line where it has several."""
    for index in range(restart - 1, max(restart - 1 - _WINDOW, floor), -1):
        text = passages[index].text
        if not names_a_report(text) or is_section_title(text) or marker_at(text) is not None:
            continue
        if _in_annex(passages, index, floor):
            return None
        while index - 1 > floor and _belongs_to_title(passages[index - 1].text):
            index -= 1
        return index
    return None


def _belongs_to_title(text: str) -> bool:
    return names_a_report(text) or (is_subtitle(text) and marker_at(text) is None)


def _in_annex(passages: Sequence[Passage], title: int, floor: int) -> bool:
    """Whether a title heads an annex of the report above it."""
    above = passages[max(floor, title - 2) : title + 1]
    return any(is_annex(passage.text) for passage in above)
