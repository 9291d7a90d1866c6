"""A query may only read, and is refused before a server sees it."""

import pytest

from migration_pipeline.raw.live.read_only import reading_query
from migration_pipeline.runtime.errors import BadInputError


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM t",
        "  select a, 'drop; delete' AS b, \"update\", [into], `insert` from t -- delete; \n where x = 'it''s'",
        "WITH a AS (SELECT 1) SELECT last_update, deleted FROM a",
        "(SELECT 1) UNION (SELECT 2)",
        "/* delete */ SELECT 1",
    ],
)
def test_reading_is_let_through(query: str) -> None:
    assert reading_query(f"{query};\n", "input t") == query.strip()


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM t",
        "-- SELECT\nUPDATE t SET a = 1",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE t",
        "SELECT 1 DROP TABLE t",
        "SELECT * INTO copy FROM t",
        "WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone",
        "SELECT * FROM t FOR UPDATE",
        "EXEC sp_who",
        "",
    ],
)
def test_writing_is_refused(query: str) -> None:
    with pytest.raises(BadInputError, match="SELECT") as refused:
        reading_query(query, "input t")
    assert refused.value.where == "input t"
