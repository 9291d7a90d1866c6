"""One ERP supplier for one tax id, or for one name where there is none; balances stay per store."""

from decimal import Decimal

from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, reasons
from migration_pipeline_tests.unit.mapped.fake_crosswalk import FakeCrosswalk, mapped

TAX = "91350100M000100Y43"


def test_the_same_tax_id_is_the_same_supplier_and_its_balances_add_up() -> None:
    columns = {"supplier_code": ["1", "2"], "name": ["甲公司", "甲 公司（总）"], "tax_id": [TAX, TAX], "balance": ["1.10", "2"]}
    output = mapped("suppliers", cleaned("suppliers", {"suppliers": columns}))
    assert output.tables["supplier_balance"][["supplier_code", "balance"]].to_numpy().tolist() == [[f"S{TAX}", Decimal("3.10")]]
    assert reasons(output, "suppliers") == {"suppliers:2": "same_record"}
    assert output.outcomes["target_key"].tolist() == [f"S{TAX}"]


def test_names_match_in_spite_of_width_case_and_punctuation() -> None:
    columns = {"supplier_code": ["1", "2", "3"], "name": ["ABC Ltd.", "ａｂｃ　ltd", "ABC Inc"]}
    output = mapped("suppliers", cleaned("suppliers", {"suppliers": columns}))
    assert reasons(output, "suppliers") == {"suppliers:2": "same_record"}
    assert len(output.tables["supplier"]) == 2


def test_a_second_store_merges_into_the_first_but_has_a_balance_of_its_own() -> None:
    crosswalk = FakeCrosswalk()
    columns = {"supplier_code": ["1"], "name": ["ABC"], "balance": ["5"]}
    mapped("suppliers", cleaned("suppliers", {"suppliers": columns}), crosswalk)
    output = mapped("suppliers", cleaned("suppliers", {"suppliers": {**columns, "supplier_code": ["X9"]}}), crosswalk, "S2")
    assert output.tables["supplier_balance"][["supplier_code", "store_code"]].to_numpy().tolist() == [["SS1-1", "S2"]]
    assert reasons(output, "suppliers") == {"suppliers:1": "same_record"}
