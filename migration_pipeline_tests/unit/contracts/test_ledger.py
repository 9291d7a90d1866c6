"""The ledger holds every source row once, and says so when it does not."""

from decimal import Decimal

import pandas as pd
import pytest

from migration_pipeline.contracts.datasets import SUPPLIERS
from migration_pipeline.contracts.ledger import LEDGER_DTYPES, conservation, empty_ledger, entries, joined, ledger_total, outcome_sums
from migration_pipeline.contracts.money import decimal_dtype
from migration_pipeline_tests.unit.cleaned.raw_tables import text

TABLE = SUPPLIERS.table("suppliers")


def rows(*amounts: str) -> pd.DataFrame:
    ids = text(*[f"r:{n}" for n in range(len(amounts))])
    return pd.DataFrame({"_row_id": ids, "_money": pd.Series([Decimal(a) for a in amounts], dtype=decimal_dtype(2))})


def test_entries_carry_outcome_measures_and_the_ledger_s_types() -> None:
    found = entries(TABLE, rows("1.10", "2"), text("bad_number", "footer_row"), "cleaned", detail=text("a", "b"), target_key="K")
    assert found["outcome"].tolist() == ["rejected", "excluded"]
    assert found["detail"].tolist() == ["a", "b"]
    assert found["target_key"].tolist() == ["K", "K"]
    assert found["money"].tolist() == [Decimal("1.10"), Decimal(2)]
    assert found["points"].tolist() == [Decimal(0)] * 2
    assert found.dtypes.to_dict() == empty_ledger().dtypes.to_dict()


def test_entries_of_no_rows_and_of_rows_that_were_never_parsed() -> None:
    assert len(entries(TABLE, rows(), "bad_number", "cleaned")) == 0
    assert entries(TABLE, rows("5")[["_row_id"]], "ragged_row", "raw")["money"].tolist() == [Decimal(0)]


@pytest.mark.parametrize("reason", ["trimmed", "no_such_reason"])
def test_flags_and_unknown_reasons_are_no_outcomes(reason: str) -> None:
    with pytest.raises(KeyError):
        entries(TABLE, rows("1"), reason, "cleaned")


def test_joining_nothing_gives_a_typed_empty_ledger() -> None:
    assert list(joined([]).columns) == list(LEDGER_DTYPES)
    one = entries(TABLE, rows("1"), "bad_number", "cleaned")
    pd.testing.assert_frame_equal(joined([empty_ledger(), one, empty_ledger()]), one)


def test_conservation_finds_what_is_missing_unknown_or_there_twice() -> None:
    ledger = entries(TABLE, rows("1", "1"), "bad_number", "cleaned")
    assert conservation("suppliers", text("r:0", "r:1"), ledger).holds
    missing = conservation("suppliers", text("r:0", "r:1", "r:2"), ledger)
    assert (missing.holds, missing.missing, missing.samples) == (False, 1, ("r:2",))
    unknown = conservation("suppliers", text("r:0"), ledger)
    assert (unknown.holds, unknown.unknown) == (False, 1)
    twice = conservation("suppliers", text("r:0", "r:1"), joined([ledger, ledger.head(1)]))
    assert (twice.holds, twice.twice, twice.ledger_rows) == (False, 1, 3)
    assert not conservation("other", text("r:0", "r:1"), ledger).holds


def test_a_row_missing_and_another_twice_do_not_cancel_out() -> None:
    ledger = entries(TABLE, rows("1", "1"), "bad_number", "cleaned")
    ledger["row_id"] = "r:0"
    found = conservation("suppliers", text("r:0", "r:1"), ledger)
    assert (found.holds, found.missing, found.twice) == (False, 1, 1)


def test_sums_are_exact_per_reason() -> None:
    ledger = entries(TABLE, rows("0.10", "0.20", "5"), text("bad_number", "bad_number", "footer_row"), "cleaned")
    sums = outcome_sums(ledger).set_index("reason")
    assert sums.loc["bad_number", ["rows", "money"]].tolist() == [2, Decimal("0.30")]
    assert ledger_total(ledger, "suppliers", "money") == Decimal("5.30")
    assert ledger_total(ledger, "other", "money") == 0
