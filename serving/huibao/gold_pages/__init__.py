"""Pages with the labels that people gave them: what models learn from and are measured by."""

from huibao.gold_pages.data_set import DataSet, data_set, write_data_set
from huibao.gold_pages.judging import Answers, decided_pages, judged
from huibao.gold_pages.parts import PARTS, Division, divided, read_parts, write_parts
from huibao.marked_annotation import annotated

__all__ = [
    "PARTS",
    "Answers",
    "DataSet",
    "Division",
    "annotated",
    "data_set",
    "decided_pages",
    "divided",
    "judged",
    "read_parts",
    "write_data_set",
    "write_parts",
]
