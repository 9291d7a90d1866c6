"""Frames in the shape of an ERP table: its columns, its order, its types.

Belongs here: shape. Does not belong here: values (the dataset modules) and writing (`loaded/`).
"""

from typing import Any

import pandas as pd
import pyarrow as pa

from migration_pipeline.contracts.erp import ErpColumn, erp_table


def erp_rows(name: str, columns: dict[str, object], index: pd.Index) -> pd.DataFrame:
    """Rows of one ERP table; a column that is not given is missing.

    Raises:
        KeyError: a column the ERP table does not have.
    """
    table = erp_table(name)
    if unknown := set(columns) - set(table.column_names):
        raise KeyError(f"ERP table {name} has no column {', '.join(sorted(unknown))}")
    typed = {c.name: _typed(c, columns.get(c.name), index) for c in table.columns}
    return pd.DataFrame(typed, index=index).reset_index(drop=True)


def _typed(column: ErpColumn, values: object, index: pd.Index) -> "pd.Series[Any]":
    series = (
        values
        if isinstance(values, pd.Series)
        else pd.Series(values, index=index, dtype="str" if isinstance(values, str) or values is None else None)
    )
    if column.type == "numeric":
        return _arrow(series, pa.decimal128(column.precision, column.scale))
    if column.type == "integer":
        return _arrow(series, pa.int64())
    if column.type == "boolean":
        return _arrow(series, pa.bool_())
    if column.type in {"date", "timestamp"}:
        return pd.to_datetime(series, format="ISO8601").astype("datetime64[us]")
    return series.astype("str")


def _arrow(series: "pd.Series[Any]", wanted: pa.DataType) -> "pd.Series[Any]":
    array = pa.array(series, from_pandas=True)
    return pd.Series(array.cast(wanted), index=series.index, dtype=pd.ArrowDtype(wanted))


def golden_rows(name: str, key: str, golden: pd.DataFrame) -> pd.DataFrame:
    """Rows of a master-data table from golden records (`erp_key` and one text column per field)."""
    wanted = [c for c in erp_table(name).column_names if c != key]
    columns: dict[str, object] = {c: golden[c] for c in wanted if c in golden}
    return erp_rows(name, {key: golden["erp_key"], **columns}, golden.index)
