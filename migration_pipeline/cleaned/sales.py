"""Cleaning sales: tickets, lines and payments that fit together to the cent.

Belongs here: what needs more than one of the three tables (a voided ticket takes its lines along, header = lines, payments = total,
orphans, tickets derived from lines). Does not belong here: parsing (`table.py`), the all-or-nothing law (`contracts/tickets.py`).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from migration_pipeline.cleaned import parsing
from migration_pipeline.cleaned.policies import apply, ending
from migration_pipeline.cleaned.sales_audit import audit_masks, audited
from migration_pipeline.cleaned.sales_masks import MASKS
from migration_pipeline.cleaned.sales_time import in_store_time, with_business_date
from migration_pipeline.cleaned.table import CleanTable, clean_table
from migration_pipeline.cleaned.weighed_barcodes import with_weighed_items
from migration_pipeline.contracts.datasets import SALES
from migration_pipeline.contracts.money import decimal_dtype, product, zeros
from migration_pipeline.contracts.policies import RULES, Policy, policy_of
from migration_pipeline.contracts.reasons import REASONS, Outcome
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.contracts.texts import among, sums_of
from migration_pipeline.contracts.tickets import TicketTables, dragged_along
from migration_pipeline.project.source import SourceSpec, TableSpec

_NOT_SOLD = {"void": "voided_ticket", "hung": "hung_ticket", "training": "training_ticket"}
_EXCLUDED = tuple(code for code, reason in REASONS.items() if reason.outcome is Outcome.EXCLUDED)
_REJECTED = tuple(code for code, reason in REASONS.items() if reason.outcome is Outcome.REJECTED)
_OF_ENDED = ("payment_on_void",)
"""Rules that look at rows which have ended already, and only count them."""
_TICKETS, _LINES, _PAYMENTS, _DAY_TOTALS = map(SALES.table, ("tickets", "lines", "payments", "day_totals"))
SalesMask = Callable[[Mapping[str, pd.DataFrame]], "pd.Series[bool]"]


def clean(raw: StageOutput, source: SourceSpec) -> dict[str, CleanTable]:
    """Typed tickets, lines and payments.

    Where the source has no ticket table, tickets are derived from the lines: rows with an empty `_row_id`, as no source row stands behind
    them.
    """
    specs, policies = source.datasets["sales"], source.policies
    done = {}
    extra = () if "tickets" in specs else _TICKETS.fields
    derive = None if _is_mapped("amount", specs["lines"]) else _amount
    lines = clean_table(_LINES, raw.tables["lines"], specs["lines"], source, derive=derive, extra=extra)
    lines = lines if "tickets" in specs else in_store_time(lines, source.business_day)
    done["lines"] = _numbered(with_weighed_items(lines, source), "line_no")
    if "payments" in specs:
        done["payments"] = _numbered(clean_table(_PAYMENTS, raw.tables["payments"], specs["payments"], source), "payment_no")
    if "tickets" in specs:
        done["tickets"] = in_store_time(clean_table(_TICKETS, raw.tables["tickets"], specs["tickets"], source), source.business_day)
        done = _against_headers(_with_totals(done), policies)
    else:
        done["lines"] = _sold(done["lines"], policies)
        done["tickets"] = CleanTable(_TICKETS, _derived_tickets(done["lines"].frame))
        done = _without_orphans(_excluded_with_lines(done), policies)
    done["tickets"] = with_business_date(done["tickets"], source.business_day)
    masks = {**MASKS, **audit_masks(source)}
    done = _judged(done, masks, ending(masks, policies), policies)
    done = _whole_or_not(_adding_up(done, policies))
    done = _judged(done, masks, masks.keys() - set(ending(masks, policies)), policies)
    if "day_totals" in specs:
        done["day_totals"] = clean_table(_DAY_TOTALS, raw.tables["day_totals"], specs["day_totals"], source)
    return audited(done, source)


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
    anew = among(frame["ticket_no"], unclear)
    place = (frame[anew].groupby("ticket_no").cumcount() + 1).astype("int64[pyarrow]").reindex(frame.index)
    numbered = CleanTable(done.table, frame.assign(**{column: frame[column].mask(anew, place)}), done.findings)
    return numbered.changed(f"number.{column}", "renumbered", column, anew) if frame[column].notna().any() else numbered


def _sold(rows: CleanTable, policies: Mapping[str, Policy]) -> CleanTable:
    """Tickets, or lines that carry a ticket status of their own, without those that are no sales by it."""
    for status, rule in _NOT_SOLD.items() if "status" in rows.frame else ():
        rows = apply(rows, rule, (rows.frame["status"] == status).fillna(False), policies, "", override=True)
    return rows


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
            frame[field.name] = parsing.parse(field, pd.Series(field.default, index=frame.index, dtype="str")).values
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


def _against_headers(done: dict[str, CleanTable], policies: Mapping[str, Policy]) -> dict[str, CleanTable]:
    """Excluded headers take their tickets along, repeated headers and orphans are rejected."""
    headers = _sold(done["tickets"], policies)
    done["tickets"] = apply(headers, "duplicate_ticket", _repeated_headers(headers.frame, done["lines"].frame), policies)
    return _without_orphans(_excluded_with_headers(done), policies)


def _repeated_headers(headers: pd.DataFrame, lines: pd.DataFrame) -> "pd.Series[bool]":
    """Headers whose number another one has used.

    If the other one is excluded (void, hung ...), the lines tell whose they are: where their sum is the total of the one good header and
    of no excluded one, that header is no repetition. Where it could be either, nobody can tell, and both end.
    """
    excluded = headers["_reason"].isin(_EXCLUDED)
    numbers, due = headers["ticket_no"], headers["total"] - headers["rounding"]
    fits = (due == _sum_per_ticket(lines, headers)).fillna(False).astype(bool)
    unclear = numbers[excluded & (fits | headers["total"].isna())]
    several = numbers[~excluded].duplicated(keep=False).reindex(headers.index, fill_value=False)
    settled = ~excluded & fits & ~several & ~among(numbers, unclear)
    return numbers.notna() & ~settled & (numbers.duplicated() | among(numbers, numbers[excluded]))


def _excluded_with_headers(done: dict[str, CleanTable]) -> dict[str, CleanTable]:
    """Lines and payments of numbers of which every header was excluded, with the same reason."""
    headers = done["tickets"].frame
    gone = headers[headers["_reason"].isin(_EXCLUDED)].dropna(subset=["ticket_no"])
    gone = gone[~among(gone["ticket_no"], headers.loc[~headers["_reason"].isin(_EXCLUDED), "ticket_no"])].drop_duplicates("ticket_no")
    for reason, numbers in gone.groupby("_reason")["ticket_no"]:
        for name in done.keys() - {"tickets"}:
            done[name] = done[name].marked(among(done[name].frame["ticket_no"], numbers), str(reason), override=True)
    return done


def _without_orphans(done: dict[str, CleanTable], policies: Mapping[str, Policy]) -> dict[str, CleanTable]:
    known = done["tickets"].frame["ticket_no"]
    rules = {"lines": "orphan_line", "payments": "orphan_payment"}
    return {
        name: apply(table, rules[name], ~among(table.frame["ticket_no"], known), policies) if name in rules else table
        for name, table in done.items()
    }


def _excluded_with_lines(done: dict[str, CleanTable]) -> dict[str, CleanTable]:
    """Payments of tickets of which every line was excluded follow their lines, with the same reason."""
    if "payments" not in done:
        return done
    lines, known = done["lines"].frame, done["tickets"].frame["ticket_no"]
    gone = lines[lines["_reason"].isin(_EXCLUDED) & ~among(lines["ticket_no"], known)].drop_duplicates("ticket_no")
    payments = done["payments"]
    for reason, tickets in gone.groupby("_reason")["ticket_no"]:
        payments = payments.marked(among(payments.frame["ticket_no"], tickets), str(reason))
    return done | {"payments": payments}


def _adding_up(done: dict[str, CleanTable], policies: Mapping[str, Policy]) -> dict[str, CleanTable]:
    """Header = lines and payments = total, for tickets of which no row is rejected; excluded lines do not count."""
    tickets = done["tickets"].frame
    whole = tickets["_reason"].isna() & ~among(tickets["ticket_no"], _broken(done))
    lines = _sum_per_ticket(done["lines"].frame, tickets)
    off = whole & ((tickets["total"] - tickets["rounding"]) != lines)
    done["tickets"] = apply(done["tickets"], "header_not_lines", off, policies)
    if "payments" not in done:
        return done
    nobody = whole & ~off & (tickets["total"] != 0) & ~among(tickets["ticket_no"], done["payments"].frame["ticket_no"])
    done["tickets"] = apply(done["tickets"], "payment_missing", nobody, policies)
    unpaid = whole & ~off & ~nobody & (tickets["total"] != _sum_per_ticket(done["payments"].frame, tickets))
    done["tickets"] = apply(done["tickets"], "payments_not_total", unpaid, policies)
    if (tickets["_row_id"] == "").all():  # derived: the payments themselves bear the reason
        numbers = tickets.loc[unpaid, "ticket_no"]
        done["payments"] = done["payments"].marked(among(done["payments"].frame["ticket_no"], numbers), "payments_not_total", "amount")
    return done


def _broken(done: dict[str, CleanTable]) -> "pd.Series[str]":
    broken: pd.Series[str] = pd.concat([t.frame.loc[t.frame["_reason"].isin(_REJECTED), "ticket_no"] for t in done.values()])
    return broken.dropna().drop_duplicates()


def _sum_per_ticket(rows: pd.DataFrame, tickets: pd.DataFrame) -> "pd.Series[Any]":
    alive = rows.loc[rows["_reason"].isna(), ["ticket_no", "amount"]]
    return sums_of(alive["ticket_no"], alive["amount"], tickets["ticket_no"])


def _whole_or_not(done: dict[str, CleanTable]) -> dict[str, CleanTable]:
    """Rows of a ticket with a rejected row are rejected with it."""
    no_payments = pd.DataFrame({"ticket_no": pd.Series(dtype="str"), "_reason": pd.Series(dtype="str")})
    frames = {name: done[name].frame if name in done else no_payments for name in ("tickets", "lines", "payments")}
    rejected = {name: frame["_reason"].isin(_REJECTED) for name, frame in frames.items()}
    dragged = dragged_along(TicketTables(frames["tickets"], frames["lines"], frames["payments"], rejected))
    return {name: t.marked(dragged[name], "ticket_rejected") for name, t in done.items()}


def _judged(
    done: dict[str, CleanTable], masks: Mapping[str, SalesMask], rule_ids: Iterable[str], policies: Mapping[str, Policy]
) -> dict[str, CleanTable]:
    """The tables after some of the built-in rules; where tickets are derived, their lines bear the reason."""
    wanted = set(rule_ids)
    for rule_id in (name for name in masks if name in wanted and policy_of(name, policies) != "keep"):
        name = RULES[rule_id].table
        hit = masks[rule_id]({table: part.frame for table, part in done.items()}).fillna(False).astype(bool)
        numbers = done[name].frame.loc[hit & (done[name].frame["_row_id"] == ""), "ticket_no"]
        done = done | {name: apply(done[name], rule_id, hit, policies, override=rule_id in _OF_ENDED)}
        if len(numbers) and policy_of(rule_id, policies) != "flag":
            done["lines"] = apply(done["lines"], rule_id, among(done["lines"].frame["ticket_no"], numbers), policies)
    return done
