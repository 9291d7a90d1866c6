"""Sale lines and stock with a scale's barcode belong to the item in it; contradictions are flagged, figures never changed."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from stdnum import ean

from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, hits, reasons

WEIGHT = [{"prefix": "20", "layout": "FFPPPPPWWWWWC"}]
BOTH = [{"prefix": "28", "layout": "FFPPPPPWWWWWAAAAAC"}]


def code(body: str) -> str:
    return body + ean.calc_check_digit(body)


def lines(
    codes: list[str],
    quantities: list[str],
    amounts: list[str],
    *,
    weighed_barcodes: Sequence[Mapping[str, object]] = (),
    policies: Mapping[str, str] | None = None,
) -> StageOutput:
    count = len(codes)
    columns = {"ticket_no": [str(n) for n in range(count)], "sold_at": ["2026-01-01 10:00:00"] * count}
    return cleaned(
        "sales",
        {"lines": {**columns, "product_code": codes, "quantity": quantities, "amount": amounts}},
        weighed_barcodes=weighed_barcodes,
        policies=policies or {},
    )


def test_a_line_is_the_item_the_code_names_and_other_codes_stay() -> None:
    codes = [code("200012300456"), "6901028075831", "2000123004560", "00123"]
    output = lines(codes, ["0.456", "1", "1", "1"], ["4.56"] * 4, weighed_barcodes=WEIGHT)
    assert output.tables["lines"]["product_code"].tolist() == ["00123", *codes[1:]]
    assert (hits(output, "weighed_barcode"), hits(output, "weighed_mismatch")) == (1, 0)
    change = output.changes.set_index("rule").loc["weighed_barcode"]
    assert (change["old"], change["new"], change["column"]) == (codes[0], "00123", "product_code")


def test_without_layouts_nothing_is_read() -> None:
    codes = [code("200012300456")]
    assert lines(codes, ["7"], ["1"]).tables["lines"]["product_code"].tolist() == codes


def test_another_weight_or_amount_is_flagged_and_kept() -> None:
    codes = [code("28001230045600987")] * 4
    output = lines(codes, ["0.456", "0.500", "0.456", "-0.456"], ["9.87", "9.87", "9.00", "-9.87"], weighed_barcodes=BOTH)
    assert hits(output, "weighed_mismatch") == 2
    assert output.tables["lines"]["quantity"].tolist() == [Decimal("0.456"), Decimal("0.5"), Decimal("0.456"), Decimal("-0.456")]
    assert output.tables["lines"]["amount"].tolist() == [Decimal("9.87"), Decimal("9.87"), Decimal(9), Decimal("-9.87")]


def test_the_amount_before_its_discount_is_what_the_scale_printed() -> None:
    columns = {
        "ticket_no": ["1"], "sold_at": ["2026-01-01 10:00:00"], "product_code": [code("28001230045600987")], "quantity": ["0.456"],
        "amount": ["9.00"], "discount": ["0.87"],
    }  # fmt: skip
    assert hits(cleaned("sales", {"lines": columns}, weighed_barcodes=BOTH), "weighed_mismatch") == 0


def test_a_project_may_reject_contradictions() -> None:
    output = lines([code("200012300456")], ["2"], ["1"], weighed_barcodes=WEIGHT, policies={"weighed_mismatch": "reject"})
    assert reasons(output, "lines") == {"lines:1": "weighed_mismatch_rejected"}


def test_counted_bags_are_stock_of_their_item() -> None:
    columns = {"product_code": [code("200012300456"), code("200012300500"), "00123"], "quantity": ["0.456", "1", "3"]}
    output = cleaned("inventory", {"stock": columns}, weighed_barcodes=WEIGHT)
    assert output.tables["stock"]["product_code"].tolist() == ["00123"] * 3
    assert hits(output, "weighed_stock_mismatch") == 1
