"""Readers beside the fastest plain library on the same files in the same run: `make bench`.

Writes `build/bench/readers.json` and prints a table: rows/s of both, the ratio of their median times, peak memory and how it grows on a
file ten times as long. Seconds of a busy machine mean little; the ratios do.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from migration_pipeline_tests.benchmarks.one_read import PEERS
from migration_pipeline_tests.benchmarks.reader_files import WRITERS

FIGURES = Path("build/bench/readers.json")
ROUNDS, FACTOR = 3, 10
OTHER = {
    "csv utf-8": 400_000,
    "csv gb18030": 400_000,
    "csv auto": 400_000,
    "csv.gz": 400_000,
    "xlsx": 20_000,
    "xml": 20_000,
    "json": 20_000,
}
ROWS = 100_000


def measured(name: str, path: Path, who: str) -> dict[str, float]:
    """One reading in a process of its own."""
    command = [sys.executable, "-m", "migration_pipeline_tests.benchmarks.one_read", name, str(path), who]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def compared(name: str, folder: Path) -> dict[str, object]:
    """Both sides on one file, in turns, and ours once more on a file ten times as long."""
    file, write, _ = WRITERS[name]
    count = OTHER.get(name, ROWS)
    small, large = folder / "small" / file, folder / "large" / file
    for path, rows in ((small, count), (large, count * FACTOR)):
        path.parent.mkdir(exist_ok=True)
        write(path, rows)
    rounds = [{who: measured(name, large, who) for who in ("ours", "peer")} for _ in range(ROUNDS)]
    if {side["rows"] for pair in rounds for side in pair.values()} != {count * FACTOR}:
        raise SystemExit(f"{name}: not all rows were read: {rounds}")
    mine, peers = (statistics.median(pair[who]["seconds"] for pair in rounds) for who in ("ours", "peer"))
    peak_small, peak_large = measured(name, small, "ours")["peak_mb"], max(pair["ours"]["peak_mb"] for pair in rounds)
    for path in (small, large):
        path.unlink()
    return {
        "format": name,
        "rows": count * FACTOR,
        "rows_per_second": round(count * FACTOR / mine),
        "peer": PEERS[name][0],
        "peer_rows_per_second": round(count * FACTOR / peers),
        "times_peer": round(mine / peers, 2),
        "peak_mb": peak_large,
        "peer_peak_mb": max(pair["peer"]["peak_mb"] for pair in rounds),
        "memory_ten_times_larger": round(peak_large / peak_small, 2),
    }


def main() -> None:
    """Measure every format (or those named) and keep the figures."""
    with tempfile.TemporaryDirectory() as folder:
        figures = [compared(name, Path(folder)) for name in sys.argv[1:] or WRITERS]
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.write_text(json.dumps(figures, indent=2), encoding="utf-8")
    table = Table("format", "rows", "rows/s", "peer", "peer rows/s", "time / peer", "peak MB", "peak at 10x", title="Readers")
    for f in figures:
        table.add_row(
            str(f["format"]), f"{f['rows']:,}", f"{f['rows_per_second']:,}", str(f["peer"]), f"{f['peer_rows_per_second']:,}",
            f"{f['times_peer']}x", str(f["peak_mb"]), f"{f['memory_ten_times_larger']}x",
        )  # fmt: skip
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
