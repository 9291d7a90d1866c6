"""Control totals: rows, money, quantity and points of the untouched source, taken by a code path of its own.

Belongs here: summing. Does not belong here: which rows are a store's (`source_select.py`), what a measure is (`control_expressions.py`),
comparing (`compare.py`). The cleaner's rules are not repeated: what they exclude, the ledger explains.
"""

from collections.abc import Collection, Mapping
from contextlib import closing
from decimal import Decimal

import duckdb
import pandas as pd
import pyarrow as pa

from migration_pipeline.contracts.datasets import Dataset
from migration_pipeline.contracts.ledger import MEASURES
from migration_pipeline.project.models import StoreSpec
from migration_pipeline.project.source import SourceSpec
from migration_pipeline.reconciled.source_readers import quoted
from migration_pipeline.reconciled.source_rows import Files, StoreSource, take_rows
from migration_pipeline.reconciled.source_select import database
from migration_pipeline.runtime.sql_files import sql_text

Figures = tuple[int, Decimal, Decimal, Decimal]


def totals_frame(rows: Mapping[str, Figures]) -> pd.DataFrame:
    """Table name -> (rows, money, quantity, points) as a frame: table (str), rows (int64), decimal128(38, 2 | 3 | 2)."""
    columns: dict[str, object] = {
        "table": pd.Series(list(rows), dtype="str"),
        "rows": pd.Series([figures[0] for figures in rows.values()], dtype="int64"),
    }
    for place, (measure, scale) in enumerate(MEASURES.items(), start=1):
        exact = pa.array([figures[place] for figures in rows.values()], pa.decimal128(38, scale))
        columns[measure] = pd.Series(exact, dtype=pd.ArrowDtype(exact.type))
    return pd.DataFrame(columns)


def source_totals(source: SourceSpec, dataset: Dataset, store: StoreSpec, files: Files) -> pd.DataFrame:
    """Totals of every table of the dataset for one store, as `totals_frame`; a table the source does not have has 0 rows.

    `files` is input name -> its archived files; an input without files has no rows.

    Raises:
        BadInputError: a file cannot be read, a column is not there, a control expression is wrong or not exact.
    """
    with closing(database().cursor()) as connection:
        return totals_of(connection, dataset, take_all(connection, dataset, StoreSource(source, store, files)))


def take_all(connection: duckdb.DuckDBPyConnection, dataset: Dataset, at: StoreSource) -> list[str]:
    """Take the rows of every table of the dataset as `source <table>`; returns those that the source has."""
    return [table.name for table in dataset.tables if take_rows(connection, dataset.name, table, at, f"source {table.name}")]


def totals_of(connection: duckdb.DuckDBPyConnection, dataset: Dataset, taken: Collection[str]) -> pd.DataFrame:
    """Totals of rows that were taken, as `totals_frame`."""
    found: dict[str, Figures] = {table.name: (0, Decimal(0), Decimal(0), Decimal(0)) for table in dataset.tables}
    for name in taken:
        table = dataset.table(name)
        sums = [f"coalesce(sum({measure}), 0)" if getattr(table, measure) else "0" for measure in MEASURES]
        query = sql_text("control_totals/totals.sql").format(sums=", ".join(sums), rows=quoted(f"source {name}"))
        rows, *figures = connection.execute(query).fetchall()[0]
        money, quantity, points = map(Decimal, figures)
        found[name] = (rows, money, quantity, points)
    return totals_frame(found)
