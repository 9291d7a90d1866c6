"""The gates between stages let through what the descriptors allow, and stop everything else."""

from decimal import Decimal

import pandas as pd
import pandera.errors
import pytest

from migration_pipeline.contracts.datasets import DATASETS, Table
from migration_pipeline.contracts.erp import erp_table
from migration_pipeline.contracts.money import decimal_dtype
from migration_pipeline.contracts.schemas import cleaned_schema, erp_schema, raw_schema
from migration_pipeline.mapped.erp_rows import erp_rows
from migration_pipeline_tests.unit.cleaned.raw_tables import cleaned, table, text

STOCK = DATASETS["inventory"].table("stock")
MEMBERS = DATASETS["members"].table("members")


def members() -> pd.DataFrame:
    return cleaned("members", {"members": {"member_code": ["1", "2"], "points": ["1", "2"]}}).tables["members"]


def stops(schema_of: Table, frame: pd.DataFrame) -> bool:
    try:
        cleaned_schema(schema_of).validate(frame)
    except pandera.errors.SchemaError:
        return True
    return False


def test_what_cleaning_lets_through_passes() -> None:
    assert not stops(MEMBERS, members())
    assert not stops(MEMBERS, members().iloc[:0])


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("member_code", text("1", "1")),
        ("member_code", text("1", None)),
        ("member_code", text("1", "8.52E+11")),
        ("points", pd.Series([1.5, 2.5])),
        ("points", pd.Series([Decimal(1), Decimal(2)], dtype=decimal_dtype(3))),
        ("birthday", text("2000-01-01", "2000-01-02")),
        ("_money", pd.Series([Decimal(1), None], dtype=decimal_dtype(2))),
    ],
)
def test_a_cleaned_table_that_breaks_its_contract_is_stopped(column: str, values: "pd.Series[object]") -> None:
    assert stops(MEMBERS, members().assign(**{column: values}))


def test_a_missing_column_is_stopped() -> None:
    assert stops(MEMBERS, members().drop(columns="points"))


def test_stock_may_hold_one_item_twice_because_mapping_adds_it_up() -> None:
    frame = cleaned("inventory", {"stock": {"product_code": ["1", "1"], "quantity": ["1", "2"]}}).tables["stock"]
    assert not stops(STOCK, frame)


def test_words_of_the_rules_own_vocabularies_are_closed() -> None:
    tickets = DATASETS["sales"].table("tickets")
    lines = {"ticket_no": ["1"], "product_code": ["P"], "quantity": ["1"], "amount": ["1"], "sold_at": ["2026-01-01"]}
    frame = cleaned("sales", {"lines": lines}).tables["tickets"]
    assert not stops(tickets, frame)
    assert stops(tickets, frame.assign(kind=text("gift")))


def test_raw_tables_are_text_with_unique_row_ids() -> None:
    good = table("t", {"a": ["1", None]})
    raw_schema().validate(good)
    for bad in (good.assign(_row_id=text("x", "x")), good.assign(_row_id=text("x", None)), good.assign(a=[1, 2])):
        with pytest.raises(pandera.errors.SchemaError):
            raw_schema().validate(bad)


def test_erp_rows_must_have_exactly_the_erp_s_columns_keys_and_words() -> None:
    given = {"store_code": "S", "warehouse_code": "MAIN", "item_code": text("A", "B")}
    numbers = {"quantity": Decimal(1), "unit_cost": Decimal(1), "value": Decimal(1)}
    good = erp_rows("opening_stock", given | {k: pd.Series([v, v]) for k, v in numbers.items()}, pd.RangeIndex(2))
    schema = erp_schema(erp_table("opening_stock"))
    schema.validate(good)
    huge = pd.Series([Decimal(10) ** 9, Decimal(1)], dtype=decimal_dtype(3))
    for bad in (good.assign(item_code=text("A", "A")), good.assign(more=1), good.drop(columns="value"), good.assign(quantity=huge)):
        with pytest.raises((pandera.errors.SchemaError, pandera.errors.SchemaErrors)):
            schema.validate(bad)
