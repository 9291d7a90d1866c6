"""The source's rows beside their rows of the ledger, with the groups they belong to: temporary tables of a DuckDB connection.

Belongs here: bringing the rows of both code paths together and giving each its groups. Does not belong here: taking the source's rows
(`source_rows.py`), sums and their comparison (`cells.py`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from migration_pipeline.contracts.datasets import PRODUCTS, Dataset
from migration_pipeline.contracts.vocabularies import VOCABULARIES
from migration_pipeline.project.source import SourceSpec
from migration_pipeline.reconciled.control_expressions import literal
from migration_pipeline.reconciled.groupings import Grouping
from migration_pipeline.reconciled.source_readers import quoted
from migration_pipeline.reconciled.source_rows import StoreSource, take_rows
from migration_pipeline.reconciled.source_select import FILE
from migration_pipeline.runtime.sql_files import sql_text

_LEDGER = ("table", "row_id", "outcome", "reason", "detail", "target_key", "money", "quantity", "points")
_OWN_DAY, _TICKET_DAY = "coalesce(b.k_day, '-')", "coalesce(t.day, '?')"
_GROUPS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "suppliers": {"supplier": "coalesce(b.target, b.k_supplier, '?')"},
        "products": {"item": "coalesce(b.target, b.k_item, '?')"},
        "members": {"tier": "coalesce(b.k_tier, '-')"},
        "stock": {
            "warehouse": "coalesce(b.k_warehouse, '-')",
            "item": "coalesce(substr(b.target, instr(b.target, '|') + 1), b.k_item, '?')",
        },
        "tickets": {"day": _OWN_DAY},
        "lines": {"day": _TICKET_DAY, "tax": "coalesce(b.k_tax, c.tax, '?')", "category": "coalesce(c.category, '?')"},
        "payments": {"day": _TICKET_DAY, "payment": "coalesce(w.meaning, b.k_payment, '-')"},
    }
)
"""Table -> dimension -> the group of a row of its book `b`, the days of tickets `t`, the catalogue `c`, the words `w`."""
_JOINS = MappingProxyType(
    {
        "t": "LEFT JOIN ticket_days AS t ON t.ticket = b.k_ticket",
        "c": "LEFT JOIN catalogue AS c ON c.product = b.k_product",
        "w": "LEFT JOIN words AS w ON w.written = b.k_payment",
    }
)


@dataclass(frozen=True)
class Books:
    """The books of one store x dataset.

    Attributes:
        tables: canonical tables that have a book; `book <table>` is its name.
        derived: tickets stand for the lines' ticket numbers.
        catalogued: there is a catalogue of products to look categories and tax rates up in.
    """

    connection: duckdb.DuckDBPyConnection
    tables: frozenset[str]
    derived: bool
    catalogued: bool

    def grouped(self, grouping: Grouping, dimensions: Collection[str]) -> str:
        """The temporary table of a book's rows with their groups `g_<dimension>`; returns its quoted name."""
        own = dict(_GROUPS[grouping.table])
        if self.derived and grouping.table == "lines":
            own["day"] = _OWN_DAY
        groups = [f"{own[dimension]} AS g_{dimension}" for dimension in dimensions]
        joins = [sql for alias, sql in _JOINS.items() if any(f"{alias}." in group for group in groups)]
        name = quoted(f"rows {grouping.table}")
        text = sql_text("control_totals/grouped_rows.sql")
        book = quoted(f"book {grouping.table}")
        self.connection.execute(text.format(name=name, groups=", ".join(groups), book=book, joins="\n".join(joins)))
        return name


def open_books(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    taken: Collection[str],
    at: StoreSource,
    ledger: pd.DataFrame,
    manifest: Mapping[str, Sequence[Mapping[str, Any]]],
    catalogues: Sequence[StoreSource],
) -> Books:
    """Make the books of every table of the dataset that the source has.

    Args:
        connection: where the source's rows are, and the temporary tables go.
        dataset: whose tables.
        taken: the tables whose rows are there, as `source <table>`.
        at: the store's source.
        ledger: the outcome ledger of the store x dataset.
        manifest: input -> its files, as the extract named them.
        catalogues: whose products sale lines name: the store's own, then head office's.
    """
    connection.register("ledger", pa.Table.from_pandas(ledger[list(_LEDGER)], preserve_index=False))
    tables = [name for name in taken if name in _GROUPS]
    for name in tables:
        _make_book(connection, name, dataset.name, at, manifest)
    derived = "lines" in tables and "tickets" not in tables
    if derived:
        text = sql_text("control_totals/tickets_of_lines.sql")
        connection.execute(text.format(name=quoted("book tickets"), lines=quoted("book lines")))
    catalogued = False
    if dataset.name == "sales":
        catalogued = _make_catalogue(connection, catalogues)
        days = quoted("book tickets") if derived or "tickets" in tables else "(SELECT NULL AS k_ticket, NULL AS k_day WHERE false)"
        connection.execute(sql_text("control_totals/ticket_days.sql").format(tickets=days))
        connection.register("words", _words(at.source, "payment_method"))
    return Books(connection, frozenset([*tables, *(["tickets"] if derived else [])]), derived, catalogued)


def _make_book(
    connection: duckdb.DuckDBPyConnection, name: str, dataset: str, at: StoreSource, manifest: Mapping[str, Sequence[Mapping[str, Any]]]
) -> None:
    inputs = at.source.datasets[dataset][name].inputs
    files = [
        (number, place, prefix_of(entry, at, one), one)
        for number, one in enumerate(inputs)
        for place, entry in enumerate(manifest.get(one, ()))
    ]
    paths = [entry["path"] for one in inputs for entry in manifest.get(one, ())]
    marked = len(paths) != len(set(paths))
    columns = [*zip(*files, strict=True)] if files else [(), (), (), ()]
    marks = [f"#{one}" if marked else "" for one in columns[3]]
    texts, numbers = pa.string(), pa.int64()
    arrays = [pa.array(values, kind) for values, kind in zip([*columns[:3], marks], [numbers, numbers, texts, texts], strict=True)]
    connection.register(f"files {name}", pa.Table.from_arrays(arrays, names=["input", "file", "prefix", "mark"]))
    connection.execute(
        sql_text("control_totals/book.sql").format(
            name=quoted(f"book {name}"),
            rows=quoted(f"source {name}"),
            files=quoted(f"files {name}"),
            file=FILE,
            table=literal(name),
            marked=str(marked).lower(),
        )
    )


def prefix_of(entry: Mapping[str, Any], at: StoreSource, name: str) -> str:
    """What the ids of a file's rows begin with: its place below the store's folder, or, of a shared file, below the data folder."""
    path = PurePosixPath(str(entry["path"]))
    if at.source.inputs[name].shared or not path.is_relative_to(at.store.path):
        return path.as_posix()
    return path.relative_to(at.store.path).as_posix()


def _make_catalogue(connection: duckdb.DuckDBPyConnection, catalogues: Sequence[StoreSource]) -> bool:
    names = [f"catalogue {rank}" for rank, _ in enumerate(catalogues)]
    table = PRODUCTS.table("products")
    there = [name for name, at in zip(names, catalogues, strict=True) if take_rows(connection, "products", table, at, name)]
    parts = [
        f"SELECT k_item AS product, k_category AS category, k_tax AS tax, ragged, {rank} AS rank FROM {quoted(name)}"  # noqa: S608 - names of our own
        for rank, name in enumerate(there)
    ] or ["SELECT NULL AS product, NULL AS category, NULL AS tax, false AS ragged, 0 AS rank WHERE false"]
    connection.execute(sql_text("control_totals/catalogue.sql").format(catalogues=" UNION ALL ".join(parts)))
    return bool(there)


def _words(source: SourceSpec, vocabulary: str) -> pa.Table:
    """What the words of the source mean by the project's value map, and the ERP's own words themselves."""
    words = {word: word for word in VOCABULARIES[vocabulary]} | dict(source.value_maps.get(vocabulary, {}))
    return pa.table({"written": pa.array(list(words), pa.string()), "meaning": pa.array(list(words.values()), pa.string())})
