"""Which SQL expressions over the source's text say to which day, word, item ... a row belongs.

Belongs here: the expressions, from `columns:`, `dates:` and `business_day:` of the project. Does not belong here: running them
(`source_rows.py`), measures (`control_expressions.py`). Text that cannot be read is `?`, a missing one `-`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from migration_pipeline.contracts.datasets import Table
from migration_pipeline.project.sales_settings import BusinessDay
from migration_pipeline.project.source import SourceSpec, TableSpec
from migration_pipeline.reconciled.control_expressions import literal, text_of
from migration_pipeline.reconciled.measurements import NO_VALUE, UNREAD

KEYS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "suppliers": MappingProxyType({"supplier": "supplier_code"}),
        "products": MappingProxyType({"item": "product_code", "category": "category", "tax": "tax_rate"}),
        "members": MappingProxyType({"tier": "tier"}),
        "stock": MappingProxyType({"warehouse": "warehouse", "item": "product_code"}),
        "tickets": MappingProxyType({"ticket": "ticket_no", "day": "sold_at"}),
        "lines": MappingProxyType({"ticket": "ticket_no", "day": "sold_at", "product": "product_code", "tax": "tax_rate"}),
        "payments": MappingProxyType({"ticket": "ticket_no", "payment": "method"}),
    }
)
"""Table -> key of its rows -> the canonical column that says it."""


def key_expressions(table: Table, spec: TableSpec, source: SourceSpec, tickets: Table) -> dict[str, str]:
    """Key -> SQL expression of type VARCHAR, NULL where the source has nothing; `?` for what the project computes.

    Args:
        table: whose rows.
        spec: where its columns come from.
        source: words that mean missing, and the business day.
        tickets: the table of tickets: lines of a source without one carry the columns of their tickets.
    """
    unknown = computed_keys(table, spec)
    return {
        key: f"'{UNREAD}'" if key in unknown else _expression(key, column, table, spec, source, tickets)
        for key, column in KEYS.get(table.name, {}).items()
    }


def computed_keys(table: Table, spec: TableSpec) -> tuple[str, ...]:
    """Keys that the project computes from other columns: SQL over the source cannot follow."""
    found = []
    for key, column in KEYS.get(table.name, {}).items():
        named = spec.columns.get(column, ())
        if {*((named,) if isinstance(named, str) else named)} & spec.computed.keys():
            found.append(key)
    return tuple(found)


def _expression(key: str, column: str, table: Table, spec: TableSpec, source: SourceSpec, tickets: Table) -> str:
    if key == "day":
        return _day(tickets, spec, source)
    field = table.field(column)
    text = text_of(field, spec, source)
    if key == "tax":
        rate = f"CAST(round(percent({text}), 2) AS DECIMAL(18, 2))"
        known = f"CASE WHEN {rate} >= 0 AND {rate} < 1000 THEN CAST({rate} AS VARCHAR) ELSE '{NO_VALUE}' END"
        return f"CASE WHEN {text} IS NULL THEN NULL WHEN {rate} IS NULL THEN '{UNREAD}' ELSE {known} END"
    read = f"code({text})" if field.type == "code" else f"said({text})"
    return f"coalesce({read}, {literal(field.default)})" if field.default else read


def _day(tickets: Table, spec: TableSpec, source: SourceSpec) -> str:
    """The day the source gives, else that of the time of sale, by the store's clock and less the cut-off."""
    day = source.business_day or BusinessDay()
    dated, sold = (text_of(tickets.field(name), spec, source) for name in ("business_date", "sold_at"))
    read = _moment(sold, spec.dates.get("sold_at"))
    if day.converts:
        read = f"(({read} AT TIME ZONE {literal(str(day.source_time_zone))}) AT TIME ZONE {literal(day.time_zone)})"
    minutes = int(day.begins.total_seconds() // 60)
    derived = f"CAST(CAST({read} - to_minutes({minutes}) AS DATE) AS VARCHAR)"
    given = f"CAST(CAST({_moment(dated, spec.dates.get('business_date'))} AS DATE) AS VARCHAR)"
    unread = f"CASE WHEN {sold} IS NOT NULL THEN '{UNREAD}' END"
    return f"CASE WHEN {dated} IS NOT NULL THEN coalesce({given}, '{UNREAD}') ELSE coalesce({derived}, {unread}) END"


def _moment(text: str, patterns: str | tuple[str, ...] | None) -> str:
    """The first declared pattern that fits, or what reads in one way only; an offset behind the time is left out."""
    if not patterns:
        return f"moment({text})"
    parts = []
    for pattern in (patterns,) if isinstance(patterns, str) else patterns:
        if pattern == "excel":
            parts.append(f"serial({text})")
        elif pattern.endswith("%z"):
            bare = f"regexp_replace({text}, ' *(?:Z|UTC|GMT|[+-][0-9]{{2}}:?[0-9]{{2}}(?::?[0-9]{{2}})?)$', '')"
            parts.append(f"try_strptime({bare}, {literal(pattern[:-2].rstrip())})")
        else:
            parts.append(f"try_strptime({text}, {literal(pattern)})")
    return f"coalesce({', '.join(parts)})"
