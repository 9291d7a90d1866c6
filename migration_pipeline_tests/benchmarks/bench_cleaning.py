"""Cleaning beside the least and the usual that one could do with the same rows: `make bench`, or this module [DATASET ...].

A million rows of each dataset (sales: 600,000 lines, 200,000 tickets, 200,000 payments), 1 % of the cells damaged, each side in a process
of its own on one core, in turns. Writes `build/bench/cleaning.json` and prints a table: rows/s of a CPU second, how often that is slower
than the floor (pyarrow casts plain cells, nothing else) and the peer (pandas: to_numeric, to_datetime, drop_duplicates), and peak memory.
Medians; CPU seconds, as those of a busy machine mean more than the wall clock's, and of them the ratios most.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline_tests.benchmarks.cleaning_tables import tables
from migration_pipeline_tests.benchmarks.one_clean import WHO

FIGURES = Path("build/bench/cleaning.json")
ROWS, ROUNDS = 1_000_000, 3
Side = dict[str, float]


def measured(dataset: str, folder: Path, who: str) -> Side:
    """One cleaning in a process of its own."""
    command = [sys.executable, "-m", "migration_pipeline_tests.benchmarks.one_clean", dataset, str(folder), who]
    found: Side = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return found


def compared(dataset: str, folder: Path, rows: int = ROWS, rounds: int = ROUNDS) -> dict[str, object]:
    """All sides on the same rows, in turns."""
    for name, frame in tables(dataset, rows).items():
        frame.to_parquet(folder / f"{name}.parquet")
    turns = [{who: measured(dataset, folder, who) for who in WHO} for _ in range(rounds)]
    middle = {who: {key: statistics.median(turn[who][key] for turn in turns) for key in turns[0][who]} for who in WHO}
    if {side["rows"] for side in middle.values()} != {rows}:
        raise SystemExit(f"{dataset}: not all rows were cleaned: {middle}")
    mine = middle["ours"]["cpu_seconds"]
    return {
        "dataset": dataset,
        "rows": rows,
        "rows_per_cpu_second": round(rows / mine),
        **{f"{who}_{key}": middle[who][key] for who in WHO for key in ("seconds", "cpu_seconds", "peak_mb")},
        "times_floor": round(mine / middle["floor"]["cpu_seconds"], 1),
        "times_peer": round(mine / middle["peer"]["cpu_seconds"], 2),
    }


def main() -> None:
    """Measure every dataset (or those named) and keep the figures."""
    figures = []
    for dataset in sys.argv[1:] or DATASETS:
        with tempfile.TemporaryDirectory() as folder:
            figures.append(compared(dataset, Path(folder)))
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.write_text(json.dumps(figures, indent=2), encoding="utf-8")
    table = Table("dataset", "rows", "rows/s", "CPU s", "/ floor", "/ peer", "peak MB", "floor MB", "peer MB", title="Cleaning")
    for f in figures:
        table.add_row(
            str(f["dataset"]), f"{f['rows']:,}", f"{f['rows_per_cpu_second']:,}", str(f["ours_cpu_seconds"]), f"{f['times_floor']}x",
            f"{f['times_peer']}x", str(f["ours_peak_mb"]), str(f["floor_peak_mb"]), str(f["peer_peak_mb"]),
        )  # fmt: skip
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
