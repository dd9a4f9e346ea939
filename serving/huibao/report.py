"""What a report is: pages, lines, blocks, and the map from canonical text back to the source.

Here and below, the small records of which a page has thousands are msgspec Structs: as immutable as a
frozen dataclass, and made in a fifth of its time. All others are dataclasses.
"""

from bisect import bisect_left
from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

BlockKind = Literal["title", "heading", "paragraph", "item", "table", "signature"]
LineKind = Literal["text", "table", "note", "box"]


class Span(Struct, frozen=True, order=True):
    """A half-open stretch of text, in Unicode code points."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"span {self.start}..{self.end}: expected 0 <= start <= end")

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share a code point."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page (a paragraph of an office file) and what its layout says about it.

    `outline` is a heading level (1 = highest) that the file itself declares; `indent` is the first
    line's indent in characters; None where the file format does not tell.
    """

    span: Span
    kind: LineKind = "text"
    outline: int | None = None
    centred: bool | None = None
    indent: float | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One file: its unchanged text, cut into lines, and what had to be said about reading it.

    The lines follow each other in `text`; between two lines stand only line breaks.
    """

    name: str
    sha256: str
    media_type: str
    encoding: str | None
    text: str
    lines: tuple[Line, ...]
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        previous = 0
        for line in self.lines:
            if line.span.start < previous or line.span.end > len(self.text):
                raise ValueError(
                    f"line {line.span} of {self.name}: out of order or outside the text"
                )
            previous = line.span.end


@dataclass(frozen=True, slots=True)
class Furniture:
    """A stretch of a page that belongs to the site around the report; `reason` names the evidence."""

    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class Block:
    """One unit to label: a heading, a paragraph, an item and so on.

    `text` is canonical (widths, Simplified script, unwrapped); `origin[i]` is the offset in the page's
    text of canonical character i. `level` is the depth in the outline (title 0, 一、 1, （一） 2; an item
    has the depth of its heading plus its nesting). `parent` is the index of the heading (or lead item)
    it stands under, `duplicate_of` the index of the block it repeats.
    """

    index: int
    kind: BlockKind
    level: int
    parent: int | None
    span: Span
    text: str
    origin: tuple[int, ...]
    duplicate_of: int | None = None

    def __post_init__(self) -> None:
        if len(self.origin) != len(self.text):
            raise ValueError(
                f"block {self.index}: {len(self.text)} characters, {len(self.origin)} origins"
            )
        if self.text and not (
            self.span.start <= self.origin[0] and self.origin[-1] < self.span.end
        ):
            raise ValueError(f"block {self.index}: origins leave its span {self.span}")

    def source_span(self, start: int, end: int) -> Span:
        """The span in the page's text of canonical characters `start` to `end` (half-open, not empty)."""
        return Span(self.origin[start], self.origin[end - 1] + 1)

    def canonical_span(self, span: Span) -> Span | None:
        """The canonical characters that come from `span` of the page's text, None if there are none."""
        start, end = bisect_left(self.origin, span.start), bisect_left(self.origin, span.end)
        return Span(start, end) if start < end else None


@dataclass(frozen=True, slots=True)
class Report:
    """One report of a page: its blocks in reading order, index = place in `blocks`."""

    index: int
    span: Span
    title: str
    blocks: tuple[Block, ...]
    split_reason: str | None = None

    def __post_init__(self) -> None:
        for place, block in enumerate(self.blocks):
            if block.index != place or (block.parent is not None and block.parent >= place):
                raise ValueError(
                    f"report {self.index}: block {place} has index or parent out of order"
                )

    def heading_path(self, block: Block) -> tuple[Block, ...]:
        """The headings above a block, outermost first."""
        path, parent = [], block.parent
        while parent is not None:
            path.append(self.blocks[parent])
            parent = self.blocks[parent].parent
        return tuple(reversed(path))


@dataclass(frozen=True, slots=True)
class PageReports:
    """A page cut into reports; every non-space character is in one block or in furniture."""

    page: Page
    reports: tuple[Report, ...]
    furniture: tuple[Furniture, ...]
    warnings: tuple[str, ...] = ()
