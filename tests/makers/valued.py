"""Marked reports as the reader hands them on."""

from dataclasses import replace

from huibao.annotation import Annotation
from huibao.fields.mentions import mentions_of
from huibao.gold_pages import annotated
from huibao.marked import parse_marked
from huibao.reader import entities_of
from huibao.values.report_values import with_values


def valued(marked: str, genre: str = "work_summary") -> Annotation:
    """A marked report as the reader would hand it on: its entities have values."""
    page = annotated(parse_marked(f"genre: {genre}\n---\n{marked}"))
    [one] = page.annotations
    pairs = list(zip(one.report.blocks, one.blocks, strict=True))
    said = with_values(
        one.report,
        [mentions_of(block, labels) for block, labels in pairs],
        [labels.role.label for _, labels in pairs],
    )
    blocks = tuple(
        replace(labels, entities=entities_of(block, found))
        for (block, labels), found in zip(pairs, said.mentions, strict=True)
    )
    return replace(one, blocks=blocks, fields=said.fields)
