"""Rows of the ERP that are not what was loaded: which, in which columns, by how much, and whether somebody touched them since.

Belongs here: comparing what was sent with what is there row by row, once it is known that they differ. Does not belong here: whether they
differ (`compare_rows.py`, `compare_shared.py`), what that means for totals (`classed_breaks.py`).
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from migration_pipeline.contracts.break_classes import LATE_TICKET, LOADED_OTHERWISE, ROW_ADDED, ROW_CHANGED, ROW_DELETED, TEXT_CHANGED
from migration_pipeline.contracts.erp import ErpTable, erp_table
from migration_pipeline.reconciled.compare_rows import RowDifferences, alike
from migration_pipeline.reconciled.compare_shared import Said
from migration_pipeline.reconciled.erp_figures import ReadBack
from migration_pipeline.reconciled.row_match import differing

COLUMNS = ("erp_table", "reason", "key", "columns")
_OF_TICKETS = ("ticket", "ticket_line", "payment")


@dataclass(frozen=True)
class ErpChanges:
    """What is not as it was loaded.

    Attributes:
        rows: `COLUMNS`, all text, one per row of the ERP; `columns` joined by commas, empty for whole rows. No values.
        amounts: (ERP table, reason, numeric column) -> what was sent minus what is there.
        prints: (ERP table, reason) -> hash over keys and values there: another change has another print.
    """

    rows: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({name: pd.Series(dtype="str") for name in COLUMNS}))
    amounts: Mapping[tuple[str, str, str], Decimal] = field(default_factory=dict)
    prints: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def keys(self, table: str, reason: str) -> "pd.Series[str]":
        """The keys of one table's rows."""
        return self.rows.loc[(self.rows["erp_table"] == table) & (self.rows["reason"] == reason), "key"]


@dataclass(frozen=True)
class Sides:
    """One ERP table as it was sent and as it is.

    Attributes:
        there: the store's rows; of company-wide tables those that this store sent.
        said: what all stores say of company-wide records; None: only what this store sent counts.
        touched: keys (parts joined by `|`) of rows that somebody wrote since their load; None: the ERP cannot tell.
        late: numbers of tickets that were sold after the extract's last.
    """

    table: ErpTable
    sent: pd.DataFrame
    there: pd.DataFrame
    said: Said | None = None
    touched: Collection[str] | None = None
    late: Collection[str] = ()


def joined(parts: list[ErpChanges]) -> ErpChanges:
    """The changes of several tables as one."""
    rows = pd.concat([ErpChanges().rows, *(part.rows for part in parts)], ignore_index=True)
    amounts = {key: amount for part in parts for key, amount in part.amounts.items()}
    return ErpChanges(rows, amounts, {key: one for part in parts for key, one in part.prints.items()})


def late_tickets(sent: pd.DataFrame, there: pd.DataFrame) -> frozenset[str]:
    """Numbers of the ERP's tickets that were sold after the last one that was sent; none if nothing was sent."""
    last = sent["sold_at"].max()
    strange = ~there["ticket_no"].isin(sent["ticket_no"])
    return frozenset() if pd.isna(last) else frozenset(there.loc[strange & (there["sold_at"] > last), "ticket_no"])


def changes_of(sides: Sides) -> ErpChanges:
    """Every row of one table that is missing, extra or different, by reason."""
    name, key = sides.table.name, list(sides.table.key)
    sent, there = sides.sent.reset_index(drop=True), sides.there.reset_index(drop=True)
    sent_keys, there_keys = key_texts(sent[key]), key_texts(there[key])
    places = pd.Index(there_keys).get_indexer(pd.Index(sent_keys))
    gone, strange = sent[places < 0], there[~there_keys.isin(sent_keys)]
    found: list[tuple[str, pd.DataFrame, pd.DataFrame, pd.Series[str], pd.Series[str]]] = []
    if len(gone):
        found.append((ROW_DELETED, gone, there.head(0), sent_keys[gone.index], _same("", gone.index)))
    if len(strange):
        late = strange["ticket_no"].isin(sides.late) if name in _OF_TICKETS else pd.Series(data=False, index=strange.index)
        for reason, rows in ((LATE_TICKET, strange[late]), (ROW_ADDED, strange[~late])):
            found.append((reason, sent.head(0), rows, there_keys[rows.index], _same("", rows.index)))
    if (places >= 0).any():
        ours, theirs = sent[places >= 0].reset_index(drop=True), there.iloc[places[places >= 0]].reset_index(drop=True)
        found += _different(sides, ours, theirs, key_texts(ours[key]))
    parts = [_part(sides.table, *one) for one in found if len(one[3])]
    return joined(parts)


def key_texts(key: pd.DataFrame) -> "pd.Series[str]":
    """Keys as text, parts joined by `|`."""
    return reduce(lambda left, right: left + "|" + right, (key[name].astype("str") for name in key.columns))


def _same(text: str, index: pd.Index) -> "pd.Series[str]":
    return pd.Series(text, index=index, dtype="str")


def _different(
    sides: Sides, ours: pd.DataFrame, theirs: pd.DataFrame, keys: "pd.Series[str]"
) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame, "pd.Series[str]", "pd.Series[str]"]]:
    """Rows with the same key and another value: an amount, or only texts; or as the load itself left them."""
    differ = {name: differing(*alike(name, ours[name], theirs[name])) for name in sides.table.value_names}
    if sides.said is not None:
        differ = _unsaid(sides, theirs, differ)
    none = np.zeros(len(ours), dtype=bool)
    numeric = {column.name for column in sides.table.numeric_columns}
    amount = reduce(np.logical_or, (mask for name, mask in differ.items() if name in numeric), none)
    any_value = reduce(np.logical_or, differ.values(), none)
    untouched = none if sides.touched is None else ~keys.isin(list(sides.touched)).to_numpy()
    names = _same("", ours.index)
    for name, mask in differ.items():
        names = names.where(~mask, names + np.where(names == "", "", ",") + name)
    masks = {LOADED_OTHERWISE: any_value & untouched, ROW_CHANGED: amount & ~untouched, TEXT_CHANGED: any_value & ~amount & ~untouched}
    for reason, mask in masks.items():
        yield reason, ours[mask], theirs[mask], keys[mask], names[mask]


def _unsaid(sides: Sides, theirs: pd.DataFrame, differ: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Of the values that are not as this store sent them, those that no store says."""
    key = list(sides.table.key)
    doubtful = reduce(np.logical_or, differ.values(), np.zeros(len(theirs), dtype=bool))
    if sides.said is None or not doubtful.any():
        return dict(differ)
    words = sides.said(sides.table.name, theirs.loc[doubtful, key])
    keys = key_texts(words[key])
    left = {}
    for name, mask in differ.items():
        found, known = alike(name, theirs[name], words[name])
        pairs = set(zip(keys, known.to_pylist(), strict=True))
        said = [
            pair in pairs for pair in zip(key_texts(theirs.loc[mask, key]), pa.array(found).filter(pa.array(mask)).to_pylist(), strict=True)
        ]
        left[name] = mask.copy()
        left[name][mask] = ~np.array(said, dtype=bool)
    return left


def _part(
    table: ErpTable, reason: str, ours: pd.DataFrame, theirs: pd.DataFrame, keys: "pd.Series[str]", columns: "pd.Series[str]"
) -> ErpChanges:
    """Rows of one reason with their amounts and their print."""
    rows = pd.DataFrame({"erp_table": table.name, "reason": reason, "key": keys, "columns": columns}, dtype="str").reset_index(drop=True)
    amounts = {(table.name, reason, c.name): _total(ours[c.name]) - _total(theirs[c.name]) for c in table.numeric_columns}
    lines = [*keys] if theirs.empty else [*reduce(_beside, (theirs[c].astype("str").fillna("") for c in theirs))]
    return ErpChanges(rows, amounts, {(table.name, reason): hashlib.sha256("\x1e".join(sorted(lines)).encode()).hexdigest()[:16]})


def _beside(left: "pd.Series[str]", right: "pd.Series[str]") -> "pd.Series[str]":
    return left + "\x1f" + right


def _total(values: "pd.Series[Any]") -> Decimal:
    """Exact sum; missing counts as 0."""
    array = pa.array(values, from_pandas=True)
    summed = pc.sum(array.cast(pa.decimal128(38, 6)) if len(array) else pa.array([], pa.decimal128(38, 6))).as_py()
    return Decimal(0) if summed is None else Decimal(summed)


def find_changes(
    tables: Mapping[str, pd.DataFrame],
    rows: Mapping[str, RowDifferences],
    store: str,
    target: ReadBack,
    said: Said,
) -> ErpChanges:
    """The changed rows of every ERP table that is known to differ; the others are not read again.

    Args:
        tables: ERP table -> rows as they were sent.
        rows: ERP table -> how it differs.
        store: whose.
        target: the ERP.
        said: what all stores say of company-wide records.
    """
    wrong = [name for name in tables if not rows[name].equal]
    late: Collection[str] = ()
    if "ticket" in wrong and rows["ticket"].extra:
        late = late_tickets(tables["ticket"], target.read_back("ticket", store))
    parts = []
    for name in wrong:
        table, sent = erp_table(name), tables[name]
        there = target.read_back(name, store) if table.per_store else target.read_back(name, None, sent[list(table.key)])
        touched = target.touched(name, store if table.per_store else None)
        parts.append(changes_of(Sides(table, sent, there, None if table.per_store else said, touched, late)))
    return joined(parts)
