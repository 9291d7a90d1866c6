"""Mapping sales: items and members by their ERP codes; a ticket with an unknown product or payment word stays out whole."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from migration_pipeline.contracts.datasets import SALES
from migration_pipeline.contracts.frames import rows_where
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.contracts.texts import joined_texts
from migration_pipeline.contracts.tickets import TicketTables, dragged_along
from migration_pipeline.mapped.context import MappingContext
from migration_pipeline.mapped.erp_rows import erp_rows
from migration_pipeline.mapped.item_status import with_sold_after_deletion
from migration_pipeline.mapped.lengths import fitting, fitting_reference
from migration_pipeline.mapped.net_amounts import net_and_tax
from migration_pipeline.mapped.records import MappedTable, references, with_erp_words
from migration_pipeline.mapped.sold_items import SoldItems, sold_items
from migration_pipeline.mapped.unknown_products import without_unknown

_CARRIED = ("_row_id", "_money", "_quantity", "_points")
_HEADER_TEXTS = ("ticket_no", "terminal", "cashier", "kind", "original_ticket_no")
_TEXTS: Mapping[str, tuple[str, Mapping[str, str]]] = MappingProxyType(
    {
        "tickets": ("ticket", {"member_code": "erp_member", **{name: name for name in _HEADER_TEXTS}}),
        "lines": ("ticket_line", {"ticket_no": "ticket_no", "item_code": "erp_key"}),
        "payments": ("payment", {"ticket_no": "ticket_no", "method": "method"}),
    }
)
"""Table -> ERP table and its texts -> columns here."""
_NAMED = MappingProxyType({"tickets": ("members", "member_code", "erp_member"), "lines": ("products", "item_code", "erp_key")})
"""Table -> whose records it names, by which ERP column, in which column here."""
_DECIDING: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"tickets": (*_HEADER_TEXTS, "member_code"), "lines": ("ticket_no",), "payments": ("ticket_no", "method")}
)
"""Table -> what says whether a row goes on."""
_VALUES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "tickets": ("sold_at", "business_date", "total", "rounding"),
        "lines": ("line_no", "quantity", "unit_price", "amount", "discount", "coupon_discount", "partner_discount", "tax_rate"),
        "payments": ("payment_no", "amount"),
    }
)
"""Table -> what only those rows need that do: fetched at the end, as choosing among a million rows takes a while per column."""
_SPLIT = ("net_amount", "tax_amount")


def to_erp(cleaned: StageOutput, context: MappingContext) -> tuple[dict[str, pd.DataFrame], dict[str, MappedTable]]:
    """ERP tables ticket, ticket_line and payment."""
    frames = {name: frame.reset_index(drop=True) for name, frame in cleaned.tables.items()}
    done = {
        name: MappedTable(SALES.table(name), frame[list(_DECIDING[name])], books=frame[list(_CARRIED)]) for name, frame in frames.items()
    }
    done = {name: with_erp_words(mapped, context) for name, mapped in done.items()}
    items = sold_items(frames["lines"]["product_code"], context)
    done["lines"] = without_unknown(done["lines"].having(_item=items.place), items.unknown(), context)
    done["tickets"] = done["tickets"].having(erp_member=references(context, "members", done["tickets"].rows["member_code"]))
    done = _whole_or_not(frames, {name: _fitting(mapped, items, context) for name, mapped in done.items()})
    done = {name: _with_values(mapped, frames[name]) for name, mapped in done.items()}
    done["lines"] = _with_net(done["lines"], items)
    done["lines"] = with_sold_after_deletion(done["lines"], done["tickets"].rows, items.of_deleted(done["lines"].rows))
    done["tickets"] = _known_members(done["tickets"])
    return _tables(done, context.store), {name: _with_key(mapped) for name, mapped in done.items()}


def _whole_or_not(before: dict[str, pd.DataFrame], done: dict[str, MappedTable]) -> dict[str, MappedTable]:
    none = pd.DataFrame({"ticket_no": pd.Series(dtype="str")})
    frames = {name: before.get(name, none) for name in ("tickets", "lines", "payments")}
    rejected = {name: pd.Series(False, index=frame.index, dtype=bool) for name, frame in frames.items()}
    for name, mapped in done.items():
        rejected[name] = ~_still_there(mapped, len(frames[name]))
    if not any(rows.any() for rows in rejected.values()):
        return done
    dragged = dragged_along(TicketTables(frames["tickets"], frames["lines"], frames["payments"], rejected))
    return {name: m.without(dragged[name][~rejected[name]], "ticket_rejected") for name, m in done.items()}


def _still_there(mapped: MappedTable, rows: int) -> "pd.Series[bool]":
    """Which of so many first rows, labelled by their places, go on."""
    there: np.ndarray = np.zeros(rows, dtype=bool)
    there[mapped.rows.index] = True
    return pd.Series(there, index=pd.RangeIndex(rows), dtype=bool)


def _with_values(mapped: MappedTable, cleaned: pd.DataFrame) -> MappedTable:
    values = cleaned[[*_CARRIED, *_VALUES[mapped.table.name]]]
    if len(mapped.rows) < len(values):
        values = rows_where(values, _still_there(mapped, len(values)))
    return mapped.having(**{str(name): values[name] for name in values})


def _with_net(lines: MappedTable, items: SoldItems) -> MappedTable:
    rows = lines.rows
    rate = items.rates(rows["_item"], rows["tax_rate"])
    net, tax = net_and_tax(rows["ticket_no"], rows["line_no"], rows["amount"], rate)
    return lines.having(erp_key=items.erp_keys(rows["_item"]), tax_rate=rate, net_amount=net, tax_amount=tax)


def _known_members(tickets: MappedTable) -> MappedTable:
    unknown = tickets.rows["member_code"].notna() & tickets.rows["erp_member"].isna()
    return tickets.noted("member", "unknown_member", int(unknown.sum()))


def _fitting(mapped: MappedTable, items: SoldItems, context: MappingContext) -> MappedTable:
    if not context.lengths:
        return mapped
    if mapped.table.name == "lines":
        mapped = mapped.having(erp_key=items.erp_keys(mapped.rows["_item"]))
    mapped = fitting(mapped, context, *_TEXTS[mapped.table.name])
    named = _NAMED.get(mapped.table.name)
    return fitting_reference(mapped, context, *named) if named else mapped


def _tables(done: dict[str, MappedTable], store: str) -> dict[str, pd.DataFrame]:
    tickets, lines = done["tickets"].rows, done["lines"].rows
    header: dict[str, object] = {name: tickets[name] for name in (*_HEADER_TEXTS, *_VALUES["tickets"])}
    line: dict[str, object] = {name: lines[name] for name in ("ticket_no", *_VALUES["lines"], *_SPLIT)}
    tables = {
        "ticket": erp_rows("ticket", {"store_code": store, "member_code": tickets["erp_member"], **header}, tickets.index),
        "ticket_line": erp_rows("ticket_line", {"store_code": store, "item_code": lines["erp_key"], **line}, lines.index),
    }
    if "payments" in done:
        payments = done["payments"].rows
        payment: dict[str, object] = {name: payments[name] for name in (*_DECIDING["payments"], *_VALUES["payments"])}
        tables["payment"] = erp_rows("payment", {"store_code": store, **payment}, payments.index)
    return tables


def _with_key(mapped: MappedTable) -> MappedTable:
    rows = mapped.rows
    number = {"lines": "line_no", "payments": "payment_no"}.get(mapped.table.name)
    key = rows["ticket_no"] if number is None else joined_texts([rows["ticket_no"], rows[number]], "|")
    return mapped.having(erp_key=key)
