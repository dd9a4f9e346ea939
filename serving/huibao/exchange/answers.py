"""What counts of the decisions on each block, as it was under a version of the label sets."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from huibao.decisions import Decision, gold_of
from huibao.decisions.folding import State
from huibao.errors import LabelError
from huibao.exchange.record import ASKED, Stamp
from huibao.label_changes import History
from huibao.review.blocks import ReviewBlock


@dataclass(frozen=True, slots=True)
class BlockAnswers:
    """A block with the answers that count.

    Args:
        place: Its lasting name.
        text: The source text; offsets count its code points.
        path: The headings above it, the outermost first.
        stamp: Under which label sets it is sent out.
        states: The answers by label set; sets that nobody judged are missing.
    """

    place: str
    text: str
    path: tuple[str, ...]
    stamp: Stamp
    states: Mapping[str, State]

    @property
    def where(self) -> str:
        """Page and headings, for the eye."""
        return " › ".join((self.place.rpartition("@")[0], *self.path))


def asked_sets(sets: Sequence[str] | None) -> tuple[str, ...]:
    """The label sets to ask about, in our order; None is all that a block can answer.

    Raises:
        LabelError: a name is none of them.
    """
    if sets is None:
        return ASKED
    if unknown := set(sets) - set(ASKED):
        raise LabelError(f"set {min(unknown)!r}, expected one of {', '.join(ASKED)}")
    return tuple(part for part in ASKED if part in sets)


def fingerprint_at(history: History, number: int, last: str) -> str:
    """The fingerprint of the label sets after change `number`; `last` is that of those in force."""
    return last if number == history.number else history.changes[number].fingerprint_before


def made_until(decisions: Iterable[Decision], number: int) -> list[Decision]:
    """The decisions made under change `number` or before it: later ones cannot be read backwards."""
    return [one for one in decisions if one.version <= number]


def answered_blocks(
    blocks: Iterable[ReviewBlock], decisions: Iterable[Decision], history: History, stamp: Stamp
) -> Iterator[BlockAnswers]:
    """Every block with the answers that count for it, those without any too."""
    gold: dict[tuple[str, str], dict[str, State]] = {}
    for one in gold_of(decisions, history):
        if one.set in stamp.sets:
            gold.setdefault((one.place, one.text_sha), {})[one.set] = one.state
    for block in blocks:
        states = gold.get((block.place, block.text_sha), {})
        yield BlockAnswers(block.place, block.text, block.path, stamp, states)
