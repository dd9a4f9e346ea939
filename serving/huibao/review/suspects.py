"""Answers that may be slips: the model is nearly sure of another one.

The model's chances are those of the page's own reading, or out-of-fold ones from a file: a model that
was trained on an answer seldom contradicts it.
"""

import importlib.util
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from huibao.decisions import ManyState, OneState
from huibao.errors import LabelError
from huibao.review.blocks import ReviewBlock
from huibao.review.desk import DeskView

CHANCES_FILE = "chances.jsonl"
LOW, HIGH = 0.2, 0.8  # chance of the answer, and of another one, from which on it may be a slip
Chances = Mapping[tuple[str, str], Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Suspect:
    """An answer that the model contradicts.

    Args:
        place: The block.
        part: The label set.
        said: The label that the answer gives, or `other` itself where it denies that.
        other: The label that the model gives, or denies.
        chance: The model's chance of being right, 0 to 1.
    """

    place: str
    part: str
    said: str
    other: str
    chance: float


def read_chances(path: Path) -> Chances:
    """Chances from JSON lines `{"place", "set", "p": {label: chance}}`, such as out-of-fold ones.

    Raises:
        LabelError: a line is something else.
    """
    found = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            entry = json.loads(line)
            chances = {str(label): float(p) for label, p in entry["p"].items()}
            found[str(entry["place"]), str(entry["set"])] = chances
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LabelError(f"{path.name}:{number}: no chances of labels: {error!r}") from error
    return found


def folder_chances(folder: Path) -> Chances | None:
    """The chances that lie in a label folder, None where there are none.

    Raises:
        LabelError: the file holds something else.
    """
    path = folder / CHANCES_FILE
    return read_chances(path) if path.exists() else None


def suspects(view: DeskView, given: Chances | None = None) -> tuple[Suspect, ...]:
    """The answers that count and that the model contradicts, the gravest first.

    With chances given and the extra `review` installed cleanlab finds them, which knows how often the
    model takes each label for another; else the plain rule of `LOW` and `HIGH`.
    """
    if given is not None and has_cleanlab():
        from huibao.review.cleanlab_suspects import cleanlab_suspects

        return cleanlab_suspects(view, given)
    return plain_suspects(view, given)


def has_cleanlab() -> bool:
    """Whether the extra `review` is installed."""
    return importlib.util.find_spec("cleanlab") is not None


def plain_suspects(view: DeskView, given: Chances | None = None) -> tuple[Suspect, ...]:
    """The answers of which the model's chance is below `LOW` and another's above `HIGH`."""
    found = [
        suspect
        for block, part, gold in view.standing.golds()
        if not gold.state.waiting
        for suspect in _of(block.place, part, gold.state, chances_of(block, part, given))
    ]
    return tuple(sorted(found, key=lambda one: (-one.chance, one.place)))


def chances_of(block: ReviewBlock, part: str, given: Chances | None) -> Mapping[str, float]:
    """The chances of the labels of a set on a block; labels that are not there are not known."""
    if given is not None:
        return given.get((block.place, part), {})
    if block.said is None or part not in ("roles", "categories"):
        return {}
    if part == "roles":
        return {tag.label: tag.score for tag in (block.said.role, *block.said.alternatives)}
    return {tag.label: tag.score for tag in block.said.categories}


def _of(place: str, part: str, state: object, chances: Mapping[str, float]) -> Iterable[Suspect]:
    if isinstance(state, OneState) and chances:
        said = state.candidates[0]
        other = max(chances, key=lambda label: chances[label])
        if chances.get(said, 0.0) < LOW and chances[other] > HIGH:
            yield Suspect(place, part, said, other, chances[other])
    if isinstance(state, ManyState):
        yield from _of_many(place, part, state, chances)


def _of_many(
    place: str, part: str, state: ManyState, chances: Mapping[str, float]
) -> Iterator[Suspect]:
    for label, chance in chances.items():
        if state.answer(label) is False and chance > HIGH:
            yield Suspect(place, part, label, label, chance)
        if state.answer(label) is True and chance < LOW:
            yield Suspect(place, part, label, label, 1 - chance)
