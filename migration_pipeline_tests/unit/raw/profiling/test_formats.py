"""Files are recognised by their content, and what cannot be read says what to do."""

import codecs
from pathlib import Path

import pytest

from migration_pipeline.raw.profiling.formats import Refusal, delimiter_of, format_of


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.dat", b"SQLite format 3\0" + b"x" * 100, "sqlite"),
        ("a.txt", b"PAR1xxxx", "parquet"),
        ("a.txt", "货号,品名\n1,茶\n2,米\n".encode("gb18030"), "csv"),
        ("a.txt", codecs.BOM_UTF16_LE + "a\tb\n1\t2\n".encode("utf-16-le"), "csv"),
        ("a.xls", b"a;b\n1;2\n3;4\n", "csv"),
        ("a.xls", b"<table><tr><td>1</td></tr></table>", "xls"),
        ("a.txt", b'{"a": 1}\n{"a": 2}\n', "json"),
        ("a.txt", b"<?xml version='1.0'?><a/>", "xml"),
        ("a.txt", b"-- x\nCREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n", "sql_dump"),
    ],
)
def test_the_content_decides_and_not_the_name(tmp_path: Path, name: str, content: bytes, expected: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert format_of(tmp_path / name) == expected


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.bak", b"TAPE\0\0\3\0" + b"\0" * 100, "restore it into a SQL Server"),
        ("a.db", b"\0\1\0\0Standard Jet DB\0" + b"\0" * 100, "Access"),
        ("a.dbf", b"\x03" + b"\x79" * 60, "dBase"),
        ("a.dump", b"PGDMP" + b"\0" * 60, "pg_restore"),
        ("a.csv", b"", "empty"),
        ("a.csv", b"a,b\n1,\0" + b"2\n", "NUL"),
        ("a.xlsx", bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600, "without a password"),
        ("a.xlsx", b"PK\3\4broken", "damaged"),
        ("a.md", b"# Title\nprose, with commas\n", "without columns"),
        ("a.html", b"<html><body>x</body></html>", "web page"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    found = format_of(tmp_path / name)
    assert isinstance(found, Refusal)
    assert words in found.reason


def test_the_delimiter_is_the_one_that_cuts_all_lines_alike() -> None:
    assert delimiter_of("a;b;c\n1,5;2;3\n2,5;3;4\n") == ";"
    assert delimiter_of("one line of prose, and\nanother one\nwithout any\n") is None
