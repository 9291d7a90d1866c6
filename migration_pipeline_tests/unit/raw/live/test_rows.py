"""The SELECTs of databases that cannot run here, and pages on SQLite."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import column, create_engine, select, table, text, types
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql

from migration_pipeline.raw.live import rows as rows_module
from migration_pipeline.raw.live.rows import count, found, highest, rows
from migration_pipeline.raw.live.table import Source

KINDS: dict[str, Any] = {"branch": types.String(), "no": types.Integer(), "qty": types.Numeric(12, 3)}


def source(database: str, **options: Any) -> Source:
    origin = table("t", *(column(name) for name in KINDS))
    plain = {"key": ("branch", "no"), "paged": True, "ordered": True, "findable": True}
    return Source(name="t", title="t", origin=origin, kinds=KINDS, database=database, **{**plain, **options})


@pytest.mark.parametrize(
    ("dialect", "condition"),
    [
        (postgresql.dialect(), "(t.branch, t.no) > ('a', 5)"),
        (mysql.dialect(), "t.branch >= 'a' AND (t.branch > 'a' OR t.branch = 'a' AND t.no > 5)"),
        (mssql.dialect(), "t.branch >= 'a' AND (t.branch > 'a' OR t.branch = 'a' AND t.no > 5)"),
        (oracle.dialect(), "t.branch >= 'a' AND (t.branch > 'a' OR t.branch = 'a' AND t.no > 5)"),
    ],
)
def test_the_next_page_begins_behind_the_last_key(dialect: Any, condition: str) -> None:
    shop = source(dialect.name)
    page = select(*shop.selected(["no"])).where(rows_module._behind(shop, ["a", "5"])).order_by(shop.origin.c.branch).limit(9)
    sql = " ".join(str(page.compile(dialect=dialect)).split())
    values = page.compile(dialect=dialect).params
    for name, value in values.items():
        shown = repr(value)
        for mark in (f"%({name})s", f":{name}"):
            sql = sql.replace(mark, shown)
    for value in ("'a'", "'a'", "'a'", "5") if "%s" in sql else ():
        sql = sql.replace("%s", value, 1)
    assert condition in sql
    assert "OFFSET" not in sql
    assert "::VARCHAR" not in sql


def test_numbers_are_compared_as_numbers() -> None:
    values = rows_module._values(source("mysql", key=("no", "qty")), ["102066793346170331", "1.500"])
    assert [str(getattr(value, "value", None)) for value in values] == ["102066793346170331", "1.500"]
    assert not any(isinstance(getattr(value, "value", None), str) for value in values)


def test_all_rows_rows_behind_a_key_and_rows_with_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "PAGE", 3)
    engine = create_engine(f"sqlite:///{tmp_path / 'shop.db'}")
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE t (branch TEXT, no INTEGER, qty NUMERIC, PRIMARY KEY (branch, no))"))
        for no in range(20):
            connection.execute(text("INSERT INTO t VALUES (:branch, :no, 1.5)"), {"branch": f"b{no % 3}", "no": no})
        shop = source("sqlite")
        every = [row for part in rows(connection, shop, ["qty", "no", "branch"], 20) for row in part.to_pylist()]
        assert [(row["branch"], int(row["no"])) for row in every] == sorted((f"b{no % 3}", no) for no in range(20))
        assert count(connection, shop) == 20
        assert highest(connection, shop, ["branch", "no"]) == ("b2", "17")
        behind = [row["no"] for part in rows(connection, shop, ["branch", "no"], 20, ("b2", "8")) for row in part.to_pylist()]
        assert behind == ["11", "14", "17"]
        streamed = rows(connection, source("sqlite", paged=False), ["no"], 20, ("b2", "8"))
        assert [row["no"] for part in streamed for row in part.to_pylist()] == behind
        some = found(connection, shop, [("b0", "3"), ("b1", "4"), ("b1", "3")])
        assert sorted(some["no"].to_pylist()) == ["3", "4"]
        monkeypatch.setattr(rows_module, "_behind", lambda *_: text("1 = 1"))
        assert sum(part.num_rows for part in rows(connection, shop, ["branch", "no"], 20)) == 21, "a server in disorder ends"
        connection.execute(text("DELETE FROM t"))
        assert highest(connection, shop, ["branch"]) == ()
    engine.dispose()
