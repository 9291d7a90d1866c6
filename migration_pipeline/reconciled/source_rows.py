"""Rows of the untouched source with their keys and measures, as tables of a DuckDB connection.

Belongs here: taking them table by table. Does not belong here: the expressions (`group_keys.py`, `control_expressions.py`), what became of
the rows (`book.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from migration_pipeline.contracts.datasets import DATASETS, Table
from migration_pipeline.contracts.ledger import MEASURES
from migration_pipeline.contracts.measures import APART
from migration_pipeline.project.models import StoreSpec
from migration_pipeline.project.source import SourceSpec
from migration_pipeline.reconciled.archived_input import ArchivedInput
from migration_pipeline.reconciled.control_expressions import expressions, number_of, source_columns
from migration_pipeline.reconciled.group_keys import key_expressions
from migration_pipeline.reconciled.source_readers import RAGGED, quoted
from migration_pipeline.reconciled.source_select import Taking, rounded, store_rows, with_lookups, with_recognised
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.sql_files import sql_text

Files = Mapping[str, Sequence[ArchivedInput]]


@dataclass(frozen=True)
class StoreSource:
    """Where one store's rows of one dataset come from.

    Attributes:
        files: input name -> its archived files.
    """

    source: SourceSpec
    store: StoreSpec
    files: Files


def take_rows(connection: duckdb.DuckDBPyConnection, dataset: str, table: Table, at: StoreSource, name: str) -> bool:
    """Make the temporary table `name` of one canonical table: input, place, cell, `k_<key>` (text), measures (exact); False without files.

    Raises:
        BadInputError: an expression does not fit the files.
    """
    try:
        return _taken(connection, dataset, table, at, name)
    except (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException) as error:
        what = f"the control totals need something the files do not have: {str(error).splitlines()[0]}"
        where = f"store {at.store.id}, {dataset}.{table.name}"
        raise BadInputError(what, where=where, fix="correct columns: or control: of this table in migration.yaml") from error
    except (duckdb.ConversionException, duckdb.OutOfRangeException, duckdb.PermissionException) as error:
        what, where = "a control expression fails on the data", f"store {at.store.id}, {dataset}.{table.name}"
        raise BadInputError(what, where=where, fix="use num(...) on text columns, and + - * only") from error


def _taken(connection: duckdb.DuckDBPyConnection, dataset: str, table: Table, at: StoreSource, name: str) -> bool:
    spec = at.source.datasets.get(dataset, {}).get(table.name)
    if spec is None or not any(at.files.get(one) for one in spec.inputs):
        return False
    taking = Taking(connection, at.source, dataset, table, spec, at.store, at.files)
    rows = " UNION ALL BY NAME ".join(_placed(taking, one, number) for number, one in enumerate(spec.inputs) if at.files.get(one))
    taking = with_recognised(taking, rows)
    keys = key_expressions(table, taking.spec, at.source, DATASETS["sales"].table("tickets"))
    wanted, apart = expressions(table, taking.spec, at.source), _apart(taking)
    rows = with_lookups(taking, rows, " ".join([*keys.values(), *wanted.values(), *apart.values()]))
    figures = {measure: _exact(taking, rows, wanted[measure], measure) for measure in MEASURES if getattr(table, measure)} | apart
    select = sql_text("control_totals/group_rows.sql").format(
        name=quoted(name),
        keys=", ".join([f"{sql} AS k_{key}" for key, sql in keys.items()] or ["NULL AS k_none"]),
        measures=", ".join([f"{sql} AS {measure}" for measure, sql in figures.items()] or ["NULL AS nothing"]),
        rows=rows,
    )
    connection.execute(select)
    return True


def _placed(taking: Taking, name: str, number: int) -> str:
    unpivot = taking.source.inputs[name].unpivot
    cell = quoted(unpivot.key) if unpivot else "CAST(NULL AS VARCHAR)"
    rows = store_rows(taking, name)
    return f'(SELECT *, {number} AS "_input of row", {cell} AS "_cell of row" FROM ({rows}))'  # noqa: S608 - built here


def _exact(taking: Taking, rows: str, expression: str, measure: str) -> str:
    """The measure of one row, 0 where nothing can be read."""
    exact = rounded(taking, rows, expression, measure)
    return f"CAST(CASE WHEN {RAGGED} THEN 0 ELSE coalesce({exact}, 0) END AS DECIMAL(38, {MEASURES[measure]}))"


def _apart(taking: Taking) -> dict[str, str]:
    """What is summed on its own; NULL where the project computes it: SQL over the source cannot follow."""
    found = {}
    for column in APART.get(taking.table.name, ()):
        field = taking.table.field(column)
        computed = set(source_columns(taking.spec, column)) & taking.spec.computed.keys()
        unknown = f"CAST(NULL AS DECIMAL(38, {field.scale}))"
        found[column] = unknown if computed else number_of(field, taking.spec, taking.source)
    return found
