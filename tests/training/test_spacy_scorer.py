"""Our entity figures are those of spaCy's own scorer, on predictions that fail in every way."""

import random
from collections.abc import Sequence

import pytest
from spacy import blank
from spacy.language import Language
from spacy.scorer import Scorer
from spacy.tokens import Doc
from spacy.training import Example

from huibao.annotation import PageAnnotation
from huibao.gold_pages import annotated
from huibao.marked import parse_marked
from huibao_training.metrics import page_tallies, summed

HEADER = "genre: work_summary\nauthor: town\nyear: 2023\ntraits: fullwidth\n---\n"
GOLD = """#title title_meta
{LOC:石雁镇}工作总结
#p work_done
{ORG:镇党委}投入{MONEY:20万元}，办{EVENT:宣传月}活动{QUANT:8场}。
#p results
{DATE:年底}，{ORG:镇民宗办}获{HONOR:县级先进}。
"""
# What was changed in the gold, old and new; `right` are the entities that stay so.
FAULTS = [
    ("nothing is wrong", (), 8),
    ("another type", (("{LOC:石雁镇}", "{ORG:石雁镇}"),), 7),
    ("a span too long", (("{ORG:镇党委}投入", "{ORG:镇党委投入}"),), 7),
    ("a span too short", (("{MONEY:20万元}", "{MONEY:20万}元"),), 7),
    ("one span for two", (("{EVENT:宣传月}活动{QUANT:8场}", "{EVENT:宣传月活动8场}"),), 6),
    ("two spans for one", (("{HONOR:县级先进}", "{HONOR:县级}{HONOR:先进}"),), 7),
    ("one is missing", (("{DATE:年底}", "年底"),), 7),
    ("one too many", (("工作总结", "{EVENT:工作总结}"),), 8),
    ("all are missing but one", tuple((f"{{{kind}:", "{LOC:") for kind in ("ORG", "MONEY", "EVENT", "QUANT", "DATE", "HONOR")), 1),
    ("blocks joined into one", (("#p results\n", ""),), 8),
    ("another role and block", (("#p results", "#i plan"),), 8),
]  # fmt: skip
PIECES = ("石雁镇", "镇党委", "镇党委投入", "20万元", "20万", "宣传月活动", "宣传月", "8场", "镇民宗办", "县级先进", "先进")  # fmt: skip


def _page(marks: str) -> PageAnnotation:
    return annotated(parse_marked(HEADER + marks, "a"))


@pytest.fixture(scope="module")
def chinese() -> Language:
    """spaCy's Chinese, whose tokens are characters."""
    return blank("zh")


def _doc(chinese: Language, page: PageAnnotation) -> Doc:
    doc = chinese.make_doc(page.page.text)
    doc.set_ents(
        [
            doc.char_span(entity.span.start, entity.span.end, label=entity.type)
            for annotation in page.annotations
            for block in annotation.blocks
            for entity in block.entities
        ]
    )
    return doc


def _ours(gold: Sequence[PageAnnotation], said: Sequence[PageAnnotation]) -> list[float]:
    tallies = [tally for pair in zip(gold, said, strict=True) for tally in page_tallies(*pair)]
    counts = summed(tallies).micro("entity")
    return [counts.precision, counts.recall, counts.f1]


def _spacys(
    chinese: Language, gold: Sequence[PageAnnotation], said: Sequence[PageAnnotation]
) -> list[float]:
    examples = [
        Example(_doc(chinese, two), _doc(chinese, one)) for one, two in zip(gold, said, strict=True)
    ]
    scores = Scorer.score_spans(examples, "ents")
    return [scores[name] for name in ("ents_p", "ents_r", "ents_f")]


@pytest.mark.parametrize(("edits", "right"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])  # fmt: skip
def test_a_fault_costs_what_spacys_scorer_takes_for_it(
    chinese: Language, edits: tuple[tuple[str, str], ...], right: int
):
    marks = GOLD
    for old, new in edits:
        assert old in marks
        marks = marks.replace(old, new)
    gold, said = [_page(GOLD)], [_page(marks)]
    assert _ours(gold, said)[1] == pytest.approx(right / 8)
    assert _ours(gold, said) == pytest.approx(_spacys(chinese, gold, said))


def _drawn(rng: random.Random) -> PageAnnotation:
    """The report with some pieces marked, none overlapping."""
    text = "".join(line for line in _page(GOLD).page.text)
    edits: list[tuple[int, int, str]] = []
    for piece in rng.sample(PIECES, len(PIECES)):
        start = text.index(piece)
        end = start + len(piece)
        if rng.random() < 0.6 and all(end <= low or high <= start for low, high, _ in edits):
            edits.append((start, end, rng.choice(("ORG", "QUANT"))))
    for start, end, kind in sorted(edits, reverse=True):
        text = f"{text[:start]}{{{kind}:{text[start:end]}}}{text[end:]}"
    first, *rest = text.split("\n")
    return _page(f"#title title_meta\n{first}\n" + "".join(f"#p plan\n{line}\n" for line in rest))


@pytest.mark.parametrize("seed", range(8))
def test_figures_of_several_reports_are_those_of_spacys_scorer(chinese: Language, seed: int):
    rng = random.Random(seed)
    gold, said = ([_drawn(rng) for _ in range(5)] for _ in range(2))
    assert 0 < _ours(gold, said)[2] < 1
    assert _ours(gold, said) == pytest.approx(_spacys(chinese, gold, said))
