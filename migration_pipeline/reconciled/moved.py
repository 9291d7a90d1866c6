"""Why rows stand in another group in the ERP than in the source: a logged change, a merge, words of another record, text SQL cannot read.

Belongs here: looking at single rows, only where a group differs without a reason. Does not belong here: sums of groups (`cells.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd
import pyarrow as pa

from migration_pipeline.contracts.erp import column_named, erp_table
from migration_pipeline.contracts.ledger import MEASURES
from migration_pipeline.contracts.stage_output import EVERY_ROW
from migration_pipeline.contracts.texts import joined_texts
from migration_pipeline.reconciled.book import Books
from migration_pipeline.reconciled.compare_shared import Said
from migration_pipeline.reconciled.erp_figures import ReadBack
from migration_pipeline.reconciled.groupings import Grouping
from migration_pipeline.reconciled.measurements import NO_VALUE, UNREAD
from migration_pipeline.reconciled.source_readers import quoted
from migration_pipeline.runtime.sql_files import sql_text

_WORK = pa.decimal128(36, 4)
_DTYPE = pd.ArrowDtype(_WORK)
_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "day": ("sold_at", "business_date"),
        "tax": ("tax_rate",),
        "payment": ("method",),
        "tier": ("tier",),
        "warehouse": ("warehouse",),
        "category": ("category",),
    }
)
"""Dimension -> the canonical columns it follows from."""
_GOLDEN = MappingProxyType({"tier": ("member", "tier"), "category": ("item", "category"), "tax": ("item", "tax_rate")})
"""Dimension -> the company-wide table and column where any store's record may have the say."""
_RECORDS = MappingProxyType({"members": "member_code", "lines": "item_code"})
"""Table -> the ERP column that names the company-wide record of its rows."""


@dataclass(frozen=True)
class Evidence:
    """What may explain that a row moved.

    Attributes:
        changes: dataset -> the log of what cleaning changed (table, row_id, column, new), asked for only if need be.
        said: what all stores say of company-wide records.
    """

    changes: Callable[[str], pd.DataFrame]
    said: Said


@dataclass(frozen=True)
class Moving:
    """One grouping of one store while its rows are looked at."""

    books: Books
    rows: str
    dataset: str
    grouping: Grouping
    dimensions: Sequence[str]
    accepted: Mapping[str, bool]


def explained_moves(moving: Moving, target: ReadBack, store: str, evidence: Evidence) -> pd.DataFrame:
    """What rows with a reason add to the explained difference of groups: measure, g_<dimension> ..., explained (decimal128(38, 4))."""
    moving.books.connection.register("erp_keys", _erp_keys(moving, target, store))
    moved = _moved(moving)
    parts = [_both_ends(moving, moved[_reasoned(moving, moved, evidence)])] if len(moved) else []
    apart = moving.grouping.measures.keys() - MEASURES.keys() - {"rows"}
    parts.extend(_changed(moving, measure, evidence) for measure in sorted(apart))
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()


def _erp_keys(moving: Moving, target: ReadBack, store: str) -> pa.Table:
    """Per row of the ERP table its key (without the store), groups and values."""
    grouping, table = moving.grouping, erp_table(moving.grouping.erp_table)
    rows = target.read_back(table.name, store)
    columns: dict[str, Any] = {}
    parts = [_text(rows[name]) for name in table.key if name != "store_code"]
    columns["erp_key"] = joined_texts(parts, "|") if len(parts) > 1 else parts[0]
    for name in moving.dimensions:
        reference, column = column_named(table, grouping.by[name])
        values = rows[column.name] if reference is None else _referred(rows, reference.columns, reference.table, column.name, target, store)
        columns[f"e_{name}"] = _text(values).fillna(NO_VALUE)
    columns["record"] = _text(rows[_RECORDS[grouping.table]]) if grouping.table in _RECORDS else columns["erp_key"]
    for measure, name in grouping.measures.items():
        if measure != "rows":
            columns[f"{measure}_there"] = rows[name].astype(_DTYPE).fillna(0)
    return pa.Table.from_pandas(pd.DataFrame(columns), preserve_index=False)


def _referred(rows: pd.DataFrame, own: Sequence[str], other: str, column: str, target: ReadBack, store: str) -> "pd.Series[Any]":
    described = erp_table(other)
    there = target.read_back(other, store if described.per_store else None)[[*described.key, column]]
    renamed = there.rename(columns=dict(zip(described.key, own, strict=True)) | {column: "_found"})
    return rows[list(own)].merge(renamed, on=list(own), how="left", validate="m:1")["_found"]


def _text(values: "pd.Series[Any]") -> "pd.Series[str]":
    if pd.api.types.is_datetime64_dtype(values.dtype):
        values = values.dt.strftime("%Y-%m-%d")
    text: pd.Series[str] = values.astype("str").where(values.notna())
    return text


def _moved(moving: Moving) -> pd.DataFrame:
    names = list(moving.dimensions)
    of_ticket = moving.grouping.table in {"lines", "payments"} and not moving.books.derived and "tickets" in moving.books.tables
    ticket = (
        f"LEFT JOIN {quoted('book tickets')} AS k ON k.target = split_part(r.target, '|', 1) AND NOT k.gone AND k.outcome = 'loaded'"
        if of_ticket
        else ""
    )
    query = sql_text("control_totals/moved_rows.sql").format(
        groups=", ".join(f"r.g_{name}" for name in names),
        there=", ".join(f"e.e_{name}" for name in names),
        measures=", ".join(_amount(moving, measure) for measure in moving.grouping.measures),
        ticket="k.row_id" if of_ticket else "r.row_id",
        rows=moving.rows,
        joins=ticket,
        differ=" OR ".join(f"r.g_{name} <> e.e_{name}" for name in names),
    )
    return _typed(moving.books.connection.sql(query).to_arrow_table(), moving.grouping)


def _amount(moving: Moving, measure: str) -> str:
    """What of a row is in the ERP: as the ledger has it, where its changes are known."""
    if measure == "rows":
        return "CASE WHEN r.outcome = 'loaded' THEN 1 ELSE 0 END AS rows"
    return f"r.ledger_{measure} AS {measure}" if moving.accepted.get(measure) else f"r.{measure}"


def _typed(table: pa.Table, grouping: Grouping) -> pd.DataFrame:
    columns: dict[str, Any] = {}
    for name in table.column_names:
        array = table[name].combine_chunks()
        exact = name in grouping.measures or name == "amount"
        columns[name] = pd.Series(array.cast(_WORK), dtype=_DTYPE) if exact else pd.Series(array, dtype="str")
    return pd.DataFrame(columns)


def _reasoned(moving: Moving, moved: pd.DataFrame, evidence: Evidence) -> "pd.Series[bool]":
    """Rows for which every dimension that differs has a reason."""
    changes = evidence.changes(moving.dataset)
    merged = moved["outcome"] == "merged"
    reasoned = pd.Series(True, index=moved.index, dtype=bool)
    for name in moving.dimensions:
        here, there = moved[f"g_{name}"], moved[f"e_{name}"]
        known = (here == there) | (here == UNREAD) | merged | _logged(moved, there, changes, _COLUMNS.get(name, ()))
        if name in _GOLDEN and not known.all():
            known |= _golden(moved, there, name, evidence)
        if name == "day" and moving.books.derived:
            known |= _day_of_ticket(moving, moved)
        reasoned &= known
    return reasoned


def _logged(moved: pd.DataFrame, there: "pd.Series[str]", changes: pd.DataFrame, columns: Sequence[str]) -> "pd.Series[bool]":
    """Rows of which, or of whose ticket, a change of one of the columns is in the log."""
    own = changes[changes["column"].isin(columns)]
    rows = set(own["row_id"])
    hit = moved["row_id"].isin(rows) | moved["ticket_row"].isin(rows)
    if EVERY_ROW in rows:
        hit |= there.isin(set(own.loc[own["row_id"] == EVERY_ROW, "new"].str[:10]))
    return hit


def _golden(moved: pd.DataFrame, there: "pd.Series[str]", dimension: str, evidence: Evidence) -> "pd.Series[bool]":
    """Rows whose record has this value from another record, or from a logged change of its own."""
    table, column = _GOLDEN[dimension]
    key = erp_table(table).key[0]
    said = evidence.said(table, pd.DataFrame({key: moved["record"].dropna().unique()}, dtype="str"))
    keys, values = said[key], _text(said[column]).fillna(NO_VALUE)
    several = keys[keys.duplicated()]
    changes = evidence.changes("members" if table == "member" else "products")
    written = set(changes.loc[changes["column"] == column, "new"])
    pairs = set(zip(keys, values, strict=True))
    is_said = [pair in pairs for pair in zip(moved["record"], there, strict=True)]
    return pd.Series(is_said, index=moved.index, dtype=bool) & (moved["record"].isin(several) | there.isin(written))


def _day_of_ticket(moving: Moving, moved: pd.DataFrame) -> "pd.Series[bool]":
    """Lines of a ticket that has begun on the day where the ERP has them."""
    days = moving.books.connection.execute(f"SELECT DISTINCT k_ticket, k_day FROM {quoted('book lines')}").fetchall()  # noqa: S608
    known = set(days)
    tickets = moved["target"].str.split("|").str[0]
    return pd.Series([pair in known for pair in zip(tickets, moved["e_day"], strict=True)], index=moved.index, dtype=bool)


def _both_ends(moving: Moving, moved: pd.DataFrame) -> pd.DataFrame:
    """What moved is too much where it came from and too little where it is."""
    parts = []
    for measure in moving.grouping.measures:
        for end, amount in (("g", moved[measure]), ("e", -moved[measure])):
            groups = {f"g_{name}": moved[f"{end}_{name}"] for name in moving.dimensions}
            parts.append(pd.DataFrame({**groups, "measure": measure, "explained": amount}))
    keys = ["measure", *(f"g_{name}" for name in moving.dimensions)]
    summed = pd.concat(parts, ignore_index=True).astype({"measure": "str", "explained": _DTYPE})
    return summed.groupby(keys)[["explained"]].sum().reset_index().astype({"explained": _DTYPE})


def _changed(moving: Moving, measure: str, evidence: Evidence) -> pd.DataFrame:
    """Values whose change is in the log: of a balance's part, of a price."""
    changes = evidence.changes(moving.dataset)
    own = changes[(changes["column"] == measure)]
    if own.empty:
        return own
    groups = ", ".join(f"r.g_{name}" for name in moving.dimensions)
    query = sql_text("control_totals/changed_values.sql").format(groups=groups, measure=measure, rows=moving.rows)
    found = _typed(moving.books.connection.sql(query).to_arrow_table(), moving.grouping)
    logged = found["row_id"].isin(set(own["row_id"])) | (EVERY_ROW in set(own["row_id"]))
    once = found[logged].drop_duplicates("target").rename(columns={"amount": "explained"})
    return once.assign(measure=measure)[["measure", *(f"g_{name}" for name in moving.dimensions), "explained"]].astype({"measure": "str"})
