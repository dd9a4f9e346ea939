"""Training rows of one shape for all sources: the written corpus, real paragraphs, entity data."""

import json
import lzma
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import datasets

from huibao.annotation import BlockAnnotation, PageAnnotation
from huibao.inference.windows import Context, context_of
from huibao.label_changes import labels_meant
from huibao.report import Block, Report
from huibao.text.canonical import canonical, canonical_characters

# Entity data names labels otherwise; what is not named here (MISC, films, games …) is not ours.
OUR_TYPES = {
    "PER": "PERSON",
    "ORG": "ORG",
    "LOC": "LOC",
    "MONEY": "MONEY",
    "DATE": "DATE",
    "QUANT": "QUANT",
    "PERCENT": "QUANT",
}
VAGUE = frozenset({"vague", "clock"})  # 目前, 未来, 上午: no dates by our rules
UNSURE = "?"  # the type of a stretch whose tokens are not learned from, of whatever tag


@dataclass(frozen=True, slots=True)
class Example:
    """One block to learn from; offsets are characters of the canonical `text`.

    `role` is None and `categories` None where the source says nothing of them; `unjudged` are the
    categories of which it does not say whether the block has them. `types` are the entity types that
    the source annotates without gaps; of all others the loss is masked. `whole_report` says that the
    rows of the group are all the blocks of a report, in order, each with its role.
    """

    source: str
    group: str
    text: str
    kind: str = "paragraph"
    path: tuple[str, ...] = ()
    decile: int = 0
    role: str | None = None
    categories: tuple[str, ...] | None = None
    unjudged: tuple[str, ...] = ()
    entities: tuple[tuple[int, int, str], ...] = ()
    types: tuple[str, ...] = ()
    other_paths: tuple[str, ...] = field(default=())
    whole_report: bool = False

    @property
    def context(self) -> Context:
        """What the block's window tells of its place."""
        return Context(self.path, self.decile, self.kind)


def page_examples(
    pages: Iterable[PageAnnotation],
    source: str,
    types: Sequence[str],
    categories: Sequence[str] = (),
) -> Iterator[Example]:
    """The blocks of annotated pages, all heads labelled; furniture becomes boilerplate rows.

    Pages with parts to ignore are extracts: their blocks stand in no order to learn from. What a
    change of label sets has left open teaches nothing: a role that may be several, a category or an
    entity type that nobody judged, a span whose type waits for a person. A block of which nothing at
    all is known has no row.

    Args:
        pages: As people labelled them.
        source: What the rows are counted under.
        types: The entity types to learn.
        categories: The categories to learn; where all are open, the row says nothing of them.
    """
    for page in pages:
        for annotation in page.annotations:
            report = annotation.report
            headings = tuple(block.text for block in report.blocks if block.kind == "heading")
            certain = all(_is_one(said.role.label) for said in annotation.blocks)
            for block, said in zip(report.blocks, annotation.blocks, strict=True):
                example = _block_example(report, block, said, types)
                if _all_open(said, categories):
                    example = replace(example, categories=None, unjudged=())
                if example.role or example.types or example.categories is not None:
                    yield replace(
                        example,
                        source=source,
                        group=f"{page.page.name}#{report.index}",
                        other_paths=headings,
                        whole_report=certain and not page.ignore,
                    )
        yield from _furniture_examples(page, source, types)


def _all_open(said: BlockAnnotation, categories: Sequence[str]) -> bool:
    return bool(categories) and said.unjudged.get("categories", frozenset()) >= set(categories)


def _block_example(
    report: Report, block: Block, said: BlockAnnotation, types: Sequence[str]
) -> Example:
    context = context_of(report, block)
    spans = (
        (block.canonical_span(one.span), one.type if _is_one(one.type) else UNSURE)
        for one in said.entities
    )
    open_types = said.unjudged.get("entities", ())
    return Example(
        source="",
        group="",
        text=block.text,
        kind=block.kind,
        path=context.path,
        decile=context.decile,
        role=said.role.label if _is_one(said.role.label) else None,
        categories=tuple(tag.label for tag in said.categories),
        unjudged=tuple(sorted(said.unjudged.get("categories", ()))),
        entities=tuple((span.start, span.end, kind) for span, kind in spans if span),
        types=tuple(kind for kind in types if kind not in open_types),
    )


def entity_examples(path: Path) -> Iterator[Example]:
    """The sentences of an entity data file, with our type names and without vague dates."""
    with lzma.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            entry = json.loads(line)
            if entry["partial"] or entry["ignore"]:
                continue
            types = {OUR_TYPES[name] for name in entry["types"] if name in OUR_TYPES}
            if any(entity.get("sub") in VAGUE for entity in entry["entities"]):
                types.discard("DATE")
            if not types:
                continue
            text, origin = canonical(canonical_characters(entry["text"]), 0, len(entry["text"]))
            yield Example(
                source=entry["source"],
                group=str(entry["id"]),
                text=text,
                entities=tuple(_moved(entry["entities"], origin, types)),
                types=tuple(sorted(types)),
            )


def table_of(examples: Iterable[Example]) -> datasets.Dataset:
    """The examples as a `datasets` table: memory-mapped, shuffled and split by its own means."""
    rows = [
        asdict(example) | {"entities": [list(map(str, one)) for one in example.entities]}
        for example in examples
    ]
    return datasets.Dataset.from_list(rows)


def example_of(row: Mapping[str, Any]) -> Example:
    """One row of the table as an example again."""
    entries = dict(row)
    entries["entities"] = tuple(
        (int(start), int(end), kind) for start, end, kind in row["entities"]
    )
    for name in ("path", "types", "other_paths", "unjudged"):
        entries[name] = tuple(row[name] or ())
    entries["categories"] = None if row["categories"] is None else tuple(row["categories"])
    return Example(**entries)


def _is_one(label: str) -> bool:
    return len(labels_meant(label)) == 1


def _furniture_examples(
    page: PageAnnotation, source: str, types: Sequence[str]
) -> Iterator[Example]:
    characters = canonical_characters(page.page.text)
    for part in page.source.furniture:
        text, _ = canonical(characters, part.span.start, part.span.end)
        if text:
            yield Example(source, page.page.name, text, role="boilerplate", categories=(), types=())


def _moved(
    entities: Sequence[Mapping[str, Any]], origin: tuple[int, ...], types: set[str]
) -> Iterator[tuple[int, int, str]]:
    """Entities at their characters of the canonical text."""
    place_of = {place: index for index, place in enumerate(origin)}
    for entity in entities:
        kind = OUR_TYPES.get(entity["label"])
        start, last = place_of.get(entity["start"]), place_of.get(entity["end"] - 1)
        if kind in types and start is not None and last is not None and kind is not None:
            yield start, last + 1, kind
