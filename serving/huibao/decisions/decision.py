"""One decision on one block, as it was made: who, when, under which version, what was shown."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, get_args

from huibao.errors import LabelError

Kind = Literal["person", "adjudication", "model", "rule", "import"]
Mode = Literal["open", "blind"]
_REST = "rest"


@dataclass(frozen=True, slots=True)
class ManyValue:
    """The labels that a block has and those that it has not; `no` None is all others in force."""

    yes: tuple[str, ...]
    no: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class MarkedSpan:
    """A span of the block's text; offsets are code points, half-open."""

    start: int
    end: int
    text: str
    label: str

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or len(self.text) != self.end - self.start:
            raise LabelError(
                f"span {self.start}..{self.end} with the text {self.text!r}: "
                "offsets must count the code points of the text"
            )


@dataclass(frozen=True, slots=True)
class SpanValue:
    """The spans of a block, and the types that were looked for; None is all that were in force."""

    spans: tuple[MarkedSpan, ...]
    judged: tuple[str, ...] | None = None


Value = str | ManyValue | SpanValue


@dataclass(frozen=True)
class Decision:
    """An answer to the question of one label set for one block; it is never altered.

    Args:
        place: The block, by a name that lasts: page, report and first character.
        text_sha: `text_key` of the block's text, so that another cut into blocks is noticed.
        set: The label set.
        value: The answer; None takes back the one that it replaces.
        version: Number of the last change of label sets at that time, 0 before any.
        by: Who decided.
        at: When, ISO 8601; empty where nobody noted it.
        kind: What kind of author it was.
        mode: Whether the model's answer was to be seen.
        seconds: How long it took.
        shown: What the model had said.
        unsure: Whether the author was in doubt.
        note: What else the author said.
        replaces: The id of an earlier decision of the same author.
        source: Of an import, the place or file that it was taken from.
        undo: Whether it takes back the one that it replaces: it says what stood before that.
    """

    place: str
    text_sha: str
    set: str
    value: Value | None
    version: int
    by: str
    at: str
    kind: Kind = "person"
    mode: Mode = "open"
    seconds: float | None = None
    shown: Mapping[str, Any] = field(default_factory=dict, hash=False)
    unsure: bool = False
    note: str = ""
    replaces: str | None = None
    source: str = ""
    undo: bool = False

    @cached_property
    def id(self) -> str:
        """Sixteen hex digits of what was decided: the same decision has one id wherever it is."""
        content: list[object] = [self.place, self.text_sha, self.set, value_entries(self.value)]
        content += [self.version, self.by, self.at, self.replaces]
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def text_key(text: str) -> str:
    """Eight hex digits of a block's text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:8]


def entries_of(decision: Decision) -> dict[str, Any]:
    """A decision as a JSON object."""
    entries: dict[str, Any] = {
        "id": decision.id,
        "place": decision.place,
        "text_sha": decision.text_sha,
        "set": decision.set,
        "value": value_entries(decision.value),
        "v": decision.version,
        "by": decision.by,
        "kind": decision.kind,
        "mode": decision.mode,
        "at": decision.at,
    }
    if decision.seconds is not None:
        entries["seconds"] = decision.seconds
    if decision.shown:
        entries["shown"] = dict(decision.shown)
    if decision.source:
        entries["from"] = decision.source
    if decision.undo:
        entries["undo"] = True
    return entries | {
        "unsure": decision.unsure,
        "note": decision.note,
        "replaces": decision.replaces,
    }


def decision_of(entries: Mapping[str, Any]) -> Decision:
    """The decision of a JSON object.

    Raises:
        LabelError: a key is missing or holds what no decision can.
    """
    try:
        decision = Decision(
            place=entries["place"],
            text_sha=entries["text_sha"],
            set=entries["set"],
            value=value_of(entries["value"]),
            version=entries["v"],
            by=entries["by"],
            at=entries["at"],
            kind=entries["kind"],
            mode=entries["mode"],
            seconds=entries.get("seconds"),
            shown=entries.get("shown", {}),
            unsure=entries.get("unsure", False),
            note=entries.get("note", ""),
            replaces=entries.get("replaces"),
            source=entries.get("from", ""),
            undo=entries.get("undo", False),
        )
    except (KeyError, TypeError) as error:
        raise LabelError(f"a decision is not whole: {error}") from error
    if decision.kind not in get_args(Kind) or decision.mode not in get_args(Mode):
        raise LabelError(f"a decision is of kind {decision.kind!r}, mode {decision.mode!r}")
    return decision


def value_entries(value: Value | None) -> str | dict[str, Any] | None:
    """An answer as it stands in JSON."""
    if isinstance(value, ManyValue):
        return {"yes": list(value.yes), "no": _REST if value.no is None else list(value.no)}
    if isinstance(value, SpanValue):
        spans = [
            {"start": one.start, "end": one.end, "text": one.text, "label": one.label}
            for one in value.spans
        ]
        return {"spans": spans, "judged": _REST if value.judged is None else list(value.judged)}
    return value


def value_of(entries: str | Mapping[str, Any] | None) -> Value | None:
    """The answer that JSON holds; a KeyError or TypeError where it holds none."""
    if entries is None or isinstance(entries, str):
        return entries
    if "spans" in entries:
        judged = entries["judged"]
        return SpanValue(
            tuple(MarkedSpan(**one) for one in entries["spans"]),
            None if judged == _REST else tuple(judged),
        )
    no = entries["no"]
    return ManyValue(tuple(entries["yes"]), None if no == _REST else tuple(no))
