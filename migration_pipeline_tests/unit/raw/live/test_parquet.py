"""The file of a snapshot: the same rows give the same bytes, readable by the owner only, and it says where it comes from."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from migration_pipeline.raw.live import parquet as parquet_module
from migration_pipeline.raw.live.parquet import Origin, origin_of, row_count, tables, write

ORIGIN = Origin(source="{}", isolation="SNAPSHOT", key=("a", "b"), high_key=("9", "8"), high_watermark="7")


def pieces(*sizes: int) -> list[pa.Table]:
    numbers = iter(range(sum(sizes)))
    return [pa.table({"货号": [str(next(numbers)) for _ in range(size)]}) for size in sizes]


def test_the_pieces_do_not_show_in_the_file(tmp_path: Path) -> None:
    total = parquet_module.PAGE * 2 + 5
    assert write(tmp_path / "one", ["货号"], pieces(total), ORIGIN) == total
    assert write(tmp_path / "many", ["货号"], pieces(3, 0, parquet_module.PAGE, parquet_module.PAGE, 2), ORIGIN) == total
    assert (tmp_path / "one").read_bytes() == (tmp_path / "many").read_bytes()
    assert [part.num_rows for part in tables(tmp_path / "one")] == [parquet_module.PAGE, parquet_module.PAGE, 5]


def test_columns_are_text_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    write(tmp_path / "t", ["a"], [], ORIGIN)
    assert pq.read_schema(tmp_path / "t").field("a").type == pa.large_string()
    assert (tmp_path / "t").stat().st_mode & 0o077 == 0
    assert row_count(tmp_path / "t") == 0


def test_the_origin_comes_back_and_only_ours(tmp_path: Path) -> None:
    write(tmp_path / "t", ["a"], [], ORIGIN)
    assert origin_of(tmp_path / "t") == ORIGIN
    write(tmp_path / "old", ["a"], [], Origin(source="{}", isolation="", format=0))
    pq.write_table(pa.table({"a": ["1"]}), tmp_path / "other")
    (tmp_path / "broken").write_bytes(b"PAR1")
    assert [origin_of(tmp_path / name) for name in ("old", "other", "broken", "absent")] == [None] * 4
