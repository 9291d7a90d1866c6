"""What became of every source row in one run, small enough to keep for all runs: its outcome, and hashes of its mapped values.

Belongs here: making, writing, reading and comparing it. Does not belong here: which runs are compared, and why rows differ
(`orchestration/diff.py`). It holds no value, only hashes: 64 bits of all values of a row tell whether they changed, 16 bits per column
which of them did. The ERP's rows are hashed with it where they are the store's own; company-wide ones hold values of other stores too.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from uuid import uuid4

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from migration_pipeline.contracts.datasets import Dataset, Table
from migration_pipeline.contracts.erp import erp_table
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.contracts.vocabularies import CANONICAL, translate
from migration_pipeline.reconciled.source_readers import quoted

FOLDER, MOST_ROW_IDS = "history", 20
_COLUMN = "v_"
_LEDGER = ("table", "row_id", "outcome", "reason", "detail", "target_key")
_MADE_BY = b"hashed_by"
_ERP_KEYS: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "suppliers": {"supplier_balance": ("supplier_code",)},
        "products": {"item_price": ("item_code",), "item_pack": ("item_code",)},
        "members": {"member_balance": ("member_code",), "member_card": ("member_code",)},
        "stock": {"opening_stock": ("warehouse_code", "item_code")},
        "tickets": {"ticket": ("ticket_no",)},
        "lines": {"ticket_line": ("ticket_no", "line_no")},
        "payments": {"payment": ("ticket_no", "payment_no")},
    }
)
"""Table -> ERP tables of the store's own -> the columns that make the ledger's `target_key`."""


def history_file(lake: Path, run_id: str, dataset: str, store: str) -> Path:
    """Where the history of one run x dataset x store lies."""
    return lake / FOLDER / run_id / dataset / f"{store}.parquet"


def row_history(dataset: Dataset, cleaned: StageOutput, loaded: StageOutput, value_maps: Mapping[str, Mapping[str, str]]) -> pa.Table:
    """One row per source row.

    Returns:
        table, row_id, outcome, reason, detail, target_key, `value` (uint64, of all values) and per canonical column `v_<column>` (uint16);
        hashes are null for rows that ended before they had values.
    """
    with _database() as database:
        tables = [dataset.table(name) for name in cleaned.tables if len(cleaned.tables[name])]
        for table in tables:
            database.register(f"own_{table.name}", _arrow(_in_erp_words(table, cleaned.tables[table.name], value_maps)))
        for name, frame in loaded.tables.items():
            database.register(f"erp_{name}", _arrow(frame))
        database.register("ledger", _arrow(loaded.outcomes[list(_LEDGER)]))
        own = [_own_hashes(table.name, list(cleaned.tables[table.name].columns)) for table in tables] or [_NO_HASHES]
        erp = [part for table in tables for part in _erp_hashes(table, loaded.tables)] or [_NO_ERP]
        made: pa.Table = database.sql(_JOINED.format(own=" UNION ALL BY NAME ".join(own), erp=" UNION ALL ".join(erp))).to_arrow_table()
    empty = [name for name in made.column_names if name.startswith(_COLUMN) and made[name].null_count == len(made)]
    return made.drop_columns(empty).replace_schema_metadata({_MADE_BY: f"duckdb {duckdb.__version__}"})


def write_history(path: Path, history: pa.Table) -> None:
    """Write one history; never seen half-written."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    scratch = path.with_suffix(f".{uuid4().hex[:8]}")
    pq.write_table(history, scratch, compression="zstd", compression_level=3)
    scratch.replace(path)


@dataclass(frozen=True)
class ChangedRows:
    """Rows of one table that changed in the same way.

    Attributes:
        change: `new`, `gone`, `outcome` (or its reason), `values`, or `target_key` alone.
        old, new: outcome and reason, as `rejected no_name`; empty where there is no row.
        columns: canonical columns whose values changed; `erp`: only the ERP's row did.
        row_ids: the first few.
    """

    table: str
    change: str
    old: str
    new: str
    columns: tuple[str, ...]
    rows: int
    row_ids: tuple[str, ...]


def changed_rows(old: Path, new: Path) -> tuple[list[ChangedRows], bool]:
    """How the rows of two histories differ, and whether their values could be compared: they were hashed by the same version."""
    tables = [pq.read_table(path) for path in (old, new)]
    comparable = len({(table.schema.metadata or {}).get(_MADE_BY) for table in tables}) == 1
    columns = sorted({name for table in tables for name in table.column_names if name.startswith(_COLUMN)})
    with _database() as database:
        for name, table in zip(("old_rows", "new_rows"), tables, strict=True):
            database.register(name, _with_columns(table, columns))
        named = [f"CASE WHEN o.{quoted(c)} IS DISTINCT FROM n.{quoted(c)} THEN '{c.removeprefix(_COLUMN)}' END" for c in columns]
        query = _CHANGES.format(columns=f"concat_ws(' ', {', '.join(named)})" if named else "''", values=comparable, most=MOST_ROW_IDS)
        found = database.sql(query).fetchall()
    rows = [ChangedRows(t, how, o, n, tuple(names.split()), count, tuple(ids)) for t, how, o, n, names, count, ids in found]
    return rows, comparable


def _own_hashes(table: str, columns: list[str]) -> str:
    shown = [name for name in columns if not name.startswith("_")]
    each = [f'CASE WHEN {quoted(c)} IS NOT NULL THEN ({_hash(c)} & 65535)::USMALLINT END AS "{_COLUMN}{c}"' for c in shown]
    together = f"hash(concat_ws(chr(31), {', '.join(map(_named, shown))}))"
    return _OWN.format(table=table, together=together, each=", ".join(each))


def _erp_hashes(table: Table, sent: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    for name, key in _ERP_KEYS.get(table.name, {}).items():
        if name in sent:
            whole = f"hash(concat_ws(chr(31), '{name}', {', '.join(map(_named, erp_table(name).column_names))}))"
            target = " || '|' || ".join(f"{quoted(column)}::VARCHAR" for column in key)
            yield _ERP.format(table=table.name, target=target, whole=whole, name=name)


def _hash(column: str) -> str:
    return f"hash({quoted(column)}::VARCHAR)"


def _named(column: str) -> str:
    """The value with its column's name; nothing for a missing value, so that a column without values changes no hash."""
    return f"'{column}=' || {quoted(column)}::VARCHAR"


def _in_erp_words(table: Table, frame: pd.DataFrame, value_maps: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """The table as cleaned, with its words in the ERP's."""
    closed = [field for field in table.fields if field.vocabulary and field.vocabulary not in CANONICAL and field.name in frame]
    words = {f.name: translate(frame[f.name], f.vocabulary or "", value_maps.get(f.vocabulary or "", {}))[0] for f in closed}
    return frame.assign(**words)


def _with_columns(table: pa.Table, columns: list[str]) -> pa.Table:
    for name in columns:
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(len(table), pa.uint16()))
    return table


def _arrow(frame: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(frame, preserve_index=False)


@contextmanager
def _database() -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(duckdb.connect(":memory:", config={"enable_external_access": False})) as database:
        yield database


_OWN = "SELECT '{table}' AS tbl, _row_id AS row_id, {together} AS own, {each} FROM own_{table}"
_ERP = "SELECT '{table}' AS tbl, {target} AS target_key, {whole} AS erp FROM erp_{name}"
_NO_HASHES = "SELECT '' AS tbl, '' AS row_id, 0::UBIGINT AS own WHERE false"
_NO_ERP = "SELECT '' AS tbl, '' AS target_key, 0::UBIGINT AS erp WHERE false"
_JOINED = """
WITH own AS ({own}),
     erp AS (SELECT tbl, target_key, bit_xor(erp) AS erp FROM ({erp}) GROUP BY ALL)
SELECT l."table", l.row_id, l.outcome, l.reason, l.detail, l.target_key, xor(o.own, coalesce(e.erp, 0::UBIGINT)) AS value,
       o.* EXCLUDE (tbl, row_id, own)
FROM ledger l
LEFT JOIN own o ON o.tbl = l."table" AND o.row_id = l.row_id
LEFT JOIN erp e ON e.tbl = l."table" AND e.target_key = l.target_key
ORDER BY l."table", l.row_id
"""
_CHANGES = """
WITH beside AS (
    SELECT coalesce(n."table", o."table") AS "table", coalesce(n.row_id, o.row_id) AS row_id,
           CASE WHEN o.row_id IS NULL THEN 'new' WHEN n.row_id IS NULL THEN 'gone'
                WHEN (o.outcome, o.reason) IS DISTINCT FROM (n.outcome, n.reason) THEN 'outcome'
                WHEN {values} AND o.value IS DISTINCT FROM n.value THEN 'values'
                WHEN o.target_key IS DISTINCT FROM n.target_key THEN 'target_key' END AS change,
           coalesce(o.outcome || ' ' || o.reason, '') AS old, coalesce(n.outcome || ' ' || n.reason, '') AS new, {columns} AS differing
    FROM old_rows o FULL JOIN new_rows n ON o."table" = n."table" AND o.row_id = n.row_id)
SELECT "table", change, old, new, CASE WHEN change <> 'values' THEN '' WHEN differing = '' THEN 'erp' ELSE differing END AS columns,
       count(*) AS rows, min(row_id, {most}) AS row_ids
FROM beside WHERE change IS NOT NULL GROUP BY ALL ORDER BY ALL
"""
