"""The lake: each stage's output as Parquet under one root, addressed by stage, dataset and store, named by its extract.

Belongs here: writing and reading `StageOutput`. Does not belong here: what the tables mean, Dagster (`orchestration/lake_io.py`).
A step never gets a local temp path from another: everything is handed over through the lake.
"""

import json
import shutil
from pathlib import Path
from uuid import uuid4

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.runtime.errors import BadInputError

_CURRENT, _FACTS, _OUTCOMES, _FINDINGS = "CURRENT", "facts.json", "_outcomes", "_findings"


def write_stage(root: Path, stage: str, dataset: str, store: str, output: StageOutput) -> Path:
    """Write one output beside earlier ones and make it the current one; never seen half-written."""
    folder = root / stage / dataset / store
    final = folder / f"{output.extract_id}-{uuid4().hex[:8]}"
    final.mkdir(parents=True)
    for name, frame in {**output.tables, _OUTCOMES: output.outcomes, _FINDINGS: output.findings}.items():
        pq.write_table(
            pa.Table.from_pandas(frame, preserve_index=False), final / f"{name}.parquet", compression="zstd", compression_level=1
        )
    tables = {"extract_id": output.extract_id, "tables": list(output.tables), "facts": output.facts}
    (final / _FACTS).write_text(json.dumps(tables, ensure_ascii=False), encoding="utf-8")
    pointer = folder / f"{_CURRENT}.{uuid4().hex[:8]}"
    pointer.write_text(final.name, encoding="utf-8")
    previous = current_folder(root, stage, dataset, store)
    pointer.replace(folder / _CURRENT)
    if previous is not None:
        shutil.rmtree(previous)
    return final


def current_folder(root: Path, stage: str, dataset: str, store: str) -> Path | None:
    """The folder of the current output, or None if the stage never ran for this store x dataset."""
    pointer = root / stage / dataset / store / _CURRENT
    return pointer.parent / pointer.read_text(encoding="utf-8") if pointer.is_file() else None


def read_stage(root: Path, stage: str, dataset: str, store: str) -> StageOutput:
    """The current output.

    Raises:
        BadInputError: this stage has not run for this store and dataset.
    """
    folder = current_folder(root, stage, dataset, store)
    if folder is None:
        raise BadInputError(
            f"stage {stage} of {dataset} has not run", where=f"store {store}", fix=f"materialize {stage}_{dataset} for the store first"
        )
    about = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
    tables = {name: _read(folder / f"{name}.parquet") for name in about["tables"]}
    return StageOutput(
        about["extract_id"], tables, _read(folder / f"{_OUTCOMES}.parquet"), _read(folder / f"{_FINDINGS}.parquet"), about["facts"]
    )


def _read(path: Path) -> pd.DataFrame:
    frame: pd.DataFrame = pq.read_table(path).to_pandas(types_mapper=_pandas_type)
    return frame


def _pandas_type(kind: pa.DataType) -> object:
    if pa.types.is_large_string(kind) or pa.types.is_string(kind):
        return pd.StringDtype(na_value=float("nan"))
    if pa.types.is_decimal(kind) or pa.types.is_boolean(kind) or pa.types.is_integer(kind):
        return pd.ArrowDtype(kind)
    return None
