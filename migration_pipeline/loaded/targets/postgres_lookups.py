"""The interface tables asked like at the counter: fulfils `contracts.lookups.Lookups` with joins of its own, apart from reading back.

Belongs here: running those questions. Does not belong here: their SQL (`dbt_like_sql/probes/`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
from psycopg import sql

from migration_pipeline.contracts.erp import erp_table
from migration_pipeline.contracts.lookups import BY_BARCODE, BY_NAME, POINTS, STOCK, TICKET_TABLES
from migration_pipeline.loaded.targets.postgres_merge import arrow_schema
from migration_pipeline.loaded.targets.postgres_read import rows_query
from migration_pipeline.loaded.targets.postgres_sql import statement
from migration_pipeline.runtime.bulk_copy import copy_out, house_frame
from migration_pipeline.runtime.database_errors import explained
from migration_pipeline.runtime.databases import ERP, Databases


@dataclass(frozen=True)
class PostgresLookups:
    """Questions to the interface tables of one server."""

    databases: Databases

    def by_barcode(self, store: str, barcodes: Sequence[str]) -> pd.DataFrame:
        """`BY_BARCODE`."""
        return self._asked("by_barcode", BY_BARCODE, store=store, barcodes=list(barcodes))

    def by_name(self, names: Sequence[str]) -> pd.DataFrame:
        """`BY_NAME`."""
        return self._asked("by_name", BY_NAME, names=list(names))

    def stock(self, store: str, items: Sequence[str]) -> pd.DataFrame:
        """`STOCK`; the tables hold the stock at the opening, tickets do not change it."""
        return self._asked("stock", STOCK, store=store, items=list(items))

    def points(self, store: str, cards: Sequence[str]) -> pd.DataFrame:
        """`POINTS`; the tables hold the balance at the opening."""
        return self._asked("points", POINTS, store=store, cards=list(cards))

    def tickets(self, store: str, numbers: Sequence[str]) -> Mapping[str, pd.DataFrame]:
        """Their rows by ERP table."""
        keys = pd.DataFrame({"ticket_no": list(numbers)}, dtype="str")
        tables = [erp_table(name) for name in TICKET_TABLES]
        return {t.name: self._rows(t.name, rows_query(t, store, keys, ordered=True), arrow_schema(t)) for t in tables}

    def _asked(self, question: str, answer: pa.Schema, **values: object) -> pd.DataFrame:
        parts = {name: sql.Literal(value) for name, value in values.items()}
        return self._rows(question, statement(f"probes/{question}.sql", parts), answer)

    def _rows(self, what: str, query: sql.Composable, answer: pa.Schema) -> pd.DataFrame:
        with explained(f"ERP {what}"), self.databases.connect(ERP) as connection, connection.cursor() as cursor:
            return house_frame(copy_out(cursor, query, answer))
