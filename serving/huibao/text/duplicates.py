"""Repeated bodies: which paragraphs of a page say again what stood above."""

from collections import Counter
from collections.abc import Sequence

from huibao.text.passages import Passage

_RUN = 3  # identical paragraphs in a row …
_RUN_CHARACTERS = 200  # … and this much text; short lines recur by nature
_SHINGLE = 12
_SEEN = 0.7
_REGION = 0.3  # of the page: a copy with changed characters must be a large one
_LONG = 40
_PAGE_LIMIT = 300_000  # characters; changed copies are not looked for on larger pages


def repeats(passages: Sequence[Passage]) -> dict[int, int]:
    """The paragraphs that belong to a second copy of a text.

    Returns:
        Index of the repeating paragraph to index of the one it repeats.
    """
    exact = _exact_runs(passages)
    if exact or sum(len(passage.text) for passage in passages) > _PAGE_LIMIT:
        return exact
    return _changed_copy(passages)


def _exact_runs(passages: Sequence[Passage]) -> dict[int, int]:
    found: dict[int, int] = {}
    first: dict[str, int] = {}
    run: dict[int, int] = {}
    previous = -1

    def close() -> None:
        if len(run) >= _RUN and sum(len(passages[i].text) for i in run) >= _RUN_CHARACTERS:
            for copy, source in run.items():  # of a third copy the source is the first, too
                found[copy] = found.get(source, source)
        run.clear()

    for index, passage in enumerate(passages):
        original = first.get(passage.text)
        if run and previous + 1 < index and passages[previous + 1].text == passage.text:
            original = previous + 1
        elif run:
            close()
        if original is None:
            first[passage.text] = index
            continue
        run[index] = original
        previous = original
    close()
    return found


def _changed_copy(passages: Sequence[Passage]) -> dict[int, int]:
    """A region that was copied with a few characters changed, if it is a large part of the page."""
    origin = _near_originals(passages)
    best: dict[int, int] = {}
    region: dict[int, int] = {}
    for index, passage in enumerate(passages):
        if index in origin:
            region[index] = origin[index]
        elif len(passage.text) >= _LONG:
            best = max(best, region, key=lambda r: _size(r, passages))
            region = {}
    best = max(best, region, key=lambda r: _size(r, passages))
    total = sum(len(passage.text) for passage in passages)
    return best if len(best) >= 2 and _size(best, passages) >= _REGION * total else {}


def _size(region: dict[int, int], passages: Sequence[Passage]) -> int:
    return sum(len(passages[index].text) for index in region)


def _near_originals(passages: Sequence[Passage]) -> dict[int, int]:
    seen: dict[str, int] = {}
    origin: dict[int, int] = {}
    for index, passage in enumerate(passages):
        text = passage.text
        shingles = [text[i : i + _SHINGLE] for i in range(len(text) - _SHINGLE + 1)]
        if len(text) >= _LONG:
            hits = Counter(seen[shingle] for shingle in shingles if shingle in seen)
            if hits.total() >= _SEEN * len(shingles):
                origin[index] = hits.most_common(1)[0][0]
        if index not in origin:
            for shingle in shingles:
                seen.setdefault(shingle, index)
    return origin
