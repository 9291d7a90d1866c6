"""Suppliers: one row per code, opening balances added, doubtful tax ids flagged and kept."""

from decimal import Decimal

from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, hits


def test_balances_of_one_code_are_added_and_bad_tax_ids_are_kept_but_counted() -> None:
    columns = {
        "supplier_code": ["S1", "S1", "S2"],
        "name": ["A", "A", "B"],
        "balance": ["10.00", "-2.50", None],
        "tax_id": ["91350100M000100Y43", None, "91350100M000100Y44"],
    }
    output = cleaned("suppliers", {"suppliers": columns})
    kept = output.tables["suppliers"].set_index("supplier_code")
    assert kept["balance"].to_dict() == {"S1": Decimal("7.50"), "S2": Decimal(0)}
    assert kept["tax_id"].tolist() == ["91350100M000100Y43", "91350100M000100Y44"]
    assert hits(output, "bad_tax_id") == 1
