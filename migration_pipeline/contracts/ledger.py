"""The outcome ledger: one row per source row, and the law that it conserves rows, money, quantity and points.

Belongs here: the ledger's schema, how outcomes are recorded and summed. Does not belong here: deciding an outcome.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from migration_pipeline.contracts.datasets import Table
from migration_pipeline.contracts.money import decimal_dtype, total, zeros
from migration_pipeline.contracts.reasons import REASONS
from migration_pipeline.contracts.texts import among, each_word, repeated

LEDGER_DTYPES: dict[str, Any] = {
    "table": "str",
    "row_id": "str",
    "outcome": "str",
    "reason": "str",
    "stage": "str",
    "detail": "str",
    "target_key": "str",
    "money": decimal_dtype(2),
    "quantity": decimal_dtype(3),
    "points": decimal_dtype(2),
}
MEASURES = {"money": 2, "quantity": 3, "points": 2}
"""What is conserved, with its decimal places. A parsed row carries its own share as `_money` ..., even after rows were folded."""


def empty_ledger() -> pd.DataFrame:
    """A ledger without rows, with the right dtypes."""
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in LEDGER_DTYPES.items()})


def entries(
    table: Table,
    rows: pd.DataFrame,
    reason: "str | pd.Series[str]",
    stage: str,
    *,
    detail: "str | pd.Series[str]" = "",
    target_key: "str | pd.Series[str]" = "",
) -> pd.DataFrame:
    """Ledger rows for `rows` (which carry `_row_id` and, once parsed, the table's measures).

    Raises:
        KeyError: the reason is not in the registry or is only a flag.
    """
    same: dict[str, pd.Series[str]] = {}  # a text that says the same in several columns of a million rows is made once

    def column(text: "str | pd.Series[str]") -> "pd.Series[str]":
        if not isinstance(text, str):
            return pd.Series(text, index=rows.index, dtype="str")
        if text not in same:
            same[text] = repeated(text, rows.index)
        return same[text]

    codes = {reason} if isinstance(reason, str) else set(reason.unique())
    outcomes = {code: REASONS[code].outcome for code in codes}
    if None in outcomes.values():
        raise KeyError(f"{[c for c, o in outcomes.items() if o is None]} are flags, not outcomes")
    columns: dict[str, object] = {
        "table": column(table.name),
        "row_id": rows["_row_id"],
        "outcome": column(str(outcomes[reason]) if isinstance(reason, str) else each_word(reason, lambda code: str(outcomes[code]))),
        "reason": column(reason),
        "stage": column(stage),
        "detail": column(detail),
        "target_key": column(target_key),
    }
    for measure, scale in MEASURES.items():
        own = f"_{measure}"
        columns[measure] = rows[own] if own in rows else zeros(rows.index, scale)
    return pd.DataFrame(columns).reset_index(drop=True)


def joined(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """All ledger parts as one ledger; no part is fine."""
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else empty_ledger()


@dataclass(frozen=True)
class Conservation:
    """Whether every source row of one table has exactly one outcome.

    Attributes:
        source_rows: rows read, ragged ones included.
        missing, unknown, twice: row ids without an outcome, with an outcome but no source row, with more than one.
    """

    table: str
    source_rows: int
    ledger_rows: int
    missing: int
    unknown: int
    twice: int
    samples: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """True if no row vanished, appeared or was counted twice."""
        return not (self.missing or self.unknown or self.twice) and self.source_rows == self.ledger_rows


def conservation(table: str, source_ids: "pd.Series[str]", ledger: pd.DataFrame) -> Conservation:
    """Compare the row ids of the source with those of the ledger (both unique)."""
    ids = ledger.loc[ledger["table"] == table, "row_id"]
    missing = source_ids[~among(source_ids, ids)]
    unknown = ids[~among(ids, source_ids)]
    twice = ids[ids.duplicated()]
    samples = tuple(pd.concat([missing, unknown, twice]).head(5))
    return Conservation(table, len(source_ids), len(ids), len(missing), len(unknown), len(twice), samples)


def outcome_sums(ledger: pd.DataFrame) -> pd.DataFrame:
    """Rows and exact sums per table, stage, outcome and reason."""
    by = ledger.groupby(["table", "stage", "outcome", "reason"], sort=True)
    sums = by[list(MEASURES)].sum()
    return sums.assign(rows=by.size()).reset_index()


def ledger_total(ledger: pd.DataFrame, table: str, measure: str) -> Decimal:
    """Exact sum of one measure over one table's ledger rows."""
    return total(ledger.loc[ledger["table"] == table, measure])
