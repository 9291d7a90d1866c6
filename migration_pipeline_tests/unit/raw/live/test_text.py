"""Values as exact text, and the SQL that keeps drivers from damaging them."""

import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import column, types
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql

from migration_pipeline.raw.live.text import exact, text, text_table

DIALECTS: dict[str, Any] = {each.dialect.name: each.dialect() for each in (mssql, mysql, oracle, postgresql)}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("  00A ", "  00A "),
        (True, "true"),
        (102066793346170331, "102066793346170331"),
        (Decimal("1E+2"), "100"),
        (Decimal("12.3400"), "12.3400"),
        (Decimal("0.00000001"), "0.00000001"),
        (0.1, "0.1"),
        (b"\x00\xff", r"\x00ff"),
        (datetime.datetime(2024, 1, 1, 23, 59, 59, 997000), "2024-01-01 23:59:59.997000"),  # noqa: DTZ001
        (datetime.date(2024, 2, 29), "2024-02-29"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    ],
)
def test_a_value_is_exact_text(value: object, expected: str | None) -> None:
    assert text(value) == expected


@pytest.mark.parametrize(
    ("database", "kind", "expected"),
    [
        ("mssql", mssql.MONEY(), "CAST(x AS DECIMAL(19, 4))"),
        ("mssql", mssql.DATETIME(), "convert(VARCHAR(40), x, 121)"),
        ("mssql", mssql.SMALLDATETIME(), "convert(VARCHAR(40), x, 121)"),
        ("mssql", mssql.DATETIME2(7), "convert(VARCHAR(40), x, 121)"),
        ("mssql", mssql.DATETIMEOFFSET(7), "convert(VARCHAR(40), x, 121)"),
        ("mssql", mssql.TIMESTAMP(), "x"),
        ("mssql", mssql.NVARCHAR(20), "x"),
        ("oracle", oracle.DATE(), "to_char(x, 'YYYY-MM-DD HH24:MI:SS')"),
        ("oracle", oracle.TIMESTAMP(), "to_char(x, 'YYYY-MM-DD HH24:MI:SS.FF9')"),
        ("oracle", oracle.TIMESTAMP(timezone=True), "to_char(x, 'YYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM')"),
        ("oracle", oracle.NUMBER(12, 2), "x"),
        ("mysql", mysql.FLOAT(), "x * 1e0"),
        ("mysql", mysql.BIT(1), "x + 0"),
        ("mysql", mysql.DATETIME(), "x"),
        ("postgresql", postgresql.MONEY(), "CAST(x AS NUMERIC)"),
        ("postgresql", postgresql.TIMESTAMP(), "x"),
    ],
)
def test_columns_a_driver_would_damage_are_selected_otherwise(database: str, kind: Any, expected: str) -> None:
    assert str(exact(column("x"), kind, database).compile(dialect=DIALECTS[database])) == expected


def test_floats_are_the_shortest_text_of_their_size() -> None:
    def floats(kind: Any, database: str, *values: object) -> list[str | None]:
        found: list[str | None] = text_table(["f"], [kind], [(value,) for value in values], database)["f"].to_pylist()
        return found

    assert floats(mssql.REAL(), "mssql", 1.100000023841858, None) == ["1.1", None]
    assert floats(mysql.FLOAT(), "mysql", "1.100000023841858", "1e-7") == ["1.1", "0.0000001"]
    assert floats(types.Float(), "postgresql", "1.234567e+06", "1e-05", "1e+20", "NaN", "Infinity") == [
        "1234567", "0.00001", "1e+20", "NaN", "Infinity",
    ]  # fmt: skip
    assert floats(types.Float(53), "mssql", 0.1, 1e-5) == ["0.1", "0.00001"]


def test_no_rows_still_have_columns() -> None:
    assert text_table(["a", "b"], [types.String(), types.String()], [], "sqlite").column_names == ["a", "b"]
