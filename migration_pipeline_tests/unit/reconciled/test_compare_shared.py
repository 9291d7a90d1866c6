"""Company-wide records: what another store legitimately changed is no difference, what nobody says is one."""

from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest

from migration_pipeline.reconciled.compare_shared import compare_shared

RATE = pd.ArrowDtype(pa.decimal128(5, 2))


def items(**rows: tuple[str | None, str | None]) -> pd.DataFrame:
    """Items by code: name and tax rate."""
    rates = [None if rate is None else Decimal(rate) for _, rate in rows.values()]
    columns = {"item_code": list(rows), "name": [name for name, _ in rows.values()]}
    return pd.DataFrame(columns, dtype="str").assign(tax_rate=pd.Series(rates, dtype=RATE))


SENT = items(A=("tea", "13"), B=("bread", None))
SAID = items(A=("tea", "13"), B=("bread", None)), items(A=("green tea", "9"))


@pytest.mark.parametrize(
    ("there", "different", "columns"),
    [
        (items(A=("tea", "13.00"), B=("bread", None), C=("of another store", None)), 0, {}),
        (items(A=("green tea", "9"), B=("bread", None)), 0, {}),
        (items(A=("green tea", "13"), B=("bread", None)), 0, {}),
        (items(A=("Other", "13"), B=("bread", None)), 1, {"name": 1}),
        (items(A=("bread", "6"), B=("tea", "13")), 2, {"name": 2, "tax_rate": 2}),
        (items(A=(None, "13"), B=("bread", None)), 1, {"name": 1}),
    ],
)
def test_only_what_no_store_says_of_that_record_is_different(there: pd.DataFrame, different: int, columns: dict[str, int]) -> None:
    asked: list[str] = []

    def said(table: str, keys: pd.DataFrame) -> pd.DataFrame:
        assert table == "item"
        asked.extend(keys["item_code"])
        return pd.concat(SAID, ignore_index=True)

    found = compare_shared("item", SENT, there.iloc[::-1].reset_index(drop=True), ["item_code"], said)
    assert (found.missing, found.extra, found.different, dict(found.columns)) == (0, 0, different, columns)
    assert "C" not in asked
    assert len(found.samples.get("different", ())) == different


def test_a_record_that_is_gone_is_missing_and_nobody_is_asked_while_all_stands_as_it_was_sent() -> None:
    def nobody(table: str, keys: pd.DataFrame) -> pd.DataFrame:
        raise AssertionError((table, keys))

    found = compare_shared("item", SENT, SENT.iloc[:1], ["item_code"], nobody)
    assert (found.missing, found.different, dict(found.samples)) == (1, 0, {"missing": ("B",)})


@pytest.mark.parametrize(("item", "different"), [("I1", 0), ("I2", 0), (None, 0), ("I3", 1)])
def test_coupons_of_several_key_parts_are_compared_whole(item: str | None, different: int) -> None:
    def coupon(*items: str | None) -> pd.DataFrame:
        return pd.DataFrame({"coupon_code": "C", "product_code": "P", "campaign": "26", "item_code": pd.Series(items, dtype="str")})

    key = ["coupon_code", "product_code", "campaign"]
    found = compare_shared("coupon_item", coupon("I1"), coupon(item), key, lambda table, keys: coupon("I1", "I2", None))
    assert (found.missing, found.different) == (0, different)
    assert found.samples.get("different", ()) == ("C|P|26",) * different
