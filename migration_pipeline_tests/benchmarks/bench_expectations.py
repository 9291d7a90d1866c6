"""The Great Expectations suite of sales on a ticket_line of a million rows, inside PostgreSQL: `python -m ...bench_expectations [LINES]`.

Rows of one store in an embedded PostgreSQL, three lines and a payment to a ticket, all as the suite wants them. One run after GX is
imported. Prints and writes `build/bench/expectations.json`: seconds of the import, of all tables together and of this process's own CPU
(the rest is PostgreSQL's). Not part of `make bench`: filling the tables takes longer than the suite.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

from migration_pipeline.contracts.expectation_suites import built_in_suite
from migration_pipeline.loaded.protocol import CompanyRow, StoreRow
from migration_pipeline.loaded.targets.postgres import PostgresTarget
from migration_pipeline.reconciled.expectations import expectations_met
from migration_pipeline.runtime.databases import ERP, Databases
from migration_pipeline.runtime.embedded_postgres import destroy, start
from migration_pipeline.runtime.paths import Home

FIGURES = Path("build/bench/expectations.json")
LINES = 1_000_000
FILL = """
INSERT INTO item (item_code, name, unit_code, weighed, kind, status)
SELECT 'P' || n, 'item ' || n, 'PCS', false, 'goods', 'active' FROM generate_series(0, 19999) AS n;
INSERT INTO ticket (store_code, ticket_no, sold_at, kind, total, rounding)
SELECT 'S1', 'T' || n, TIMESTAMP '2025-01-01' + n * INTERVAL '1 minute', 'sale', 30, 0 FROM generate_series(1, {tickets}) AS n;
INSERT INTO ticket_line
    (store_code, ticket_no, line_no, item_code, quantity, unit_price, amount, discount, coupon_discount, partner_discount)
SELECT 'S1', 'T' || n, line, 'P' || (n * 7 + line) % 20000, 2, 5, 10, 0, 0, 0
FROM generate_series(1, {tickets}) AS n CROSS JOIN generate_series(1, 3) AS line;
INSERT INTO payment (store_code, ticket_no, payment_no, method, amount)
SELECT 'S1', 'T' || n, 1, 'cash', 30 FROM generate_series(1, {tickets}) AS n;
ANALYZE
"""


def filled(databases: Databases, lines: int) -> None:
    """One store's sales in the ERP's tables."""
    PostgresTarget(databases).prepare(CompanyRow("C", "company", "CNY"), [StoreRow("S1", "one", {"MAIN": "MAIN"})], ["PCS"])
    with databases.connect(ERP, autocommit=True) as connection:
        connection.execute(FILL.format(tickets=lines // 3).encode())


def judged(databases: Databases) -> dict[str, float | int]:
    """The suite of sales, once, with its seconds; the import of GX apart."""
    begin = time.perf_counter()
    import great_expectations

    imported = time.perf_counter()
    begin_cpu = time.process_time()
    found = expectations_met(databases.sqlalchemy_url(ERP), "S1", [built_in_suite("sales")])
    seconds, cpu = time.perf_counter() - imported, time.process_time() - begin_cpu
    if unmet := [one.en for one in found if not one.met]:
        raise SystemExit(f"GX {great_expectations.__version__}: not met: {unmet}")
    figures = {"import_seconds": imported - begin, "seconds": seconds, "cpu_seconds": cpu}
    return {"expectations": len(found), **{name: round(value, 2) for name, value in figures.items()}}


def main() -> None:
    """Measure once and keep the figures."""
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else LINES
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        try:
            databases = Databases(start(home, durable=False).base_url, options="sslmode=disable")
            databases.ensure(ERP)
            filled(databases, lines)
            figures = {"lines": lines // 3 * 3, **judged(databases)}
        finally:
            destroy(home)
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.write_text(json.dumps(figures, indent=2), encoding="utf-8")
    Console(width=120).print_json(data=figures)


if __name__ == "__main__":
    main()
