"""Files nobody claims: every file below the data folder belongs to an input, or the project says why it is not migrated.

Belongs here: that demand. Does not belong here: reading the files.
"""

from collections.abc import Sequence
from pathlib import Path

from migration_pipeline.project.models import Project, StoreSpec
from migration_pipeline.project.source import SourceSpec
from migration_pipeline.raw.gather import inputs_of_store
from migration_pipeline.raw.shared_inputs import shared_store_ids
from migration_pipeline.raw.unpack import PACKED
from migration_pipeline.runtime.errors import BadInputError

_IGNORED = ("PROVENANCE.md", "README.md")
_SHOWN = 5


def unclaimed(project: Project, stores: Sequence[StoreSpec], data: Path) -> list[str]:
    """Paths below the data folder that no input reads and `not_migrated` does not name; hidden files do not count."""
    named = {claim for store in stores for claim in _claims(project.sources[store.source], store, data)}
    claimed = {path for folder, file in named for suffix in ("", *PACKED) for path in folder.glob(file + suffix)}
    for pattern in project.not_migrated:
        claimed |= set(data.glob(pattern))
    files = (path for path in data.rglob("*") if path.is_file() and path.name not in _IGNORED)
    relative = sorted(path.relative_to(data) for path in files if path not in claimed)
    return [path.as_posix() for path in relative if not any(part.startswith((".", "~$")) for part in path.parts)]


def demand_all_claimed(project: Project, stores: Sequence[StoreSpec], data: Path) -> None:
    """Raises BadInputError if there is an unclaimed file."""
    if left := unclaimed(project, stores, data):
        shown = ", ".join(left[:_SHOWN]) + (f" and {len(left) - _SHOWN} more" if len(left) > _SHOWN else "")
        raise BadInputError(
            f"nobody said what becomes of {len(left)} files: {shown}",
            where=str(data),
            fix="read them by an input, or list them under not_migrated: in migration.yaml with the reason",
        )


def demand_all_stores(project: Project, stores: Sequence[StoreSpec], data: Path, cache: Path) -> None:
    """Raises BadInputError if a shared file holds rows of a store that the project does not have, or of no store at all."""
    mine = {store.id if store.source_id is None else store.source_id for store in stores}
    for name in {store.source for store in stores}:
        for input_name, spec in project.sources[name].inputs.items():
            if not (spec.shared and spec.store_column):
                continue
            if left := [value for value in shared_store_ids(cache, input_name, spec, data) if value not in mine]:
                shown = ", ".join(value or "(empty)" for value in left[:_SHOWN])
                raise BadInputError(
                    f"rows of {len(left)} stores that the project does not have: {spec.store_column} = {shown}",
                    where=f"{spec.file} (input {input_name})",
                    fix="add the stores to stores: in migration.yaml, or correct the rows",
                )


def _claims(source: SourceSpec, store: StoreSpec, data: Path) -> set[tuple[Path, str]]:
    """Folder and pattern of the inputs that some dataset of the store is made of."""
    specs = [spec for name in inputs_of_store(store, source) if (spec := source.inputs[name]).file]
    return {(data if spec.shared else data / store.path, spec.file) for spec in specs}
