"""Two streams of rows in any order, cut into blocks that hold the same keys on both sides and fit into memory.

Belongs here: the cutting. Streams of more than `HELD` rows go through files in a private folder below `TMPDIR`, gone afterwards, so that
memory stays flat. Does not belong here: comparing two blocks (`row_match.py`).
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa

from migration_pipeline.reconciled.key_hash import key_hash
from migration_pipeline.reconciled.row_match import Block

HELD = 1 << 17
"""So many rows of a side are compared without files."""
PARTS = 64
_BITS = np.uint64(64 - 6)
_HASH = "#hash"
"""A column name that no table has."""
_SIDES = ("left", "right")
Batches = Iterable[pa.RecordBatch]


def blocks(left: Batches, right: Batches, schema: pa.Schema, key: Sequence[str], held: int | None = HELD) -> Iterator[tuple[Block, Block]]:
    """Pairs of blocks; every key is in one of them.

    Args:
        left: batches with exactly the columns of `schema`; read to their end.
        right: the same.
        schema: the common columns and types.
        key: columns.
        held: rows of a side that may be held in memory; None: all.
    """
    sides = [_begun(side, held) for side in (left, right)]
    if all(rest is None for _, rest in sides):
        one, other = (_block(pa.Table.from_batches(first, schema), key) for first, _ in sides)
        yield one, other
        return
    with TemporaryDirectory(prefix="store2erp-compare-") as folder, ThreadPoolExecutor(2) as both:
        begun = [both.submit(_spilled, Path(folder) / name, _all(*side), schema, key) for name, side in zip(_SIDES, sides, strict=True)]
        for one, other in zip(*(side.result() for side in begun), strict=True):
            yield _read(one), _read(other)


def _begun(batches: Batches, held: int | None) -> tuple[list[pa.RecordBatch], Iterator[pa.RecordBatch] | None]:
    """The first batches, and the rest if there is too much of it."""
    first: list[pa.RecordBatch] = []
    rows, rest = 0, iter(batches)
    for batch in rest:
        first.append(batch)
        rows += batch.num_rows
        if held is not None and rows > held:
            return first, rest
    return first, None


def _all(first: list[pa.RecordBatch], rest: Iterator[pa.RecordBatch] | None) -> Iterator[pa.RecordBatch]:
    """What was held is let go as it is taken."""
    while first:
        yield first.pop(0)
    yield from rest or ()


def _block(rows: pa.Table, key: Sequence[str]) -> Block:
    rows = rows.combine_chunks()
    return Block(rows, key_hash([_whole(rows[name]) for name in key]))


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _spilled(folder: Path, batches: Batches, schema: pa.Schema, key: Sequence[str]) -> list[Path]:
    """One file per part, by the first bits of the key's hash."""
    folder.mkdir()
    files = [folder / f"{part}.arrow" for part in range(PARTS)]
    written = schema.append(pa.field(_HASH, pa.uint64()))
    with ExitStack() as stack:
        writers = [stack.enter_context(pa.ipc.new_stream(stack.enter_context(pa.OSFile(str(file), "wb")), written)) for file in files]
        for batch in batches:
            hashes = key_hash([batch.column(name) for name in key])
            parts = (hashes >> _BITS).astype(np.uint8)
            rows = batch.append_column(_HASH, pa.array(hashes)).take(pa.array(np.argsort(parts, kind="stable")))
            ends = np.cumsum(np.bincount(parts, minlength=PARTS)).tolist()
            for writer, begin, end in zip(writers, [0, *ends], ends, strict=False):
                if begin < end:
                    writer.write_batch(rows.slice(begin, end - begin))
    return files


def _read(file: Path) -> Block:
    """One part; its file goes."""
    with pa.OSFile(str(file), "rb") as source, pa.ipc.open_stream(source) as reader:
        rows = reader.read_all().combine_chunks()
    file.unlink()
    hashes = np.asarray(_whole(rows[_HASH])) if rows.num_rows else np.zeros(0, dtype=np.uint64)
    return Block(rows.drop_columns([_HASH]), hashes)
