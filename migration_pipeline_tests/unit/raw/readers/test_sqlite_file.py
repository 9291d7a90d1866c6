"""The SQLite reader reads one table exactly, touches nothing, and notices when something is missing."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import pytest

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.readers import sqlite_file
from migration_pipeline.raw.readers.read_table import ReadTable, whole
from migration_pipeline.runtime.errors import BadInputError


def read_all(path: Path, spec: InputSpec) -> ReadTable:
    return whole(sqlite_file.read(path, spec))


def _database(path: Path, ddl: str, rows: Iterable[tuple[object, ...]] = ()) -> Path:
    database = sqlite3.connect(path)
    database.execute(ddl)
    for row in rows:
        database.execute(f"INSERT INTO t VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608 - question marks
    database.commit()
    database.close()
    return path


def _spec(table: str = "t", encoding: str = "utf-8") -> InputSpec:
    return InputSpec(format="sqlite", file="pos.db", table=table, encoding=encoding)


def test_values_become_exact_text_and_null_is_missing(tmp_path: Path) -> None:
    rows = [("001  ", 7, 12.0, None), ("x", 2**62, 0.1, b"\x00\xff"), ("", -1, 1e-5, "可乐")]
    frame = read_all(_database(tmp_path / "pos.db", "CREATE TABLE t (code, n, f, o)", rows), _spec()).frame
    assert frame["code"].tolist() == ["001  ", "x", ""]
    assert frame["n"].tolist() == ["7", str(2**62), "-1"]
    assert frame["f"].tolist() == ["12.0", "0.1", "0.00001"]
    assert frame["o"].isna().tolist() == [True, False, False]
    assert frame["o"].tolist()[1:] == [r"\x00ff", "可乐"]
    assert frame["_row"].tolist() == [1, 2, 3]


def test_rows_come_in_rowid_order(tmp_path: Path) -> None:
    path = _database(tmp_path / "pos.db", "CREATE TABLE t (id INTEGER PRIMARY KEY, v)", [(3, "c"), (1, "a"), (2, "b")])
    assert read_all(path, _spec()).frame["v"].tolist() == ["a", "b", "c"]


def test_tables_without_rowid_and_views_are_read_too(tmp_path: Path) -> None:
    path = _database(tmp_path / "pos.db", "CREATE TABLE t (k TEXT PRIMARY KEY) WITHOUT ROWID", [("b",), ("a",)])
    with sqlite3.connect(path) as database:
        database.execute("CREATE VIEW v AS SELECT k || '!' AS k FROM t")
    database.close()
    assert read_all(path, _spec()).frame["k"].tolist() == ["a", "b"]
    assert sorted(read_all(path, _spec("V")).frame["k"]) == ["a!", "b!"]


def test_the_file_and_its_folder_are_not_touched(tmp_path: Path) -> None:
    path = _database(tmp_path / "pos.db", "CREATE TABLE t (a)", [("1",)])
    path.chmod(0o400)
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    read_all(path, _spec())
    assert list(tmp_path.iterdir()) == [path]
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_an_awkward_path_and_table_name_work(tmp_path: Path) -> None:
    folder = tmp_path / "店 #1?x=%20"
    folder.mkdir()
    path = _database(folder / "pos.db", 'CREATE TABLE "my ""t" (a)')
    assert list(read_all(path, _spec('my "t')).frame.columns) == ["a", "_row"]


def test_an_unknown_table_lists_those_that_are_there(tmp_path: Path) -> None:
    path = _database(tmp_path / "pos.db", "CREATE TABLE t (a)")
    with pytest.raises(BadInputError, match="no table 'u'; there is t"):
        read_all(path, _spec("u"))


def test_text_in_another_encoding_is_refused_or_read_as_declared(tmp_path: Path) -> None:
    path = _database(tmp_path / "pos.db", "CREATE TABLE t (a)", [("ok",)])
    with sqlite3.connect(path) as database:
        database.execute(f"INSERT INTO t VALUES (CAST(X'{'可乐'.encode('gb18030').hex()}' AS TEXT))")  # noqa: S608 - hex digits
    database.close()
    with pytest.raises(BadInputError, match="row 2 holds text that is not utf-8"):
        read_all(path, _spec())
    assert read_all(path, _spec(encoding="gb18030")).frame["a"].tolist() == ["ok", "可乐"]


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\0"])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pos.db"
    path.write_bytes(content)
    with pytest.raises(BadInputError, match=r"not a SQLite database|empty"):
        read_all(path, _spec())


@pytest.mark.parametrize("part", [0.3, 0.99])
def test_a_cut_off_database_is_refused(tmp_path: Path, part: float) -> None:
    path = _database(tmp_path / "pos.db", "CREATE TABLE t (a)", [("x" * 900,) for _ in range(100)])
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(BadInputError, match="cut off"):
        read_all(path, _spec())


def test_a_database_with_overwritten_pages_is_refused(tmp_path: Path) -> None:
    path = _database(tmp_path / "pos.db", "CREATE TABLE t (a)", [("x" * 900,) for _ in range(100)])
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 4] = b"\xaa" * 4096
    path.write_bytes(content)
    with pytest.raises(BadInputError, match="damaged"):
        read_all(path, _spec())


def test_changes_that_are_only_in_the_write_ahead_log_are_not_lost_silently(tmp_path: Path) -> None:
    path = tmp_path / "pos.db"
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("CREATE TABLE t (a)")
    writer.execute("INSERT INTO t VALUES (1)")
    writer.commit()
    with pytest.raises(BadInputError, match=r"pos\.db-wal holds changes"):
        read_all(path, _spec())
    writer.close()
    assert read_all(path, _spec()).frame["a"].tolist() == ["1"]


def test_a_name_that_is_no_text_is_damage(tmp_path: Path) -> None:
    path = _database(tmp_path / "pos.db", "CREATE TABLE t (code)", [("1",)])
    path.write_bytes(path.read_bytes().replace(b"tablett", b"table\xff\xfe"))
    with pytest.raises(BadInputError, match="damaged"):
        read_all(path, _spec())
