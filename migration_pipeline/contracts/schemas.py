"""pandera schemas of raw, cleaned and mapped frames, generated from the descriptors.

Belongs here: what a frame must be at each stage. Does not belong here: running them (`orchestration/checks/`), row-level decisions
(`cleaned/`).
"""

import pandera.pandas as pa

from migration_pipeline.contracts.datasets import Table
from migration_pipeline.contracts.erp import ErpColumn, ErpTable
from migration_pipeline.contracts.fields import Field
from migration_pipeline.contracts.ledger import MEASURES
from migration_pipeline.contracts.money import MOST_QUANTITY, decimal_dtype
from migration_pipeline.contracts.vocabularies import CANONICAL, VOCABULARIES

_SCIENTIFIC = r"^[+-]?\d(?:\.\d+)?[eE]\+?\d+$"


def raw_schema() -> pa.DataFrameSchema:
    """Source columns as text, every row with an id of its own."""
    return pa.DataFrameSchema(
        {"_row_id": pa.Column(str, unique=True, nullable=False), ".+": pa.Column(str, nullable=True, regex=True, required=False)},
        strict=False,
    )


def cleaned_schema(table: Table) -> pa.DataFrameSchema:
    """Typed columns, required ones filled, keys unique where the table is keyed, codes undamaged."""
    columns = {field.name: _column(field) for field in table.fields}
    own = {f"_{name}": pa.Column(decimal_dtype(scale), nullable=False) for name, scale in MEASURES.items()}
    unique = list(table.key) if table.name != "stock" else None
    return pa.DataFrameSchema({**columns, **own, "_row_id": pa.Column(str)}, unique=unique, strict=False)


def erp_schema(table: ErpTable) -> pa.DataFrameSchema:
    """The ERP table's columns and types, required ones filled, the primary key unique."""
    return pa.DataFrameSchema({c.name: _erp_column(c) for c in table.columns}, unique=list(table.key), strict=True)


def _column(field: Field) -> pa.Column:
    checks = []
    if field.type == "code":
        checks.append(pa.Check(lambda codes: ~codes.str.contains(_SCIENTIFIC, regex=True, na=False), name="not_scientific"))
    if field.vocabulary in CANONICAL:
        checks.append(pa.Check.isin(VOCABULARIES[field.vocabulary], name="vocabulary"))
    dtype = {"decimal": decimal_dtype(field.scale), "code": str, "text": str, "timestamp": "datetime64[us]", "date": "datetime64[us]"}.get(
        field.type
    )
    return pa.Column(dtype, checks=checks, nullable=not field.required)


def _erp_column(column: ErpColumn) -> pa.Column:
    checks = []
    if column.vocabulary is not None:
        checks.append(pa.Check.isin(VOCABULARIES[column.vocabulary], name="vocabulary"))
    if column.name == "quantity":
        checks.append(pa.Check(lambda values: values.abs() < MOST_QUANTITY, name="plausible"))
    dtype = {"numeric": decimal_dtype(column.scale), "text": str, "timestamp": "datetime64[us]", "date": "datetime64[us]"}.get(column.type)
    if column.type == "numeric" and column.precision != 18:
        dtype = None
    return pa.Column(dtype, checks=checks, nullable=column.nullable)
