"""Members: stored value is principal plus bonus; mobile numbers in one form, landlines as written."""

from decimal import Decimal

import pytest

from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned


def phone(value: str) -> str:
    return str(cleaned("members", {"members": {"member_code": ["1"], "phone": [value]}}).tables["members"]["phone"].iloc[0])


@pytest.mark.parametrize(
    "value", ["+86 139-1234-5678", "0086 13912345678", "8613912345678", "１３９１２３４５６７８", "139 1234 5678", "13912345678.0"]
)
def test_mobile_numbers_lose_country_code_blanks_and_dashes(value: str) -> None:
    assert phone(value) == "13912345678"


@pytest.mark.parametrize("value", ["021-65432100-12", "86543210", "400-800-8000", "0086 21 65432100"])
def test_other_numbers_stay_as_written(value: str) -> None:
    """86543210 is a landline, not a country code and six digits; a dash may part the extension."""
    assert phone(value) == value


def test_stored_value_is_principal_plus_bonus_to_the_cent() -> None:
    columns = {"member_code": ["1", "2"], "stored_principal": ["100.10", None], "stored_bonus": ["0.05", "3"]}
    output = cleaned("members", {"members": columns})
    assert output.tables["members"]["stored_value"].tolist() == [Decimal("100.15"), Decimal(3)]
    assert output.tables["members"]["_money"].tolist() == [Decimal("100.15"), Decimal(3)]
