"""Why a change of a label set is not made: one sentence each, before anything is written."""

from collections.abc import Iterable, Iterator

from huibao.errors import LabelError
from huibao.label_changes.change import Proposal
from huibao.label_changes.history import History
from huibao.labels import LabelSet, LabelSets

# Ids that the program itself gives, by rule and to page furniture, or withholds for privacy.
_USED_BY_PROGRAM = {
    "roles": frozenset({"title_meta", "opening", "work_done", "boilerplate"}),
    "entities": frozenset({"DATE", "MONEY", "QUANT", "DOC_TITLE", "DOC_NO", "ETHNIC", "PERSON"}),
}
# Ids that the program looks for in what a model says; a report loses what hangs on them.
READ_BY_PROGRAM = {
    "roles": frozenset({"results", "problems", "plan", "request", "directive", "closing"}),
    "entities": frozenset({"ORG", "LOC", "EVENT", "HONOR"}),
}


def refuse_unfit(proposal: Proposal, sets: LabelSets, history: History) -> None:
    """Returns when a proposal may be made of the label sets as they stand.

    Raises:
        LabelError: the first reason why not.
    """
    part = next(part for part in sets if part.id == proposal.set)
    for reason in _reasons(proposal, part, sets, history):
        raise LabelError(f"{proposal.op} in {part.id} is refused: {reason}")


def _reasons(
    proposal: Proposal, part: LabelSet, sets: LabelSets, history: History
) -> Iterator[str]:
    if proposal.from_version != part.version:
        yield (
            f"it was made against version {proposal.from_version}, "
            f"the set is now {part.version}: look at the set again"
        )
    for label in (*proposal.ids, *proposal.into, *proposal.may_take_from):
        yield from _unusable(label, part, sets)
    yield from _new_label_reasons(proposal, part, history)
    if proposal.op == "merge":
        yield from _merge_reasons(proposal)
    if proposal.op == "split" and len(proposal.entries) < 2:
        yield f"{proposal.ids[0]} needs at least two parts, there is {len(proposal.entries)}"
    if proposal.op == "retire":
        yield from _retire_reasons(proposal, part)
    if proposal.op in ("merge", "split", "retire"):
        for label in proposal.ids:
            if label not in proposal.into and label in _USED_BY_PROGRAM.get(part.id, ()):
                yield f"{label} is given or withheld by the program itself and cannot leave the set"
    if proposal.op in ("rename", "redefine", "move"):
        yield from _unchanged(proposal, part)


def _unusable(label: str, part: LabelSet, sets: LabelSets) -> Iterator[str]:
    if label in part:
        return
    if any(known.id == label for known in part.retired):
        yield f"{label} is retired"
    elif other := next((known.id for known in sets if label in known), None):
        yield f"{label} belongs to {other}, labels of two sets answer different questions"
    else:
        yield f"there is no label {label}"


def _new_label_reasons(proposal: Proposal, part: LabelSet, history: History) -> Iterator[str]:
    used = history.used_ids(part.id) | {label.id for label in part.retired}
    ids = [str(entry["id"]) for entry in proposal.entries]
    for label in ids:
        if label in used:
            yield f"the id {label} was used before, an id is never given a second meaning"
    if twice := _twice(ids):
        yield f"the id {twice} stands twice"
    leaving = set(proposal.ids) if proposal.op in ("merge", "split") else set()
    taken = {label.name: label.id for label in part if label.id not in leaving}
    names = [str(entry["name"]) for entry in proposal.entries]
    if proposal.op == "rename":
        names = [proposal.values["name"]]
        taken = {name: label for name, label in taken.items() if label != proposal.ids[0]}
    for name in names:
        if name in taken:
            yield f"the name {name} is taken by {taken[name]}: is a merge meant?"
    if twice := _twice(names):
        yield f"the name {twice} stands twice"


def _merge_reasons(proposal: Proposal) -> Iterator[str]:
    if label := _twice(proposal.ids):
        yield f"{label} stands twice"
    if len(proposal.into) + len(proposal.entries) != 1:
        yield "it must lead into exactly one label"
    if set(proposal.ids) <= set(proposal.into):
        yield f"{proposal.ids[0]} cannot be merged into itself"
    if len({*proposal.ids, *proposal.into}) < 2:
        yield "it needs at least two labels"


def _retire_reasons(proposal: Proposal, part: LabelSet) -> Iterator[str]:
    if proposal.into and part.kind != "one":
        yield (
            f"a block may have several {part.id}, so the label is dropped where it stands; "
            "to move its examples write a merge"
        )
    if proposal.into == proposal.ids:
        yield f"{proposal.ids[0]} cannot be retired to itself"
    if len(part) - len(proposal.ids) < 1:
        yield "it is the last label of the set"


def _unchanged(proposal: Proposal, part: LabelSet) -> Iterator[str]:
    label = part[proposal.ids[0]]
    if all(getattr(label, key) == value for key, value in proposal.values.items()):
        yield f"{label.id} has that {' and '.join(proposal.values)} already"


def _twice(values: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None
