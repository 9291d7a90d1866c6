"""One cleaning in a process of its own and on one core: `python -m ...one_clean DATASET FOLDER ours|floor|peer`.

Prints one JSON object: rows, seconds, cpu_seconds, peak_mb. All sides read the same Parquet files of text. The floor only casts the typed
columns, strictly; the peer is what one writes with pandas alone. Neither says what became of a cell it could not read, nor why.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from migration_pipeline.cleaned.clean import clean
from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.contracts.fields import Field
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.runtime.memory import use_system_memory
from migration_pipeline_tests.benchmarks.cleaning_tables import source
from migration_pipeline_tests.benchmarks.one_read import peak_mb

_PLAIN = {
    "decimal": "^-?[0-9]{1,11}([.][0-9]{1,4})?$",
    "integer": "^[0-9]{1,18}$",
    "date": "^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$",
    "timestamp": "^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8]) [0-9]{2}:[0-9]{2}:[0-9]{2}$",
    "boolean": "^[01]$",
}


def ours(dataset: str, folder: Path) -> int:
    """Cleaning as the pipeline does it: outcomes, findings and change log included. Every row must go on or have ended."""
    tables = {file.stem: pd.read_parquet(file) for file in sorted(folder.glob("*.parquet"))}
    rows = sum(map(len, tables.values()))
    done = clean(dataset, StageOutput("bench", tables), source(dataset))
    if sum((frame["_row_id"] != "").sum() for frame in done.tables.values()) + len(done.outcomes) != rows:
        raise SystemExit(f"{dataset}: rows vanished")
    return rows


def floor(dataset: str, folder: Path) -> int:
    """Cells of plain form cast to their column's type, and nothing else."""
    rows = 0
    for file in sorted(folder.glob("*.parquet")):
        table = pq.read_table(file)
        for field in DATASETS[dataset].table(file.stem).fields:
            if field.name in table.column_names and field.type in _PLAIN:
                texts = table.column(field.name)
                plain = pc.match_substring_regex(texts, _PLAIN[field.type])
                pc.if_else(plain, texts, pa.scalar(None, texts.type)).cast(_arrow_type(field))
        rows += len(table)
    return rows


def peer(dataset: str, folder: Path) -> int:
    """The recipe of every tutorial: strip, to_numeric (float!), to_datetime, drop_duplicates."""
    rows = 0
    for file in sorted(folder.glob("*.parquet")):
        descriptor, frame = DATASETS[dataset].table(file.stem), pd.read_parquet(file)
        for field in descriptor.fields:
            if field.name in frame:
                frame[field.name] = _by_pandas(frame[field.name].str.strip(), field)
        frame.drop_duplicates(subset=list(descriptor.key), keep="last")
        rows += len(frame)
    return rows


WHO: dict[str, Callable[[str, Path], int]] = {"ours": ours, "floor": floor, "peer": peer}


def _by_pandas(text: "pd.Series[str]", field: Field) -> "pd.Series[Any]":
    if field.type in {"decimal", "integer", "boolean"}:
        return pd.to_numeric(text, errors="coerce")
    return pd.to_datetime(text, errors="coerce") if field.type in {"date", "timestamp"} else text


def _arrow_type(field: Field) -> pa.DataType:
    exact = {"decimal": pa.decimal128(18, 4), "integer": pa.int64(), "date": pa.date32(), "timestamp": pa.timestamp("s")}
    return exact.get(field.type, pa.bool_())


def main() -> None:
    """Clean once and print the figures."""
    dataset, folder, who = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    pa.set_cpu_count(1)
    use_system_memory()
    begin, begin_cpu = time.perf_counter(), time.process_time()
    count = WHO[who](dataset, folder)
    seconds, cpu = time.perf_counter() - begin, time.process_time() - begin_cpu
    figures = {"rows": count, "seconds": round(seconds, 3), "cpu_seconds": round(cpu, 3), "peak_mb": peak_mb()}
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
