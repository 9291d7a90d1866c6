"""Proof for every change: whatever mess the source holds, the change log and what cleaning handed on tell the same story.

The log must add up to the findings, quote the source's own text, name the value that went on, and leave out no cell that means something
else now. What a text means is computed here in plain Python, as in `test_conservation.py`.
"""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from migration_pipeline.cleaned.clean import clean
from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.fields import Field
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline_tests.integration import messy_data as messy
from migration_pipeline_tests.integration.test_conservation import GOOD
from migration_pipeline_tests.unit.cleaned.raw_tables import source_of, spec, table

Tables = Mapping[str, list[messy.Row]]
MESS = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
CELL_RULE = re.compile(r"^(?:trim|trimmed|placeholder|default|float_tail|rewritten|width_folded|fold|fallback|number)\.")
"""Rules that change cells, one hit each; all others here are flags."""
PLACEHOLDERS = {"phone": ["13800138000"], "unit": ["桶"]}


def check(dataset: str, tables: Tables, cells: Mapping[str, messy.Messy]) -> None:
    """All that the log promises."""
    columns = {name: {c: [row.get(c) for row in rows] for c in cells[name].cells} for name, rows in tables.items()}
    described = {name: spec(list(columns[name])) for name in tables}
    source = source_of(dataset, described, value_maps=messy.VALUE_MAPS, placeholders=PLACEHOLDERS)
    output = clean(dataset, StageOutput("x", {name: table(name, columns[name]) for name in tables}), source)
    _adds_up(output)
    for row in output.changes.to_dict("records"):
        place = int(str(row["row_id"]).partition(":")[2]) - 1
        source_column = row["column"] if row["column"] in columns[row["table"]] else ""
        assert row["source_column"] == source_column, row
        assert _text(row["old"]) == (columns[row["table"]][source_column][place] if source_column else None), row
    for name, rows in columns.items():
        for value in output.tables[name].to_dict("records"):
            if value["_row_id"]:
                _tells(output, DATASETS[dataset].table(name).fields, name, value, rows)


def _adds_up(output: StageOutput) -> None:
    findings = output.findings[output.findings["rule"].str.match(CELL_RULE)]
    expected = {(row["table"], row["rule"]): row["hits"] for row in findings.to_dict("records")}
    assert output.changes.groupby(["table", "rule"])["cells"].sum().to_dict() == expected


def _tells(
    output: StageOutput, fields: tuple[Field, ...], name: str, value: Mapping[Any, Any], rows: Mapping[str, list[messy.Cell]]
) -> None:
    """One row that went on: what is logged of it is what it holds, and what is not logged is as it was."""
    log = output.changes[(output.changes["table"] == name) & (output.changes["row_id"] == value["_row_id"])]
    place = int(str(value["_row_id"]).partition(":")[2]) - 1
    for field in (f for f in fields if f.name in rows):
        logged = log[log["column"] == field.name]["new"].unique()
        if len(logged):
            assert [_same(field, _text(new), value[field.name]) for new in logged] == [True], (field.name, value)
        else:
            assert _means(field, rows[field.name][place], value[field.name]), (field.name, rows[field.name][place], value[field.name])


def _means(field: Field, old: messy.Cell, now: object) -> bool:
    """Whether an unlogged cell holds what its text says."""
    if field.vocabulary or field.type in {"date", "timestamp", "boolean", "integer"}:
        return True  # typing and translating are no changes; dates and line numbers have tests of their own
    if old in messy.BLANK or not str(old).strip("\u3000 "):
        return _text(now) is None
    return _same(field, old, now)


def _same(field: Field, text: messy.Cell, now: Any) -> bool:
    if text is None or pd.isna(now):
        return text is None and bool(pd.isna(now))
    if field.type == "decimal":
        try:
            return bool(Decimal(text) == now)
        except InvalidOperation:
            return False
    if field.type in {"date", "timestamp"}:
        return bool(pd.Timestamp(text) == now)
    return bool(text == str(now).lower()) if field.type == "boolean" else text == str(now)


def _text(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)


@given(messy.SUPPLIERS.rows())
@MESS
def test_suppliers(rows: list[messy.Row]) -> None:
    check("suppliers", {"suppliers": rows}, {"suppliers": messy.SUPPLIERS})


@given(messy.PRODUCTS.rows(), messy.COUPONS.rows())
@MESS
def test_products(products: list[messy.Row], coupons: list[messy.Row]) -> None:
    check("products", {"products": products, "coupons": coupons}, {"products": messy.PRODUCTS, "coupons": messy.COUPONS})


@given(messy.MEMBERS.rows())
@MESS
def test_members(rows: list[messy.Row]) -> None:
    check("members", {"members": rows}, {"members": messy.MEMBERS})


@given(messy.STOCK.rows())
@MESS
def test_inventory(rows: list[messy.Row]) -> None:
    check("inventory", {"stock": rows}, {"stock": messy.STOCK})


@given(messy.TICKETS.rows(), messy.LINES.rows(), messy.PAYMENTS.rows())
@MESS
def test_sales_with_headers(tickets: list[messy.Row], lines: list[messy.Row], payments: list[messy.Row]) -> None:
    given_rows = {"tickets": tickets, "lines": lines, "payments": payments}
    tables = {name: [_good(name), *rows] for name, rows in given_rows.items()}
    check("sales", tables, {"tickets": messy.TICKETS, "lines": messy.LINES, "payments": messy.PAYMENTS})


def _good(name: str) -> messy.Row:
    return {**GOOD[name]}


@given(messy.DERIVING_LINES.rows(), st.booleans())
@MESS
def test_sales_with_derived_tickets(lines: list[messy.Row], good: bool) -> None:
    first: messy.Row = {**GOOD["lines"], "sold_at": "2026-01-03 10:00:00", "status": "normal"}
    check("sales", {"lines": [first, *lines] if good else lines}, {"lines": messy.DERIVING_LINES})
