"""One comparison in a process of its own, so that its peak memory is its own: prints `{"seconds", "peak_mb", "found"}`.

Belongs here: what that process does. Does not belong here: the rows and the rounds (`bench_compare.py`).
"""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from migration_pipeline.contracts.erp import erp_table
from migration_pipeline.loaded.targets.postgres import PostgresTarget
from migration_pipeline.reconciled.compare_rows import ROWS, compare_streams
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.memory import use_system_memory


def lake_stream(parquet: str) -> pa.RecordBatchReader:
    """Mapped rows out of a file of the lake."""
    file = pq.ParquetFile(parquet)
    return pa.RecordBatchReader.from_batches(file.schema_arrow, file.iter_batches(batch_size=ROWS))


def both(parquet: str, url: str, table: str, store: str) -> Iterator[pa.RecordBatchReader]:
    """The lake's side and the ERP's side of one store."""
    yield lake_stream(parquet)
    yield PostgresTarget(Databases(url, options="sslmode=disable")).stream(table, store)


def peak_mb() -> float:
    """Most memory of this process so far; `ru_maxrss` would also tell that of the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> None:
    """Arguments: read or compare, Parquet file, server, ERP table, store."""
    what, parquet, url, table, store = sys.argv[1:]
    use_system_memory()
    begun = time.perf_counter()
    sides = list(both(parquet, url, table, store))
    if what == "read":
        found: object = [sum(batch.num_rows for batch in side) for side in sides]
    else:
        one, other = sides
        told = compare_streams(one, other, erp_table(table).key)
        found = {**{n: getattr(told, n) for n in ("missing", "extra", "different")}, "columns": told.columns, "samples": told.samples}
    seconds = time.perf_counter() - begun
    sys.stdout.write(json.dumps({"seconds": seconds, "peak_mb": peak_mb(), "found": found}))


if __name__ == "__main__":
    main()
