"""What is sold on a copy is chosen from the source's own rows, and its tickets have the shape of the source's tickets."""

from decimal import Decimal

import pandas as pd
import pyarrow as pa

from migration_pipeline.orchestration.trial_sale import RETURN, SALE, Good, goods, tickets

MONEY, NUMBER = (pd.ArrowDtype(pa.decimal128(18, scale)) for scale in (2, 3))


def texts(*values: str | None) -> "pd.Series[str]":
    return pd.Series(values, dtype="str")


def numbers(*values: str, dtype: pd.ArrowDtype = NUMBER) -> "pd.Series[int]":
    return pd.Series([Decimal(value) for value in values], dtype=dtype)


PRODUCTS = pd.DataFrame({"product_code": texts("1", "2", "3", "4"), "weighed": [True, False, False, True]})


def packs(*barcodes: str | None) -> pd.DataFrame:
    ratios = numbers(*["12", "24", "6"][: len(barcodes)])
    return pd.DataFrame({"product_code": texts("9", "2", "3")[: len(barcodes)], "barcode": texts(*barcodes), "ratio": ratios})


def test_one_of_each_kind_that_was_mapped_is_sold_a_pack_as_the_units_the_source_says() -> None:
    found = goods({"products": PRODUCTS, "packs": packs("100", "200", "300")}, {"2", "3", "4"}, {"100", "200", "300"})
    assert found == [
        Good("pack", "200", "2", Decimal(1), Decimal(24)),
        Good("single", "2", "2", Decimal(1), Decimal(1)),
        Good("weighed", "4", "4", Decimal("0.456"), Decimal("0.456")),
    ]


def test_a_pack_without_a_barcode_that_names_it_alone_is_not_sold() -> None:
    known = set(PRODUCTS["product_code"])
    kinds = [good.kind for good in goods({"products": PRODUCTS, "packs": packs(None, "3", "400")}, known, {"3"})]
    assert kinds == ["single", "weighed"]
    assert goods({"products": PRODUCTS}, set(), set()) == goods({}, known, set()) == []


def test_tickets_take_the_shape_of_the_source_and_a_return_is_below_zero() -> None:
    lines = pd.DataFrame({"_row_id": texts("x"), "ticket_no": texts("T"), "line_no": [7], "product_code": texts("1"), "own": texts("kept")})
    lines = lines.assign(quantity=numbers("5"), amount=numbers("9", dtype=MONEY), _money=numbers("9", dtype=MONEY), _quantity=numbers("5"))
    sold = [Good("pack", "200", "2", Decimal(1), Decimal(24)), Good("weighed", "4", "4", Decimal("0.456"), Decimal("0.456"))]
    made = tickets({"lines": lines}, sold, SALE, back=False)
    assert list(made) == ["lines"]
    assert dict(made["lines"].dtypes) == dict(lines.dtypes)
    assert made["lines"][["_row_id", "ticket_no", "line_no", "product_code", "own"]].to_numpy().tolist() == [
        ["trial:1", SALE, 1, "200", "kept"],
        ["trial:2", SALE, 2, "4", "kept"],
    ]
    back = tickets({"lines": lines}, sold, RETURN, back=True)["lines"]
    assert (made["lines"]["quantity"] + back["quantity"]).tolist() == [0, 0]
    assert back[["_quantity", "_money"]].to_numpy().tolist() == [[Decimal(-1), Decimal(-1)], [Decimal("-0.456"), Decimal(-1)]]
