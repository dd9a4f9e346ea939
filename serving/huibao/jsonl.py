"""The public JSON, `huibao/1`: one object a page, and back."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from huibao.annotation import (
    Annotation,
    Annotator,
    BlockAnnotation,
    Entity,
    PageAnnotation,
    Tag,
)
from huibao.label_changes.score_folding import COARSE
from huibao.report import Block, Furniture, Line, Page, PageReports, Report, Span
from huibao.text.canonical import canonical, canonical_characters

SCHEMA = "huibao/1"
PRIVATE = frozenset({"PERSON"})


def page_json(annotated: PageAnnotation, *, with_persons: bool = False) -> dict[str, Any]:
    """The public JSON of a page; personal names only when asked for.

    Every `start` and `end` counts code points of the top-level `text`, which is the source unchanged.
    """
    page, by = annotated.page, annotated.annotator
    return {
        "schema": SCHEMA,
        "file": {
            "name": page.name,
            "sha256": page.sha256,
            "media_type": page.media_type,
            "encoding": page.encoding,
        },
        "text": page.text,
        "annotator": {
            "kind": by.kind,
            "name": by.name,
            "version": by.version,
            "labels": by.labels,
        },
        "reports": [_report_json(one, with_persons) for one in annotated.annotations],
        "furniture": [
            {"start": part.span.start, "end": part.span.end, "reason": part.reason}
            for part in annotated.source.furniture
        ],
        "warnings": [*page.warnings, *annotated.source.warnings],
    }


def page_from_json(entries: dict[str, Any]) -> PageAnnotation:
    """Reads a page back, whoever wrote it; blocks get their canonical text and origins anew.

    Raises:
        ValueError: when the object is no `huibao/1` page or its offsets contradict each other.
    """
    if entries.get("schema") != SCHEMA:
        raise ValueError(f"schema {entries.get('schema')!r}, expected {SCHEMA!r}")
    try:
        return _page_from(entries)
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"no {SCHEMA} page: {error!r}") from error


def _page_from(entries: dict[str, Any]) -> PageAnnotation:
    text = entries["text"]
    characters = canonical_characters(text)
    annotator = Annotator(**entries["annotator"])
    annotations = tuple(
        _report_from(report, characters, annotator) for report in entries["reports"]
    )
    file = entries["file"]
    page = Page(
        name=file["name"],
        sha256=file["sha256"],
        media_type=file["media_type"],
        encoding=file["encoding"],
        text=text,
        lines=_lines(text),
        warnings=tuple(entries["warnings"]),
    )
    furniture = tuple(
        Furniture(Span(part["start"], part["end"]), part["reason"]) for part in entries["furniture"]
    )
    source = PageReports(page, tuple(one.report for one in annotations), furniture)
    ignore = tuple(Span(part["start"], part["end"]) for part in entries.get("ignore", []))
    return PageAnnotation(source, annotations, annotator, ignore)


def encoded(entries: dict[str, Any]) -> bytes:
    """The JSON text of an object on one line, in UTF-8: Chinese as it is, same object same bytes.

    Half of a surrogate pair, which UTF-8 has no bytes for, makes all of the text escapes.
    """
    try:
        return msgspec.json.encode(entries)
    except UnicodeEncodeError:
        return json.dumps(entries, separators=(",", ":")).encode()


def decoded(line: bytes | str) -> dict[str, Any]:
    """The object of a JSON text.

    Raises:
        ValueError: it is none.
    """
    try:
        entries: dict[str, Any] = msgspec.json.decode(line)
    except msgspec.DecodeError:  # half of a surrogate pair among its escapes, or no JSON at all
        entries = json.loads(line)
    return entries


def dumped(entries: dict[str, Any], *, indent: int | None = None) -> str:
    """The JSON text of an object, on one line or indented for people."""
    if indent is None:
        return encoded(entries).decode()
    return json.dumps(entries, ensure_ascii=False, indent=indent)


def read_json(path: Path) -> dict[str, Any]:
    """The object of a JSON file."""
    return decoded(path.read_bytes())


def read_lines(path: Path) -> Iterator[PageAnnotation]:
    """The pages of a JSON-lines file, one a line."""
    with path.open("rb") as stream:
        for line in stream:
            if line.strip():
                yield page_from_json(decoded(line))


def write_lines(pages: Iterable[PageAnnotation], path: Path, *, with_persons: bool = False) -> None:
    """Writes pages as JSON lines."""
    with path.open("wb") as stream:
        for page in pages:
            stream.write(encoded(page_json(page, with_persons=with_persons)) + b"\n")


def _report_json(annotated: Annotation, with_persons: bool) -> dict[str, Any]:
    report = annotated.report
    result: dict[str, Any] = {
        "index": report.index,
        "start": report.span.start,
        "end": report.span.end,
        "title": report.title,
        "genre": annotated.genre,
        "fields": dict(annotated.fields),
    }
    if report.split_reason:
        result["split_reason"] = report.split_reason
    result["blocks"] = [
        _block_json(block, said, with_persons)
        for block, said in zip(report.blocks, annotated.blocks, strict=True)
    ]
    return result


def _block_json(block: Block, said: BlockAnnotation, with_persons: bool) -> dict[str, Any]:
    role = tag_json(said.role)
    if said.alternatives:
        role["alternatives"] = _tags_json(said.alternatives)
    if said.also:
        role["also"] = [said.also]
    unjudged = {part: sorted(labels) for part, labels in sorted(said.unjudged.items()) if labels}
    entries = {
        "index": block.index,
        "kind": block.kind,
        "level": block.level,
        "parent": block.parent,
        "start": block.span.start,
        "end": block.span.end,
        "text": block.text,
        "role": role,
        "categories": _tags_json(said.categories),
        "arenas": _tags_json(said.arenas),
        "entities": [
            _entity_json(entity)
            for entity in said.entities
            if with_persons or entity.type not in PRIVATE
        ],
        "duplicate_of": block.duplicate_of,
    }
    return entries | {"unjudged": unjudged} if unjudged else entries


def tag_json(tag: Tag) -> dict[str, Any]:
    """A tag as JSON; `coarse` where a model of an older version cannot tell several labels apart."""
    entries: dict[str, Any] = {"id": tag.label, "score": tag.score}
    return entries | {"coarse": True} if COARSE in tag.label else entries


def _tags_json(tags: Iterable[Tag]) -> list[dict[str, Any]]:
    return list(map(tag_json, tags))


def _entity_json(entity: Entity) -> dict[str, Any]:
    result: dict[str, Any] = {
        "type": entity.type,
        "start": entity.span.start,
        "end": entity.span.end,
        "text": entity.text,
        "score": entity.score,
    }
    if COARSE in entity.type:
        result["coarse"] = True
    if entity.value is not None:
        result["value"] = dict(entity.value)
    return result


def _report_from(entries: dict[str, Any], characters: str, annotator: Annotator) -> Annotation:
    blocks = tuple(_block_from(block, characters) for block in entries["blocks"])
    starts = [block.span.start for block in blocks]
    ends = [block.span.end for block in blocks]
    report = Report(
        index=entries["index"],
        span=Span(
            entries.get("start", min(starts, default=0)), entries.get("end", max(ends, default=0))
        ),
        title=entries.get("title") or "",
        blocks=blocks,
        split_reason=entries.get("split_reason"),
    )
    said = tuple(
        _said_of(block, given) for block, given in zip(blocks, entries["blocks"], strict=True)
    )
    return Annotation(report, said, annotator, entries.get("genre"), entries.get("fields") or {})


def _block_from(entries: dict[str, Any], characters: str) -> Block:
    span = Span(entries["start"], entries["end"])
    table = entries["kind"] == "table"
    text, origin = canonical(characters, span.start, span.end, keep_breaks=table)
    return Block(
        index=entries["index"],
        kind=entries["kind"],
        level=entries["level"],
        parent=entries["parent"],
        span=span,
        text=text,
        origin=origin,
        duplicate_of=entries.get("duplicate_of"),
    )


def _said_of(block: Block, entries: dict[str, Any]) -> BlockAnnotation:
    role = entries["role"]
    return BlockAnnotation(
        role=Tag(role["id"], role["score"]),
        alternatives=_tags_from(role.get("alternatives", [])),
        categories=_tags_from(entries["categories"]),
        arenas=_tags_from(entries["arenas"]),
        entities=tuple(
            Entity(
                one["type"],
                Span(one["start"], one["end"]),
                one["text"],
                one["score"],
                one.get("value"),
            )
            for one in entries["entities"]
        ),
        also=next(iter(role.get("also", [])), None),
        unjudged={part: frozenset(ids) for part, ids in entries.get("unjudged", {}).items()},
    )


def _tags_from(entries: Iterable[dict[str, Any]]) -> tuple[Tag, ...]:
    return tuple(Tag(one["id"], one["score"]) for one in entries)


def _lines(text: str) -> tuple[Line, ...]:
    lines, place = [], 0
    for line in text.splitlines(keepends=True):
        size = len(line.rstrip("\r\n"))
        if size:
            lines.append(Line(Span(place, place + size)))
        place += len(line)
    return tuple(lines)
