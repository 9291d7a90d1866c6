"""The second Parquet reader agrees with the first one in all that can be summed or joined."""

import datetime
import io
from collections.abc import Callable
from decimal import Decimal

import pyarrow as pa
import pytest
from pyarrow import parquet

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.read import read
from migration_pipeline.reconciled.archived_input import ArchivedInput
from migration_pipeline.reconciled.source_readers import read_input
from migration_pipeline.runtime.errors import BadInputError

Archive = Callable[..., ArchivedInput]
PARQUET = InputSpec(format="parquet", file="x.parquet")
LIVE = InputSpec(format="database", url="postgresql://db/pos", table="t_rm_saleflow")


def _file(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    parquet.write_table(table, buffer)
    return buffer.getvalue()


TABLE = pa.table(
    {
        "id": pa.array([102066793346170331, None]),
        "code": ["007 ", ""],
        "money": pa.array([Decimal("12.10"), Decimal("-0.05")], pa.decimal128(12, 2)),
        "tiny": pa.array([Decimal("0.0000000001"), Decimal(0)], pa.decimal128(38, 10)),
        "weight": [0.1, 12.0],
        "sold": pa.array([datetime.datetime(2026, 1, 1, 10), datetime.datetime(2026, 1, 1, 10, 0, 0, 250_000)], pa.timestamp("us")),  # noqa: DTZ001
        "day": pa.array([datetime.date(2026, 1, 1), None]),
        "on": [True, False],
    }
)


def test_typed_columns_become_the_same_text(archive: Archive) -> None:
    file = archive("x.parquet", _file(TABLE))
    frame = read(file.stored, PARQUET).frame.drop(columns="_row")
    first = {name: [value if isinstance(value, str) else None for value in frame[name]] for name in frame}
    second = read_input(PARQUET, [file])
    assert second["_ragged"].to_pylist() == [False, False]
    assert second.drop_columns("_ragged").to_pydict() == first


def test_the_snapshot_of_a_live_table_is_read_like_any_parquet_file(archive: Archive) -> None:
    table = pa.table({"flow_no": pa.array(["001", None], pa.large_string()), "金额": pa.array(["12.10", "3"], pa.large_string())})
    found = read_input(LIVE, [archive("t_rm_saleflow.parquet", _file(table))])
    assert found.to_pydict() == {"flow_no": ["001", None], "金额": ["12.10", "3"], "_ragged": [False, False]}


def test_a_path_that_looks_like_a_pattern_is_only_a_path(archive: Archive) -> None:
    assert read_input(PARQUET, [archive("x=1[a]*.parquet", _file(TABLE))]).column_names == [*TABLE.column_names, "_ragged"]


def test_damage_is_one_clear_error(archive: Archive) -> None:
    with pytest.raises(BadInputError) as caught:
        read_input(PARQUET, [archive("x.parquet", b"PAR1 and no end")])
    assert caught.value.where == "x.parquet"
