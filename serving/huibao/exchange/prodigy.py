"""Prodigy's JSON lines: tasks of its own kind, and the answers that its database gives out."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from huibao.decisions.states import SpanState
from huibao.errors import LabelError
from huibao.exchange.answers import BlockAnswers
from huibao.exchange.record import STAMP, ForeignSpan, Record, local_time, stamp_of
from huibao.labels import LabelSets


def prodigy_task(answers: BlockAnswers, sets: LabelSets) -> dict[str, Any]:
    """A task for `choice` and `ner.manual`: labels as options under our ids, answers filled in."""
    states = answers.states
    choices = [part for part in sets if part.id in answers.stamp.sets and part.kind != "span"]
    spans = states.get("entities")
    return {
        "text": answers.text,
        "spans": [
            {"start": one.start, "end": one.end, "label": one.candidates[0]}
            for one in (spans.spans if isinstance(spans, SpanState) else ())
            if len(one.candidates) == 1
        ],
        "options": [
            {"id": label.id, "text": label.name} for part in choices for label in part.labels
        ],
        "accept": [
            label
            for part in choices
            if part.id in states
            for label in sorted(states[part.id].labels)
        ],
        "meta": {"place": answers.place, "where": answers.where},
        STAMP: answers.stamp.entries(),
    }


def prodigy_records(lines: Iterable[Mapping[str, Any]], by: str) -> Iterator[Record]:
    """What people said in a file of Prodigy's; rejected and ignored tasks say nothing.

    Args:
        lines: The objects of the file.
        by: Whoever annotated, where a line does not tell its session.

    Raises:
        LabelError: a line is not as Prodigy writes it, or asks yes or no about one label: of two
            such answers on a text the second would replace the first.
    """
    for number, line in enumerate(lines, 1):
        try:
            if line.get("answer", "accept") == "accept":
                yield _record(line, f"line {number}", by)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise LabelError(f"line {number} is not as Prodigy writes it: {error!r}") from error


def _record(line: Mapping[str, Any], source: str, by: str) -> Record:
    if "label" in line and "options" not in line and "spans" not in line:
        raise LabelError(
            f"{source}: a yes-or-no question about {line['label']!r} cannot be taken over, "
            "annotate with options (`choice` or `textcat.manual`)"
        )
    stamp = stamp_of(line)
    options = tuple(str(one["id"]) for one in line.get("options", ()))
    at = line.get("_timestamp")
    return Record(
        source=source,
        text=line["text"],
        by=str(line.get("_annotator_id") or line.get("_session_id") or by),
        at="" if at is None else local_time(datetime.fromtimestamp(float(at), UTC).isoformat()),
        place=line.get("meta", {}).get("place"),
        stamp=stamp,
        labels={None: tuple(map(str, line.get("accept", ())))},
        offered=() if stamp else options,
        spans=tuple(map(_span, line["spans"])) if "spans" in line else None,
    )


def _span(entry: Mapping[str, Any]) -> ForeignSpan:
    return ForeignSpan(
        int(entry["start"]), int(entry["end"]), str(entry["label"]), entry.get("text")
    )
