"""Decided blocks for spaCy: what people said as entities, categories and spans, and back."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from spacy.tokens import Doc, DocBin, Span
from spacy.util import filter_spans
from spacy.vocab import Vocab

from huibao.decisions import ManyState, OneState, SpanState
from huibao.decisions.folding import State
from huibao.decisions.states import FoldedSpan
from huibao.exchange.answers import BlockAnswers
from huibao.exchange.record import STAMP, stamp_of
from huibao.label_changes.score_folding import COARSE
from huibao.labels import LabelSets

_KEY = "huibao"
_SPANS = "entities"


def write_docbin(answers: Iterable[BlockAnswers], sets: LabelSets, path: Path) -> int:
    """Writes the judged blocks as a `.spacy` file, which `spacy train` reads; returns their number."""
    vocab = Vocab()
    docs = [answer_doc(one, sets, vocab) for one in answers if one.states]
    path.parent.mkdir(parents=True, exist_ok=True)
    DocBin(attrs=["ENT_IOB", "ENT_TYPE"], docs=docs, store_user_data=True).to_disk(path)
    return len(docs)


def read_docbin(path: Path) -> Iterator[BlockAnswers]:
    """The blocks of such a file with what was said of them, nothing lost."""
    for doc in DocBin().from_disk(path).get_docs(Vocab()):
        told = doc.user_data[_KEY]
        stamp = stamp_of(told)
        assert stamp is not None
        states = {part: _state(doc, said) for part, said in told["states"].items()}
        yield BlockAnswers(told["place"], doc.text, tuple(told["path"]), stamp, states)


def answer_doc(answers: BlockAnswers, sets: LabelSets, vocab: Vocab) -> Doc:
    """A document, a token a character, so that any span fits.

    `ents` are the entities, of which types that nobody looked for are missing, not absent; `cats` has
    1.0 and 0.0 for what was judged and nothing for what was not. Entities whose type waits for a
    decision stand in `spans["entities"]` alone, as `one|other`.
    """
    doc = Doc(vocab, words=list(answers.text), spaces=[False] * len(answers.text))
    for part, state in answers.states.items():
        if isinstance(state, SpanState):
            _set_entities(doc, state, set(sets.entities.ids))
        elif isinstance(state, ManyState):
            doc.cats |= dict.fromkeys(state.no, 0.0) | dict.fromkeys(state.yes, 1.0)
        elif not state.waiting:
            others = next(one for one in sets if one.id == part).ids
            doc.cats |= dict.fromkeys(others, 0.0) | {state.candidates[0]: 1.0}
    doc.user_data[_KEY] = {
        "place": answers.place,
        "path": list(answers.path),
        STAMP: answers.stamp.entries(),
        "states": {part: _told(state) for part, state in answers.states.items()},
    }
    return doc


def _set_entities(doc: Doc, state: SpanState, in_force: set[str]) -> None:
    spans = [
        Span(doc, one.start, one.end, label=COARSE.join(one.candidates)) for one in state.spans
    ]
    certain = [span for span in spans if COARSE not in span.label_]
    doc.spans[_SPANS] = spans
    doc.set_ents(
        filter_spans(certain), default="outside" if in_force <= state.judged else "missing"
    )


def _told(state: State) -> dict[str, Any]:
    """What of a state spaCy has no place for."""
    if isinstance(state, OneState):
        return {"candidates": list(state.candidates)}
    if isinstance(state, ManyState):
        judged = sorted(state.yes | state.no)
        return {"judged": judged, "one_of": [sorted(group) for group in state.one_of]}
    return {"looked_for": sorted(state.judged)}


def _state(doc: Doc, told: Mapping[str, Any]) -> State:
    if "candidates" in told:
        return OneState(tuple(told["candidates"]))
    if "judged" in told:
        yes = frozenset(label for label in told["judged"] if doc.cats[label] == 1.0)
        groups = tuple(map(frozenset, told["one_of"]))
        return ManyState(yes, frozenset(told["judged"]) - yes, groups)
    spans = (
        FoldedSpan(one.start, one.end, one.text, tuple(one.label_.split(COARSE)))
        for one in doc.spans[_SPANS]
    )
    return SpanState(tuple(spans), frozenset(told["looked_for"]))
