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
