"""The reports of a chain of hundreds of stores, to look at and to time: this module FOLDER [STORES] [DAYS].

Fills the control database of a project made in FOLDER with synthetic figures (`report_chain.sql`), writes all reports twice (the second
time only the whole one, as after a run that touched nothing) and prints seconds and sizes; FOLDER keeps the pages.
"""

import json
import sys
import time
from pathlib import Path

from psycopg import sql

from migration_pipeline.orchestration.report import write_report, write_reports
from migration_pipeline.orchestration.workspace import Workspace, open_workspace
from migration_pipeline.runtime.databases import CONTROL

STORES, DAYS = 300, 90
WAVES = 6


def make_project(folder: Path, stores: int) -> Workspace:
    """A project of so many stores in a few waves, without data."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    names = [f"S{number:03}" for number in range(1, stores + 1)]
    lines = [f"  - {{id: {name}, source: a, name: {{en: Store {name}, zh: 第{name}店}}}}" for name in names]
    waves = [f"  wave-{wave + 1}: {json.dumps(names[wave::WAVES])}" for wave in range(WAVES)]
    head = ["version: 1", "name: chain", "title: {en: Large chain, zh: 大型连锁}", "sources: {a: {preset: csv_zh}}"]
    (folder / "migration.yaml").write_text("\n".join([*head, "stores:", *lines, "waves:", *waves, ""]), encoding="utf-8")
    return open_workspace(folder, None)


def fill(workspace: Workspace, stores: int, days: int) -> None:
    """Figures of a whole migration, once."""
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    with workspace.databases.connect(CONTROL) as connection:
        if connection.execute("SELECT count(*) FROM extract").fetchone() == (0,):
            for statement in statements.split(";\n"):
                if statement.strip():
                    bound = {"stores": stores, "days": days}
                    connection.execute(sql.SQL(statement), bound)  # type: ignore[arg-type]


def main() -> None:
    """Fill, write, tell."""
    folder, stores, days = Path(sys.argv[1]).resolve(), *(int(text) for text in [*sys.argv[2:4], STORES, DAYS][:2])
    workspace = make_project(folder, stores)
    fill(workspace, stores, days)
    start = time.perf_counter_ns()
    written = write_reports(workspace)
    middle = time.perf_counter_ns()
    write_report(workspace)
    end = time.perf_counter_ns()
    page, book = written[0].page, written[0].workbook
    print(f"{len(written)} reports in {(middle - start) // 1_000_000} ms, {(middle - start) // 1_000_000 // len(written)} ms each")  # noqa: T201
    print(f"only the whole one: {(end - middle) // 1_000_000} ms")  # noqa: T201
    print(f"page {page.stat().st_size:,} bytes, workbook {book.stat().st_size:,} bytes")  # noqa: T201
    print(page)  # noqa: T201


if __name__ == "__main__":
    main()
