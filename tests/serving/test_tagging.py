"""BIOES tags to spans: only legal sequences, and the best of them."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.annotation import Mention
from huibao.inference import tagging
from huibao.inference.scores import BlockScores, log_softmax
from huibao.inference.tagging import best_paths, spans_of, tags_of

TYPES = ("ORG", "LOC")
TAGS = tags_of(TYPES)


def block_scores(*tags: str | dict[str, float], masks: bool = False) -> BlockScores:
    logits = np.zeros((len(tags), len(TAGS)), dtype=np.float32)
    for place, wanted in enumerate(tags):
        for tag, score in ({wanted: 9.0} if isinstance(wanted, str) else wanted).items():
            logits[place, TAGS.index(tag)] = score
    width = 3 if masks else 1
    starts = tuple(width * place for place in range(len(tags)))
    none = np.zeros(0, dtype=np.float32)
    return BlockScores(none, none, logits, starts, tuple(start + width for start in starts))


def spans(scores: BlockScores) -> tuple[Mention, ...]:
    (found,) = spans_of([scores], TYPES)
    return found


def is_legal(path: list[str]) -> bool:
    opened = None
    for tag in path:
        if (tag[0] in "IE") != (opened is not None) or (opened and tag[2:] != opened):
            return False
        opened = tag[2:] if tag[0] in "BI" else None
    return opened is None


def test_the_tags_are_in_the_order_of_the_output() -> None:
    assert TAGS == ("O", "B-ORG", "I-ORG", "E-ORG", "S-ORG", "B-LOC", "I-LOC", "E-LOC", "S-LOC")


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (("B-ORG", "I-ORG", "E-ORG"), [("ORG", 0, 3)]),
        (("O", "S-LOC", "O"), [("LOC", 1, 2)]),
        (("B-ORG", "E-ORG", "S-LOC"), [("ORG", 0, 2), ("LOC", 2, 3)]),
        (("B-ORG", "E-ORG", "B-ORG", "E-ORG"), [("ORG", 0, 2), ("ORG", 2, 4)]),
        (("O", "O"), []),
        ((), []),
    ],
)
def test_tags_become_spans(tags: tuple[str, ...], expected: list[tuple[str, int, int]]) -> None:
    found = [(one.type, one.start, one.end) for one in spans(block_scores(*tags))]
    assert found == expected


def test_a_token_may_be_longer_than_a_character() -> None:
    (mention,) = spans(block_scores("B-LOC", "E-LOC", "O", masks=True))
    assert (mention.start, mention.end) == (0, 6)


def test_an_end_that_is_wrongly_named_follows_its_begin() -> None:
    scores = block_scores("B-ORG", {"E-LOC": 9.0, "E-ORG": 8.0})
    assert [(one.type, one.start, one.end) for one in spans(scores)] == [("ORG", 0, 2)]


def test_a_span_has_the_mean_probability_of_its_tags() -> None:
    sure, unsure = block_scores("B-ORG", "E-ORG"), block_scores("B-ORG", {"E-ORG": 3.0})
    assert spans(sure)[0].score > 0.99
    assert 0.8 < spans(unsure)[0].score < 0.95


LOGITS = st.lists(
    st.lists(st.floats(-20, 20, width=32), min_size=len(TAGS), max_size=len(TAGS)),
    min_size=1,
    max_size=8,
)


@given(LOGITS)
def test_whatever_the_scores_spans_are_well_formed(rows: list[list[float]]) -> None:
    tags = np.array(rows, dtype=np.float32)
    places = tuple(range(len(rows)))
    none = np.zeros(0, dtype=np.float32)
    scores = BlockScores(none, none, tags, places, tuple(place + 1 for place in places))
    found = spans(scores)
    assert all(one.type in TYPES and one.start < one.end <= len(rows) for one in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize("seed", range(10))
def test_the_best_path_is_the_best_of_all_legal_paths(seed: int) -> None:
    logits = np.random.default_rng(seed).normal(0, 3, (4, len(TAGS))).astype(np.float32)
    emissions = log_softmax(logits)
    legal = [
        path
        for path in product(range(len(TAGS)), repeat=4)
        if is_legal([TAGS[index] for index in path])
    ]
    best = max(legal, key=lambda path: sum(emissions[i, tag] for i, tag in enumerate(path)))
    assert best_paths(logits, [4]).tolist() == list(best)


def test_a_block_ends_what_its_neighbours_leave_open() -> None:
    blocks = [
        block_scores("O", "B-ORG"),
        block_scores(),
        block_scores("E-ORG", "S-LOC"),
        block_scores("O"),
        block_scores({"E-LOC": 9.0, "S-LOC": 8.0}, {"B-ORG": 9.0, "I-ORG": 8.0}, "E-ORG"),
    ]
    assert spans_of(blocks, TYPES) == [spans(one) for one in blocks]
    assert [(one.type, one.start, one.end) for one in spans(blocks[-1])] == [
        ("LOC", 0, 1),
        ("ORG", 1, 3),
    ]


def test_a_long_report_is_read_in_groups_of_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tagging, "_AT_A_TIME", 3)
    blocks = [block_scores("B-ORG", "E-ORG"), block_scores("O", "S-LOC"), block_scores("O")] * 4
    assert spans_of(blocks, TYPES) == [spans(one) for one in blocks]
    assert spans_of([], TYPES) == []
