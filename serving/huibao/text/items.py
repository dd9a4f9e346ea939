"""Points run into one paragraph: 一是…；二是…, 1.…2.…, ①…②…, also one list inside another."""

import re
from dataclasses import dataclass, field

from huibao.text.numbering import Marker, System, marker_at

_BOUNDARY = re.compile(r"[。；：！？”…;:!?][ ]*|[ ]{2,}")
_RUN_IN: frozenset[System] = frozenset(
    ("shi", "yao", "ordinal", "qi", "ar_dot", "ar_dun", "ar_par", "circle", "cn_par")
)
_SHORTEST = 12  # characters a point has on average; 一是快；二是准 stays one sentence
_SENTENCE = 200  # characters; up to here 一是…；二是…。 is one sentence of its paragraph
_PAIRS = {"（": "）", "《": "》", "“": "”", "(": ")", "〔": "〕"}
_CLOSERS = frozenset(_PAIRS.values())
_DEEPEST = 4  # lists inside each other; nobody can follow more
_LONGEST_PAIR = 300  # a bracket open for longer was never closed


@dataclass(frozen=True, slots=True)
class RunInItem:
    """A point of a run-in list: where it begins, its number, how deep it stands (1 = outermost)."""

    start: int
    marker: Marker
    depth: int


@dataclass(slots=True, eq=False)
class _Run:
    last: Marker
    starts: list[int] = field(default_factory=list)
    signs: str = ""
    markers: list[Marker] = field(default_factory=list)
    parent: "_Run | None" = None
    given: bool = False


def run_in_items(
    text: str, opening: Marker | None = None, following: Marker | None = None
) -> list[RunInItem]:
    """The points inside a paragraph, in order.

    Args:
        text: The paragraph in canonical characters.
        opening: The number the paragraph itself begins with; further points of that list have depth 1
            and the paragraph's own beginning is not in the result.
        following: The number that the next paragraph begins with, where a list may go on.

    Returns:
        Points from the second on if `opening` is one of them, all of them otherwise. A list needs its
        numbers 1 and 2 and points of at least 12 characters on average.
    """
    kept = [run for run in _runs(text, opening) if _is_list(run, text, following)]
    lists = frozenset(kept)
    items = [
        RunInItem(start, marker, _depth(run, lists))
        for run in kept
        for start, marker in zip(run.starts, run.markers, strict=True)
        if not (run.given and start == 0)
    ]
    return sorted(items, key=lambda item: item.start)


def is_whole_list(text: str, opening: Marker) -> bool:
    """Whether a paragraph that begins with 一是 goes on to 二是 without being taken apart."""
    run = _runs(text, opening)[0]
    return opening.number == 1 and len(run.starts) > 1 and not _is_list(run, text, None)


def paired_spans(text: str) -> list[tuple[int, int]]:
    """The stretches inside brackets, book marks and quotes that do close, in order of their end."""
    spans, opened = [], []
    for place, sign in enumerate(text):
        if sign in _PAIRS:
            opened.append(place)
        elif sign in _CLOSERS:
            for depth in range(len(opened) - 1, max(-1, len(opened) - 4), -1):
                if _PAIRS[text[opened[depth]]] == sign:
                    if place - opened[depth] <= _LONGEST_PAIR:
                        spans.append((opened[depth], place))
                    del opened[depth:]
                    break
    return spans


def inside_pairs(text: str) -> bytearray:
    """For each character whether it stands behind an opening bracket or quote that does close."""
    change = [0] * (len(text) + 1)
    for start, end in paired_spans(text):
        change[start + 1] += 1
        change[end] -= 1
    inside, depth = bytearray(len(text)), 0
    for place in range(len(text)):
        depth += change[place]
        inside[place] = depth > 0
    return inside


def _candidates(text: str, opening: Marker | None) -> list[tuple[int, str, Marker]]:
    """Places where a point may begin: (offset, the sign before it, its number)."""
    found: list[tuple[int, str, Marker]] = []
    if opening is None:
        first = marker_at(text)
        if first is not None and first.system in _RUN_IN:
            found.append((0, "", first))
    for boundary in _BOUNDARY.finditer(text):
        marker = marker_at(text, boundary.end())
        if marker is None or marker.system not in _RUN_IN:
            continue
        after = text[boundary.end() + marker.length : boundary.end() + marker.length + 1]
        if after and not (marker.system.startswith("ar_") and after.isdigit()):
            found.append((boundary.end(), boundary.group()[0], marker))
    if not found:
        return []
    inside = inside_pairs(text)
    return [candidate for candidate in found if not inside[candidate[0]]]


def _runs(text: str, opening: Marker | None) -> list[_Run]:
    open_runs: list[_Run] = []
    if opening is not None:
        open_runs.append(_Run(opening, starts=[0], markers=[opening], given=True))
    runs = list(open_runs)
    for place, sign, marker in _candidates(text, opening):
        fitting = [run for run in open_runs if marker.follows(run.last)]
        if fitting:
            # Both lists may expect this number: a full stop ends the inner one, a semicolon does not.
            run = fitting[-1] if sign in "；;" or len(fitting) == 1 else fitting[0]
            del open_runs[open_runs.index(run) + 1 :]
        elif marker.number == 1:
            del open_runs[_DEEPEST - 1 :]
            run = _Run(marker, parent=open_runs[-1] if open_runs else None)
            open_runs.append(run)
            runs.append(run)
        else:
            continue
        run.last = marker
        run.signs += sign if run.starts else ""
        run.starts.append(place)
        run.markers.append(marker)
    return runs


def _is_list(run: _Run, text: str, following: Marker | None) -> bool:
    goes_on = following is not None and following.follows(run.last)
    if len(run.starts) + goes_on < 2:
        return False
    if len(text) <= _SENTENCE and set(run.signs) & {"；", ";"}:
        return False
    return (len(text) - run.starts[0]) / len(run.starts) >= _SHORTEST


def _depth(run: _Run, kept: frozenset[_Run]) -> int:
    depth, parent = 1, run.parent
    while parent is not None:
        depth += parent.given or parent in kept
        parent = parent.parent
    return depth
