"""Samples are spread, repeatable, and of the size the formula says."""

from decimal import Decimal
from typing import Any

from migration_pipeline.raw.profiling.sampling import ruled_out, sample_rows, size_for


def test_the_size_follows_the_formula() -> None:
    assert size_for(Decimal("0.01")) == 299
    assert ruled_out(299) == Decimal("0.0100")
    assert ruled_out(0) == 1


def test_a_sample_is_spread_and_repeatable(database: Any) -> None:
    database.execute("CREATE TABLE r AS SELECT 0 AS _file, i AS _row FROM range(1, 1001) t(i)")
    sample = sample_rows(database, "r", ["a.csv"], 50, seed=7)
    rows = [int(row.rpartition(":")[2]) for row in sample.rows]
    assert rows == sorted(set(rows))
    assert [sum(1 for row in rows if (row - 1) // 100 == tenth) for tenth in range(10)] == [5] * 10
    assert sample_rows(database, "r", ["a.csv"], 50, seed=7) == sample
    assert sample_rows(database, "r", ["a.csv"], 50, seed=8) != sample


def test_every_file_has_its_share(database: Any) -> None:
    database.execute("CREATE TABLE r AS SELECT f AS _file, i AS _row FROM range(0, 4) a(f), range(2, 102) b(i)")
    files = [row.partition(":")[0] for row in sample_rows(database, "r", list("abcd"), 20, seed=1).rows]
    assert {name: files.count(name) for name in "abcd"} == dict.fromkeys("abcd", 5)


def test_a_small_table_is_looked_at_as_a_whole(database: Any) -> None:
    database.execute("CREATE TABLE r AS SELECT 0 AS _file, i AS _row FROM range(2, 5) t(i)")
    assert sample_rows(database, "r", ["a"], 20, seed=1).rows == ("a:2", "a:3", "a:4")
