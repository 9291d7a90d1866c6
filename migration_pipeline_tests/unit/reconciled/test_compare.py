"""Source, ledger and ERP beside each other."""

from collections.abc import Callable
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migration_pipeline.contracts.correction_amounts import CorrectionAmount, correction_amounts
from migration_pipeline.contracts.datasets import INVENTORY, SALES, SUPPLIERS
from migration_pipeline.contracts.ledger import LEDGER_DTYPES, entries
from migration_pipeline.contracts.reasons import REASONS
from migration_pipeline.project.models import StoreSpec
from migration_pipeline.project.source import InputSpec, SourceSpec, TableSpec
from migration_pipeline.reconciled.archived_input import ArchivedInput
from migration_pipeline.reconciled.compare import CORRECTION, LEDGER_DIFFERS, UNEXPLAINED, breaks, measure
from migration_pipeline.reconciled.source_totals import source_totals, totals_frame
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned

Entry = tuple[str, str, str, str]


def _ledger(*given: Entry) -> pd.DataFrame:
    """Rows of (table, reason, money, quantity)."""
    rows = [
        (table, f"f:{place}", str(REASONS[reason].outcome), reason, "cleaned", "", "", Decimal(money), Decimal(quantity), Decimal(0))
        for place, (table, reason, money, quantity) in enumerate(given)
    ]
    frame = pd.DataFrame(rows, columns=list(LEDGER_DTYPES), dtype="object")
    for name, dtype in LEDGER_DTYPES.items():
        exact = isinstance(dtype, pd.ArrowDtype)
        frame[name] = pd.Series(pa.array(frame[name], dtype.pyarrow_dtype), dtype=dtype) if exact else frame[name].astype("str")
    return frame


def _figures(**tables: tuple[int, str, str]) -> pd.DataFrame:
    return totals_frame({name: (rows, Decimal(money), Decimal(quantity), Decimal(0)) for name, (rows, money, quantity) in tables.items()})


LEDGER = _ledger(
    ("suppliers", "loaded", "10.00", "0"),
    ("suppliers", "duplicate_key", "5.00", "0"),
    ("suppliers", "bad_number", "1.00", "0"),
    ("suppliers", "footer_row", "16.00", "0"),
)


def _by_metric(frame: pd.DataFrame, metric: str) -> dict[str, object]:
    return frame[frame["metric"] == metric].iloc[0].to_dict()


def test_reasons_explain_rows_and_money_and_merged_money_is_in_the_erp() -> None:
    measured = measure(SUPPLIERS, _figures(suppliers=(4, "32.00", "0")), LEDGER, _figures(suppliers=(1, "15.00", "0")))
    assert list(measured["metric"]) == ["rows", "money"]
    rows, money = _by_metric(measured, "rows"), _by_metric(measured, "money")
    assert (rows["explained"], rows["unexplained"], rows["status"]) == (3, 0, "explained")
    assert (money["explained"], money["unexplained"], money["status"]) == (Decimal("17.000"), 0, "explained")
    found = breaks(measured, LEDGER)
    assert [tuple(row)[2:] for row in found.itertuples(index=False)] == [
        ("rows", "bad_number", 1, 1), ("rows", "duplicate_key", 1, 1), ("rows", "footer_row", 1, 1),
        ("money", "bad_number", 1, Decimal("1.000")), ("money", "footer_row", 1, Decimal("16.000")),
    ]  # fmt: skip
    assert found["amount"].sum() == 3 + 17


@pytest.mark.parametrize(
    ("source", "erp", "metric", "left"),
    [
        ((4, "32.00", "0"), (1, "14.99", "0"), "money", "0.01"),
        ((4, "32.00", "0"), (0, "15.00", "0"), "rows", "1"),
        ((4, "32.00", "0"), (2, "15.00", "0"), "rows", "-1"),
        ((5, "32.00", "0"), (1, "15.00", "0"), "rows", "1"),
        ((4, "32.01", "0"), (1, "15.00", "0"), "money", "0.01"),
    ],
)
def test_one_cent_or_one_row_is_a_break(source: tuple[int, str, str], erp: tuple[int, str, str], metric: str, left: str) -> None:
    measured = measure(SUPPLIERS, _figures(suppliers=source), LEDGER, _figures(suppliers=erp))
    broken = measured[measured["status"] == "break"]
    assert list(broken["metric"]) == [metric]
    assert broken["unexplained"].iloc[0] == Decimal(left)
    found = breaks(measured, LEDGER)
    assert found.loc[found["reason"] == UNEXPLAINED, "amount"].tolist() == [Decimal(left)]


def test_a_ledger_that_is_not_the_source_is_a_break_even_if_source_and_erp_agree() -> None:
    ledger = _ledger(("suppliers", "loaded", "10.00", "0"))
    figures = _figures(suppliers=(2, "10.00", "0"))
    measured = measure(SUPPLIERS, figures, ledger, figures)
    assert list(measured["status"]) == ["break", "equal"]
    found = breaks(measured, ledger)
    assert [(row.metric, row.reason, row.amount) for row in found.itertuples()] == [("rows", LEDGER_DIFFERS, 1)]


def test_a_correction_explains_its_amount_and_not_a_cent_more() -> None:
    """The source said 12.00, a person made it 10.00: 2.00 are explained, and 1.99 or no word of it would be a break."""
    ledger, source, erp = (
        _ledger(("suppliers", "loaded", "10.00", "0")),
        _figures(suppliers=(1, "12.00", "0")),
        _figures(suppliers=(1, "10.00", "0")),
    )
    for amount, status, left in (("2.00", "explained", "0"), ("1.99", "break", "0.01"), (None, "break", "2.00")):
        made = [CorrectionAmount("suppliers", "money", 1, Decimal(amount))] if amount else []
        measured = measure(SUPPLIERS, source, ledger, erp, made)
        money = _by_metric(measured, "money")
        assert (money["status"], money["unexplained"]) == (status, Decimal(left))
        found = {row.reason: row.amount for row in breaks(measured, ledger, made).itertuples()}
        expected = {CORRECTION: Decimal(amount)} if amount else {}
        rest = {UNEXPLAINED: Decimal(left), LEDGER_DIFFERS: Decimal(left)} if status == "break" else {}
        assert found == expected | rest


def test_what_a_policy_changed_is_explained_by_its_own_reason_beside_corrections() -> None:
    """-3.80 of negative stock set to 0 and 2.00 corrected: each is told apart, and nothing is left."""
    made = [
        CorrectionAmount("suppliers", "money", 1, Decimal("2.00")),
        CorrectionAmount("suppliers", "money", 2, Decimal("-3.80"), "zeroed"),
    ]
    ledger, source = _ledger(("suppliers", "loaded", "10.00", "0")), _figures(suppliers=(1, "8.20", "0"))
    measured = measure(SUPPLIERS, source, ledger, _figures(suppliers=(1, "10.00", "0")), made)
    money = _by_metric(measured, "money")
    assert (money["status"], money["explained"], money["unexplained"]) == ("explained", Decimal("-1.80"), 0)
    found = {row.reason: (row.rows, row.amount) for row in breaks(measured, ledger, made).itertuples()}
    assert found == {CORRECTION: (1, Decimal("2.00")), "zeroed": (2, Decimal("-3.80"))}


def test_negative_stock_set_to_0_is_explained_from_the_untouched_source_to_the_erp(archive: Callable[..., ArchivedInput]) -> None:
    """Source totals are taken from the file by other code; the ERP holds what cleaning left; only the policy tells why they differ."""
    columns = {"product_code": ["1", "2", "3"], "quantity": ["-3", "-2", "5"], "unit_cost": ["1.10", "0.25", "9"]}
    lines = [",".join(columns), *(",".join(row) for row in zip(*columns.values(), strict=True))]
    spec = TableSpec(inputs=("i",), columns={name: name for name in columns})
    source = SourceSpec(inputs={"i": InputSpec(format="csv", file="x")}, datasets={"inventory": {"stock": spec}})
    totals = source_totals(source, INVENTORY, StoreSpec(id="S1", source="s"), {"i": [archive("a.csv", "\n".join(lines) + "\n")]})
    done = cleaned("inventory", {"stock": columns}, policies={"negative_stock": "zero"})
    stock, moved = done.tables["stock"], correction_amounts(done.facts)
    ledger = entries(INVENTORY.table("stock"), stock, "loaded", "loaded")
    erp = _figures(stock=(3, str(stock["value"].sum()), str(stock["quantity"].sum())))
    measured = measure(INVENTORY, totals, ledger, erp, moved)
    assert measured.set_index("metric")["unexplained"].to_dict() == {"rows": 0, "quantity": 0, "money": 0}
    assert set(measured["status"]) == {"equal", "explained"}
    found = {(row.metric, row.reason): row.amount for row in breaks(measured, ledger, moved).itertuples()}
    zeroed = "negative_stock_zeroed"
    assert found == {("money", zeroed): Decimal("-3.800"), ("quantity", zeroed): Decimal(-5)}
    assert (measure(INVENTORY, totals, ledger, erp)["status"] == "break").sum() == 2, "without a word of it"


def test_derived_tables_are_left_out_only_while_the_source_has_none() -> None:
    ledger = _ledger(("lines", "loaded", "3.00", "1"))
    erp = _figures(tickets=(1, "3.00", "0"), lines=(1, "3.00", "1"))
    measured = measure(SALES, _figures(tickets=(0, "0", "0"), lines=(1, "3.00", "1")), ledger, erp)
    assert list(measured["table"].unique()) == ["lines"]
    assert set(measured["status"]) == {"equal"}
    with_tickets = _ledger(("lines", "loaded", "3.00", "1"), ("tickets", "loaded", "3.00", "0"))
    seen = measure(SALES, _figures(lines=(1, "3.00", "1")), with_tickets, erp)
    assert set(seen.loc[seen["table"] == "tickets", "status"]) == {"break"}


def test_empty_frames_compare() -> None:
    measured = measure(SUPPLIERS, _figures(), _ledger(), _figures())
    assert set(measured["status"]) == {"equal"}
    assert {str(measured[name].dtype) for name in ("source", "unexplained")} == {"decimal128(38, 3)[pyarrow]"}
    assert breaks(measured, _ledger()).empty


def test_control_totals_see_a_row_that_a_reader_lost(
    tmp_path_factory: pytest.TempPathFactory, archive: Callable[..., ArchivedInput]
) -> None:
    """A reader that stops early gives a smaller ledger and a smaller ERP that agree with each other; only the source tells."""
    file = archive("a.csv", "code,balance\n" + "".join(f"S{n},0.10\n" for n in range(100)))
    spec = TableSpec(inputs=("i",), columns={"supplier_code": "code", "balance": "balance"})
    source = SourceSpec(inputs={"i": InputSpec(format="csv", file="x")}, datasets={"suppliers": {"suppliers": spec}})
    totals = source_totals(source, SUPPLIERS, StoreSpec(id="S1", source="s"), {"i": [file]})
    whole = _ledger(*[("suppliers", "loaded", "0.10", "0")] * 100)
    good = measure(SUPPLIERS, totals, whole, _figures(suppliers=(100, "10.00", "0")))
    assert set(good["status"]) == {"equal"}
    short = measure(SUPPLIERS, totals, whole.iloc[:-1], _figures(suppliers=(99, "9.90", "0")))
    assert set(short["status"]) == {"break"}
    assert short["unexplained"].tolist() == [1, Decimal("0.100")]


REASON = st.sampled_from(["loaded", "duplicate_key", "footer_row", "bad_number"])
CENTS = st.integers(-(10**11), 10**11)


@settings(deadline=None)
@given(st.lists(st.tuples(REASON, CENTS), max_size=12), st.integers(-3, 3))
def test_what_is_left_is_exactly_what_the_erp_lacks(rows: list[tuple[str, int]], off: int) -> None:
    money = [(reason, Decimal(cents) / 100) for reason, cents in rows]
    ledger = _ledger(*(("suppliers", reason, str(value), "0") for reason, value in money))
    kept = sum((value for reason, value in money if reason in {"loaded", "duplicate_key"}), Decimal(0))
    loaded = sum(reason == "loaded" for reason, _ in money)
    everything = sum((value for _, value in money), Decimal(0))
    erp = _figures(suppliers=(loaded, str(kept - Decimal(off) / 100), "0"))
    measured = measure(SUPPLIERS, _figures(suppliers=(len(rows), str(everything), "0")), ledger, erp)
    assert measured["unexplained"].tolist() == [0, Decimal(off) / 100]
    assert (measured["status"] == "break").tolist() == [False, off != 0]
