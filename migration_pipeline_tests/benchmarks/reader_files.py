"""The same table of sales lines written in every format, by the plainest library that writes it.

Belongs here: making files to measure with. Does not belong here: measuring (`bench_readers.py`, `one_read.py`).
"""

import csv
import gzip
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook

NAMES = ("ticket_no", "line_no", "sold_at", "product_code", "name", "quantity", "price", "amount", "member", "cashier")
GOODS = ("可口可乐", "农夫山泉", "旺旺雪饼", "康师傅红烧牛肉面", "海天生抽酱油", "洁柔面巾纸", "散装红富士苹果", "鲁花花生油")
Row = tuple[str, ...]


def rows(count: int) -> Iterator[Row]:
    """Sales lines as text; deterministic."""
    for n in range(count):
        price = f"{n % 97 + 1}.{n % 100:02}"
        yield (
            f"T{n // 3:09}",
            str(n % 3 + 1),
            f"2026-{n % 12 + 1:02}-{n % 28 + 1:02} {n % 24:02}:{n % 60:02}:00",
            f"69{n % 99_999:011}",
            f"{GOODS[n % len(GOODS)]} {n % 5000} 号 330ml",
            "1.000",
            price,
            price,
            "" if n % 3 else f"8{n % 77_777:07}",
            f"C{n % 9}",
        )


def _csv(path: Path, count: int, encoding: str = "utf-8") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(NAMES)
        writer.writerows(rows(count))


def _gz(path: Path, count: int) -> None:
    plain = path.with_suffix("")
    _csv(plain, count)
    with plain.open("rb") as source, gzip.open(path, "wb", compresslevel=1) as packed:
        shutil.copyfileobj(source, packed)
    plain.unlink()


def _xlsx(path: Path, count: int) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("sales")
    sheet.append(NAMES)
    for row in rows(count):
        sheet.append([*row[:5], float(row[5]), float(row[6]), float(row[7]), *row[8:]])
    book.save(path)


def _xml(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("<sales>\n")
        for row in rows(count):
            file.write("<line>" + "".join(f"<{name}>{value}</{name}>" for name, value in zip(NAMES, row, strict=True)) + "</line>\n")
        file.write("</sales>\n")


def _ndjson(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(dict(zip(NAMES, row, strict=True)), ensure_ascii=False) + "\n" for row in rows(count))


def _json(path: Path, count: int) -> None:
    path.write_text(json.dumps([dict(zip(NAMES, row, strict=True)) for row in rows(count)], ensure_ascii=False), encoding="utf-8")


def _parquet(path: Path, count: int) -> None:
    pq.write_table(pa.table(list(map(list, zip(*rows(count), strict=True))), names=list(NAMES)), path)


def _sqlite(path: Path, count: int) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"CREATE TABLE sales ({', '.join(f'{name} TEXT' for name in NAMES)})")
        database.executemany(f"INSERT INTO sales VALUES ({', '.join('?' * len(NAMES))})", rows(count))  # noqa: S608 - our own names
        database.commit()


def _copy(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(f"-- PostgreSQL database dump\nCOPY public.sales ({', '.join(NAMES)}) FROM stdin;\n")
        file.writelines("\t".join(row) + "\n" for row in rows(count))
        file.write("\\.\n-- PostgreSQL database dump complete\n")


def _inserts(path: Path, count: int) -> None:
    """As mysqldump writes them: extended INSERTs of about a thousand rows."""
    with path.open("w", encoding="utf-8") as file:
        file.write(f"-- MySQL dump 10.13\nCREATE TABLE `sales` ({', '.join(f'`{name}` text' for name in NAMES)});\n")
        for n, row in enumerate(rows(count)):
            begin = "INSERT INTO `sales` VALUES (" if n % 1000 == 0 else ",("
            end = ");\n" if n % 1000 == 999 or n == count - 1 else ")"
            file.write(begin + ",".join(f"'{value}'" for value in row) + end)
        file.write("-- Dump completed\n")


WRITERS: dict[str, tuple[str, Callable[[Path, int], None], dict[str, object]]] = {
    "csv utf-8": ("sales.csv", _csv, {"format": "csv"}),
    "csv gb18030": ("sales-gb.csv", lambda path, count: _csv(path, count, "gb18030"), {"format": "csv", "encoding": "gb18030"}),
    "csv auto": (
        "sales-auto.csv",
        lambda path, count: _csv(path, count, "gb18030"),
        {"format": "csv", "encoding": "auto", "delimiter": "auto"},
    ),
    "csv.gz": ("packed.csv.gz", _gz, {"format": "csv"}),
    "xlsx": ("sales.xlsx", _xlsx, {"format": "xlsx"}),
    "xml": ("sales.xml", _xml, {"format": "xml", "rows": "/sales/line", "fields": {name: name for name in NAMES}}),
    "ndjson": ("sales.ndjson", _ndjson, {"format": "json"}),
    "json": ("sales.json", _json, {"format": "json"}),
    "parquet": ("sales.parquet", _parquet, {"format": "parquet"}),
    "sqlite": ("sales.db", _sqlite, {"format": "sqlite", "table": "sales"}),
    "sql COPY": ("copy.sql", _copy, {"format": "sql_dump", "table": "sales"}),
    "sql INSERT": ("insert.sql", _inserts, {"format": "sql_dump", "table": "sales"}),
}
"""Name -> file name, how it is written, how the input describes it."""
