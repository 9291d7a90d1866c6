"""The whole chain on one large store: sale lines as a GB18030 CSV of 11 columns with 1 % defects, raw to reconciled, beside a bare COPY.

`python -m migration_pipeline_tests.benchmarks.bench_chain [--lines N] [--cent]`. The chain runs as a user runs it (`store2erp run`, checks,
ledger, archive and reports on) in a process of its own, whose peak memory is taken. The floor is a COPY of the very rows that the ERP then
holds into the same tables, empty, with their keys and references. With `--cent` one amount in the ERP is then made 0.01 smaller, the store
is compared again, and what was found is printed. Writes `build/bench/chain.json`.
"""

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
from psycopg import sql

from migration_pipeline.orchestration.workspace import Workspace, open_workspace
from migration_pipeline.runtime.databases import ERP
from migration_pipeline.runtime.embedded_postgres import destroy

OUT = Path("build/bench/chain.json")
TABLES = ("ticket", "ticket_line", "payment")
_MAIN = "from migration_pipeline.cli.main import main; main()"
_PROJECT = """version: 1
name: large-store
title: {en: Large store, zh: 大门店}
currency: CNY
company: {code: BIG, name: Big}
limits: {rejected_rows: 100000}
stores:
  - {id: S1, name: {en: Large store, zh: 大门店}, source: till}
sources:
  till:
    title: one large till
    unmapped: quarantine
    inputs:
      lines: {format: csv, file: 销售明细.csv, encoding: gb18030}
      items: {format: csv, file: 商品.csv, encoding: gb18030}
    datasets:
      products:
        products:
          inputs: [items]
          columns: {product_code: 商品编码, name: 品名, unit: 单位, category: 类别}
      sales:
        lines:
          inputs: [lines]
          columns:
            ticket_no: 小票号
            line_no: 序号
            sold_at: 销售时间
            product_code: 商品编码
            quantity: 数量
            unit_price: 单价
            discount: 优惠金额
            amount: 小计
            terminal: 收银机
            cashier: 收银员
          archive: [备注]
"""
_MAKE = """
COPY (
    SELECT format('T{:08d}', n // 3) AS 小票号, n % 3 + 1 AS 序号,
        strftime(TIMESTAMP '2025-01-01 08:00' + (n // 3) * INTERVAL 60 SECOND, '%Y/%m/%d %H:%M:%S') AS 销售时间,
        CASE WHEN n % 200 = 7 THEN '8.52E+11' ELSE format('P{:06d}', n * 13 % 5000) END AS 商品编码,
        CASE WHEN n % 200 = 107 THEN 'x' ELSE '2' END AS 数量,
        printf('%.2f', price) AS 单价, '0.00' AS 优惠金额, printf('%.2f', 2 * price) AS 小计,
        '01' AS 收银机, '1001' AS 收银员, '门店销售' AS 备注
    FROM (SELECT n, ((n * 7919) % 9900 + 100) / 100 AS price FROM range(getvariable('lines')) AS made (n))
) TO '{lines}' (HEADER);
COPY (
    SELECT format('P{:06d}', n) AS 商品编码, format('商品{}', n) AS 品名, '个' AS 单位, '食品' AS 类别 FROM range(5000) AS made (n)
) TO '{items}' (HEADER);
"""


def make_project(folder: Path, lines: int) -> None:
    """The project and its two files."""
    data = folder / "data"
    data.mkdir(parents=True)
    (folder / "migration.yaml").write_text(_PROJECT + "data: data\n", encoding="utf-8")
    with duckdb.connect() as connection:
        connection.execute("SET VARIABLE lines = ?", [lines])
        for statement in _MAKE.replace("{lines}", str(data / "a.csv")).replace("{items}", str(data / "b.csv")).split(";\n"):
            if statement.strip():
                connection.execute(statement)
    for plain, name in (("a.csv", "销售明细.csv"), ("b.csv", "商品.csv")):
        text = (data / plain).read_text(encoding="utf-8")
        (data / name).write_text(text, encoding="gb18030")
        (data / plain).unlink()


def measured(folder: Path, *command: str) -> tuple[dict[str, object], float, int]:
    """What a command prints, its wall seconds, and the peak memory of its process in MiB (without PostgreSQL's)."""
    arguments = [sys.executable, "-W", "ignore", "-c", _MAIN, *command, "-p", str(folder), "--json"]
    began = time.perf_counter()
    with tempfile.TemporaryFile() as out, subprocess.Popen(arguments, stdout=out) as process:
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
        seconds = time.perf_counter() - began
        out.seek(0)
        told = out.read()
    if not told:
        raise SystemExit(f"{command[0]} has said nothing")
    return json.loads(told), seconds, used.ru_maxrss // 1024


def floor(workspace: Workspace) -> float:
    """Seconds to COPY the ERP's rows into the same tables, emptied."""
    with workspace.databases.connect(ERP) as connection, connection.cursor() as cursor:
        kept = {}
        for name in TABLES:
            buffer = io.BytesIO()
            with cursor.copy(sql.SQL("COPY {} TO STDOUT (FORMAT csv)").format(sql.Identifier(name))) as copy:
                for part in copy:
                    buffer.write(part)
            kept[name] = buffer.getvalue()
        cursor.execute("TRUNCATE ticket, ticket_line, payment CASCADE")
        connection.commit()
        began = time.perf_counter()
        for name, text in kept.items():
            with cursor.copy(sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(sql.Identifier(name))) as copy:
                source = io.BytesIO(text)
                while data := source.read(1 << 20):
                    copy.write(data)
        connection.commit()
        return time.perf_counter() - began


def seeded_cent(folder: Path, workspace: Workspace) -> dict[str, object]:
    """Take a cent from one line in the ERP and compare again."""
    with workspace.databases.connect(ERP) as connection:
        changed = connection.execute(
            "UPDATE ticket_line SET amount = amount - 0.01 WHERE (ticket_no, line_no) = (SELECT ticket_no, line_no FROM ticket_line "
            "ORDER BY ticket_no, line_no OFFSET (SELECT count(*) / 2 FROM ticket_line) LIMIT 1) RETURNING ticket_no, line_no"
        ).fetchall()
    _, seconds, peak = measured(folder, "reconcile")
    told, _, _ = measured(folder, "breaks", "--open")
    return {"changed": [list(map(str, row)) for row in changed], "seconds": round(seconds, 1), "peak_mib": peak, "breaks": told["breaks"]}


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--cent", action="store_true")
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.folder or Path(temporary)) / "large"
        make_project(folder, given.lines)
        told, seconds, peak = measured(folder, "run")
        workspace = open_workspace(folder)
        figures: dict[str, object] = {
            "lines": given.lines,
            "balanced": told["balanced"],
            "outcomes": told["outcomes"],
            "erp_rows": told["erp_changed_rows"],
            "seconds": round(seconds, 1),
            "peak_mib": peak,
        }
        if given.cent:
            figures["cent"] = seeded_cent(folder, workspace)
        copied = floor(workspace)
        figures |= {"copy_seconds": round(copied, 1), "times_copy": round(seconds / copied, 2)}
        destroy(workspace.home)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=1, ensure_ascii=False), encoding="utf-8")
    sys.stdout.write(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
