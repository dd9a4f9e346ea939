"""What people decided, stored once as they said it, and read as the label sets now have it."""

from huibao.decisions.corpus import corpus_decisions
from huibao.decisions.decision import (
    Decision,
    ManyValue,
    MarkedSpan,
    SpanValue,
    Value,
    decision_of,
    entries_of,
    text_key,
    value_entries,
    value_of,
)
from huibao.decisions.folding import Folded, Folding, newest
from huibao.decisions.gold import OF_PEOPLE, Gold, gold_among, gold_of, same_answer
from huibao.decisions.preview import Preview, preview_of
from huibao.decisions.states import ManyState, OneState, SpanState
from huibao.decisions.store import DecisionStore, read_decisions

__all__ = [
    "OF_PEOPLE",
    "Decision",
    "DecisionStore",
    "Folded",
    "Folding",
    "Gold",
    "ManyState",
    "ManyValue",
    "MarkedSpan",
    "OneState",
    "Preview",
    "SpanState",
    "SpanValue",
    "Value",
    "corpus_decisions",
    "decision_of",
    "entries_of",
    "gold_among",
    "gold_of",
    "newest",
    "preview_of",
    "read_decisions",
    "same_answer",
    "text_key",
    "value_entries",
    "value_of",
]
