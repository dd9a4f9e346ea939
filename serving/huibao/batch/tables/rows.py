"""All rows of a run, page by page; at the end those that needed all pages."""

from collections.abc import Iterator

from huibao.batch.results import FileResult
from huibao.batch.tables.checks import EVIDENCE, FLAGS, evidence_rows, flag_rows
from huibao.batch.tables.facts import ACTIVITIES, FACTS, activity_rows, fact_rows
from huibao.batch.tables.fields import (
    HONOURS,
    PLANS,
    PROBLEMS,
    honour_rows,
    plan_rows,
    problem_rows,
)
from huibao.batch.tables.pages import (
    BLOCKS,
    ENTITIES,
    FILES,
    REPORTS,
    block_rows,
    entity_rows,
    file_row,
    report_row,
)
from huibao.batch.tables.summary import SUMMARY, file_only_row, summary_row
from huibao.batch.tables.table import PageJson, ReportJson, Row, Table, year_of
from huibao.batch.tables.whole_run import COPIES, UNITS, Pages, WholeRun, copies_as_flags
from huibao.jsonl import decoded
from huibao.label_files import load_indicator_profiles
from huibao.labels import LabelSets

# A table, the year of the report that a row belongs to, the row.
TableRow = tuple[Table, int | None, Row]


def rows_of(run: Pages, labels: LabelSets) -> Iterator[TableRow]:
    """All rows of a run; rows of one table stand in the order of the files."""
    whole = WholeRun()
    years: dict[tuple[object, object], int | None] = {}
    for result, line in run.pages():
        yield FILES, None, file_row(result)
        page = {"reports": []} if line is None else decoded(line)
        if not page["reports"]:
            yield SUMMARY, None, file_only_row(result)
        for report in page["reports"]:
            whole.see(page, report)
            year = years[result.source, report["index"] + 1] = year_of(report)
            for table, row in _report_rows(labels, result, page, report):
                yield table, year, row
    for row, flag in copies_as_flags(whole.copy_rows(run)):
        yield COPIES, None, row
        if flag is not None:
            yield FLAGS, years[flag["source"], flag["report_number"]], flag
    for row in whole.unit_rows():
        yield UNITS, None, row


def _report_rows(
    labels: LabelSets, result: FileResult, page: PageJson, report: ReportJson
) -> Iterator[tuple[Table, Row]]:
    yield SUMMARY, summary_row(labels, result, page, report)
    yield REPORTS, report_row(labels, page, report)
    for table, rows in (
        (BLOCKS, block_rows(labels, page, report)),
        (ENTITIES, entity_rows(labels, page, report)),
        (FACTS, fact_rows(labels, page, report)),
        (ACTIVITIES, activity_rows(labels, page, report)),
        (HONOURS, honour_rows(page, report)),
        (PROBLEMS, problem_rows(labels, page, report)),
        (PLANS, plan_rows(labels, page, report)),
        (FLAGS, flag_rows(page, report)),
        (EVIDENCE, evidence_rows(load_indicator_profiles(), page, report)),
    ):
        yield from ((table, row) for row in rows)
