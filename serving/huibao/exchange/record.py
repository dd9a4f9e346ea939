"""What one person said of one text in another tool, still in the words of that tool."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from huibao.decisions.decision import Kind, Mode
from huibao.errors import LabelError

ASKED = ("roles", "categories", "arenas", "entities")  # a genre is of a report, not of a block
STAMP = "label_set"  # the key under which our exports tell the label sets they were made with


@dataclass(frozen=True, slots=True)
class Stamp:
    """Under which label sets a text was sent out.

    Args:
        version: Number of the last change at that time.
        fingerprint: Of the label sets.
        sets: Those that were asked about, with all of their labels on the screen.
    """

    version: int
    fingerprint: str
    sets: tuple[str, ...]

    def entries(self) -> dict[str, Any]:
        """The stamp as it travels with a text."""
        return {"v": self.version, "fingerprint": self.fingerprint, "sets": list(self.sets)}


@dataclass(frozen=True, slots=True)
class ForeignSpan:
    """A span as a tool counts it; `text` is what the tool says stands there, None where it is silent."""

    start: int
    end: int
    label: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One person's answers on one text.

    Args:
        source: Where it stands in the file, for messages.
        text: The text that was judged.
        by: The person, as the tool calls them.
        at: When, ISO 8601; empty where the tool does not say.
        place: The block, where our export told it.
        stamp: The label sets, where our export told them.
        labels: The labels given, by label set; under None where only the label tells its set.
        offered: All labels that were on the screen, where the record itself tells them.
        spans: The spans; None where spans were not asked for.
        kind: What kind of author it was.
        mode: Whether a model's answer was to be seen.
        seconds: How long it took.
        shown: What the model had said, by label set.
    """

    source: str
    text: str
    by: str
    at: str = ""
    place: str | None = None
    stamp: Stamp | None = None
    labels: Mapping[str | None, tuple[str, ...]] = field(default_factory=dict)
    offered: tuple[str, ...] = ()
    spans: tuple[ForeignSpan, ...] | None = None
    kind: Kind = "person"
    mode: Mode = "open"
    seconds: float | None = None
    shown: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        seconds = 0 if self.seconds is None else self.seconds
        fits = isinstance(self.text, str) and isinstance(seconds, int | float)
        if not fits or not isinstance(self.place, str | None):
            raise LabelError(f"{self.source}: text or place is no text, or seconds are no number")


def local_time(at: str) -> str:
    """A time as decisions have it, whose order is that of their letters: in local time.

    Raises:
        LabelError: it is no time.
    """
    try:
        return datetime.fromisoformat(at).astimezone().isoformat(timespec="milliseconds")
    except ValueError as error:
        raise LabelError(f"{at!r} is no time") from error


def stamp_of(entries: Mapping[str, Any]) -> Stamp | None:
    """The stamp among the keys of a text that came back, None where there is none.

    Raises:
        LabelError: there is one, but not as it was sent.
    """
    told = entries.get(STAMP)
    if told is None:
        return None
    try:
        return Stamp(int(told["v"]), str(told["fingerprint"]), tuple(map(str, told["sets"])))
    except (KeyError, TypeError, ValueError) as error:
        raise LabelError(f"the key {STAMP!r} is not as it was sent out: {error!r}") from error
