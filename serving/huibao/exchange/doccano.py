"""doccano's JSON lines: texts with categories and spans, offsets in code points."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from huibao.decisions.states import SpanState
from huibao.errors import LabelError
from huibao.exchange.answers import BlockAnswers
from huibao.exchange.record import STAMP, ForeignSpan, Record, stamp_of


def doccano_line(answers: BlockAnswers) -> dict[str, Any]:
    """A text for a project of kind "intent detection and slot filling", with our ids as labels.

    doccano keeps keys that it does not know and gives them back; what waits for a decision is left out.
    """
    states = answers.states
    labels = [
        label
        for part in answers.stamp.sets
        if part in states and part != "entities"
        for label in sorted(states[part].labels)
    ]
    spans = states.get("entities")
    marked = [
        [one.start, one.end, one.candidates[0]]
        for one in (spans.spans if isinstance(spans, SpanState) else ())
        if len(one.candidates) == 1
    ]
    return {
        "text": answers.text,
        "entities": marked,
        "cats": labels,
        "place": answers.place,
        "where": answers.where,
        STAMP: answers.stamp.entries(),
    }


def doccano_records(lines: Iterable[Mapping[str, Any]], by: str) -> Iterator[Record]:
    """What a person said in a file of doccano's, which has one for each user and tells no time.

    doccano does not tell what a person labelled from what was imported as labels: both are the
    user's.

    Raises:
        LabelError: a line is not as doccano writes it.
    """
    for number, line in enumerate(lines, 1):
        try:
            yield _record(line, f"line {number}", by)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise LabelError(f"line {number} is not as doccano writes it: {error!r}") from error


def _record(line: Mapping[str, Any], source: str, by: str) -> Record:
    plain = line.get("label", line.get("labels")) or []
    labels = [str(one) for one in (*line.get("cats", ()), *plain) if isinstance(one, str)]
    placed = [*line.get("entities", ()), *(one for one in plain if not isinstance(one, str))]
    with_spans = bool(placed) or "entities" in line
    return Record(
        source=source,
        text=line["text"],
        by=by,
        place=line.get("place"),
        stamp=stamp_of(line),
        labels={None: tuple(labels)},
        spans=tuple(map(_span, placed)) if with_spans else None,
        kind="import",
    )


def _span(entry: Mapping[str, Any] | list[Any]) -> ForeignSpan:
    """Both shapes: `[start, end, label]`, and the object of projects with relations."""
    if isinstance(entry, Mapping):
        start, end, label = entry["start_offset"], entry["end_offset"], entry["label"]
    else:
        start, end, label = entry
    return ForeignSpan(int(start), int(end), str(label))
