"""The tables of a run, one row of plain cells each, made from the lines of its `reports.jsonl` alone."""

from huibao.batch.tables.checks import EVIDENCE, FLAGS
from huibao.batch.tables.facts import ACTIVITIES, FACTS
from huibao.batch.tables.fields import HONOURS, PLANS, PROBLEMS
from huibao.batch.tables.pages import BLOCKS, ENTITIES, FILE_STATUSES, FILES, REPORTS
from huibao.batch.tables.rows import TableRow, rows_of
from huibao.batch.tables.summary import SUMMARY
from huibao.batch.tables.table import Cell, CellKind, Row, Table, TableColumn, plain_cell
from huibao.batch.tables.whole_run import COPIES, UNITS, Pages

TABLES = (
    SUMMARY,
    FILES,
    REPORTS,
    BLOCKS,
    ENTITIES,
    FACTS,
    ACTIVITIES,
    HONOURS,
    PROBLEMS,
    PLANS,
    FLAGS,
    EVIDENCE,
    COPIES,
    UNITS,
)

__all__ = [
    "ACTIVITIES",
    "BLOCKS",
    "COPIES",
    "ENTITIES",
    "EVIDENCE",
    "FACTS",
    "FILES",
    "FILE_STATUSES",
    "FLAGS",
    "HONOURS",
    "PLANS",
    "PROBLEMS",
    "REPORTS",
    "SUMMARY",
    "TABLES",
    "UNITS",
    "Cell",
    "CellKind",
    "Pages",
    "Row",
    "Table",
    "TableColumn",
    "TableRow",
    "plain_cell",
    "rows_of",
]
