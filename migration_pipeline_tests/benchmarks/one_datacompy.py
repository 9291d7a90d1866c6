"""Datacompy on two frames, in a process and an environment of its own: prints `{"seconds", "peak_mb", "found"}`.

Belongs here: what that process does; it imports nothing of this project, so that any environment with datacompy and pyarrow can run it.
Does not belong here: the rows and the rounds (`bench_compare.py`). Reading the frames is not counted.
"""

import json
import sys
import time
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq


def frame(path: str) -> pd.DataFrame:
    """As the lake reads it: texts as `str`, decimals exact."""
    read: pd.DataFrame = pq.read_table(path).to_pandas(
        types_mapper=lambda kind: pd.ArrowDtype(kind) if pa.types.is_decimal(kind) or pa.types.is_integer(kind) else None
    )
    return read


def peak_mb() -> float:
    """Most memory of this process so far; `ru_maxrss` would also tell that of the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> None:
    """Arguments: two Parquet files, key columns with commas between."""
    import datacompy

    one, other, key = sys.argv[1:]
    frames = frame(one), frame(other)
    begun = time.perf_counter()
    comparison = datacompy.PandasCompare(*frames, join_columns=key.split(","))
    found = {"unequal": int(len(frames[0]) - comparison.count_matching_rows()), "matches": bool(comparison.matches())}
    seconds = time.perf_counter() - begun
    sys.stdout.write(json.dumps({"seconds": seconds, "peak_mb": peak_mb(), "found": found}))


if __name__ == "__main__":
    main()
