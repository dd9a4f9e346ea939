"""Annotated pages for spaCy: a DocBin to train or to look at."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from huibao.annotation import BlockAnnotation, PageAnnotation
from huibao.report import Block, Span

Entities = Iterable[tuple[int, int, str]]


def write_docbin(pages: Iterable[PageAnnotation], path: Path) -> int:
    """Writes the blocks of pages as a `.spacy` file, which `spacy train` reads; returns their number."""
    docs = list(block_docs(pages))
    path.parent.mkdir(parents=True, exist_ok=True)
    DocBin(docs=docs, store_user_data=True).to_disk(path)
    return len(docs)


def block_docs(pages: Iterable[PageAnnotation]) -> Iterator[Doc]:
    """One document a block: its canonical text, a token a character, entities as spans.

    `user_data` has the block's place (`page`, `report`, `block`), its `role` and its `categories`.
    """
    language = _language()
    for page in pages:
        for annotation in page.annotations:
            report = annotation.report
            for block, said in zip(report.blocks, annotation.blocks, strict=True):
                doc = _doc(language, block.text, _canonical_entities(block, said))
                doc.user_data |= {
                    "page": page.page.name,
                    "report": report.index,
                    "block": block.index,
                    "role": said.role.label,
                    "categories": tuple(tag.label for tag in said.categories),
                }
                yield doc


def _language() -> Language:
    return spacy.blank("zh")  # its tokens are characters


def _doc(language: Language, text: str, entities: Entities) -> Doc:
    """A document with every token annotated: outside, or part of an entity.

    spaCy keeps a single space with the token before it, so a span is found by its characters.
    """
    doc = language.make_doc(text)
    spans = [doc.char_span(start, end, label=kind) for start, end, kind in entities]
    doc.set_ents(spans)
    return doc


def _canonical_entities(block: Block, said: BlockAnnotation) -> Iterator[tuple[int, int, str]]:
    for entity in said.entities:
        inside = block.canonical_span(entity.span)
        if inside is not None:
            yield *_trimmed(block.text, inside), entity.type


def _trimmed(text: str, span: Span) -> tuple[int, int]:
    """The span without white space at its edges, which no token boundary could hold."""
    stretch = text[span.start : span.end]
    start = span.start + len(stretch) - len(stretch.lstrip())
    return start, max(start, span.start + len(stretch.rstrip()))
