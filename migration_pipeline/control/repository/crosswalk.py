"""The crosswalk: (dataset, store, source key) -> ERP key, the identities behind it, and golden records made from it.

Belongs here: reading and writing it. Does not belong here: the rule of identity (`identity_rule.py`), the staging (`crosswalk_staging.py`).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pandas as pd
import psycopg
import pyarrow as pa
from psycopg import sql

from migration_pipeline.contracts.codes import NO_LIMIT, CodeLimit
from migration_pipeline.control.repository.crosswalk_staging import Assignment, dataset_value
from migration_pipeline.runtime.bulk_copy import copy_out, house_frame
from migration_pipeline.runtime.database_errors import explained
from migration_pipeline.runtime.databases import CONTROL, Databases
from migration_pipeline.runtime.sql_files import sql_text

_LOOKUP = pa.schema([("source_key", pa.string()), ("store", pa.string()), ("erp_key", pa.string())])
_ROWS = pa.schema(
    [
        ("erp_key", pa.string()),
        ("store", pa.string()),
        ("source_key", pa.string()),
        ("is_owner", pa.bool_()),
        ("first_run", pa.string()),
        ("name", pa.string()),
    ]
)
_IDENTIFIED = pa.schema([("value", pa.string()), ("erp_key", pa.string())])
_BETWEEN = "\x1f"
_GOLDEN = pa.schema([("erp_key", pa.string()), ("fields", pa.string())])


@dataclass(frozen=True)
class CrosswalkRepository:
    """The crosswalk of one control database; fulfils `mapped.context.Crosswalk`."""

    databases: Databases

    def assign(self, dataset: str, store: str, run_id: str, frame: pd.DataFrame, limit: CodeLimit = NO_LIMIT) -> pd.DataFrame:
        """ERP keys for source records; one transaction, one at a time per dataset, the same again when repeated.

        Args:
            dataset: whose records these are.
            store: the store they come from.
            run_id: kept with records that are new.
            frame: source_key (text, unique), code_hint (text: the ERP key if a new one must be made), identities (a list of
                (kind, value) per row, strongest first, may be empty), updated_at (timestamp or NaT), fields (JSON object of text);
                code_digits (integer, may be absent): not 0 if a running number of so many digits is put behind the hint.
            limit: what new ERP keys must keep to.

        Returns:
            source_key, erp_key (text), is_owner (bool: this record made the key), in the order given.

        Raises:
            BadInputError: a source key comes twice, a column is missing or wrong, a new key exceeds the limit. Nothing was assigned.
            InfrastructureError: the control database is gone; nothing was assigned.
        """
        with self._transaction(f"crosswalk {store}/{dataset}") as cursor:
            return Assignment(cursor, dataset, store, run_id, limit).assign(frame)

    def lookup(
        self, dataset: str, stores: Sequence[str], source_keys: Iterable[str] | None = None, fields: Sequence[str] = ()
    ) -> pd.DataFrame:
        """ERP keys of source keys (all of them if None) in some stores; an earlier store of the sequence wins.

        Returns:
            source_key, store, erp_key, and what that source record says of some `fields` (text, missing: nothing); one row per source key
            that is known, by source key.
        """
        condition = sql.SQL("true") if source_keys is None else sql.SQL("c.source_key = ANY({})").format(_texts(source_keys))
        said = sql.SQL("").join(sql.SQL(", c.fields ->> {}").format(sql.Literal(name)) for name in fields)
        statement = sql.SQL(sql_text("load/crosswalk_lookup.sql")).format(
            dataset=dataset_value(dataset), stores=_texts(stores), condition=condition, fields=said
        )
        schema = pa.schema([*_LOOKUP, *(pa.field(name, pa.string()) for name in fields)])
        with self._transaction(f"crosswalk {dataset}") as cursor:
            return house_frame(copy_out(cursor, statement, schema))

    def rows(self, dataset: str, stores: Sequence[str] | None = None) -> pd.DataFrame:
        """The crosswalk of some stores (None: of all) as one moment sees it, by ERP key, store and source key.

        Returns:
            erp_key, store, source_key, is_owner (bool), first_run, name (what the source record calls it; holds personal data).
        """
        condition = sql.SQL("true") if stores is None else sql.SQL("c.store = ANY({})").format(_texts(stores))
        statement = sql.SQL(sql_text("load/crosswalk_rows.sql")).format(dataset=dataset_value(dataset), condition=condition)
        with self._transaction(f"crosswalk {dataset}") as cursor:
            return house_frame(copy_out(cursor, statement, _ROWS))

    def golden(self, dataset: str, erp_keys: Iterable[str], fields: Sequence[str] | None = None) -> pd.DataFrame:
        """One row per ERP key that the crosswalk knows: per field the newest value over all its source records.

        Order of contributions: newest `updated_at` (unknown last), then more fields filled, then store and source key.

        Returns:
            erp_key and one text column per field, by ERP key; columns by name. If `fields` are named, these in their order, there or not.
        """
        statement = sql.SQL(sql_text("load/golden.sql")).format(dataset=dataset_value(dataset), erp_keys=_texts(erp_keys))
        with self._transaction(f"golden records of {dataset}") as cursor:
            if fields is not None:
                return house_frame(copy_out(cursor, *_some(statement, fields)))
            found = copy_out(cursor, statement, _GOLDEN).to_pydict()
        return _as_columns(found["erp_key"], found["fields"])

    def retire(self, dataset: str, store: str) -> int:
        """Let a store's contributions to golden records count no more, until it is mapped again; returns how many there were."""
        with self._transaction(f"crosswalk {dataset}") as cursor:
            return cursor.execute(sql.SQL(sql_text("undo/retire.sql")), {"dataset": dataset, "store": store}).rowcount

    def contributions(self, dataset: str, erp_keys: Iterable[str]) -> pd.DataFrame:
        """What every source record of some ERP keys says: erp_key and one text column per field, a row per record, by ERP key."""
        statement = sql.SQL(sql_text("load/contributions.sql")).format(dataset=dataset_value(dataset), erp_keys=_texts(erp_keys))
        with self._transaction(f"records of {dataset}") as cursor:
            found = copy_out(cursor, statement, _GOLDEN).to_pydict()
        return _as_columns(found["erp_key"], found["fields"])

    def identified(self, dataset: str, kind: str, values: Iterable[str]) -> pd.DataFrame:
        """The ERP record that each of some identifiers belongs to: columns value and erp_key, without those nobody registered."""
        statement = sql.SQL(sql_text("load/identified.sql")).format(
            dataset=dataset_value(dataset), kind=sql.Literal(kind), values=_texts(values)
        )
        with self._transaction(f"identifiers of {dataset}") as cursor:
            return house_frame(copy_out(cursor, statement, _IDENTIFIED))

    @contextmanager
    def _transaction(self, where: str) -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
        with explained(where), self.databases.connect(CONTROL) as connection, connection.cursor() as cursor:
            yield cursor


def _texts(values: Iterable[str]) -> sql.Composable:
    """An array of texts; as one text that the server takes apart, since a hundred thousand small ones take long to quote."""
    texts = list(values)
    joined = _BETWEEN.join(texts)
    if not joined or joined.count(_BETWEEN) != len(texts) - 1:
        return sql.SQL("{}::text[]").format(sql.Literal(texts))
    return sql.SQL("string_to_array({}, {})").format(sql.Literal(joined), sql.Literal(_BETWEEN))


def _some(golden: sql.Composable, fields: Sequence[str]) -> tuple[sql.Composable, pa.Schema]:
    """The golden records with some of their fields as columns, by ERP key."""
    columns = sql.SQL(", ").join([sql.SQL("g.erp_key"), *(sql.SQL("g.fields::jsonb ->> {}").format(sql.Literal(name)) for name in fields)])
    schema = pa.schema([("erp_key", pa.string()), *((name, pa.string()) for name in fields)])
    return sql.SQL('SELECT {} FROM ({}) AS g ORDER BY g.erp_key COLLATE "C"').format(columns, golden), schema


def _as_columns(erp_keys: list[str], fields: list[str]) -> pd.DataFrame:
    records: list[dict[str, str | None]] = json.loads(f"[{','.join(fields)}]")
    frame = pd.DataFrame(records, index=pd.Index(erp_keys, name="erp_key", dtype="str"), dtype="str")
    return frame.sort_index(axis="columns").sort_index().reset_index()
