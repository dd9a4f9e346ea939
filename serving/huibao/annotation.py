"""What is said of a report, by a model, a rule or a person: the one shape for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from msgspec import Struct

from huibao.report import Page, PageReports, Report, Span

AnnotatorKind = Literal["model", "rule", "person"]
Value = Mapping[str, Any]


class Tag(Struct, frozen=True):
    """A label with its probability."""

    label: str
    score: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.score <= 1.0:
            raise ValueError(f"score {self.score} of {self.label}: expected 0 to 1")


class Mention(Struct, frozen=True):
    """An entity found in a canonical text; `start`/`end` count its characters, half-open."""

    type: str
    start: int
    end: int
    score: float = 1.0
    value: Value | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"{self.type} {self.start}..{self.end}: expected 0 <= start < end")

    def valued(self, value: Value | None) -> "Mention":
        """The same mention with a value."""
        return Mention(self.type, self.start, self.end, self.score, value)

    def at(self, start: int, end: int) -> "Mention":
        """The same mention at another place."""
        return Mention(self.type, start, end, self.score, self.value)


class Entity(Struct, frozen=True):
    """An entity at its place in the page; `text` is canonical, without breaks and stray spaces."""

    type: str
    span: Span
    text: str
    score: float = 1.0
    value: Value | None = None


@dataclass(frozen=True, slots=True)
class BlockAnnotation:
    """The labels of one block; `also` is a second role of a truly joint block.

    `unjudged` names, by label set, the labels of which nobody has said whether the block has them:
    that they are not given means nothing.
    """

    role: Tag
    alternatives: tuple[Tag, ...] = ()
    categories: tuple[Tag, ...] = ()
    arenas: tuple[Tag, ...] = ()
    entities: tuple[Entity, ...] = ()
    also: str | None = None
    unjudged: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Annotator:
    """Who said it. `labels` is the fingerprint of the label sets in force."""

    kind: AnnotatorKind
    name: str
    version: str
    labels: str


@dataclass(frozen=True, slots=True)
class Annotation:
    """All that one annotator says of one report; `blocks[i]` speaks of `report.blocks[i]`."""

    report: Report
    blocks: tuple[BlockAnnotation, ...]
    annotator: Annotator
    genre: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.blocks) != len(self.report.blocks):
            raise ValueError(
                f"report {self.report.index}: {len(self.report.blocks)} blocks, "
                f"{len(self.blocks)} annotated"
            )


@dataclass(frozen=True, slots=True)
class PageAnnotation:
    """A page with the annotations of its reports, in the order of the reports."""

    source: PageReports
    annotations: tuple[Annotation, ...]
    annotator: Annotator
    ignore: tuple[Span, ...] = ()

    @property
    def page(self) -> Page:
        """The page that was read."""
        return self.source.page
