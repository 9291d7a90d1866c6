"""`shape`: the frames of a stage are what `contracts/schemas.py` says (pandera, lazy: all failures counted, none shown with its value)."""

import dagster as dg
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from migration_pipeline.contracts.datasets import Dataset
from migration_pipeline.contracts.erp import erp_table
from migration_pipeline.contracts.schemas import cleaned_schema, erp_schema, raw_schema
from migration_pipeline.contracts.stage_output import PENDING, StageOutput
from migration_pipeline.orchestration.failures import as_failures
from migration_pipeline.orchestration.partitions import STORES
from migration_pipeline.orchestration.resources import MigrationResource
from migration_pipeline.runtime.lake import read_stage

_MOST_SHOWN = 20


def shape_check(stage: str, dataset: Dataset) -> dg.AssetChecksDefinition:
    """Build the check `shape` of `<stage>_<dataset>`."""

    @dg.asset_check(
        asset=f"{stage}_{dataset.name}",
        name="shape",
        blocking=True,
        partitions_def=STORES,
        description="Columns, types, required values, keys and vocabularies (pandera). 列、类型、必填、主键与取值范围。",
    )
    def shape(context: dg.AssetCheckExecutionContext, migration: MigrationResource) -> dg.AssetCheckResult:
        with as_failures():
            output = read_stage(migration.workspace().home.lake, stage, dataset.name, context.partition_key)
            return shape_result(stage, dataset, output)

    return shape


def shape_result(stage: str, dataset: Dataset, output: StageOutput) -> dg.AssetCheckResult:
    """Validate every table of the output."""
    frames = {name: frame for name, frame in output.tables.items() if name != PENDING}
    failures = pd.concat([_failures(name, _schema(stage, dataset, name), frame) for name, frame in frames.items()], ignore_index=True)
    counted = failures.groupby(["table", "column", "check"]).size().reset_index(name="rows") if len(failures) else failures
    return dg.AssetCheckResult(
        passed=failures.empty,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={
            "rows": dg.MetadataValue.int(sum(len(frame) for frame in frames.values())),
            "tables": dg.MetadataValue.text(", ".join(frames)),
            "failures": dg.MetadataValue.json(counted.head(_MOST_SHOWN).to_dict("records")),
        },
    )


def _schema(stage: str, dataset: Dataset, name: str) -> pa.DataFrameSchema:
    if stage == "raw":
        return raw_schema()
    return cleaned_schema(dataset.table(name)) if stage == "cleaned" else erp_schema(erp_table(name))


def _failures(name: str, schema: pa.DataFrameSchema, frame: pd.DataFrame) -> pd.DataFrame:
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as error:
        cases: pd.DataFrame = error.failure_cases[["column", "check"]].astype("str")
        return cases.assign(table=name)
    return pd.DataFrame({"column": [], "check": [], "table": []}, dtype="str")
