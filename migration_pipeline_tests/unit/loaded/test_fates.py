"""Rows that end after mapping end with their record, and rows folded into them too; nothing else changes."""

import pandas as pd

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.ledger import LEDGER_DTYPES
from migration_pipeline.loaded.fates import records_of, with_fate

SALES = DATASETS["sales"]


def ledger(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    """Rows of (table, row id, outcome, detail, ERP key)."""
    columns = ("table", "row_id", "outcome", "detail", "target_key")
    frame = pd.DataFrame(rows, columns=list(columns)).assign(reason="r", stage="mapped", money=None, quantity=None, points=None)
    return frame[list(LEDGER_DTYPES)].astype(LEDGER_DTYPES)


BEFORE = ledger(
    ("tickets", "t:1", "loaded", "", "T1"),
    ("tickets", "t:2", "merged", "t:1", ""),
    ("tickets", "t:3", "merged", "", "T1"),
    ("tickets", "t:4", "loaded", "", "T2"),
    ("tickets", "t:5", "rejected", "", "T1"),
    ("lines", "l:1", "loaded", "", "T1"),
)


def test_a_record_takes_its_rows_and_those_folded_into_them_along() -> None:
    ended = pd.DataFrame({"key": ["T1"], "detail": ["said"]}, dtype="str")
    after = with_fate(BEFORE, SALES, {"tickets": ended}, "refused_by_target")
    assert after["outcome"].tolist() == ["rejected", "rejected", "rejected", "loaded", "rejected", "loaded"]
    assert after["reason"].tolist() == ["refused_by_target"] * 3 + ["r"] * 3
    assert after["detail"].tolist() == ["said"] * 3 + [""] * 3
    assert after.drop(columns=["outcome", "reason", "stage", "detail"]).equals(
        BEFORE.drop(columns=["outcome", "reason", "stage", "detail"])
    )


def test_all_records_of_a_ledger_can_be_undone() -> None:
    after = with_fate(BEFORE, SALES, records_of(SALES, BEFORE), "undone")
    assert after["outcome"].tolist() == ["undone"] * 4 + ["rejected", "undone"]
