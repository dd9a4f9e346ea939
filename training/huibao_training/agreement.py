"""How far two people who marked the same reports without each other agree, label by label.

Roles, categories and arenas are compared on the blocks that both begin at the same character; block
starts and entities on the whole page. The corpus keeps both readings as they were before anyone
settled the differences, in `labels/reports/first` and `labels/reports/second`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from huibao.annotation import Annotation, BlockAnnotation, PageAnnotation
from huibao.gold_pages import annotated
from huibao.marked import parse_marked
from huibao.report import Block
from huibao.review.measures import cohen_kappa
from huibao_training.metrics import Tally, page_tallies, summed

KAPPA, F1, STRICT, OVERLAP, SHARE = "κ", "F1", "严格F1", "重叠F1", "相同率"
_HEADER = "# 两人独立标注的一致性，由 `python -m huibao_training agreement` 写成，请勿直接修改。\n"
Pair = tuple[tuple[Block, BlockAnnotation], tuple[Block, BlockAnnotation]]


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One figure: `label` is a label id or `all`, `items` how often either annotator gave it."""

    label_set: str
    label: str
    measure: str
    items: int
    value: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """What two readings of the same pages share."""

    pages: int
    blocks: int
    starts_f1: float
    same_kind: float
    rows: tuple[AgreementRow, ...]


def pages_marked_twice(reports: Path) -> list[tuple[PageAnnotation, PageAnnotation]]:
    """The two readings of each page that the folders `first` and `second` both hold, by name."""
    return [
        (_marked(reports / "first" / file.name), _marked(file))
        for file in sorted((reports / "second").glob("[0-9]*.txt"))
    ]


def agreement(pages: Sequence[tuple[PageAnnotation, PageAnnotation]]) -> Agreement:
    """All figures of two readings.

    Raises:
        ValueError: when the two readings of a page have different texts.
    """
    spans = summed(tally for first, second in pages for tally in page_tallies(first, second))
    pairs = [pair for first, second in pages for pair in _pairs(first, second)]
    rows = [
        *_role_rows(pairs),
        *_label_rows("categories", pairs),
        *_label_rows("arenas", pairs),
        *_entity_rows(spans),
        *_genre_rows(pages),
    ]
    return Agreement(
        pages=len(pages),
        blocks=sum(len(one.blocks) for first, _ in pages for one in first.annotations),
        starts_f1=spans.micro("starts").f1,
        same_kind=sum(one[0].kind == other[0].kind for one, other in pairs) / max(1, len(pairs)),
        rows=tuple(rows),
    )


def agreement_table(found: Agreement) -> str:
    """The figures as text for people."""
    lines = [
        f"{found.pages} pages, {found.blocks} blocks",
        f"block starts F1 {found.starts_f1:.3f}, same kind {found.same_kind:.3f}",
        *(
            f"{row.label_set:11} {row.label:24} {row.items:5}  {row.measure:6} {row.value:.3f}"
            for row in found.rows
        ),
    ]
    return "\n".join(lines)


def agreement_yaml(found: Agreement) -> str:
    """The content of `labels/agreement.yaml`, which the handbook prints: one figure a label."""
    measured = (
        f"第一遍由写作者随写随标，第二遍由两名新标注员各标一半，只凭本手册（裁定 1.0），互不看对方答案；"
        f"共{found.pages}篇{found.blocks}块，占语料十分之一，取仲裁之前的原样（labels/reports/first、second）。"
        f"块的起点 F1 {found.starts_f1:.2f}，起点相同的块种类相同率 {found.same_kind:.2f}。"
        "段落作用、活动类别、场域只比起点相同的块；例数是任一方给出的次数。"
        "分歧已据裁定逐条仲裁，裁定 1.1 由此补充。"
    )
    rows = [
        {
            "set": row.label_set,
            "id": row.label,
            "measure": row.measure,
            "items": row.items,
            "value": round(max(0.0, row.value), 4),
        }
        for row in found.rows
        if row.items and _printed(row)
    ]
    content = {"version": "1.0", "measured": measured, "labels": rows}
    return _HEADER + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000)


def _printed(row: AgreementRow) -> bool:
    return row.label == "all" or row.label_set == "roles" or row.measure in (F1, STRICT)


def _marked(file: Path) -> PageAnnotation:
    return annotated(parse_marked(file.read_text("utf-8"), file.stem))


def _pairs(first: PageAnnotation, second: PageAnnotation) -> Iterator[Pair]:
    theirs = {block.span.start: (block, said) for block, said in _blocks(second.annotations)}
    for block, said in _blocks(first.annotations):
        if block.span.start in theirs:
            yield (block, said), theirs[block.span.start]


def _blocks(annotations: Iterable[Annotation]) -> Iterator[tuple[Block, BlockAnnotation]]:
    for annotation in annotations:
        yield from zip(annotation.report.blocks, annotation.blocks, strict=True)


def _role_rows(pairs: Sequence[Pair]) -> Iterator[AgreementRow]:
    given = [(one[1].role.label, other[1].role.label) for one, other in pairs]
    same = sum(one == other for one, other in given) / max(1, len(given))
    yield AgreementRow("roles", "all", KAPPA, len(given), cohen_kappa(given))
    yield AgreementRow("roles", "all", SHARE, len(given), same)
    for role in sorted({role for pair in given for role in pair}):
        yield _one_against_rest(
            "roles", role, [(one == role, other == role) for one, other in given]
        )


def _label_rows(label_set: str, pairs: Sequence[Pair]) -> Iterator[AgreementRow]:
    given = [(_labels(label_set, one[1]), _labels(label_set, other[1])) for one, other in pairs]
    tally = Tally()
    for one, other in given:
        for label in one | other:
            tally.add(
                label_set,
                label,
                right=label in one and label in other,
                missed=label not in other,
                added=label not in one,
            )
    total = tally.micro(label_set)
    yield AgreementRow(label_set, "all", F1, total.support + total.added, total.f1)
    for label, counts in sorted(tally.counts[label_set].items()):
        items = counts.support + counts.added
        yield AgreementRow(label_set, label, F1, items, counts.f1)
        answers = [(label in one, label in other) for one, other in given]
        yield _one_against_rest(label_set, label, answers)


def _labels(label_set: str, said: BlockAnnotation) -> set[str]:
    tags = said.categories if label_set == "categories" else said.arenas
    return {tag.label for tag in tags}


def _one_against_rest(
    label_set: str, label: str, answers: Sequence[tuple[bool, bool]]
) -> AgreementRow:
    items = sum(one or other for one, other in answers)
    return AgreementRow(label_set, label, KAPPA, items, cohen_kappa(answers))


def _entity_rows(spans: Tally) -> Iterator[AgreementRow]:
    types = sorted(spans.counts["entity"])
    for label in ("all", *types):
        for axis, measure in (("entity", STRICT), ("entity overlap", OVERLAP)):
            counts = spans.micro(axis) if label == "all" else spans.label(axis, label)
            items = counts.support + counts.added
            yield AgreementRow("entities", label, measure, items, counts.f1)


def _genre_rows(pages: Sequence[tuple[PageAnnotation, PageAnnotation]]) -> Iterator[AgreementRow]:
    given = [
        (one.genre, other.genre)
        for first, second in pages
        for one, other in zip(first.annotations, second.annotations, strict=False)
    ]
    same = sum(one == other for one, other in given) / max(1, len(given))
    yield AgreementRow("genres", "all", SHARE, len(given), same)
