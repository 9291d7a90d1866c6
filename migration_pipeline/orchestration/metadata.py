"""What Dagster shows beside a materialization: counts, exact money, a masked sample, the column schema.

Belongs here: figures of a `StageOutput` as metadata. Does not belong here: computing them. Personal columns are masked, and of raw
columns only those mapped to known, non-personal ones are shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import dagster as dg
import pandas as pd

from migration_pipeline.contracts.correction_amounts import FACT
from migration_pipeline.contracts.datasets import Dataset, Table
from migration_pipeline.contracts.erp import ERP_TABLES
from migration_pipeline.contracts.ledger import outcome_sums
from migration_pipeline.contracts.stage_output import PENDING, StageOutput
from migration_pipeline.project.source import TableSpec
from migration_pipeline.raw.watermarks import changes
from migration_pipeline.reconciled.reconcile import Reconciliation

_SAMPLE_ROWS = 5
MASK = "•••"


def stage_metadata(dataset: Dataset, output: StageOutput, specs: Mapping[str, TableSpec] | None = None) -> dict[str, dg.MetadataValue]:
    """Figures of one stage's output; `specs` are given for raw tables, whose columns are the source's own."""
    tables = {name: frame for name, frame in output.tables.items() if name != PENDING}
    metadata: dict[str, dg.MetadataValue] = {
        "dagster/row_count": dg.MetadataValue.int(sum(len(frame) for frame in tables.values())),
        "extract": dg.MetadataValue.text(output.extract_id),
        "rows": dg.MetadataValue.json({name: len(frame) for name, frame in tables.items()}),
        "outcomes": dg.MetadataValue.md(markdown(outcome_sums(output.outcomes))),
        "findings": dg.MetadataValue.md(markdown(output.findings)),
        "dagster/column_schema": _schema(tables),
    }
    for name, frame in tables.items():
        metadata[f"sample {name}"] = dg.MetadataValue.md(markdown(masked_sample(frame, _shown(dataset, name, frame, specs))))
    return metadata


def correction_metadata(output: StageOutput) -> dict[str, dg.MetadataValue]:
    """Every correction that was made: file, line, row, columns, who, when and why; and what that changes in the books."""
    facts = {"corrections": output.facts.get("corrections"), "corrected amounts": output.facts.get(FACT)}
    return {shown: dg.MetadataValue.json(made) for shown, made in facts.items() if isinstance(made, list) and made}


def read_since(before: Sequence[Mapping[str, object]], output: StageOutput) -> dict[str, dg.MetadataValue]:
    """The files of an extract against those of the extract before: new, changed, deleted, same."""
    files = output.facts["files"]
    now = [{"input": name, **entry} for name, found in files.items() for entry in found] if isinstance(files, dict) else []
    return {"files since the extract before": dg.MetadataValue.json(asdict(changes(before, now)))}


def masked_sample(frame: pd.DataFrame, shown: Mapping[str, bool]) -> pd.DataFrame:
    """The first rows with the columns of `shown` that are there (a check tells which are not); one whose value is False is masked."""
    sample = frame.head(_SAMPLE_ROWS)
    there = {name: clear for name, clear in shown.items() if name in sample}
    return pd.DataFrame({name: sample[name] if clear else MASK for name, clear in there.items()}, index=sample.index)


def _shown(dataset: Dataset, name: str, frame: pd.DataFrame, specs: Mapping[str, TableSpec] | None) -> dict[str, bool]:
    if specs is not None:
        return {"_row_id": True, **_raw_columns(dataset.table(name), specs[name])}
    if name in ERP_TABLES:
        return {column.name: not column.personal for column in ERP_TABLES[name].columns}
    return {field.name: not field.personal for field in dataset.table(name).fields if field.name in frame}


def _raw_columns(table: Table, spec: TableSpec) -> dict[str, bool]:
    shown = {}
    for name, source in spec.columns.items():
        if name in table.columns:
            for column in {source} - spec.computed.keys() if isinstance(source, str) else source:
                shown[column] = not table.field(name).personal
    return shown


def _schema(tables: Mapping[str, pd.DataFrame]) -> dg.TableSchemaMetadataValue:
    columns = [
        dg.TableColumn(f"{name}.{column}", str(dtype).removesuffix("[pyarrow]"))
        for name, frame in tables.items()
        for column, dtype in frame.dtypes.items()
        if not str(column).startswith("_")
    ]
    return dg.MetadataValue.table_schema(dg.TableSchema(columns=columns))


def markdown(frame: pd.DataFrame) -> str:
    """A frame as a Markdown table; "none" if it has no rows."""
    if frame.empty:
        return "none"
    cells = frame.astype("str").fillna("").map(lambda text: text.replace("|", "\\|").replace("\n", " "))
    head = "| " + " | ".join(str(c) for c in frame.columns) + " |"
    rule = "|" + "---|" * len(frame.columns)
    return "\n".join([head, rule, *("| " + " | ".join(row) + " |" for row in cells.itertuples(index=False, name=None))])


def reconciliation_metadata(proof: Reconciliation, report: Path) -> dict[str, dg.MetadataValue]:
    """Measurements, breaks and the link to the report."""
    return {
        "measurements": dg.MetadataValue.md(markdown(proof.measurements)),
        "breaks": dg.MetadataValue.md(markdown(proof.breaks)),
        "clean": dg.MetadataValue.bool(proof.clean),
        "report": dg.MetadataValue.path(str(report)),
    }
