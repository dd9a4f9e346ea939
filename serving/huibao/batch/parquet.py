"""The tables as a Parquet data set: a folder a table, a folder a year, files of bounded size."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from huibao.batch.tables import TABLES, CellKind, Row, Table, TableRow
from huibao.errors import MissingExtraError

# A block's row takes a kilobyte: this much is held in memory before it is written.
_ROWS_HELD = 20_000
# pandas cannot read a data set one of whose folders means "no value", as Hive has them.
_NO_YEAR = 0


class ParquetSink:
    """Writes `<table>/part_year=<year>/part-<number>.parquet`, the table of files without years.

    The year of a report that tells none is 0 in the folder's name and null in its column. Columns have their stable ids; the Chinese names stand in the fields' metadata as `name_zh`.
    """

    name = "parquet"

    def __init__(self) -> None:
        """Looks for the package.

        Raises:
            MissingExtraError: when it is not installed.
        """
        try:
            import pyarrow
            import pyarrow.parquet
        except ImportError:
            raise MissingExtraError("the Parquet data set", "batch") from None
        self._arrow, self._parquet = pyarrow, pyarrow.parquet

    def write(self, folder: Path, rows: Iterable[TableRow]) -> None:
        """Writes all tables into a folder that exists and is empty."""
        schemas = {table.id: self._schema(table) for table in TABLES}
        held: dict[tuple[str, int | None], list[Row]] = {}
        parts: dict[str, int] = {}

        def write_held() -> None:
            for (table, year), some in held.items():
                number = parts[table] = parts.get(table, 0) + 1
                place = folder / table
                if table in dated:
                    place = place / f"part_year={_NO_YEAR if year is None else year}"
                place.mkdir(parents=True, exist_ok=True)
                written = self._arrow.Table.from_pylist(some, schema=schemas[table])
                path = place / f"part-{number:05}.parquet"
                self._parquet.write_table(written, path, compression="zstd")
            held.clear()

        dated = {table.id for table in TABLES if table.dated}
        for count, (table, year, row) in enumerate(rows, start=1):
            held.setdefault((table.id, year), []).append(_with_numbers(table, row))
            if count % _ROWS_HELD == 0:
                write_held()
        for table in TABLES:  # a table without rows still says what its columns are
            if table.id not in parts and all(key != table.id for key, _ in held):
                held[table.id, None] = []
        write_held()

    def _schema(self, table: Table) -> Any:  # noqa: ANN401 (pyarrow has no types)
        arrow = self._arrow
        kinds: dict[CellKind, Any] = {
            "text": arrow.string(),
            "whole": arrow.int64(),
            "number": arrow.float64(),
            "decimal": arrow.float64(),
            "day": arrow.string(),
            "yes": arrow.bool_(),
            "list": arrow.list_(arrow.string()),
        }
        fields = [
            arrow.field(column.id, kinds[column.kind], metadata={"name_zh": column.name})
            for column in table.columns
        ]
        return arrow.schema(fields)


def _with_numbers(table: Table, row: Row) -> Row:
    """A row whose decimal texts are numbers; their exact digits stand in the text of the report."""
    numbers = {
        column.id: float(str(row[column.id]))
        for column in table.columns
        if column.kind == "decimal" and row.get(column.id) is not None
    }
    return row | numbers
