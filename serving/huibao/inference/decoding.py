"""Scores to labels: roles over the whole report, categories above their thresholds, entities merged."""

from collections.abc import Collection, Iterable, Sequence
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from huibao.annotation import Mention, Tag
from huibao.inference.bundle import Bundle
from huibao.inference.scores import BlockScores, Floats, log_softmax, sigmoid
from huibao.report import Block

Ranked = tuple[Tag, tuple[Tag, ...]]
_Doubles = npt.NDArray[np.float64]

_UNSCALED = 8  # steps of a chain in which no product becomes too small for a double
_ALTERNATIVES = 2  # runners-up that are told, where they have at least 1 %
_NAMES = frozenset({"EVENT", "HONOR", "ORG", "LOC"})  # names that may hold a date or number inside
_DOCUMENTS = frozenset({"DOC_TITLE", "DOC_NO"})
_RULE_TYPES = frozenset({"DATE", "MONEY", "QUANT", "DOC_TITLE", "DOC_NO", "ETHNIC"})


def best_roles(
    blocks: Sequence[Block], scores: Sequence[BlockScores], bundle: Bundle
) -> list[Ranked]:
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
    order = np.argsort(-chances, axis=1, kind="stable")[:, : 1 + _ALTERNATIVES]
    pairs = zip(order.tolist(), chances.tolist(), strict=True)
    return [_ranked(*pair, bundle.roles) for pair in pairs]


def posteriors(emissions: Floats, transitions: Floats) -> Floats:
    """Marginal probabilities of a chain, by forward-backward, scaled to a sum of one now and then.

    Shapes (blocks, roles) and (roles, roles), both logs.

    Source: Rabiner, A tutorial on hidden Markov models, 1989, section V A.
    """
    if not transitions.size:
        transitions = np.zeros((emissions.shape[1],) * 2, dtype=np.float32)
    odds = np.exp(transitions.astype(np.float64))
    seen = np.exp((emissions - emissions.max(axis=1, keepdims=True)).astype(np.float64))
    joint = seen * _told_before(seen, odds) * _told_before(seen[::-1], odds.T.copy())[::-1]
    result: Floats = (joint / joint.sum(axis=1, keepdims=True)).astype(np.float32)
    return result


def _told_before(seen: _Doubles, odds: _Doubles) -> _Doubles:
    """What the steps before each one say of it, up to a factor: shape (steps, states)."""
    told = [np.ones(len(odds))]
    for step, one in enumerate(seen[:-1]):
        state = np.dot(told[-1] * one, odds)
        told.append(state if step % _UNSCALED else state / state.sum())
    steps: _Doubles = np.array(told)
    return steps


def above_threshold(
    blocks: Sequence[Block],
    scores: Sequence[BlockScores],
    bundle: Bundle,
    cued: Sequence[Collection[str]],
) -> list[tuple[Tag, ...]]:
    """The categories of each block whose calibrated probability reaches their threshold, best first.

    Args:
        blocks: The blocks; signatures have no category.
        scores: Of each block.
        bundle: For the order of the categories, their curves and thresholds.
        cued: The categories of which a keyword stands in the block, for each block.
    """
    found: list[list[Tag]] = [[] for _ in blocks]
    if not blocks:
        return []
    keywords = np.array([[label in told for label in bundle.categories] for told in cued])
    chances = calibrated(np.array([score.category for score in scores]), bundle, keywords)
    for place, label in np.argwhere(chances >= bundle.thresholds).tolist():
        if blocks[place].kind != "signature":
            chance = round(float(chances[place, label]), 4)
            found[place].append(Tag(bundle.categories[label], chance))
    return [tuple(sorted(tags, key=lambda tag: (-tag.score, tag.label))) for tags in found]


def calibrated(logits: Floats, bundle: Bundle, keywords: npt.NDArray[np.bool_]) -> Floats:
    """Category probabilities from logits and whether a keyword is told; shapes (…, categories)."""
    slopes, offsets, of_keyword = bundle.curves
    return sigmoid(logits * slopes + offsets + keywords.astype(np.float32) * of_keyword)


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
        and all(_gives_way(rule, mention) for rule in _overlapping(mention, by_rule))
    ]
    kept = [rule for rule in by_rule if not _overlapping(rule, names)]
    found.sort(key=lambda mention: (-mention.score, mention.start))
    for mention in found:
        if mention.type in _RULE_TYPES and mention.type not in least:
            continue
        if not _overlapping(mention, kept):
            kept.append(mention)
    return tuple(sorted(kept, key=attrgetter("start")))


def _gives_way(rule: Mention, name: Mention) -> bool:
    """Whether a rule's find is a mere part of a name; documents keep their own place."""
    same = (rule.start, rule.end) == (name.start, name.end)
    inside = name.start <= rule.start and rule.end <= name.end and not same
    return inside and rule.type not in _DOCUMENTS


def _overlapping(one: Mention, others: Iterable[Mention]) -> list[Mention]:
    start, end = one.start, one.end
    return [other for other in others if start < other.end and other.start < end]


def _ranked(order: Sequence[int], chances: Sequence[float], roles: Sequence[str]) -> Ranked:
    tags = [Tag(roles[index], round(min(1.0, chances[index]), 4)) for index in order]
    return tags[0], tuple(tag for tag in tags[1:] if tag.score >= 0.01)
