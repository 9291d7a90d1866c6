"""Small good files in every format and packing, and how an input describes them: what the fuzzer damages.

Belongs here: writing them; those that `benchmarks/reader_files.py` writes too are taken from there. Does not belong here: damaging them
(`mutations.py`), judging a reading (`one_input.py`).
"""

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType

import xlwt

from migration_pipeline.project.source import InputSpec
from migration_pipeline_tests.benchmarks.reader_files import NAMES, WRITERS, rows

ROWS = 40
MARK = "330ml"
"""Stands in every row (see `reader_files.rows`), so that something inside a value can be changed on purpose."""

Writer = Callable[[Path, int], None]


@dataclass(frozen=True, eq=False)
class GoodFile:
    """A file that is read whole; there is one of each name.

    Attributes:
        name: of its format, as the figures show it.
        file: its name; the ending says how it is packed.
        content: its bytes.
        spec: how an input describes it.
        shows_end: a part of it can be told from the whole (cut-off files must be refused).
        codec: how `MARK` is written in it (or in its members); None where it cannot be changed without notice.
    """

    name: str
    file: str
    content: bytes
    spec: InputSpec
    shows_end: bool
    codec: str | None


def names() -> tuple[str, ...]:
    """All formats."""
    return tuple(_FORMATS)


@cache
def good_file(name: str) -> GoodFile:
    """One of them, as the plainest library writes it."""
    file, write, described = _FORMATS[name]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, file)
        write(path, ROWS)
        content = path.read_bytes()
    spec = InputSpec.model_validate({"file": file, **described})
    codec = None if name in {"parquet", "xls"} else {"csv utf-16": "utf-16-le"}.get(name, "utf-8")
    return GoodFile(name, file, content, spec, name not in _END_ANYWHERE, codec)


def _text(line: Callable[[tuple[str, ...]], str], head: str = "", foot: str = "", encoding: str = "utf-8", end: str = "\n") -> Writer:
    def write(path: Path, count: int) -> None:
        path.write_bytes((head + "".join(line(row) + end for row in rows(count)) + foot).encode(encoding))

    return write


def _quoted_csv(path: Path, count: int, encoding: str) -> None:
    """Every value quoted, with line breaks, doubled quotes and delimiters in them."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(NAMES)
        writer.writerows((*row[:4], f'{row[4]}\n"大", 12" pipe', *row[5:]) for row in rows(count))


def _xls(path: Path, count: int) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("sales")
    for number, row in enumerate([NAMES, *rows(count)]):
        for column, value in enumerate(row):
            sheet.write(number, column, float(value) if number and column in {5, 6, 7} else value)
    book.save(str(path))


def _ods(path: Path, count: int) -> None:
    def cell(value: str) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in [NAMES, *rows(count)])
    spaces = " ".join(f'xmlns:{space}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"' for space in ("office", "table", "text"))
    content = f"<office:body><office:spreadsheet><table:table table:name='sales'>{body}</table:table></office:spreadsheet></office:body>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", f'<?xml version="1.0"?><office:document-content {spaces}>{content}</office:document-content>')
        archive.writestr("META-INF/manifest.xml", _MANIFEST)


def _zip(path: Path, count: int) -> None:
    _, write, _ = WRITERS["xml"]
    with tempfile.TemporaryDirectory() as folder:
        inner = Path(folder, "sales.xml")
        write(inner, count)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(inner, "日报/sales.xml")
            archive.writestr("readme.txt", "exported")


def _poslog(row: tuple[str, ...]) -> str:
    header = f'<Header no="{row[0]}"><Cashier>{row[9]}</Cashier></Header>'
    line = f'<LineItem n="{row[1]}"><Item><POSItemID>{row[3]}</POSItemID><![CDATA[ & ]]></Item><Name>{row[4]}</Name></LineItem>'
    return f"<Transaction>{header}{line}<Tender type='cash'>{row[7]}</Tender></Transaction>"


def _nested(path: Path, count: int) -> None:
    receipts = [
        {"sn": row[0], "memo": None, "items": [{**dict(zip(NAMES, row, strict=True)), "tags": ["a", {"b": 1}]}]} for row in rows(count)
    ]
    path.write_text(json.dumps({"code": 0, "data": {"result": receipts}}, ensure_ascii=False), encoding="utf-8")


def _csv_line(row: tuple[str, ...], delimiter: str = ",") -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="").writerow(row)
    return line.getvalue()


def _html_row(row: tuple[str, ...]) -> str:
    return "<tr>" + "".join(f"<td>{value}</td>" for value in row) + "</tr>"


def _mysql_row(row: tuple[str, ...]) -> str:
    return f"INSERT INTO `sales` VALUES ('{row[0]}',{row[1]},'{row[2]}','{row[3]}',NULL,'a\\'b\\\\ ''{row[4]}''',{row[6]});"  # noqa: S608 - a file, run by nobody


def _tsql_row(row: tuple[str, ...]) -> str:
    values = f"N'{row[0]}', CAST(N'{row[2]}' AS DateTime), N'O''{row[4]}', {row[6]}"
    return f"INSERT [dbo].[sales] ([no], [at], [name], [price]) VALUES ({values})"  # noqa: S608 - a file, run by nobody


_MANIFEST = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
_HEAD = ",".join(NAMES) + "\n"
_AUTO = {"encoding": "auto", "delimiter": "auto", "quote": "auto", "header_row": "auto"}
_POSLOG = {"receipt": "../Header/@no", "cashier": "../Header/Cashier", "line": "@n", "code": "Item/POSItemID", "name": "Name"}
_MYSQL = """-- MySQL dump 10.13
/*!40101 SET NAMES utf8 */;
CREATE TABLE `sales` (
  `no` varchar(9) COMMENT '单(号', `line` int, `at` datetime, `code` text, `memo` text, `name` text, `price` decimal(10,2),
  PRIMARY KEY (`no`,`line`)
);
"""
_SHARED = ("csv gb18030", "csv.gz", "xlsx", "xml", "ndjson", "json", "parquet", "sqlite", "sql COPY", "sql INSERT")
_FORMATS: Mapping[str, tuple[str, Writer, dict[str, object]]] = MappingProxyType(
    {
        "csv": ("sales.csv", partial(_quoted_csv, encoding="utf-8-sig"), {"format": "csv"}),
        "csv unquoted": ("plain.csv", _text(_csv_line, _HEAD), {"format": "csv", "quote": ""}),
        "csv big5": (
            "big5.csv",
            _text(lambda row: _csv_line((*row[:4], f"可口可樂 {row[1]} 號 {MARK}", *row[5:])), _HEAD, encoding="big5", end="\r\n"),
            {"format": "csv", "encoding": "big5"},
        ),
        "csv utf-16": ("utf16.csv", partial(_quoted_csv, encoding="utf-16"), {"format": "csv", "encoding": "utf-16"}),
        "csv auto": (
            "auto.csv",
            _text(partial(_csv_line, delimiter=";"), "销售明细表;;;;\n门店：人民路一号店\n" + _HEAD.replace(",", ";"), encoding="gb18030"),
            {"format": "csv", **_AUTO},
        ),
        "xls": ("sales.xls", _xls, {"format": "xls", "header_row": "auto"}),
        "ods": ("sales.ods", _ods, {"format": "ods"}),
        "html as xls": (
            "page.xls",
            _text(_html_row, f"<html><meta charset=utf-8><table>{_html_row(NAMES)}", "</table></html>"),
            {"format": "xls"},
        ),
        "xml in zip": ("day.zip", _zip, {**WRITERS["xml"][2], "member": "*.xml"}),
        "xml POSLog": (
            "pos.xml",
            _text(_poslog, '<?xml version="1.0" encoding="UTF-8"?>\n<p:POSLog xmlns:p="urn:p" xmlns="urn:p">\n', "</p:POSLog>\n"),
            {"format": "xml", "rows": "/POSLog/Transaction/LineItem", "fields": _POSLOG},
        ),
        "json nested": (
            "api.json",
            _nested,
            {"format": "json", "rows": "data.result[].items[]", "fields": {"sn": "../sn", "name": "name", "tag": "tags[1].b"}},
        ),
        "sql mysqldump": (
            "mysql.sql",
            _text(_mysql_row, _MYSQL, "-- Dump completed on 2026-01-01\n"),
            {"format": "sql_dump", "table": "sales", "encoding": "auto"},
        ),
        "sql T-SQL": ("tsql.sql", _text(_tsql_row, "USE [pos]\nGO\n", "GO\n", end="\r\n"), {"format": "sql_dump", "table": "dbo.sales"}),
        **{name: WRITERS[name] for name in _SHARED},
    }
)
_END_ANYWHERE = frozenset({"csv", "csv unquoted", "csv big5", "csv utf-16", "csv auto", "csv gb18030", "ndjson", "sql T-SQL"})
"""A text file of these that ends after a whole record is a good file."""
