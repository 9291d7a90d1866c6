"""The tables a project reads, as its inputs describe them, and what lies in its data folder without being read.

Belongs here: inputs of the project file as tables of the profile. Does not belong here: unknown folders (`discover.py`).
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from migration_pipeline.project.load import LoadedProject
from migration_pipeline.project.models import StoreSpec
from migration_pipeline.project.source import InputSpec, SourceSpec
from migration_pipeline.raw.claimed import unclaimed
from migration_pipeline.raw.inputs import resolve
from migration_pipeline.raw.profiling.discover import FoundTable, Unclassified, unlisted
from migration_pipeline.raw.profiling.pour import header
from migration_pipeline.runtime.errors import BadInputError

SHARED = "."


def declared_tables(loaded: LoadedProject, stores: Sequence[str] | None) -> tuple[list[FoundTable], list[Unclassified]]:
    """What the inputs of these stores (default: all) read, each table once, and what nobody reads.

    Raises:
        BadInputError: there is no such store.
    """
    project = loaded.project
    chosen = [store for store in project.stores if not stores or store.id in stores]
    if unknown := [name for name in stores or () if name not in {store.id for store in project.stores}]:
        raise BadInputError(
            f"there is no store {unknown[0]!r}", where="--store", fix=f"stores are {', '.join(store.id for store in project.stores)}"
        )
    tables: dict[tuple[object, ...], FoundTable] = {}
    left: list[Unclassified] = []
    for store in chosen or _anywhere(loaded):
        for name, spec in project.sources[store.source].inputs.items():
            found = _table(name, spec, store, project.sources[store.source], loaded.data)
            if isinstance(found, Unclassified):
                left.append(found)
            else:
                same = (found.unit, found.files, found.label, spec.model_dump_json(exclude={"unpivot"}))
                tables[same] = _merged(tables.get(same), found)
    if not stores:
        left += unlisted(unclaimed(project, project.stores, loaded.data) if project.stores else (), "no input of the project reads it")
    return list(tables.values()), list(dict.fromkeys(left))


def _anywhere(loaded: LoadedProject) -> list[StoreSpec]:
    """A project that finds its stores in the data: one look at its source."""
    found = loaded.project.stores_from
    return [StoreSpec(id="all", source=found.source)] if found else []


def _table(name: str, spec: InputSpec, store: StoreSpec, source: SourceSpec, data: Path) -> FoundTable | Unclassified:
    if spec.format == "database":
        return Unclassified(f"{store.id}: {name}", "a live database: its tables are read by the extract, not by the profile")
    try:
        files = tuple(resolve(spec, data if spec.shared else data / store.path))
        names, options = header(files[0], spec)
    except BadInputError as error:
        return Unclassified(f"{store.id}: {spec.file}", error.what)
    label = " ".join(part for part in (spec.member, spec.sheet, spec.table, (spec.rows or "").strip("/")) if part)
    return FoundTable(SHARED if spec.shared else store.id, spec, label, files, names, options, _uses(name, source))


def _uses(name: str, source: SourceSpec) -> tuple[str, ...]:
    """`dataset.table` of all that the project makes of an input."""
    tables = [(f"{d}.{t}", spec) for d, specs in source.datasets.items() for t, spec in specs.items()]
    own = [place for place, spec in tables if name in spec.inputs]
    lookups = [f"lookup of {place}" for place, spec in tables if any(lookup.input == name for lookup in spec.lookups.values())]
    return (*own, *lookups)


def _merged(old: FoundTable | None, new: FoundTable) -> FoundTable:
    if old is None:
        return new
    declared = tuple(dict.fromkeys((*old.declared, *new.declared)))
    return replace(old, declared=declared)
