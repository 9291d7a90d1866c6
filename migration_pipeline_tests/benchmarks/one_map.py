"""One mapping in a process of its own and on one core: `python -m ...one_map FOLDER`, the databases' URL on standard input.

Prints one JSON object with wall and CPU seconds of three steps on the same rows: `map` (the crosswalk's server is another process: its
time is in the wall clock's), `write` of what was mapped into a lake, and `computed` columns of the raw lines.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pandas as pd
import pyarrow as pa

from migration_pipeline.cleaned.computed import with_computed
from migration_pipeline.contracts.stage_output import PENDING
from migration_pipeline.mapped.map import map_to_erp
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.lake import read_stage, write_stage
from migration_pipeline.runtime.memory import use_system_memory
from migration_pipeline_tests.benchmarks.mapping_tables import COMPUTED, STORE, context
from migration_pipeline_tests.benchmarks.one_read import peak_mb

Made = TypeVar("Made")


def timed(step: str, figures: dict[str, float], work: Callable[[], Made]) -> Made:
    """What the work gives; its seconds are put into the figures."""
    begin, begin_cpu = time.perf_counter(), time.process_time()
    made = work()
    figures[f"{step}_seconds"] = round(time.perf_counter() - begin, 3)
    figures[f"{step}_cpu_seconds"] = round(time.process_time() - begin_cpu, 3)
    return made


def measured(folder: Path, databases: Databases) -> dict[str, float]:
    """Map, write and compute once. Every row must go on or have ended."""
    figures: dict[str, float] = {}
    cleaned = read_stage(folder, "cleaned", "sales", STORE)
    rows = sum((frame["_row_id"] != "").sum() for frame in cleaned.tables.values()) + len(cleaned.outcomes)
    mapped = timed("map", figures, lambda: map_to_erp("sales", cleaned, context(databases)))
    if len(mapped.tables[PENDING]) + len(mapped.outcomes) != rows:
        raise SystemExit("rows vanished")
    timed("write", figures, lambda: write_stage(folder, "mapped", "sales", STORE, mapped))
    figures |= {"rows": int(rows), "loaded_lines": len(mapped.tables["ticket_line"]), "peak_mb": peak_mb()}
    raw = pd.read_parquet(folder / "lines.parquet")
    timed("computed", figures, lambda: with_computed(raw, COMPUTED))
    return figures


def main() -> None:
    """Measure once and print the figures."""
    pa.set_cpu_count(1)
    use_system_memory()
    sys.stdout.write(json.dumps(measured(Path(sys.argv[1]), Databases(sys.stdin.read().strip(), options="sslmode=disable"))) + "\n")


if __name__ == "__main__":
    main()
