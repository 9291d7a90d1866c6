"""Files made to harm, or harmed beyond use: each is refused with its reason, quickly, and nothing is unpacked, opened or run."""

import gzip
import io
import os
import sqlite3
import struct
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.read import read
from migration_pipeline.raw.readers import record_blocks
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline_tests.fuzz.good_files import GoodFile, good_file

SECONDS = 5
"""Processor time a refusal may take."""
XML = {"format": "xml", "rows": "/a/b", "fields": {"c": "c"}}


def _refused(path: Path, content: bytes, **described: object) -> str:
    """The text of the refusal: what, where and what to do."""
    path.write_bytes(content)
    begun = time.process_time()
    with pytest.raises(BadInputError) as caught:
        read(path, InputSpec.model_validate({"file": path.name, **described}))
    assert time.process_time() - begun < SECONDS
    assert caught.value.where.startswith(str(path))
    assert caught.value.fix
    return caught.value.what


def _zip(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _ole(*streams: str) -> bytes:
    """A compound file with the streams that an encrypted .xlsx has."""
    free, sector = 0xFFFFFFFF, 512
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6) + bytes(6)
    header += (
        struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0) + struct.pack("<I", free) * 108
    )
    table = struct.pack("<III", 0xFFFFFFFD, 2, 0xFFFFFFFE) + struct.pack("<I", free) * 125

    def entry(name: str, kind: int, right: int, child: int) -> bytes:
        text = name.encode("utf-16-le") + b"\0\0"
        head = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, free, right, child)
        return head + bytes(36) + struct.pack("<IQ", 0xFFFFFFFE, 0)

    names = sorted(streams, key=lambda name: (len(name), name.upper()))
    entries = [entry("Root Entry", 5, free, 1)] + [
        entry(name, 2, n + 1 if n < len(names) else free, free) for n, name in enumerate(names, 1)
    ]
    return header + table + b"".join(entries).ljust(2 * sector, b"\0")


def _with(name: str, **changed: bytes) -> bytes:
    """A good packed file with other members."""
    members = {}
    with zipfile.ZipFile(io.BytesIO(good_file(name).content)) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    return _zip(**(members | changed))


def _damaged(good: GoodFile, change: Callable[[bytes], bytes]) -> bytes:
    content = change(good.content)
    assert content != good.content
    return content


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls"])
def test_a_workbook_with_a_password_says_so(tmp_path: Path, name: str) -> None:
    """Excel packs an encrypted .xlsx into the container of an .xls."""
    what = _refused(tmp_path / name, _ole("EncryptedPackage", "EncryptionInfo"), format=name[2:])
    assert what == "the workbook is encrypted (it has a password)"


def test_an_archive_with_a_password_says_so(tmp_path: Path) -> None:
    content = bytearray(_zip(**{"a.csv": b"a\n1\n"}))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + flags] |= 1
    assert _refused(tmp_path / "a.zip", bytes(content), format="csv") == "the archive is encrypted"


@pytest.mark.parametrize("name", ["a.zip", "a.xlsx", "a.ods", "a.csv.gz"])
@pytest.mark.parametrize("damage", ["cut off", "a byte of the data", "zeros", "text"])
def test_a_corrupt_archive_says_so(tmp_path: Path, name: str, damage: str) -> None:
    good = {"a.zip": "xml in zip", "a.xlsx": "xlsx", "a.ods": "ods", "a.csv.gz": "csv.gz"}[name]
    content, spec = good_file(good).content, good_file(good).spec.model_dump(exclude_defaults=True, exclude={"file"})
    middle = len(content) // 2 if name == "a.csv.gz" else content.rindex(b"PK\x03\x04") // 2
    broken = {
        "cut off": content[:middle],
        "a byte of the data": content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :],
        "zeros": bytes(1000),
        "text": b"not found",
    }
    assert any(word in _refused(tmp_path / name, broken[damage], **spec) for word in ("damaged", "plain text", "malformed"))


@pytest.mark.parametrize("name", ["a.zip", "a.csv.gz", "a.xlsx"])
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, name: str) -> None:
    """70 MB of zeros in 70 KB; beyond 64 MB an honest file is not packed that small."""
    zeros = bytes(70 << 20)
    bombs = {
        "a.zip": lambda: _zip(**{"a.csv": zeros}),
        "a.csv.gz": lambda: gzip.compress(zeros, 9),
        "a.xlsx": lambda: _with("xlsx", **{"xl/worksheets/sheet1.xml": zeros}),
    }
    assert "unpacks to more than" in _refused(tmp_path / name, bombs[name](), format="xlsx" if name == "a.xlsx" else "csv")


@pytest.mark.parametrize("member", ["../../outside.csv", "/outside.csv", "..\\outside.csv", "C:\\outside.csv"])
def test_an_archive_writes_nothing_outside_of_itself(tmp_path: Path, member: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo(member), b"a\n1\n")
    before = sorted(tmp_path.parent.rglob("*outside*"))
    assert "outside of itself" in _refused(tmp_path / "a.zip", packed.getvalue(), format="csv")
    assert sorted(tmp_path.parent.rglob("*outside*")) == before


def test_a_symbolic_link_in_an_archive_is_not_followed(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("a.csv")
    link.external_attr = 0o120777 << 16
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "symbolic link" in _refused(tmp_path / "a.zip", packed.getvalue(), format="csv")


@pytest.mark.parametrize("place", ["header", "row", "end"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "auto"])
def test_nul_bytes_in_a_csv_are_refused_with_their_line(tmp_path: Path, place: str, encoding: str) -> None:
    content = {"header": b"a,\0b\n" + b"1,2\n" * 9, "row": b"a,b\n1,2\n3,\0\n" + b"5,6\n" * 9, "end": b"a,b\n1,2\n" * 9 + b"\0"}[place]
    path = tmp_path / "a.csv"
    assert "NUL byte" in _refused(path, content, format="csv", encoding=encoding)


@pytest.mark.parametrize(
    ("line", "what"),
    [(b"x" * 40_000, "a record is longer"), (b"x," * 20_000, "a record is longer"), (b'"' + b"x\n" * 20_000, "is not closed")],
)
def test_a_line_that_never_ends_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: bytes, what: str) -> None:
    """With limits a thousand times smaller; `make fuzz` tries the true ones on a gigabyte."""
    from migration_pipeline.raw.readers import encoding

    monkeypatch.setattr(encoding, "CHUNK", 1 << 10)
    monkeypatch.setattr(record_blocks, "BLOCK", 4 << 10)
    monkeypatch.setattr(record_blocks, "MAX_RECORD", 16 << 10)
    assert what in _refused(tmp_path / "a.csv", b"a,b\n1,2\n3," + line, format="csv")


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("head", "body", "what"),
    [
        (f'<!DOCTYPE a [<!ENTITY l0 "lol">{LAUGHS}]>', "&l9;", "DOCTYPE"),
        (f'<!DOCTYPE a [<!ENTITY q "{"q" * 50_000}">]>', "&q;" * 50_000, "DOCTYPE"),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;", "DOCTYPE"),
        ('<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]>', "", "DOCTYPE"),
        ('<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">', "", "DOCTYPE"),
        ("", "<c>" * 100_000 + "</c>" * 100_000, "resource limit"),
        ("", "<c>" + "x" * 12_000_000 + "</c>", "resource limit"),
        ("", "<c " + " ".join(f"a{n}='1'" for n in range(200_000)) + "/>", ""),
    ],
)
def test_xml_bombs_are_refused(tmp_path: Path, head: str, body: str, what: str) -> None:
    """Billion laughs, quadratic blow-up, external entities, depth, length; a hundred thousand attributes only take their place."""
    content = f"{head}<a><b>{body}</b></a>".encode()
    if what:
        assert what in _refused(tmp_path / "a.xml", content, **XML)
    else:
        (tmp_path / "a.xml").write_bytes(content)
        assert len(read(tmp_path / "a.xml", InputSpec.model_validate({"file": "a.xml", **XML})).frame) == 1


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_xml_bombs_in_a_workbook_are_refused(tmp_path: Path, part: str) -> None:
    bomb = (
        f'<!DOCTYPE a [<!ENTITY l0 "lol">{LAUGHS}]><worksheet><sheetData><row r="1"><c r="A1"><v>&l9;</v></c></row></sheetData></worksheet>'
    )
    assert "damaged" in _refused(tmp_path / "a.xlsx", _with("xlsx", **{part: bomb.encode()}), format="xlsx", names=["a"])


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("[" * 100_000, "nested too deep"),
        ('{"a":' * 100_000, "nested too deep"),
        ("[" * 100_000 + "]" * 100_000, "nested too deep"),
        ('[{"a":' + "[" * 100_000 + "]" * 100_000 + "}]", "nested too deep"),
        ('[{"a": ' + "9" * 100_000 + "}]", "100000 digits"),
        ('[{"a": 1, "a": 2}]', "twice"),
        ('[{"a": NaN}]', "NaN"),
        ('[{"a": "\\ud800"}]', "half a character"),
        ('[{"\\ud800": 1}]', "half a character"),
        ('[{"a": "\\u0000"}]', "NUL"),
    ],
)
def test_json_that_would_break_a_parser_is_refused(tmp_path: Path, content: str, what: str) -> None:
    assert what in _refused(tmp_path / "a.json", content.encode(), format="json")


def _database(path: Path, *statements: str) -> bytes:
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA page_size = 512")
        database.execute("CREATE TABLE t (a TEXT, b TEXT)")
        database.executemany("INSERT INTO t VALUES (?, ?)", ((f"code{n}", "x" * 50) for n in range(200)))
        for statement in statements:
            database.execute(statement)
        database.commit()
    return path.read_bytes()


def test_a_database_with_a_corrupt_page_is_refused(tmp_path: Path) -> None:
    content = _database(tmp_path / "good.db")
    for page in range(1, len(content) // 512):
        broken = content[: page * 512] + os.urandom(8) + b"\xff" * 504 + content[(page + 1) * 512 :]
        assert "damaged" in _refused(tmp_path / "a.db", broken, format="sqlite", table="t")


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("CREATE VIEW v AS SELECT load_extension('x.so') AS a", "not allowed"),
        ("CREATE VIEW v AS SELECT fts3_tokenizer('x') AS a", "not allowed"),
        ("CREATE VIEW v AS SELECT * FROM no_table", "not there"),
        ("CREATE VIEW v AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) AS a FROM c", "takes too long"),
        ("CREATE VIEW v AS SELECT zeroblob(1000000000) AS a", "longer than 64 MB"),
    ],
)
def test_a_view_that_would_harm_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str, what: str) -> None:
    """A database is a program, too: views run when they are read. No extension is loaded, nothing runs for ever or fills the memory."""
    from migration_pipeline.raw.readers import sqlite_file

    monkeypatch.setattr(sqlite_file, "STEPS", 1_000_000)
    assert what in _refused(tmp_path / "a.db", _database(tmp_path / "good.db", statement), format="sqlite", table="v")


def test_a_trigger_does_not_run(tmp_path: Path) -> None:
    """The file is opened for reading only, so that it stays as it is."""
    (tmp_path / "a.db").write_bytes(
        content := _database(tmp_path / "good.db", "CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t; END")
    )
    table = read(tmp_path / "a.db", InputSpec(format="sqlite", file="a.db", table="t"))
    assert len(table.frame) == 200
    assert (tmp_path / "a.db").read_bytes() == content


@pytest.mark.parametrize("damage", ["size", "content", "start", "end"])
def test_a_parquet_file_with_a_corrupt_footer_is_refused(tmp_path: Path, damage: str) -> None:
    parquet.write_table(pa.table({"a": ["x"] * 100}), tmp_path / "good.parquet")
    content = (tmp_path / "good.parquet").read_bytes()
    size = int.from_bytes(content[-8:-4], "little")
    broken = {
        "size": content[:-8] + b"\xff\xff\xff\x7f" + content[-4:],
        "content": content[: -8 - size] + b"\xff" * size + content[-8:],
        "start": b"XXXX" + content[4:],
        "end": content[:-4] + b"XXXX",
    }[damage]
    assert "Parquet file" in _refused(tmp_path / "a.parquet", broken, format="parquet")


@pytest.mark.parametrize(
    ("dump", "what"),
    [
        ("INSERT INTO t (a) VALUES ('never closed\n", "cut off"),
        ("-- MySQL dump 10.13\nCREATE TABLE `t` (`a` text);\nINSERT INTO `t` VALUES ('a\\'\n", "cut off"),
        ("SELECT 'never closed;\nINSERT INTO t (a) VALUES (1);\n", "never closed"),
        ("/* never closed\nINSERT INTO t (a) VALUES (1);\n", "never closed"),
        ("COPY t (a) FROM stdin;\n1\n2\n", "cut off"),
        ("INSERT INTO t (a) VALUES (now());\n", "not a literal"),
        ("COPY t (a) FROM PROGRAM 'rm -rf x';\n", "not in the dump"),
        ("CREATE TABLE t (a int, b", "cut off"),
    ],
)
def test_a_broken_dump_is_refused_and_nothing_in_it_is_run(tmp_path: Path, dump: str, what: str) -> None:
    assert what in _refused(tmp_path / "a.sql", dump.encode(), format="sql_dump", table="t")
