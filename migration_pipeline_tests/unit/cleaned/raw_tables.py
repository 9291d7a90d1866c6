"""Raw tables and sources made by hand, for tests of cleaning and mapping.

Belongs here: the shortest way to a `StageOutput` and a `SourceSpec`. Does not belong here: reading files.
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from migration_pipeline.cleaned.clean import clean
from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.project.source import SourceSpec, TableSpec

Columns = Mapping[str, Sequence[str | None]]


def text(*values: str | None) -> "pd.Series[str]":
    """A column of text as the readers give it."""
    return pd.Series(list(values), dtype="str")


def table(name: str, columns: Columns) -> pd.DataFrame:
    """A raw table with row ids `<name>:1`, `<name>:2` ..."""
    frame = pd.DataFrame({column: text(*values) for column, values in columns.items()})
    return frame.assign(_row_id=pd.Series([f"{name}:{n + 1}" for n in frame.index], dtype="str"))


def raw(tables: Mapping[str, Columns]) -> StageOutput:
    """What the raw stage would hand over."""
    return StageOutput("extract", {name: table(name, columns) for name, columns in tables.items()})


def spec(columns: Sequence[str], **more: object) -> TableSpec:
    """A table whose source columns are called like the canonical ones."""
    return TableSpec.model_validate({"inputs": ["any"], "columns": {column: column for column in columns}, **more})


def source_of(dataset: str, tables: Mapping[str, TableSpec], **more: object) -> SourceSpec:
    """A source with one dataset."""
    assert dataset in DATASETS
    return SourceSpec.model_validate({"datasets": {dataset: dict(tables)}, **more})


def cleaned(
    dataset: str, tables: Mapping[str, Columns], *, specs: Mapping[str, Mapping[str, object]] | None = None, **more: object
) -> StageOutput:
    """Clean tables given as columns of text; `specs` adds rules, dates ... per table, `more` placeholders and value maps."""
    extra = specs or {}
    described = {name: spec(list(columns), **extra.get(name, {})) for name, columns in tables.items()}
    return clean(dataset, raw(tables), source_of(dataset, described, **more))


def reasons(output: StageOutput, name: str) -> dict[str, str]:
    """Row id -> reason of the rows of one table that ended."""
    ended = output.outcomes[output.outcomes["table"] == name]
    assert ended["row_id"].is_unique
    return dict(zip(ended["row_id"], ended["reason"], strict=True))


def hits(output: StageOutput, rule: str) -> int:
    """How often one rule hit."""
    return int(output.findings.loc[output.findings["rule"] == rule, "hits"].sum())
