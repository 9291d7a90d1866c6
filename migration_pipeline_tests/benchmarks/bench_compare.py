"""Row by row comparison beside reading, datacompy and Google's data validation tool: `make bench-compare`, or this module.

One sale line of the ERP is made one cent wrong, the sent rows (a Parquet file as the lake writes it) are compared with the ERP's table, and
the wrong line must be found by key and column. The ways alternate, each in a process of its own; medians of wall seconds. datacompy
compares frames in memory (so does ours beside it: reading is not counted for either); the data validation tool compares two tables of the
same PostgreSQL by row hashes, with its start. Peers run where an environment with them is named (`--datacompy PYTHON`, `--gdvt PROGRAM`;
they want other libraries than we do). At the end four times the rows are compared for the memory. Writes `build/bench/compare.json`.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
from psycopg import sql
from rich.console import Console
from rich.table import Table

from migration_pipeline.contracts.erp import ERP_TABLES
from migration_pipeline.loaded.targets.postgres import PostgresTarget
from migration_pipeline.loaded.targets.postgres_merge import arrow_schema
from migration_pipeline.reconciled.compare_rows import compare_rows
from migration_pipeline.runtime.bulk_copy import arrow_table, copy_in
from migration_pipeline.runtime.databases import ERP, Databases
from migration_pipeline.runtime.embedded_postgres import destroy, start
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.benchmarks.bench_load import TABLES
from migration_pipeline_tests.benchmarks.load_tables import STORE, mapped_sales, prepare_erp
from migration_pipeline_tests.benchmarks.one_datacompy import frame

FIGURES = Path("build/bench/compare.json")
LINES, ROUNDS, TIMES = 1_000_000, 3, 4
TABLE = "ticket_line"
KEY = ERP_TABLES[TABLE].key
SENT = "ticket_line_sent"
"""The sent rows as a table, for the tool that only compares tables."""


@dataclass(frozen=True)
class Ground:
    """Where everything lies; `sent` and `held` are the Parquet files of both sides."""

    databases: Databases
    folder: Path
    sent: Path
    held: Path


def fill(databases: Databases, lines: int, sent: Path) -> None:
    """The ERP holds so many lines; the same rows lie in a file as the lake writes it. References are not checked again, to save time."""
    frames = mapped_sales(lines).tables
    with databases.connect(ERP) as connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("TRUNCATE ticket, ticket_line, payment")
        for name in TABLES:
            copy_in(cursor, sql.Identifier(name), arrow_table(frames[name], arrow_schema(ERP_TABLES[name]), name))
    with databases.connect(ERP, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE ticket_line")
        connection.execute("CHECKPOINT")
    pq.write_table(pa.Table.from_pandas(frames[TABLE], preserve_index=False), sent, compression="zstd", compression_level=1)


def make_wrong(databases: Databases, lines: int) -> tuple[str, ...]:
    """One cent more on one line; its key."""
    number = lines * 7 // 9
    key = (STORE, f"T2026-{number // 3:08d}", str(number % 3 + 1))
    with databases.connect(ERP) as connection:
        done = connection.execute(
            "UPDATE ticket_line SET amount = amount + 0.01 WHERE store_code = %s AND ticket_no = %s AND line_no = %s::int", key
        )
        if done.rowcount != 1:
            raise SystemExit("there is no line to make wrong")
    return key


def table_of_sent(ground: Ground) -> None:
    """The sent rows as a table with the same key."""
    columns = sql.SQL(", ").join(map(sql.Identifier, ERP_TABLES[TABLE].column_names))
    with ground.databases.connect(ERP) as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE TABLE {} AS SELECT {} FROM ticket_line WHERE false").format(sql.Identifier(SENT), columns))
        copy_in(cursor, sql.Identifier(SENT), arrow_table(frame(str(ground.sent)), arrow_schema(ERP_TABLES[TABLE]), SENT))
        cursor.execute(sql.SQL("ALTER TABLE {} ADD PRIMARY KEY (store_code, ticket_no, line_no)").format(sql.Identifier(SENT)))


def own_process(what: str, ground: Ground) -> dict[str, Any]:
    """Ours: `read` both sides, or `compare` them."""
    module = "migration_pipeline_tests.benchmarks.one_compare"
    return _told([sys.executable, "-m", module, what, str(ground.sent), ground.databases.base_url, TABLE, STORE])


def in_memory(ground: Ground) -> dict[str, Any]:
    """Ours on frames that lie in memory."""
    one, other = frame(str(ground.sent)), frame(str(ground.held))
    begun = time.perf_counter()
    told = compare_rows(one, other, KEY)
    return {"seconds": time.perf_counter() - begun, "found": {"different": told.different, "columns": dict(told.columns)}}


def datacompy(python: str, ground: Ground) -> dict[str, Any]:
    """On the same frames."""
    return _told([python, str(Path(__file__).with_name("one_datacompy.py")), str(ground.sent), str(ground.held), ",".join(KEY)])


def data_validation(program: str, ground: Ground) -> dict[str, Any]:
    """Row hashes of the two tables; all columns, only failed rows are told."""
    database = urlsplit(ground.databases.url(ERP))
    environment = {**os.environ, "PSO_DV_CONN_HOME": str(ground.folder)}
    where = ["--host", str(database.hostname), "--port", str(database.port), "--user", str(database.username)]
    secret = ["--password", str(database.password), "--database", database.path.strip("/")]
    connect = [program, "connections", "add", "-c", "pg", "Postgres", *where, *secret]
    subprocess.run(connect, env=environment, check=True, capture_output=True)
    tables = ["-tbls", f"public.{SENT}=public.{TABLE}", "--primary-keys", ",".join(KEY), "--hash", ",".join(ERP_TABLES[TABLE].column_names)]
    validate = [program, "validate", "row", "-sc", "pg", "-tc", "pg", *tables, "--filter-status", "fail", "--format", "json"]
    begun, peak = time.perf_counter(), 0
    with (ground.folder / "said").open("w+", encoding="utf-8") as said:
        running = psutil.Popen(validate, env=environment, stdout=subprocess.DEVNULL, stderr=said)
        while running.poll() is None:
            peak = max(peak, _memory(running))
            time.sleep(0.1)
        seconds = time.perf_counter() - begun
        said.seek(0)
        words = said.read()
    if running.returncode:
        raise SystemExit(words[-2_000:])
    counts = json.loads(words[words.index("{") : words.rindex("}") + 1])
    return {"seconds": seconds, "peak_mb": peak / 2**20, "found": {name: n for name, n in counts.items() if name.startswith("total_")}}


def _memory(running: psutil.Popen) -> int:
    with suppress(psutil.Error):
        return int(running.memory_info().rss)
    return 0


def _told(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-2_000:])
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def rounds(ways: dict[str, Callable[[], dict[str, Any]]], count: int) -> dict[str, list[dict[str, Any]]]:
    """All ways in turn, so often."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in ways}
    for _ in range(count):
        for name, way in ways.items():
            found[name].append(way())
            sys.stderr.write(f"{name}: {found[name][-1]['seconds']:.2f} s\n")
    return found


def measured(ground: Ground, asked: argparse.Namespace) -> dict[str, Any]:
    """All ways on the same rows, then four times the rows."""
    prepare_erp(PostgresTarget(ground.databases))
    fill(ground.databases, asked.lines, ground.sent)
    key = make_wrong(ground.databases, asked.lines)
    pq.write_table(PostgresTarget(ground.databases).stream(TABLE, STORE).read_all(), ground.held)
    ways: dict[str, Callable[[], dict[str, Any]]] = {
        "read both sides": lambda: own_process("read", ground),
        "store2erp": lambda: own_process("compare", ground),
        "store2erp, frames": lambda: in_memory(ground),
    }
    if asked.datacompy:
        ways["datacompy, frames"] = lambda: datacompy(asked.datacompy, ground)
    if asked.gdvt:
        table_of_sent(ground)
        ways["data validation tool"] = lambda: data_validation(asked.gdvt, ground)
    found = rounds(ways, asked.rounds)
    told = found["store2erp"][0]["found"]
    if told["columns"] != {"amount": 1} or told["samples"] != {"different": ["|".join(key)]}:
        raise SystemExit(f"the wrong line was not found: {told}")
    figures = {name: round(statistics.median(one["seconds"] for one in all_of_it), 2) for name, all_of_it in found.items()}
    peaks = {name: round(max(one.get("peak_mb", 0) for one in all_of_it)) for name, all_of_it in found.items()}
    fill(ground.databases, asked.lines * TIMES, ground.sent)
    make_wrong(ground.databases, asked.lines * TIMES)
    large = rounds({name: ways[name] for name in ("read both sides", "store2erp")}, asked.rounds)
    more = {name: {kind: statistics.median(one[kind] for one in found) for kind in ("seconds", "peak_mb")} for name, found in large.items()}
    return {
        "lines": asked.lines,
        "located": {"key": "|".join(key), "columns": told["columns"]},
        "seconds": figures,
        "times_reading": {name: round(one / figures["read both sides"], 2) for name, one in figures.items()},
        "peak_mb": peaks,
        "found": {name: all_of_it[0]["found"] for name, all_of_it in found.items()},
        "rounds": {name: [round(one["seconds"], 2) for one in all_of_it] for name, all_of_it in found.items()},
        "more": {"lines": asked.lines * TIMES, **more},
        "versions": {"pandas": pd.__version__, "pyarrow": pa.__version__},
    }


def show(figures: dict[str, Any]) -> None:
    """As a table."""
    table = Table("way", "seconds", "x reading", "peak MB", title=f"Comparing {figures['lines']:,} x {figures['lines']:,} sale lines")
    for name, seconds in figures["seconds"].items():
        table.add_row(name, f"{seconds:.2f}", f"{figures['times_reading'][name]:.2f}", str(figures["peak_mb"][name] or ""))
    more = figures["more"]
    for name in ("read both sides", "store2erp"):
        seconds, reading = more[name]["seconds"], more["read both sides"]["seconds"]
        table.add_row(f"{name}, {more['lines']:,} lines", f"{seconds:.2f}", f"{seconds / reading:.2f}", f"{more[name]['peak_mb']:.0f}")
    console = Console(width=110)
    console.print(table)
    console.print(f"one cent found at {figures['located']['key']}, column {', '.join(figures['located']['columns'])}", highlight=False)


def main() -> None:
    """Measure and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--datacompy", default="", help="Python of an environment with datacompy")
    parser.add_argument("--gdvt", default="", help="the program data-validation")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        try:
            databases = Databases(start(home).base_url, options="sslmode=disable")
            figures = measured(Ground(databases, Path(folder), Path(folder) / "sent.parquet", Path(folder) / "held.parquet"), asked)
        finally:
            destroy(home)
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.write_text(json.dumps(figures, indent=2), encoding="utf-8")
    show(figures)


if __name__ == "__main__":
    main()
