"""Reads the JSON that Label Studio exports: what each person said of each task."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from huibao.errors import LabelError
from huibao.exchange.labelstudio.tasks import DECIDED, EXACT, shown_text
from huibao.exchange.record import ForeignSpan, Record, Stamp, local_time, stamp_of
from huibao.labels import LabelSets

_CHOICES, _LABELS = "choices", "labels"


def labelstudio_records(
    tasks: Any,  # noqa: ANN401 (a parsed file, whatever it holds)
    sets: LabelSets,
) -> Iterator[Record]:
    """What people said in an export; skipped tasks and drafts are passed over.

    Raises:
        LabelError: it is no list of tasks, or a task is not as Label Studio writes it.
    """
    if not isinstance(tasks, list):
        raise LabelError("a Label Studio export is a list of tasks")
    for number, task in enumerate(tasks, 1):
        try:
            yield from _task_records(task, number, {part.id for part in sets})
        except (KeyError, TypeError, AttributeError) as error:
            raise LabelError(
                f"task {number} is not as Label Studio writes it: {error!r}"
            ) from error


def _task_records(task: Mapping[str, Any], number: int, sets: set[str]) -> Iterator[Record]:
    data = task["data"]
    for annotation in task["annotations"]:
        if annotation.get("was_cancelled"):
            continue
        source = f"task {task.get('id', number)}, annotation {annotation.get('id', '?')}"
        labels, spans = _answers(annotation["result"], sets, source)
        prediction = annotation.get("prediction") or {}
        stamp = stamp_of(data)
        yield Record(
            source=source,
            text=_text(data),
            by=_person(annotation.get("completed_by")),
            at=local_time(annotation.get("updated_at") or annotation["created_at"]),
            place=data.get("place"),
            stamp=stamp,
            labels=labels,
            spans=spans,
            mode="open" if prediction or task.get("predictions") else "blind",
            seconds=annotation.get("lead_time"),
            shown=_shown(prediction, stamp, source),
        )


def _text(data: Mapping[str, Any]) -> str:
    """The text that was sent out, where that is not what was shown."""
    exact = data.get(EXACT)
    given: str = data["text"] if exact is None else exact
    if exact is not None and shown_text(given) != data["text"]:
        raise LabelError("a task shows another text than the one that was sent out")
    return given


def _answers(
    results: list[Mapping[str, Any]], sets: set[str], source: str
) -> tuple[dict[str | None, tuple[str, ...]], tuple[ForeignSpan, ...]]:
    """The labels by set, and the spans; a control of another name may be of any set."""
    labels: dict[str | None, list[str]] = defaultdict(list)
    spans: list[ForeignSpan] = []
    for result in results:
        kind, value = result["type"], result["value"]
        if kind == _CHOICES:
            part = result["from_name"]
            labels[part if part in sets else None] += map(str, value[_CHOICES])
        elif kind == _LABELS:
            spans += _spans(value, source)
    return {part: tuple(found) for part, found in labels.items()}, tuple(spans)


def _spans(value: Mapping[str, Any], source: str) -> Iterator[ForeignSpan]:
    start, end = value["start"], value["end"]
    if not isinstance(start, int) or not isinstance(end, int):
        raise LabelError(
            f"{source}: a span in <Paragraphs> or <HyperText> does not count characters of the "
            'text, use <Text granularity="symbol">'
        )
    for label in value[_LABELS]:
        yield ForeignSpan(start, end, str(label), value.get("text"))


def _person(completed_by: Any) -> str:  # noqa: ANN401 (a number, or from the command line an object)
    if isinstance(completed_by, Mapping):
        return str(completed_by.get("email") or completed_by["id"])
    return f"labelstudio-{completed_by}"


def _shown(prediction: Mapping[str, Any], stamp: Stamp | None, source: str) -> dict[str, Any]:
    """What the model had filled in, by label set, in the shape of decisions.

    What people had decided before is no model's word.
    """
    model = str(prediction.get("model_version"))
    if stamp is None or not prediction or model.startswith(DECIDED):
        return {}
    labels, spans = _answers(prediction["result"], set(stamp.sets), source)
    shown: dict[str, Any] = {}
    for part in stamp.sets:
        found = labels.get(part, ())
        if part == "entities":
            marked = [
                {"start": one.start, "end": one.end, "text": one.text, "label": one.label}
                for one in spans
            ]
            shown[part] = {"value": {"spans": marked, "judged": "rest"}}
        elif part != "roles":
            shown[part] = {"value": {"yes": list(found), "no": "rest"}}
        elif found:
            shown[part] = {"value": found[0], "score": prediction.get("score")}
    return {part: {"model": model} | said for part, said in shown.items()}
