"""Our own JSON lines: stored decisions one a line, each with its text, to be taken over elsewhere."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from huibao.decisions import Decision, Folding, decision_of, entries_of, text_key
from huibao.errors import LabelError
from huibao.exchange.answers import fingerprint_at
from huibao.exchange.blocks import KnownBlocks
from huibao.exchange.importing import ImportPlan
from huibao.label_changes import History

_FINGERPRINT, _TEXT = "fingerprint", "text"


def own_lines(
    decisions: Iterable[Decision], blocks: KnownBlocks, history: History, fingerprint: str
) -> Iterator[dict[str, Any]]:
    """Decisions as they were made, with the fingerprint of their label sets and the block's text.

    A file of these lines may also lie among the decisions of a label folder as it is.
    """
    for one in decisions:
        told = {_FINGERPRINT: fingerprint_at(history, one.version, fingerprint)}
        text = blocks.texts.get(one.place, "")
        if text_key(text) == one.text_sha:
            told[_TEXT] = text
        yield entries_of(one) | told


def own_plan(
    lines: Sequence[Mapping[str, Any]],
    blocks: KnownBlocks,
    history: History,
    fingerprint: str,
    stored: Iterable[Decision],
) -> ImportPlan:
    """What taking such a file over would do; a decision keeps everything but, if need be, its place."""
    plan, folding = ImportPlan(records=len(lines)), Folding(history)
    known = {one.id for one in stored}
    for number, line in enumerate(lines, 1):
        try:
            one = _checked(line, blocks, folding, fingerprint)
        except LabelError as error:
            plan.refused.append(f"line {number}: {error}")
            continue
        plan.people.add(one.by)
        if one.id in known:
            plan.known += 1
        else:
            plan.decisions.append(one)
            known.add(one.id)
    return plan


def _checked(
    line: Mapping[str, Any], blocks: KnownBlocks, folding: Folding, fingerprint: str
) -> Decision:
    one = decision_of(line)
    history = folding.history
    if not 0 <= one.version <= history.number:
        raise LabelError(f"version {one.version} is unknown, the last is {history.number}")
    told = line.get(_FINGERPRINT)
    if told not in (None, fingerprint_at(history, one.version, fingerprint)):
        raise LabelError(
            f"it was made with label sets {told}, which are not those after change {one.version}"
        )
    text = line.get(_TEXT)
    if isinstance(text, str):
        if text_key(text) != one.text_sha:
            raise LabelError(f"the text is not the one that was decided on ({one.text_sha})")
        one = replace(one, place=blocks.place_of(one.place, text))
    if one.value is not None:
        folding.folded(one)
    return one
