"""Decided blocks as a `datasets` table: labels by their names, what was judged beside what was said."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from huibao.decisions import ManyState, OneState, SpanState
from huibao.exchange.answers import BlockAnswers
from huibao.labels import LabelSets

_NONE: frozenset[str] = frozenset()


def write_dataset(answers: Iterable[BlockAnswers], sets: LabelSets, path: Path) -> int:
    """Writes the judged blocks as a folder for `datasets.load_from_disk`; returns their number.

    A list of labels says what a block has; the list `…_judged` beside it what was looked at: a label
    in neither is unknown, not absent. A role that waits for a decision is null.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # before the import, or it asks the network
    from datasets import ClassLabel, Dataset, Features, List, Value

    found = [one for one in answers if one.states]
    names = {part.id: _names(part.id, part.ids, found) for part in sets}
    text = Value("string")
    span = {"start": Value("int32"), "end": Value("int32"), "label": text}
    features = {
        "place": text, "text": text, "path": List(text),
        "version": Value("int32"), "fingerprint": text,
        "role": ClassLabel(names=names["roles"]),
        "spans": List(span), "spans_judged": List(text),
    }  # fmt: skip
    for part in ("categories", "arenas"):
        labels = ClassLabel(names=names[part])
        features |= {part: List(labels), f"{part}_judged": List(labels)}
    rows = [_row(one) for one in found]
    columns = {name: [row[name] for row in rows] for name in features}
    Dataset.from_dict(columns, features=Features(features)).save_to_disk(path)
    return len(rows)


def _row(answers: BlockAnswers) -> dict[str, Any]:
    states = answers.states
    role, spans = states.get("roles"), states.get("entities")
    row: dict[str, Any] = {
        "place": answers.place,
        "text": answers.text,
        "path": list(answers.path),
        "version": answers.stamp.version,
        "fingerprint": answers.stamp.fingerprint,
        "role": next(iter(role.labels), None) if role else None,
        "spans": [],
        "spans_judged": [],
    }
    if isinstance(spans, SpanState):
        row["spans_judged"] = sorted(spans.judged)
        row["spans"] = [
            {"start": one.start, "end": one.end, "label": one.candidates[0]}
            for one in spans.spans
            if len(one.candidates) == 1
        ]
    for part in ("categories", "arenas"):
        state = states.get(part)
        yes, no = (state.yes, state.no) if isinstance(state, ManyState) else (_NONE, _NONE)
        row[part], row[f"{part}_judged"] = sorted(yes), sorted(yes | no)
    return row


def _names(part: str, in_force: Iterable[str], answers: Iterable[BlockAnswers]) -> list[str]:
    """The labels in force, then those of an older version that stand in the answers."""
    names = dict.fromkeys(in_force)
    for one in answers:
        state = one.states.get(part)
        if isinstance(state, ManyState):
            names |= dict.fromkeys(sorted(state.yes | state.no))
        elif isinstance(state, OneState):
            names |= dict.fromkeys(state.labels)
    return list(names)
