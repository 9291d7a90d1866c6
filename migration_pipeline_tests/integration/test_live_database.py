# ruff: noqa: S608 - every statement is made of this file's own constants and numbers
"""Live databases for real: the embedded PostgreSQL, and a MariaDB of the test's own where one is installed."""

import os
import pwd
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pyarrow.parquet as pq
import pytest

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.live import rows as rows_module
from migration_pipeline.raw.live import snapshot as snapshot_module
from migration_pipeline.raw.live.snapshot import LiveTable, snapshot
from migration_pipeline.runtime.databases import ERP, Databases
from migration_pipeline.runtime.errors import BadInputError, InfrastructureError

Row = dict[str, str | None]
BIG = 65_537


@pytest.fixture
def shop(databases: Databases) -> Iterator[psycopg.Connection[Any]]:
    """The connection of the shop that writes into the database we read."""
    with closing(databases.connect(ERP, autocommit=True)) as connection:
        yield connection


@pytest.fixture
def postgres(databases: Databases, shop: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., InputSpec]:
    """Makes an input of the embedded PostgreSQL."""
    parts = urlsplit(databases.url(ERP))
    monkeypatch.setenv("SHOP_PASSWORD", parts.password or "")
    url = f"postgresql://{parts.username}:${{SHOP_PASSWORD}}@{{host}}{parts.path}?{parts.query}"
    return lambda **options: InputSpec(format="database", url=url, **options)


@pytest.fixture
def take(databases: Databases, tmp_path: Path) -> Callable[..., LiveTable]:
    """Takes a snapshot of one input `t`, in a folder of the given name."""
    connection = {"host": urlsplit(databases.url(ERP)).netloc.rpartition("@")[2]}

    def taken(spec: InputSpec, folder: str = "first", previous: LiveTable | None = None) -> LiveTable:
        before = {"t": previous.path} if previous else {}
        return snapshot({"t": spec}, connection, tmp_path / folder, before)["t"]

    return taken


def content(table: LiveTable) -> list[Row]:
    found: list[Row] = pq.read_table(table.path).to_pylist()
    return found


def test_every_value_of_postgresql_comes_exactly(shop: Any, postgres: Any, take: Any) -> None:
    shop.execute("""
        CREATE TABLE "Items" (id bigint PRIMARY KEY, "A" numeric(18,4), a money, b bool, f real, d double precision, c char(6), y bytea,
          ts timestamp, day date, j jsonb, list int[], uid uuid, name text)""")
    shop.execute(r"""
        INSERT INTO "Items" VALUES (102066793346170331, 12.34, 1234.56, true, 1.1, 0.00001, 'ab', '\x00ff', '2024-01-01 23:59:59.997',
          '0044-03-15 BC', '{"a":1.10}', '{1,2}', '8a52a1c0-0000-4000-8000-000000000001', E'a\n中文😀'),
          (7, 'NaN', NULL, false, 1234567, 0.1, '', '', 'infinity', NULL, NULL, NULL, NULL, '')""")
    odd, item = content(take(postgres(table="items")))
    assert item == {
        "id": "102066793346170331", "A": "12.3400", "a": "1234.56", "b": "true", "f": "1.1", "d": "0.00001", "c": "ab    ", "y": r"\x00ff",
        "ts": "2024-01-01 23:59:59.997", "day": "0044-03-15 BC", "j": '{"a": 1.10}', "list": "{1,2}",
        "uid": "8a52a1c0-0000-4000-8000-000000000001", "name": "a\n中文😀",
    }  # fmt: skip
    assert (odd["A"], odd["a"], odd["b"], odd["f"], odd["c"], odd["ts"], odd["name"]) == (
        "NaN", None, "false", "1234567", "      ", "infinity", "",
    )  # fmt: skip


@pytest.mark.parametrize("rows", [0, 2_500, BIG])
@pytest.mark.parametrize("options", [{"table": "public.t"}, {"table": "no_key"}, {"query": "SELECT * FROM t WHERE '%a' <> ':b'"}])
def test_every_row_comes_paged_streamed_and_by_query(shop: Any, postgres: Any, take: Any, rows: int, options: dict[str, str]) -> None:
    shop.execute("CREATE TABLE t (branch text, no int, PRIMARY KEY (branch, no)); CREATE TABLE no_key (branch text, no int)")
    shop.execute(f"INSERT INTO t SELECT '000' || g % 3, g FROM generate_series(1, {rows}) g; INSERT INTO no_key SELECT * FROM t")
    table = take(postgres(**options))
    assert table.rows == table.counted == rows
    assert sorted(int(row["no"] or 0) for row in content(table)) == list(range(1, rows + 1))


def test_what_is_written_while_reading_is_not_seen(postgres: Any, shop: Any, databases: Any, tmp_path: Path, monkeypatch: Any) -> None:
    shop.execute("CREATE TABLE tickets (no int PRIMARY KEY); CREATE TABLE lines (ticket int, no int)")
    shop.execute("INSERT INTO tickets SELECT generate_series(1, 10); INSERT INTO lines SELECT no, 1 FROM tickets")
    count = snapshot_module.count
    selling = "INSERT INTO tickets SELECT 100 + count(*) FROM tickets; DELETE FROM lines WHERE ticket = 1"
    monkeypatch.setattr(snapshot_module, "count", lambda *a: (shop.execute(selling), count(*a))[1])
    inputs = {"tickets": postgres(table="tickets"), "lines": postgres(table="lines")}
    connection = {"host": urlsplit(databases.url(ERP)).netloc.rpartition("@")[2]}
    tables = snapshot(inputs, connection, tmp_path, {})
    assert [row["no"] for row in content(tables["tickets"])] == [str(no) for no in range(1, 11)]
    assert tables["lines"].rows == 10
    assert shop.execute("SELECT count(*) FROM tickets").fetchone() == (12,)


def test_the_source_cannot_be_written(shop: Any, postgres: Any, take: Any) -> None:
    shop.execute("CREATE TABLE t (no int); INSERT INTO t VALUES (1)")
    shop.execute("CREATE FUNCTION sneaky() RETURNS int LANGUAGE sql AS 'DELETE FROM t RETURNING 1'")
    with pytest.raises(BadInputError, match="the query is no SELECT"):
        take(postgres(query="DELETE FROM t"))
    with pytest.raises(BadInputError, match="the word DELETE"):
        take(postgres(query="WITH gone AS (DELETE FROM t RETURNING 1) SELECT * FROM gone"))
    with pytest.raises(BadInputError, match="wants to write"):
        take(postgres(query="SELECT sneaky() AS gone"))
    assert shop.execute("SELECT count(*) FROM t").fetchone() == (1,)


def test_a_count_that_differs_is_fatal_and_leaves_no_file(shop: Any, postgres: Any, take: Any, tmp_path: Path, monkeypatch: Any) -> None:
    shop.execute("CREATE TABLE t (no int); INSERT INTO t SELECT generate_series(1, 2500)")
    monkeypatch.setattr(snapshot_module, "rows", lambda *a: (part.slice(0, 2000) for part in rows_module.rows(*a)))
    with pytest.raises(BadInputError, match="read 2,000 rows, the source counts 2,500") as refused:
        take(postgres(table="t"))
    assert os.environ["SHOP_PASSWORD"] not in str(refused.value)
    assert list((tmp_path / "first").iterdir()) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"table": "item"}, "there is no table 'item'; there is items"),
        ({"table": "elsewhere.items"}, "there is no table at all"),
        ({"table": "items", "key": ("nr",)}, "key: names column 'nr'; there is no"),
        ({"table": "items", "key": ("no",), "watermark": "updated_at"}, "watermark: names column 'updated_at'; there is updated"),
        ({"query": "SELECT nothing FROM items"}, 'column "nothing" does not exist'),
        ({"query": "SELECT name::int AS no FROM items"}, "a value cannot be converted"),
    ],
)
def test_what_is_not_there_is_named(shop: Any, postgres: Any, take: Any, options: dict[str, Any], said: str) -> None:
    shop.execute("CREATE TABLE items (no int, updated timestamp, name text); INSERT INTO items VALUES (1, NULL, '张三')")
    with pytest.raises(BadInputError, match=said) as refused:
        take(postgres(**options))
    assert "张三" not in str(refused.value)


def test_a_server_that_is_not_there_or_refuses_us_may_be_asked_again(postgres: Any, take: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", "wr@ng:secret")
    with pytest.raises(InfrastructureError, match=r"127\.0\.0\.1") as refused:
        take(postgres(table="t"))
    nobody = InputSpec(format="database", url="postgresql://pos:${SHOP_PASSWORD}@127.0.0.1:9/shop", table="t")
    with pytest.raises(InfrastructureError, match=r"pos:\*\*\*@127\.0\.0\.1:9/shop") as absent:
        take(nobody)
    for error in (refused, absent):
        assert error.value.transient
        assert "secret" not in f"{error.value} {error.value.__cause__} {error.value.__context__}"


def test_a_lost_connection_keeps_the_old_file_and_a_retry_works(shop: Any, postgres: Any, take: Any, monkeypatch: Any) -> None:
    shop.execute("CREATE TABLE t (no int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 100)")
    first = take(postgres(table="t"))
    shop.execute("INSERT INTO t SELECT generate_series(101, 200)")
    values, kill = rows_module.text_table, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    monkeypatch.setattr(rows_module, "PAGE", 10)
    monkeypatch.setattr(rows_module, "text_table", lambda *a: (shop.execute(kill + " AND datname = current_database()"), values(*a))[1])
    with pytest.raises(InfrastructureError, match="stopped answering"):
        take(postgres(table="t"))
    assert [path.name for path in first.path.parent.iterdir()] == ["t.parquet"]
    assert len(content(first)) == 100
    monkeypatch.undo()
    monkeypatch.setenv("SHOP_PASSWORD", shop.info.password)
    assert take(postgres(table="t")).rows == 200


def changing_shop(chance: random.Random, tick: int) -> list[str]:
    """Statements of a day in the shop; every write sets `updated` to the tick, which stands still for a while."""
    one = f"branch = '000{chance.randrange(3)}' AND no = {chance.randrange(60)}"
    return chance.choice(
        [
            [f"INSERT INTO t VALUES ('0000', {chance.randrange(60)}, {chance.randrange(9)}, {tick}) ON CONFLICT DO NOTHING"],
            [f"UPDATE t SET qty = {chance.randrange(9)}, updated = {tick} WHERE {one}"],
            [f"UPDATE t SET no = no + 60, updated = {tick} WHERE {one}"],
            [f"UPDATE t SET qty = {chance.randrange(99)}, updated = NULL WHERE no % 9 = 4"],
            [f"DELETE FROM t WHERE {one}"],
            [f"DELETE FROM t WHERE no % 17 = {chance.randrange(17)}"],
        ]
    )


@pytest.mark.parametrize("seed", range(6))
def test_an_increment_equals_a_full_read(shop: Any, postgres: Any, take: Any, seed: int, monkeypatch: Any) -> None:
    """Whatever is inserted, updated (also within one tick of the clock) and deleted: the same bytes, and fewer rows transferred."""
    monkeypatch.setattr(rows_module, "PAGE", 7)
    chance, tick = random.Random(seed), 10  # noqa: S311
    shop.execute("CREATE TABLE t (branch char(6), no int, qty numeric(12,3), updated bigint, PRIMARY KEY (branch, no))")
    shop.execute("INSERT INTO t SELECT '000' || g % 3, g, g * 1.1, g % 9 FROM generate_series(0, 60) g")
    spec = postgres(table="t", key=("branch", "no"), watermark="updated")
    last, fetched = take(spec), []
    for day in range(8):
        for _ in range(chance.randrange(12)):
            tick += chance.randrange(2)
            for statement in changing_shop(chance, tick):
                shop.execute(statement)
        before = {(row["branch"], row["no"]): row for row in content(last)}
        last = take(spec, f"day{day}", last)
        full = take(spec, "full")
        assert last.notes == ()
        assert last.path.read_bytes() == full.path.read_bytes()
        now = {(row["branch"], row["no"]): row for row in content(full)}
        assert (last.new, last.deleted) == (len(now.keys() - before.keys()), len(before.keys() - now.keys()))
        assert last.changed == sum(now[key] != before[key] for key in now.keys() & before.keys())
        fetched.append(last.fetched / max(last.rows, 1))
    assert sum(fetched) / len(fetched) < 0.8


def test_an_increment_falls_back_to_a_full_read_and_says_why(shop: Any, postgres: Any, take: Any) -> None:
    shop.execute("CREATE TABLE t (no int, at timestamp); INSERT INTO t VALUES (1, '2024-01-01'), (2, '2024-01-02')")
    spec = postgres(table="t", key=("no",), watermark="at")
    first = take(spec)
    shop.execute("INSERT INTO t VALUES (2, '2024-01-02')")
    doubled = take(spec, "second", first)
    assert (doubled.rows, doubled.notes) == (3, ("read in full: the key is not unique",))
    shop.execute("ALTER TABLE t ADD name text")
    assert take(spec, "third", doubled).notes[0].startswith("read in full: the previous snapshot is of another table")
    first.path.write_bytes(b"PAR1")
    assert take(spec, "fourth", first).notes == ("read in full: the previous snapshot cannot be read",)


def test_only_rows_behind_the_highest_key_are_read_where_rows_are_only_added(shop: Any, postgres: Any, take: Any) -> None:
    shop.execute("CREATE TABLE t (no int PRIMARY KEY, note text); INSERT INTO t SELECT g, 'x' FROM generate_series(1, 20000) g")
    spec = postgres(table="t", key=("no",), append_only=True)
    first = take(spec)
    assert (first.high, first.fetched) == ({"no": "20000"}, 20_000)
    same = take(spec, "second", first)
    assert (same.rows, same.fetched, same.notes) == (20_000, 0, ())
    shop.execute("INSERT INTO t SELECT g, 'y' FROM generate_series(20001, 31000) g")
    more = take(spec, "third", same)
    assert (more.rows, more.fetched, more.new, more.high) == (31_000, 11_000, 11_000, {"no": "31000"})
    assert more.path.read_bytes() == take(spec, "full").path.read_bytes()
    shop.execute("DELETE FROM t WHERE no = 5; INSERT INTO t VALUES (31001, 'z')")
    cut = take(spec, "fourth", more)
    assert (cut.rows, cut.fetched, cut.notes) == (31_000, 31_000, ("read in full: rows were not only added at the end",))


# MariaDB


@pytest.fixture(scope="module")
def mariadb_socket(run_folder: Path) -> Iterator[Path]:
    """A MariaDB of this module's own, without a network, run by an unprivileged user."""
    server, install = (shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin") for name in ("mariadbd", "mariadb-install-db"))
    if not server or not install:
        pytest.skip("no MariaDB server (mariadbd) is installed here")
    folder = Path(tempfile.mkdtemp(prefix="mariadb-", dir=run_folder))
    user = "mysql" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    shutil.chown(folder, user)
    common = [f"--datadir={folder}/data", f"--user={user}"]
    subprocess.run(
        [install, "--no-defaults", *common, "--auth-root-authentication-method=normal", "--skip-test-db"], check=True, capture_output=True
    )
    socket = folder / "s"
    options = [f"--socket={socket}", "--skip-networking", f"--pid-file={folder}/pid", "--innodb-flush-log-at-trx-commit=0"]
    with (folder / "log").open("w") as log, subprocess.Popen([server, "--no-defaults", *common, *options], stderr=log) as process:
        try:
            until = time.monotonic() + 60
            while not socket.exists():
                assert process.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < until, "MariaDB does not start"
                time.sleep(0.1)
            yield socket
        finally:
            process.terminate()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def maria(mariadb_socket: Path) -> Iterator[Any]:
    """The shop's cursor in an empty database."""
    pymysql = pytest.importorskip("pymysql")
    with closing(pymysql.connect(unix_socket=str(mariadb_socket), user="root", autocommit=True)) as connection:
        cursor = connection.cursor()
        for statement in ("DROP DATABASE IF EXISTS shop", "CREATE DATABASE shop CHARACTER SET utf8mb4", "USE shop"):
            cursor.execute(statement)
        yield cursor


@pytest.fixture
def mysql(mariadb_socket: Path) -> Callable[..., InputSpec]:
    """Makes an input of MariaDB."""
    return lambda **options: InputSpec(format="database", url=f"mysql://root@localhost/shop?unix_socket={mariadb_socket}", **options)


@pytest.fixture
def take_maria(tmp_path: Path) -> Callable[..., LiveTable]:
    """Takes a snapshot of one input `t`."""

    def taken(spec: InputSpec, folder: str = "first", previous: LiveTable | None = None) -> LiveTable:
        return snapshot({"t": spec}, {}, tmp_path / folder, {"t": previous.path} if previous else {})["t"]

    return taken


def test_every_value_of_mariadb_comes_exactly(maria: Any, mysql: Any, take_maria: Any) -> None:
    maria.execute("SET sql_mode = ''")
    maria.execute("""
        CREATE TABLE items (id bigint unsigned PRIMARY KEY, price decimal(20,6), f float, d double, c char(6), y varbinary(9), b bit(1),
          flag tinyint(1), at datetime(3), born date, zero date, t time, e enum('z','a'),
          note text CHARACTER SET latin1, name varchar(20))""")
    maria.execute(r"""
        INSERT INTO items VALUES (18446744073709551615, 12.3, 1234567.1, 0.1, 'ab', x'00ff', 1, 1, '2024-01-01 23:59:59.997', '1990-01-01',
          '0000-00-00', '-838:59:59', 'a', 'café', '中文😀\n'),
          (2, NULL, 1.1, 1e-7, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, '')""")
    plain, item = content(take_maria(mysql(table="items")))
    assert item == {
        "id": "18446744073709551615", "price": "12.300000", "f": "1234567.1", "d": "0.1", "c": "ab", "y": r"\x00ff", "b": "1", "flag": "1",
        "at": "2024-01-01 23:59:59.997", "born": "1990-01-01", "zero": "0000-00-00", "t": "-838:59:59", "e": "a", "note": "café",
        "name": "中文😀\n",
    }  # fmt: skip
    assert (plain["price"], plain["f"], plain["d"], plain["b"], plain["name"]) == (None, "1.1", "0.0000001", "0", "")
    assert content(take_maria(mysql(query="SELECT f, b FROM items ORDER BY id"))) == [{"f": "1.1", "b": "0"}, {"f": "1234567.1", "b": "1"}]


@pytest.mark.parametrize("table", ["keyed", "no_key"])
def test_a_limit_set_on_the_server_cuts_nothing(maria: Any, mysql: Any, take_maria: Any, table: str) -> None:
    maria.execute("CREATE TABLE keyed (branch varchar(9), no int, PRIMARY KEY (branch, no))")
    maria.execute(f"INSERT INTO keyed SELECT 'a', seq FROM seq_1_to_{BIG}")
    maria.execute("CREATE TABLE no_key SELECT * FROM keyed")
    maria.execute("SET GLOBAL sql_select_limit = 1000")
    try:
        assert take_maria(mysql(table=table)).rows == BIG
    finally:
        maria.execute("SET GLOBAL sql_select_limit = DEFAULT")


def test_keys_that_ignore_case_are_paged_completely(maria: Any, mysql: Any, take_maria: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(rows_module, "PAGE", 2)
    codes = ["a", "B", "c", "É", "f ", "中", "_", "Z", "10", "9"]
    maria.execute("CREATE TABLE t (code varchar(9) COLLATE utf8mb4_general_ci PRIMARY KEY)")
    maria.executemany("INSERT INTO t VALUES (%s)", [(code,) for code in codes])
    assert {row["code"] for row in content(take_maria(mysql(table="t")))} == set(codes)


def test_mariadb_is_read_as_at_one_moment_and_only_read(maria: Any, mysql: Any, take_maria: Any, monkeypatch: Any) -> None:
    maria.execute("CREATE TABLE t (no int PRIMARY KEY)")
    maria.execute("INSERT INTO t VALUES (1)")
    maria.execute("CREATE FUNCTION sneaky() RETURNS int MODIFIES SQL DATA BEGIN DELETE FROM t; RETURN 1; END")
    with pytest.raises(BadInputError, match="wants to write"):
        take_maria(mysql(query="SELECT sneaky() AS gone FROM t"))
    count = snapshot_module.count
    monkeypatch.setattr(snapshot_module, "count", lambda *a: (maria.execute("INSERT INTO t VALUES (2)"), count(*a))[1])
    assert take_maria(mysql(table="t")).rows == 1
    maria.execute("SELECT count(*) FROM t")
    assert maria.fetchone() == (2,)


def test_a_table_without_snapshots_is_counted_again(maria: Any, mysql: Any, take_maria: Any, monkeypatch: Any) -> None:
    maria.execute("CREATE TABLE t (no int PRIMARY KEY) ENGINE = MyISAM")
    maria.execute("INSERT INTO t VALUES (1)")
    read = take_maria(mysql(table="t"))
    assert (read.rows, read.isolation) == (1, "none (myisam)")
    assert "knows no snapshots" in read.notes[0]
    numbers = iter(range(2, 9))
    count = snapshot_module.count
    monkeypatch.setattr(snapshot_module, "count", lambda *a: (maria.execute(f"INSERT INTO t VALUES ({next(numbers)})"), count(*a))[1])
    with pytest.raises(BadInputError, match="rows came or went while reading: 2 before, 3 after, 2 read"):
        take_maria(mysql(table="t"))


def test_an_increment_from_mariadb_equals_a_full_read(maria: Any, mysql: Any, take_maria: Any) -> None:
    maria.execute("CREATE TABLE t (branch varchar(9), no int, qty decimal(9,3), at datetime(6), PRIMARY KEY (branch, no))")
    maria.execute("INSERT INTO t SELECT concat('B', seq % 3), seq, seq, '2024-01-01' + INTERVAL seq SECOND FROM seq_1_to_3000")
    spec = mysql(table="t", key=("branch", "no"), watermark="at")
    first = take_maria(spec)
    maria.execute("UPDATE t SET qty = -1, at = '2024-02-01' WHERE no % 100 = 0")
    maria.execute("DELETE FROM t WHERE no IN (5, 6, 7)")
    maria.execute("INSERT INTO t VALUES ('a', 1, 1, '2024-02-01')")
    second = take_maria(spec, "second", first)
    assert (second.new, second.changed, second.deleted, second.fetched) == (1, 30, 3, 31)
    assert second.path.read_bytes() == take_maria(spec, "full").path.read_bytes()


def test_mariadb_refusing_a_login_may_be_asked_again(mysql: Any, take_maria: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("POS", "s3cret")
    socket = mysql(table="t").url.partition("?")[2]
    with pytest.raises(InfrastructureError, match="no connection") as refused:
        take_maria(InputSpec(format="database", url=f"mariadb://nobody:${{POS}}@localhost/shop?{socket}", table="t"))
    assert "s3cret" not in str(refused.value)
