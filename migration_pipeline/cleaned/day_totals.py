"""The store system's own daily summary (日汇总) against the tickets: is every day complete?

Belongs here: comparing sums per business day, and per terminal and cashier where the summary names them. Does not belong here: which day a
ticket belongs to (`sales_time.py`), what is done about a difference (`sales_audit.py`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa

from migration_pipeline.cleaned.table import CleanTable
from migration_pipeline.contracts.money import ZERO, decimal_dtype, total
from migration_pipeline.contracts.reasons import REASONS, Outcome

_NO_SALE = tuple(code for code, reason in REASONS.items() if reason.outcome is Outcome.EXCLUDED)
_PARTS = ("terminal", "cashier")
_SCALES = {"amount": 2, "goods": 2, "quantity": 3, "tickets": 0}
_COUNT = pd.ArrowDtype(pa.decimal128(19, 0))
_SHOWN = 5


@dataclass(frozen=True)
class Compared:
    """Where summary and tickets differ.

    Attributes:
        rows: of the summary.
        count: days (or terminals and cashiers of a day), those of which the summary says nothing included.
        money: sum of the differences, each without its sign.
        note: a few of the days.
    """

    rows: "pd.Series[bool]"
    count: int
    money: Decimal
    note: str


def compared(done: Mapping[str, CleanTable]) -> Compared:
    """The summary against all tickets that are sales, rejected ones included: a void ticket is none, one that does not add up still is.

    Money may be counted with or without rounding (抹零); a column that the summary leaves empty is not compared.
    """
    said = done["day_totals"].frame
    said = said[said["_reason"].isna()]
    found = _tickets(done["tickets"].frame, done["lines"].frame)
    off = [_differences(rows, found, parts) for parts, rows in _by_parts(said)]
    every = pd.concat(off) if off else pd.DataFrame({"label": [], "difference": [], "said": [], "found": []})
    guilty = pd.concat(
        [_rows_of(rows, keys, parts) for (parts, rows), keys in zip(_by_parts(said), off, strict=True)] or [pd.Series(dtype=bool)]
    )
    rows = guilty.reindex(done["day_totals"].frame.index, fill_value=False).astype(bool)
    if len(every) and not rows.any():
        rows |= rows.index == said.index[0]
    money = total(every["difference"].abs()) if len(every) else ZERO
    shown = (f"{one.label}: {one.said} said, {one.found} found" for one in every.head(_SHOWN).itertuples())
    return Compared(rows, len(every), money, "; ".join(shown))


def _tickets(tickets: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Sales with money, money before rounding and quantity."""
    sales = tickets[~tickets["_reason"].isin(_NO_SALE)]
    sold = lines[~lines["_reason"].isin(_NO_SALE)].groupby("ticket_no")["quantity"].sum()
    quantity = sold.reindex(sales["ticket_no"]).array
    quantity = pd.Series(quantity, index=sales.index).mask(sales["ticket_no"].duplicated()).fillna(0).astype(decimal_dtype(3))
    money = sales["total"].fillna(0)
    goods = (money - sales["rounding"].fillna(0)).astype(decimal_dtype(2))
    ones = pd.Series(Decimal(1), index=sales.index, dtype=decimal_dtype(0))
    return sales[["business_date", *_PARTS]].assign(amount=money, goods=goods, quantity=quantity, tickets=ones)


def _by_parts(said: pd.DataFrame) -> list[tuple[tuple[str, ...], pd.DataFrame]]:
    """The summary's rows by what they name beside the day."""
    named = said[list(_PARTS)].notna()
    every = ((), ("terminal",), ("cashier",), _PARTS)
    parted = [(parts, said[(named == [part in parts for part in _PARTS]).all(axis=1)]) for parts in every]
    return [(parts, rows) for parts, rows in parted if len(rows)]


def _differences(said: pd.DataFrame, found: pd.DataFrame, parts: tuple[str, ...]) -> pd.DataFrame:
    """Per key that differs: its parts, a label, what was said and found, and the difference in money."""
    key = ["business_date", *parts]
    found = found[found["business_date"].between(said["business_date"].min(), said["business_date"].max())]
    stated = said.assign(tickets=said["tickets"].astype(_COUNT).astype(decimal_dtype(0)))
    left, right = (_sums(frame, key, columns) for frame, columns in ((stated, ("amount", "quantity", "tickets")), (found, _SCALES)))
    both = left.merge(right, on=key, how="outer", suffixes=("", "_found"), validate="1:1")
    both["amount_found"] = both["amount_found"].fillna(0).mask((both["amount"] == both["goods"]).fillna(False).astype(bool), both["goods"])
    off = pd.Series(False, index=both.index)
    for name in ("amount", "quantity", "tickets"):
        known = both[name].notna() | both["there"].isna()
        off |= known & (both[name].fillna(0) != both[f"{name}_found"].fillna(0)).astype(bool)
    off &= ~(both["there"].isna() & (both["amount_found"] == 0))
    wrong = both[off]
    told = wrong["amount"].where(wrong["there"].notna(), ZERO).fillna(wrong["amount_found"])
    label = wrong["business_date"].dt.strftime("%Y-%m-%d") + (" " + wrong["terminal"].fillna("?") if "terminal" in parts else "")
    return wrong[key].assign(
        label=label, said=wrong["amount"].fillna(0), found=wrong["amount_found"], difference=told - wrong["amount_found"]
    )


def _sums(frame: pd.DataFrame, key: list[str], columns: Iterable[str]) -> pd.DataFrame:
    """Sums per key, missing where all is; `there` says that the key is."""
    by = frame.groupby(key, dropna=False)
    sums: dict[str, pd.Series[Any]] = {name: by[name].sum(min_count=1).astype(decimal_dtype(_SCALES[name])) for name in columns}
    return pd.DataFrame({**sums, "there": by.size()}).reset_index()


def _rows_of(said: pd.DataFrame, wrong: pd.DataFrame, parts: tuple[str, ...]) -> "pd.Series[bool]":
    key = ["business_date", *parts]
    guilty = pd.MultiIndex.from_frame(said[key]).isin(pd.MultiIndex.from_frame(wrong[key]))
    return pd.Series(guilty, index=said.index)
