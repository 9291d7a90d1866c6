"""The file of a snapshot: Parquet, all columns text, and in its schema where it comes from.

Belongs here: writing and reading such files. Does not belong here: databases. Nothing in the file says when or how it was read, so
that the same rows give the same file.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from migration_pipeline.raw.readers.read_table import TEXT

PAGE = 10_240
"""Rows in memory at once."""
_NAME = b"store2erp.origin"
FORMAT = 1
"""Raise it when values become other text, so that old snapshots are read in full again."""


@dataclass(frozen=True)
class Origin:
    """Where the rows come from and how far they reach.

    Attributes:
        source: address without login, table, columns with types, settings that change how values look: equal for comparable files.
        isolation: of the transaction they were read in.
        key, high_key: the columns that order the rows, and the highest values; empty if there are none.
        high_watermark: the highest watermark, if there is one.
    """

    source: str
    isolation: str
    key: tuple[str, ...] = ()
    high_key: tuple[str, ...] = ()
    high_watermark: str | None = None
    format: int = FORMAT


def write(path: Path, names: Sequence[str], tables: Iterable[pa.Table], origin: Origin | None = None) -> int:
    """Write the tables one after the other, readable by the owner only; returns the number of rows."""
    metadata = {_NAME: json.dumps(asdict(origin), ensure_ascii=False, sort_keys=True)} if origin else None
    schema = pa.schema([(name, TEXT) for name in names], metadata=metadata)
    rows = 0
    path.touch(mode=0o600)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for table in _even(table.cast(schema) for table in tables):
            writer.write_table(table)
            rows += table.num_rows
    return rows


def _even(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The same rows in tables of `PAGE` rows, so that the file does not tell in which pieces they came."""
    rest: pa.Table | None = None
    for table in tables:
        rest = pa.concat_tables([rest, table]) if rest else table
        while rest.num_rows >= PAGE:
            yield rest.slice(0, PAGE).combine_chunks()
            rest = rest.slice(PAGE)
    if rest:
        yield rest.combine_chunks()


def origin_of(path: Path) -> Origin | None:
    """What `write` was told; None if this is no file of ours or one of another format."""
    try:
        found = (pq.read_schema(path).metadata or {}).get(_NAME)
    except (OSError, pa.ArrowInvalid):
        return None
    values: dict[str, Any] = json.loads(found) if found else {}
    if values.get("format") != FORMAT:
        return None
    lists = {name: tuple(values[name]) for name in ("key", "high_key")}
    return Origin(**{**values, **lists})


def tables(path: Path) -> Iterator[pa.Table]:
    """The file's rows in order, `PAGE` at once."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(PAGE):
            yield pa.Table.from_batches([batch])


def row_count(path: Path) -> int:
    """Rows of the file."""
    return int(pq.read_metadata(path).num_rows)
