"""pandera schemas of raw, cleaned and mapped frames, generated from the descriptors, and which rows of a frame break one.

Belongs here: what a frame must be at each stage. Does not belong here: rules over several columns or tables (`cross_rules.py`), running
them (`orchestration/checks/`), row-level decisions (`cleaned/`).
"""

import copy
from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd
import pandera.pandas as pa
import pyarrow
from pandera.errors import SchemaErrors

from migration_pipeline.contracts.cross_rules import Broken, row_rules
from migration_pipeline.contracts.datasets import Table
from migration_pipeline.contracts.erp import ErpColumn, ErpTable
from migration_pipeline.contracts.fields import Field
from migration_pipeline.contracts.ledger import MEASURES
from migration_pipeline.contracts.money import MOST_QUANTITY, decimal_dtype
from migration_pipeline.contracts.policies import Policy
from migration_pipeline.contracts.vocabularies import CANONICAL, VOCABULARIES

_DTYPES: Mapping[str, object] = MappingProxyType(
    {
        "code": str,
        "text": str,
        "timestamp": "datetime64[us]",
        "date": "datetime64[us]",
        "integer": pd.ArrowDtype(pyarrow.int64()),
        "boolean": pd.ArrowDtype(pyarrow.bool_()),
    }
)
_OF_HEADER = ("column_in_dataframe", "column_in_schema")
"""Checks of pandera whose failure is a column, not a value."""
_SCIENTIFIC = r"^[+-]?\d(?:\.\d+)?[eE]\+?\d+$"


def raw_schema() -> pa.DataFrameSchema:
    """Source columns as text, every row with an id of its own."""
    return pa.DataFrameSchema(
        {"_row_id": pa.Column(str, unique=True, nullable=False), ".+": pa.Column(str, nullable=True, regex=True, required=False)},
        strict=False,
    )


def cleaned_schema(table: Table, policies: Mapping[str, Policy] | None = None) -> pa.DataFrameSchema:
    """Typed columns, required ones filled, keys unique where the table is keyed, codes undamaged, columns that fit each other.

    `policies` are the project's: a rule that a policy only flags is not demanded.
    """
    columns = {field.name: _column(field) for field in table.fields}
    derived = {name: MEASURES[m] for m in MEASURES if (name := getattr(table, m)) and name not in columns}
    own = {**derived, **{f"_{name}": scale for name, scale in MEASURES.items()}}
    sums = {name: pa.Column(decimal_dtype(scale), nullable=False) for name, scale in own.items()}
    unique = list(table.key) if table.name != "stock" and not table.evidence else None
    checks = [pa.Check(rule.kept, name=rule.name) for rule in row_rules(table.name, policies)]
    return pa.DataFrameSchema({**columns, **sums, "_row_id": pa.Column(str)}, checks=checks, unique=unique, strict=False)


def erp_schema(table: ErpTable) -> pa.DataFrameSchema:
    """The ERP table's columns and types, required ones filled, the primary key unique."""
    return pa.DataFrameSchema({c.name: _erp_column(c) for c in table.columns}, unique=list(table.key), strict=True)


def row_failures(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> pd.DataFrame:
    """Which rows of a frame break its schema, all of them at once (lazy), never with a value.

    Returns:
        column, check (text) and place (position of the row in the frame; -1 where the whole column is wrong: absent, of another type).
        Rules over several columns are looked at only if no whole column is wrong; they have no column.
    """
    frame = frame.reset_index(drop=True)
    found = _column_failures(schema, frame)
    if (found["place"] >= 0).all():
        masks = [Broken("", "", check.name or "", ~check(frame).check_output) for check in schema.checks]
        found = pd.concat([found, *(places_of(broken) for broken in masks)], ignore_index=True)
    return found.drop_duplicates(ignore_index=True)


def reject_mask(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> "pd.Series[bool]":
    """True for every row that breaks the schema; for all of them if a whole column is wrong."""
    places = row_failures(schema, frame)["place"]
    bad = pd.Series(bool((places < 0).any()), index=frame.index)
    bad.iloc[places[places >= 0].to_numpy()] = True
    return bad


def places_of(broken: Broken) -> pd.DataFrame:
    """The rows that break one rule, as `row_failures` gives them."""
    places = broken.rows.to_numpy(dtype=bool).nonzero()[0]
    return pd.DataFrame({"column": broken.column, "check": broken.check, "place": places}, columns=["column", "check", "place"])


def _column_failures(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> pd.DataFrame:
    columns = copy.copy(schema)
    columns.checks = []
    try:
        columns.validate(frame, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
        check = cases["check"].astype("str")
        column = cases["column"].mask(check.isin(_OF_HEADER), cases["failure_case"]).astype("str")
        places = pd.to_numeric(cases["index"], errors="coerce").fillna(-1).astype("int64")
        places = places.mask(check.isin(_OF_HEADER) | check.str.startswith("dtype("), -1)
        return pd.DataFrame({"column": column, "check": check, "place": places})
    return pd.DataFrame({"column": pd.Series(dtype="str"), "check": pd.Series(dtype="str"), "place": pd.Series(dtype="int64")})


def _column(field: Field) -> pa.Column:
    checks = []
    if field.type == "code":
        checks.append(pa.Check(lambda codes: ~codes.str.contains(_SCIENTIFIC, regex=True, na=False), name="not_scientific"))
    if field.vocabulary in CANONICAL:
        checks.append(pa.Check.isin(VOCABULARIES[field.vocabulary], name="vocabulary"))
    return pa.Column(
        decimal_dtype(field.scale) if field.type == "decimal" else _DTYPES[field.type], checks=checks, nullable=not field.required
    )


def _erp_column(column: ErpColumn) -> pa.Column:
    checks = []
    if column.vocabulary is not None:
        checks.append(pa.Check.isin(VOCABULARIES[column.vocabulary], name="vocabulary"))
    if column.name == "quantity":
        checks.append(pa.Check(lambda values: values.abs() < MOST_QUANTITY, name="plausible"))
    exact = pd.ArrowDtype(pyarrow.decimal128(column.precision, column.scale))
    return pa.Column(exact if column.type == "numeric" else _DTYPES[column.type], checks=checks, nullable=column.nullable)
