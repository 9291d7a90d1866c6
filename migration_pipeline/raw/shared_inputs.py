"""Files that belong to the whole chain: read once, split by store, kept as Parquet for all stores of a run.

Belongs here: the split and its cache. Does not belong here: reading (`inputs.py`), which stores there are (`project/`).
The cache is addressed by the content of the files and the input's description, so it is never stale and may be deleted at any time.
"""

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from urllib.parse import quote

import pandas as pd

from migration_pipeline.project.source import InputSpec
from migration_pipeline.raw.inputs import InputTable, SourceFile, read_input, resolve
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.file_hash import known_hash

NO_STORE = ""
"""The store id of rows that name no store, and of ragged rows: they belong to nobody until the caller says so."""
VERSION = 2
INDEX, FILES = "stores.json", "files.json"
LONGEST_NAME = 200


def shared_rows(cache: Path, name: str, spec: InputSpec, data_dir: Path, source_id: str) -> InputTable:
    """One store's rows of a shared input, in file order; all rows if the input has no `store_column`. No rows is fine.

    Ragged rows cannot be told to be any store's: they come with `NO_STORE` (or with everyone, where there is no `store_column`).

    Raises:
        BadInputError: as `read_input`; or the `store_column` is not in the files.
    """
    folder, files = _split(cache, name, spec, data_dir)
    key = source_id.strip() if spec.store_column else NO_STORE
    part = folder / _part_name(key)
    frame = pd.read_parquet(part if part.exists() else folder / "none.parquet")
    ragged = pd.read_parquet(folder / "ragged.parquet")
    known = json.loads((folder / FILES).read_text(encoding="utf-8"))
    read = tuple(SourceFile(path, **about) for path, about in zip(files, known, strict=True))
    return InputTable(frame, ragged if key == NO_STORE else ragged.iloc[:0], read)


def shared_store_ids(cache: Path, name: str, spec: InputSpec, data_dir: Path) -> list[str]:
    """The values of the store column, sorted, without outer blanks; `NO_STORE` among them if some rows name no store or are ragged."""
    folder, _ = _split(cache, name, spec, data_dir)
    return list(json.loads((folder / INDEX).read_text(encoding="utf-8")))


def _split(cache: Path, name: str, spec: InputSpec, data_dir: Path) -> tuple[Path, tuple[Path, ...]]:
    """The folder with one Parquet file per store; made in a temporary one and renamed, so that several processes may race."""
    files = resolve(spec, data_dir)
    folder = cache / "shared" / _address(files, spec, data_dir)
    if not folder.exists():
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".split-"))
        try:
            _write_parts(fresh, spec, read_input(name, spec, data_dir, files, cache / "parsed"))
            _publish(fresh, folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return folder, tuple(files)


def _publish(fresh: Path, folder: Path) -> None:
    try:
        fresh.rename(folder)
    except OSError:
        if not (folder / INDEX).exists():
            raise


def _write_parts(folder: Path, spec: InputSpec, table: InputTable) -> None:
    stores = _store_values(spec, table)
    for value, rows in table.frame.groupby(stores, sort=False):
        rows.reset_index(drop=True).to_parquet(folder / _part_name(str(value)), index=False)
    table.frame.iloc[:0].to_parquet(folder / "none.parquet", index=False)
    table.ragged.to_parquet(folder / "ragged.parquet", index=False)
    ids = set(stores.unique()) | ({NO_STORE} if len(table.ragged) else set())
    listed = sorted(ids) if spec.store_column else []
    known = [{"name": f.name, "sha256": f.sha256, "rows": f.rows, "options": dict(f.options)} for f in table.files]
    (folder / FILES).write_text(json.dumps(known, ensure_ascii=False), encoding="utf-8")
    (folder / INDEX).write_text(json.dumps(listed, ensure_ascii=False), encoding="utf-8")


def _store_values(spec: InputSpec, table: InputTable) -> "pd.Series[str]":
    if spec.store_column is None:
        return pd.Series(NO_STORE, index=table.frame.index, dtype="str")
    if spec.store_column not in table.frame:
        there = ", ".join(map(repr, table.frame.columns.drop("_row_id")))
        raise BadInputError(
            f"the shared files have no column {spec.store_column!r}; it has {there}",
            where=", ".join(str(file.path) for file in table.files[:3]),
            fix="correct store_column: of the input",
        )
    return table.frame[spec.store_column].fillna(NO_STORE).str.strip()


def _part_name(value: str) -> str:
    readable = quote(value, safe="")
    return f"store-{readable if len(readable) <= LONGEST_NAME else hashlib.sha256(value.encode()).hexdigest()}.parquet"


def _address(files: list[Path], spec: InputSpec, data_dir: Path) -> str:
    content = {
        "version": VERSION,
        "spec": spec.model_dump(mode="json", exclude={"accepted"}),
        "files": [(path.relative_to(data_dir).as_posix(), known_hash(path)[0]) for path in files],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
