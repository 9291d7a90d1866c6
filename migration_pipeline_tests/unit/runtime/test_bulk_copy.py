"""COPY in and out keeps every value exactly, and refuses what it would have to change."""

from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest
from psycopg import sql

from migration_pipeline.runtime import bulk_copy
from migration_pipeline.runtime.bulk_copy import arrow_table, copy_in, copy_out, copy_out_batches, house_frame
from migration_pipeline.runtime.databases import Databases
from migration_pipeline.runtime.errors import BadInputError

SCHEMA = pa.schema(
    [
        ("text", pa.string()),
        ("money", pa.decimal128(18, 2)),
        ("day", pa.date32()),
        ("at", pa.timestamp("us")),
        ("yes", pa.bool_()),
        ("n", pa.int64()),
    ]
)
TABLE = "CREATE TEMP TABLE t (text text, money numeric(18, 2), day date, at timestamp, yes boolean, n bigint)"


def frame(**changes: object) -> pd.DataFrame:
    texts = ["", None, 'a "quoted", \\. line\nwith\ttab', "\\N", "零售"]
    columns: dict[str, object] = {
        "text": pd.Series(texts, dtype="str"),
        "money": pd.Series(
            [Decimal("-0.01"), None, Decimal("9999999999999999.99"), Decimal("1.10"), Decimal(0)], dtype=pd.ArrowDtype(pa.decimal128(18, 2))
        ),
        "day": pd.to_datetime(pd.Series(["2024-02-29", None, "1900-01-01", "2024-01-01", "2024-01-02"])).astype("datetime64[us]"),
        "at": pd.to_datetime(pd.Series(["2024-02-29 23:59:59.123456", None] + ["2024-01-01 00:00:00.000000"] * 3)).astype("datetime64[us]"),
        "yes": [True, False, True, False, True],
        "n": [1, 2, 3, 4, -5],
    }
    return pd.DataFrame(columns | changes)


def test_every_value_comes_back_as_it_went_in(databases: Databases) -> None:
    rows = arrow_table(frame(), SCHEMA, "t")
    with databases.connect("erp") as connection, connection.cursor() as cursor:
        cursor.execute(TABLE)
        assert copy_in(cursor, sql.Identifier("t"), rows) == 5
        back = copy_out(cursor, sql.SQL("SELECT * FROM t"), SCHEMA)
    pd.testing.assert_frame_equal(house_frame(back), frame())


def test_a_large_answer_comes_in_whole_rows_and_may_be_left_half_read(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_copy, "BYTES_PER_PARSE", 1)
    with databases.connect("erp") as connection, connection.cursor() as cursor:
        cursor.execute(TABLE)
        copy_in(cursor, sql.Identifier("t"), arrow_table(frame(), SCHEMA, "t"))
        batches = list(copy_out_batches(cursor, sql.SQL("SELECT * FROM t"), SCHEMA))
        half = copy_out_batches(cursor, sql.SQL("SELECT t.* FROM t, generate_series(1, 2000)"), SCHEMA)
        assert next(half).num_rows == 1
        half.close()
    assert [batch.num_rows for batch in batches] == [1] * 5
    pd.testing.assert_frame_equal(house_frame(pa.Table.from_batches(batches)), frame())
    with databases.connect("erp") as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_query_without_rows_gives_an_empty_frame_with_the_right_types(databases: Databases) -> None:
    with databases.connect("erp") as connection, connection.cursor() as cursor:
        cursor.execute(TABLE)
        empty = house_frame(copy_out(cursor, sql.SQL("SELECT * FROM t"), SCHEMA))
    assert (len(empty), dict(empty.dtypes)) == (0, dict(frame().dtypes))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("money", 1.5),
        ("money", Decimal("0.001")),
        ("money", "13.77"),
        ("text", 7),
        ("text", 1.5),
        ("at", pd.Timestamp("2024-01-01", tz="UTC")),
        ("day", pd.Timestamp("2024-01-01 10:00:00")),
        ("n", 1.5),
        ("yes", "maybe"),
    ],
)
def test_a_value_that_would_change_on_the_way_is_refused_and_not_shown(column: str, value: object) -> None:
    with pytest.raises(BadInputError, match=f"column {column} ") as caught:
        arrow_table(frame(**{column: [value] * 5}), SCHEMA, "t")
    assert str(value) not in str(caught.value)


def test_missing_and_unknown_columns_are_named() -> None:
    with pytest.raises(BadInputError, match=r"missing: \['n'\]; unknown: \['extra'\]"):
        arrow_table(frame().drop(columns="n").assign(extra=1), SCHEMA, "t")
