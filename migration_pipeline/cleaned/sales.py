"""Cleaning sales: tickets, lines and payments that fit together to the cent.

Belongs here: what needs more than one of the three tables (a voided ticket takes its lines along, header = lines, payments = total,
orphans, tickets derived from lines). Does not belong here: parsing (`table.py`), the all-or-nothing law (`contracts/tickets.py`).
"""

from typing import Any

import pandas as pd

from migration_pipeline.cleaned.table import CleanTable, clean_table
from migration_pipeline.contracts.datasets import SALES
from migration_pipeline.contracts.money import decimal_dtype, product, zeros
from migration_pipeline.contracts.reasons import REASONS, Outcome
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.contracts.tickets import TicketTables, dragged_along
from migration_pipeline.project.source import SourceSpec, TableSpec

_NOT_SOLD = {"void": "voided_ticket", "hung": "hung_ticket", "training": "training_ticket"}
_EXCLUDED = tuple(code for code, reason in REASONS.items() if reason.outcome is Outcome.EXCLUDED)
_REJECTED = tuple(code for code, reason in REASONS.items() if reason.outcome is Outcome.REJECTED)
_TICKETS, _LINES, _PAYMENTS = SALES.table("tickets"), SALES.table("lines"), SALES.table("payments")


def clean(raw: StageOutput, source: SourceSpec) -> dict[str, CleanTable]:
    """Typed tickets, lines and payments.

    Where the source has no ticket table, tickets are derived from the lines: rows with an empty `_row_id`, as no source row stands behind
    them.
    """
    specs = source.datasets["sales"]
    done = {}
    extra = () if "tickets" in specs else _TICKETS.fields
    derive = None if _is_mapped("amount", specs["lines"]) else _amount
    lines = clean_table(_LINES, raw.tables["lines"], specs["lines"], source, derive=derive, extra=extra)
    done["lines"] = _numbered(lines, "line_no")
    if "payments" in specs:
        done["payments"] = _numbered(clean_table(_PAYMENTS, raw.tables["payments"], specs["payments"], source), "payment_no")
    if "tickets" in specs:
        done["tickets"] = clean_table(_TICKETS, raw.tables["tickets"], specs["tickets"], source)
        done = _against_headers(_with_totals(done))
    else:
        done["lines"] = _sold_lines(done["lines"])
        done["tickets"] = CleanTable(_TICKETS, _derived_tickets(done["lines"].frame))
        done = _without_orphans(_excluded_with_lines(done))
    done = _adding_up(done)
    return _flagged(_whole_or_not(done))


def _is_mapped(column: str, spec: TableSpec) -> bool:
    return column in spec.columns or column in spec.constants


def _amount(frame: pd.DataFrame) -> pd.DataFrame:
    """Amount = quantity x price x (1 - discount rate), where the source has no amounts; half away from zero to the cent."""
    price = frame["unit_price"]
    if frame["discount_rate"].notna().any():
        share: pd.Series[Any] = 1 - frame["discount_rate"].fillna(0)
        return frame.assign(amount=product(frame["quantity"], price, 2, share))
    return frame.assign(amount=product(frame["quantity"], price, 2))


def _numbered(done: CleanTable, column: str) -> CleanTable:
    """Numbers in file order for tickets on which the source's own are not there or come twice."""
    frame = done.frame
    alive = frame[frame["_reason"].isna()]
    unclear = alive.loc[alive[column].isna() | alive.duplicated(["ticket_no", column], keep=False), "ticket_no"]
    anew = frame["ticket_no"].isin(unclear)
    place = (frame.groupby("ticket_no", dropna=False).cumcount() + 1).astype("int64[pyarrow]")
    numbered = CleanTable(done.table, frame.assign(**{column: frame[column].mask(anew, place)}), done.findings)
    return numbered.noted(f"number.{column}", "renumbered", int(anew.sum()) if frame[column].notna().any() else 0)


def _sold_lines(lines: CleanTable) -> CleanTable:
    """Lines that carry a ticket status of their own are excluded by it."""
    for status, reason in _NOT_SOLD.items() if "status" in lines.frame else ():
        lines = lines.marked(lines.frame["status"] == status, reason, override=True)
    return lines


def _derived_tickets(lines: pd.DataFrame) -> pd.DataFrame:
    """One ticket per ticket number among the lines that were not excluded."""
    sold = lines[~lines["_reason"].isin(_EXCLUDED) & lines["ticket_no"].notna()]
    first = sold.sort_values("sold_at", kind="stable").drop_duplicates("ticket_no").set_index("ticket_no")
    members = (
        sold.dropna(subset=["member_code"]).drop_duplicates("ticket_no").set_index("ticket_no")["member_code"]
        if "member_code" in sold
        else None
    )
    total = sold.groupby("ticket_no")["amount"].sum().astype(decimal_dtype(2))
    given = {name: first[name] for name in _TICKETS.columns if name in first}
    frame = pd.DataFrame(given, index=first.index).assign(total=total, rounding=zeros(first.index, 2))
    if members is not None:
        frame["member_code"] = members.reindex(frame.index)
    for field in _TICKETS.fields:
        if field.name not in frame and field.name != "ticket_no":
            frame[field.name] = pd.Series(field.default, index=frame.index, dtype="str")
    if "kind" not in given:
        frame["kind"] = frame["kind"].mask((total < 0).reindex(frame.index), "return")
    blank = pd.Series("", index=frame.index, dtype="str")
    none = pd.Series(None, index=frame.index, dtype="str")
    zero = {f"_{m}": zeros(frame.index, s) for m, s in (("money", 2), ("quantity", 3), ("points", 2))}
    return frame.assign(_row_id=blank, _reason=none, _detail=blank, **zero).reset_index()


def _with_totals(done: dict[str, CleanTable]) -> dict[str, CleanTable]:
    """Totals from the lines where the source's tickets have none."""
    tickets = done["tickets"]
    if tickets.frame["total"].notna().any():
        return done | {"tickets": tickets.marked(tickets.frame["total"].isna(), "missing_required", "total")}
    total = _sum_per_ticket(done["lines"].frame, tickets.frame) + tickets.frame["rounding"]
    return done | {"tickets": CleanTable(_TICKETS, tickets.frame.assign(total=total.astype(decimal_dtype(2))), tickets.findings)}


def _against_headers(done: dict[str, CleanTable]) -> dict[str, CleanTable]:
    """Excluded headers take their tickets along, repeated headers and orphans are rejected."""
    headers = done["tickets"]
    for status, reason in _NOT_SOLD.items():
        headers = headers.marked(headers.frame["status"] == status, reason, override=True)
    excluded = headers.frame["_reason"].isin(_EXCLUDED)
    again = headers.frame["ticket_no"].duplicated() | headers.frame["ticket_no"].isin(headers.frame.loc[excluded, "ticket_no"])
    done["tickets"] = headers.marked(again, "duplicate_ticket", "ticket_no")
    return _without_orphans(_excluded_with_headers(done))


def _excluded_with_headers(done: dict[str, CleanTable]) -> dict[str, CleanTable]:
    """Lines and payments of numbers of which every header was excluded, with the same reason."""
    headers = done["tickets"].frame
    gone = headers[headers["_reason"].isin(_EXCLUDED)].dropna(subset=["ticket_no"])
    gone = gone[~gone["ticket_no"].isin(headers.loc[~headers["_reason"].isin(_EXCLUDED), "ticket_no"])].drop_duplicates("ticket_no")
    for reason, numbers in gone.groupby("_reason")["ticket_no"]:
        for name in done.keys() - {"tickets"}:
            done[name] = done[name].marked(done[name].frame["ticket_no"].isin(numbers), str(reason), override=True)
    return done


def _without_orphans(done: dict[str, CleanTable]) -> dict[str, CleanTable]:
    known = done["tickets"].frame["ticket_no"].dropna().unique()
    return {
        name: table if name == "tickets" else table.marked(~table.frame["ticket_no"].isin(known), "orphan_line", "ticket_no")
        for name, table in done.items()
    }


def _excluded_with_lines(done: dict[str, CleanTable]) -> dict[str, CleanTable]:
    """Payments of tickets of which every line was excluded follow their lines, with the same reason."""
    if "payments" not in done:
        return done
    lines, known = done["lines"].frame, done["tickets"].frame["ticket_no"]
    gone = lines[lines["_reason"].isin(_EXCLUDED) & ~lines["ticket_no"].isin(known)].drop_duplicates("ticket_no")
    payments = done["payments"]
    for reason, tickets in gone.groupby("_reason")["ticket_no"]:
        payments = payments.marked(payments.frame["ticket_no"].isin(tickets), str(reason))
    return done | {"payments": payments}


def _adding_up(done: dict[str, CleanTable]) -> dict[str, CleanTable]:
    """Header = lines and payments = total, for tickets of which no row is rejected; excluded lines do not count."""
    tickets = done["tickets"].frame
    whole = tickets["_reason"].isna() & ~tickets["ticket_no"].isin(_broken(done))
    lines = _sum_per_ticket(done["lines"].frame, tickets)
    off = whole & ((tickets["total"] - tickets["rounding"]) != lines)
    done["tickets"] = done["tickets"].marked(off, "header_not_lines", "total")
    if "payments" not in done:
        return done
    unpaid = whole & ~off & (tickets["total"] != _sum_per_ticket(done["payments"].frame, tickets))
    done["tickets"] = done["tickets"].marked(unpaid, "payments_not_total", "total")
    if (tickets["_row_id"] == "").all():  # derived: the payments themselves bear the reason
        numbers = tickets.loc[unpaid, "ticket_no"]
        done["payments"] = done["payments"].marked(done["payments"].frame["ticket_no"].isin(numbers), "payments_not_total", "amount")
    return done


def _broken(done: dict[str, CleanTable]) -> "pd.Series[str]":
    broken: pd.Series[str] = pd.concat([t.frame.loc[t.frame["_reason"].isin(_REJECTED), "ticket_no"] for t in done.values()])
    return broken.dropna().drop_duplicates()


def _sum_per_ticket(rows: pd.DataFrame, tickets: pd.DataFrame) -> "pd.Series[Any]":
    sums = rows[rows["_reason"].isna()].groupby("ticket_no")["amount"].sum()
    aligned = sums.reindex(tickets["ticket_no"]).fillna(0).astype(decimal_dtype(2))
    return pd.Series(aligned.array, index=tickets.index)


def _whole_or_not(done: dict[str, CleanTable]) -> dict[str, CleanTable]:
    """Rows of a ticket with a rejected row are rejected with it."""
    no_payments = pd.DataFrame({"ticket_no": pd.Series(dtype="str"), "_reason": pd.Series(dtype="str")})
    frames = {name: done[name].frame if name in done else no_payments for name in ("tickets", "lines", "payments")}
    rejected = {name: frame["_reason"].isin(_REJECTED) for name, frame in frames.items()}
    dragged = dragged_along(TicketTables(frames["tickets"], frames["lines"], frames["payments"], rejected))
    return {name: t.marked(dragged[name], "ticket_rejected") for name, t in done.items()}


def _flagged(done: dict[str, CleanTable]) -> dict[str, CleanTable]:
    lines = done["lines"]
    alive = lines.frame[lines.frame["_reason"].isna()]
    repeated = alive.duplicated([c for c in lines.table.columns if c != "line_no"])
    done["lines"] = lines.noted("repeated", "repeated_line", int(repeated.sum()))
    tickets = done["tickets"]
    sold = tickets.frame[tickets.frame["_reason"].isna()]
    blind = (sold["kind"] == "return") & sold["original_ticket_no"].isna()
    tickets = tickets.noted("member", "missing_member", int(sold["member_code"].isna().sum()))
    return done | {"tickets": tickets.noted("blind_return", "return_without_original", int(blind.sum()))}
