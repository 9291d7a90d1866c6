"""The point-of-sale audit: which rules apply to a source, and those that look at a store's sales as a whole.

A rule that needs a column, table or setting that is not there is not passed but "not applicable", and says so in the facts of the output.

Belongs here: what each rule needs, hours, receipt numbers and day totals with their notes, the facts. Does not belong here: masks of rows
(`sales_audit_masks.py`, `sales_masks.py`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

import pandas as pd

from migration_pipeline.cleaned.day_totals import compared
from migration_pipeline.cleaned.policies import apply
from migration_pipeline.cleaned.receipt_numbers import gaps
from migration_pipeline.cleaned.sales_audit_masks import AUDIT_MASKS, AuditMask, Frames
from migration_pipeline.cleaned.sales_hours import FEWEST, past_midnight, shifted
from migration_pipeline.cleaned.table import CleanTable
from migration_pipeline.contracts.datasets import SALES
from migration_pipeline.contracts.policies import RULES, SALES_RULES, policy_of
from migration_pipeline.contracts.stage_output import Finding
from migration_pipeline.project.source import SourceSpec

NOT_APPLICABLE = "not_applicable"
Tables = dict[str, CleanTable]
_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "voided_ticket": "tickets.status", "hung_ticket": "tickets.status", "training_ticket": "tickets.status",
        "payments_not_total": "payments.amount", "payment_missing": "payments.amount", "orphan_payment": "payments.amount",
        "payment_on_void": "payments.amount tickets.status", "change_beyond_cash": "payments.amount payments.method",
        "rounding_odd": "tickets.rounding", "unknown_cashier": "tickets.cashier", "unknown_terminal": "tickets.terminal",
        "ticket_outside_day": "tickets.business_date", "returned_ticket_unknown": "tickets.original_ticket_no",
        "return_more_than_sold": "tickets.original_ticket_no", "return_before_sale": "tickets.original_ticket_no",
        "return_too_late": "tickets.original_ticket_no", "tax_not_lines": "tickets.tax lines.tax_amount",
        "tax_not_rate": "lines.tax_amount lines.tax_rate", "line_amount": "lines.unit_price lines.amount",
        "line_sign": "lines.amount", "price_not_list": "lines.unit_price lines.list_price", "zero_line_price": "lines.unit_price",
        "negative_line_price": "lines.unit_price", "line_price_100x": "lines.unit_price", "discount_scale": "lines.discount_rate",
        "day_total_differs": "day_totals.business_date",
    }
)  # fmt: skip
"""Rule -> columns without which it has nothing to look at."""
_TABLES = ("header_not_lines", "duplicate_ticket", "empty_ticket", "orphan_line")
"""Rules that need tickets of the source's own: derived ones fit their lines by themselves."""
_SETTINGS: Mapping[str, tuple[str, Callable[[SourceSpec], object]]] = MappingProxyType(
    {
        "unknown_cashier": ("cashiers:", lambda source: source.cashiers),
        "unknown_terminal": ("terminals:", lambda source: source.terminals),
        "discount_over_authority": ("sales_limits: discount:", lambda source: source.sales_limits.discount is not None),
        "return_too_late": ("sales_limits: return_days:", lambda source: source.sales_limits.return_days is not None),
    }
)
_OF_TICKETS = frozenset(SALES.table("tickets").columns)


def silent(source: SourceSpec) -> dict[str, str]:
    """Rules of sales that this source gives nothing to look at -> what they would need."""
    given, specs = _given(source), source.datasets["sales"]
    needs = {rule.id: [name for name in _COLUMNS.get(rule.id, "").split() if name not in given] for rule in SALES_RULES}
    for rule_id in _TABLES:
        needs[rule_id] += [] if "tickets" in specs else ["a table tickets"]
    for rule_id, (setting, has) in _SETTINGS.items():
        needs[rule_id] += [] if has(source) else [setting]
    if not given & {"lines.discount", "lines.discount_rate"}:
        needs["discount_over_authority"].append("lines.discount or lines.discount_rate")
    return {rule_id: f"needs {', '.join(missing)}" for rule_id, missing in needs.items() if missing}


def audit_masks(source: SourceSpec) -> "dict[str, Callable[[Frames], pd.Series[bool]]]":
    """The masks of the audit's rules that apply to a source."""
    idle = silent(source)
    return {rule_id: _bound(mask, source) for rule_id, mask in AUDIT_MASKS.items() if rule_id not in idle}


def _bound(mask: AuditMask, source: SourceSpec) -> "Callable[[Frames], pd.Series[bool]]":
    return lambda frames: mask(frames, source)


def audited(done: Tables, source: SourceSpec) -> Tables:
    """The tables after the rules that look at a store's sales as a whole, with the rules that do not apply noted.

    Raises:
        BadInputError: the project blocks on what a rule finds.
    """
    done = _numbers_looked_at(_hours_looked_at(done, source), source)
    if "day_totals" in done and policy_of("day_total_differs", source.policies) != "keep":
        found = compared(done)
        done |= {"day_totals": _noted(done["day_totals"], "day_total_differs", found.rows, source, found.note, found.count, found.money)}
    for rule_id, why in silent(source).items():
        done = _idle(done, rule_id, why)
    return done


def audit_facts(tables: Iterable[CleanTable]) -> dict[str, object]:
    """For `StageOutput.facts`: `notes` (rule -> what to know of its hits), `not_applicable` (rule -> why)."""
    findings = [finding for table in tables for finding in table.findings if finding.note]
    notes = {finding.rule: finding.note for finding in findings if finding.action != NOT_APPLICABLE}
    idle = {finding.rule: finding.note for finding in findings if finding.action == NOT_APPLICABLE}
    return {name: found for name, found in {"notes": notes, NOT_APPLICABLE: idle}.items() if found}


def _given(source: SourceSpec) -> set[str]:
    """`table.column` of all that the source gives; tickets that are derived have what lines say of them."""
    specs = source.datasets["sales"]
    given = {
        f"{t}.{c}" for t, spec in specs.items() for c in (*spec.columns, *spec.constants, *(n for r in spec.rules for n in r.set or ()))
    }
    derived = {f"tickets.{c}" for c in _OF_TICKETS if f"lines.{c}" in given} if "tickets" not in specs else set()
    return given | derived


def _hours_looked_at(done: Tables, source: SourceSpec) -> Tables:
    tickets, day = done["tickets"].frame, source.business_day
    declared = day is not None and day.cut_off is not None
    zones = shifted(tickets, open_at_night=declared)
    late = past_midnight(tickets, zones.rows)
    done = done | {"tickets": _noted(done["tickets"], "time_zone_shift", zones.rows, source, zones.note)}
    if len(tickets) < FEWEST:
        done = _idle(done, "time_zone_shift", f"needs {FEWEST} tickets")
    if declared or "tickets.business_date" in _given(source):
        return _idle(done, "past_midnight", "the business day is declared, or given by the source")
    return done | {"tickets": _noted(done["tickets"], "past_midnight", late.rows, source, late.note)}


def _numbers_looked_at(done: Tables, source: SourceSpec) -> Tables:
    if policy_of("receipt_gap", source.policies) == "keep":
        return done
    tickets = done["tickets"].frame
    others = [done[name].frame.loc[done[name].frame["_reason"].notna(), "ticket_no"] for name in ("lines", "payments") if name in done]
    found = gaps(tickets, pd.concat(others))
    if found is None:
        return _idle(done, "receipt_gap", "needs ticket numbers that count on")
    return done | {"tickets": _noted(done["tickets"], "receipt_gap", found.after, source, found.note, found.missing)}


def _noted(
    done: CleanTable,
    rule_id: str,
    rows: "pd.Series[bool]",
    source: SourceSpec,
    note: str,
    hits: int | None = None,
    money: Decimal | None = None,
) -> CleanTable:
    """As `policies.apply`, with a note, and with hits and money of the rule's own where rows are not what it counts."""
    after = apply(done, rule_id, rows, source.policies, override=hits is not None)
    if len(after.findings) == len(done.findings):
        return done
    found = replace(after.findings[-1], note=note)
    if hits is not None and found.effect is not None:
        found = replace(found, hits=hits, effect=replace(found.effect, rows=hits, amounts={} if money is None else {"money": money}))
    return CleanTable(after.table, after.frame, [*after.findings[:-1], found])


def _idle(done: Tables, rule_id: str, why: str) -> Tables:
    rule = RULES[rule_id]
    name = rule.table if rule.table in done else "lines"
    found = Finding(rule.table, rule_id, rule.reason, NOT_APPLICABLE, 0, note=why)
    return done | {name: CleanTable(done[name].table, done[name].frame, [*done[name].findings, found])}
