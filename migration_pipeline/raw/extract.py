"""One extract: the untouched rows of one store x dataset, archived, listed in a manifest and named by their content.

Belongs here: joining inputs into raw tables, lookups, the demand that every source column is named. Does not belong here: file formats
(`readers/`), where files lie (`inputs.py`), what columns mean (`cleaned/`).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

import pandas as pd

from migration_pipeline.contracts.datasets import Dataset, Table
from migration_pipeline.contracts.ledger import empty_ledger, entries, joined
from migration_pipeline.contracts.stage_output import Finding, StageOutput, findings_frame
from migration_pipeline.project.models import StoreSpec
from migration_pipeline.project.source import SourceSpec, TableSpec
from migration_pipeline.project.synonyms import resolved
from migration_pipeline.raw.export_check import Smell, check_input, check_table
from migration_pipeline.raw.gather import Places, gather, inputs_of
from migration_pipeline.raw.inputs import InputTable
from migration_pipeline.raw.manifest import Manifest, manifest_of
from migration_pipeline.runtime.errors import BadInputError

OWN_COLUMNS = ("_row_id",)
_SHOWN = 2


def extract(dataset: Dataset, store: StoreSpec, source: SourceSpec, places: Places) -> StageOutput:
    """Read one store x dataset.

    Returns:
        per table of the dataset a frame of the source's own columns as text plus `_row_id`; rows the reader could not split are rejected.
        facts: `files` (the manifest), `export` (smells of a cut or damaged export), `columns` (what each canonical column is read from).

    Raises:
        BadInputError: missing, empty, truncated or wrongly encoded file; a mapped column that is not there; a column nobody named; no
            rows at all.
    """
    declared = source.datasets[dataset.name]
    inputs = gather(inputs_of(declared.values()), source, store, places)
    specs = {name: _resolved(dataset, name, declared, inputs) for name in declared}
    manifest = manifest_of(inputs, source, places)
    tables, ledgers = {}, [empty_ledger()]
    for name, spec in specs.items():
        table, own = dataset.table(name), _apart(spec, source, inputs)
        tables[name] = _raw_table(table, spec, source, {**inputs, **own}, store)
        ledgers.extend(_ragged(table, rows) for rows in own.values())
    if not any(len(frame) for frame in tables.values()):
        raise _nothing(dataset, store, specs, inputs)
    smells = _smells(dataset, specs, source, inputs)
    return StageOutput(
        _extract_id(dataset, store, source, manifest),
        tables,
        joined(ledgers),
        findings_frame(Finding("export", smell.where, smell.code, "flag", 1) for smell in smells),
        facts={
            "files": manifest,
            "export": [asdict(smell) for smell in smells],
            "columns": {name: dict(spec.columns) for name, spec in specs.items()},
        },
    )


def _resolved(dataset: Dataset, name: str, declared: Mapping[str, TableSpec], inputs: Mapping[str, InputTable]) -> TableSpec:
    """The table with the columns it recognises; lines tell of their tickets too where there is no table of tickets."""
    spec = declared[name]
    headers = dict.fromkeys(column for i in spec.inputs for column in inputs[i].frame.columns if column not in OWN_COLUMNS)
    return resolved(dataset.name, spec, name, list(headers), derives_tickets=name == "lines" and "tickets" not in declared)


def _apart(spec: TableSpec, source: SourceSpec, inputs: Mapping[str, InputTable]) -> dict[str, InputTable]:
    """The inputs of a table; where several read different parts (tables, sheets) of one file, their row ids end with `#<input>`.

    Raises:
        BadInputError: two of them read the same part, so that every row would count twice.
    """
    own = {name: inputs[name] for name in spec.inputs}
    files = [file.path for table in own.values() for file in table.files]
    if len(files) == len(set(files)):
        return own
    parts = [source.inputs[name].model_dump_json(exclude={"accepted", "unpivot"}) for name in own]
    if len(parts) != len(set(parts)):
        raise BadInputError(
            f"two of the inputs {', '.join(own)} read the same rows",
            where=", ".join(map(str, dict.fromkeys(files))),
            fix="name different files, sheets or tables in inputs:",
        )
    return {name: replace(t, frame=_marked(t.frame, name), ragged=_marked(t.ragged, name)) for name, t in own.items()}


def _marked(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    return frame.assign(_row_id=frame["_row_id"] + f"#{name}")


def _smells(dataset: Dataset, specs: Mapping[str, TableSpec], source: SourceSpec, inputs: Mapping[str, InputTable]) -> list[Smell]:
    found = [smell for name, table in inputs.items() for smell in check_input(name, source.inputs[name], table)]
    for name, spec in specs.items():
        for i in spec.inputs:
            found.extend(check_table(dataset.table(name), spec, i, source.inputs[i], inputs[i]))
    return list(dict.fromkeys(found))


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
    files = list(dict.fromkeys(str(file.path) for table in used for file in table.files))
    more = f" and {len(files) - _SHOWN} more files" if len(files) > _SHOWN else ""
    return f"store {store.id}, {', '.join(files[:_SHOWN])}{more}"


def _raw_table(table: Table, spec: TableSpec, source: SourceSpec, inputs: dict[str, InputTable], store: StoreSpec) -> pd.DataFrame:
    parts = [inputs[name].frame for name in spec.inputs]
    frame = parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)
    where = _where(store, [inputs[name] for name in spec.inputs])
    frame = _with_lookups(frame, spec, inputs, where)
    wanted = spec.read_columns
    if taken := [name for name in spec.computed if name in frame]:
        raise BadInputError(
            f"computed column {', '.join(map(repr, taken))} has the name of a column of the file", where=where, fix="name it otherwise"
        )
    if missing := [c for c in wanted if c not in frame]:
        there = ", ".join(c for c in frame.columns if c not in OWN_COLUMNS)
        raise BadInputError(
            f"{table.name} needs column {', '.join(map(repr, missing))}, which the file does not have; it has {there}",
            where=where,
            fix="export the column, or correct columns: of this table in migration.yaml",
        )
    named = {*wanted, *OWN_COLUMNS, *spec.archive, *spec.waived, *(c for lookup in spec.lookups.values() for c in lookup.on)}
    named |= {column for name in spec.inputs if (column := source.inputs[name].store_column)}
    joined_in = tuple(f"{name}." for name in spec.lookups)
    if "*" not in spec.archive and (unnamed := [c for c in frame.columns if c not in named and not c.startswith(joined_in)]):
        raise BadInputError(
            f"nobody said what becomes of column {', '.join(map(repr, unnamed))}",
            where=where,
            fix=f"map it under columns:, or list it under archive: or waived: of {table.name}",
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


def _extract_id(dataset: Dataset, store: StoreSpec, source: SourceSpec, files: Manifest) -> str:
    """The same files read the same way give the same id, whenever that happens."""
    content = {
        "dataset": dataset.name,
        "store": [store.id, store.source_id],
        "inputs": {name: source.inputs[name].model_dump(mode="json", exclude={"accepted"}) for name in sorted(files)},
        "specs": {name: spec.model_dump(mode="json") for name, spec in sorted(source.datasets[dataset.name].items())},
        "files": {name: [entry["sha256"] for entry in found] for name, found in sorted(files.items())},
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
