"""The lake: each stage's output as Parquet under one root, addressed by stage, dataset and store, named by its extract.

Belongs here: writing and reading `StageOutput`, and the proof that nothing changed in between. Does not belong here: what the tables mean,
Dagster (`orchestration/assets/store_step.py`).
A step never gets a local temp path from another: everything is handed over through the lake, which several machines may share
(`lake_bucket.py`).
"""

import hashlib
import json
import shutil
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from migration_pipeline.contracts.stage_output import StageOutput, empty_changes
from migration_pipeline.runtime.errors import BadInputError
from migration_pipeline.runtime.file_hash import file_hash, known_hash
from migration_pipeline.runtime.lake_bucket import bucket_of

OUTCOMES = "_outcomes"
"""What `read_columns` calls the ledger of a stage."""
_CURRENT, _FACTS, _FINDINGS, _CHANGES = "CURRENT", "facts.json", "_findings", "_changes"
_SMALL = 1 << 15
"""Bytes of a table that is kept in memory: what a small store has, so that all of them take a few megabytes."""


def write_stage(root: Path, stage: str, dataset: str, store: str, output: StageOutput) -> Path:
    """Write one output beside earlier ones and make it the current one; never seen half-written.

    `facts.json` holds the SHA-256 of every Parquet file, and `CURRENT` that of `facts.json`: the manifest of this stage.
    """
    folder = root / stage / dataset / store
    final = folder / f"{output.extract_id}-{uuid4().hex[:8]}"
    final.mkdir(parents=True)
    files = {}
    changes = {_CHANGES: output.changes} if len(output.changes) else {}
    for name, frame in {**output.tables, OUTCOMES: output.outcomes, _FINDINGS: output.findings, **changes}.items():
        path = final / f"{name}.parquet"
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path, compression="zstd", compression_level=1)
        files[path.name] = file_hash(path)[0]
    about = {"extract_id": output.extract_id, "tables": list(output.tables), "facts": output.facts, "files": files}
    facts = json.dumps(about, ensure_ascii=False).encode()
    (final / _FACTS).write_bytes(facts)
    current = _current(root, folder)
    pointer = f"{final.name}\n{hashlib.sha256(facts).hexdigest()}\n".encode()
    if bucket := bucket_of(root):
        for path in final.iterdir():
            bucket.put(path)
        bucket.put(folder / _CURRENT, pointer)
    _point(folder, pointer)
    if current is not None:
        previous, _ = current
        shutil.rmtree(previous, ignore_errors=bucket is not None)  # another machine's output may never have been fetched
        if bucket:
            bucket.remove(previous)
    return final


def _point(folder: Path, pointer: bytes) -> None:
    scratch = folder / f"{_CURRENT}.{uuid4().hex[:8]}"
    scratch.write_bytes(pointer)
    scratch.replace(folder / _CURRENT)


def current_folder(root: Path, stage: str, dataset: str, store: str) -> Path | None:
    """The folder of the current output, or None if the stage never ran for this store x dataset."""
    current = _current(root, root / stage / dataset / store)
    if current is None:
        return None
    fetched(root, current[0] / _FACTS)
    return current[0]


def share(root: Path, path: Path) -> None:
    """Hand a file that was written into the lake beside the stages to other machines, if there are any."""
    if bucket := bucket_of(root):
        bucket.put(path)


def fetched(root: Path, path: Path) -> Path:
    """A file of the lake, from another machine if it was written there; it may not exist."""
    if bucket := bucket_of(root):
        bucket.fetch(path)
    return path


def read_stage(root: Path, stage: str, dataset: str, store: str) -> StageOutput:
    """The current output.

    Raises:
        BadInputError: this stage has not run for this store and dataset, or one of its files is not as it was written.
    """
    folder, about = _about(root, stage, dataset, store)
    fix = f"materialize {stage}_{dataset} for store {store} again"
    for name, sha256 in about["files"].items():
        _verify(root, folder / name, sha256, fix)
    frames = {name: _read(folder / name, sha256) for name, sha256 in about["files"].items()}
    tables = {name: frames[f"{name}.parquet"] for name in about["tables"]}
    outcomes, findings = (frames[f"{name}.parquet"] for name in (OUTCOMES, _FINDINGS))
    changes = frames[f"{_CHANGES}.parquet"] if f"{_CHANGES}.parquet" in frames else empty_changes()
    return StageOutput(about["extract_id"], tables, outcomes, findings, about["facts"], changes)


def read_facts(root: Path, stage: str, dataset: str, store: str) -> dict[str, object]:
    """The facts of the current output, without its tables; raises BadInputError as `read_stage`."""
    facts: dict[str, object] = _about(root, stage, dataset, store)[1]["facts"]
    return facts


def read_columns(root: Path, place: tuple[str, str, str], table: str, columns: Sequence[str]) -> pd.DataFrame | None:
    """Some columns of one table (or `OUTCOMES`) of the current output of (stage, dataset, store); None where there is none.

    Raises:
        BadInputError: the file is not as it was written.
    """
    path = table_file(root, place, table)
    if path is None:
        return None
    frame: pd.DataFrame = pq.read_table(path, columns=list(columns)).to_pandas(types_mapper=_pandas_type)
    return frame


def table_file(root: Path, place: tuple[str, str, str], table: str) -> Path | None:
    """The Parquet file of one table (or `OUTCOMES`) of the current output of (stage, dataset, store); None where there is none.

    Raises:
        BadInputError: the file is not as it was written.
    """
    stage, dataset, store = place
    if _current(root, root / stage / dataset / store) is None:
        return None
    folder, about = _about(root, stage, dataset, store)
    if f"{table}.parquet" not in about["files"]:
        return None
    path = folder / f"{table}.parquet"
    _verify(root, path, about["files"][path.name], f"materialize {stage}_{dataset} for store {store} again")
    return path


def _about(root: Path, stage: str, dataset: str, store: str) -> tuple[Path, dict[str, Any]]:
    """The folder of the current output and its `facts.json`, verified."""
    current = _current(root, root / stage / dataset / store)
    if current is None:
        raise BadInputError(
            f"stage {stage} of {dataset} has not run", where=f"store {store}", fix=f"materialize {stage}_{dataset} for the store first"
        )
    folder, facts_hash = current
    _verify(root, folder / _FACTS, facts_hash, f"materialize {stage}_{dataset} for store {store} again")
    return folder, json.loads((folder / _FACTS).read_text(encoding="utf-8"))


def _current(root: Path, folder: Path) -> tuple[Path, str] | None:
    """The folder of the current output and the hash of its `facts.json`."""
    path = folder / _CURRENT
    pointer = _pointer(root, path)
    if pointer is None:
        return None
    name, _, facts_hash = pointer.decode().partition("\n")
    return folder / name, facts_hash.strip()


def _pointer(root: Path, path: Path) -> bytes | None:
    if bucket := bucket_of(root):
        return bucket.get(path)
    return path.read_bytes() if path.is_file() else None


def _verify(root: Path, path: Path, sha256: str, fix: str) -> None:
    if not fetched(root, path).is_file():
        raise BadInputError("a file of this stage is gone after it was written", where=str(path), fix=fix)
    if known_hash(path)[0] != sha256:
        raise BadInputError("a file of this stage changed after it was written", where=str(path), fix=fix)


def _read(path: Path, sha256: str) -> pd.DataFrame:
    """One table; a small one that was read before with the same content is not decoded again: an asset and its checks read it in turn."""
    return _small(path, sha256).copy(deep=False) if path.stat().st_size <= _SMALL else _decoded(path)


@lru_cache(maxsize=128)
def _small(path: Path, _sha256: str) -> pd.DataFrame:
    return _decoded(path)


def _decoded(path: Path) -> pd.DataFrame:
    frame: pd.DataFrame = pq.read_table(path).to_pandas(types_mapper=_pandas_type)
    return frame


def _pandas_type(kind: pa.DataType) -> object:
    if pa.types.is_large_string(kind) or pa.types.is_string(kind):
        return pd.StringDtype(na_value=float("nan"))
    if pa.types.is_decimal(kind) or pa.types.is_boolean(kind) or pa.types.is_integer(kind):
        return pd.ArrowDtype(kind)
    return None
