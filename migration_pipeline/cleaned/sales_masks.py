"""What the built-in rules of sales look for, one mask per rule.

Belongs here: finding rows of tickets and lines that make no sense. Does not belong here: what is done with them (`policies.py`), rules that
need an order among themselves (voids, orphans, sums: `sales.py`).
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pandas as pd

from migration_pipeline.cleaned.price_outliers import far_from_the_others
from migration_pipeline.contracts.datasets import SALES
from migration_pipeline.contracts.texts import among

Frames = Mapping[str, pd.DataFrame]
_LARGE = Decimal(100_000)
_NO_SYSTEM, _DAY = pd.Timestamp(1990, 1, 1), pd.Timedelta(days=1)
_SAME_LINE = [column for column in SALES.table("lines").columns if column != "line_no"]


def _repeated_line(frames: Frames) -> "pd.Series[bool]":
    lines = frames["lines"]
    alive = lines.loc[lines["_reason"].isna(), _SAME_LINE]
    return alive.duplicated().reindex(lines.index, fill_value=False)


def _price_100x(frames: Frames) -> "pd.Series[bool]":
    lines = frames["lines"]
    return far_from_the_others(lines["product_code"], lines["unit_price"])


def _fractional(frames: Frames) -> "pd.Series[bool]":
    """A fraction of a product with at least four whole quantities to each fraction."""
    codes, quantities = frames["lines"]["product_code"], frames["lines"]["quantity"]
    fraction = (quantities.notna() & (quantities.round(0) != quantities)).fillna(False).astype(bool)
    if not fraction.any():
        return fraction
    lines, broken = codes.value_counts(), codes[fraction].value_counts()
    piece_goods = broken.index[broken * 5 <= lines.reindex(broken.index)]
    return fraction & codes.isin(piece_goods)


def _blind_return(frames: Frames) -> "pd.Series[bool]":
    tickets = frames["tickets"]
    return (tickets["kind"] == "return") & tickets["original_ticket_no"].isna()


def _more_than_sold(frames: Frames) -> "pd.Series[bool]":
    """Returns of tickets that are here: all returns of an original and product together, against what the original sold of it."""
    tickets, lines = frames["tickets"], frames["lines"]
    originals = tickets.loc[(tickets["kind"] == "return") & tickets["_reason"].isna(), ["ticket_no", "original_ticket_no"]]
    originals = originals[among(originals["original_ticket_no"], tickets["ticket_no"])].drop_duplicates("ticket_no")
    if originals.empty:
        return pd.Series(False, index=tickets.index, dtype=bool)
    alive = lines.loc[lines["_reason"].isna(), ["ticket_no", "product_code", "quantity"]]
    back = alive[among(alive["ticket_no"], originals["ticket_no"])].merge(originals, on="ticket_no", how="inner", validate="m:1")
    returned = back.groupby(["original_ticket_no", "product_code"])["quantity"].sum().abs()
    given = alive[among(alive["ticket_no"], originals["original_ticket_no"])]
    sold = given.groupby(["ticket_no", "product_code"])["quantity"].sum().reindex(returned.index).fillna(0)
    over = returned.index[(returned.to_numpy() > sold.to_numpy())]
    guilty = pd.MultiIndex.from_frame(back[["original_ticket_no", "product_code"]]).isin(over)
    return among(tickets["ticket_no"], back.loc[guilty, "ticket_no"])


def _contradiction(frames: Frames) -> "pd.Series[bool]":
    tickets = frames["tickets"]
    below, above = tickets["total"] < 0, tickets["total"] > 0
    return ((tickets["kind"] == "sale") & below) | ((tickets["kind"] == "return") & above)


def _line(column: str, test: Callable[["pd.Series[Any]"], "pd.Series[bool]"]) -> Callable[[Frames], "pd.Series[bool]"]:
    return lambda frames: test(frames["lines"][column])


MASKS: Mapping[str, Callable[[Frames], "pd.Series[bool]"]] = MappingProxyType(
    {
        "repeated_line": _repeated_line,
        "zero_line_price": _line("unit_price", lambda prices: prices == 0),
        "negative_line_price": _line("unit_price", lambda prices: prices < 0),
        "line_price_100x": _price_100x,
        "zero_line_quantity": _line("quantity", lambda quantities: quantities == 0),
        "large_line_quantity": _line("quantity", lambda quantities: quantities.abs() >= _LARGE),
        "fractional_quantity": _fractional,
        "discount_scale": _line("discount_rate", lambda rates: rates > 1),
        "missing_member": lambda frames: frames["tickets"]["member_code"].isna(),
        "return_without_original": _blind_return,
        "return_more_than_sold": _more_than_sold,
        "sign_contradiction": _contradiction,
        "future_sale": lambda frames: frames["tickets"]["sold_at"] > pd.Timestamp.now() + _DAY,
        "early_sale": lambda frames: frames["tickets"]["sold_at"] < _NO_SYSTEM,
    }
)
"""Rule -> the rows of its table that it finds, given the frames of the tables; looked at in this order."""
