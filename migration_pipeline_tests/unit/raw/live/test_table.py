"""What an input means in its database: the table, its columns, and a key only where it can be trusted."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, StaticPool, create_engine, text, types
from sqlalchemy.dialects import mysql

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.live import table as table_module
from migration_pipeline.raw.live.table import look_up
from migration_pipeline.runtime.errors import BadInputError

TABLES = """
    CREATE TABLE "Items" (no INTEGER PRIMARY KEY, code TEXT NOT NULL, name TEXT, price REAL NOT NULL);
    CREATE UNIQUE INDEX codes ON "Items" (code);
    CREATE UNIQUE INDEX names ON "Items" (name);
    CREATE UNIQUE INDEX prices ON "Items" (price);
    CREATE TABLE t_rm_saleflow (flow TEXT NOT NULL, line INTEGER NOT NULL, day TEXT);
    CREATE UNIQUE INDEX sold ON t_rm_saleflow (flow, line);
    CREATE UNIQUE INDEX some_days ON t_rm_saleflow (line) WHERE day IS NOT NULL;
    CREATE TABLE T_RM_PAYFLOW (flow TEXT);
    CREATE VIEW sales AS SELECT * FROM t_rm_saleflow
"""


@pytest.fixture
def shop() -> Iterator[Connection]:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.connect() as connection:
        for statement in TABLES.split(";"):
            connection.execute(text(statement))
        yield connection
    engine.dispose()


def spec(**options: Any) -> InputSpec:
    return InputSpec(format="database", url="sqlite:///x", **options)


@pytest.mark.parametrize("written", ["items", "Items", "ITEMS", "main.items"])
def test_a_table_is_found_whatever_its_case(shop: Connection, written: str) -> None:
    assert list(look_up(shop, "t", spec(table=written)).kinds) == ["no", "code", "name", "price"]


@pytest.mark.parametrize(
    ("table", "key", "paged"),
    [
        ("t_rm_saleflow", ("flow", "line"), True),
        ("t_rm_saleflow", ("line", "flow"), False),
        ("t_rm_saleflow", ("line",), False),
        ("Items", ("code",), True),
        ("Items", ("name",), False),
        ("Items", ("price",), False),
        ("sales", ("flow", "line"), False),
    ],
)
def test_rows_are_paged_only_by_a_unique_key_without_nulls_or_floats(
    shop: Connection, table: str, key: tuple[str, ...], paged: bool
) -> None:
    """A page after a key that comes twice, is null or is not itself when sent back would skip rows."""
    assert look_up(shop, "t", spec(table=table, key=key)).paged is paged


def test_a_table_without_a_named_key_goes_by_one_it_has(shop: Connection) -> None:
    source = look_up(shop, "t", spec(table="t_rm_saleflow"))
    assert (source.key, source.paged) == (("flow", "line"), True)
    assert look_up(shop, "t", spec(table="T_RM_PAYFLOW")).key == ()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"table": "t_rm_saleflows"}, "t_rm_saleflow"),
        ({"table": "xyz"}, "there is Items, T_RM_PAYFLOW"),
        ({"table": "items", "key": ("cod",)}, "'cod'; there is code"),
        ({"query": "SELECT no FROM items", "key": ("no",), "watermark": "at"}, "watermark: names column 'at'; there is no"),
    ],
)
def test_names_that_are_near_are_shown(shop: Connection, options: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInputError, match=said) as refused:
        look_up(shop, "sold", spec(**options))
    assert refused.value.where == "input sold"


def test_a_query_knows_its_columns(shop: Connection) -> None:
    source = look_up(shop, "t", spec(query="SELECT no AS nr, code FROM items WHERE code <> '12:30'"))
    assert (list(source.kinds), source.paged, source.title) == (["nr", "code"], False, "query")


@pytest.mark.parametrize(
    ("kind", "database", "findable", "ordered"),
    [
        (types.String(), "mssql", True, False),
        (types.String(), "oracle", True, False),
        (types.String(), "mysql", True, True),
        (types.BigInteger(), "mssql", True, True),
        (types.DateTime(), "mssql", False, False),
        (types.DateTime(), "postgresql", True, True),
        (types.Float(), "postgresql", False, False),
        (mysql.ENUM("z", "a"), "mysql", False, False),
    ],
)
def test_keys_are_sent_back_only_where_they_mean_the_same(kind: Any, database: str, findable: bool, ordered: bool) -> None:
    """SQL Server and Oracle may order texts otherwise than they compare them; a MySQL ENUM is ordered by its number."""
    assert (table_module._is_findable(kind, database), table_module._is_ordered(kind, database)) == (findable, ordered)
