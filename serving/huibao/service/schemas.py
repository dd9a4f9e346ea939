"""The shapes at the edge: what clients send, and what they get, for the contract of the service.

Answers are made from dataclasses by `jsonl` and only described here; a test holds the two together.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

_TEXT_EXAMPLE = "县财政投入20万元，举办培训班5期。"
_NOT_BLANK = {"type": "string", "minLength": 1, "pattern": r"\S"}


def _text(given: object) -> str:
    # Not pydantic's own check: that refuses a whole list for one lone surrogate in one text.
    if isinstance(given, str):
        return given
    raise PydanticCustomError("string_type", "Input should be a valid string")


Text = Annotated[str, PlainValidator(_text), WithJsonSchema(_NOT_BLANK)]


class Sendable(BaseModel):
    """A JSON body: no member that is not known is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SentTexts(Sendable):
    """One text, or a list of texts; a list is answered by a list, also when it has one member."""

    text: Text | None = Field(None, examples=[_TEXT_EXAMPLE])
    texts: tuple[Text, ...] | None = Field(None, examples=[[_TEXT_EXAMPLE]])

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.text is None) == (self.texts is None):
            raise PydanticCustomError("one_of", "exactly one of text and texts must be given")
        if self.texts is not None and not self.texts:
            raise PydanticCustomError("too_short", "texts must hold at least one text")
        return self

    @property
    def all(self) -> tuple[str, ...]:
        """The texts, however they were sent."""
        return self.texts if self.texts is not None else (self.text or "",)


class SentShortTexts(SentTexts):
    """Texts of a paragraph or so, and the headings above them, the outermost first."""

    path: tuple[Text, ...] = Field((), max_length=16, examples=[["二、主要做法"]])


class Part(BaseModel):
    """A part of an answer; `?fields=` may leave any member out, so none is required."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra=lambda schema: schema.pop("required", None)
    )


class Whole(BaseModel):
    """A part of an answer that is always complete."""

    model_config = ConfigDict(extra="forbid")


class TagPart(Part):
    """A label with its probability."""

    id: str
    score: float = Field(ge=0, le=1)
    coarse: bool = Field(
        False, description="true where an older model cannot tell the labels `one|other` apart"
    )


class RolePart(TagPart):
    """The role of a block with its runners-up."""

    alternatives: list[TagPart]
    also: list[str]


class EntityPart(Part):
    """An entity; `start` and `end` count code points of the text that was sent."""

    type: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str
    score: float = Field(ge=0, le=1)
    coarse: bool = False
    value: dict[str, Any]


class BlockPart(Part):
    """One unit of a report and all that is said of it."""

    index: int
    kind: Literal["title", "heading", "paragraph", "item", "table", "signature"]
    level: int
    parent: int | None
    start: int
    end: int
    text: str
    role: RolePart
    categories: list[TagPart]
    arenas: list[TagPart]
    entities: list[EntityPart]
    duplicate_of: int | None


class ReportPart(Part):
    """One report of a page."""

    index: int
    start: int
    end: int
    title: str
    genre: str | None
    fields: dict[str, Any]
    split_reason: str
    blocks: list[BlockPart]


class FilePart(Part):
    """The file that was read."""

    name: str
    sha256: str
    media_type: str
    encoding: str | None


class AnnotatorPart(Part):
    """Who says it."""

    kind: Literal["model", "rule", "person"]
    name: str
    version: str
    labels: str


class FurniturePart(Part):
    """What belongs to the site around a report."""

    start: int
    end: int
    reason: str


class PagePart(Part):
    """A page as `huibao/1`; offsets count code points of `text`."""

    schema_: str = Field(alias="schema")
    file: FilePart
    text: str
    annotator: AnnotatorPart
    reports: list[ReportPart]
    furniture: list[FurniturePart]
    warnings: list[str]


class ProblemPart(Whole):
    """What went wrong, as RFC 9457 has it."""

    type: str = Field(examples=["/problems/empty_text"])
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] | None = None
    instance: str | None = None
    request_id: str | None = None


class ReadAnswer(Whole):
    """A page and the number of windows the model read it through: nothing is ever cut off."""

    windows: int
    page: PagePart


class ClassifyAnswer(Whole):
    """The role and the categories of one text."""

    windows: int
    role: RolePart
    categories: list[TagPart]


class EntitiesAnswer(Whole):
    """The entities of one text."""

    windows: int
    entities: list[EntityPart]


class FailedAnswer(Whole):
    """The place of an item that could not be read; its neighbours are not touched."""

    problem: ProblemPart


class ReadAnswers(Whole):
    """One answer an item, in the order they were sent."""

    windows: int
    answers: list[ReadAnswer | FailedAnswer]


class ClassifyAnswers(Whole):
    """One answer a text, in the order they were sent."""

    windows: int
    answers: list[ClassifyAnswer | FailedAnswer]


class EntitiesAnswers(Whole):
    """One answer a text, in the order they were sent."""

    windows: int
    answers: list[EntitiesAnswer | FailedAnswer]


class WindowSizes(Whole):
    """Sizes of the model's windows in tokens."""

    size: int
    overlap: int
    path: int


class ModelAnswer(Whole):
    """A bundle in service; `card` is what its makers say of it.

    `not_predicted` are labels in force that it cannot give: they were added after its training.
    """

    name: str
    version: str
    labels: str
    roles: list[str]
    categories: list[str]
    entities: list[str]
    window: WindowSizes
    not_predicted: dict[str, list[str]]
    card: dict[str, Any]
    loaded: list[str]


class LabelsAnswer(Whole):
    """The label sets in force, each with its labels and their definitions."""

    fingerprint: str
    sets: dict[str, dict[str, Any]]


class Health(Whole):
    """Whether the process lives, or the service is ready."""

    status: str
    detail: str | None = None
