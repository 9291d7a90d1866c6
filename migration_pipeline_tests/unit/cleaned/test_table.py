"""From raw text to typed rows: which column, placeholders, defaults, required values, and the reason of each row that fails."""

from decimal import Decimal

from migration_pipeline.cleaned.clean import clean
from migration_pipeline.cleaned.table import clean_table
from migration_pipeline.contracts.datasets import SALES
from migration_pipeline.project.source import SourceSpec, TableSpec
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, hits, raw, reasons, source_of, spec, table


def test_every_kind_of_bad_value_ends_its_row_with_its_reason_and_the_column() -> None:
    lines = {
        "ticket_no": ["T1", "8.52E+11", "T3", "T4", None],
        "product_code": ["P", "P", "P", None, "P"],
        "quantity": ["1", "1", "x", "1", "1"],
        "amount": ["1", "1", "1", "1", "1"],
    }
    done = clean_table(SALES.table("lines"), table("lines", lines), spec(list(lines)), SourceSpec())
    ended = done.ended().set_index("row_id")
    assert ended["reason"].to_dict() == {
        "lines:2": "damaged_code",
        "lines:3": "bad_number",
        "lines:4": "missing_required",
        "lines:5": "missing_required",
    }
    assert ended["detail"].tolist() == ["ticket_no", "quantity", "product_code", "ticket_no"]
    assert set(ended["stage"]) == {"cleaned"}
    assert done.alive["_row_id"].tolist() == ["lines:1"]


def test_the_first_failure_of_a_row_is_its_reason() -> None:
    output = cleaned("inventory", {"stock": {"product_code": ["1E5"], "quantity": ["x"]}})
    assert reasons(output, "stock") == {"stock:1": "damaged_code"}


def test_rows_that_end_keep_their_money_in_the_ledger() -> None:
    """Rejected money is still the store's money: without it the totals would not add up."""
    columns = {"supplier_code": ["S", None, "1E5"], "name": ["A", "B", "C"], "balance": ["1.10", "¥2.20", "3"]}
    output = cleaned("suppliers", {"suppliers": columns})
    assert output.outcomes["money"].tolist() == [Decimal("2.20"), Decimal(3)]


def test_the_first_filled_of_several_source_columns_counts_and_padding_is_not_filled() -> None:
    """CHAR columns are padded: eleven blanks in `mobile` must not hide the number in `tel`."""
    described = TableSpec(inputs=("any",), columns={"member_code": "no", "phone": ("mobile", "tel")})
    source = source_of("members", {"members": described})
    columns = {"no": ["1", "2", "3", "4"], "mobile": [" " * 11, "", None, "1"], "tel": ["7", "8", "9", "0"]}
    assert clean("members", raw({"members": columns}), source).tables["members"]["phone"].tolist() == ["7", "8", "9", "1"]


def test_placeholders_mean_missing_and_are_counted() -> None:
    output = cleaned(
        "members",
        {"members": {"member_code": ["1", "2"], "phone": ["13800138000 ", "13912345678"]}},
        placeholders={"phone": ("13800138000",)},
    )
    assert output.tables["members"]["phone"].isna().tolist() == [True, False]
    assert hits(output, "placeholder.phone") == 1


def test_defaults_stand_in_for_missing_values_and_are_counted_where_the_source_has_the_column() -> None:
    stock = {"product_code": ["1", "2"], "quantity": ["1", "2"], "warehouse": [" ", "QC"]}
    output = cleaned("inventory", {"stock": stock})
    assert output.tables["stock"]["warehouse"].tolist() == ["MAIN", "QC"]
    assert output.tables["stock"]["unit_cost"].tolist() == [Decimal(0)] * 2
    assert hits(output, "default.warehouse") == 1
    assert hits(output, "default.unit_cost") == 0


def test_constants_stand_for_columns_that_the_source_does_not_have() -> None:
    described = TableSpec(inputs=("any",), columns={"ticket_no": "t", "product_code": "p", "amount": "a"}, constants={"quantity": "1"})
    frame = table("lines", {"t": ["1", "2"], "p": ["1", "2"], "a": ["1", "2"]})
    done = clean_table(SALES.table("lines"), frame, described, SourceSpec())
    assert done.frame["_quantity"].tolist() == [Decimal(1)] * 2


def test_trimmed_and_rounded_values_are_counted() -> None:
    output = cleaned("inventory", {"stock": {"product_code": ["'1", "2"], "quantity": ["1.00001", "1"]}})
    assert hits(output, "trim.product_code") == 1
    assert hits(output, "float_tail.quantity") == 1


def test_words_of_the_rules_own_vocabularies_are_translated_and_unknown_ones_rejected() -> None:
    tickets = {"ticket_no": ["1", "2"], "sold_at": ["2026-01-01"] * 2, "status": ["正常", "坏"]}
    described = spec(list(tickets))
    source = SourceSpec(value_maps={"ticket_status": {"正常": "normal"}})
    done = clean_table(SALES.table("tickets"), table("tickets", tickets), described, source)
    assert done.ended()[["reason", "detail"]].to_numpy().tolist() == [["unmapped_value", "status"]]


def test_helper_columns_serve_rules_and_then_are_gone() -> None:
    output = cleaned(
        "inventory",
        {"stock": {"product_code": ["1", "2"], "quantity": ["1", "1"], "x_kind": [" total ", "row"]}},
        specs={"stock": {"rules": [{"id": "footer", "exclude": "footer_row", "when": {"x_kind": {"equals": "total"}}}]}},
    )
    assert reasons(output, "stock") == {"stock:1": "footer_row"}
    assert "x_kind" not in output.tables["stock"]


def test_declared_date_patterns_are_used() -> None:
    output = cleaned(
        "members",
        {"members": {"member_code": ["1", "2"], "birthday": ["03/04/2000", "2000-04-03"]}},
        specs={"members": {"dates": {"birthday": "%d/%m/%Y"}}},
    )
    assert output.tables["members"]["birthday"].dt.strftime("%Y-%m-%d").tolist() == ["2000-04-03"]
    assert reasons(output, "members") == {"members:2": "bad_date"}


def test_a_table_without_rows_keeps_its_columns_and_types() -> None:
    output = cleaned("inventory", {"stock": {"product_code": [], "quantity": []}})
    assert len(output.tables["stock"]) == 0
    assert len(output.outcomes) == 0
    assert str(output.tables["stock"]["quantity"].dtype).startswith("decimal128")
