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
from migration_pipeline.reconciled.control_expressions import expressions, literal, number_of, source_columns
from migration_pipeline.reconciled.group_keys import key_expressions
from migration_pipeline.reconciled.source_readers import quoted
from migration_pipeline.reconciled.source_select import Taking, rounded, store_rows, with_lookups, with_recognised
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
        duckdb.Error: an expression does not fit the files.
    """
    spec = at.source.datasets.get(dataset, {}).get(table.name)
    if spec is None or not any(at.files.get(one) for one in spec.inputs):
        return False
    taking = Taking(connection, at.source, dataset, table, spec, at.store, at.files)
    rows = " UNION ALL BY NAME ".join(_placed(taking, one, number) for number, one in enumerate(spec.inputs) if at.files.get(one))
    taking = with_recognised(taking, rows)
    keys = key_expressions(table, taking.spec, at.source, DATASETS["sales"].table("tickets"))
    figures = _figures(taking, rows)
    rows = with_lookups(taking, rows, " ".join([*keys.values(), *figures.values()]))
    select = sql_text("control_totals/group_rows.sql").format(
        name=quoted(name),
        keys=", ".join([f"{sql} AS k_{key}" for key, sql in keys.items()] or ["NULL AS k_none"]),
        measures=", ".join(f"{sql} AS {measure}" for measure, sql in figures.items()),
        rows=rows,
    )
    connection.execute(select)
    return True


def _placed(taking: Taking, name: str, number: int) -> str:
    unpivot = taking.source.inputs[name].unpivot
    cell = quoted(unpivot.key) if unpivot else "CAST(NULL AS VARCHAR)"
    rows = store_rows(taking, name)
    return f'(SELECT *, {number} AS "_input of row", {cell} AS "_cell of row" FROM ({rows}))'  # noqa: S608 - built here


def _figures(taking: Taking, rows: str) -> dict[str, str]:
    """Measure -> SQL, 0 where nothing can be read."""
    wanted = expressions(taking.table, taking.spec, taking.source)
    found = {}
    for measure, scale in MEASURES.items():
        if getattr(taking.table, measure):
            exact = rounded(taking, with_lookups(taking, rows, wanted[measure]), wanted[measure], measure)
            found[measure] = f"CAST(coalesce({exact}, 0) AS DECIMAL(38, {scale}))"
    for column in APART.get(taking.table.name, ()):
        field = taking.table.field(column)
        computed = set(source_columns(taking.spec, column)) & taking.spec.computed.keys()
        unknown = f"CAST(NULL AS DECIMAL(38, {field.scale}))"
        found[column] = unknown if computed else number_of(field, taking.spec, taking.source)
    return found or {"nothing": literal("")}
