"""The classes of all differences add up to source minus ERP; what nobody can explain, and what has no class, fails."""

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migration_pipeline.contracts.break_classes import class_of
from migration_pipeline.contracts.correction_amounts import CorrectionAmount
from migration_pipeline.contracts.datasets import INVENTORY
from migration_pipeline.contracts.ledger import entries
from migration_pipeline.contracts.money import decimal_dtype
from migration_pipeline.reconciled.classed_breaks import account_for, cases_of, judged
from migration_pipeline.reconciled.compare import breaks, measure
from migration_pipeline.reconciled.erp_changes import ErpChanges, Sides, changes_of
from migration_pipeline.reconciled.ladder import whole_rungs
from migration_pipeline.reconciled.measurements import frame_of
from migration_pipeline.reconciled.source_totals import totals_frame
from migration_pipeline_tests.unit.reconciled.test_erp_changes import STOCK, stock

TABLE = INVENTORY.table("stock")
ENDS = ("bad_number", "excluded_by_correction", "negative_stock_rejected", "refused_by_target", "footer_row", "undone")


def ledger(*rows: tuple[str, str]) -> pd.DataFrame:
    """Reason and value of each source row."""
    frame = pd.DataFrame({"_row_id": pd.Series([f"f:{n}" for n in range(len(rows))], dtype="str")})
    money = pd.Series([Decimal(value) for _, value in rows], dtype=decimal_dtype(2))
    reasons = pd.Series([reason for reason, _ in rows], dtype="str")
    return entries(TABLE, frame.assign(_money=money), reasons, "loaded")


def proof(
    rows: pd.DataFrame,
    sent: pd.DataFrame,
    there: pd.DataFrame,
    moved: tuple[CorrectionAmount, ...] = (),
    tolerance: str = "0",
    lost: str = "0",
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Measurements, breaks and cases of one store's stock; `lost` is money of the source that nobody accounts for."""
    source = Decimal(str(rows["money"].sum() or 0)) + Decimal(lost) + sum((m.amount for m in moved if m.metric == "money"), Decimal(0))
    value = sum((Decimal(v) for v in there["value"]), Decimal(0))
    totals = totals_frame({"stock": (len(rows), source, Decimal(0), Decimal(0))})
    erp = totals_frame({"stock": (len(there), value, Decimal(0), Decimal(0))})
    measured = measure(INVENTORY, totals, rows, erp, moved)
    measured = measured[measured["metric"] != "quantity"].reset_index(drop=True)
    found = breaks(measured, rows, moved)
    changes = changes_of(Sides(STOCK, sent, there)) if len(sent) + len(there) else ErpChanges()
    accepted = {"stock.money": Decimal(tolerance)}
    measured, found = account_for(INVENTORY, measured, found, changes, rows, accepted)
    return measured, found, cases_of("inventory", found, changes, frame_of(whole_rungs(measured, found, accepted)), rows)


def status(measured: pd.DataFrame, metric: str) -> str:
    return str(measured.loc[measured["metric"] == metric, "status"].item())


def add_up(measured: pd.DataFrame, found: pd.DataFrame) -> bool:
    """Per metric, the amounts of all reasons are source minus ERP; `ledger_differs` is about source and ledger."""
    found = found[found["reason"] != "ledger_differs"]
    sums = {metric: sum(part["amount"], Decimal(0)) for metric, part in found.groupby("metric")}
    return all(sums.get(one.metric, Decimal(0)) == one.source - one.target for one in measured.itertuples(index=False))


cents = st.integers(-99_999, 99_999).map(lambda n: Decimal(n) / 100)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(ENDS), cents), max_size=8),
    st.lists(cents, max_size=5),
    st.lists(st.one_of(st.none(), cents), max_size=7),
    cents,
)
def test_classes_add_up_to_the_difference(
    ended: list[tuple[str, Decimal]], sent: list[Decimal], there: list[Decimal | None], lost: Decimal
) -> None:
    """Whatever ended before the ERP, whatever people changed, deleted and added in it, and whatever is lost: nothing is left over."""
    rows = ledger(*((reason, str(value)) for reason, value in ended), *(("loaded", str(value)) for value in sent))
    held = [(f"I{n}", "1", str(value)) for n, value in enumerate(there) if value is not None]
    measured, found, _ = proof(rows, stock(*((f"I{n}", "1", str(v)) for n, v in enumerate(sent))), stock(*held), lost=str(lost))
    assert add_up(measured, found)
    left = found.loc[(found["reason"] == "unexplained") & (found["metric"] == "money"), "amount"]
    assert sum(left, Decimal(0)) == lost
    assert "unclassed" not in {class_of(reason).code for reason in found["reason"]}


GOOD = [("A", "1", "10.00"), ("B", "1", "5.00")]


@pytest.mark.parametrize(
    ("reason", "classed"),
    [
        ("folded_stock", "duplicate_merged"), ("footer_row", "excluded_by_rule"), ("bad_number", "rejected"),
        ("refused_by_target", "refused_by_target"), ("excluded_by_correction", "corrected"), ("negative_stock_excluded", "policy"),
        ("undone", "undone"),
    ],
)  # fmt: skip
def test_rows_that_ended_before_the_erp_are_explained_by_their_class(reason: str, classed: str) -> None:
    rows = ledger(("loaded", "10.00"), ("loaded", "5.00"), (reason, "0.00" if reason == "folded_stock" else "7.00"))
    measured, found, cases = proof(rows, stock(*GOOD), stock(*GOOD))
    assert (add_up(measured, found), set(measured["status"]) <= {"explained", "equal"}) == (True, True)
    assert set(cases["break_class"]) == {classed}
    assert set(cases["weight"]) == {"expected"}
    assert cases["sample"].tolist()[0] == '["f:2"]', "reachable through the ledger"


@pytest.mark.parametrize(
    ("reason", "classed"), [("correction", "corrected"), ("negative_stock_zeroed", "policy"), ("unit_conversion", "pack_conversion")]
)
def test_amounts_that_people_policies_and_packs_changed_are_explained(reason: str, classed: str) -> None:
    moved = (CorrectionAmount("stock", "money", 1, Decimal("2.50"), reason),)
    measured, found, cases = proof(ledger(("loaded", "10.00"), ("loaded", "5.00")), stock(*GOOD), stock(*GOOD), moved)
    assert add_up(measured, found)
    assert cases[["metric", "break_class", "amount"]].to_numpy().tolist() == [["stock.money", classed, Decimal("2.5000")]]


def test_a_rest_within_the_tolerance_is_rounding_and_one_cent_more_is_not() -> None:
    for tolerance, classed, weight in (("0.02", "rounding", "expected"), ("0.01", "unexplained", "fatal")):
        rows = ledger(("loaded", "10.00"), ("loaded", "5.00"))
        measured, found, cases = proof(rows, stock(*GOOD), stock(*GOOD), tolerance=tolerance, lost="0.02")
        assert add_up(measured, found)
        named = cases[cases["reason"] != "ledger_differs"]
        assert named[["break_class", "weight", "amount"]].to_numpy().tolist() == [[classed, weight, Decimal("0.0200")]]


@pytest.mark.parametrize(
    ("there", "classed"),
    [
        ([("A", "1", "10.01"), ("B", "1", "5.00")], "changed_in_erp_since"),
        ([("A", "1", "10.00")], "deleted_in_erp_since"),
        ([*GOOD, ("C", "1", "1.00")], "added_in_erp"),
    ],
)
def test_a_change_in_the_erp_is_explained_and_a_break_until_a_person_accepts_it(there: list[tuple[str, str, str]], classed: str) -> None:
    rows = ledger(("loaded", "10.00"), ("loaded", "5.00"))
    measured, found, cases = proof(rows, stock(*GOOD), stock(*there))
    assert (add_up(measured, found), set(measured["unexplained"]), status(measured, "money")) == (True, {0}, "break")
    assert set(cases["break_class"]) == {classed}
    assert "opening_stock.rows" in set(cases["metric"])
    ladder = frame_of(whole_rungs(measured, found, {}))
    for state, expected in (("open", "break"), ("acknowledged", "break"), ("accepted", "accepted")):
        after = judged(ladder, cases.assign(state=state))
        assert after.loc[after["metric"] == "stock.money", "status"].item() == expected


def test_what_is_lost_fails_whoever_accepted_it() -> None:
    rows = ledger(("loaded", "10.00"), ("loaded", "5.00"))
    measured, found, cases = proof(rows, stock(*GOOD), stock(*GOOD), lost="0.01")
    ladder = judged(frame_of(whole_rungs(measured, found, {})), cases.assign(state="accepted"))
    assert "break" in set(ladder["status"])


def test_a_reason_without_a_class_fails_although_the_sums_are_equal() -> None:
    """Somebody adds a reason code and forgets its class: no run may be green over it."""
    rows = ledger(("loaded", "10.00"), ("loaded", "5.00"), ("bad_number", "7.00"))
    rows["reason"] = rows["reason"].replace("bad_number", "made_up_yesterday")
    measured, found, cases = proof(rows, stock(*GOOD), stock(*GOOD))
    assert add_up(measured, found)
    assert set(cases["break_class"]) == {"unclassed"}
    ladder = judged(frame_of(whole_rungs(measured, found, {})), cases.assign(state="accepted"))
    assert (status(measured, "money"), "break" in set(ladder["status"])) == ("break", True)
