"""Keys, rows and fields become measurements that name columns and mask persons."""

from decimal import Decimal

from migration_pipeline.reconciled.compare_rows import RowDifferences
from migration_pipeline.reconciled.ladder import row_rungs

DIFFERENT = RowDifferences(1, 2, 3, {"points": 2, "stored_bonus": 1}, {"missing": ("M000123|S1",), "different": ("M7|S1",)})


def test_missing_extra_and_different_rows_stand_on_rungs_of_their_own() -> None:
    measured = [*row_rungs({"member_balance": DIFFERENT}, {"member_balance": 10})]
    figures = {(one.rung, one.metric, one.grp): (one.source, one.target, one.status) for one in measured}
    assert figures == {
        ("keys", "member_balance.missing", ""): (10, 9, "break"),
        ("keys", "member_balance.extra", ""): (0, 2, "break"),
        ("rows", "member_balance.differ", ""): (9, 6, "break"),
        ("fields", "member_balance.fields", ""): (3, 1, "break"),
        ("fields", "member_balance.fields", "points"): (9, 7, "break"),
        ("fields", "member_balance.fields", "stored_bonus"): (9, 8, "break"),
    }
    assert {type(one.source) for one in measured} == {Decimal}


def test_keys_of_persons_are_masked_others_are_not() -> None:
    keys = {name: next(row_rungs({name: DIFFERENT}, {name: 10})).sample for name in ("member_balance", "ticket")}
    assert keys == {"member_balance": ["•••23|•••"], "ticket": ["M000123|S1"]}


def test_rows_that_are_the_same_are_equal_on_every_rung() -> None:
    same = RowDifferences(0, 0, 0, {}, {})
    assert {one.status for one in row_rungs({"ticket": same}, {"ticket": 4})} == {"equal"}
