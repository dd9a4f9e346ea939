"""The shapes of the review at the edge: what reviewers send, and what they get."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict, Field

from huibao.service.schemas import Sendable, Whole

SetName = Literal["roles", "categories", "arenas", "entities", "genres"]
Cause = Literal["guideline_unclear", "slip", "both_fit", "segmentation", "other"]
Export = Literal["jsonl", "labelstudio", "doccano", "prodigy"]
_LONGEST_NOTE, _LONGEST_YAML = 2_000, 200_000
Some = dict[str, Any]


class Nothing(Sendable):
    """A body that says nothing: the address says it all."""


class SentSession(Sendable):
    """Who sits at the browser; the pass phrase makes the head of the team its head."""

    person: str = Field(max_length=64, examples=["zhang"])
    pass_phrase: str | None = Field(None, max_length=256)


class SentMany(Sendable):
    """The labels of a block and those it has not; `rest` is all others in force."""

    yes: tuple[str, ...] = Field(max_length=200)
    no: tuple[str, ...] | Literal["rest"] = "rest"


class SentSpan(Sendable):
    """A span of the block's source text, in code points, half-open."""

    start: int = Field(ge=0, le=2_000_000)
    end: int = Field(ge=1, le=2_000_000)
    text: str
    label: str


class SentSpans(Sendable):
    """The entities of a block and the types that were looked for."""

    spans: tuple[SentSpan, ...] = Field(max_length=2_000)
    judged: tuple[str, ...] | Literal["rest"] = "rest"


SentValue = str | SentMany | SentSpans


class SentDecision(Sendable):
    """What a reviewer says of a block, set by set."""

    item: str | None = None
    place: str
    text_sha: str
    label_version: int = Field(ge=0)
    answers: Mapping[SetName, SentValue] = Field(min_length=1)
    mode: Literal["open", "blind"] = "open"
    seconds: float | None = Field(None, ge=0, le=86_400)
    unsure: bool = False
    note: str = Field("", max_length=_LONGEST_NOTE)
    by: str | None = Field(None, description="The person that the page shows.")


class SentSkip(Sendable):
    """A block that is put off."""

    item: str


class SentAdjudication(Sendable):
    """The answer that settles a disagreement, and what it came from."""

    place: str
    text_sha: str
    label_version: int | None = Field(None, ge=0)
    set: SetName
    value: SentValue
    cause: Cause
    note: str = Field("", max_length=_LONGEST_NOTE)


class SentChange(Sendable):
    """A change of a label set as its YAML sheet."""

    yaml: str = Field(min_length=1, max_length=_LONGEST_YAML)


class SentUndo(Sendable):
    """Why the last change of the label sets is taken back."""

    why: str = Field(min_length=1, max_length=_LONGEST_NOTE)


class PersonPart(Whole):
    """A reviewer."""

    id: str
    name: str
    head: bool = Field(description="Whether the pass phrase makes this person the head.")


class PeopleAnswer(Whole):
    """Who may review."""

    people: list[PersonPart]
    head_needs_pass_phrase: bool


class SessionAnswer(Whole):
    """Who sits at the browser."""

    person: PersonPart
    head: bool


class EndedAnswer(Whole):
    """The session is over."""

    ended: bool


class ItemPart(Whole):
    """A block in someone's list and why it is there."""

    id: str
    reason: str
    reason_text_zh: str
    reason_text_en: str
    place: str
    page: str
    report: int
    block: int
    set: SetName | None
    blind: bool


class QueueAnswer(Whole):
    """What is open of a list; `position` is the first of it, `of` the length of the whole."""

    items: list[ItemPart]
    counts: dict[str, int]
    position: int
    of: int


class OneItemAnswer(Whole):
    """One block of a list; null where its page was taken away."""

    item: ItemPart | None


class NextAnswer(Whole):
    """The next block; null where the list is done."""

    next: ItemPart | None


class StoredAnswer(NextAnswer):
    """The ids of the decisions that the disk has now."""

    stored: list[str]


class Loose(Whole):
    """A part whose members the review guide describes; members may be added."""

    model_config = ConfigDict(extra="allow")


class WholeItemAnswer(Loose):
    """A block in its page with all that is said of it."""

    item: ItemPart
    page: Some
    block: Some
    answers: dict[SetName, Some]
    label_set: Some
    open_sets: list[SetName]


class PagesAnswer(Whole):
    """The pages with how much of each is decided."""

    pages: list[Some]


class DisagreementsAnswer(Whole):
    """The blocks that people differ on."""

    disagreements: list[Some]


class ReviewLabelsAnswer(Whole):
    """The label sets with what the annotators are told, and the number of the last change."""

    version: int
    fingerprint: str
    sets: dict[SetName, Some]


class ChangeAnswer(Loose):
    """A change and what it does to the decisions there are."""

    change: Some
    auto: int
    ask: int
    offer: int
    untouched: int
    minutes: int
    few: list[Some]
    notes: list[str]


class ChangesAnswer(Whole):
    """All changes of the label sets."""

    changes: list[Some]


class StatisticsAnswer(Loose):
    """How many of each label there are, how far people agree, and the model with them."""

    labels: list[Some]
    agreement: dict[SetName, Some]
    model_over_time: list[Some]
    progress: Some
