"""Mapping sales: items and members by their ERP codes; a ticket with an unknown product or payment word stays out whole."""

import pandas as pd

from migration_pipeline.contracts.datasets import SALES
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.contracts.tickets import TicketTables, dragged_along
from migration_pipeline.mapped.context import MappingContext
from migration_pipeline.mapped.erp_rows import erp_rows
from migration_pipeline.mapped.records import MappedTable, references, with_erp_words

_LINE_VALUES = ("quantity", "unit_price", "amount", "discount", "coupon_discount", "partner_discount")


def to_erp(cleaned: StageOutput, context: MappingContext) -> tuple[dict[str, pd.DataFrame], dict[str, MappedTable]]:
    """ERP tables ticket, ticket_line and payment."""
    done = {name: MappedTable(SALES.table(name), frame) for name, frame in cleaned.tables.items()}
    before = {name: mapped.rows for name, mapped in done.items()}
    done = {name: with_erp_words(mapped, context) for name, mapped in done.items()}
    lines = done["lines"]
    item = references(context, "products", lines.rows["product_code"])
    lines = MappedTable(lines.table, lines.rows.assign(erp_key=item), lines.ended, lines.findings)
    done["lines"] = lines.without(item.isna(), "unknown_product", detail="product_code")
    done = _whole_or_not(before, done)
    done["tickets"] = _with_members(done["tickets"], context)
    return _tables(done, context.store), {name: _with_key(mapped) for name, mapped in done.items()}


def _whole_or_not(before: dict[str, pd.DataFrame], done: dict[str, MappedTable]) -> dict[str, MappedTable]:
    none = pd.DataFrame({"ticket_no": pd.Series(dtype="str")})
    frames = {name: before.get(name, none) for name in ("tickets", "lines", "payments")}
    rejected = {name: pd.Series(False, index=frame.index, dtype=bool) for name, frame in frames.items()}
    for name, mapped in done.items():
        rejected[name] = pd.Series(~frames[name].index.isin(mapped.rows.index), index=frames[name].index)
    dragged = dragged_along(TicketTables(frames["tickets"], frames["lines"], frames["payments"], rejected))
    return {name: m.without(dragged[name].loc[m.rows.index], "ticket_rejected") for name, m in done.items()}


def _with_members(tickets: MappedTable, context: MappingContext) -> MappedTable:
    member = references(context, "members", tickets.rows["member_code"])
    unknown = int((tickets.rows["member_code"].notna() & member.isna()).sum())
    rows = tickets.rows.assign(erp_member=member)
    return MappedTable(tickets.table, rows, tickets.ended, tickets.findings).noted("member", "unknown_member", unknown)


def _tables(done: dict[str, MappedTable], store: str) -> dict[str, pd.DataFrame]:
    tickets, lines = done["tickets"].rows, done["lines"].rows
    header: dict[str, object] = {
        name: tickets[name] for name in ("ticket_no", "sold_at", "terminal", "cashier", "kind", "original_ticket_no", "total", "rounding")
    }
    line: dict[str, object] = {name: lines[name] for name in ("ticket_no", "line_no", *_LINE_VALUES)}
    tables = {
        "ticket": erp_rows("ticket", {"store_code": store, "member_code": tickets["erp_member"], **header}, tickets.index),
        "ticket_line": erp_rows("ticket_line", {"store_code": store, "item_code": lines["erp_key"], **line}, lines.index),
    }
    if "payments" in done:
        payments = done["payments"].rows
        payment: dict[str, object] = {name: payments[name] for name in ("ticket_no", "payment_no", "method", "amount")}
        tables["payment"] = erp_rows("payment", {"store_code": store, **payment}, payments.index)
    return tables


def _with_key(mapped: MappedTable) -> MappedTable:
    rows = mapped.rows
    number = {"lines": "line_no", "payments": "payment_no"}.get(mapped.table.name)
    key = rows["ticket_no"] if number is None else rows["ticket_no"] + "|" + rows[number].astype("str")
    return MappedTable(mapped.table, rows.assign(erp_key=key), mapped.ended, mapped.findings)
