"""Mapping of sales beside the cost of writing what was mapped to Parquet: `make bench`, or this module [LINES].

A million cleaned lines with their tickets and payments, 1 % of the source's cells damaged, 20,000 items and 50,000 members in the
crosswalk of an embedded PostgreSQL. Each round in a process of its own on one core; the lake is written as every stage is. Besides, three
computed columns on the raw lines. Writes `build/bench/mapping.json` and prints a table. Medians; of a busy machine the ratios mean most.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.embedded_postgres import destroy, start
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.benchmarks.mapping_tables import write_cleaned, write_crosswalk

FIGURES = Path("build/bench/mapping.json")
LINES, ROUNDS = 1_000_000, 3


def measured(folder: Path, base_url: str) -> dict[str, float]:
    """One round in a process of its own."""
    command = [sys.executable, "-m", "migration_pipeline_tests.benchmarks.one_map", str(folder)]
    done = subprocess.run(command, check=True, input=base_url, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def compared(folder: Path, base_url: str, lines: int = LINES, rounds: int = ROUNDS) -> dict[str, object]:
    """All steps on the same rows, some rounds."""
    write_crosswalk(Databases(base_url, options="sslmode=disable"))
    write_cleaned(folder, lines)
    turns = [measured(folder, base_url) for _ in range(rounds)]
    middle = {key: statistics.median(turn[key] for turn in turns) for key in turns[0]}
    return {
        "lines": lines,
        **middle,
        "times_write": round(middle["map_seconds"] / middle["write_seconds"], 2),
        "times_write_cpu": round(middle["map_cpu_seconds"] / middle["write_cpu_seconds"], 2),
    }


def main() -> None:
    """Measure and keep the figures."""
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else LINES
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        try:
            figures = compared(Path(folder), start(home, durable=False).base_url, lines)
        finally:
            destroy(home)
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.write_text(json.dumps(figures, indent=2), encoding="utf-8")
    table = Table("step", "seconds", "CPU s", title=f"Mapping of {figures['lines']:,} sales lines")
    for step in ("map", "write", "computed"):
        table.add_row(step, str(figures[f"{step}_seconds"]), str(figures[f"{step}_cpu_seconds"]))
    table.add_row("map / write", f"{figures['times_write']}x", f"{figures['times_write_cpu']}x")
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
