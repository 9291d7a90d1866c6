"""Nothing vanishes: whatever mess the source holds and whatever a project chooses, rows, money, quantity and points are conserved.

Every source row must end in exactly one outcome or go on exactly once, each with the measure its text means (computed here in plain
Python), and what goes on must pass the gate of its stage. Cleaning and mapping are tested together because the law holds across both.
"""

from collections.abc import Mapping
from decimal import Decimal

import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from migration_pipeline.cleaned.clean import clean
from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.erp import erp_table
from migration_pipeline.contracts.ledger import MEASURES, conservation
from migration_pipeline.contracts.policies import RULES, Policy
from migration_pipeline.contracts.schemas import cleaned_schema, erp_schema
from migration_pipeline.contracts.stage_output import PENDING, StageOutput
from migration_pipeline_tests.integration import messy_data as messy
from migration_pipeline_tests.unit.cleaned.raw_tables import source_of, spec, table
from migration_pipeline_tests.unit.mapped.fake_crosswalk import FakeCrosswalk, mapped

Tables = Mapping[str, list[messy.Row]]
Cells = Mapping[str, messy.Messy]
Meaning = dict[str, Decimal | None]
Policies = dict[str, Policy]
MESS = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
_OWN = [f"_{measure}" for measure in MEASURES]
GOOD = {
    "tickets": {"ticket_no": "G", "sold_at": "2026-01-03 10:00:00", "status": "normal", "total": "3.50", "rounding": "0"},
    "lines": {"ticket_no": "G", "line_no": "1", "product_code": "A1", "quantity": "1", "amount": "3.50"},
    "payments": {"ticket_no": "G", "payment_no": "1", "method": "cash", "amount": "3.50"},
}
"""One good ticket, so that the way into the ERP is taken every time."""


def policies(dataset: str) -> st.SearchStrategy[Policies]:
    """Any choice a project may make for any built-in rule of a dataset, but to stop the store or to set amounts to 0."""
    rules = [rule for rule in RULES.values() if rule.dataset == dataset]
    choices = {rule.id: st.sampled_from([policy for policy in rule.allowed if policy not in {"block", "zero"}]) for rule in rules}
    return st.fixed_dictionaries({}, optional=choices)


def migrated(dataset: str, tables: Tables, cells: Cells, chosen: Policies) -> tuple[StageOutput, StageOutput]:
    """The cleaned and the mapped output of one store."""
    columns = {name: {c: [row.get(c) for row in rows] for c in cells[name].cells} for name, rows in tables.items()}
    frames = {name: table(name, columns[name]) for name in tables}
    source = source_of(dataset, {name: spec(list(cells[name].cells)) for name in tables}, value_maps=messy.VALUE_MAPS, policies=chosen)
    done = clean(dataset, StageOutput("x", frames), source)
    crosswalk = FakeCrosswalk(
        keys={("products", "S1"): {"A1": "P1", "17": "P1"}, ("products", "HQ"): {"C3": "P3"}, ("members", "S1"): {"A1": "M1"}}
    )
    return done, mapped(dataset, done, crosswalk, "S1", **messy.VALUE_MAPS)


def check(
    dataset: str, tables: Tables, cells: Cells, meanings: Mapping[str, list[Meaning]], chosen: Policies
) -> tuple[StageOutput, StageOutput]:
    """All laws that hold for every dataset; `meanings` are the measures of every source row."""
    done, final = migrated(dataset, tables, cells, chosen)
    for name, rows in tables.items():
        ids = pd.Series([f"{name}:{n + 1}" for n in range(len(rows))], dtype="str")
        expected = {row_id: _filled(meaning) for row_id, meaning in zip(ids, meanings[name], strict=True)}
        alive = done.tables[name]
        alive = alive[alive["_row_id"] != ""]
        cleaned_schema(DATASETS[dataset].table(name)).validate(done.tables[name])
        going_on = alive[["_row_id", *_OWN]].set_axis(["row_id", *MEASURES], axis="columns")
        after_cleaning = pd.concat([_own(done.outcomes, name), going_on])
        after_mapping = pd.concat([_own(final.outcomes, name), _own(final.tables[PENDING], name)])
        for ledger in (after_cleaning, after_mapping):
            assert conservation(name, ids, ledger.assign(table=name)).holds
            assert {row["row_id"]: {m: row[m] for m in MEASURES} for row in ledger.to_dict("records")} == expected
    for name, frame in final.tables.items():
        if name != PENDING:
            erp_schema(erp_table(name)).validate(frame)
    return done, final


def _filled(meaning: Meaning) -> dict[str, Decimal]:
    return {measure: meaning.get(measure) or Decimal(0) for measure in MEASURES}


def _own(ledger: pd.DataFrame, name: str) -> pd.DataFrame:
    return ledger[ledger["table"] == name]


def in_erp(final: StageOutput, name: str, measure: str) -> Decimal:
    """What the source rows that the ERP holds (loaded or merged into another) amount to."""
    ledger = pd.concat([final.outcomes, final.tables[PENDING]])
    there = ledger[(ledger["table"] == name) & ledger["outcome"].isin(["loaded", "merged"])]
    return sum(there[measure], Decimal(0))


def added(frame: pd.DataFrame, *columns: str) -> Decimal:
    """The exact sum of columns."""
    return sum((value for column in columns for value in frame[column] if not pd.isna(value)), Decimal(0))


@given(messy.SUPPLIERS.rows(), policies("suppliers"))
@MESS
def test_conservation_of_suppliers(rows: list[messy.Row], chosen: Policies) -> None:
    meanings: list[Meaning] = [{"money": messy.number(row["balance"], 2, "0")} for row in rows]
    done, final = check("suppliers", {"suppliers": rows}, {"suppliers": messy.SUPPLIERS}, {"suppliers": meanings}, chosen)
    merged = added(done.outcomes[done.outcomes["reason"] == "duplicate_key"], "money")
    assert added(done.tables["suppliers"], "balance") == added(done.tables["suppliers"], "_money") + merged
    assert added(final.tables["supplier_balance"], "balance") == in_erp(final, "suppliers", "money")


@given(messy.PRODUCTS.rows(), messy.COUPONS.rows(), policies("products"))
@MESS
def test_conservation_of_products(products: list[messy.Row], coupons: list[messy.Row], chosen: Policies) -> None:
    tables = {"products": products, "coupons": coupons}
    cells = {"products": messy.PRODUCTS, "coupons": messy.COUPONS}
    _, final = check("products", tables, cells, {name: [{} for _ in rows] for name, rows in tables.items()}, chosen)
    assert len(final.tables["item_price"]) == len(final.tables["item"])


@given(messy.MEMBERS.rows(), policies("members"))
@MESS
def test_conservation_of_members(rows: list[messy.Row], chosen: Policies) -> None:
    meanings: list[Meaning] = []
    for row in rows:
        principal, bonus = messy.number(row["stored_principal"], 2, "0"), messy.number(row["stored_bonus"], 2, "0")
        stored = None if principal is None or bonus is None else principal + bonus
        meanings.append({"money": stored, "points": messy.number(row["points"], 2, "0")})
    done, final = check("members", {"members": rows}, {"members": messy.MEMBERS}, {"members": meanings}, chosen)
    folded = done.outcomes[done.outcomes["reason"] == "duplicate_key"]
    kept, balance = done.tables["members"], final.tables["member_balance"]
    assert added(kept, "points") == added(kept, "_points") + added(folded, "points")
    assert added(kept, "stored_principal", "stored_bonus") == added(kept, "_money") + added(folded, "money")
    assert added(balance, "points") == in_erp(final, "members", "points")
    assert added(balance, "stored_principal", "stored_bonus") == in_erp(final, "members", "money")


@given(messy.STOCK.rows(), policies("inventory"))
@MESS
def test_conservation_of_inventory(rows: list[messy.Row], chosen: Policies) -> None:
    meanings: list[Meaning] = []
    for row in rows:
        quantity, cost = messy.number(row["quantity"], 3), messy.number(row["unit_cost"], 4, "0")
        value = None if quantity is None or cost is None else messy.rounded(quantity * cost, 2)
        meanings.append({"quantity": quantity, "money": value})
    _, final = check("inventory", {"stock": rows}, {"stock": messy.STOCK}, {"stock": meanings}, chosen)
    assert added(final.tables["opening_stock"], "quantity") == in_erp(final, "stock", "quantity")
    assert added(final.tables["opening_stock"], "value") == in_erp(final, "stock", "money")


def _meanings_of_sales(tables: Tables) -> dict[str, list[Meaning]]:
    return {
        "tickets": [{"money": messy.number(row.get("total"), 2)} for row in tables.get("tickets", [])],
        "lines": [{"money": messy.number(row["amount"], 2), "quantity": messy.number(row["quantity"], 3)} for row in tables["lines"]],
        "payments": [{"money": messy.number(row["amount"], 2)} for row in tables.get("payments", [])],
    }


def check_sales(tables: Tables, cells: Cells, chosen: Policies) -> StageOutput:
    """The common laws, and the ones of tickets: whole, and equal to the cent."""
    _, final = check("sales", tables, cells, _meanings_of_sales(tables), chosen)
    ticket, line = final.tables["ticket"], final.tables["ticket_line"]
    assert "G" in set(ticket["ticket_no"])
    assert added(line, "amount") == in_erp(final, "lines", "money")
    assert added(line, "quantity") == in_erp(final, "lines", "quantity")
    assert added(ticket, "total") - added(ticket, "rounding") == added(line, "amount")
    assert set(line["ticket_no"]) <= set(ticket["ticket_no"])
    if "payment" in final.tables:
        assert added(final.tables["payment"], "amount") == in_erp(final, "payments", "money") == added(ticket, "total")
        assert set(final.tables["payment"]["ticket_no"]) <= set(ticket["ticket_no"])
    return final


@given(messy.TICKETS.rows(), messy.LINES.rows(), messy.PAYMENTS.rows(), policies("sales"))
@MESS
def test_conservation_of_sales_with_headers(
    tickets: list[messy.Row], lines: list[messy.Row], payments: list[messy.Row], chosen: Policies
) -> None:
    tables = {"tickets": [GOOD["tickets"], *tickets], "lines": [GOOD["lines"], *lines], "payments": [GOOD["payments"], *payments]}
    final = check_sales(tables, {"tickets": messy.TICKETS, "lines": messy.LINES, "payments": messy.PAYMENTS}, chosen)
    assert added(final.tables["ticket"], "total") == in_erp(final, "tickets", "money")


@given(messy.DERIVING_LINES.rows(), messy.PAYMENTS.rows(), st.booleans(), policies("sales"))
@MESS
def test_conservation_of_sales_with_derived_tickets(
    lines: list[messy.Row], payments: list[messy.Row], paid: bool, chosen: Policies
) -> None:
    good = {**GOOD["lines"], "sold_at": "2026-01-03 10:00:00", "status": "normal"}
    tables = {"lines": [good, *lines]} | ({"payments": [GOOD["payments"], *payments]} if paid else {})
    check_sales(tables, {"lines": messy.DERIVING_LINES, "payments": messy.PAYMENTS}, chosen)
