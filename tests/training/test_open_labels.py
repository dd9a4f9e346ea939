"""What a change of label sets leaves open teaches nothing and is neither right nor wrong."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from huibao.annotation import BlockAnnotation, Entity, PageAnnotation, Tag
from huibao.gold_pages import annotated
from huibao.inference.scores import BlockScores
from huibao.inference.vocabulary import Vocabulary
from huibao.inference.windows import WindowShape
from huibao.labels import LabelSets
from huibao.marked import parse_marked
from huibao.report import Span
from huibao_training.batches import IGNORED, Batch, Batcher, Targets
from huibao_training.calibrate import Judged, decisions_of
from huibao_training.examples import UNSURE, Example, example_of, page_examples, table_of
from huibao_training.finetune import Stage, _losses
from huibao_training.linear import LinearModel
from huibao_training.metrics import Tally, page_tallies

TYPES = ("ORG", "LOC")
MARKED = """genre: work_summary
author: town
year: 2023
traits: masked
---
#p work_done team_funding
{ORG:县委}投入，{LOC:云汀}建成。
#p problems
经费不足。
"""


def page(**said: Any) -> PageAnnotation:
    """Two paragraphs; the first one is said to be as `said` tells."""
    gold = annotated(parse_marked(MARKED, "a"))
    (annotation,) = gold.annotations
    first, second = annotation.blocks
    blocks = (replace(first, **said), second)
    return replace(gold, annotations=(replace(annotation, blocks=blocks),))


def first_row(**said: Any) -> Example:
    return next(page_examples([page(**said)], "written", TYPES))


def waiting_type() -> tuple[Entity, ...]:
    return (Entity("ORG|LOC", Span(0, 2), "县委"), Entity("LOC", Span(5, 7), "云汀"))


def test_a_role_that_may_be_several_is_not_learned():
    rows = list(page_examples([page(role=Tag("work_done|results"))], "written", TYPES))
    assert [row.role for row in rows] == [None, "problems"]
    assert not any(row.whole_report for row in rows)


def test_a_block_of_which_nothing_is_known_has_no_row(label_sets: LabelSets):
    everything = frozenset(label_sets.categories.ids)
    nothing = BlockAnnotation(
        Tag("work_done|plan"), unjudged={"categories": everything, "entities": frozenset(TYPES)}
    )
    gold = page()
    blocks = (nothing, gold.annotations[0].blocks[1])
    gold = replace(gold, annotations=(replace(gold.annotations[0], blocks=blocks),))
    rows = page_examples([gold], "written", TYPES, tuple(everything))
    assert [row.text for row in rows] == ["经费不足。"]
    role_only = replace(nothing, role=Tag("plan"))
    gold = replace(gold, annotations=(replace(gold.annotations[0], blocks=(role_only, blocks[1])),))
    row = next(page_examples([gold], "written", TYPES, tuple(everything)))
    assert (row.role, row.categories, row.types) == ("plan", None, ())


@pytest.fixture
def batcher(vocabulary: Vocabulary) -> Batcher:
    targets = Targets(("work_done", "problems"), ("team_funding", "media_information"), TYPES)
    return Batcher(targets, vocabulary, WindowShape(size=64, overlap=12, path=16))


def batch_of(batcher: Batcher, row: Example) -> Batch:
    return batcher.batch([(row, batcher.windows(row)[0])])


def test_an_unjudged_category_is_no_no_in_the_loss(batcher: Batcher):
    row = first_row(unjudged={"categories": frozenset({"media_information"})})
    batch = batch_of(batcher, row)
    assert batch.categories[0, 0] == 1.0
    assert batch.categories[0, 1].isnan()
    logits = torch.zeros(1, 2, requires_grad=True)

    def model(*_: object) -> tuple[torch.Tensor, ...]:
        return torch.zeros(1, 2), logits, torch.zeros(*batch.ids.shape, 9)

    _losses(model, batch, Stage(epochs=1), torch.ones(2))["category"].backward()  # type: ignore[arg-type]
    assert logits.grad[0, 0] != 0.0
    assert logits.grad[0, 1] == 0.0


def test_a_span_whose_type_waits_is_not_learned_and_others_are(batcher: Batcher):
    row = first_row(entities=waiting_type())
    assert [kind for _, _, kind in row.entities] == [UNSURE, "LOC"]
    window = batcher.windows(row)[0]
    tags = batch_of(batcher, row).tags[0, window.first : window.last].tolist()
    named = batcher.targets.tags.index
    assert tags[:2] == [IGNORED, IGNORED]
    assert tags[5:7] == [named("B-LOC"), named("E-LOC")]


def test_a_type_that_nobody_looked_for_is_masked(batcher: Batcher):
    row = first_row(unjudged={"entities": frozenset({"ORG"})})
    assert row.types == ("LOC",)
    mask = dict(zip(batcher.targets.tags, batch_of(batcher, row).tag_mask[0].tolist(), strict=True))
    assert (mask["O"], mask["B-LOC"]) == (0.0, 0.0)
    assert mask["B-ORG"] < -1000


def test_what_is_open_survives_the_table():
    row = first_row(unjudged={"categories": frozenset({"media_information"})})
    assert example_of(table_of([row])[0]) == row


def tally(gold: PageAnnotation, said: PageAnnotation) -> Tally:
    (found,) = page_tallies(gold, said)
    return found


SCORED: list[tuple[str, dict[str, Any], dict[str, Any], str, tuple[int, int, int]]] = [
    ("a waiting role", {"role": Tag("work_done|results")}, {"role": Tag("plan")}, "role",
     (1, 0, 0)),
    ("an unjudged category that is given", {"unjudged": {"categories": {"media_information"}}},
     {"categories": (Tag("team_funding"), Tag("media_information"))}, "category", (1, 0, 0)),
    ("a coarse answer for an unjudged one", {"unjudged": {"categories": {"media_information"}}},
     {"categories": (Tag("team_funding"), Tag("media_information|supervision"))}, "category",
     (1, 0, 0)),
    ("a judged category that is given", {}, {"categories": (Tag("media_information"),)}, "category",
     (0, 1, 1)),
    ("a span whose type waits", {"entities": waiting_type()}, {}, "entity", (1, 0, 0)),
    ("a type that nobody looked for", {"entities": waiting_type()[1:],
     "unjudged": {"entities": {"ORG"}}}, {}, "entity", (1, 0, 0)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("gold", "said", "axis", "counts"), [one[1:] for one in SCORED], ids=[one[0] for one in SCORED]
)
def test_it_is_neither_right_nor_wrong(
    gold: dict[str, Any], said: dict[str, Any], axis: str, counts: tuple[int, int, int]
):
    found = tally(page(**gold), page(**said)).micro(axis)
    assert (found.right, found.added, found.missed) == counts


def test_thresholds_are_fitted_on_judged_blocks_alone():
    targets = Targets(("work_done",), ("common", "added"), TYPES)

    def judged(logit: float, **said: Any) -> Judged:
        row = Example("s", "g", "文", role="work_done", **said)
        scores = np.array([0.0, logit], dtype=np.float32)
        return Judged(
            row, BlockScores(np.zeros(1, np.float32), scores, np.zeros((1, 9)), (0,), (1,))
        )

    known = [judged(2.0, categories=("added",)) for _ in range(40)]
    known += [judged(-2.0, categories=()) for _ in range(40)]
    unknown = [judged(2.0, categories=(), unjudged=("added",)) for _ in range(400)]
    alone, _ = decisions_of(known, targets, model_types=())
    among, _ = decisions_of([*known, *unknown], targets, model_types=())
    assert among.calibration["added"] == alone.calibration["added"]
    assert among.thresholds["added"] == alone.thresholds["added"]


def test_the_linear_baseline_leaves_out_a_category_that_is_open_anywhere():
    texts = ["修路架桥惠民生", "组织学习促提升", "经费不足待解决", "召开会议抓落实"]
    rows = [
        Example(
            "s", f"g{n // 4}", texts[n % 4], path=("一、做法和问题",), role="work_done" if n % 2 else "plan",
            categories=("roads",) if n % 4 == 0 else ("study", "added") if n % 4 == 1 else (),
            unjudged=("added",) if n == 7 else (),
        )
        for n in range(16)
    ]  # fmt: skip
    assert LinearModel(rows, ("roads", "study", "added"))._categories == ["roads", "study"]
