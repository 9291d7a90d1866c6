"""What the rules of the point-of-sale audit look for, one mask per rule that needs nothing but the columns.

Belongs here: finding tickets, lines and payments an auditor would ask about. Does not belong here: which of the rules apply to a source
(`sales_audit.py`), rows that make no sense in themselves (`sales_masks.py`), taxes (`sales_tax.py`), times and numbers of receipts.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from migration_pipeline.cleaned.sales_tax import tax_not_lines, tax_not_rate
from migration_pipeline.cleaned.sales_time import outside_day
from migration_pipeline.contracts.money import product
from migration_pipeline.project.source import SourceSpec

Frames = Mapping[str, pd.DataFrame]
AuditMask = Callable[[Frames, SourceSpec], "pd.Series[bool]"]
_CENT, _FIVE_CENTS, _ONE = Decimal("0.01"), Decimal("0.05"), Decimal(1)
_TAKEN_BACK = ("voided_ticket", "hung_ticket")


def _rounding(frames: Frames, source: SourceSpec) -> "pd.Series[bool]":
    """More than the limit, or more than 0.05 to the customer's cost."""
    tickets = frames["tickets"]
    rounding, total = tickets["rounding"], tickets["total"]
    costs = ((rounding > _FIVE_CENTS) & (total > 0)) | ((rounding < -_FIVE_CENTS) & (total < 0))
    return (rounding.abs() > source.sales_limits.rounding) | costs


def _change(frames: Frames, source: SourceSpec) -> "pd.Series[bool]":
    """Sales of which more cash was given back than taken."""
    tickets, payments = frames["tickets"], frames["payments"]
    words = {word for word, erp in source.value_maps.get("payment_method", {}).items() if erp == "cash"} | {"cash"}
    back = payments.loc[(payments["amount"] < 0).fillna(False) & payments["method"].isin(words), "ticket_no"]
    if back.empty:
        return pd.Series(False, index=tickets.index, dtype=bool)
    cash = payments[payments["method"].isin(words) & payments["ticket_no"].isin(back)]
    net = cash.groupby("ticket_no")["amount"].sum()
    return tickets["ticket_no"].isin(net.index[(net < 0).to_numpy(dtype=bool)]) & (tickets["total"] > 0).fillna(False)


def _line_amount(frames: Frames, source: SourceSpec) -> "pd.Series[bool]":
    """Neither quantity x price, nor that less the discounts, to the cent; signs do not matter here."""
    del source
    lines = frames["lines"]
    amount, full = lines["amount"].abs(), product(lines["quantity"], lines["unit_price"], 2).abs()
    doubtful = ((amount - full).abs() > _CENT).fillna(False).astype(bool)
    rest = lines[doubtful]
    amount, full = amount[doubtful], full[doubtful]
    share: pd.Series[Any] = 1 - rest["discount_rate"].fillna(0)
    less = product(rest["quantity"], rest["unit_price"], 2, share).abs()
    own = rest["discount"].abs()
    coupons = rest["coupon_discount"].abs() + rest["partner_discount"].abs()
    explained = pd.Series(False, index=rest.index, dtype=bool)
    for due in (less, less - own, full - own, less - own - coupons, full - coupons):
        explained |= ((amount - due).abs() <= _CENT).fillna(False).astype(bool)
    return (~explained).reindex(lines.index, fill_value=False)


def _line_sign(frames: Frames, source: SourceSpec) -> "pd.Series[bool]":
    del source
    lines = frames["lines"]
    apart = ((lines["quantity"] > 0) & (lines["amount"] < 0)) | ((lines["quantity"] < 0) & (lines["amount"] > 0))
    return apart & ~(lines["unit_price"] < 0).fillna(False)


def _not_list_price(frames: Frames, source: SourceSpec) -> "pd.Series[bool]":
    lines, limits = frames["lines"], source.sales_limits
    price, listed = lines["unit_price"], lines["list_price"]
    off = (price > _times(listed, _ONE + limits.price_above_list)).fillna(False).astype(bool)
    return off if limits.discount is None else off | (price < _times(listed, _ONE - limits.discount)).fillna(False).astype(bool)


def _over_authority(frames: Frames, source: SourceSpec) -> "pd.Series[bool]":
    """The rate, or the discount as a share of what was due before it."""
    lines, most = frames["lines"], source.sales_limits.discount or _ONE
    own = lines["discount"].abs()
    rate = (lines["discount_rate"] > most).fillna(False).astype(bool)
    return rate | (own > _times(lines["amount"].abs() + own, most)).fillna(False).astype(bool)


def _times(values: "pd.Series[Any]", factor: Decimal) -> "pd.Series[Any]":
    """Exact and unrounded."""
    exact = pc.multiply(pa.array(values), pa.scalar(factor))
    return pd.Series(exact, index=values.index, dtype=pd.ArrowDtype(exact.type))


def _unknown(column: str, known: Callable[[SourceSpec], tuple[str, ...]]) -> AuditMask:
    def mask(frames: Frames, source: SourceSpec) -> "pd.Series[bool]":
        values = frames["tickets"][column]
        return values.notna() & ~values.isin(known(source))

    return mask


def _empty(frames: Frames, source: SourceSpec) -> "pd.Series[bool]":
    """Headers of 0 without a line; one with money and no line does not add up and is rejected for that."""
    del source
    tickets = frames["tickets"]
    nothing = tickets.loc[(tickets["total"] == 0).fillna(False), "ticket_no"]
    return (~_among(nothing, frames["lines"]["ticket_no"])).reindex(tickets.index, fill_value=False)


def _taken_for_void(frames: Frames, source: SourceSpec) -> "pd.Series[bool]":
    """Payments of voided or hung tickets that do not come to 0."""
    del source
    payments = frames["payments"]
    void = payments[payments["_reason"].isin(_TAKEN_BACK)]
    net = void.groupby("ticket_no")["amount"].sum()
    return payments["_reason"].isin(_TAKEN_BACK) & payments["ticket_no"].isin(net.index[(net != 0).to_numpy(dtype=bool)])


def _unknown_original(frames: Frames, source: SourceSpec) -> "pd.Series[bool]":
    del source
    tickets = frames["tickets"]
    named = tickets.loc[tickets["kind"] == "return", "original_ticket_no"].dropna()
    lost = named[~_among(named, tickets["ticket_no"])]
    lost = lost[~_among(lost, frames["lines"]["ticket_no"])]
    return pd.Series(tickets.index.isin(lost.index), index=tickets.index)


def _among(few: "pd.Series[str]", many: "pd.Series[str]") -> "pd.Series[bool]":
    """As `few.isin(many)`, without a table of all the many."""
    return few.isin(many[many.isin(few)]) if len(few) else few.astype(bool)


def _after_original(tickets: pd.DataFrame) -> "pd.Series[pd.Timedelta]":
    """How long after its original a return came, where the original is here; missing else."""
    returns = tickets.loc[(tickets["kind"] == "return") & tickets["original_ticket_no"].notna(), ["original_ticket_no", "sold_at"]]
    first = tickets[tickets["ticket_no"].isin(returns["original_ticket_no"])].drop_duplicates("ticket_no").set_index("ticket_no")["sold_at"]
    sold = pd.Series(first.reindex(returns["original_ticket_no"]).array, index=returns.index)
    return (returns["sold_at"] - sold).reindex(tickets.index)


def _return_before_sale(frames: Frames, source: SourceSpec) -> "pd.Series[bool]":
    del source
    return _after_original(frames["tickets"]) < pd.Timedelta(0)


def _return_too_late(frames: Frames, source: SourceSpec) -> "pd.Series[bool]":
    return _after_original(frames["tickets"]) > pd.Timedelta(days=source.sales_limits.return_days or 0)


AUDIT_MASKS: Mapping[str, AuditMask] = {
    "rounding_odd": _rounding,
    "change_beyond_cash": _change,
    "empty_ticket": _empty,
    "unknown_cashier": _unknown("cashier", lambda source: source.cashiers),
    "unknown_terminal": _unknown("terminal", lambda source: source.terminals),
    "ticket_outside_day": lambda frames, source: outside_day(frames["tickets"], source.business_day),
    "returned_ticket_unknown": _unknown_original,
    "return_before_sale": _return_before_sale,
    "return_too_late": _return_too_late,
    "tax_not_lines": lambda frames, source: tax_not_lines(frames),
    "tax_not_rate": lambda frames, source: tax_not_rate(frames),
    "line_amount": _line_amount,
    "line_sign": _line_sign,
    "price_not_list": _not_list_price,
    "discount_over_authority": _over_authority,
    "payment_on_void": _taken_for_void,
}
"""Rule -> the rows of its table that it finds; looked at in this order."""
