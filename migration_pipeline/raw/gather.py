"""The inputs of one store, wherever they lie: in its folder, in files of the whole chain, or in a live database.

Belongs here: that choice. Does not belong here: reading files (`inputs.py`), splitting shared ones (`shared_inputs.py`), asking a
database (`live/`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from migration_pipeline.contracts.datasets import DATASETS
from migration_pipeline.project.models import StoreSpec
from migration_pipeline.project.source import SourceSpec, TableSpec
from migration_pipeline.raw.archive import Archive
from migration_pipeline.raw.inputs import InputTable, read_input, resolve
from migration_pipeline.raw.live.kept import LivePlaces, live_tables
from migration_pipeline.raw.shared_inputs import shared_rows


@dataclass(frozen=True)
class Places:
    """Where an extract reads from and writes to.

    Attributes:
        data: the data folder; archive: untouched copies; cache: what was read before; live: snapshots of live databases.
        run: all live tables of one store are read at one moment per run.
    """

    data: Path
    archive: Archive
    cache: Path
    live: Path
    run: str = ""


def gather(names: Iterable[str], source: SourceSpec, store: StoreSpec, places: Places) -> dict[str, InputTable]:
    """Read inputs by name.

    Raises:
        BadInputError: a file is missing or cannot be used, a store is not in a live table.
        InfrastructureError: a disk or database is not there.
    """
    return {name: _read(name, source, store, places) for name in sorted(set(names))}


def inputs_of(specs: Iterable[TableSpec]) -> list[str]:
    """Names of the inputs some tables are made of, lookups included."""
    named = (name for spec in specs for name in (*spec.inputs, *(lookup.input for lookup in spec.lookups.values())))
    return sorted(set(named))


def inputs_of_store(store: StoreSpec, source: SourceSpec) -> list[str]:
    """Names of the inputs that any dataset of the store is made of."""
    return inputs_of(spec for dataset in datasets_of(store, source) for spec in source.datasets[dataset].values())


def datasets_of(store: StoreSpec, source: SourceSpec) -> list[str]:
    """Names of the datasets this store has, in load order."""
    return [name for name in DATASETS if name in source.datasets and (store.datasets is None or name in store.datasets)]


def _read(name: str, source: SourceSpec, store: StoreSpec, places: Places) -> InputTable:
    spec = source.inputs[name]
    if spec.format == "database":
        return _live(name, source, store, places)
    if spec.shared:
        return shared_rows(places.cache, name, spec, places.data, store.id if store.source_id is None else store.source_id)
    base = places.data / store.path
    return read_input(name, spec, base, resolve(spec, base), places.cache / "parsed")


def _live(name: str, source: SourceSpec, store: StoreSpec, places: Places) -> InputTable:
    spec = source.inputs[name]
    live = frozenset(n for n in inputs_of_store(store, source) if source.inputs[n].format == "database")
    table = live_tables(live, source, store, LivePlaces(places.live / store.id, places.run))[name]
    rows = read_input(name, spec, table.path.parent, [table.path], places.cache / "parsed")
    facts = {
        "rows_counted": table.counted,
        "isolation": table.isolation,
        "notes": list(table.notes),
        "high": dict(table.high),
        "fetched": table.fetched,
        "new": table.new,
        "changed": table.changed,
        "deleted": table.deleted,
    }
    (file,) = rows.files
    return replace(rows, files=(replace(file, options={**file.options, **facts}),))
