"""What lies on the desk as JSON: an item of a list, a block in its page, what is said of it."""

from collections import Counter
from collections.abc import Iterable, Set
from typing import Any

from huibao.decisions import Folded, Gold, ManyState, OneState, SpanState
from huibao.decisions.folding import State
from huibao.decisions.preview import MIN_GOLD
from huibao.label_changes.score_folding import COARSE
from huibao.labels import Label, LabelSet
from huibao.review.blocks import ReviewBlock, ReviewPage
from huibao.review.desk import DeskView
from huibao.review.model_answers import asked_sets, model_answer
from huibao.review.reasons import told
from huibao.review.work import Asked

Entries = dict[str, Any]


def item_entries(view: DeskView, asked: Asked) -> Entries:
    """A block of a list, with the reason why it is there."""
    block = view.blocks[asked.place]
    return {
        "id": block.id,
        "reason": asked.reason,
        "reason_text_zh": told(asked, "zh"),
        "reason_text_en": told(asked, "en"),
        "place": asked.place,
        "page": block.page,
        "report": block.report,
        "block": block.index,
        "set": asked.part,
        "blind": asked.blind,
    }


def whole_item(
    view: DeskView, asked: Asked, person: str, hidden: Set[str] = frozenset()
) -> Entries:
    """All that the page shows of a block; of a blind one neither the model's word nor others'.

    `hidden` are places that the person will judge blindly later: their roles are not told beforehand.
    """
    block = view.blocks[asked.place]
    sets, blind = asked_sets(block), {asked.place} if asked.blind else set()
    return {
        "item": item_entries(view, asked),
        "page": _page_entries(view, view.pages[block.page], person, hidden | blind),
        "block": {
            "place": block.place,
            "text": block.text,
            "text_sha": block.text_sha,
            "kind": block.kind,
            "heading_path": list(block.path),
        },
        "answers": {part: _answers(view, block, part, person, asked.blind) for part in sets},
        "label_set": {"version": view.history.number, "fingerprint": view.labels.fingerprint},
        "open_sets": [asked.part] if asked.part in sets else list(sets),
    }


def state_entries(state: State) -> Entries:
    """An answer under the label sets in force; `one_of` are the choices that a change left open."""
    if isinstance(state, OneState):
        waiting = [list(state.candidates)] if state.waiting else []
        return {"value": None if state.waiting else state.candidates[0], "one_of": waiting}
    if isinstance(state, ManyState):
        value = {"yes": sorted(state.yes), "no": sorted(state.no)}
        return {"value": value, "one_of": [sorted(group) for group in state.one_of]}
    return _span_entries(state)


def page_summaries(view: DeskView) -> list[Entries]:
    """The pages with how much of each is decided, those that a model has read first."""
    return [
        {
            "name": page.name,
            "title": page.title,
            "blocks": len(page.blocks),
            "decided": sum(_is_decided(view, block) for block in page.blocks),
            "model": page.model,
        }
        for page in view.pages.values()
    ]


def label_entries(view: DeskView) -> Entries:
    """All label sets with what the annotators are told of each label, retired ones at the end."""
    counts = gold_counts(view)
    return {
        "version": view.history.number,
        "fingerprint": view.labels.fingerprint,
        "sets": {part.id: _set_entries(part, counts) for part in view.labels},
    }


def gold_counts(view: DeskView) -> Counter[tuple[str, str]]:
    """How many blocks certainly have each label, by set and label."""
    return Counter(
        (part, label) for _, part, gold in view.standing.golds() for label in gold.state.labels
    )


def _page_entries(view: DeskView, page: ReviewPage, person: str, hidden: Set[str]) -> Entries:
    return {
        "name": page.name,
        "title": page.title,
        "blocks": [
            {
                "place": block.place,
                "index": block.index,
                "report": block.report,
                "kind": block.kind,
                "level": block.level,
                "text": block.text,
                "role": None if block.place in hidden else _role(view, block, person),
                "decided": _is_decided(view, block),
            }
            for block in page.blocks
        ],
    }


def _is_decided(view: DeskView, block: ReviewBlock) -> bool:
    gold = view.standing.gold(block.place, "roles")
    return gold is not None and not gold.state.waiting


def _role(view: DeskView, block: ReviewBlock, person: str) -> str | None:
    """The role to show of a block: one's own, else the one that counts, else the model's."""
    mine = view.standing.by(block.place, "roles", person)
    gold = view.standing.gold(block.place, "roles")
    for state in (mine.state if mine else None, gold.state if gold else None):
        if isinstance(state, OneState) and not state.waiting:
            return state.candidates[0]
    return block.said.role.label if block.said else None


def _answers(view: DeskView, block: ReviewBlock, part: str, person: str, blind: bool) -> Entries:
    standing = view.standing
    mine = standing.by(block.place, part, person)
    gold = None if blind else standing.gold(block.place, part)
    said = [] if blind else standing.of_people(block.place, part)
    open_ = gold.state if gold else mine.state if mine else None
    return {
        "model": None if blind else model_answer(block, part),
        "mine": _said_entries(mine) if mine else None,
        "others": [_said_entries(one) for one in said if one.decision.by != person],
        "gold": _gold_entries(gold) if gold else None,
        "waiting": _waiting(open_) or None,
    }


def _said_entries(said: Folded) -> Entries:
    decision = said.decision
    entries: Entries = {"by": decision.by, "at": decision.at, "kind": decision.kind}
    entries |= {"mode": decision.mode, "unsure": decision.unsure, "note": decision.note}
    return entries | state_entries(said.state)


def _gold_entries(gold: Gold) -> Entries:
    return {"basis": gold.basis, "disputed": gold.disputed, **state_entries(gold.state)}


def _waiting(state: State | None) -> list[str]:
    groups: Iterable[list[str]] = state_entries(state)["one_of"] if state else ()
    return list(dict.fromkeys(label for group in groups for label in group))


def _span_entries(state: SpanState) -> Entries:
    spans = [
        {"start": one.start, "end": one.end, "text": one.text, "label": COARSE.join(one.candidates)}
        for one in state.spans
    ]
    waiting = {one.candidates for one in state.spans if len(one.candidates) > 1}
    value = {"spans": spans, "judged": sorted(state.judged)}
    return {"value": value, "one_of": [list(one) for one in sorted(waiting)]}


def _set_entries(part: LabelSet, counts: Counter[tuple[str, str]]) -> Entries:
    labels = (*part.labels, *part.retired)
    return {
        "name": part.name,
        "kind": part.kind,
        "version": part.version,
        "about": part.about,
        "parents": [{"id": one.id, "code": one.code, "name": one.name} for one in part.groups],
        "labels": [_label_entries(label, counts[part.id, label.id]) for label in labels],
    }


def _label_entries(label: Label, count: int) -> Entries:
    return {
        "id": label.id,
        "name": label.name,
        "key": None,
        "color": None,
        "code": label.code,
        "parent": label.parent,
        "status": "retired" if label.retired else "active",
        "since": label.since,
        "definition": label.definition,
        "use_when": [*label.positive],
        "not_when": [*label.negative],
        "inside": list(label.inside),
        "outside": list(label.outside),
        "rulings": list(label.rulings),
        "examples": [{"text": one.text, "why": one.why} for one in label.examples],
        "counterexamples": [
            {"text": one.text, "why": one.why, "instead": one.instead}
            for one in label.counterexamples
        ],
        "confused_with": [{"id": other, "rule": rule} for other, rule in label.neighbours.items()],
        "count": count,
        "min_gold": MIN_GOLD,
    }
