"""The written corpus as decisions of its authors, so that a change of labels reaches it too."""

from collections.abc import Iterable, Iterator, Mapping

from huibao.decisions.decision import Decision, ManyValue, MarkedSpan, SpanValue, text_key
from huibao.label_changes import History
from huibao.marked import MarkedBlock, MarkedPage

AUTHOR = "corpus"


def corpus_decisions(pages: Iterable[MarkedPage], history: History) -> Iterator[Decision]:
    """What the marks of pages decide, block by block and set by set.

    Their version is that of `marked_under`.
    """
    for page in pages:
        version = marked_under(page, history)
        yield from _genre_decisions(page, version)
        for block in _labelled(page):
            yield from _block_decisions(page, block, version)


def marked_under(page: MarkedPage, history: History) -> int:
    """The version of a page's marks, which do not say it: the earliest that had all of its labels."""
    entered = {
        (change.set, label): change.number
        for change in history.changes
        if change.op != "undo"
        for label in change.entering
    }
    return max((_version(block, entered) for block in _labelled(page)), default=0)


def _labelled(page: MarkedPage) -> list[MarkedBlock]:
    return [one for one in page.blocks if one.kind not in ("furniture", "report")]


def _version(block: MarkedBlock, entered: Mapping[tuple[str, str], int]) -> int:
    said = [("roles", block.role), ("roles", block.also)]
    said += [("categories", label) for label in block.categories]
    said += [("arenas", label) for label in block.arenas]
    said += [("entities", one.type) for one in block.entities]
    return max(entered.get((part, label or ""), 0) for part, label in said)


def _genre_decisions(page: MarkedPage, version: int) -> Iterator[Decision]:
    """The genre of each report: of the first it stands in the header, of others where they begin."""
    begins = [(one.start, one.role) for one in page.blocks if one.kind == "report"]
    for start, genre in [(0, page.header.get("genre")), *begins]:
        if genre is not None:
            place, sha = f"{page.name}@{start}", text_key(page.text)
            yield Decision(place, sha, "genres", genre, version, AUTHOR, "", mode="blind")


def _block_decisions(page: MarkedPage, block: MarkedBlock, version: int) -> Iterator[Decision]:
    text = page.text[block.start : block.end]
    spans = tuple(
        MarkedSpan(
            one.start - block.start, one.end - block.start, page.text[one.start : one.end], one.type
        )
        for one in block.entities
    )
    values = {
        "roles": block.role,
        "categories": ManyValue(block.categories),
        "arenas": ManyValue(block.arenas),
        "entities": SpanValue(spans),
    }
    for part, value in values.items():
        yield Decision(
            place=f"{page.name}@{block.start}",
            text_sha=text_key(text),
            set=part,
            value=value,
            version=version,
            by=AUTHOR,
            at="",
            mode="blind",
        )
