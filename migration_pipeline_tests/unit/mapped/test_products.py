"""Items match by valid barcodes only; prices stay per store; what refers to nothing is kept and counted."""

from decimal import Decimal

from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, hits, reasons
from migration_pipeline_tests.unit.mapped.fake_crosswalk import FakeCrosswalk, mapped, with_products

GTIN = "6901028075831"


def products(**columns: list[str | None]) -> dict[str, dict[str, list[str | None]]]:
    return {"products": columns}


def test_one_barcode_is_one_item_with_the_price_of_the_newest_row() -> None:
    columns = products(
        product_code=["1", "2"],
        name=["old", "new"],
        barcode=[GTIN, GTIN],
        sell_price=["1", "2"],
        updated_at=["2026-01-01", "2026-01-02"],
    )
    output = mapped("products", cleaned("products", columns))
    assert output.tables["item"][["item_code", "name"]].to_numpy().tolist() == [[f"P{GTIN}", "new"]]
    assert output.tables["item_price"]["sell_price"].tolist() == [Decimal(2)]
    assert output.tables["item_barcode"].to_numpy().tolist() == [[GTIN, f"P{GTIN}"]]
    assert reasons(output, "products") == {"products:2": "same_record"}


def test_bad_and_in_store_barcodes_do_not_match_and_are_not_loaded() -> None:
    barcodes = ["2000123004563", "2000123004563", "6901028075832"]
    output = mapped("products", cleaned("products", products(product_code=["1", "2", "3"], name=["a", "b", "c"], barcode=barcodes)))
    assert len(output.tables["item"]) == 3
    assert len(output.tables["item_barcode"]) == 0


def test_an_unknown_unit_rejects_the_product() -> None:
    columns = products(product_code=["1", "2"], name=["a", "b"], unit=["瓶", "桶"])
    output = mapped("products", cleaned("products", columns), unit={"瓶": "BOTTLE"})
    assert output.tables["item"]["unit_code"].tolist() == ["BOTTLE"]
    assert reasons(output, "products") == {"products:2": "unmapped_value"}


def test_an_unknown_supplier_is_counted_and_the_product_kept_without_one() -> None:
    crosswalk = FakeCrosswalk(keys={("suppliers", "S1"): {"S": "SUP"}})
    columns = products(product_code=["1", "2", "3"], name=["a", "b", "c"], supplier_code=["S", "T", None])
    output = mapped("products", cleaned("products", columns), crosswalk)
    assert output.tables["item"]["supplier_code"].isna().tolist() == [False, True, True]
    assert hits(output, "supplier") == 1
    assert reasons(output, "products") == {}


def test_weighed_goods_stay_weighed() -> None:
    output = mapped("products", cleaned("products", products(product_code=["1", "2"], name=["a", "b"], weighed=["是", "0"])))
    assert output.tables["item"]["weighed"].tolist() == [True, False]


def test_coupons_of_unknown_products_are_kept_and_counted() -> None:
    coupons = {"coupon_code": ["C1", "C2"], "product_code": ["P", "Q"], "campaign": ["1", "1"]}
    output = mapped("products", cleaned("products", {"coupons": coupons}), with_products(P="ITEM"))
    assert output.tables["coupon_item"]["item_code"].isna().tolist() == [False, True]
    assert hits(output, "product") == 1


def test_a_store_without_products_left_gives_empty_tables() -> None:
    output = mapped("products", cleaned("products", products(product_code=[None], name=["a"])))
    assert [len(output.tables[name]) for name in ("item", "item_barcode", "item_price")] == [0, 0, 0]


def test_one_upc_written_with_and_without_its_zero_is_one_item() -> None:
    """Store A writes UPC-A, store B the EAN-13 it is, store C lost the zero in a spreadsheet."""
    crosswalk = FakeCrosswalk()
    for store, barcode in (("A", "036000291452"), ("B", "0036000291452"), ("C", "36000291452")):
        output = mapped("products", cleaned("products", products(product_code=["1"], name=["a"], barcode=[barcode])), crosswalk, store)
        assert output.tables["item"]["item_code"].tolist() == ["P0036000291452"]
        assert output.tables["item_barcode"]["barcode"].tolist() == ["0036000291452"]
    assert reasons(output, "products") == {"products:1": "same_record"}
