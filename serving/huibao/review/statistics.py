"""The figures of a desk as JSON: how many of each label, how far people agree, the model with them."""

from collections import Counter, defaultdict
from typing import Any

from huibao.review.agreement import LabelAgreement, SetAgreement, agreement
from huibao.review.desk import DeskView
from huibao.review.model_record import corrections_by_label, corrections_by_week
from huibao.review.views import gold_counts

Entries = dict[str, Any]


def statistics(view: DeskView) -> Entries:
    """All figures; those of fewer than 30 pairs are left out and say so."""
    return {
        "labels": _label_counts(view),
        "agreement": {one.part: agreement_entries(view, one) for one in agreement(view)},
        "model_over_time": [
            {"week": week, "set": part, "mode": mode, "n": one.n, "corrected_share": one.share}
            for (week, part, mode), one in corrections_by_week(view.standing.decisions()).items()
        ],
        "progress": _progress(view),
    }


def agreement_entries(view: DeskView, found: SetAgreement) -> Entries:
    """The agreement in one set, with example blocks of the labels that are confused most.

    Entities have their figures under `spans`, the other sets under `labels`.
    """
    rows = {row.label: _row(row) for row in found.rows}
    spans = {label: row for label, row in rows.items() if found.part == "entities"}
    return {
        "pairs": found.pairs,
        "labels": [{"id": label, **row} for label, row in rows.items() if label not in spans],
        "spans": spans,
        "confused": [
            {
                "a": one.one,
                "b": one.other,
                "n": one.n,
                "rule": one.rule,
                "examples": [view.blocks[place].text for place in one.places],
                "items": [view.blocks[place].id for place in one.places],
            }
            for one in found.confused
        ],
    }


def _row(row: LabelAgreement) -> Entries:
    if row.too_few:
        return {"n": row.n, "too_few": True}
    figures = {
        "agree_share": row.share,
        "kappa": row.kappa,
        "alpha": row.alpha,
        "strict": row.strict,
        "partial": row.partial,
    }
    told = {name: round(value, 4) for name, value in figures.items() if value is not None}
    return {"n": row.n, **told}


def _label_counts(view: DeskView) -> list[Entries]:
    counts, corrected = gold_counts(view), corrections_by_label(view.standing.decisions())
    people: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for part, folded in view.standing.said():
        for label in folded.state.labels:
            people[part, label][folded.decision.by] += 1
    found = []
    for key in ((one.id, label.id) for one in view.labels for label in one):
        compared = corrected.get(key)
        found.append(
            {
                "set": key[0],
                "id": key[1],
                "count": counts[key],
                "people": dict(people[key]),
                "judged": compared.n if compared else 0,
                "corrected_share": compared.share if compared else None,
            }
        )
    return found


def _progress(view: DeskView) -> Entries:
    saved = Counter(folded.decision.by for _, folded in view.standing.said())
    read = [block for block in view.blocks.values() if block.said is not None and not block.repeats]
    decided = sum(view.standing.gold(block.place, "roles") is not None for block in read)
    return {
        "blocks": len(read),
        "decided": decided,
        "pages": sum(bool(page.model) for page in view.pages.values()),
        "people": dict(saved),
    }
