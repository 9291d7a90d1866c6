"""A DuckDB that knows what the profile knows, and tables made of text."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import duckdb
import pyarrow as pa
import pytest

from migration_pipeline.raw.profiling.columns import ColumnFigures, table_figures
from migration_pipeline.raw.profiling.database import opened_database

Columns = Mapping[str, Sequence[str | None]]
Counting = Callable[[Columns], dict[str, ColumnFigures]]
Relation = Callable[[str, Columns], str]


@pytest.fixture
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with opened_database() as connection:
        yield connection


@pytest.fixture
def relation(database: duckdb.DuckDBPyConnection) -> Relation:
    """A table of text under a name, as a relation."""

    def make(name: str, columns: Columns) -> str:
        database.register(f"{name}_rows", pa.table({column: pa.array(values, pa.large_string()) for column, values in columns.items()}))
        database.table(f"{name}_rows").create(name)
        return name

    return make


@pytest.fixture
def counted(database: duckdb.DuckDBPyConnection, relation: Relation) -> Counting:
    """The figures of the columns of one table."""
    made = iter(range(100))

    def count(columns: Columns) -> dict[str, ColumnFigures]:
        number = next(made)
        rows = relation(f"t{number}", columns)
        return {column.name: column for column in table_figures(database, rows, list(columns), f"v{number}")}

    return count
