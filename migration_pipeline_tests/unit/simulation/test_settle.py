"""The first row of a thing owns it, in store order; later ones are merged into it."""

from migration_pipeline.simulation.model import Row, StoreData, StorePlan
from migration_pipeline.simulation.settle import Settlement


def _store(number: int, *products: Row, stock: tuple[Row, ...] = ()) -> StoreData:
    plan = StorePlan(number, "csv_zh", "x", "x", 0, {"01": "x"})
    return StoreData(plan, products=list(products), stock=list(stock))


def _product(code: str, identity: str, reason: str = "loaded") -> Row:
    return Row({"product_code": code}, identity=identity, reason=reason)


def test_same_identity_in_a_later_store_is_merged_and_its_key_kept() -> None:
    """Every source key must be found again in the crosswalk."""
    first, second, other = _product("a", "P1"), _product("b", "P1"), _product("b", "")
    settlement = Settlement()
    settlement.settle(_store(1, first))
    settlement.settle(_store(2, second, other))
    assert [row.reason for row in (first, second, other)] == ["loaded", "same_record", "loaded"]
    assert settlement.records()["products"] == [{"id": "P1", "keys": [["S01", "a"], ["S02", "b"]]}, {"id": "S02:b", "keys": [["S02", "b"]]}]


def test_a_rejected_row_owns_nothing() -> None:
    """Otherwise a good row of the next store would be merged into nothing."""
    bad, good = _product("a", "P1", "bad_number"), _product("b", "P1")
    settlement = Settlement()
    settlement.settle(_store(1, bad))
    settlement.settle(_store(2, good))
    assert (bad.reason, good.reason) == ("bad_number", "loaded")


def test_two_codes_of_one_item_fold_only_within_a_warehouse() -> None:
    """Stock of another warehouse stays a row of its own; the total counts all of it."""
    rows = [
        Row({"product_code": c, "warehouse": w}, money=100, quantity=1000, identity="P1") for c, w in (("a", "1"), ("b", "1"), ("b", "2"))
    ]
    settlement = Settlement()
    settlement.settle(_store(1, stock=tuple(rows)))
    assert [row.reason for row in rows] == ["loaded", "folded_stock", "loaded"]
    assert settlement.erp()["opening_stock"] == 2
    assert settlement.erp()["stock_value"] == "3.00"
