"""Which lines are headings: numbered ones, run into their paragraph or not, and plain ones."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from huibao.text.front_matter import (
    is_annex,
    is_annex_title,
    is_date,
    is_lead_in,
    is_salutation,
    is_section_title,
    is_speaker,
    is_unit,
    opens_as_heading,
)
from huibao.text.items import inside_pairs, paired_spans
from huibao.text.numbering import HEADING_SYSTEMS, TITLED_SYSTEMS, Marker, marker_at
from huibao.text.passages import Passage

RUN_IN_LIMIT = 60  # characters of a run-in heading
SIBLING_LIMIT = 120  # the same where the other headings of the list are run in
_SHORT_TITLE = 30
_POINT = 16  # a longer sentence without a text of its own is a point of a list
_BODY = 40
_FEWEST_SENTENCES = 2  # one short sentence above a paragraph proves nothing
_MANY_SENTENCES = 4
_ALIKE = 3  # sentences with the same first words
_ABOVE = 8  # lines without a number above a 一、 that are looked at
_ENDS = re.compile(r"[。！？!?]”?")
_GAP = re.compile(r"([\u4e00-\u9fff”）》])[ ]+(?=[\u4e00-\u9fff“《（])")
_TOKEN = re.compile(r"(?:^|(?<=[。！？；：”） ]))(?=[一二三四五六七八九十（])")
_LOST_BREAK = re.compile(r"[。！？：”][ ]+(?=[^ ])")
_WHOLE_REPORT = 200  # a line shorter than this holds no report

Markers = Sequence[Marker | None]


def heading_length(text: str, marker: Marker, limit: int = RUN_IN_LIMIT) -> int:
    """How many characters of a numbered paragraph are its heading; 0 if it has none.

    Args:
        text: The paragraph, its number at the front.
        marker: The number.
        limit: Most characters a heading has, its number not counted.
    """
    end = _sentence_end(text, marker.length, marker.length + limit)
    gap = _GAP.search(text, marker.length + 2, marker.length + _SHORT_TITLE)
    if gap is not None and (end == 0 or gap.end() < end) and len(text) - gap.end() > _BODY:
        before = text[marker.length : gap.end()]
        if "，" not in before and "：" not in before:
            return gap.end()
    if end:
        return end
    if len(text) - marker.length <= limit and text[-1] not in "；，;,。":
        return len(text)
    return 0


def listed(passages: Sequence[Passage], markers: Markers) -> set[int]:
    """The paragraphs numbered as headings are that are points of a list: one sentence, no text below."""
    found: set[int] = set()
    for index, (passage, marker) in enumerate(zip(passages, markers, strict=True)):
        if marker is None or marker.system not in HEADING_SYSTEMS:
            continue
        after = markers[index + 1] if index + 1 < len(markers) else None
        before = markers[index - 1] if index else None
        whole = heading_length(passage.text, marker, SIBLING_LIMIT) in (0, len(passage.text))
        long = len(passage.text) > _POINT and passage.text[-1] in "。！"
        followed = after is not None and after.follows(marker)
        continues = index - 1 in found and before is not None and marker.follows(before)
        if whole and (passage.text[-1] in "；;" or (long and (followed or continues))):
            found.add(index)
    return found


def titled(passages: Sequence[Passage], markers: Markers) -> set[int]:
    """The lines 1.加强领导 that are headings: short, without a stop, each with paragraphs below."""
    found: set[int] = set()
    for index, marker in enumerate(markers):
        if marker is None or marker.system not in TITLED_SYSTEMS or not _is_title(passages, index):
            continue
        if index + 1 < len(markers) and _is_plain_body(passages[index + 1], markers[index + 1]):
            found.add(index)
    kept: set[int] = set()
    for index in found:
        marker = markers[index]
        family = None if marker is None else marker.family
        near = [i for i in range(max(0, index - 12), min(len(markers), index + 13)) if i != index]
        twins = [i for i in near if (other := markers[i]) is not None and other.family == family]
        if twins and sum(i in found for i in twins) >= 0.6 * len(twins):
            kept.add(index)
    return kept


def top_headings(passages: Sequence[Passage], markers: Markers) -> set[int]:
    """The lines without a number above 一、: 2023年工作回顾 … 2024年工作安排, and 名词解释 at the end.

    They are known by the numbering, which begins anew below each of them; where it begins only once
    the line must be worded as a part of a report.
    """
    titles = [i for i in range(len(passages)) if _is_plain_title(passages, markers, i)]
    annexes = {index for index in titles if is_annex_title(passages[index].text)}
    systems = [m.system for m in markers if m is not None and m.system in HEADING_SYSTEMS]
    if not systems:
        return annexes
    top = min(systems, key=HEADING_SYSTEMS.index)
    numbered = [i for i, m in enumerate(markers) if m is not None and m.system == top]
    openings = [i for i in numbered if (m := markers[i]) is not None and m.number == 1]
    found: set[int] = set()
    for opening in openings:
        at = bisect_left(numbered, opening)
        above = titles[
            bisect_left(titles, numbered[at - 1] if at else 0) : bisect_left(titles, opening)
        ]
        worded = [index for index in above[-_ABOVE:] if is_section_title(passages[index].text)]
        found.update((worded or above)[-1:])
    if len(openings) < 2 or len(found) < 2:
        found = {index for index in found if is_section_title(passages[index].text)}
    if found:
        # The last part often has no numbers of its own (全面加强政府自身建设)
        behind = [index for index in titles if index > numbered[-1]]
        inside = [index for index in titles if index not in found and index < numbered[-1]]
        found.update(behind if not inside and len(behind) <= 2 else ())
    return found | annexes


def plain_headings(passages: Sequence[Passage], markers: Markers) -> set[int]:
    """The short lines without a number that head the long paragraphs below them."""
    titles = {i for i in range(len(passages)) if _is_plain_title(passages, markers, i)}
    return titles | _sentence_headings(passages, markers)


def with_headings_apart(passage: Passage) -> list[Passage]:
    """A report that came as one line, cut where 一、 二、 or （一） （二） stand inside it."""
    if len(passage.text) < _WHOLE_REPORT or passage.kind != "text":
        return [passage]
    places: list[tuple[int, Marker]] = []
    for token in _TOKEN.finditer(passage.text):
        marker = marker_at(passage.text, token.end())
        if marker is not None and marker.system in ("cn_dun", "cn_par"):
            places.append((token.end(), marker))
    kept = _in_sequence(places, passage.text)
    # What is left of the paragraphs of such a report is a space behind a full stop
    breaks = [gap.end() for gap in _LOST_BREAK.finditer(passage.text)] if kept else []
    bounds = sorted({0, *kept, *breaks, len(passage.text)})
    return [passage.part(first, last) for first, last in pairwise(bounds)]


def _in_sequence(places: list[tuple[int, Marker]], text: str) -> list[int]:
    """Those numbers that count 1, 2 … and have sentences of their own behind them."""
    reached = {"cn_dun": 0, "cn_par": 0}
    kept: list[tuple[int, Marker]] = []
    inside = inside_pairs(text) if places else bytearray()
    for place, marker in places:
        if inside[place] and marker.system == "cn_dun":
            continue
        if marker.number == reached[marker.system] + 1 or marker.number == 1:
            kept.append((place, marker))
            reached[marker.system] = marker.number
            if marker.system == "cn_dun":
                reached["cn_par"] = 0
    if len(kept) < 2:
        return []
    ends = [place for place, _ in kept[1:]] + [len(text)]
    headed = [
        0 < heading_length(text[place:end], marker) < end - place or marker.system == "cn_dun"
        for (place, marker), end in zip(kept, ends, strict=True)
    ]
    if sum(headed) < max(2, 0.6 * len(headed)):
        return []
    return [place for place, _ in kept]


def _sentence_headings(passages: Sequence[Passage], markers: Markers) -> set[int]:
    """The short sentences above long paragraphs that head them, as their like in the report tell.

    They say what is to be done (持续做强特色产业。) or are built alike (这是…的五年。 three times over);
    where there are many, the others are headings too.
    """
    sentences = [i for i in range(len(passages)) if _is_plain_sentence(passages, markers, i)]
    sections = Counter(_section(markers, i) for i in sentences)
    # A single one right under a numbered heading leads into its section
    sentences = [i for i in sentences if sections[i - 1] != 1 or markers[i - 1] is None]
    openings = Counter(passages[i].text[:2] for i in sentences)
    found = {
        i
        for i in sentences
        if opens_as_heading(passages[i].text) or openings[passages[i].text[:2]] >= _ALIKE
    }
    if len(found) < _FEWEST_SENTENCES:
        return set()
    return set(sentences) if len(found) >= _MANY_SENTENCES else found


def _section(markers: Markers, index: int) -> int:
    """The index of the last number above a paragraph, -1 if there is none."""
    return next(
        (i for i in range(index - 1, max(-1, index - 60), -1) if markers[i] is not None), -1
    )


def _sentence_end(text: str, start: int, stop: int) -> int:
    """Offset after the first sentence, full stops inside brackets and quotes not counted; 0 if none."""
    window = text[: stop + 2]
    spans = paired_spans(window)
    first = 0
    for end in _ENDS.finditer(window, start):
        if end.start() > stop:
            break
        if end.group()[-1] == "”" and end.end() < len(text) and len(end.group()) > 1:
            continue
        if not any(left < end.start() < right for left, right in spans):
            return end.end()
        first = first or end.end()
    return 0


def _is_title(passages: Sequence[Passage], index: int) -> bool:
    text = passages[index].text
    return len(text) <= _SHORT_TITLE + 4 and text[-1] not in "。；：，！;:,!"


def _is_plain_body(passage: Passage, marker: Marker | None) -> bool:
    return marker is None and passage.kind == "text" and len(passage.text) >= _BODY


def _is_plain_title(passages: Sequence[Passage], markers: Markers, index: int) -> bool:
    """Whether a line without number and stop stands above a paragraph: 基本情况."""
    text = passages[index].text
    if markers[index] is not None or passages[index].kind != "text" or index + 1 >= len(passages):
        return False
    if not 2 <= len(text) <= _SHORT_TITLE or text[-1] in "。；：，、！？…;:,!?”)）":
        return False
    if is_date(text) or is_speaker(text) or is_annex(text) or "：" in text:
        return is_annex_title(text)
    if is_unit(text) and not is_section_title(text):
        return False
    before = passages[index - 1].text if index else "。"
    if (
        before[-1] not in "。！？；：”…）"
        and markers[index - 1] is None
        and len(before) > _SHORT_TITLE
    ):
        return False
    after = markers[index + 1]
    opens_list = after is not None and after.number == 1
    return opens_list or _is_plain_body(passages[index + 1], after)


def _is_plain_sentence(passages: Sequence[Passage], markers: Markers, index: int) -> bool:
    """Whether a short sentence heads the paragraph below it (持续做强特色产业。)."""
    text = passages[index].text
    if markers[index] is not None or passages[index].kind != "text" or index + 1 >= len(passages):
        return False
    if not 5 <= len(text) <= _SHORT_TITLE or text[-1] != "。" or "。" in text[:-1]:
        return False
    if is_salutation(text) or is_lead_in(text):
        return False
    return _is_plain_body(passages[index + 1], markers[index + 1])
