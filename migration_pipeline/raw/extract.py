"""One extract: the untouched rows of one store x dataset, archived, listed in a manifest and named by their content.

Belongs here: joining inputs into raw tables, lookups, the demand that every source column is named. Does not belong here: file formats
(`readers/`), where files lie (`inputs.py`), what columns mean (`cleaned/`).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from migration_pipeline.contracts.datasets import DATASETS, Dataset, Table
from migration_pipeline.contracts.ledger import empty_ledger, entries, joined
from migration_pipeline.contracts.stage_output import StageOutput
from migration_pipeline.project.models import StoreSpec
from migration_pipeline.project.source import SourceSpec, TableSpec
from migration_pipeline.raw.archive import ArchivedFile, store_file
from migration_pipeline.raw.inputs import InputTable, read_input
from migration_pipeline.raw.shared_inputs import shared_rows
from migration_pipeline.runtime.errors import BadInputError

OWN_COLUMNS = ("_row_id",)
_SHOWN = 2


@dataclass(frozen=True)
class Places:
    """Where an extract reads from and writes to."""

    data: Path
    archive: Path
    cache: Path


def extract(dataset: Dataset, store: StoreSpec, source: SourceSpec, places: Places) -> StageOutput:
    """Read one store x dataset.

    Returns:
        per table of the dataset a frame of the source's own columns as text plus `_row_id`; rows the reader could not split are rejected.

    Raises:
        BadInputError: missing, empty, truncated or wrongly encoded file; a mapped column that is not there; a column nobody named; no
            rows at all.
    """
    specs = source.datasets[dataset.name]
    names = sorted({i for spec in specs.values() for i in _inputs_of(spec)})
    inputs = {name: _read(name, source, store, places) for name in names}
    files = {name: [store_file(places.archive, path) for path in table.files] for name, table in inputs.items()}
    tables, ledgers = {}, [empty_ledger()]
    for name, spec in specs.items():
        table = dataset.table(name)
        tables[name] = _raw_table(table, spec, source, inputs, store)
        ledgers.extend(_ragged(table, inputs[i]) for i in spec.inputs)
    if not any(len(frame) for frame in tables.values()):
        raise _nothing(dataset, store, specs, inputs)
    return StageOutput(_extract_id(dataset, store, source, files), tables, joined(ledgers), facts={"files": _manifest(files)})


def _nothing(dataset: Dataset, store: StoreSpec, specs: Mapping[str, TableSpec], inputs: Mapping[str, InputTable]) -> BadInputError:
    used = [inputs[name] for spec in specs.values() for name in spec.inputs]
    if ragged := sum(len(table.ragged) for table in used):
        what, fix = (
            f"all {ragged} rows of {dataset.name} have another number of columns than the header",
            "check the delimiter and the quotes",
        )
    else:
        what, fix = f"there is not one row of {dataset.name}", "export it again, or take the dataset out of the store's datasets: list"
    return BadInputError(what, where=_where(store, used), fix=fix)


def _where(store: StoreSpec, used: Sequence[InputTable]) -> str:
    """The store and the files that were read, the first few by path."""
    files = list(dict.fromkeys(str(path) for table in used for path in table.files))
    more = f" and {len(files) - _SHOWN} more files" if len(files) > _SHOWN else ""
    return f"store {store.id}, {', '.join(files[:_SHOWN])}{more}"


def _inputs_of(spec: TableSpec) -> Iterable[str]:
    yield from spec.inputs
    yield from (lookup.input for lookup in spec.lookups.values())


def _read(name: str, source: SourceSpec, store: StoreSpec, places: Places) -> InputTable:
    spec = source.inputs[name]
    if spec.shared:
        return shared_rows(places.cache, name, spec, places.data, store.id if store.source_id is None else store.source_id)
    return read_input(name, spec, places.data / store.path, places.data)


def _raw_table(table: Table, spec: TableSpec, source: SourceSpec, inputs: dict[str, InputTable], store: StoreSpec) -> pd.DataFrame:
    parts = [inputs[name].frame for name in spec.inputs]
    frame = parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)
    where = _where(store, [inputs[name] for name in spec.inputs])
    frame = _with_lookups(frame, spec, inputs, where)
    wanted = [c for source in spec.columns.values() for c in ((source,) if isinstance(source, str) else source)]
    if missing := [c for c in dict.fromkeys(wanted) if c not in frame]:
        there = ", ".join(c for c in frame.columns if c not in OWN_COLUMNS)
        raise BadInputError(
            f"{table.name} needs column {', '.join(map(repr, missing))}, which the file does not have; it has {there}",
            where=where,
            fix="export the column, or correct columns: of this table in migration.yaml",
        )
    named = {*wanted, *OWN_COLUMNS, *spec.archive, *(c for lookup in spec.lookups.values() for c in lookup.on)}
    named |= {column for name in spec.inputs if (column := source.inputs[name].store_column)}
    joined_in = tuple(f"{name}." for name in spec.lookups)
    if "*" not in spec.archive and (unnamed := [c for c in frame.columns if c not in named and not c.startswith(joined_in)]):
        raise BadInputError(
            f"nobody said what becomes of column {', '.join(map(repr, unnamed))}",
            where=where,
            fix=f"map it under columns:, or list it under archive: of {table.name}",
        )
    return frame


def _with_lookups(frame: pd.DataFrame, spec: TableSpec, inputs: dict[str, InputTable], where: str) -> pd.DataFrame:
    for name, lookup in spec.lookups.items():
        other = inputs[lookup.input].frame.drop(columns=list(OWN_COLUMNS))
        keys = list(lookup.on.values())
        if missing := [c for c in lookup.on if c not in frame] + [c for c in keys if c not in other]:
            raise BadInputError(
                f"lookup {name!r} needs column {', '.join(missing)}, which is not there", where=where, fix="correct its on:"
            )
        marks = [f"_{i}" for i in range(len(keys))]
        left = frame.assign(**{mark: frame[c].str.strip() for mark, c in zip(marks, lookup.on, strict=True)})
        right = other.rename(columns={c: f"{name}.{c}" for c in other.columns})
        right = right.assign(**{mark: other[c].str.strip() for mark, c in zip(marks, keys, strict=True)})
        named = right[marks].notna() & (right[marks] != "")
        right = right[named.all(axis="columns")].drop_duplicates(marks)
        frame = left.merge(right, on=marks, how="left", validate="m:1").drop(columns=marks)
    return frame


def _ragged(table: Table, source: InputTable) -> pd.DataFrame:
    return entries(table, source.ragged, "ragged_row", "raw") if len(source.ragged) else empty_ledger()


def _manifest(files: dict[str, list[ArchivedFile]]) -> dict[str, list[dict[str, object]]]:
    return {
        name: [{"name": f.name, "sha256": f.sha256, "size": f.size, "stored": str(f.stored)} for f in found]
        for name, found in files.items()
    }


def _extract_id(dataset: Dataset, store: StoreSpec, source: SourceSpec, files: dict[str, list[ArchivedFile]]) -> str:
    """The same files read the same way give the same id, whenever that happens."""
    content = {
        "dataset": dataset.name,
        "store": [store.id, store.source_id],
        "inputs": {name: source.inputs[name].model_dump(mode="json") for name in sorted(files)},
        "specs": {name: spec.model_dump(mode="json") for name, spec in sorted(source.datasets[dataset.name].items())},
        "files": {name: [f.sha256 for f in found] for name, found in sorted(files.items())},
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def datasets_of(store: StoreSpec, source: SourceSpec) -> list[str]:
    """Names of the datasets this store has, in load order."""
    return [name for name in DATASETS if name in source.datasets and (store.datasets is None or name in store.datasets)]
