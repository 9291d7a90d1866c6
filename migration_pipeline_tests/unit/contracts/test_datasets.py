"""The descriptors agree with themselves and with the ERP."""

import pytest

from migration_pipeline.contracts.datasets import DATASETS, STAGES, Table
from migration_pipeline.contracts.erp import ERP_TABLES

TABLES = [(dataset, table) for dataset in DATASETS.values() for table in dataset.tables]
COMPUTED = frozenset({"stored_value", "value"})
"""Measures that cleaning computes from other columns."""


@pytest.mark.parametrize("table", [table for _, table in TABLES], ids=lambda table: table.name)
def test_keys_and_measures_are_columns_and_the_erp_has_the_table(table: Table) -> None:
    measures = {table.money, table.quantity, table.points} - {None} - COMPUTED
    assert {*table.key, *measures} <= set(table.columns)
    assert table.evidence or table.erp_table in ERP_TABLES
    assert len(set(table.columns)) == len(table.columns)


def test_datasets_come_after_what_they_refer_to() -> None:
    order = list(DATASETS)
    for dataset in DATASETS.values():
        assert all(order.index(need) < order.index(dataset.name) for need in dataset.needs)
    assert len(STAGES) == len(order) == 5


def test_the_money_of_a_dataset_is_counted_in_a_table_that_has_money() -> None:
    for dataset in DATASETS.values():
        if dataset.money_table:
            assert dataset.table(dataset.money_table).money


def test_unknown_tables_and_columns_are_named_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match="tickets, lines, payments"):
        DATASETS["sales"].table("rows")
    with pytest.raises(KeyError, match="supplier_code"):
        DATASETS["suppliers"].table("suppliers").field("colour")
