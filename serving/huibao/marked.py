"""Reads the written corpus: plain text with one mark line per block and inline entity marks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from huibao.errors import LabelError

KINDS = ("title", "h1", "h2", "h3", "h4", "p", "i", "ii", "sig", "table", "furniture", "report")
HEADER_KEYS = ("genre", "author", "year", "traits")
_MARK = re.compile(r"#(?P<kind>[a-z]+[1-4]?)(?P<run_in>\+?)(?P<rest>(?:[ \t].*)?)$")
_ENTITY = re.compile(r"\\(?P<escaped>[{}#])|\{(?P<type>[A-Z_]+):|(?P<open>\{)|(?P<close>\})")


@dataclass(frozen=True, slots=True)
class MarkedEntity:
    """An entity of a marked page; offsets are code points of the stripped text."""

    type: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class MarkedBlock:
    """A block as its author marked it; offsets are code points of the stripped text."""

    line: int
    kind: str
    start: int
    end: int
    role: str | None = None
    also: str | None = None
    categories: tuple[str, ...] = ()
    arenas: tuple[str, ...] = ()
    entities: tuple[MarkedEntity, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkedPage:
    """One corpus file: its header, the page's text without marks, and its blocks in order.

    A block of kind `report` has no text; it says where a further report of the page begins, and its
    genre stands in `role`.
    """

    name: str
    text: str
    blocks: tuple[MarkedBlock, ...]
    header: dict[str, str] = field(default_factory=dict)


def parse_marked(source: str, name: str = "report") -> MarkedPage:
    """Turns a marked file into its page.

    Raises:
        LabelError: names the file, the line and the fault of the first mark that cannot be read.
    """
    lines = source.removeprefix("\ufeff").removesuffix("\n").split("\n")
    if "---" not in lines:
        raise LabelError(f"{name}: no line '---' after the header")
    cut = lines.index("---")
    header = dict(_header_entries(lines[:cut], name))
    text, blocks = "", []
    for number, mark, body in _raw_blocks(lines, cut + 1, name):
        run_in = mark["run_in"] == "+"
        if text and body is not None and not run_in:
            text += "\n"
        if run_in and (not text or text.endswith("\n")):
            raise LabelError(f"{name}:{number}: '+' needs a block before it on the same line")
        stripped, entities = _strip(body or "", len(text), f"{name}:{number}")
        blocks.append(_block(mark, number, name, text, stripped, entities))
        text += stripped
    return MarkedPage(name=name, text=text, blocks=tuple(blocks), header=header)


def _header_entries(lines: list[str], name: str) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        key, colon, value = line.partition(":")
        if not colon or key.strip() not in HEADER_KEYS:
            known = ", ".join(HEADER_KEYS)
            raise LabelError(f"{name}:{number}: header line {line!r}, expected one of {known}")
        if key.strip() in seen:
            raise LabelError(f"{name}:{number}: header key {key.strip()!r} stands twice")
        seen.add(key.strip())
        yield key.strip(), value.strip()


def _raw_blocks(
    lines: list[str], first: int, name: str
) -> Iterator[tuple[int, dict[str, str], str | None]]:
    """Yields (line number, parts of the mark, the block's marked text or None where it has none)."""
    current: tuple[int, dict[str, str]] | None = None
    body: list[str] = []
    for number, line in enumerate(lines[first:], first + 1):
        if not line.startswith("#"):
            if current is None:
                raise LabelError(f"{name}:{number}: text before the first mark line")
            body.append(line)
            continue
        match = _MARK.match(line.rstrip())
        if match is None or match["kind"] not in KINDS:
            raise LabelError(
                f"{name}:{number}: {line!r} is no mark line, kinds: {', '.join(KINDS)}"
            )
        if current is not None:
            yield (*current, "\n".join(body) if body else None)
        current, body = (number, match.groupdict()), []
    if current is not None:
        yield (*current, "\n".join(body) if body else None)


def _strip(body: str, offset: int, where: str) -> tuple[str, list[MarkedEntity]]:
    """The text without entity marks, and the entities at their place in the page."""
    out, size, position = [], offset, 0
    opened: tuple[str, int] | None = None
    entities: list[MarkedEntity] = []
    for match in _ENTITY.finditer(body):
        piece = body[position : match.start()] + (match["escaped"] or "")
        out.append(piece)
        size += len(piece)
        position = match.end()
        if match["open"] or (match["type"] and opened):
            raise LabelError(f"{where}: brace without a type, or an entity inside an entity")
        if match["type"]:
            opened = (match["type"], size)
        elif match["close"]:
            if opened is None or opened[1] == size:
                raise LabelError(f"{where}: '}}' closes nothing or an empty entity")
            entities.append(MarkedEntity(opened[0], opened[1], size))
            opened = None
    if opened is not None:
        raise LabelError(f"{where}: entity {opened[0]} is never closed")
    return "".join(out) + body[position:], entities


def _block(
    mark: dict[str, str],
    number: int,
    name: str,
    text: str,
    stripped: str,
    entities: list[MarkedEntity],
) -> MarkedBlock:
    kind, words = mark["kind"], mark["rest"].split()
    start = len(text) + len(stripped) - len(stripped.lstrip())
    end = len(text) + len(stripped.rstrip())
    if kind == "furniture":
        if words or entities:
            raise LabelError(f"{name}:{number}: furniture has neither labels nor entities")
        if end <= start:
            raise LabelError(f"{name}:{number}: #{kind} without text")
        return MarkedBlock(number, kind, start, end)
    if not words:
        raise LabelError(f"{name}:{number}: #{kind} without a role")
    role, _, also = words[0].partition("/")
    if kind == "report":
        return MarkedBlock(number, kind, len(text), len(text), role)
    if end <= start:
        raise LabelError(f"{name}:{number}: #{kind} without text")
    categories = tuple(word for word in words[1:] if not word.startswith("@"))
    arenas = tuple(word[1:] for word in words[1:] if word.startswith("@"))
    return MarkedBlock(
        number, kind, start, end, role, also or None, categories, arenas, tuple(entities)
    )
