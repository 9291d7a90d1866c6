"""Control totals: rows, money, quantity and points of the untouched source, taken by a code path of its own.

Belongs here: summing. Does not belong here: which rows are a store's (`source_select.py`), what a measure is (`control_expressions.py`),
comparing (`compare.py`). The cleaner's rules are not repeated: what they exclude, the ledger explains.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from decimal import Decimal

import duckdb
import pandas as pd
import pyarrow as pa

from migration_pipeline.contracts.datasets import Dataset
from migration_pipeline.contracts.ledger import MEASURES
from migration_pipeline.project.models import StoreSpec
from migration_pipeline.project.source import SourceSpec
from migration_pipeline.reconciled.archived_input import ArchivedInput
from migration_pipeline.reconciled.control_expressions import expressions
from migration_pipeline.reconciled.source_select import Taking, database, rounded, store_rows, with_lookups, with_recognised
from migration_pipeline.runtime.errors import BadInputError
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


def source_totals(source: SourceSpec, dataset: Dataset, store: StoreSpec, files: Mapping[str, Sequence[ArchivedInput]]) -> pd.DataFrame:
    """Totals of every table of the dataset for one store, as `totals_frame`; a table the source does not have has 0 rows.

    `files` is input name -> its archived files; an input without files has no rows.

    Raises:
        BadInputError: a file cannot be read, a column is not there, a control expression is wrong or not exact.
    """
    specs = source.datasets.get(dataset.name, {})
    zero: Figures = (0, Decimal(0), Decimal(0), Decimal(0))
    found = {table.name: zero for table in dataset.tables}
    for table in dataset.tables:
        if table.name in specs:
            with closing(database().cursor()) as connection:
                taking = Taking(connection, source, dataset.name, table, specs[table.name], store, files)
                found[table.name] = _figures(taking) or zero
    return totals_frame(found)


def _figures(taking: Taking) -> Figures | None:
    """Rows and sums, or None where no input has a file."""
    try:
        parts = [store_rows(taking, name) for name in taking.spec.inputs if taking.files.get(name)]
        if not parts:
            return None
        rows = " UNION ALL BY NAME ".join(parts)
        taking = with_recognised(taking, rows)
        wanted = expressions(taking.table, taking.spec, taking.source)
        rows = with_lookups(taking, rows, " ".join(wanted.values()))
        measures = {measure: rounded(taking, rows, sql, measure) for measure, sql in wanted.items()}
        found = taking.connection.execute(sql_text("control_totals/totals.sql").format(rows=rows, **measures)).fetchall()
    except (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException) as error:
        what = f"the control totals need something the files do not have: {str(error).splitlines()[0]}"
        raise BadInputError(what, where=taking.where, fix="correct columns: or control: of this table in migration.yaml") from error
    except (duckdb.ConversionException, duckdb.OutOfRangeException, duckdb.PermissionException) as error:
        what = "a control expression fails on the data"
        raise BadInputError(what, where=taking.where, fix="use num(...) on text columns, and + - * only") from error
    figures: Figures = found[0]
    return figures
