"""Out-of-fold scores to the numbers of a bundle: temperature, transitions, thresholds."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from huibao.annotation import Mention
from huibao.inference.bundle import Decisions
from huibao.inference.cues import categories_by_cue
from huibao.inference.decoding import posteriors
from huibao.inference.scores import BlockScores, log_softmax, sigmoid
from huibao.inference.tagging import spans_of
from huibao.label_files import load_label_sets
from huibao.labels import LabelSets
from huibao_training.batches import Targets
from huibao_training.examples import Example
from huibao_training.reliability import Array, binned_error, calibration_error

OWN_THRESHOLD = 30  # positives a category needs for a threshold that is mostly its own
_GRID = np.round(np.arange(0.10, 0.91, 0.02), 2)
_ENTITY_GRID = np.round(np.arange(0.30, 0.96, 0.05), 2)


@dataclass(frozen=True, slots=True)
class Judged:
    """An example with what a model that never saw its report says of it."""

    example: Example
    scores: BlockScores


def decisions_of(
    judged: Sequence[Judged],
    targets: Targets,
    *,
    model_types: Sequence[str],
    labels: LabelSets | None = None,
) -> tuple[Decisions, dict[str, float]]:
    """Fits all decision numbers; also returns the calibration errors before and after.

    `labels` have the keywords of the categories; None are the shipped ones.
    """
    with_role = [one for one in judged if one.example.role is not None]
    logits = np.array([one.scores.role for one in with_role], dtype=np.float64)
    truth = np.array([targets.roles.index(one.example.role or "") for one in with_role])
    temperature = best_temperature(logits, truth)
    transitions = best_transitions(with_role, targets, temperature)
    counted = [one for one in with_role if one.example.kind in ("paragraph", "item")]
    calibration, thresholds, errors = _category_numbers(
        counted, targets, labels or load_label_sets()
    )
    before = calibration_error(_softmax(logits), truth)
    after = calibration_error(_softmax(logits / temperature), truth)
    errors |= {"role_ece_before": before, "role_ece_after": after}
    entities = {kind: _entity_threshold(judged, targets, kind) for kind in model_types}
    decisions = Decisions(
        temperature=round(temperature, 3),
        transitions=tuple(tuple(round(float(cell), 3) for cell in row) for row in transitions),
        calibration=calibration,
        thresholds=thresholds,
        entity_thresholds=entities,
    )
    return decisions, {name: round(value, 4) for name, value in errors.items()}


def best_temperature(logits: Array, truth: npt.NDArray[np.int64]) -> float:
    """The temperature with the lowest negative log-likelihood.

    Source: Guo et al. 2017, On Calibration of Modern Neural Networks.
    """

    def loss(temperature: float) -> float:
        chances = _softmax(logits / temperature)
        return float(-np.log(chances[np.arange(len(truth)), truth] + 1e-12).mean())

    return min((float(value) for value in np.arange(0.5, 3.01, 0.05)), key=loss)


def best_transitions(judged: Sequence[Judged], targets: Targets, temperature: float) -> Array:
    """Log-odds of one role following another, scaled by the weight that decodes best."""
    counts = np.ones((len(targets.roles),) * 2)
    chains = _chains(judged)
    for chain in chains:
        roles = [targets.roles.index(one.example.role or "") for one in chain]
        for before, after in itertools.pairwise(roles):
            counts[before, after] += 1
    follow = counts / counts.sum(axis=1, keepdims=True)
    odds = np.log(follow) - np.log(counts.sum(axis=0) / counts.sum())[None, :]

    def accuracy(weight: float) -> float:
        right = total = 0
        for chain in chains:
            emissions = np.array([log_softmax(one.scores.role / temperature) for one in chain])
            best = posteriors(emissions, (weight * odds).astype(np.float32)).argmax(axis=1)
            right += sum(
                targets.roles[int(role)] == one.example.role
                for role, one in zip(best, chain, strict=True)
            )
            total += len(chain)
        return right / max(1, total)

    weights = (0.0, 0.15, 0.3, 0.45, 0.6, 0.8, 1.0)
    result: Array = max(weights, key=lambda weight: (round(accuracy(weight), 4), -weight)) * odds
    return result


def platt(
    logits: Array, truth: npt.NDArray[np.bool_], cued: npt.NDArray[np.bool_] | None = None
) -> tuple[float, float, float]:
    """Slope, offset and weight of a keyword of the logistic curve through a label's logits.

    Args:
        logits: Of one label, shape (blocks,).
        truth: Whether the label is right, same shape.
        cued: Whether a keyword of the label stands in the block; None leaves keywords out.

    Source: Platt 1999; targets smoothed as there, Newton steps.
    """
    positives = int(truth.sum())
    high, low = (positives + 1) / (positives + 2), 1 / (len(truth) - positives + 2)
    goal = np.where(truth, high, low)
    keyword = np.zeros(len(logits)) if cued is None else cued.astype(np.float64)
    told = np.stack([logits, np.ones(len(logits)), keyword], axis=1)

    def loss(weights: Array) -> float:
        curve = told @ weights
        return float((np.logaddexp(0, curve) - goal * curve).sum() + 5e-4 * weights @ weights)

    weights = np.array([1.0, 0.0, 0.0])
    for _ in range(100):
        chance = 1 / (1 + np.exp(-np.clip(told @ weights, -60, 60)))
        spread = np.maximum(chance * (1 - chance), 1e-9)
        hessian = (told * spread[:, None]).T @ told + 1e-3 * np.eye(3)
        step = np.linalg.solve(hessian, told.T @ (chance - goal) + 1e-3 * weights)
        while loss(weights - step) > loss(weights) and np.abs(step).max() > 1e-7:
            step = step / 2
        weights = weights - step
        if np.abs(step).max() < 1e-6:
            break
    return float(weights[0]), float(weights[1]), float(weights[2])


def _category_numbers(
    judged: Sequence[Judged], targets: Targets, labels: LabelSets
) -> tuple[dict[str, tuple[float, float, float]], dict[str, float], dict[str, float]]:
    """Curves of the categories, thresholds shrunk toward the common one, and calibration errors."""
    logits = np.array([one.scores.category for one in judged], dtype=np.float64)
    truth = _table([one.example.categories or () for one in judged], targets)
    known = ~_table([one.example.unjudged for one in judged], targets)
    cued = _table([categories_by_cue(one.example.text, labels) for one in judged], targets)
    curves = {
        label: platt(*(table[known[:, place], place] for table in (logits, truth, cued)))
        for place, label in enumerate(targets.categories)
        if truth[:, place].sum() >= OWN_THRESHOLD
    }
    told = np.array([curves.get(label, (1.0, 0.0, 0.0)) for label in targets.categories]).T
    curve = logits * told[0] + told[1] + cued * told[2]
    chances = sigmoid(curve.astype(np.float32)).astype(np.float64)
    common = max(_GRID, key=lambda cut: _f1((chances >= cut) & known, truth))
    thresholds = {}
    for place, label in enumerate(targets.categories):
        support = int(truth[:, place].sum())
        own = max(
            _GRID,
            key=lambda cut: _f1((chances[:, place] >= cut) & known[:, place], truth[:, place]),
        )
        mixed = (support * own + OWN_THRESHOLD * common) / (support + OWN_THRESHOLD)
        thresholds[label] = round(float(mixed), 3)
    raw = sigmoid(logits.astype(np.float32)).astype(np.float64)
    errors = {
        "category_ece_before": binned_error(raw[known], truth[known]),
        "category_ece_after": binned_error(chances[known], truth[known]),
        "category_f1_before": _f1((raw >= 0.5) & known, truth),
        "category_f1_after": _f1(
            (chances >= [thresholds[name] for name in targets.categories]) & known, truth
        ),
    }
    rounded = {
        label: (round(slope, 4), round(offset, 4), round(keyword, 4))
        for label, (slope, offset, keyword) in curves.items()
    }
    return rounded, thresholds, errors


def _table(rows: Sequence[Sequence[str]], targets: Targets) -> npt.NDArray[np.bool_]:
    """Which categories each row has; shape (rows, categories)."""
    return np.array(
        [[label in row for label in targets.categories] for row in rows], dtype=np.bool_
    )


def _entity_threshold(judged: Sequence[Judged], targets: Targets, kind: str) -> float:
    """The least mean probability of a span of this type, by strict F1."""
    sayings: list[tuple[float, bool]] = []
    support = 0
    for one in judged:
        if kind not in one.example.types:
            continue
        gold = {(start, end) for start, end, label in one.example.entities if label == kind}
        support += len(gold)
        for mention in _mentions(one, targets):
            if mention.type == kind:
                sayings.append((mention.score, (mention.start, mention.end) in gold))

    def f1(cut: float) -> float:
        kept = [right for score, right in sayings if score >= cut]
        return 2 * sum(kept) / max(1, len(kept) + support)

    return float(max(_ENTITY_GRID, key=f1)) if support else 0.5


def _mentions(one: Judged, targets: Targets) -> tuple[Mention, ...]:
    return spans_of([one.scores], targets.types)[0]


def _chains(judged: Sequence[Judged]) -> list[list[Judged]]:
    """The blocks of each whole report in order; furniture and scattered paragraphs form no chain."""
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        if one.example.whole_report:
            groups.setdefault(one.example.group, []).append(one)
    return list(groups.values())


def _softmax(logits: Array) -> Array:
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    result: Array = shifted / shifted.sum(axis=-1, keepdims=True)
    return result


def _f1(said: npt.NDArray[np.bool_], truth: npt.NDArray[np.bool_]) -> float:
    return float(2 * (said & truth).sum() / max(1, said.sum() + truth.sum()))
