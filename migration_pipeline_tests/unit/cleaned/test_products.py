"""Products: doubtful barcodes and conflicting names are counted, never corrected."""

from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, hits


def test_bad_and_in_store_barcodes_are_kept_and_counted() -> None:
    barcodes = ["6901028075831", "6901028075832", "2000123004563", None]
    output = cleaned("products", {"products": {"product_code": list("1234"), "name": list("abcd"), "barcode": barcodes}})
    assert output.tables["products"]["barcode"].tolist()[:3] == barcodes[:3]
    assert hits(output, "bad_barcode") == 2


def test_one_code_with_several_names_is_counted_once() -> None:
    output = cleaned("products", {"products": {"product_code": ["1", "1", "2", "2"], "name": ["a", "b", "c", "c"]}})
    assert hits(output, "name_conflict") == 1


def test_coupons_alone_are_a_valid_products_dataset() -> None:
    output = cleaned("products", {"coupons": {"coupon_code": ["1"], "product_code": ["2"], "campaign": ["3"]}})
    assert list(output.tables) == ["coupons"]


def test_units_stay_the_source_s_words_until_mapping() -> None:
    output = cleaned("products", {"products": {"product_code": ["1", "2"], "name": ["a", "b"], "unit": ["瓶", None]}})
    assert output.tables["products"]["unit"].tolist() == ["瓶", "PCS"]


def test_one_barcode_on_two_products_is_seen_however_it_is_written() -> None:
    columns = {"product_code": ["1", "2"], "name": ["矿泉水", "铅笔"], "barcode": ["036000291452", "0036000291452"]}
    assert hits(cleaned("products", {"products": columns}), "shared_barcode") == 1


def test_a_upc_without_its_zero_is_flagged_and_is_no_bad_barcode() -> None:
    output = cleaned("products", {"products": {"product_code": ["1"], "name": ["a"], "barcode": ["36000291452"]}})
    assert (hits(output, "barcode_zero_lost"), hits(output, "bad_barcode")) == (1, 0)


def test_a_product_whose_trade_unit_number_holds_another_is_perhaps_its_pack() -> None:
    columns = {
        "product_code": ["1", "2", "3"],
        "name": ["a", "a 24", "b"],
        "barcode": ["6901028075831", "16901028075838", "10614141000415"],
    }
    assert hits(cleaned("products", {"products": columns}), "pack_gtin") == 1
