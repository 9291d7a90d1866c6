"""A changed setting is named where it speaks of the rows, or is the only one; nothing is guessed."""

import pytest

from migration_pipeline.orchestration.attribution import RowChange, because
from migration_pipeline.project.versions import KeyChange
from migration_pipeline.reconciled.row_history import ChangedRows

OTHER = KeyChange("code", "cleaned", "aa", "bb")


def change(
    how: str, old: str, new: str, *columns: str, dataset: str = "inventory", table: str = "stock", row: str = "stock.csv:2"
) -> RowChange:
    """Some changed rows."""
    return RowChange("B", dataset, ChangedRows(table, how, old, new, columns, 1, (row,)))


REJECTED = change("outcome", "loaded loaded", "rejected negative_stock_rejected")
PAYMENT = change("values", "loaded loaded", "loaded loaded", "method", dataset="sales", table="payments", row="p.csv:9")


@pytest.mark.parametrize(
    ("rows", "key", "named"),
    [
        (REJECTED, KeyChange("rules", "policies.negative_stock", "flag", "reject"), True),
        (REJECTED, KeyChange("rules", "policies.large_stock", "flag", "reject"), False),
        (change("outcome", "loaded loaded", "excluded x"), KeyChange("rules", "rules.stock.r1", None, {"exclude": "x"}), True),
        (change("outcome", "loaded loaded", "excluded x"), KeyChange("rules", "rules.other.r1", None, {"exclude": "x"}), False),
        (change("values", "", "", "quantity"), KeyChange("rules", "policies.negative_stock", "flag", "zero"), True),
        (change("values", "", "", "unit_cost"), KeyChange("mapping", "tables.stock.columns.unit_cost", "cost", "price"), True),
        (change("values", "", "", "unit_cost"), KeyChange("mapping", "tables.stock.columns.quantity", "a", "b"), False),
        (PAYMENT, KeyChange("value_maps", "payment_method.现金", "cash", "card"), True),
        (PAYMENT, KeyChange("value_maps", "unit.瓶", "BOTTLE", "PCS"), False),
        (REJECTED, KeyChange("corrections", "stock stock.csv:2", None, {}), True),
        (REJECTED, KeyChange("corrections", "stock stock.csv:3", None, {}), False),
        (REJECTED, KeyChange("inputs", "stock/B/stock.csv", "aa", "bb"), True),
        (REJECTED, KeyChange("inputs", "stock/B/mystock.csv", "aa", "bb"), False),
        (change("target_key", "loaded loaded", "loaded loaded"), KeyChange("decisions", "d1", None, "same"), True),
    ],
)
def test_a_setting_is_named_if_it_speaks_of_the_reason_column_file_or_row(rows: RowChange, key: KeyChange, named: bool) -> None:
    assert because(rows, [OTHER, key]) == ((str(key),) if named else ())


def test_the_only_change_is_the_cause() -> None:
    assert because(REJECTED, [OTHER]) == ("code cleaned: changed",)
    assert because(REJECTED, []) == ()
