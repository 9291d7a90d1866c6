"""One reading in a process of its own, so that its peak memory is its own: `python -m ...one_read NAME FILE ours|peer`.

Prints one JSON object: rows, seconds, peak_mb. The peer is the fastest plain library that reads the same file.
"""

import csv
import gzip
import json
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.json as arrow_json
import pyarrow.parquet as pq
import python_calamine
from lxml import etree
from pyarrow import csv as arrow_csv

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.read import opened
from migration_pipeline_tests.benchmarks.reader_files import NAMES, WRITERS


def ours(name: str, path: Path) -> int:
    """Every batch of the reader, counted and let go."""
    spec = InputSpec.model_validate({"file": path.name, **WRITERS[name][2]})
    with opened(path, spec) as reading:
        return sum(len(batch.table) for batch in reading.batches)


def _arrow_csv(path: Path, encoding: str = "utf8") -> int:
    texts = arrow_csv.ConvertOptions(column_types=dict.fromkeys(NAMES, pa.string()))
    return len(arrow_csv.read_csv(path, read_options=arrow_csv.ReadOptions(encoding=encoding), convert_options=texts))


def _packed_csv(path: Path) -> int:
    with gzip.open(path) as unpacked:
        return len(arrow_csv.read_csv(unpacked))


def _calamine(path: Path) -> int:
    return len(python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()) - 1


def _lxml(path: Path) -> int:
    count = 0
    for _, element in etree.iterparse(str(path), tag="line"):
        [child.text for child in element]
        element.clear()
        count += 1
    return count


def _sqlite(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        return len(database.execute("SELECT * FROM sales").fetchall())


def _copy_lines(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(len(row) == len(NAMES) for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _insert_split(path: Path) -> int:
    with path.open(encoding="utf-8") as file:
        return sum(
            line.count("),(") + 1 for line in file if [part.split("','") for part in line.split("),(")] and line.startswith("INSERT")
        )


PEERS: dict[str, tuple[str, Callable[[Path], int]]] = {
    "csv utf-8": ("pyarrow.csv", _arrow_csv),
    "csv gb18030": ("pyarrow.csv", lambda path: _arrow_csv(path, "gb18030")),
    "csv auto": ("pyarrow.csv, told gb18030", lambda path: _arrow_csv(path, "gb18030")),
    "csv.gz": ("pyarrow.csv", _packed_csv),
    "xlsx": ("calamine", _calamine),
    "xml": ("lxml iterparse", _lxml),
    "ndjson": ("pyarrow.json", lambda path: len(arrow_json.read_json(path))),
    "json": ("json.load", lambda path: len(json.loads(path.read_bytes()))),
    "parquet": ("pyarrow.parquet", lambda path: len(pq.read_table(path))),
    "sqlite": ("sqlite3 fetchall", _sqlite),
    "sql COPY": ("floor: csv.reader on tabs", _copy_lines),
    "sql INSERT": ("floor: str.split, no unescaping", _insert_split),
}
"""Name -> what it is called, and how many rows it reads."""


def peak_mb() -> int:
    """The kernel's high-water mark of this process; getrusage would count the process it was started from."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def main() -> None:
    """Read once and print the figures."""
    name, path, who = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    begin = time.perf_counter()
    count = ours(name, path) if who == "ours" else PEERS[name][1](path)
    seconds = time.perf_counter() - begin
    sys.stdout.write(json.dumps({"rows": count, "seconds": round(seconds, 3), "peak_mb": peak_mb()}) + "\n")


if __name__ == "__main__":
    main()
