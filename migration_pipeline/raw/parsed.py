"""Files that were read before: each is kept as Parquet under the hash of its content and of how it was read.

Belongs here: that cache, which makes a later extract read only files that are new or changed. Does not belong here: reading (`read.py`),
ids and the joining of files (`inputs.py`). It is never stale, and may be deleted at any time.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.read import opened
from migration_pipeline.raw.readers.read_table import RAGGED, TEXT, ReadTable
from migration_pipeline.raw.unpivot import unpivot
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.file_hash import known_hash

VERSION = 1
"""Raise it when a reader gives other rows for the same file."""
_NOT_READING = {"file", "shared", "store_column", "unpivot", "accepted", "url", "query", "key", "watermark", "append_only"}
_ROWS, _RAGGED, _OPTIONS = "rows.parquet", "ragged.parquet", b"options"


def parsed(cache: Path, path: Path, sha256: str, spec: InputSpec) -> ReadTable:
    """All rows of one file, unpivoted if the input says so; read only if the same content was never read in the same way.

    Raises:
        BadInputError, InfrastructureError: as `read.opened`; or the file's content is not (or no longer) that of `sha256`.
    """
    folder = cache / _address(path, sha256, spec)
    if not (folder / _ROWS).exists():
        _keep(folder, path, sha256, spec)
    rows = pq.read_table(folder / _ROWS)
    options: Mapping[str, object] = json.loads((rows.schema.metadata or {})[_OPTIONS])
    ragged = folder / _RAGGED
    table = ReadTable(_frame(rows), _frame(pq.read_table(ragged)) if ragged.exists() else ReadTable(_frame(rows[:0])).ragged, options)
    return unpivot(table, spec.unpivot, path) if spec.unpivot else table


def _keep(folder: Path, path: Path, sha256: str, spec: InputSpec) -> None:
    """Read batch by batch into a temporary folder, then rename it: another process sees all of the file or nothing."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".parse-"))
    try:
        _write(fresh, path, spec)
        if known_hash(path)[0] != sha256:
            raise BadInputError(
                "the file changes while it is read", where=str(path), fix="run again when the store system has finished writing it"
            )
        if not folder.exists():
            fresh.rename(folder)
    except OSError:
        if not (folder / _ROWS).exists():
            raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _write(folder: Path, path: Path, spec: InputSpec) -> None:
    with opened(path, spec) as reading:
        columns = [*((name, TEXT) for name in reading.names), ("_row", pa.int64())]
        schema = pa.schema(columns, metadata={_OPTIONS: json.dumps(dict(reading.options), ensure_ascii=False)})
        ragged = []
        with pq.ParquetWriter(folder / _ROWS, schema, compression="zstd", compression_level=1) as writer:
            for batch in reading.batches:
                if len(batch.table):
                    writer.write_table(batch.table.cast(schema))
                if len(batch.ragged):
                    ragged.append(batch.ragged)
    if ragged:
        pq.write_table(pa.concat_tables(ragged).cast(RAGGED), folder / _RAGGED)


def _frame(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.replace_schema_metadata(None).to_pandas()
    return frame


def _address(path: Path, sha256: str, spec: InputSpec) -> str:
    """The packed file's suffix says how it is unpacked, so it belongs to the way of reading."""
    how = spec.model_dump(mode="json", exclude=_NOT_READING)
    content = {"version": VERSION, "content": sha256, "suffixes": [s.lower() for s in path.suffixes[-2:]], "how": how}
    address = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return f"{address[:2]}/{address}"
