"""What a website puts around a report: page titles, counters, notices, links."""

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from huibao.text.front_matter import is_title_like, names_a_report
from huibao.text.numbering import HEADING_SYSTEMS, marker_at
from huibao.text.passages import Passage
from huibao.yaml_files import packaged_yaml

LINE_LIMIT = 120
_HEAD = 15  # lines; longer heads of pages are whole menus, which the readers drop
_BODY = 60  # characters of a line that is a paragraph rather than a title
_BRIDGE = 8  # lines between two lines of a foot
_BELOW_TITLE = 6  # lines between a title and the first 一、 of its report


@dataclass(frozen=True, slots=True)
class _LinePattern:
    """One reason to take a line for the site's; `signs` has one of each text that `holds` finds."""

    reason: str
    limit: int
    starts: re.Pattern[str] | None
    holds: re.Pattern[str] | None
    signs: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Knowledge:
    """What `boilerplate.yaml` says.

    `starts` is any of the patterns that a line of at most `start_limit` characters starts with;
    `by_sign` are the places in `lines` of those whose `signs` a character is one of.
    """

    lines: tuple[_LinePattern, ...]
    limit: int
    starts: re.Pattern[str]
    start_limit: int
    by_sign: Mapping[str, tuple[int, ...]]
    tail: re.Pattern[str]

    def likely(self, text: str) -> Sequence[_LinePattern]:
        """The patterns that a line may fit, in their order."""
        if len(text) <= self.start_limit and self.starts.match(text):
            return self.lines
        signs = self.by_sign.keys() & set(text)
        places = {place for sign in signs for place in self.by_sign[sign]}
        return [self.lines[place] for place in sorted(places)]


def furniture_reason(text: str) -> str | None:
    """Why a line belongs to the site, None if nothing says so.

    Args:
        text: One line in canonical characters.
    """
    known = _knowledge()
    if len(text) > known.limit:
        return None
    for line in known.likely(text):
        if len(text) > line.limit:
            continue
        if line.starts is not None and line.starts.match(text):
            return line.reason
        if line.holds is not None and line.holds.search(text):
            return line.reason
    return None


def furniture_of(passages: Sequence[Passage]) -> dict[int, str]:
    """The lines of a page that belong to the site.

    Returns:
        Index of the line to the evidence, in words.
    """
    reasons: dict[int, str] = {}
    for index, passage in enumerate(passages):
        reason = None
        if not passage.text:
            reason = "invisible signs"
        elif passage.kind == "text":
            reason = furniture_reason(passage.text)
        if reason is not None:
            reasons[index] = reason
    _spare_only_title(passages, reasons)
    _add_head(passages, reasons)
    _add_foot(passages, reasons)
    return reasons


@functools.cache
def _knowledge() -> _Knowledge:
    source = packaged_yaml("huibao.text", "boilerplate.yaml")
    lines = tuple(
        _LinePattern(
            entry["reason"],
            entry.get("limit", LINE_LIMIT),
            re.compile(entry["starts"]) if "starts" in entry else None,
            re.compile(entry["holds"]) if "holds" in entry else None,
            frozenset(entry["signs"] if "holds" in entry else ""),
        )
        for entry in source["lines"]
    )
    by_sign: dict[str, list[int]] = {}
    for place, line in enumerate(lines):
        for sign in line.signs:
            by_sign.setdefault(sign, []).append(place)
    return _Knowledge(
        lines,
        limit=max(line.limit for line in lines),
        starts=_any(entry["starts"] for entry in source["lines"] if "starts" in entry),
        start_limit=max(line.limit for line in lines if line.starts is not None),
        by_sign={sign: tuple(places) for sign, places in by_sign.items()},
        tail=_any(source["tail"]),
    )


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _opens_foot(text: str) -> bool:
    return len(text) <= LINE_LIMIT and _knowledge().tail.search(text) is not None


def _spare_only_title(passages: Sequence[Passage], reasons: dict[int, str]) -> None:
    """A collection's title (…总结范文3篇) heads the report where no other title follows it."""
    for index, reason in list(reasons.items()):
        if not reason.startswith("collection title"):
            continue
        following = range(index + 1, min(index + 1 + _HEAD, len(passages)))
        body = next((i for i in following if i not in reasons and _is_body(passages[i])), None)
        stop = following.stop if body is None else body
        if not any(
            is_title_like(passages[i].text) for i in range(index + 1, stop) if i not in reasons
        ):
            del reasons[index]


def _is_body(passage: Passage) -> bool:
    marker = marker_at(passage.text)
    if marker is not None and marker.system in HEADING_SYSTEMS:
        return True
    return len(passage.text) > _BODY


def _add_head(passages: Sequence[Passage], reasons: dict[int, str]) -> None:
    """The page's own title is furniture if the site's notices and the report's title follow it."""
    last = -1
    for index in range(min(_HEAD, len(passages))):
        if index in reasons:
            last = index
        elif _is_body(passages[index]) and not _teases(passages, index):
            break
    title = last + 1
    while title < len(passages) and title in reasons:
        title += 1
    if last < 0 or title >= len(passages) or not is_title_like(passages[title].text):
        return
    for index in range(last):
        reasons.setdefault(index, "page title and teaser above the site's notice")


def _teases(passages: Sequence[Passage], index: int) -> bool:
    """Whether a paragraph near the top only repeats what the title two lines on will say."""
    if marker_at(passages[index].text) is not None or len(passages[index].text) > 300:
        return False
    above = [passage.text for passage in passages[:index] if is_title_like(passage.text)]
    below = [passage.text for passage in passages[index + 1 : index + 3]]
    return any(names_a_report(b) and _alike(a, b) for a in above for b in below)


def _alike(one: str, other: str) -> bool:
    pairs, others = ({t[i : i + 2] for i in range(len(t) - 1)} for t in (one, other))
    return len(pairs & others) >= 0.5 * max(1, min(len(pairs), len(others)))


def _add_foot(passages: Sequence[Passage], reasons: dict[int, str]) -> None:
    """After 推荐阅读 or 本文来源 all is the site's, until a report begins or goes on."""
    reached, body_seen, inside = 0, False, False
    for index, passage in enumerate(passages):
        marker = marker_at(passage.text)
        numbered = marker is not None and marker.system == "cn_dun"
        if index in reasons:
            inside = inside or (body_seen and _opens_foot(passage.text))
            continue
        goes_on = marker is not None and numbered and marker.number == reached + 1 > 1
        if inside and (goes_on or _begins_report(passages, index, reasons)):
            inside = False
        if inside:
            reasons[index] = "foot of the page"
            continue
        body_seen = body_seen or _is_body(passage)
        if numbered and marker is not None and marker.number is not None:
            reached = marker.number
    _bridge_foot(passages, reasons)


def _begins_report(passages: Sequence[Passage], index: int, reasons: dict[int, str]) -> bool:
    """Whether a title stands here with a 一、 or a long paragraph shortly below."""
    if not names_a_report(passages[index].text):
        return False
    for below in range(index + 1, min(index + 1 + _BELOW_TITLE, len(passages))):
        marker = marker_at(passages[below].text)
        if below not in reasons and marker is not None and marker.system == "cn_dun":
            return marker.number == 1
    return False


def _bridge_foot(passages: Sequence[Passage], reasons: dict[int, str]) -> None:
    """Short lines between two lines of furniture at the very end are furniture too."""
    index = len(passages) - 1
    while index >= 0:
        if index not in reasons:
            above = next(
                (i for i in range(index - 1, max(-1, index - _BRIDGE), -1) if i in reasons), None
            )
            if index == len(passages) - 1 or above is None:
                return
            between = passages[above + 1 : index + 1]
            if any(len(p.text) > _BODY or p.text[-1] in "。；：" for p in between):
                return
            for place in range(above + 1, index + 1):
                reasons[place] = "between two lines of the page's foot"
        index -= 1
