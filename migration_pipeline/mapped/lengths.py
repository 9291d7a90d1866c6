"""Texts that are longer than their ERP column takes: their rows end as `too_long`, nothing is cut.

Belongs here: measuring and ending rows. Does not belong here: the limits, which the ERP's kept description says
(`contracts/target_description.py`), and which ERP column a value goes into (the dataset modules).
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from migration_pipeline.contracts.target_description import Counted
from migration_pipeline.mapped.address_parts import unpacked
from migration_pipeline.mapped.context import MappingContext
from migration_pipeline.mapped.records import MappedTable

REASON = "too_long"
OTHERS = "the value of another record of the same ERP key"
_HOLDS = MappingProxyType({"suppliers": "supplier", "products": "item", "members": "member"})
"""Dataset -> the ERP table of its records."""


def too_long(values: "pd.Series[Any]", most: int, counted: Counted) -> "pd.Series[bool]":
    """Where a text has more than `most` characters (code points) or bytes (UTF-8); missing ones are not too long."""
    texts = pa.array(values, pa.string(), from_pandas=True)
    length = pc.binary_length(texts) if counted == "bytes" else pc.utf8_length(texts)
    longer = pc.fill_null(pc.greater(length, most), False)
    return pd.Series(longer.to_numpy(zero_copy_only=False), index=values.index, dtype=bool)


def fitting(mapped: MappedTable, context: MappingContext, erp_table: str, columns: Mapping[str, str]) -> MappedTable:
    """The table without the rows that have a text too long for the ERP; the detail of their ledger entries names the ERP's column.

    Args:
        mapped: rows on their way.
        context: with the limits; without any, nothing changes.
        erp_table: name of the ERP table they go into.
        columns: its column -> column of the rows.
    """
    limits = context.lengths.get(erp_table, {})
    for column, source in columns.items():
        if column in limits:
            mapped = mapped.without(too_long(mapped.rows[source], *limits[column]), REASON, detail=column)
    return mapped


def fitting_golden(
    mapped: MappedTable, context: MappingContext, erp_table: str, key: str, golden: pd.DataFrame
) -> tuple[MappedTable, pd.DataFrame]:
    """Without the rows whose golden record does not fit because another record contributes to it, and without these golden records.

    Args:
        mapped: rows with their `erp_key`; what they say themselves fits already.
        context: with the limits; without any, nothing changes.
        erp_table: name of the ERP table.
        key: its column of the ERP key.
        golden: `erp_key` and one text column per field, as it goes into the ERP.
    """
    for column, longer in _longer(golden, context, erp_table, key):
        detail = column if column == key else f"{column}: {OTHERS}"
        mapped = mapped.without(mapped.rows["erp_key"].isin(longer), REASON, detail=detail)
        golden = golden[~golden["erp_key"].isin(longer)]
    return mapped, golden


def fitting_reference(mapped: MappedTable, context: MappingContext, dataset: str, key: str, column: str) -> MappedTable:
    """Without the rows that name a record which the ERP cannot hold, because its golden record or its key is too long.

    Args:
        mapped: rows whose `column` has the ERP keys of records of `dataset`, missing for none.
        context: with the limits; without any, nothing changes.
        dataset: suppliers, products or members.
        key: the ERP's column of that key.
        column: of the rows.
    """
    erp_table = _HOLDS[dataset]
    if erp_table not in context.lengths:
        return mapped
    golden = unpacked(context.crosswalk.golden(dataset, mapped.rows[column].dropna().unique()))
    for name, longer in _longer(golden, context, erp_table, key):
        mapped = mapped.without(mapped.rows[column].isin(longer), REASON, detail=f"{key}: {name} of that record")
    return mapped


def _longer(golden: pd.DataFrame, context: MappingContext, erp_table: str, key: str) -> Iterator[tuple[str, "pd.Series[str]"]]:
    """ERP columns, and the keys of the golden records that do not fit into them."""
    for column, limit in context.lengths.get(erp_table, {}).items():
        name = "erp_key" if column == key else column
        if name in golden:
            yield column, golden["erp_key"][too_long(golden[name], *limit)]
