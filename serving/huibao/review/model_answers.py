"""What a model says of a block, in the shape of decisions: for the page and for `shown`."""

from collections.abc import Iterable
from typing import Any

from huibao.annotation import BlockAnnotation, Tag
from huibao.label_changes.score_folding import COARSE
from huibao.label_files.strict_yaml import SET_NAMES
from huibao.review.blocks import ReviewBlock

Entries = dict[str, Any]


def asked_sets(block: ReviewBlock) -> tuple[str, ...]:
    """The label sets that ask something of a block: the genre is asked where a report begins."""
    return SET_NAMES if block.begins else SET_NAMES[:-1]


def model_answer(block: ReviewBlock, part: str) -> Entries | None:
    """What the model says of a block in one set; None of pages that no model has read."""
    said = block.said
    if said is None:
        return None
    if part == "genres":
        return {"value": block.genre} if block.genre else None
    if part == "entities":
        return {"value": {"spans": _spans(block, said), "judged": "rest"}}
    if part != "roles":
        tags = said.categories if part == "categories" else said.arenas
        labels = [tag.label for tag in tags]
        entries: Entries = {"value": {"yes": labels, "no": "rest"}, "scores": _scores(tags)}
        return entries | {"coarse": any(COARSE in label for label in labels)}
    entries = {"value": said.role.label, "score": said.role.score}
    entries["scores"] = _scores((said.role, *said.alternatives))
    entries["coarse"] = COARSE in said.role.label
    if said.alternatives:
        runner_up = said.alternatives[0]
        entries |= {"runner_up": runner_up.label, "runner_up_score": runner_up.score}
    return entries


def _scores(tags: Iterable[Tag]) -> dict[str, float]:
    return {tag.label: tag.score for tag in tags}


def _spans(block: ReviewBlock, said: BlockAnnotation) -> list[Entries]:
    """The entities at their places in the block's source text."""
    return [
        {
            "start": one.span.start - block.start,
            "end": one.span.end - block.start,
            "text": block.text[one.span.start - block.start : one.span.end - block.start],
            "label": one.type,
            "score": one.score,
        }
        for one in said.entities
    ]
