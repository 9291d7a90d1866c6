"""Loading of sales beside a bare COPY, pandas `to_sql` and dlt: `make bench-load`, or this module [LINES].

Each way writes the same tickets, lines and payments into an embedded PostgreSQL; ours and COPY into the same tables with all their keys and
references, `to_sql` and dlt into tables of their own without any. Ours is the whole stage: mapped rows out of the lake, verified, loaded,
journalled, ledger and rows back into the lake. The ways alternate; medians; ratios mean most on a busy machine. `to_sql` takes a tenth of
the rows. dlt runs only where it is installed (`pip install dlt[postgres]`). Writes `build/bench/load.json` and prints a table.
"""

import io
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv
from psycopg import sql
from rich.console import Console
from rich.table import Table

from migration_pipeline.contracts.erp import ERP_TABLES
from migration_pipeline.contracts.stage_output import PENDING, StageOutput
from migration_pipeline.loaded.load import BatchRecord, load
from migration_pipeline.loaded.protocol import BatchResult
from migration_pipeline.loaded.targets.postgres import PostgresTarget
from migration_pipeline.loaded.targets.postgres_merge import arrow_schema
from migration_pipeline.runtime.bulk_copy import arrow_table
from migration_pipeline.runtime.databases import ERP, Databases
from migration_pipeline.runtime.embedded_postgres import destroy, start
from migration_pipeline.runtime.lake import read_stage, write_stage
from migration_pipeline.runtime.paths import Home
from migration_pipeline_tests.benchmarks.load_tables import STORE, mapped_sales, prepare_erp

FIGURES = Path("build/bench/load.json")
LINES, ROUNDS, TENTH = 1_000_000, 3, 10
TABLES = ("ticket", "ticket_line", "payment")


class NoJournal:
    """The control database's journal is one row per batch; left out here."""

    def record(self, batch: BatchRecord) -> None:
        """Nothing."""

    def settle(self, store: str, dataset: str, held: Mapping[str, BatchResult]) -> None:
        """Nothing."""


def bare_copy(databases: Databases, prepared: Mapping[str, tuple[list[str], bytes]]) -> None:
    """The floor: rows that are CSV already, copied into the constrained tables in one transaction."""
    with databases.connect(ERP) as connection, connection.cursor() as cursor:
        for name in TABLES:
            columns, text = prepared[name]
            statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
                sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, columns))
            )
            with cursor.copy(statement) as copy:
                source = io.BytesIO(text)
                while data := source.read(1 << 20):
                    copy.write(data)


def our_stage(databases: Databases, lake: Path) -> None:
    """What the asset `loaded_sales` does."""
    mapped = read_stage(lake, "mapped", "sales", STORE)
    loaded = load("sales", mapped, PostgresTarget(databases), NoJournal(), store=STORE, run_id=f"{time.time_ns()}")
    write_stage(lake, "loaded", "sales", STORE, loaded)
    if loaded.facts["inserted"] != sum(len(frame) for frame in loaded.tables.values()):
        raise SystemExit("not all rows are new")


def to_sql(databases: Databases, frames: Mapping[str, pd.DataFrame]) -> None:
    """Pandas, in chunks and several rows to a statement."""
    from sqlalchemy import create_engine

    engine = create_engine(databases.sqlalchemy_url(ERP))
    for name, frame in frames.items():
        frame.to_sql(
            f"pandas_{name}", engine, if_exists="replace", index=False, chunksize=5_000, method="multi" if len(frame.columns) < 12 else None
        )
    engine.dispose()


def dlt_arrow(databases: Databases, frames: Mapping[str, pa.Table]) -> None:
    """Dlt's fastest way: Arrow tables, CSV files, COPY."""
    import dlt

    with tempfile.TemporaryDirectory() as folder:
        destination = dlt.destinations.postgres(databases.url(ERP))
        pipeline = dlt.pipeline("bench", pipelines_dir=folder, destination=destination, dataset_name="dlt_bench")
        resources = [dlt.resource(table, name=f"dlt_{name}", write_disposition="replace") for name, table in frames.items()]
        pipeline.run(resources, loader_file_format="csv")


def timed(work: Callable[[], None]) -> float:
    """Its wall seconds."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def emptied(databases: Databases) -> None:
    """No sales, and none of the last round's dead rows."""
    with databases.connect(ERP, autocommit=True) as connection:
        connection.execute("TRUNCATE ticket, ticket_line, payment")
        connection.execute("CHECKPOINT")


def as_csv(frames: Mapping[str, pa.Table]) -> dict[str, tuple[list[str], bytes]]:
    """Columns and CSV of each table."""
    made = {}
    for name, table in frames.items():
        buffer = pa.BufferOutputStream()
        pacsv.write_csv(table, buffer, pacsv.WriteOptions(include_header=False))
        made[name] = (table.column_names, buffer.getvalue().to_pybytes())
    return made


def compared(databases: Databases, lake: Path, lines: int, rounds: int) -> dict[str, object]:
    """All ways on the same rows, some rounds."""
    prepare_erp(PostgresTarget(databases))
    mapped: StageOutput = mapped_sales(lines)
    frames = {name: frame for name, frame in mapped.tables.items() if name != PENDING}
    arrow = {name: arrow_table(frame, arrow_schema(ERP_TABLES[name]), name) for name, frame in frames.items()}
    write_stage(lake, "mapped", "sales", STORE, mapped)
    prepared = as_csv(arrow)
    ways: dict[str, Callable[[], None]] = {
        "COPY": lambda: bare_copy(databases, prepared),
        "store2erp": lambda: our_stage(databases, lake),
        "to_sql": lambda: to_sql(databases, {name: frame.head(len(frame) // TENTH) for name, frame in frames.items()}),
    }
    if find_spec("dlt"):
        ways["dlt"] = lambda: dlt_arrow(databases, arrow)
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            emptied(databases)
            taken[name].append(timed(way) * (TENTH if name == "to_sql" else 1))
    seconds = {name: round(statistics.median(found), 2) for name, found in taken.items()}
    return {
        "lines": lines,
        "rows": sum(map(len, frames.values())),
        "seconds": seconds,
        "times_copy": {name: round(found / seconds["COPY"], 2) for name, found in seconds.items()},
        "rounds": {name: [round(one, 2) for one in found] for name, found in taken.items()},
    }


def main() -> None:
    """Measure and keep the figures."""
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else LINES
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        try:
            databases = Databases(start(home).base_url, options="sslmode=disable")
            figures = compared(databases, Path(folder) / "lake", lines, ROUNDS)
        finally:
            destroy(home)
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.write_text(json.dumps(figures, indent=2), encoding="utf-8")
    table = Table("way", "seconds", "x COPY", title=f"Loading {figures['lines']:,} sale lines, {figures['rows']:,} rows")
    seconds, times = figures["seconds"], figures["times_copy"]
    for name in seconds if isinstance(seconds, dict) else ():
        table.add_row(name, f"{seconds[name]}", f"{times[name]}" if isinstance(times, dict) else "")
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
