"""ERP rows have the ERP table's columns, in its order, with its types."""

from decimal import Decimal

import pandas as pd
import pytest

from migration_pipeline.contracts.erp import ERP_TABLES, erp_table
from migration_pipeline.contracts.schemas import erp_schema
from migration_pipeline.mapped.erp_rows import erp_rows, golden_rows
from migration_pipeline_tests.unit.cleaned.raw_tables import text


@pytest.mark.parametrize("name", list(ERP_TABLES))
def test_a_table_without_rows_passes_its_own_schema(name: str) -> None:
    frame = erp_rows(name, {}, pd.RangeIndex(0))
    assert list(frame.columns) == list(erp_table(name).column_names)
    erp_schema(erp_table(name)).validate(frame)


def test_constants_spread_and_missing_columns_are_missing() -> None:
    frame = erp_rows("item_price", {"store_code": "S1", "item_code": text("P1", "P2")}, pd.RangeIndex(2))
    assert frame["store_code"].tolist() == ["S1", "S1"]
    assert frame["sell_price"].isna().all()


def test_a_column_the_erp_does_not_have_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="colour"):
        erp_rows("item", {"colour": "red"}, pd.RangeIndex(1))


def test_golden_records_of_text_become_typed_rows() -> None:
    golden = pd.DataFrame({"erp_key": text("P1"), "name": text("Tea"), "weighed": text("true"), "tax_rate": text("13.00")})
    row = golden_rows("item", "item_code", golden).iloc[0]
    assert (row["item_code"], row["weighed"], row["tax_rate"]) == ("P1", True, Decimal(13))


def test_a_number_with_too_many_places_is_no_silent_rounding() -> None:
    with pytest.raises(ValueError, match="data loss"):
        erp_rows("item_price", {"sell_price": pd.Series([Decimal("1.23456")])}, pd.RangeIndex(1))
