"""Label Studio tasks: the text of a block, and answers that people find filled in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from huibao.annotation import BlockAnnotation
from huibao.decisions.folding import State
from huibao.decisions.states import ManyState, OneState, SpanState
from huibao.exchange.answers import BlockAnswers
from huibao.exchange.labelstudio.config import Control
from huibao.exchange.record import STAMP

Result = dict[str, Any]
EXACT = "exact"  # the key of a task's text where another form of it is shown
DECIDED = "decided-"  # before the version, in place of a model's name


def shown_text(text: str) -> str:
    """A text as Label Studio can show it, no character shorter or longer.

    It makes two lines of CR LF, and then marks in none of them what a person selects.
    """
    return text.replace("\r\n", " \n").replace("\r", "\n")


def task_of(answers: BlockAnswers, predictions: Sequence[Result] = ()) -> Result:
    """A task to import.

    No key is called `source`: Label Studio keeps that name for itself.
    """
    data = {
        "place": answers.place,
        "where": answers.where,
        "path": list(answers.path),
        "text": shown_text(answers.text),
        STAMP: answers.stamp.entries(),
    }
    if data["text"] != answers.text:
        data[EXACT] = answers.text
    return {"data": data, "predictions": list(predictions)}


def predicted(
    said: BlockAnnotation,
    start: int,
    text: str,
    version: str,
    controls: Mapping[str, Control],
) -> Result:
    """What a model says of a block as a prediction; a label that is not on the screen is left out.

    Args:
        said: The model's answer, entities at their places in the page.
        start: The block's first character on the page.
        text: The block's source text.
        version: Of the model. A task that has one of the same name is not asked for again.
        controls: The questions of the project, by label set.
    """
    parts = {
        "roles": [said.role.label],
        "categories": [tag.label for tag in said.categories],
        "arenas": [tag.label for tag in said.arenas],
    }
    result, shown = list(_choices(parts, controls)), shown_text(text)
    for number, one in enumerate(said.entities):
        first, end = one.span.start - start, one.span.end - start
        mark = _mark(f"e{number}", first, end, shown[first:end], one.type, controls)
        if mark is not None:
            result.append(mark | {"score": one.score})
    return {"model_version": version, "score": said.role.score, "result": result}


def filled_in(states: Mapping[str, State], version: int, controls: Mapping[str, Control]) -> Result:
    """What people decided before as a prediction; what waits for a decision is left open.

    Args:
        states: The answers that count, by label set.
        version: Number of the last change of label sets.
        controls: The questions of the project, by label set.
    """
    parts = {
        part: sorted(state.labels)
        for part, state in states.items()
        if isinstance(state, OneState | ManyState)
    }
    result = list(_choices(parts, controls))
    spans = states.get("entities")
    for number, one in enumerate(spans.spans if isinstance(spans, SpanState) else ()):
        kind = one.candidates[0] if len(one.candidates) == 1 else ""
        mark = _mark(f"e{number}", one.start, one.end, one.text, kind, controls)
        result += [] if mark is None else [mark]
    return {"model_version": f"{DECIDED}{version}", "score": 1.0, "result": result}


def _choices(
    parts: Mapping[str, Iterable[str]], controls: Mapping[str, Control]
) -> Iterator[Result]:
    for part, control in controls.items():
        shown = [one for one in parts.get(part, ()) if one in control.labels]
        if shown:
            yield {
                "id": part,
                "from_name": part,
                "to_name": control.to_name,
                "type": "choices",
                "value": {"choices": shown},
            }


def _mark(
    id_: str, start: int, end: int, text: str, kind: str, controls: Mapping[str, Control]
) -> Result | None:
    """A span; Label Studio stores labels that it cannot show, without a word, so they are not sent."""
    control = controls.get("entities")
    if control is None or kind not in control.labels:
        return None
    return {
        "id": id_,
        "from_name": "entities",
        "to_name": control.to_name,
        "type": "labels",
        "value": {"start": start, "end": end, "text": text, "labels": [kind]},
    }
