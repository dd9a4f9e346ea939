"""What speaks for a label on a block before anybody has judged it: keywords, examples, the model."""

from functools import cache

from huibao.label_changes import labels_meant
from huibao.labels import Label
from huibao.review.blocks import ReviewBlock

_KEYWORD = 0.4  # a keyword counts as much as this chance of the model's


def likeness_to(label: Label, text: str) -> float:
    """How much a text speaks for a label, 0 to 1.

    One of its keywords speaks for it fully; else it is the share of the pairs of characters of the
    likest example that the text has too.
    """
    if any(cue in text for cue in label.positive):
        return 1.0
    pairs = _pairs(text)
    examples = [_example_pairs(one.text) for one in label.examples]
    return max((len(pairs & one) / len(one) for one in examples), default=0.0)


@cache
def _example_pairs(text: str) -> frozenset[str]:
    return _pairs(text)


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[place : place + 2] for place in range(len(text) - 1)) or frozenset({text})


def chance_of(block: ReviewBlock, part: str, label: Label) -> float:
    """The model's chance of a label, or whether a keyword of it stands there."""
    said = block.said
    if said is None or part == "entities":
        entities = () if said is None else said.entities
        return float(any(label.id in labels_meant(one.type) for one in entities))
    tags = {"roles": (said.role, *said.alternatives), "categories": said.categories}
    scores = {tag.label: tag.score for tag in tags.get(part, said.arenas)}
    return max(
        scores.get(label.id, 0.0), _KEYWORD * any(cue in block.canonical for cue in label.positive)
    )


def margin_of(block: ReviewBlock) -> tuple[float, str, str, str]:
    """How close the model's two best answers are, in which set, and which they are."""
    said = block.said
    assert said is not None  # only blocks that were read are asked about
    runner_up = said.alternatives[0] if said.alternatives else None
    best = (
        said.role.score - (runner_up.score if runner_up else 0.0),
        "roles",
        said.role.label,
        runner_up.label if runner_up else "",
    )
    others = ((abs(2 * tag.score - 1), "categories", tag.label, "") for tag in said.categories)
    return min((best, *others), key=lambda one: one[0])
