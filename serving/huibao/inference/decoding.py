"""Scores to labels: roles over the whole report, categories above their thresholds, entities merged."""

from collections.abc import Collection, Iterable, Sequence

import numpy as np

from huibao.annotation import Mention, Tag
from huibao.inference.bundle import Bundle
from huibao.inference.scores import BlockScores, Floats, log_softmax, sigmoid
from huibao.report import Block

_ALTERNATIVES = 2  # runners-up that are told, where they have at least 1 %
_NAMES = frozenset({"EVENT", "HONOR", "ORG", "LOC"})  # names that may hold a date or number inside
_DOCUMENTS = frozenset({"DOC_TITLE", "DOC_NO"})
_RULE_TYPES = frozenset({"DATE", "MONEY", "QUANT", "DOC_TITLE", "DOC_NO", "ETHNIC"})


def best_roles(
    blocks: Sequence[Block], scores: Sequence[BlockScores], bundle: Bundle
) -> list[tuple[Tag, tuple[Tag, ...]]]:
    """The role of each block with its runners-up, from the posterior over the whole report.

    Titles and signatures are `title_meta` by their kind; all other blocks see their neighbours through
    the bundle's transitions (forward-backward).
    """
    if not blocks:
        return []
    logits = np.array([score.role for score in scores], dtype=np.float32)
    emissions = log_softmax(logits / bundle.decisions.temperature)
    frame = bundle.roles.index("title_meta")
    for place, block in enumerate(blocks):
        if block.kind in ("title", "signature"):
            emissions[place] = np.where(np.arange(len(bundle.roles)) == frame, 0.0, -20.0)
    chances = posteriors(emissions, np.array(bundle.decisions.transitions, dtype=np.float32))
    return [_ranked(row, bundle.roles) for row in chances]


def posteriors(emissions: Floats, transitions: Floats) -> Floats:
    """Marginal probabilities of a chain; shapes (blocks, roles) and (roles, roles), all logs."""
    if not transitions.size:
        transitions = np.zeros((emissions.shape[1],) * 2, dtype=np.float32)
    forward, backward = np.zeros_like(emissions), np.zeros_like(emissions)
    forward[0] = emissions[0]
    for step in range(1, len(emissions)):
        forward[step] = emissions[step] + _log_sum(forward[step - 1][:, None] + transitions, 0)
    for step in range(len(emissions) - 2, -1, -1):
        backward[step] = _log_sum(
            transitions + (emissions[step + 1] + backward[step + 1])[None, :], 1
        )
    joint = forward + backward
    result: Floats = np.exp(joint - _log_sum(joint, 1)[:, None])
    return result


def above_threshold(
    scores: BlockScores, block: Block, bundle: Bundle, cued: Collection[str] = ()
) -> tuple[Tag, ...]:
    """The categories of a block whose calibrated probability reaches its threshold, best first.

    Args:
        scores: Of the block.
        block: The block.
        bundle: For the order of the categories, their curves and thresholds.
        cued: The categories of which a keyword stands in the block.
    """
    if block.kind == "signature":
        return ()
    chances = calibrated(scores.category, bundle, cued)
    tags = [
        Tag(bundle.categories[place], round(float(chances[place]), 4))
        for place in np.flatnonzero(chances >= bundle.thresholds)
    ]
    return tuple(sorted(tags, key=lambda tag: (-tag.score, tag.label)))


def calibrated(logits: Floats, bundle: Bundle, cued: Collection[str] = ()) -> Floats:
    """Category probabilities from logits and keywords; shape (categories,)."""
    slopes, offsets, of_keyword = bundle.curves
    raised = logits * slopes + offsets
    if cued:
        keywords = np.array([label in cued for label in bundle.categories], dtype=np.float32)
        raised = raised + keywords * of_keyword
    return sigmoid(raised)


def merged(
    by_rule: Iterable[Mention], by_model: Iterable[Mention], bundle: Bundle
) -> tuple[Mention, ...]:
    """One flat layer of entities from rules and model, sorted.

    Dates, amounts and documents come from rules, which know their values; the model brings the names.
    A number inside a name (第17个民族团结进步宣传月) belongs to the name.
    """
    least = bundle.decisions.entity_thresholds
    by_rule = tuple(by_rule)
    found = [mention for mention in by_model if mention.score >= least.get(mention.type, 0.5)]
    names = [
        mention
        for mention in found
        if mention.type in _NAMES
        and all(_gives_way(rule, mention) for rule in by_rule if _overlap(rule, mention))
    ]
    rules = [rule for rule in by_rule if not any(_overlap(rule, name) for name in names)]
    kept = list(rules)
    for mention in sorted(found, key=lambda mention: (-mention.score, mention.start)):
        if mention.type in _RULE_TYPES and mention.type not in least:
            continue
        if not any(_overlap(mention, other) for other in kept):
            kept.append(mention)
    return tuple(sorted(kept, key=lambda mention: mention.start))


def _gives_way(rule: Mention, name: Mention) -> bool:
    """Whether a rule's find is a mere part of a name; documents keep their own place."""
    same = (rule.start, rule.end) == (name.start, name.end)
    inside = name.start <= rule.start and rule.end <= name.end and not same
    return inside and rule.type not in _DOCUMENTS


def _overlap(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end


def _ranked(chances: Floats, roles: Sequence[str]) -> tuple[Tag, tuple[Tag, ...]]:
    order = np.argsort(-chances, kind="stable")[: 1 + _ALTERNATIVES]
    tags = [Tag(roles[index], round(min(1.0, float(chances[index])), 4)) for index in order]
    return tags[0], tuple(tag for tag in tags[1:] if tag.score >= 0.01)


def _log_sum(values: Floats, axis: int) -> Floats:
    top = values.max(axis=axis, keepdims=True)
    result: Floats = np.log(np.exp(values - top).sum(axis=axis)) + top.squeeze(axis)
    return result
