"""Every type of a Parquet file becomes exact text, or the file is refused with a reason."""

import datetime
import uuid
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.readers import parquet_file
from migration_pipeline.raw.readers.read_table import whole
from migration_pipeline.runtime.errors import BadInputError

SPEC = InputSpec(format="parquet", file="x.parquet")
NOON = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC)


def _read(folder: Path, table: pa.Table, **options: object) -> dict[str, list[object]]:
    path = folder / "x.parquet"
    parquet.write_table(table, path, **options)
    frame = whole(parquet_file.read(path, SPEC)).frame
    return {name: [None if value != value else value for value in frame[name].tolist()] for name in frame}


@pytest.mark.parametrize(
    ("values", "kind", "texts"),
    [
        (["007 ", "", None], pa.string(), ["007 ", "", None]),
        ([102066793346170331, -1, None], pa.int64(), ["102066793346170331", "-1", None]),
        ([2**64 - 1], pa.uint64(), ["18446744073709551615"]),
        ([Decimal("12.10"), Decimal(0), None], pa.decimal128(12, 2), ["12.10", "0.00", None]),
        ([Decimal(0), Decimal("0.0000000001")], pa.decimal128(38, 10), ["0.0000000000", "0.0000000001"]),
        ([0.1, 12.0, 1e-7, 1e22, None], pa.float64(), ["0.1", "12.0", "0.0000001", "1e+22", None]),
        ([0.1, 12.0], pa.float32(), ["0.1", "12.0"]),
        ([True, False, None], pa.bool_(), ["true", "false", None]),
        ([datetime.date(2026, 1, 2), None], pa.date32(), ["2026-01-02", None]),
        ([NOON], pa.timestamp("us"), ["2026-01-01 12:00:00"]),
        ([NOON.replace(microsecond=250_000)], pa.timestamp("ns"), ["2026-01-01 12:00:00.25"]),
        ([NOON], pa.timestamp("us", tz="Asia/Shanghai"), ["2026-01-01 20:00:00+08:00"]),
        ([NOON], pa.timestamp("ms", tz="UTC"), ["2026-01-01 12:00:00+00:00"]),
        ([datetime.time(1, 2, 3)], pa.time64("us"), ["01:02:03"]),
        ([b"a\xff", None], pa.binary(), [r"\x61ff", None]),
        ([[1, None], None], pa.list_(pa.int64()), ["[1,null]", None]),
        (
            [{"a": Decimal("1.50"), "b": "é", "c": True}],
            pa.struct({"a": pa.decimal128(5, 2), "b": pa.string(), "c": pa.bool_()}),
            ['{"a":1.50,"b":"é","c":true}'],
        ),
        ([None], pa.null(), [None]),
    ],
)
def test_a_value_becomes_exact_text(tmp_path: Path, values: list[object], kind: pa.DataType, texts: list[str | None]) -> None:
    assert _read(tmp_path, pa.table({"v": pa.array(values, kind)})) == {"v": texts, "_row": list(range(1, len(texts) + 1))}


def test_a_dictionary_gives_its_values(tmp_path: Path) -> None:
    assert _read(tmp_path, pa.table({"v": pa.array(["a", None, "a"]).dictionary_encode()}))["v"] == ["a", None, "a"]


def test_a_uuid_is_written_as_one(tmp_path: Path) -> None:
    value = uuid.UUID(int=7)
    assert _read(tmp_path, pa.table({"v": pa.array([value.bytes], pa.uuid())}))["v"] == [str(value)]


def test_rows_are_numbered_across_batches_and_row_groups(tmp_path: Path) -> None:
    read = _read(tmp_path, pa.table({"v": pa.array(range(45_000))}), row_group_size=7_000)
    assert read["_row"] == list(range(1, 45_001))
    assert read["v"] == [str(n) for n in range(45_000)]


def test_a_file_without_rows_keeps_its_columns(tmp_path: Path) -> None:
    assert _read(tmp_path, pa.table({"v": pa.array([], pa.int64())})) == {"v": [], "_row": []}


def _refused(path: Path, reason: str) -> None:
    with pytest.raises(BadInputError, match=reason) as caught:
        whole(parquet_file.read(path, SPEC))
    assert caught.value.where.startswith(str(path))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"a,b\n1,2\n", "not a Parquet"),
        (b"PAR1....PARE", "encrypted"),
        (b"PAR1 and no end", "cut off"),
        (b"PAR1PAR1", "damaged"),
    ],
)
def test_what_is_no_parquet_file_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(content)
    _refused(path, reason)


def test_columns_of_one_name_and_files_without_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    parquet.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"]), path)
    _refused(path, "more than once")
    parquet.write_table(pa.table({}), path)
    _refused(path, "no columns")


def test_a_changed_byte_of_the_data_is_noticed(tmp_path: Path) -> None:
    """Where the writer added checksums."""
    path = tmp_path / "x.parquet"
    table = pa.table({"v": ["abcdefgh"] * 100})
    parquet.write_table(table, path, write_page_checksum=True, compression="none", use_dictionary=False, write_statistics=False)
    content = bytearray(path.read_bytes())
    content[content.index(b"abcdefgh")] ^= 1
    path.write_bytes(content)
    _refused(path, "damaged")


@given(data=st.data())
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_files_are_read_or_refused_never_a_traceback(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "x.parquet"
    parquet.write_table(pa.table({"v": ["a", "b", None] * 9, "n": range(27)}), path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(4, len(content) - 5))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    with suppress(BadInputError):
        whole(parquet_file.read(path, SPEC))


_DECIMALS = st.decimals(min_value=Decimal("-1e20"), max_value=Decimal("1e20"), places=6)


@given(values=st.lists(_DECIMALS, min_size=1, max_size=20))
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_decimals_come_back_exactly(tmp_path: Path, values: list[Decimal]) -> None:
    texts = _read(tmp_path, pa.table({"v": pa.array(values, pa.decimal128(30, 6))}))["v"]
    assert texts == [format(value + 0, "f") for value in values]


def test_text_that_is_not_utf8_is_damage(tmp_path: Path) -> None:
    """Arrow takes it for granted, and Python fails much later."""
    parquet.write_table(
        pa.table({"v": ["可乐" * 9]}), tmp_path / "x.parquet", compression="none", use_dictionary=False, write_statistics=False
    )
    content = (tmp_path / "x.parquet").read_bytes()
    (tmp_path / "x.parquet").write_bytes(content.replace("可乐".encode(), b"\xff" * 6, 1))
    with pytest.raises(BadInputError, match="damaged"):
        whole(parquet_file.read(tmp_path / "x.parquet", SPEC))


def test_a_page_that_says_it_is_very_large_takes_no_memory(tmp_path: Path) -> None:
    """Its size is a number in front of it, which no sum protects."""
    path = tmp_path / "x.parquet"
    parquet.write_table(pa.table({"v": ["a" * 100]}), path, compression="none", use_dictionary=False, write_statistics=False)
    header = parquet.ParquetFile(path).metadata.row_group(0).column(0).data_page_offset
    content = path.read_bytes()
    assert content[header + 2] == content[header + 5] == 0x15  # before the sizes, unpacked and packed, of two bytes each
    large = b"\xfe\xff\xff\xff\x0c"  # 1.7 GB
    path.write_bytes(content[: header + 3] + large + b"\x15" + large + content[header + 8 :])
    before = pa.default_memory_pool().max_memory()
    with pytest.raises(BadInputError, match="damaged"):
        whole(parquet_file.read(path, SPEC))
    assert pa.default_memory_pool().max_memory() - before < 1 << 20
