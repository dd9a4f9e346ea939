"""The words that every view of a page uses: who signed it, what is unsure, names of kinds and labels."""

from collections.abc import Iterator

from huibao.annotation import BlockAnnotation, Entity, PageAnnotation
from huibao.jsonl import PRIVATE
from huibao.label_changes.score_folding import COARSE
from huibao.labels import LabelSet

UNSURE = 0.6  # roles below this chance are marked for a second look
SIGNED = {"model": "机器标注，请人工核对", "rule": "规则标注，请人工核对", "person": "人工标注"}
FACTS = (("year", "年度"), ("place", "地点"))
KINDS = {
    "title": "大标题",
    "heading": "标题",
    "paragraph": "段落",
    "item": "条目",
    "table": "表格",
    "signature": "落款",
}
STATUSES = {
    "done": "已完成",
    "stated": "已说明",
    "planned": "计划",
    "target": "目标",
    "recurring": "经常",
    "cumulative": "累计",
    "applied": "申请",
    "part_of": "其中",
    "threshold": "标准",
}


def label_name(labels: LabelSet, label: str) -> str:
    """The Chinese name of a label, its id where the set does not know it.

    Where a model of an older version cannot tell labels apart, all of them are named.
    """
    return "或".join(labels[one].name if one in labels else one for one in label.split(COARSE))


def warnings_of(page: PageAnnotation) -> tuple[str, ...]:
    """What had to be said about reading a page and about cutting it into reports."""
    return (*page.page.warnings, *page.source.warnings)


def furniture_words(page: PageAnnotation) -> str:
    """How much of a page belongs to the site around the reports, empty where nothing does."""
    parts = page.source.furniture
    size = sum(len(part.span) for part in parts)
    return f"网页杂项 {len(parts)} 处，共 {size} 字，未标注" if parts else ""


def shown_entities(said: BlockAnnotation, *, with_persons: bool) -> Iterator[Entity]:
    """The entities of a block that may be shown."""
    return (entity for entity in said.entities if with_persons or entity.type not in PRIVATE)
